"""Frozen pictures: a thermal camera that closes its shutter to correct itself repeats its last picture.

Time runs on while the picture stands still. Whoever is in it seems to stop and is not seen at all.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Stir:
    """How much a picture changed since the one before, grey levels: its quiet parts, and its busiest part."""

    quiet: float
    most: float


def stir(picture: NDArray[np.uint8], before: NDArray[np.uint8] | None) -> Stir | None:
    """The stir of a picture (height, width, 3), from its first channel; None for the first picture.

    The median and the largest over blocks of 8 × 8 pixels of the mean absolute difference. The median is the
    sensor's own noise, whatever moves in less than half of the picture. A picture without noise (drawn, or
    pressed flat by an encoder) gives 0 throughout, and nothing is taken for frozen in it.
    """
    if before is None:
        return None
    height, width = picture.shape[:2]
    difference = cv2.absdiff(np.ascontiguousarray(picture[..., 0]), np.ascontiguousarray(before[..., 0]))
    size = (max(1, width // BLOCK_PX), max(1, height // BLOCK_PX))
    blocks = cv2.resize(difference.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return Stir(float(np.median(blocks)), float(blocks.max()))


class Stillness:
    """Tells frame by frame whether a picture is still, against the stir that is usual."""

    def __init__(self) -> None:
        self._usual: deque[float] = deque(maxlen=MEMORY_FRAMES)

    def take(self, one: Stir | None) -> bool:
        """Whether the next frame is still; None for one that has none before it."""
        if one is None:
            return False
        noise = float(np.median(self._usual)) if len(self._usual) >= LEAST_MEMORY_FRAMES else 0.0
        still = one.quiet < FROZEN_SHARE * noise and one.most < noise
        if not still:
            self._usual.append(one.quiet)
        return still


def frozen(stirs: Sequence[Stir | None]) -> NDArray[np.bool_]:
    """Which frames (n,) repeat an earlier one; causal but for the first two of a freeze.

    A frame is still when its quiet parts stir by less than 5 % of the running median of frames that were not
    still, and no part by more than that median. At least three still frames in a row are a freeze.
    """
    stillness = Stillness()
    still = np.array([stillness.take(one) for one in stirs], np.bool_)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]])))
    for first, end in edges.reshape(-1, 2):
        if end - first < FEWEST_FRAMES:
            still[first:end] = False
    return still
