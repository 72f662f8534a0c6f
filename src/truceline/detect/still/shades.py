"""Shadows of clouds: light that changes over wide ground, and what is under it looks as before.

A cloud's shadow takes a share of the light from all that the sun reaches there. What lies in it keeps its
texture, at another gain; somebody who stands there hides the texture. The shadow's edge is soft (the sun is
half a degree wide), it is much wider than any subject, and what lay in another shade before does not change
with the rest: between no change and that of the brightest, anything may be so explained.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Image = NDArray[np.uint8]
Float32 = NDArray[np.float32]

BLOCKS_ACROSS = 30
"""A picture is looked at in so many blocks across."""
CHANGED_SHARE = 0.3
"""Blocks in which so many pixels begin to speak for somebody are asked."""
ALIKE = 0.7
"""Correlation of a block's texture with that of the scene. In simulated footage (seeds below 100) blocks in
the shadows of clouds have 0.7 to 1, blocks that people fill -0.1 to 0.5."""
FLAT = 4.0
"""A deviation of so many grey levels is no texture; where there was none and is none, nothing came."""
FEWEST_BLOCKS = 8
"""Touching one another: a quarter of the picture's width at the least, as no subject's own shadow is."""
LEAST_GAIN = 0.5
"""Of a picture's grey levels: a fifth of the light by a usual tone curve. The sun gives no more than five
times what the sky does; the same upward, where a cloud goes."""
EVERY_ROW = 4
"""Of so many rows one is asked whether a block is worth a look."""
REACH = 0.9
"""The gain of a block reaches as far as that of this share of its pixels."""


def relit(frame: Image, scene: Image, *, level: Float32, speaks: Image, least: int) -> Image | None:
    """The scene (height, width, 3) in the light of a frame, where the light changed over wide ground.

    Args:
        frame: (height, width, 3).
        scene: Likewise.
        level: Gain and offset (2,) from the scene to the frame as a whole.
        speaks: (height, width) how much each pixel speaks for somebody, from ``least`` on.
        least: See ``speaks``.

    Returns:
        The scene at the frame's level; None where the light did not change.

    Method: blocks of the green channel, by the correlation with the scene (the test by which Jacques, Jung
    and Musse, 2005, tell shadows from subjects pixel by pixel); only blocks that touch in numbers; gains
    between blocks are interpolated, with one block more around them for the soft edge.
    """
    size = _block_size(frame)
    shares = _shares(speaks, least, size)
    if np.count_nonzero(shares >= CHANGED_SHARE) < FEWEST_BLOCKS:
        return None
    known = _levelled(scene, level)
    gains = _wide(_gains(frame, known, speaks >= least, shares))
    if not gains.any():
        return None
    around = _around(gains)
    height, width = frame.shape[:2]
    blocks = cv2.resize(around, (size * around.shape[1], size * around.shape[0]))
    _change(frame, known, np.asarray(blocks[:height, :width], dtype=np.float32))
    return known


def _block_size(frame: Image) -> int:
    return max(int(frame.shape[1]) // BLOCKS_ACROSS, 8)


def _wide(gains: Float32) -> Float32:
    """The gains of blocks that touch in numbers, 0 of the others."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((gains > 0).astype(np.uint8))
    kept = [label for label in range(1, count) if stats[label, cv2.CC_STAT_AREA] >= FEWEST_BLOCKS]
    wide: Float32 = (gains * np.isin(labels, kept)).astype(np.float32)
    return wide


@jit
def _levelled(scene: Image, level: Float32) -> Image:
    """A scene (height, width, 3) at the gain and offset of a frame."""
    levelled = np.empty_like(scene)
    lowest, most, half = np.float32(0), np.float32(255), np.float32(0.5)
    for row in range(scene.shape[0]):
        known, new = scene[row].reshape(-1), levelled[row].reshape(-1)
        for place in range(len(known)):
            value = level[0] * np.float32(known[place]) + level[1] + half
            new[place] = np.uint8(min(max(value, lowest), most))
    return levelled


