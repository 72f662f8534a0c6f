"""Passing a line drawn in the picture: where a subject's foot point goes from one side of A→B to the other.

Image terms only: pixels, presentation seconds, left and right as somebody sees them who stands at A and looks
towards B in the picture.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Side = Literal["left", "right"]

FEWEST_ROWS_BEYOND = 2
"""A side is reached when it was seen in so many rows: one row alone may be two subjects seen as one."""


@dataclass(frozen=True, slots=True)
class LinePassage:
    """One passing of the line.

    Attributes:
        from_side: The side that was left.
        at_s: When the foot passed, presentation seconds.
        bound_s: The foot was surely on the old side, or surely on the new one, so long before or after
            ``at_s`` at most.
        place_px: Where it passed.
        before_row: Last row surely on the old side; ``after_row`` the first one surely on the new side.
    """

    from_side: Side
    at_s: float
    bound_s: float
    place_px: tuple[float, float]
    before_row: int
    after_row: int


def left_distance_px(points_px: FloatArray, line_px: tuple[float, float, float, float]) -> FloatArray:
    """Distance (n,) of points (n, 2) from the infinite line through A and B, positive on A's left, pixels.

    The picture's y runs down, so that left of a line drawn to the right is up.

    Raises:
        InputError: A and B are one point.
    """
    start, along = _start_and_along(line_px)
    length = float(np.hypot(*along))
    offset = points_px - start
    distance: FloatArray = (offset[:, 0] * along[1] - offset[:, 1] * along[0]) / length
    return distance


def line_passages(
    seconds: FloatArray,
    foot_px: FloatArray,
    *,
    observed: BoolArray,
    band_px: FloatArray,
    line_px: tuple[float, float, float, float],
) -> tuple[LinePassage, ...]:
    """Every passing of the segment A→B by one subject, in order of time.

    Args:
        seconds: (n,) increasing presentation seconds.
        foot_px: (n, 2) smoothed foot points.
        observed: (n,) whether a row was seen; a row that was not decides nothing.
        band_px: (n,) how far beyond the line a foot must be before it is surely on a side: the foot's error.
        line_px: x1, y1, x2, y2.

    Method: a state machine with a dead band. A side is reached in the second seen row beyond the band; the
    passing is the last sign change before the first of these rows. Going round an end of the segment changes
    the side and is no passing.

    Raises:
        InputError: A and B are one point.
    """
    distance = left_distance_px(foot_px, line_px)
    beyond = np.where(distance > band_px, 1, np.where(distance < -band_px, -1, 0))
    passages = []
    side, last_row = 0, 0
    reached: list[int] = []
    for row in np.flatnonzero(observed & (beyond != 0)):
        now = int(beyond[row])
        if now == side:
            last_row, reached = int(row), []
            continue
        reached = [*reached, int(row)] if reached and int(beyond[reached[0]]) == now else [int(row)]
        if side != 0 and len(reached) < FEWEST_ROWS_BEYOND:
            continue
        if side != 0:
            found = _passage(
                seconds, foot_px, distance=distance, rows=(last_row, reached[0]), line_px=line_px
            )
            passages += [found] if found is not None else []
        side, last_row, reached = now, int(row), []
    return tuple(passages)


def _passage(
    seconds: FloatArray,
    foot_px: FloatArray,
    *,
    distance: FloatArray,
    rows: tuple[int, int],
    line_px: tuple[float, float, float, float],
) -> LinePassage | None:
    """The last sign change between two rows on either side, or None where it lies beside the segment."""
    before, after = rows
    old = np.sign(distance[before])
    row = before + int(np.flatnonzero(np.sign(distance[before:after]) == old)[-1])
    share = float(distance[row] / (distance[row] - distance[row + 1]))
    place = foot_px[row] + share * (foot_px[row + 1] - foot_px[row])
    start, along = _start_and_along(line_px)
    if not 0.0 <= float((place - start) @ along) / float(along @ along) <= 1.0:
        return None
    at_s = float(seconds[row] + share * (seconds[row + 1] - seconds[row]))
    return LinePassage(
        from_side="left" if old > 0 else "right",
        at_s=at_s,
        bound_s=max(at_s - float(seconds[before]), float(seconds[after]) - at_s),
        place_px=(float(place[0]), float(place[1])),
        before_row=before,
        after_row=after,
    )


def _start_and_along(line_px: tuple[float, float, float, float]) -> tuple[FloatArray, FloatArray]:
    start = np.array(line_px[:2], dtype=np.float64)
    along = np.array(line_px[2:], dtype=np.float64) - start
    if not np.any(along):
        raise InputError("A and B of the line are one point", where="--line", do="Give two different points.")
    return start, along
