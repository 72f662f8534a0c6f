"""Where exactly a fitted person begins and ends: feet and head to the pixel, from the evidence itself.

The fit knows people of one height on a grid. The lower end of the evidence is where the feet are, and the
middle of the evidence is where the body is. A height gives way by a few hundredths only: an end that hangs
over by more is a shadow or a part that the evidence missed as often as a shorter person.
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Array = NDArray[np.float64]

SURE_STRENGTH = 255
"""Only whole evidence says where a body ends: soft shadows, compression and joined gaps reach further.
Chosen on PETS 2009 S2.L1, frames 31 to 300."""
PAD_SHARE = 0.15
"""Head and feet are looked for within this share of the height of where the fit has them."""
ROW_HELD = 0.5
"""A row with more evidence than this belongs to the person."""
HEIGHT_SIGMA_SHARE = 0.05
MIDDLE_SIGMA_SHARE = 0.18
"""How far people's heights spread about 1.72 m, and how far the middle may move, as shares of the height."""
PRIOR_WEIGHT = 0.05
"""What a standard deviation costs, in full rows for each pixel of height. Chosen on PETS 2009 S2.L1, frames
31 to 300."""
NARROWER_SHARE = 0.2
"""Rows are judged without this share of the width on either side: arms and neighbours."""
WIDER_SHARE = 0.3
"""The middle is found within this share of the width beyond either side."""
LEGS_FROM = 0.7
"""Below this share of the height are legs: in a stride they are apart, with nothing between them."""
LEGS_SHARE = 0.5
"""Two legs of 0.13 m as a share of the box's width: a row of legs that shows as much, wherever, is whole."""
FEWEST_FREE = 0.3
"""A row of which others hide more than the rest says nothing."""
LEAST_FILL = 0.2
HIDDEN_ROWS = 0.06
"""Where so large a share of the height above the lower end, and a row below it, cannot be asked, the feet are
not seen: somebody stands before them."""
HEAD_REACH = 0.35
"""So far above the box its head is looked for, as a share of the height: who stands before somebody pulls the
fit down by as much."""
HEAD_SHARE = 0.15
"""A row with so much evidence across the box belongs to the head: half the width of a face, so that hair
counts and a speck does not."""


