"""Permits: whether an authorisation covers a crossing. Three answers: yes, no, cannot be decided."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry import Point, Polygon

from truceline.records.events import Crossing
from truceline.records.rules import Thresholds
from truceline.records.site import Permit, Site, Zone
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan, format_utc

PLACE_RADIUS_SIGMAS = 1.96 * math.sqrt(2)
"""Radius, in ``place_sigma_m``, of a disc that holds the true place with at least 95 %.

``place_sigma_m`` is the root mean square of two standard deviations whose ratio is not known; of all ratios
the one with the whole error along one direction needs the largest disc (equal errors would need 2.45).
"""


@dataclass(frozen=True, slots=True)
class Cover:
    """How one permit answers for one crossing.

    Attributes:
        covers: True, False, or None: cannot be decided.
        sentence: The same in words, with what it turns on.
        worth_naming: It covers, may cover, or misses by a single condition: a reviewer wants to see it.
    """

    permit: Permit
    covers: bool | None
    sentence: str
    worth_naming: bool


def assess_permits(
    crossing: Crossing, *, others: Sequence[Crossing], site: Site, thresholds: Thresholds
) -> tuple[Cover, ...]:
    """Every permit of the site that could have been meant for this crossing, in the site file's order.

    A permit covers a crossing when

    1. it was not revoked;
    2. the side that was entered is one of its directions;
    3. the 95 % disc around the place of passing lies inside its zone;
    4. the time with its bound lies inside its span;
    5. no more people than it allows crossed under it at a time.

    Where the disc or the interval lies partly in and partly out, or where it depends on uncertain crossings
    whether there were too many, it cannot be decided. Growing errors only ever lead from yes or no to that.

    Args:
        crossing: The crossing in question.
        others: All crossings of the same scan, to count who crossed at the same time; may hold ``crossing``.
        site: Whose permits.
        thresholds: From which probability on a crossing counts for sure, and from which it may count.
    """
    return tuple(
        _assess(permit, crossing, others=others, site=site, thresholds=thresholds) for permit in site.permits
    )


def _assess(
    permit: Permit, crossing: Crossing, *, others: Sequence[Crossing], site: Site, thresholds: Thresholds
) -> Cover:
    zone = site.zone(permit.zone_id)
    conditions = [*_single_conditions(permit, crossing, zone=zone)]
    if all(holds is not False for holds, _ in conditions):
        conditions.append(_count(permit, crossing, others=others, zone=zone, thresholds=thresholds))
    failing = [words for holds, words in conditions if holds is False]
    open_ones = [words for holds, words in conditions if holds is None]
    covers = False if failing else None if open_ones else True
    said = failing or open_ones or [words for _, words in conditions]
    verb = {True: "covers", False: "does not cover", None: "may or may not cover"}[covers]
    sentence = f"Permit {permit.permit_id} ({permit.authority}) {verb} this crossing: {'; '.join(said)}."
    return Cover(permit, covers, sentence=sentence, worth_naming=len(failing) <= 1)


def _single_conditions(
    permit: Permit, crossing: Crossing, *, zone: Zone
) -> tuple[tuple[bool | None, str], ...]:
    """Conditions (1) to (4), each with words that state it as found."""
    return (
        (not permit.revoked, "revoked" if permit.revoked else "not revoked"),  # (1)
        _direction(permit, crossing),  # (2)
        _place(crossing, zone),  # (3)
        _time(permit, crossing),  # (4)
    )


def _direction(permit: Permit, crossing: Crossing) -> tuple[bool, str]:
    allowed = " and ".join(permit.directions)
    return crossing.to_side in permit.directions, f"entered {crossing.to_side}, allowed {allowed}"


def _place(crossing: Crossing, zone: Zone) -> tuple[bool | None, str]:
    polygon = Polygon(zone.ring_en_m)
    if not polygon.is_valid:
        return None, f"the outline of zone {zone.name} crosses itself"
    place = Point(crossing.place_en_m)
    radius_m = PLACE_RADIUS_SIGMAS * crossing.place_sigma_m
    to_edge_m = float(polygon.exterior.distance(place))
    inside = bool(polygon.covers(place))
    where = (
        f"{to_edge_m:.2f} m {'inside' if inside else 'outside'} zone {zone.name} ± {radius_m:.2f} m (95 %)"
    )
    if not math.isfinite(radius_m) or to_edge_m < radius_m or to_edge_m == 0:
        return None, f"place uncertain: {where}"
    return inside, where


def _time(permit: Permit, crossing: Crossing) -> tuple[bool | None, str]:
    if not math.isfinite(crossing.time_bound_s):
        return None, "time of crossing not bounded"
    within = wholly_within(permit.valid, crossing)
    starts, ends = permit.valid.start_utc_ns, permit.valid.end_utc_ns
    span = f"{format_utc(starts, digits=0)} to {format_utc(ends, digits=0)}"
    if within is None:
        return None, f"crossed within {crossing.time_bound_s:.2f} s of an end of its time {span}"
    if within:
        return True, f"in its time {span}"
    if crossing.crossed_utc_ns < starts:
        return False, f"not yet valid, only {span}"
    return False, f"expired, valid {span}"


def wholly_within(span: UtcSpan, crossing: Crossing) -> bool | None:
    """Whether the crossing's time with its bound lies in a span; None where it lies across an end."""
    if not math.isfinite(crossing.time_bound_s):
        return None
    bound_ns = math.ceil(crossing.time_bound_s * NS_PER_S)
    earliest, latest = crossing.crossed_utc_ns - bound_ns, crossing.crossed_utc_ns + bound_ns
    if span.start_utc_ns <= earliest and latest < span.end_utc_ns:
        return True
    if latest < span.start_utc_ns or earliest >= span.end_utc_ns:
        return False
    return None


def _count(
    permit: Permit, crossing: Crossing, *, others: Sequence[Crossing], zone: Zone, thresholds: Thresholds
) -> tuple[bool | None, str]:
    """Condition (5). Who of too many was meant cannot be told, so too many leave none of them covered."""
    companions = [other for other in others if other.track_id != crossing.track_id]
    surely, possibly = [], []
    for other in companions:
        answers = [holds for holds, _ in _single_conditions(permit, other, zone=zone)]
        if False in answers or not other.probability >= thresholds.considered:
            continue
        possibly.append(other)
        if None not in answers and other.probability >= thresholds.met:
            surely.append(other)
    least, most = _at_a_time(crossing, surely), _at_a_time(crossing, possibly)
    people = f"{least}" if least == most else f"{least} to {most}"
    words = f"{people} at a time, allowed {permit.persons}"
    if most <= permit.persons:
        return True, words
    return (False if least > permit.persons else None), words


def _at_a_time(crossing: Crossing, companions: Sequence[Crossing]) -> int:
    """The largest number of tracks beyond the line at one instant of this crossing, itself included."""
    start = crossing.span.start_utc_ns
    instants = [
        start,
        *(c.span.start_utc_ns for c in companions if crossing.span.contains(c.span.start_utc_ns)),
    ]
    return 1 + max(len({c.track_id for c in companions if _is_beyond(c, at)}) for at in instants)


def _is_beyond(crossing: Crossing, at_utc_ns: UtcNs) -> bool:
    """Whether the crossing was under way at an instant; one of no length was, at its own."""
    return crossing.span.contains(at_utc_ns) or crossing.span.start_utc_ns == at_utc_ns
