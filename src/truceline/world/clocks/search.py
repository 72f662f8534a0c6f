"""The search: every offset that two clocks may have is weighed by the people that both saw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from truceline.world.biases import settle
from truceline.world.likeness import (
    BODY_M,
    CENTRE_V,
    FOOT_PX,
    SAMPLE_S,
    STRANGER_M,
    VEHICLE_M,
    Differ,
    likeness,
)
from truceline.world.sightings import Trace
from truceline.world.views import Eyes

Array = NDArray[np.float64]
Score = Callable[[Array], Array]

COARSE_S = 0.25
FINE_S = 0.1
FINEST_S = 0.02
PEAKS = 12
"""So many of the best coarse offsets, at least ``APART_S`` from one another, are weighed exactly."""
APART_S = 0.75
REACH_S = 0.6
RIVAL_S = 2.0
"""Nearer than this another offset is the same one, hardly worse."""
MISSED = float(np.log(0.3))
"""What it costs that who was in the other's view for ``IN_VIEW_S`` has no counterpart: detectors miss."""
IN_VIEW_S = 2.0
LEAST_WAY_M = 2.0
"""Who stands still is in the same place at every offset, and says nothing of it."""
TEMPER = 1.5
"""Weights are divided by this: paths are not the Gaussians that they are taken for (tuning seeds 1 to 40)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the shared tracks of two clocks say.

    Attributes:
        ahead_s: How far the second clock is ahead of the first: the mode, by parabola.
        sigma_s: Standard deviation around it.
        sure: Probability (0 to 1) that it lies within ``APART_S`` of there.
        people: Moving subjects that both saw; ``shared_s`` their common time in all.
        rival_s: The other offset at which most of them fit; ``rival_people`` how many.
    """

    ahead_s: float
    sigma_s: float
    sure: float
    people: int
    shared_s: float
    rival_s: float | None
    rival_people: int


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Two clocks' traces, and what weighs their offsets.

    Attributes:
        first: Traces of the first clock; ``second`` of the other.
        eyes: Of all cameras, each watching by its own clock.
        differ: What paths may differ by.
        instants: Weight of offsets (k,) by flashes and sounds, or None.
    """

    first: Sequence[Trace]
    second: Sequence[Trace]
    eyes: Eyes
    differ: Differ
    instants: Score | None = None


def search(shared: Shared, *, reach_s: float) -> Found | None:
    """Weigh every offset within ``reach_s`` either way; None where no moving subject could be in both.

    Method: a coarse grid of all pairs finds candidates; around each the pairs are weighed exactly
    (``likeness``) and assigned one to one for every offset; who should have been seen by the other and was
    not counts against an offset. The weights over the whole range are taken as a probability: a second
    candidate, few people or a long range widen the bound by themselves.
    """
    offsets = np.arange(-np.ceil(reach_s / COARSE_S), np.ceil(reach_s / COARSE_S) + 1) * COARSE_S
    pairs = _coarse(shared, offsets)
    missing = _Missing.of(shared)
    hints = np.zeros(len(offsets)) if shared.instants is None else shared.instants(offsets)
    if not pairs and not np.any(hints > 0):
        return None
    rough = np.sum([np.max(rows, axis=0) for rows in _by_first(pairs)] or [np.zeros(len(offsets))], axis=0)
    plain = missing.none_found(offsets) + hints
    places = _peaks(offsets, rough + plain)
    weighed = [_weigh(shared, pairs, missing=missing, around=(offsets, place)) for place in places]
    return _verdict(shared, weighed, offsets=offsets, plain=plain, missing=missing)


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    """Exact weights (k,) at offsets (k,) around one candidate, and the pairs that may be the same there."""

    offsets: Array
    scores: Array
    pairs: list[tuple[int, int]]


def _coarse(shared: Shared, offsets: Array) -> dict[tuple[int, int], Array]:
    """Rough logarithmic odds (k,) of each pair at each offset; pairs that are never likely are left out."""
    found = {}
    for row, one in enumerate(shared.first):
        times = np.arange(one.seconds[one.first], one.seconds[one.last] + 1e-9, SAMPLE_S)
        rows = one.at(times)
        if not _moves(rows.positions):
            continue
        for column, other in enumerate(shared.second):
            if one.is_vehicle == other.is_vehicle:
                odds = _rough_odds(one, other, times=times, offsets=offsets, differ=shared.differ)
                if np.any(odds > 0):
                    found[row, column] = odds
    return found


def _moves(positions: Array) -> bool:
    return (
        len(positions) > 2
        and float(np.linalg.norm(positions - positions[0], axis=1).max()) >= LEAST_WAY_M / 2
    )


def _rough_odds(one: Trace, other: Trace, *, times: Array, offsets: Array, differ: Differ) -> Array:
    body_m = VEHICLE_M if one.is_vehicle else BODY_M
    rows = one.at(times)
    speed = np.linalg.norm(rows.velocities, axis=1)
    variance = _variance(one, differ) + _variance(other, differ) + body_m**2
    variance = variance + (speed * COARSE_S / 2) ** 2
    asked = times[None] + offsets[:, None]
    inside = (asked >= other.seconds[other.first]) & (asked <= other.seconds[other.last]) & rows.held
    odds = np.zeros(len(offsets))
    some = np.flatnonzero(np.count_nonzero(inside, axis=1) >= 3)
    if not len(some):
        return odds
    there = np.stack(
        [np.interp(asked[some], other.seconds, other.positions[:, axis]) for axis in (0, 1)], axis=2
    )
    apart2 = np.sum((there - rows.positions[None]) ** 2, axis=2) / variance
    held = inside[some]
    count = held.sum(axis=1)
    strange = -0.5 * SAMPLE_S / 2.4 * np.sum(np.where(held, np.minimum(apart2, 30.0), 0.0), axis=1)
    gained = np.log1p(STRANGER_M**2 / float(np.median(variance))) + 0.3 * count * SAMPLE_S
    steps = np.sum(np.diff(rows.positions, axis=0) ** 2, axis=1)
    way = np.sum(np.where(held[:, 1:], np.sqrt(steps), 0.0), axis=1)
    odds[some] = np.where(way >= LEAST_WAY_M, np.maximum(strange + gained, 0.0), 0.0)
    return odds


def _variance(trace: Trace, differ: Differ) -> float:
    """Typical variance per axis of a trace's places, calibration included, square metres."""
    rows = np.linspace(0, len(trace.seconds) - 1, 5).astype(int)
    jacobian = trace.bias_jacobian[rows]
    shared = np.einsum("nij,jk,nik->n", jacobian, differ.calibrations[trace.camera_id], jacobian)
    shared = shared + FOOT_PX**2 * np.sum(jacobian[:, :, CENTRE_V] ** 2, axis=1)
    white = np.trace(trace.track.covariance[rows, :2, :2], axis1=1, axis2=2)
    return float(np.median(shared + white)) / 2


