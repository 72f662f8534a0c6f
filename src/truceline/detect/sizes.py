"""How tall and how wide what stands in a fitted rectangle really is, from the silhouette itself.

The fit knows people of one height. Here the silhouette is followed from the middle of the rectangle upward,
downward and to both sides until it ends, over what nobody else's rectangle covers: a deer in a person's
rectangle ends a metre above the ground and goes on beside it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Array = NDArray[np.float64]

HELD_SHARE = 0.3
"""A row or column with this share of silhouette in it belongs to the subject."""
GAP_SHARE = 0.04
"""Silhouettes may break by this share of the rectangle's height: belts, ropes in front, missed rows."""
UPWARD_SHARE = 0.4
DOWNWARD_SHARE = 0.15
SIDEWAYS_SHARE = 1.5
"""How far beyond the rectangle it is followed, in heights of it."""
MIDDLE = (0.2, 0.8)
"""Columns of the rectangle in which rows are judged."""
TRUNK = (0.3, 0.6)
"""Rows of the silhouette, from above, in which its width is taken: without legs, below the head."""
LOWER_SHARE = 1 / 3
SMALLEST_PX = 24
"""Of a rectangle: of fewer rows the ends are known to a tenth at best."""
MOST_COVERED = 0.25
"""Of a rectangle another one may cover so much; beyond that nothing is measured."""


@dataclass(frozen=True, slots=True, eq=False)
class Sizes:
    """Pixels (n,) each, NaN where nothing could be measured: height, width of trunk, width of legs."""

    height_px: Array
    width_px: Array
    lower_px: Array


def measured_sizes(mask: NDArray[np.uint8], boxes_px: Array) -> Sizes:
    """Sizes of what a 0/1 mask (height, width) shows in rectangles (n, 4) of people."""
    table = _measured(mask, np.ascontiguousarray(boxes_px, dtype=np.float64).reshape(-1, 4))
    return Sizes(table[:, 0], table[:, 1], table[:, 2])


@jit
def _measured(mask: NDArray[np.uint8], boxes: Array) -> Array:
    table = np.full((len(boxes), 3), np.nan)
    for index in range(len(boxes)):
        box = boxes[index]
        if box[3] - box[1] < SMALLEST_PX or _is_covered(boxes, index):
            continue
        rows = _rows_held(mask, box)
        first, last = rows
        if last <= first or last >= mask.shape[0] or first <= 0:
            continue
        tall = last - first
        table[index, 0] = tall
        upper, lower = first + int(TRUNK[0] * tall), first + int(TRUNK[1] * tall) + 1
        table[index, 1] = _extent(mask, boxes, index, (upper, lower))
        table[index, 2] = _legs(mask, box, (last - max(1, int(LOWER_SHARE * tall)), last))
    return table


@jit
def _is_covered(boxes: Array, index: int) -> bool:
    box = boxes[index]
    area = (box[2] - box[0]) * (box[3] - box[1])
    for other in range(len(boxes)):
        wide = min(box[2], boxes[other, 2]) - max(box[0], boxes[other, 0])
        tall = min(box[3], boxes[other, 3]) - max(box[1], boxes[other, 1])
        if other != index and wide > 0 and tall > 0 and wide * tall > MOST_COVERED * area:
            return True
    return False


@jit
def _rows_held(mask: NDArray[np.uint8], box: Array) -> tuple[int, int]:
    """First row of the silhouette and the row after its last, followed from the rectangle's lower half."""
    tall, wide = box[3] - box[1], box[2] - box[0]
    left = max(0, round(box[0] + MIDDLE[0] * wide))
    right = min(mask.shape[1], round(box[0] + MIDDLE[1] * wide) + 1)
    if right <= left:
        return 0, 0
    top = max(0, int(box[1] - UPWARD_SHARE * tall))
    bottom = min(mask.shape[0], int(box[3] + DOWNWARD_SHARE * tall) + 1)
    gap = max(1, int(GAP_SHARE * tall))
    start = min(max(int(box[1] + 0.7 * tall), top), bottom)
    first, missed = start, 0
    for row in range(start - 1, top - 1, -1):
        if np.sum(mask[row, left:right]) >= HELD_SHARE * (right - left):
            first, missed = row, 0
        else:
            missed += 1
            if missed > gap:
                break
    last, missed = start, 0
    for row in range(start, bottom):
        # Legs apart leave the middle free: the whole width is asked.
        if np.sum(mask[row, max(0, int(box[0])) : min(mask.shape[1], int(box[2]) + 1)]) > 0:
            last, missed = row + 1, 0
        else:
            missed += 1
            if missed > gap:
                break
    return first, last


@jit
def _extent(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    mask: NDArray[np.uint8], boxes: Array, index: int, rows: tuple[int, int]
) -> float:
    """How wide the silhouette is about the rectangle's middle, up to another rectangle; or NaN."""
    box = boxes[index]
    tall = box[3] - box[1]
    gap = max(1, int(GAP_SHARE * tall))
    reach = int(SIDEWAYS_SHARE * tall)
    middle = min(max(round((box[0] + box[2]) / 2), 0), mask.shape[1] - 1)
    ends = np.array([middle, middle])
    for turn in range(2):
        step = -1 if turn == 0 else 1
        missed = 0
        for away in range(reach):
            column = middle + step * away
            if column < 0 or column >= mask.shape[1]:
                return np.nan
            if _is_others(boxes, index, column, rows):
                break
            if np.sum(mask[rows[0] : rows[1], column]) >= HELD_SHARE * (rows[1] - rows[0]):
                ends[turn], missed = column, 0
            else:
                missed += 1
                if missed > gap:
                    break
    return float(ends[1] - ends[0] + 1)


@jit
def _is_others(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    boxes: Array, index: int, column: int, rows: tuple[int, int]
) -> bool:
    for other in range(len(boxes)):
        box = boxes[other]
        if other != index and box[0] <= column <= box[2] and box[1] < rows[1] and box[3] > rows[0]:
            return True
    return False


@jit
def _legs(mask: NDArray[np.uint8], box: Array, rows: tuple[int, int]) -> float:  # noqa: PLR0917 - compiled
    """Extent of the silhouette in the lower rows, within a rectangle's width on either side; NaN if none."""
    wide = box[2] - box[0]
    left, right = max(0, int(box[0] - wide / 2)), min(mask.shape[1], int(box[2] + wide / 2) + 1)
    first, last = -1, -1
    for column in range(left, right):
        if np.sum(mask[rows[0] : rows[1], column]) > 0:
            if first < 0:
                first = column
            last = column
    return float(last - first + 1) if first >= 0 else np.nan
