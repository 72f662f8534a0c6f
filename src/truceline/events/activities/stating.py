"""Stating an activity: its id, its measures in the vocabulary's units, its place with its error."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from truceline.events.activities.calibration import calibrated
from truceline.events.activities.ground import Ground
from truceline.events.activities.measured.course import Course
from truceline.events.activities.vocabulary import BY_KIND
from truceline.records.activities import Activity, ActivityKind, Measure, Part, Role
from truceline.records.events import Interval
from truceline.records.time import UtcNs, UtcSpan

Array = NDArray[np.float64]

REPORTED_FROM = 0.1
"""Less probable activities are not stated: below lies one chance in ten."""
SIGMAS_95 = 1.96


@dataclass(frozen=True, slots=True)
class When:
    """Rows of a course from first to last, the one that names it, and its standard deviation in seconds."""

    first: int
    last: int
    at: int
    sigma_s: float = 0.25


@dataclass(frozen=True, slots=True)
class What:
    """What was done, and by whom: the named one first."""

    kind: ActivityKind
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of an activity besides where and when: measures by name, cues, what was not observed."""

    probability: float
    measures: dict[str, Interval] = field(default_factory=dict)
    cues: tuple[str, ...] = ()
    not_observed: tuple[str, ...] = ()
    site_place: str | None = None


def stated(what: What, course: Course, *, when: When, told: Told, ground: Ground) -> Activity | None:
    """The activity, or None where it is too improbable to be stated.

    Args:
        what: What was done, and by whom.
        course: Whose rows ``when`` counts: the one who is named first, or the vehicle.
        when: Rows of the course.
        told: ``probability`` is raw; it is calibrated here.
        ground: The clock's bound, and names of places.
    """
    kind, parts = what.kind, what.parts
    probability = calibrated(kind, told.probability)
    if not probability >= REPORTED_FROM:
        return None
    at = course.utc_ns(when.at)
    place = course.en_m[when.at]
    covariance = course.covariance[when.at, :2, :2] + course.bias_covariance[when.at]
    entry = BY_KIND[kind]
    return Activity(
        event_id=_event_id(what, at),
        kind=kind,
        span=UtcSpan(course.utc_ns(when.first), course.utc_ns(max(when.last, when.first))),
        at_utc_ns=at,
        time_bound_s=float(np.hypot(SIGMAS_95 * when.sigma_s, ground.clock_bound_s)),
        place_en_m=(float(place[0]), float(place[1])),
        place_sigma_m=float(np.sqrt(np.trace(covariance) / 2)),
        parts=parts,
        probability=probability,
        measures=tuple(Measure(name, entry.unit(name), value) for name, value in told.measures.items()),
        cues=told.cues,
        not_observed=told.not_observed,
        camera_ids=cameras_of(course, when),
        site_place=told.site_place if told.site_place is not None else ground.place_name(place),
    )


def cameras_of(course: Course, when: When) -> tuple[str, ...]:
    """The cameras that saw a course between two rows, in order of their first row."""
    rows = range(when.first, when.last + 1)
    return tuple(dict.fromkeys(course.camera_id(row) for row in rows if course.observed[row]))


def in_order(found: Iterable[Activity | None]) -> tuple[Activity, ...]:
    """What was stated, in order of time."""
    kept = [one for one in found if one is not None]
    return tuple(sorted(kept, key=lambda one: (one.at_utc_ns, one.kind.value, one.event_id)))


def normal(value: float, sigma: float) -> Interval:
    """A value with its 95 % interval under a normal error, nowhere below zero."""
    low = max(value - SIGMAS_95 * sigma, 0.0)
    return Interval(float(value), float(low), float(value + SIGMAS_95 * sigma), float(sigma))


def at_least(count: int, likely: int) -> Interval:
    """A count as a lower bound: so many were surely seen, and there may have been more."""
    return Interval(float(count), float(min(count, likely)), float("inf"), 0.0)


def likelier(probability: float, *factors: float) -> float:
    """A probability after evidence: its odds times likelihood ratios."""
    odds = probability / max(1.0 - probability, 1e-9) * float(np.prod(factors))
    return float(odds / (1.0 + odds))


def _event_id(what: What, at_utc_ns: UtcNs) -> str:
    who = " ".join(f"{part.role} {part.subject_id}" for part in what.parts)
    return hashlib.sha256(f"{what.kind} {who} {at_utc_ns}".encode()).hexdigest()[:16]


def actor(course: Course, role: Role = Role.ACTOR) -> Part:
    """A subject's part."""
    return Part(role, course.subject_id)