def _by_first(pairs: dict[tuple[int, int], Array]) -> list[Array]:
    """The rows of the pairs, stacked by their first trace."""
    firsts = sorted({row for row, _ in pairs})
    return [np.stack([odds for (row, _), odds in pairs.items() if row == first]) for first in firsts]


def _peaks(offsets: Array, scores: Array) -> list[int]:
    """The best places of a grid, no two nearer to one another than ``APART_S``."""
    chosen: list[int] = []
    for place in np.argsort(-scores, kind="stable").tolist():
        if all(abs(offsets[place] - offsets[other]) >= APART_S for other in chosen):
            chosen.append(place)
        if len(chosen) == PEAKS:
            break
    return chosen


@dataclass(frozen=True, slots=True, eq=False)
class _Missing:
    """For each trace of both clocks: times (k,) at which the other's cameras could see it, by camera."""

    eyes: Eyes
    first: list[dict[str, Array]]
    second: list[dict[str, Array]]

    @classmethod
    def of(cls, shared: Shared) -> "_Missing":
        return cls(
            shared.eyes,
            [_seen_times(one, shared, by=shared.second) for one in shared.first],
            [_seen_times(one, shared, by=shared.first) for one in shared.second],
        )

    def costs(self, offsets: Array) -> tuple[Array, Array]:
        """What it costs (k, n), (k, m) to leave each trace of either clock alone, at offsets (k,)."""
        return self._cost(self.first, offsets), self._cost(self.second, -offsets)

    def each(self, offsets: Array) -> list[tuple[Array, Array]]:
        """The same, one offset after the other: (n,), (m,)."""
        return list(zip(*self.costs(offsets), strict=True))

    def none_found(self, offsets: Array) -> Array:
        """What it costs (k,) to leave them all alone."""
        first, second = self.costs(offsets)
        total: Array = first.sum(axis=1) + second.sum(axis=1)
        return total

    def _cost(self, all_times: list[dict[str, Array]], offsets: Array) -> Array:
        costs = np.zeros((len(offsets), len(all_times)))
        for row, by_camera in enumerate(all_times):
            seconds = np.zeros(len(offsets))
            for name, times in by_camera.items():
                watching = self.eyes.watching(times[None] + offsets[:, None])
                seconds += SAMPLE_S * np.count_nonzero(watching[name], axis=1)
            costs[:, row] = np.where(seconds >= IN_VIEW_S, MISSED, 0.0)
        return costs


