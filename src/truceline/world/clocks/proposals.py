"""Proposals: each clock against a reference, for a person to confirm; what cannot be said keeps its bound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.records.subjects import ClockProposal
from truceline.world.clocks.instants import Instant, Weights, seconds_by_clock
from truceline.world.clocks.search import Found, Shared, search
from truceline.world.likeness import SAME_CLOCK_S, Differ
from truceline.world.sightings import Trace
from truceline.world.views import Eyes

Array = NDArray[np.float64]

NORMAL_95 = 1.96
FEWEST_PEOPLE = 2
"""One who moves could be anybody else at another offset."""
SUREST = 0.95
RIVAL_SHARE = 0.6
"""Where so many of them fit at another offset too, they walk alike: who is missing must not decide."""
BEYOND = 1.25
"""The search goes so much beyond the declared bounds: a clock that contradicts its own shows itself."""
BEYOND_S = 3.0
CONTRADICTION_SIGMAS = 4.0
"""Offsets round a ring of clocks must add up to nothing within so many standard deviations."""
LEAST_BOUND_S = 0.04
WORTH = 0.8
"""An offset is applied where its bound is at most so much of the declared one: less is no gain."""
DRIFT_PPM = 50.0
"""Quartz clocks drift by up to so much; nothing here estimates it, it widens the bound."""
INSTANT_SIGMA_S = 0.12


@dataclass(frozen=True, slots=True)
class Declared:
    """What was declared of the clocks: 95 % bound by clock id."""

    bounds_s: Mapping[str, float]

    def sigma_s(self, clock_id: str) -> float:
        """Standard deviation."""
        return self.bounds_s[clock_id] / NORMAL_95

    def pair_s(self, first: str, second: str) -> float:
        """Bound on the difference of two clocks: both may be wrong the other way."""
        return self.bounds_s[first] + self.bounds_s[second]


@dataclass(frozen=True, slots=True, eq=False)
class Clocks:
    """The clocks as far as they are known.

    Attributes:
        proposals: One for each clock but the references.
        ahead_s: By clock, how far it is taken to be ahead of the common one.
        sigmas_s: Standard deviation of what is left between two clocks, by their ids in order.
    """

    proposals: tuple[ClockProposal, ...]
    ahead_s: Mapping[str, float]
    sigmas_s: dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that clocks are compared by."""

    traces: Sequence[Trace]
    eyes: Eyes
    differ: Differ
    instants: Sequence[Instant] = ()
    epoch_utc_ns: int = 0


