"""Frozen pictures: a thermal camera that closes its shutter to correct itself repeats its last picture.

Time runs on while the picture stands still. Whoever is in it seems to stop and is not seen at all.
"""

from collections import deque
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

BLOCK_PX = 8
FROZEN_SHARE = 0.05
"""A frame whose quiet parts change by less than this share of what they usually change by repeats another."""
FEWEST_FRAMES = 3
"""Fewer repeated frames are a hiccup of the link, not a closed shutter."""
MEMORY_FRAMES = 75
LEAST_MEMORY_FRAMES = 5


def stir(grey: NDArray[np.float32], before: NDArray[np.float32] | None) -> float:
    """How much the quiet parts of a picture changed since the one before, grey levels; NaN for the first.

    The median over blocks of 8 × 8 pixels of the mean absolute difference: the sensor's own noise, whatever
    moves in less than half of the picture. A picture without noise (drawn, or pressed flat by an encoder)
    gives 0 throughout, and nothing is taken for frozen in it.
    """
    if before is None:
        return float("nan")
    size = (max(1, grey.shape[1] // BLOCK_PX), max(1, grey.shape[0] // BLOCK_PX))
    blocks = cv2.resize(cv2.absdiff(grey, before), size, interpolation=cv2.INTER_AREA)
    return float(np.median(blocks))


def frozen(stirs: Sequence[float]) -> NDArray[np.bool_]:
    """Which frames (n,) repeat an earlier one, from each frame's ``stir``; causal but for the first two.

    A frame is still when it stirs by less than 5 % of the running median of those that were not still; at
    least three still frames in a row are a freeze.
    """
    still = np.zeros(len(stirs), np.bool_)
    usual: deque[float] = deque(maxlen=MEMORY_FRAMES)
    for row, value in enumerate(stirs):
        if np.isnan(value):
            continue
        known = len(usual) >= LEAST_MEMORY_FRAMES
        if known and value < FROZEN_SHARE * float(np.median(usual)):
            still[row] = True
        else:
            usual.append(value)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]])))
    for first, end in edges.reshape(-1, 2):
        if end - first < FEWEST_FRAMES:
            still[first:end] = False
    return still