def _seen_times(trace: Trace, shared: Shared, *, by: Sequence[Trace]) -> dict[str, Array]:
    """When each camera of the other clock could see a trace's place; nothing of one that does not move."""
    times = np.arange(trace.seconds[trace.first], trace.seconds[trace.last] + 1e-9, SAMPLE_S)
    rows = trace.at(times)
    if not _moves(rows.positions):
        return {}
    cameras = sorted({one.camera_id for one in by})
    return {name: times[shared.eyes.views[name].sees(rows.positions)] for name in cameras}


def _weigh(
    shared: Shared,
    pairs: dict[tuple[int, int], Array],
    *,
    missing: _Missing,
    around: tuple[Array, int],
) -> _Weighed:
    """Exact weights around one candidate: a place of the coarse grid."""
    offsets, place = around
    near = slice(max(place - 2, 0), place + 3)
    likely = [pair for pair, odds in sorted(pairs.items()) if np.any(odds[near] > 0)]
    fine = offsets[place] + np.arange(-round(REACH_S / FINE_S), round(REACH_S / FINE_S) + 1) * FINE_S
    return _Weighed(fine, _scores_at(shared, likely, missing=missing, offsets=fine), likely)


def _scores_at(
    shared: Shared, pairs: Sequence[tuple[int, int]], *, missing: _Missing, offsets: Array
) -> Array:
    """Weights (k,) of offsets (k,): the best assignment of the given pairs at each."""
    hints = np.zeros(len(offsets)) if shared.instants is None else shared.instants(offsets)
    return np.array(
        [
            _assigned(shared, pairs, costs=costs, ahead_s=float(one))[0] / TEMPER + hint
            for one, hint, costs in zip(offsets, hints, missing.each(offsets), strict=True)
        ]
    )