def compare_clocks(evidence: Evidence, declared: Declared) -> Clocks:
    """Compare every clock with the one that is known best.

    1. Each pair of clocks is searched for an offset (``search``).
    2. A pair counts when it is sure, rests on enough people, and keeps to the declared bounds.
    3. Clocks are joined by pairs that count, the narrowest first; where a ring of them contradicts itself,
       none of its pairs counts.
    4. Each clock's offset is that along the way to the best known clock that it is joined with.
    """
    names = sorted(declared.bounds_s, key=lambda name: (declared.bounds_s[name], name))
    # (1) (2)
    verdicts = {
        (first, second): _verdict(evidence, declared, first=first, second=second)
        for place, first in enumerate(names)
        for second in names[place + 1 :]
    }
    # (3)
    contradicted = _contradictions({pair: one for pair, one in verdicts.items() if one.counts})
    counted = {pair: one for pair, one in verdicts.items() if one.counts and not contradicted & {*pair}}
    # (4)
    found = _ways(names, counted)
    ways = {
        name: way if _is_worth(name, way, declared=declared) else _Way(name, 0.0, 0.0)
        for name, way in found.items()
    }
    compared = _Compared(names, verdicts, declared, contradicted)
    # The best known clock of all is what the others are compared with.
    proposals = [_proposal(name, way=found[name], compared=compared) for name in names[1:]]
    ahead = {name: ways[name].ahead_s for name in names}
    return Clocks(tuple(proposals), ahead, _sigmas(names, ways, declared=declared))


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a pair of clocks gave; ``counts``: it may be applied; ``why`` it does not."""

    found: Found | None
    counts: bool
    why: str
    drift_s: float = 0.0

    @property
    def sigma_s(self) -> float:
        """Of the offset; the cameras of a network differ by themselves, and clocks drift."""
        spread = 0.0 if self.found is None else self.found.sigma_s
        return float(np.sqrt(spread**2 + (SAME_CLOCK_S / 2) ** 2 + (self.drift_s / NORMAL_95) ** 2))


def _verdict(evidence: Evidence, declared: Declared, *, first: str, second: str) -> _Verdict:
    reach_s = BEYOND * declared.pair_s(first, second) + BEYOND_S
    shared = Shared(
        [one for one in evidence.traces if one.clock_id == first],
        [one for one in evidence.traces if one.clock_id == second],
        evidence.eyes,
        evidence.differ,
        _hints(evidence, (first, second), reach_s=reach_s),
    )
    found = search(shared, reach_s=reach_s)
    if found is None:
        return _Verdict(None, False, "nobody who moved can have been in both views at one time")
    if found.people < FEWEST_PEOPLE and shared.instants is None:
        return _Verdict(
            found, False, f"only {found.people} moving can have been in both views: too few to tell"
        )
    ambiguous = found.rival_people >= max(RIVAL_SHARE * found.people, FEWEST_PEOPLE)
    if found.sure < SUREST or (ambiguous and shared.instants is None):
        rival = f": {found.rival_people} at {found.rival_s:+.1f} s" if found.rival_s is not None else ""
        words = f"ambiguous: {found.people} fit at {found.ahead_s:+.1f} s (P = {found.sure:.2f}){rival}"
        return _Verdict(found, False, words)
    if abs(found.ahead_s) > declared.pair_s(first, second) + NORMAL_95 * found.sigma_s:
        return _Verdict(
            found,
            False,
            f"contradiction: the tracks fit at {found.ahead_s:+.2f} s, more than the clocks were declared to "
            "differ by",
        )
    return _Verdict(found, True, "", _drift_s([*shared.first, *shared.second]))


def _drift_s(traces: Sequence[Trace]) -> float:
    """How far clocks drift apart over half the time from the first to the last trace, at most."""
    first = min(float(one.seconds[0]) for one in traces)
    last = max(float(one.seconds[-1]) for one in traces)
    return DRIFT_PPM * 1e-6 * (last - first) / 2


def _hints(evidence: Evidence, pair: tuple[str, str], *, reach_s: float) -> Weights | None:
    own, other = (
        seconds_by_clock(evidence.instants, name, epoch_utc_ns=evidence.epoch_utc_ns) for name in pair
    )
    if not len(own) or not len(other):
        return None
    spread = max(INSTANT_SIGMA_S, *(one.sigma_s for one in evidence.instants))
    return Weights(own, other, spread, reach_s)


def _contradictions(counted: Mapping[tuple[str, str], _Verdict]) -> frozenset[str]:
    """Clocks in a ring of three whose offsets do not add up."""
    found: set[str] = set()
    for (first, second), one in counted.items():
        for (third, fourth), other in counted.items():
            closing = counted.get((second, fourth)) or counted.get((fourth, second))
            if third != first or fourth == second or closing is None:
                continue
            sign = 1.0 if (second, fourth) in counted else -1.0
            sums = _ahead(one) + sign * _ahead(closing) - _ahead(other)
            spread = np.sqrt(one.sigma_s**2 + other.sigma_s**2 + closing.sigma_s**2)
            if abs(sums) > CONTRADICTION_SIGMAS * spread:
                found |= {first, second, fourth}
    return frozenset(found)


def _ahead(verdict: _Verdict) -> float:
    return 0.0 if verdict.found is None else verdict.found.ahead_s


@dataclass(frozen=True, slots=True)
class _Way:
    """From a clock to the best known one that it is joined with, over the pairs in between."""

    reference: str
    ahead_s: float
    variance_s2: float
    last: tuple[str, str] | None = None

    @property
    def bound_s(self) -> float:
        """95 % bound."""
        return max(NORMAL_95 * float(np.sqrt(self.variance_s2)), LEAST_BOUND_S)


def _ways(names: Sequence[str], counted: Mapping[tuple[str, str], _Verdict]) -> dict[str, _Way]:
    """By clock, grown from the best known one over the narrowest pairs first."""
    ways: dict[str, _Way] = {}
    edges = sorted(counted, key=lambda pair: (counted[pair].sigma_s, pair))
    for name in names:
        if name in ways:
            continue
        ways[name] = _Way(name, 0.0, 0.0)
        grown = True
        while grown:
            grown = False
            for first, second in edges:
                joined = [one for one in (first, second) if one in ways and ways[one].reference == name]
                if len(joined) != 1 or (first in ways and second in ways):
                    continue
                known, other = (first, second) if joined[0] == first else (second, first)
                step = _ahead(counted[first, second]) * (1.0 if known == first else -1.0)
                way = ways[known]
                variance = way.variance_s2 + counted[first, second].sigma_s ** 2
                ways[other] = _Way(name, way.ahead_s + step, variance, (first, second))
                grown = True
                break
    return ways


def _is_worth(name: str, way: _Way, *, declared: Declared) -> bool:
    """Whether what was found is better than what was declared; of a reference it is not asked."""
    return way.reference != name and way.bound_s <= WORTH * declared.pair_s(name, way.reference)


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """All that proposals are written from."""

    names: Sequence[str]
    verdicts: Mapping[tuple[str, str], _Verdict]
    declared: Declared
    contradicted: frozenset[str]


def _proposal(name: str, *, way: _Way, compared: _Compared) -> ClockProposal:
    verdicts, declared = compared.verdicts, compared.declared
    reference = compared.names[0] if way.reference == name else way.reference
    declared_s = declared.pair_s(name, reference)
    bound_s = way.bound_s
    found = verdicts[way.last].found if way.last is not None else None
    if found is not None and _is_worth(name, way, declared=declared):
        words = (
            f"{found.people} moving subjects that both saw, {found.shared_s:.0f} s in all",
            f"P = {found.sure:.3f} that no other offset within the declared bounds fits",
        )
        return ClockProposal(name, reference, way.ahead_s, bound_s, declared_s, True, words)
    pair = (reference, name) if (reference, name) in verdicts else (name, reference)
    why = verdicts[pair].why
    if name in compared.contradicted:
        why = "contradiction: the offsets of three clocks do not add up"
    elif found is not None:
        why = f"the shared tracks are no surer (±{bound_s:.2f} s) than what was declared"
    words = (why, f"the declared bound of ±{declared_s:g} s stands")
    return ClockProposal(name, reference, 0.0, declared_s, declared_s, False, words)


def _sigmas(
    names: Sequence[str], ways: Mapping[str, _Way], *, declared: Declared
) -> dict[tuple[str, str], float]:
    """What is left between every two clocks."""
    left = {}
    for first in names:
        for second in names:
            if first >= second:
                continue
            joined = ways[first].reference == ways[second].reference
            variance = ways[first].variance_s2 + ways[second].variance_s2
            apart = np.hypot(declared.sigma_s(first), declared.sigma_s(second))
            left[first, second] = float(np.sqrt(variance)) if joined else float(apart)
    return left


def confirmed_clocks(proposals: Sequence[ClockProposal], declared: Declared) -> Clocks:
    """The clocks with the offsets that a person confirmed; all others keep what was declared of them.

    Raises:
        InputError: A proposal is of a clock that was not declared.
    """
    names = sorted(declared.bounds_s)
    ways = {name: _Way(name, 0.0, 0.0) for name in names}
    for one in proposals:
        for name in (one.clock_id, one.reference_id):
            if name not in ways:
                raise InputError(f"there is no clock {name!r}", do=f"Known clocks: {', '.join(names)}.")
        ways[one.clock_id] = _Way(one.reference_id, one.offset_s, (one.bound_s / NORMAL_95) ** 2)
    ahead = {name: way.ahead_s for name, way in ways.items()}
    return Clocks(tuple(proposals), ahead, _sigmas(names, ways, declared=declared))
