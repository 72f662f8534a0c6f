"""From what stands out of a grey scene to silhouettes with tight boxes."""

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.detect.thermal.scene import SEED_FACTOR, Contrast

EDGE_RADIUS_PX = 2
HALF_HEIGHT = 0.5
"""The blurred edge of a body stands at half of its contrast: what is fainter, within the blur's reach of
something brighter, is the blur and not the body. Faint limbs further away stay."""
BESIDE_SHARE = 0.04
BESIDE_CONTRAST = 0.3
"""What is darker than the scene, by less than this share of what something within a body's width beside it
(a share of the picture's width) stands out by, is its shadow. Measured on PETS 2009 S2.L1 without colour,
frames 1 to 300: without this rule people and their shadows are one. Only beside: faint legs below a body
stay; and only darker: shadows are."""
CLOSING_PX = (3, 5)


def silhouettes(found: Contrast) -> NDArray[np.uint8]:
    """0/1 mask (height, width) of what stands out, in the scene's own place; empty where the scene changed.

    1. Pixels beyond their threshold; at the rim, those in the blur of a brighter neighbour are left out, and
       shadows beside it.
    2. Gaps of a limb are closed; pieces without a pixel that is clearly beyond the threshold are dropped.
    """
    size = np.abs(found.difference)
    if found.changed:
        return np.zeros(size.shape, np.uint8)
    # (1)
    side = 2 * EDGE_RADIUS_PX + 1
    brightest = cv2.dilate(size, np.ones((side, side), np.uint8))
    beyond = size > found.threshold
    inside = cv2.erode(beyond.astype(np.uint8), np.ones((side, side), np.uint8), borderValue=1)
    beyond &= (inside > 0) | (size >= HALF_HEIGHT * brightest)
    reach = max(2 * side, round(BESIDE_SHARE * size.shape[1]))
    beside = cv2.dilate(size, np.ones((1, 2 * reach + 1), np.uint8))
    beyond &= (found.difference > 0) | (size >= BESIDE_CONTRAST * beside)
    # (2)
    mask = np.asarray(cv2.medianBlur(beyond.astype(np.uint8), 3), dtype=np.uint8)
    closing = np.ones((CLOSING_PX[1], CLOSING_PX[0]), np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, closing), dtype=np.uint8)
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    clear = np.zeros(count, np.uint8)
    clear[labels[size > SEED_FACTOR * found.threshold]] = 1
    clear[0] = 0
    return np.asarray(clear[labels], dtype=np.uint8)


def in_the_frame(mask: NDArray[np.uint8], found: Contrast) -> NDArray[np.uint8]:
    """A mask in the scene's place, moved to where the frame shows it, to the nearest pixel."""
    right, down = (round(shift) for shift in found.shift_px)
    if right == 0 and down == 0:
        return mask
    matrix = np.array([[1.0, 0.0, right], [0.0, 1.0, down]])
    moved = cv2.warpAffine(mask, matrix, (mask.shape[1], mask.shape[0]), flags=cv2.INTER_NEAREST)
    return np.asarray(moved, dtype=np.uint8)