def refined_boxes(strength: NDArray[np.uint8], boxes_px: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Boxes (n, 4) of fitted people moved to where their own evidence begins and ends; whose feet are hidden.

    Args:
        strength: (height, width) 0 to 255, evidence for somebody there.
        boxes_px: (n, 4) left, top, right, bottom, as fitted; may leave the picture.

    Method: rows of a box are in or out by their mean evidence; the pair of first and last row is taken that
    maximises the sum over its rows of (mean - ``ROW_HELD``) minus a Gaussian prior on height and middle.
    Pixels that another box covers are not asked. Where the lower end cannot be asked, the feet are put one
    body's height below the head.
    """
    return _refined(strength, np.ascontiguousarray(boxes_px, dtype=np.float64))


@jit
def _refined(strength: NDArray[np.uint8], boxes: Array) -> tuple[Array, NDArray[np.bool_]]:
    refined = boxes.copy()
    hidden = np.zeros(len(boxes), np.bool_)
    for index in range(len(boxes)):
        box = boxes[index]
        window = _window(strength, box)
        own = _own(strength, boxes, index, window)
        rows = _row_means(own, box, window)
        first, last = _ends(rows, box, window[1])
        if last <= first:
            continue
        refined[index, 1] = window[1] + first
        refined[index, 3] = window[1] + last
        hidden[index] = _is_hidden(rows, last, box)
        if hidden[index]:
            head = _head(strength, boxes, index)
            if head >= 0:
                refined[index, 1] = head
                refined[index, 3] = head + box[3] - box[1]
                first = max(head - window[1], 0)
                last = min(len(own), round(head + box[3] - box[1]) - window[1])
        shift = _sideways(own[max(first, 0) : last], box, window[0])
        if box[0] >= 0 and box[2] <= strength.shape[1]:
            refined[index, 0] += shift
            refined[index, 2] += shift
    return refined, hidden


@jit
def _is_hidden(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    rows: Array, last: int, box: Array
) -> bool:
    """Whether the rows about the lower end, ``last`` not included, cannot be asked."""
    reach = max(2, round(HIDDEN_ROWS * (box[3] - box[1])))
    return bool(np.isnan(rows[max(last - reach, 0) : last + 1]).all())


@jit
def _head(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    strength: NDArray[np.uint8], boxes: Array, index: int
) -> int:
    """The row of the picture in which a body's head begins; -1 where it cannot be told.

    From inside the box upward as long as the rows hold evidence; past another's box nothing can be told.
    """
    box = boxes[index]
    tall = box[3] - box[1]
    first, last = max(0, round(box[0])), min(strength.shape[1], round(box[2]))
    needed = max(HEAD_SHARE * (box[2] - box[0]), 2.0)
    lowest = round(box[1] + PAD_SHARE * tall)
    highest = max(round(box[1] - HEAD_REACH * tall), 0)
    for row in range(min(lowest, strength.shape[0] - 1), highest, -1):
        held, covered = 0.0, 0
        for column in range(first, last):
            covered += _is_covered(boxes, index, row, column)
            # Faces and necks are seldom as unlike the scene as clothes are.
            held += strength[row, column] / 255.0
        if 2 * covered > last - first:
            return -1
        if held < needed:
            return row + 1 if row < lowest else -1
    return -1


@jit
def _is_covered(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    boxes: Array, index: int, row: int, column: int
) -> bool:
    """Whether another box holds a pixel."""
    for other in range(len(boxes)):
        inside = boxes[other, 0] <= column < boxes[other, 2] and boxes[other, 1] <= row < boxes[other, 3]
        if other != index and inside:
            return True
    return False


@jit
def _window(strength: NDArray[np.uint8], box: Array) -> NDArray[np.int64]:
    """Left, top, right, bottom of what is looked at; rows may leave the picture, columns may not."""
    pad = PAD_SHARE * (box[3] - box[1])
    side = WIDER_SHARE * (box[2] - box[0])
    return np.array(
        [
            max(0, round(box[0] - side)),
            int(np.floor(box[1] - pad)),
            min(strength.shape[1], round(box[2] + side)),
            int(np.ceil(box[3] + pad)) + 1,
        ]
    )


@jit
def _own(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    strength: NDArray[np.uint8], boxes: Array, index: int, window: NDArray[np.int64]
) -> NDArray[np.int16]:
    """Evidence in the window; -1 outside the picture and where another box covers it."""
    height = strength.shape[0]
    own = np.full((window[3] - window[1], max(window[2] - window[0], 0)), np.int16(-1))
    for row in range(max(window[1], 0), min(window[3], height)):
        for column in range(window[0], window[2]):
            sure = strength[row, column] >= SURE_STRENGTH
            own[row - window[1], column - window[0]] = 255 if sure else 0
    for other in range(len(boxes)):
        if other == index:
            continue
        left, top, right, bottom = np.round(boxes[other])
        for row in range(max(int(top), window[1]), min(int(bottom), window[3])):
            for column in range(max(int(left), window[0]), min(int(right), window[2])):
                own[row - window[1], column - window[0]] = -1
    return own


@jit
def _row_means(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    own: NDArray[np.int16], box: Array, window: NDArray[np.int64]
) -> Array:
    """Mean evidence (0 to 1) of each row in the middle of the box; NaN where too little is free."""
    inner = NARROWER_SHARE * (box[2] - box[0])
    first = max(0, round(box[0] + inner) - window[0])
    last = min(own.shape[1], round(box[2] - inner) - window[0])
    means = np.full(len(own), np.nan)
    legs = round(box[1] + LEGS_FROM * (box[3] - box[1])) - window[1]
    for row in range(len(own)):
        total, free = 0.0, 0
        for column in range(first, last):
            if own[row, column] >= 0:
                total += own[row, column]
                free += 1
        if free > 0 and free >= FEWEST_FREE * (last - first):
            means[row] = total / (255.0 * free)
            if row >= legs:
                means[row] = max(means[row], _legs(own[row], LEGS_SHARE * (box[2] - box[0])))
    return means


@jit
def _legs(row: NDArray[np.int16], wide: float) -> float:
    """How much of two legs (0 to 1), ``wide`` pixels together, a row shows anywhere in the window."""
    total = 0.0
    for column in range(len(row)):
        total += max(row[column], 0)
    return min(total / (255.0 * wide), 1.0)


@jit
def _ends(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    rows: Array, box: Array, top: int
) -> tuple[int, int]:
    """First row and the row after the last one, counted in the window."""
    tall = box[3] - box[1]
    pad = PAD_SHARE * tall + 1
    total = np.zeros(len(rows) + 1)
    for row in range(len(rows)):
        total[row + 1] = total[row] + (0.0 if np.isnan(rows[row]) else rows[row] - ROW_HELD)
    best, best_first, best_last = -1e18, 0, 0
    for last in range(len(rows)):
        if abs(top + last - box[3]) > pad:
            continue
        for first in range(last):
            if abs(top + first - box[1]) > pad:
                continue
            height_z = ((last - first) / tall - 1) / HEIGHT_SIGMA_SHARE
            middle_z = (top + (first + last) / 2 - (box[1] + box[3]) / 2) / (MIDDLE_SIGMA_SHARE * tall)
            value = total[last] - total[first] - PRIOR_WEIGHT * tall * (height_z**2 + middle_z**2) / 2
            if value > best:
                best, best_first, best_last = value, first, last
    return best_first, best_last


@jit
def _sideways(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    own: NDArray[np.int16], box: Array, left: int
) -> float:
    """How far the evidence's middle lies to the right of the box's, px; 0 with too little of it.

    Both middles are of the pixels that are asked: one side of a body alone does not pull the box there.
    """
    moment, total = 0.0, 0.0
    free_moment, free = 0.0, 0.0
    for row in range(own.shape[0]):
        for column in range(own.shape[1]):
            if own[row, column] < 0:
                continue
            first = float(left + column)
            moment += own[row, column] * (first + 0.5)
            total += own[row, column]
            # The part of this pixel that lies inside the box.
            lower, upper = max(first, box[0]), min(first + 1, box[2])
            if upper > lower:
                free_moment += (upper - lower) * (lower + upper) / 2
                free += upper - lower
    if free == 0.0 or total < LEAST_FILL * 255.0 * own.shape[0] * (box[2] - box[0]):
        return 0.0
    shift: float = moment / total - free_moment / free
    return shift
