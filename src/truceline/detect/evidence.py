"""How strongly each pixel speaks for somebody there: softer than a mask, so that dark legs still count."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.detect.still.background import CHANGED_SHARE, Background, level_against
from truceline.detect.still.shades import relit
from truceline.geometry.compiled import jit

Image = NDArray[np.uint8]

AT_THRESHOLD = 100
"""Scale of the differences: this many hundredths of a pixel's own threshold."""

NOTHING_BELOW = 0.4
WHOLE_FROM = 1.2
"""Shares of its threshold from which a pixel's difference begins to count, and counts whole. Chosen
on PETS 2009 S2.L1, frames 31 to 300."""

AS_IT_IS = np.array([1, 0], np.float32)
"""Gain and offset of a scene that is in the frame's light."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What one frame shows against its background.

    Attributes:
        strength: (height, width) 0 to 255, how strongly each pixel speaks for somebody there.
        mask: (height, width) 0/1, where the difference passes the pixel's threshold.
        changed: Whether the whole picture differs, so that nothing can be told from it.
        moved: Whether it shows another scene, or lies too far beside its own.
        shift_px: By how much the frame lies to the right of and below its scene; the rest is in its place.
    """

    strength: Image
    mask: Image
    changed: bool
    moved: bool = False
    shift_px: tuple[float, float] = (0.0, 0.0)


def evidence(frame: Image, background: Background) -> Evidence:
    """Compare a frame (height, width, 3) with its background; another light is taken out, also in parts."""
    level = level_against(frame, background.bgr)
    ratio = _ratios(frame, background.bgr, background.threshold, level)
    least = round(NOTHING_BELOW * AT_THRESHOLD)
    scene = relit(frame, background.bgr, level=level, speaks=ratio, least=least)
    if scene is not None:
        ratio = _ratios(frame, scene, background.threshold, AS_IT_IS)
    changed = float(np.count_nonzero(ratio > AT_THRESHOLD)) > CHANGED_SHARE * ratio.size
    joined = _joined(ratio)
    strength = np.asarray(cv2.LUT(joined, _STRENGTH), dtype=np.uint8)
    return Evidence(strength, (joined > AT_THRESHOLD).astype(np.uint8), changed)


def strength_of(share: NDArray[np.float32]) -> Image:
    """How strongly each pixel speaks for somebody (height, width), from its share of its own threshold."""
    ratio = np.minimum(AT_THRESHOLD * share, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(_joined(ratio), _STRENGTH), dtype=np.uint8)


def _joined(ratio: Image) -> Image:
    """Specks taken out, gaps of a limb closed."""
    calm = np.asarray(cv2.medianBlur(ratio, 3), dtype=np.uint8)
    upright = np.ones((5, 3), np.uint8)
    return np.asarray(cv2.morphologyEx(calm, cv2.MORPH_CLOSE, upright), dtype=np.uint8)


def _strengths() -> Image:
    share = (np.arange(256) / AT_THRESHOLD - NOTHING_BELOW) / (WHOLE_FROM - NOTHING_BELOW)
    return np.round(255 * np.clip(share, 0, 1)).astype(np.uint8)


_STRENGTH = _strengths()


@jit
def _ratios(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    frame: Image, background: Image, threshold: Image, level: NDArray[np.float32]
) -> Image:
    """The largest channel's difference (height, width) in hundredths of the threshold, at most 255."""
    height, width, _ = frame.shape
    ratio = np.empty((height, width), np.uint8)
    gain, offset = level
    lowest, highest, whole = np.float32(0.0), np.float32(255.0), np.float32(AT_THRESHOLD)
    difference = np.empty(3 * width, np.float32)
    # Plain loops over a row's bytes, without a table, and choices that mind no NaN: the compiler turns them
    # into vector instructions.
    for row in range(height):
        shown, known = frame[row].reshape(-1), background[row].reshape(-1)
        for place in range(3 * width):
            value = gain * np.float32(known[place]) + offset
            value = min(max(value, lowest), highest)
            difference[place] = abs(np.float32(shown[place]) - value)
        for column in range(width):
            blue, green, red = difference[3 * column], difference[3 * column + 1], difference[3 * column + 2]
            larger = blue if blue > green else green
            largest = larger if larger > red else red
            hundredths = whole * largest / np.float32(threshold[row, column])
            ratio[row, column] = np.uint8(hundredths if hundredths < highest else highest)
    return ratio
