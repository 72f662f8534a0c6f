"""Meetings: tracks of several cameras that share time, grouped by whom they show."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truceline.world.likeness import Differ, Likeness, kinds_odds, likeness
from truceline.world.sightings import Trace

TEMPER = 1.5
"""Log odds are divided by this: paths are not the Gaussians that they are taken for (tuning seeds)."""
LEAST_GAIN = float(np.log(3.0))
"""Tracks are joined when that is three times as likely as that they are strangers."""
LARGEST_CLOCK_SIGMA_S = 1.5
"""Clocks that are less known than this do not say what happened at one time."""
ONE_CAMERA_S = 0.3
"""Two tracks of one camera that share more time than this are two subjects."""
SURE = 0.999
"""No two cameras are surer than this of one another: something else may always be wrong."""
MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to which group a trace belongs: ``group`` or None for nobody else's, and its probability."""

    group: int | None
    probability: float


@dataclass(frozen=True, slots=True)
class Member:
    """A trace in its group.

    Attributes:
        trace: Index into the traces.
        probability: That it shows the same subject as the rest of the group; 1 where there is none.
        answers: Other groups, or nobody's, with their probabilities; with ``probability`` they sum to 1.
        agrees: How it agrees with the one it shares most time with, or None.
    """

    trace: int
    probability: float
    answers: tuple[Answer, ...]
    agrees: Likeness | None


@dataclass(frozen=True, slots=True)
class Group:
    """Traces that show one subject in a stretch of time, in order of their first row seen."""

    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Log odds (n, n), tempered, and which pairs cannot be one (n, n)."""

    odds: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    apart: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    likes: dict[tuple[int, int], Likeness]


def groups_of(traces: Sequence[Trace], differ: Differ) -> tuple[Group, ...]:
    """Group traces that share time, in order of their beginning.

    Method: the groups that maximise the sum of the pairs' log odds (correlation clustering): the best two are
    joined until nothing is gained, then traces are moved one by one while that gains. What a trace could be
    instead (alone, in another group, or there in the place of the one it excludes) gives its probability.
    """
    pairs = _pairs(traces, differ)
    groups = _moved(_joined([[row] for row in range(len(traces))], pairs), pairs)
    for members in groups:
        members.sort(key=lambda row: (traces[row].seconds[traces[row].first], traces[row].name))
    groups.sort(key=lambda rows: (traces[rows[0]].seconds[traces[rows[0]].first], traces[rows[0]].name))
    return tuple(
        Group(tuple(_member(row, place, groups=groups, pairs=pairs) for row in rows))
        for place, rows in enumerate(groups)
    )


def _pairs(traces: Sequence[Trace], differ: Differ) -> _Pairs:
    count = len(traces)
    odds = np.zeros((count, count))
    apart = np.zeros((count, count), dtype=np.bool_)
    likes = {}
    for row, one in enumerate(traces):
        for column in range(row + 1, count):
            other = traces[column]
            if one.camera_id == other.camera_id:
                apart[row, column] = apart[column, row] = _shared_s(one, other) > ONE_CAMERA_S
                continue
            if differ.clock_sigma_s(one, other) > LARGEST_CLOCK_SIGMA_S or _shared_s(one, other) <= 0:
                continue
            if one.is_vehicle != other.is_vehicle and "unknown" not in (one.track.kind, other.track.kind):
                apart[row, column] = apart[column, row] = True
                continue
            found = likeness(one, other, differ=differ)
            if found.seconds > 0:
                likes[row, column] = likes[column, row] = found
                weight = found.log_odds + float(np.log(kinds_odds(one, other)))
                odds[row, column] = odds[column, row] = weight / TEMPER
    return _Pairs(odds, apart, likes)


def _shared_s(one: Trace, other: Trace) -> float:
    return float(
        min(one.seconds[one.last], other.seconds[other.last])
        - max(one.seconds[one.first], other.seconds[other.first])
    )


def _joined(groups: list[list[int]], pairs: _Pairs) -> list[list[int]]:
    """Join the two groups that gain most, until none gains enough."""
    gains, apart = pairs.odds.copy(), pairs.apart.copy()
    while len(groups) > 1:
        offered = np.triu(np.where(apart, 0.0, gains), 1)
        place = int(np.argmax(offered))
        first, second = divmod(place, len(groups))
        if offered[first, second] <= LEAST_GAIN:
            return groups
        groups[first] += groups.pop(second)
        gains[first] += gains[second]
        gains[:, first] += gains[:, second]
        apart[first] |= apart[second]
        apart[:, first] |= apart[:, second]
        gains = np.delete(np.delete(gains, second, axis=0), second, axis=1)
        apart = np.delete(np.delete(apart, second, axis=0), second, axis=1)
    return groups


def _moved(groups: list[list[int]], pairs: _Pairs) -> list[list[int]]:
    """Move single traces to where they gain most, while anything is gained."""
    for _ in range(MOST_ROUNDS):
        moved = False
        for row in range(len(pairs.odds)):
            own = next(place for place, rows in enumerate(groups) if row in rows)
            met = set(np.flatnonzero(pairs.odds[row] > 0).tolist())
            asked = [place for place, rows in enumerate(groups) if place == own or met.intersection(rows)]
            scores = {place: _score(row, groups[place], pairs=pairs) for place in asked}
            best = max(asked, key=lambda place: (scores[place], -place))
            if best != own and scores[best] > max(scores[own], 0.0) + LEAST_GAIN:
                groups[own].remove(row)
                groups[best].append(row)
                groups = [rows for rows in groups if rows]
                moved = True
        if not moved:
            return groups
    return groups


def _score(row: int, rows: Sequence[int], *, pairs: _Pairs) -> float:
    others = [one for one in rows if one != row]
    if not others or pairs.apart[row, others].any():
        return 0.0 if not others else -np.inf
    return float(pairs.odds[row, others].sum())


def _member(row: int, place: int, *, groups: Sequence[Sequence[int]], pairs: _Pairs) -> Member:
    own = _score(row, groups[place], pairs=pairs)
    likes = [pairs.likes[row, other] for other in groups[place] if (row, other) in pairs.likes]
    agrees = max(likes, key=lambda one: one.seconds) if likes else None
    if len(groups[place]) == 1:
        return Member(row, 1.0, (), agrees)
    rivals: list[tuple[int | None, float]] = [(None, -own)]
    for other, rows in enumerate(groups):
        if other != place and np.any(pairs.odds[row, list(rows)] != 0):
            rivals.append((other, _rival(row, (groups[place], rows), pairs=pairs)))
    weights = np.exp(np.clip([gain for _, gain in rivals], -50.0, 50.0))
    probability = min(float(1.0 / (1.0 + weights.sum())), SURE)
    shares = weights / weights.sum() * (1.0 - probability)
    answers = [Answer(group, float(share)) for (group, _), share in zip(rivals, shares, strict=True)]
    return Member(row, probability, tuple(sorted(answers, key=lambda one: -one.probability)), agrees)


def _rival(row: int, both: tuple[Sequence[int], Sequence[int]], *, pairs: _Pairs) -> float:
    """What a trace would gain in another group: whom it excludes there takes its place, or none."""
    own, other = both
    excluded = [one for one in other if pairs.apart[row, one]]
    kept = [one for one in other if one not in excluded]
    left = [one for one in own if one != row]
    gain = float(pairs.odds[row, kept].sum() - pairs.odds[row, left].sum())
    for one in excluded:
        held = float(pairs.odds[one, kept].sum())
        swapped = -np.inf if pairs.apart[one, left].any() else float(pairs.odds[one, left].sum())
        gain += max(swapped, 0.0) - held
    return gain
