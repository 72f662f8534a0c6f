"""Rows of the suite ``events``: clocks and identity, on reporting seeds."""

from collections.abc import Sequence

import numpy as np

from bench.reach.row import Row
from bench.world.stories import Told, apart, short, watched

REPORTING = tuple(range(1000, 1060))
INSIDE, STRETCH_INSIDE = 0.90, 0.95
MEDIAN_S, STRETCH_MEDIAN_S = 0.5, 0.2
LEAST_BOUND_S = 5.0
LINKED_P, LINKED, STRETCH_LINKED = 0.5, 0.80, 0.95
WRONG = 0.03
MOST_OPEN = 0.6
BINS = 10
MOST_ECE = 0.08


def clock_rows(seeds: Sequence[int] = REPORTING) -> Sequence[Row]:
    """How well the offset between two networks is found, and what is said where nothing can be."""
    found = [one for seed in seeds for one in short(seed).clocks]
    applied = [one for one in found if one.proposal.applied]
    inside = float(np.mean([abs(one.error_s) <= one.proposal.bound_s for one in found]))
    median_s = float(np.median([abs(one.error_s) for one in applied])) if applied else np.inf
    bound_s = float(np.median([one.proposal.bound_s for one in found]))
    value = (
        f"{100 * inside:.0f} % inside, median {median_s:.2f} s, median bound {bound_s:.2f} s, "
        f"{len(applied)} of {len(found)} applied"
    )
    good = inside >= INSIDE and median_s <= MEDIAN_S
    rows = [Row("clock offset, views overlap 20 s", value, "≥ 90 %, ≤ 0.5 s", "95 %, 0.2 s", good)]
    blind = [one for seed in seeds for one in apart(seed).clocks]
    least_s = min(one.proposal.bound_s for one in blind)
    silent = sum(not one.proposal.rests_on for one in blind)
    value = f"smallest bound {least_s:.0f} s, {len(blind) - silent} of {len(blind)} say why"
    good = least_s >= LEAST_BOUND_S and not silent and not any(one.proposal.applied for one in blind)
    rows.append(Row("clock offset, no ground in common", value, "bound ≥ 5 s and says so", "", good))
    return rows


def runner_rows(seeds: Sequence[int] = REPORTING) -> Sequence[Row]:
    """The runner from leaving the vehicle to being dragged."""
    covered = [watched(seed).runner for seed in seeds]
    linked = float(np.mean([one is not None and one.probability >= LINKED_P for one in covered]))
    wrong = float(np.mean([one is not None and bool(one.others) for one in covered]))
    opened = [one for seed in seeds if (one := short(seed).runner) is not None]
    surest = max((one.probability for one in opened), default=0.0)
    wrong_open = float(np.mean([bool(one.others) for one in opened]))
    value = f"{100 * linked:.0f} % linked, {100 * wrong:.0f} % with somebody else"
    words = f"largest p {surest:.2f}, {100 * wrong_open:.0f} % with somebody else"
    return [
        Row(
            "the runner, from the vehicle to being dragged, border watched",
            value,
            "≥ 80 %, ≤ 3 %",
            "95 %, 0",
            linked >= LINKED and wrong <= WRONG,
        ),
        Row("the same where a second person could have come", words, "p ≤ 0.6", "", surest <= MOST_OPEN),
    ]


def link_rows(seeds: Sequence[int] = REPORTING) -> Sequence[Row]:
    """How honest the links' probabilities are, over both stories."""
    told: list[Told] = [story(seed) for story in (short, watched) for seed in seeds]
    links = [link for one in told for link in one.links]
    chances = np.array([one.probability for one in links])
    true = np.array([one.is_true for one in links])
    place = np.minimum((chances * BINS).astype(int), BINS - 1)
    error = sum(
        abs(float(chances[place == one].mean() - true[place == one].mean())) * float(np.mean(place == one))
        for one in np.unique(place)
    )
    value = f"{len(links)} links, {100 * true.mean():.1f} % true, ECE {error:.3f}"
    return [Row("probability of links", value, "ECE ≤ .08", ".04", error <= MOST_ECE)]
