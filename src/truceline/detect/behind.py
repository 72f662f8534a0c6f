"""Somebody behind somebody: a silhouette that is too tall for one person.

Two people in line with the camera hang together in the picture, one head above the other. One rectangle in
their middle explains most of both and leaves too little of either for a second one.
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

TALLEST = 1.2
"""Nobody's silhouette is taller than this share of a person's rectangle of 1.72 m (2.06 m),"""
SLACK_PX = 4
"""and this much more, by which blur and the shadow at the feet lengthen it however far off somebody is."""
SURE = 250
"""Only (almost) whole evidence counts, 255 is all: soft shadows are tall as well."""
ROW_SHARE = 0.3
"""A row with this share of evidence belongs to the silhouette,"""
GAP_SHARE = 0.04
"""which may break by this share of the height: belts, collars, missed rows."""


@jit
def is_too_tall(rows: tuple[int, int], tall: int) -> bool:
    """Whether a silhouette, its first row and the row after its last, is more than one person's."""
    return bool(rows[1] - rows[0] > TALLEST * tall + SLACK_PX)


@jit
def silhouette_rows(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    weights: NDArray[np.int32], boxes: NDArray[np.int64], place: int
) -> tuple[int, int]:
    """First row of the silhouette that one of the boxes (n, 4) lies on, and the row after its last.

    It is followed from the middle up and down, a box's height at most, until it ends or another box begins.
    """
    left, top, right, bottom = boxes[place]
    tall, middle = bottom - top, (top + bottom) // 2
    ends = np.array([middle, middle])
    for turn in range(2):
        missed = 0
        for away in range(1, tall):
            row = middle + (away if turn == 1 else -away)
            if row < 0 or row >= weights.shape[0] or _is_others(boxes, place, row):
                break
            held = 0
            for column in range(left, right):
                held += weights[row, column] >= SURE
            if held >= ROW_SHARE * (right - left):
                ends[turn], missed = row, 0
            else:
                missed += 1
                if missed > GAP_SHARE * tall:
                    break
    return ends[0], ends[1] + 1


@jit
def _is_others(boxes: NDArray[np.int64], place: int, row: int) -> bool:  # noqa: PLR0917 - compiled
    """Whether another box covers most of one's width in a row."""
    own = boxes[place]
    for other in range(len(boxes)):
        box = boxes[other]
        wide = min(box[2], own[2]) - max(box[0], own[0])
        if other != place and box[1] <= row < box[3] and 2 * wide > own[2] - own[0]:
            return True
    return False


@jit
def nearest_below(boxes: NDArray[np.int64], here: int, bottom: float) -> int:  # noqa: PLR0917 - compiled
    """The box whose lower edge is nearest to a row, straight above or below the box ``here``."""
    best, least = here, np.inf
    middle = boxes[here, 0] + boxes[here, 2]
    for index in range(len(boxes)):
        aside = abs(boxes[index, 0] + boxes[index, 2] - middle) / 2
        away = abs(boxes[index, 3] - bottom) + aside
        if away < least:
            best, least = index, away
    return best
