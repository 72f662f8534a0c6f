"""Splitting the foreground into upright people on the ground: a greedy fit of calibrated rectangles.

Method: the probabilistic occupancy map of Fleuret, Berclaz, Lengagne and Fua (PAMI 2008), made greedy
and deterministic: every ground cell owns the rectangle that a standing person there would fill; the cell that
explains the most evidence is taken, its evidence is removed, and so on. Then each person in turn is taken
out and put back where the rest leaves the best place: the first pick straddles two people who overlap. Cells
reach below the picture's lower border, so that a person whose feet are out of sight still has a place.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import ground_from_pixel, pixel_from_site
from truceline.geometry.compiled import jit
from truceline.records.site import Calibration

PERSON_HEIGHT_M = 1.72
PERSON_ASPECT = 0.30
"""Width of a person's rectangle as a share of its height: shoulders 0.5 m, walking legs not counted."""

SMALLEST_HEIGHT_PX = 12
LARGEST_RANGE_M = 150.0
SMALLEST_VISIBLE_SHARE = 0.4
BELOW_BORDER_SHARE = 0.6
"""Cells reach this share of the picture's height below its lower border."""

BACKGROUND_WEIGHT = 0.35
SMALLEST_GAIN = 0.22
MOST_PEOPLE = 40
ROUNDS = 2
"""How often each person is taken out and put back."""
PUT_BACK_SHARE = 0.5
"""A person is put back within this share of its height."""
_WHOLE = 255

_Box = tuple[int, int, int, int]
"""Left, top, right, bottom; in arrays of boxes too."""


@dataclass(frozen=True, slots=True, eq=False)
class PersonCells:
    """Ground cells and the rectangles of a person standing in each.

    Attributes:
        en_m: (n, 2) site positions.
        boxes_px: (n, 4) full rectangles, left, top, right, bottom, may leave the picture.
        clipped_px: (n, 4) int64, the part inside the picture.
        visible: (n,) share of the rectangle inside the picture.
    """

    en_m: NDArray[np.float64]
    boxes_px: NDArray[np.float64]
    clipped_px: NDArray[np.int64]
    visible: NDArray[np.float64]


def person_cells(calibration: Calibration, *, width_px: int, height_px: int) -> PersonCells:
    """Cells spread so that neighbours' rectangles differ by a few per cent of their height.

    A camera that sees no ground, or only ground too far away, gives no cells.
    """
    rows = [row for row in _rows(calibration, width_px=width_px, height_px=height_px) if len(row)]
    table = np.concatenate(rows) if rows else np.zeros((0, 7))
    reach_m = np.linalg.norm(table[:, :2] - calibration.position_enu_m[:2], axis=1)
    table = table[reach_m < LARGEST_RANGE_M]
    half = PERSON_ASPECT * table[:, 6] / 2
    middle = (table[:, 2] + table[:, 4]) / 2
    boxes = np.stack([middle - half, table[:, 5], middle + half, table[:, 3]], axis=1)
    limits = np.array([width_px, height_px, width_px, height_px])
    inside = np.clip(boxes, 0, limits)
    full = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    visible = (inside[:, 2] - inside[:, 0]) * (inside[:, 3] - inside[:, 1]) / np.maximum(full, 1e-9)
    clipped = np.round(inside).astype(np.int64)
    kept = (visible > SMALLEST_VISIBLE_SHARE) & np.all(clipped[:, 2:] > clipped[:, :2], axis=1)
    return PersonCells(table[kept, :2], boxes[kept], clipped[kept], visible[kept])


def _rows(calibration: Calibration, *, width_px: int, height_px: int) -> list[NDArray[np.float64]]:
    """Rows of (east, north, foot u, foot v, head u, head v, height in pixels), the picture's top first."""
    rows = []
    foot_v = 0.0
    while foot_v < height_px * (1 + BELOW_BORDER_SHARE):
        foot_u = np.arange(-0.05 * width_px, 1.05 * width_px, 2.0)
        row = _standing(calibration, np.stack([foot_u, np.full(len(foot_u), foot_v)], axis=1))
        step = 1.0
        if len(row):
            step = max(1.0, 0.035 * float(np.median(row[:, 6])))
            stride = max(1, round(0.05 * float(np.median(row[:, 6])) / 2.0))
            rows.append(row[::stride])
        foot_v += step
    return rows


