"""Is it still the same scene? A picture's fixed structure, compared with that of its background."""

import cv2
import numpy as np
from numpy.typing import NDArray

Sketch = NDArray[np.float32]

SKETCH_WIDTH_PX = 160
_BLUR_PX = 3.0
_CLIP_FACTOR = 3.0

ANOTHER_SCENE = 0.35
"""Below this likeness a frame shows another scene. On fixed cameras with large subjects near by the lowest
likeness measured was 0.39, the usual one 0.76 to 0.98; a camera that pans by its own width: 0.16 to 0.6."""


def sketch(bgr: NDArray[np.uint8]) -> Sketch:
    """Edges and corners (height, width) of a picture at a small size; light and gain are taken out."""
    grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    height = max(8, round(SKETCH_WIDTH_PX * grey.shape[0] / grey.shape[1]))
    small = cv2.resize(grey, (SKETCH_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
    detail = small - cv2.GaussianBlur(small, (0, 0), _BLUR_PX)
    limit = _CLIP_FACTOR * float(np.median(np.abs(detail))) + 1.0
    return np.asarray(np.clip(detail, -limit, limit), dtype=np.float32)


def likeness(first: Sketch, second: Sketch) -> float:
    """Correlation (-1 to 1) of two sketches of equal size; 1 where both are empty."""
    power = float(np.sum(first * first)) * float(np.sum(second * second))
    return float(np.sum(first * second)) / float(np.sqrt(power)) if power > 0 else 1.0