def _assigned(
    shared: Shared, pairs: Sequence[tuple[int, int]], *, costs: tuple[Array, Array], ahead_s: float
) -> tuple[float, list[tuple[int, int, float]]]:
    """Weight of the best assignment at one offset, and its pairs with the seconds that they share."""
    first, second = costs
    total = float(first.sum() + second.sum())
    gains: dict[tuple[int, int], tuple[float, float]] = {}
    for row, column in pairs:
        found = likeness(shared.first[row], shared.second[column], differ=shared.differ, ahead_s=ahead_s)
        gain = found.log_odds - first[row] - second[column]
        if found.way_m >= LEAST_WAY_M and gain > 0:
            gains[row, column] = (gain, found.seconds)
    if not gains:
        return total, []
    rows = sorted({row for row, _ in gains})
    columns = sorted({column for _, column in gains})
    table = np.zeros((len(rows), len(columns)))
    for (row, column), (gain, _) in gains.items():
        table[rows.index(row), columns.index(column)] = gain
    chosen = [
        (rows[i], columns[j], gains[rows[i], columns[j]][1])
        for i, j in zip(*linear_sum_assignment(-table), strict=True)
        if table[i, j] > 0
    ]
    return total + sum(gains[row, column][0] for row, column, _ in chosen), chosen


def _verdict(
    shared: Shared, weighed: list[_Weighed], *, offsets: Array, plain: Array, missing: _Missing
) -> Found:
    """The mode, its width and how sure it is, from the weights over the whole range."""
    best = max(weighed, key=lambda one: float(one.scores.max()))
    mode = float(best.offsets[int(np.argmax(best.scores))])
    finest = np.float64(mode) + np.arange(-15, 16) * FINEST_S
    scores = _scores_at(shared, best.pairs, missing=missing, offsets=finest)
    peak = float(max(scores.max(), best.scores.max()))
    ahead_s = _by_parabola(finest, scores)
    every = np.concatenate([one.offsets for one in weighed])
    logs = np.concatenate([one.scores for one in weighed])
    alone = np.min(np.abs(offsets[:, None] - every[None]), axis=1) > FINE_S
    # What was not weighed exactly is as likely as leaving everybody without a counterpart.
    masses = np.concatenate([np.exp(logs - peak) * FINE_S, np.exp(plain[alone] - peak) * COARSE_S])
    all_offsets = np.concatenate([every, offsets[alone]])
    near = np.abs(all_offsets - ahead_s) <= APART_S
    within = masses[near] / masses[near].sum()
    sigma2 = float(np.sum(within * (all_offsets[near] - ahead_s) ** 2)) + FINE_S**2 / 12
    alone_here = missing.each(np.array([ahead_s]))[0]
    _, chosen = _assigned(shared, best.pairs, costs=alone_here, ahead_s=ahead_s)
    # One calibration moves all paths of a camera together: taken one by one they look too sure.
    both = [(shared.first[row], shared.second[column]) for row, column, _ in chosen]
    settled = settle(both, shared.differ, ahead_s=ahead_s, slip_sigma_s=APART_S)
    every_rival = [_rival(shared, one, missing=missing) for one in weighed if one is not best]
    rivals = [one for one in every_rival if abs(one[1] - ahead_s) > RIVAL_S]
    rival_people, rival_s = max(rivals, key=lambda one: (one[0], -abs(one[1])), default=(0, None))
    return Found(
        ahead_s=ahead_s + settled.slip_s,
        sigma_s=float(np.hypot(np.sqrt(sigma2), settled.slip_sigma_s)),
        sure=float(masses[near].sum() / masses.sum()),
        people=len(chosen),
        shared_s=float(sum(seconds for _, _, seconds in chosen)),
        rival_s=rival_s if rival_people else None,
        rival_people=rival_people,
    )


def _rival(shared: Shared, weighed: _Weighed, *, missing: _Missing) -> tuple[int, float]:
    """How many people fit at another candidate, and where it is."""
    at_s = float(weighed.offsets[int(np.argmax(weighed.scores))])
    costs = missing.each(np.array([at_s]))[0]
    return len(_assigned(shared, weighed.pairs, costs=costs, ahead_s=at_s)[1]), at_s


def _by_parabola(offsets: Array, scores: Array) -> float:
    """The maximum of the parabola through the best score and its neighbours."""
    place = int(np.argmax(scores))
    if place in (0, len(scores) - 1):
        return float(offsets[place])
    before, here, after = scores[place - 1 : place + 2]
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float(offsets[place] + shift * (offsets[1] - offsets[0]))
