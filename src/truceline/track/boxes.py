"""Where a person's box is expected in the image, from a place on the ground."""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.records.site import Calibration

Array = NDArray[np.float64]

PERSON_HEIGHT_M = 1.72
PERSON_ASPECT = 0.30


def person_boxes(calibration: Calibration, positions_en_m: Array) -> Array:
    """Boxes (n, 4) left, top, right, bottom in pixels of people who stand at site positions (n, 2)."""
    ground = np.concatenate([positions_en_m, np.zeros((len(positions_en_m), 1))], axis=1)
    foot = pixel_from_site(calibration, ground)
    head = pixel_from_site(calibration, ground + np.array([0.0, 0.0, PERSON_HEIGHT_M]))
    half = PERSON_ASPECT * (foot[:, 1] - head[:, 1]) / 2
    middle = (foot[:, 0] + head[:, 0]) / 2
    return np.stack([middle - half, head[:, 1], middle + half, foot[:, 1]], axis=1)