@jit
def _shares(speaks: Image, least: int, size: int) -> Float32:  # noqa: PLR0917 - compiled
    """Share of the pixels that speak in each block; the last row and column of blocks may be cut."""
    height, width = speaks.shape
    shares = np.zeros(((height + size - 1) // size, (width + size - 1) // size), np.float32)
    for row in range(0, height, EVERY_ROW):
        for across in range(shares.shape[1]):
            count = 0
            for column in range(across * size, min((across + 1) * size, width)):
                count += speaks[row, column] >= least
            shares[row // size, across] += np.float32(count)
    shares *= np.float32(EVERY_ROW / (size * size))
    return shares


@jit
def _gains(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    frame: Image, scene: Image, begins: NDArray[np.bool_], shares: Float32
) -> Float32:
    """The gain of each block that looks as before at another gain; 0 of the others."""
    gains = np.zeros(shares.shape, np.float32)
    size = max(frame.shape[1] // BLOCKS_ACROSS, 8)
    for down in range(shares.shape[0]):
        for across in range(shares.shape[1]):
            if shares[down, across] < CHANGED_SHARE:
                continue
            rows = slice(down * size, min((down + 1) * size, frame.shape[0]))
            columns = slice(across * size, min((across + 1) * size, frame.shape[1]))
            shown = frame[rows, columns, 1].astype(np.float32)
            known = scene[rows, columns, 1].astype(np.float32)
            if _is_alike(shown, known):
                gains[down, across] = _farthest(shown, known, begins[rows, columns])
    return gains


@jit
def _is_alike(shown: Float32, known: Float32) -> bool:
    away, was = shown - shown.mean(), known - known.mean()
    spread, before = np.sqrt((away * away).mean()), np.sqrt((was * was).mean())
    if spread < FLAT and before < FLAT:
        return True
    return bool((away * was).mean() >= ALIKE * spread * before)


@jit
def _farthest(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    shown: Float32, known: Float32, begins: NDArray[np.bool_]
) -> float:
    """The gain that few of the pixels that changed are beyond, on their usual side of 1; 0: no cloud's."""
    ratios = np.empty(shown.size, np.float32)
    count = 0
    for row in range(shown.shape[0]):
        for column in range(shown.shape[1]):
            if begins[row, column]:
                ratios[count] = shown[row, column] / max(known[row, column], np.float32(1))
                count += 1
    if count == 0:
        return 0.0
    ordered = np.sort(ratios[:count])
    middle = ordered[count // 2]
    if not LEAST_GAIN <= middle <= 1 / LEAST_GAIN:
        return 0.0
    place = int((REACH if middle > 1 else 1 - REACH) * (count - 1))
    return float(ordered[place])


@jit
def _around(gains: Float32) -> Float32:
    """Gains with those of the neighbours where a block has none, 1 where they have none either."""
    filled = np.ones(gains.shape, np.float32)
    height, width = gains.shape
    for row in range(height):
        for column in range(width):
            total, count = np.float32(0), 0
            for near in range(max(row - 1, 0), min(row + 2, height)):
                for beside in range(max(column - 1, 0), min(column + 2, width)):
                    if gains[near, beside] > 0:
                        total += gains[near, beside]
                        count += 1
            if gains[row, column] > 0:
                filled[row, column] = gains[row, column]
            elif count > 0:
                filled[row, column] = total / np.float32(count)
    return filled


@jit
def _change(frame: Image, scene: Image, gains: Float32) -> None:  # noqa: PLR0917 - compiled
    """Change the light of a scene (height, width, 3) at each pixel as far as the frame asks for; in place."""
    height, width, channels = frame.shape
    one, most = np.float32(1), np.float32(255)
    for row in range(height):
        for column in range(width):
            gain = gains[row, column]
            if gain == one:
                continue
            asked = np.float32(frame[row, column, 1]) / max(np.float32(scene[row, column, 1]), one)
            share = min(max(asked, min(gain, one)), max(gain, one))
            for channel in range(channels):
                value = np.float32(scene[row, column, channel]) * share
                scene[row, column, channel] = np.uint8(min(value + np.float32(0.5), most))
