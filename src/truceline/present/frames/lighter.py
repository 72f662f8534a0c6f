"""Pictures with fewer bytes, for a page that holds many of them."""

import cv2
import numpy as np

PAGE_QUALITY = 60
"""JPEG quality of the pictures in a page: about half the bytes of the evidence frames, which stay as they are
in the run's folder. Fifty frames of 480 by 360 take 2 MB of a page."""


def lighter_jpeg(jpeg: bytes) -> bytes:
    """The picture of a JPEG again, coded for a page; as it was where that gains nothing."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        return jpeg
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, PAGE_QUALITY])
    return data.tobytes() if done and len(data) < len(jpeg) else jpeg
