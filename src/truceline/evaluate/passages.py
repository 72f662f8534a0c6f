"""Passages of a line against truth: precision, recall, F1 within a tolerance in time.

A passage is one change of side. A crossing with its return is two passages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from truceline.geometry.line import beside_line, signed_distance_m
from truceline.records.events import Crossing

Array = NDArray[np.float64]

REPORTED_AT = 0.5
"""A crossing counts as reported when it is more probable than not."""

_FAR = 1e9


@dataclass(frozen=True, slots=True)
class Passage:
    """One change of side: when (seconds), and into which side (+1 left, -1 right)."""

    at_s: float
    towards: int


@dataclass(frozen=True, slots=True)
class Score:
    """How many were matched, missed and reported without truth."""

    matched: int
    missed: tuple[Passage, ...]
    unfounded: tuple[Passage, ...]

    @property
    def precision(self) -> float:
        """The share of what was reported that is true; NaN when nothing was reported."""
        reported = self.matched + len(self.unfounded)
        return self.matched / reported if reported else float("nan")

    @property
    def recall(self) -> float:
        """The share of what is true that was reported; NaN when there was nothing to find."""
        true = self.matched + len(self.missed)
        return self.matched / true if true else float("nan")

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN); 1 when there was nothing to find and nothing was reported."""
        wrong = len(self.missed) + len(self.unfounded)
        return 2 * self.matched / (2 * self.matched + wrong) if self.matched or wrong else 1.0


def true_passages(seconds: Array, positions_en_m: Array, *, line_en_m: Array, band_m: float) -> list[Passage]:
    """Passages of one true path (n,), (n, 2): side changes with hysteresis, at the last sign change.

    A side is taken when the path is at least ``band_m`` beyond the line; passing beyond an end of the line is
    no passage.
    """
    distance = signed_distance_m(line_en_m, positions_en_m)
    beside = beside_line(line_en_m, positions_en_m)
    found = []
    side = 0
    for row, value in enumerate(distance):
        now = 1 if value >= band_m else -1 if value <= -band_m else side
        if side not in (0, now):
            first = row
            while first > 0 and np.sign(distance[first - 1]) == np.sign(value):
                first -= 1
            if beside[first]:
                found.append(Passage(float(seconds[first]), now))
        side = now
    return found


def reported_passages(
    crossings: Sequence[Crossing], *, left: str, line_en_m: Array, start_utc_ns: int
) -> list[Passage]:
    """Passages that crossings claim: the way out, and the way back when it led over the line.

    Both count when they are more probable than not.
    """
    found = []
    for crossing in crossings:
        if crossing.probability < REPORTED_AT:
            continue
        towards = 1 if crossing.to_side == left else -1
        found.append(Passage((crossing.crossed_utc_ns - start_utc_ns) / 1e9, towards))
        back = crossing.returned_place_en_m
        over_the_line = back is not None and bool(beside_line(line_en_m, np.array([back]))[0])
        if crossing.returned_utc_ns is not None and over_the_line:
            found.append(Passage((crossing.returned_utc_ns - start_utc_ns) / 1e9, -towards))
    return found


def score(truth: Sequence[Passage], reported: Sequence[Passage], *, tolerance_s: float) -> Score:
    """Match one to one, same direction and within the tolerance, as many as possible."""
    cost = np.full((len(truth), len(reported)), _FAR)
    for row, true in enumerate(truth):
        for column, claim in enumerate(reported):
            apart = abs(true.at_s - claim.at_s)
            if true.towards == claim.towards and apart <= tolerance_s:
                cost[row, column] = apart
    rows, columns = linear_sum_assignment(cost)
    pairs = [(row, column) for row, column in zip(rows, columns, strict=True) if cost[row, column] < _FAR]
    taken_rows, taken_columns = {row for row, _ in pairs}, {column for _, column in pairs}
    return Score(
        matched=len(pairs),
        missed=tuple(one for row, one in enumerate(truth) if row not in taken_rows),
        unfounded=tuple(one for column, one in enumerate(reported) if column not in taken_columns),
    )


def claims(
    crossings: Sequence[Crossing],
    truth: Sequence[Passage],
    *,
    left: str,
    start_utc_ns: int,
    tolerance_s: float,
) -> tuple[Array, NDArray[np.bool_]]:
    """What crossings claim, and whether it was so: probabilities (n,) and truths (n,).

    A crossing is true when someone passed in its direction within the tolerance; the surest choose first, and
    each passage makes one crossing true at most. What nobody reported is not in it: that is recall's.
    """
    free = list(truth)
    stated, true = [], []
    for crossing in sorted(crossings, key=lambda one: (-one.probability, one.event_id)):
        at_s = (crossing.crossed_utc_ns - start_utc_ns) / 1e9
        towards = 1 if crossing.to_side == left else -1
        fitting = [one for one in free if one.towards == towards and abs(one.at_s - at_s) <= tolerance_s]
        nearest = min(fitting, key=lambda one: abs(one.at_s - at_s), default=None)
        if nearest is not None:
            free.remove(nearest)
        stated.append(crossing.probability)
        true.append(nearest is not None)
    return np.array(stated, dtype=np.float64), np.array(true, dtype=np.bool_)