def _standing(calibration: Calibration, foot_px: NDArray[np.float64]) -> NDArray[np.float64]:
    ground = ground_from_pixel(calibration, foot_px)
    seen = np.isfinite(ground).all(axis=1)
    ground, foot_px = ground[seen], foot_px[seen]
    head_px = pixel_from_site(
        calibration, np.concatenate([ground, np.full((len(ground), 1), PERSON_HEIGHT_M)], axis=1)
    )
    tall = foot_px[:, 1] - head_px[:, 1]
    kept = np.isfinite(tall) & (tall > SMALLEST_HEIGHT_PX)
    return np.concatenate([ground, foot_px, head_px, tall[:, None]], axis=1)[kept]


def fit_people(
    strength: NDArray[np.uint8], cells: PersonCells
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Rows of the cells that people stand in, and each one's gain (0 to 1), in the order they were found.

    Args:
        strength: (height, width) 0 to 255, evidence for somebody there.
        cells: Cells made for the same picture size.
    """
    if len(cells.en_m) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    return _fitted(strength, cells.clipped_px, cells.visible)


@jit
def _fitted(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    strength: NDArray[np.uint8], boxes: NDArray[np.int64], visible: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    weights = _weights(strength)
    live, sums = _live(_integral(weights), boxes, visible)
    boxes, factor = boxes[live], np.sqrt(visible[live])
    chosen, gains = _put_back(weights, boxes, factor, _greedy(weights, boxes, factor, sums))
    return live[chosen], gains


@jit
def _weights(strength: NDArray[np.uint8]) -> NDArray[np.int32]:
    """What each pixel adds to a rectangle over it: minus ``BACKGROUND_WEIGHT`` to 1, times 255."""
    height, width = strength.shape
    weights = np.empty((height, width), np.int32)
    of = np.empty(_WHOLE + 1, np.int32)
    for value in range(_WHOLE + 1):
        of[value] = np.int32(round(value * (1 + BACKGROUND_WEIGHT) - _WHOLE * BACKGROUND_WEIGHT))
    for row in range(height):
        for column in range(width):
            weights[row, column] = of[strength[row, column]]
    return weights


@jit
def _integral(weights: NDArray[np.int32]) -> NDArray[np.int32]:
    """Sums (height + 1, width + 1) of all that lies above and to the left."""
    height, width = weights.shape
    total = np.empty((height + 1, width + 1), np.int32)
    total[0], total[:, 0] = 0, 0
    for row in range(height):
        run = np.int32(0)
        for column in range(width):
            run += weights[row, column]
            total[row + 1, column + 1] = total[row, column + 1] + run
    return total


@jit
def _sum(total: NDArray[np.int32], box: _Box | NDArray[np.int64]) -> int:
    left, top, right, bottom = box
    inside: int = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
    return inside


@jit
def _gain(inside: int, box: NDArray[np.int64], factor: float) -> float:  # noqa: PLR0917 - compiled
    """What the sum of the weights inside a box is worth."""
    gain: float = inside / (_WHOLE * (box[2] - box[0]) * (box[3] - box[1])) * factor
    return gain


@jit
def _live(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    total: NDArray[np.int32], boxes: NDArray[np.int64], visible: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the cells that gain enough, and the sum in each: what others explain only lowers it."""
    live = np.empty(len(boxes), np.int64)
    sums = np.empty(len(boxes), np.int64)
    living = 0
    for index in range(len(boxes)):
        inside = _sum(total, boxes[index])
        if inside > 0 and _gain(inside, boxes[index], np.sqrt(visible[index])) > SMALLEST_GAIN:
            live[living], sums[living] = index, inside
            living += 1
    return live[:living], sums[:living]


@jit
def _explain(weights: NDArray[np.int32], box: _Box | NDArray[np.int64]) -> None:
    """Evidence inside the box is accounted for; what speaks against a person stays."""
    for row in range(box[1], box[3]):
        for column in range(box[0], box[2]):
            weights[row, column] = min(weights[row, column], 0)


@jit
def _common(box: NDArray[np.int64], other: NDArray[np.int64]) -> _Box:
    """What two boxes share, from the other's corner; its size is negative where they share nothing."""
    return (
        max(box[0] - other[0], 0),
        max(box[1] - other[1], 0),
        min(box[2], other[2]) - other[0],
        min(box[3], other[3]) - other[1],
    )


@jit
def _greedy(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    weights: NDArray[np.int32],
    boxes: NDArray[np.int64],
    factor: NDArray[np.float64],
    sums: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    rest = weights.copy()
    left = sums.copy()
    gains = np.empty(len(boxes), np.float64)
    for place in range(len(boxes)):
        gains[place] = _gain(left[place], boxes[place], factor[place])
    chosen = np.empty(MOST_PEOPLE, np.int64)
    chosen_gains = np.empty(MOST_PEOPLE, np.float32)
    found = 0
    while found < MOST_PEOPLE:
        best, best_gain = -1, SMALLEST_GAIN
        for place in range(len(boxes)):
            if gains[place] > best_gain:
                best, best_gain = place, gains[place]
        if best < 0:
            break
        taken = boxes[best]
        chosen[found], chosen_gains[found] = best, best_gain
        found += 1
        # Whatever shares ground with the box loses the evidence that lies in both.
        held = _integral(np.maximum(rest[taken[1] : taken[3], taken[0] : taken[2]], 0))
        _explain(rest, taken)
        for place in range(len(boxes)):
            box = boxes[place]
            if box[0] < taken[2] and taken[0] < box[2] and box[1] < taken[3] and taken[1] < box[3]:
                left[place] -= _sum(held, _common(box, taken))
                gains[place] = _gain(left[place], box, factor[place])
    return chosen[:found], chosen_gains[:found]


@jit
def _put_back(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    weights: NDArray[np.int32],
    boxes: NDArray[np.int64],
    factor: NDArray[np.float64],
    found: tuple[NDArray[np.int64], NDArray[np.float32]],
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Take each person out and put it back at the best place that the others leave, or nowhere."""
    chosen, gains = found[0].copy(), found[1].copy()
    # Who stayed and has nobody near by who moved since would be put back in the same place.
    settled = np.zeros(len(chosen), np.bool_)
    for _ in range(ROUNDS):
        for place in range(len(chosen)):
            if chosen[place] < 0 or settled[place]:
                continue
            best, gain = _best_beside(weights, boxes, factor, (chosen, place))
            if gain <= SMALLEST_GAIN:
                best = -1
            if best != chosen[place]:
                _unsettle(settled, boxes, chosen, boxes[chosen[place]])
            settled[place] = best == chosen[place]
            if best >= 0 and not settled[place]:
                _unsettle(settled, boxes, chosen, boxes[best])
            chosen[place] = best
            gains[place] = gain
    kept = chosen >= 0
    return chosen[kept], gains[kept]


@jit
def _unsettle(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    settled: NDArray[np.bool_],
    boxes: NDArray[np.int64],
    chosen: NDArray[np.int64],
    changed: NDArray[np.int64],
) -> None:
    """Whose surroundings a box lies in is to be put back once more; in place."""
    for place in range(len(chosen)):
        if chosen[place] < 0:
            continue
        box = boxes[chosen[place]]
        # The window of ``_beside`` reaches no farther than twice ``PUT_BACK_SHARE`` of the height.
        reach = int(2 * PUT_BACK_SHARE * (box[3] - box[1])) + 1
        apart = changed[0] > box[2] + reach or changed[2] < box[0] - reach
        if not apart and changed[1] <= box[3] + reach and changed[3] >= box[1] - reach:
            settled[place] = False


@jit
def _best_beside(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    weights: NDArray[np.int32],
    boxes: NDArray[np.int64],
    factor: NDArray[np.float64],
    one: tuple[NDArray[np.int64], int],
) -> tuple[int, float]:
    """The best box near one of the chosen, with what the others explain taken away, and its gain."""
    chosen, place = one
    beside = _beside(boxes, boxes[chosen[place]], weights.shape)
    # Only this window of the picture can matter.
    near = boxes[beside]
    left, top, right, bottom = near[:, 0].min(), near[:, 1].min(), near[:, 2].max(), near[:, 3].max()
    window = np.array([left, top, right, bottom])
    rest = weights[top:bottom, left:right].copy()
    for other in range(len(chosen)):
        if other != place and chosen[other] >= 0:
            _explain(rest, _common(boxes[chosen[other]], window))
    total = _integral(rest)
    best, best_gain = -1, -1.0
    for index in beside:
        gain = _gain(_sum(total, _common(boxes[index], window)), boxes[index], factor[index])
        if gain > best_gain:
            best, best_gain = index, gain
    return best, best_gain


@jit
def _beside(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    boxes: NDArray[np.int64], old: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.int64]:
    """Rows of the boxes near one of them and not much larger than it, itself among them."""
    reach = PUT_BACK_SHARE * (old[3] - old[1])
    top, bottom = max(0, int(old[1] - 2 * reach)), min(shape[0], int(old[3] + 2 * reach) + 1)
    left, right = max(0, int(old[0] - 2 * reach)), min(shape[1], int(old[2] + 2 * reach) + 1)
    beside = np.empty(len(boxes), np.int64)
    count = 0
    for index in range(len(boxes)):
        box = boxes[index]
        if abs(box[3] - old[3]) > reach or abs(box[0] - old[0]) > reach:
            continue
        if box[1] < top or box[3] > bottom or box[0] < left or box[2] > right:
            continue
        beside[count] = index
        count += 1
    return beside[:count]
