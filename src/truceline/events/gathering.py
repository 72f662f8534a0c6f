"""Which stays of different samples tell of one crossing.

Each sample of a path has its own stays beyond the line. Two stays of one sample are two crossings, however
near in time; stays of different samples are the same crossing when they are nearly the same stretch of time.
A sample that lingers at the line and then goes over, and one that goes over at once, tell of one crossing
whose time is vague, not of two that are improbable.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.events.passages import Excursion

Array = NDArray[np.float64]

APART_S = 1.0
"""Stays of different samples that no moment joins are two crossings when this much time lies between them:
nobody returns, turns and passes again in less."""
ROUNDS = 10


def gathered(
    found: Sequence[Excursion], *, draws: int, least: float, end_s: float
) -> list[tuple[Excursion, ...]]:
    """Stays by the crossing of which they tell, at most one of each sample in each group.

    Args:
        found: Stays of all samples, in order of time within each sample.
        draws: How many samples there are.
        least: As many crossings are told apart as this share of the samples shows in one direction.
        end_s: When the paths end: the end of a stay that was not over.

    Method: k medians in the plane of entry and end, in order of time and at most one stay of a sample to a
    group; k is the largest number of stays that a share of ``least`` of the samples has. Groups that fall
    apart in time are then parted.
    """
    groups: list[tuple[Excursion, ...]] = []
    for towards in (1, -1):
        by_sample: dict[int, list[Excursion]] = {}
        for one in found:
            if one.towards == towards:
                by_sample.setdefault(one.sample, []).append(one)
        if by_sample:
            together = _assigned(list(by_sample.values()), least=least * draws, end_s=end_s)
            groups += [part for group in together for part in _parted(group, end_s=end_s)]
    return groups


def _assigned(stays: Sequence[Sequence[Excursion]], *, least: float, end_s: float) -> list[list[Excursion]]:
    counts = np.array([len(one) for one in stays])
    most = int(counts.max())
    while most > 1 and np.sum(counts >= most) < least:
        most -= 1
    kept = [_deepest(one, most) for one in stays]
    spans = [np.array([[one.entered_s, _end_s(one, end_s)] for one in part]) for part in kept]
    whole = np.array([part for part in spans if len(part) == most])
    centres: Array = np.median(whole, axis=0)
    chosen: list[tuple[int, ...]] = []
    for _ in range(ROUNDS):
        before = chosen
        chosen = [_nearest_in_order(part, centres) for part in spans]
        if chosen == before:
            break
        centres = _medians(spans, chosen, centres=centres)
    groups: list[list[Excursion]] = [[] for _ in range(most)]
    for part, places in zip(kept, chosen, strict=True):
        for one, place in zip(part, places, strict=True):
            groups[place].append(one)
    return [group for group in groups if group]


def _deepest(stays: Sequence[Excursion], count: int) -> list[Excursion]:
    """The ``count`` deepest of one sample's stays, in order of time."""
    ordered = sorted(stays, key=lambda one: one.depth_m, reverse=True)[:count]
    return sorted(ordered, key=lambda one: one.entered_s)


def _end_s(stay: Excursion, end_s: float) -> float:
    return end_s if stay.left_s is None else stay.left_s


def _nearest_in_order(spans: Array, centres: Array) -> tuple[int, ...]:
    """For each span (m, 2) its centre (k, 2), m <= k: in the same order, none twice, least distance in all.

    Method: dynamic programming over spans and centres; ``cost[i, j]``: the first i spans among the first j.
    """
    spread = np.sum(np.abs(spans[:, None, :] - centres[None]), axis=2)
    rows, columns = spread.shape
    if rows == columns:
        return tuple(range(rows))
    cost = np.full((rows + 1, columns + 1), np.inf)
    cost[0] = 0.0
    for row in range(1, rows + 1):
        for column in range(row, columns + 1):
            taken = cost[row - 1, column - 1] + spread[row - 1, column - 1]
            cost[row, column] = min(cost[row, column - 1], taken)
    places: list[int] = []
    row, column = rows, columns
    while row > 0:
        if cost[row, column] == cost[row, column - 1]:
            column -= 1
            continue
        places.append(column - 1)
        row, column = row - 1, column - 1
    return tuple(reversed(places))


def _medians(spans: Sequence[Array], chosen: Sequence[tuple[int, ...]], *, centres: Array) -> Array:
    all_spans = np.concatenate(list(spans))
    places = np.array([place for part in chosen for place in part])
    middles = centres.copy()
    for place in range(len(centres)):
        inside = all_spans[places == place]
        if len(inside):
            middles[place] = np.median(inside, axis=0)
    return middles


def _parted(group: Sequence[Excursion], *, end_s: float) -> list[tuple[Excursion, ...]]:
    """The group in parts between which nobody was beyond for ``APART_S``."""
    parts: list[list[Excursion]] = []
    latest_s = -np.inf
    for one in sorted(group, key=lambda one: (one.entered_s, one.sample)):
        if not parts or one.entered_s - latest_s > APART_S:
            parts.append([])
        parts[-1].append(one)
        latest_s = max(latest_s, _end_s(one, end_s))
    return [tuple(part) for part in parts]
