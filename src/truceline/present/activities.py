"""Activities in words: what happened, who took part, how surely, and what was measured."""

import math
from collections.abc import Mapping, Sequence

from truceline.present.quantities import (
    clock,
    decimals_for,
    local_clock,
    number,
    plus_minus,
    probability,
)
from truceline.records.activities import Activity, ActivityKind, Measure, Role
from truceline.records.subjects import Subject

_KMH = 3.6
_WHOLE_UNITS = ("rounds", "people", "persons")

_SENTENCES: dict[ActivityKind, str] = {
    ActivityKind.SPEEDING: "{vehicle} over the limit",
    ActivityKind.CHECKPOINT_RUN: "{vehicle} through a checkpoint without a stop",
    ActivityKind.CHECKPOINT_STOP: "{vehicle} stops at a checkpoint",
    ActivityKind.STOPPED: "{vehicle} stops",
    ActivityKind.STUCK: "{vehicle} is stuck",
    ActivityKind.ABANDONED: "{vehicle} is left",
    ActivityKind.GOT_OUT: "{actor} gets out of {vehicle}",
    ActivityKind.GOT_IN: "{actor} gets into {vehicle}",
    ActivityKind.RUNNING: "{actor} runs",
    ActivityKind.PURSUIT: "{pursuer} after {pursued}",
    ActivityKind.GATHERING: "people gather",
    ActivityKind.PRONE: "{actor} goes prone",
    ActivityKind.CRAWLING: "{actor} crawls",
    ActivityKind.FELL: "{actor} falls",
    ActivityKind.DOWN: "{actor} is down",
    ActivityKind.DRAGGED: "{casualty} is dragged by {mover}",
    ActivityKind.CARRIED: "{casualty} is carried by {mover}",
    ActivityKind.DISCHARGE: "discharge by {actor}",
    ActivityKind.IN_DANGER: "{actor} in danger",
}
_NOBODY = {Role.ACTOR: "somebody unseen", Role.VEHICLE: "a vehicle", Role.MOVER: "somebody"}


def subject_labels(subjects: Sequence[Subject]) -> dict[str, str]:
    """Short names by subject id, in order of their first row: ``S1 person``."""
    return {one.subject_id: f"S{place} {one.kinds.kind}" for place, one in enumerate(subjects, start=1)}


def activity_words(activity: Activity, labels: Mapping[str, str]) -> str:
    """What happened, with short names of who took part: ``S4 person after S2 person``.

    >>> from truceline.records.time import UtcNs, UtcSpan
    >>> span = UtcSpan(UtcNs(0), UtcNs(1))
    >>> one = Activity("e", ActivityKind.DISCHARGE, span, UtcNs(0), 0.5, None, None, (), 0.9, (), ())
    >>> activity_words(one, {})
    'discharge by somebody unseen'
    """
    names = {role.value: _names(activity, role, labels=labels) for role in Role}
    return _SENTENCES[activity.kind].format(**names)


def _names(activity: Activity, role: Role, *, labels: Mapping[str, str]) -> str:
    found = [labels.get(part.subject_id, "somebody") for part in activity.parts if part.role is role]
    return ", ".join(found) or _NOBODY.get(role, "somebody")


def measured_words(activity: Activity) -> tuple[str, ...]:
    """Its measured values, each with its interval: ``speed 21.4 ± 0.5 m/s (77 km/h)``."""
    return tuple(_measure_words(one) for one in activity.measures)


def _measure_words(measure: Measure) -> str:
    value = measure.interval
    if measure.unit in _WHOLE_UNITS:
        if not math.isfinite(value.high):
            return f"{measure.name}: at least {value.low:.0f}"
        most = "" if value.high == value.low else f" to {value.high:.0f}"
        return f"{measure.name}: {value.low:.0f}{most}"
    words = f"{measure.name} {plus_minus(value.value, value.sigma, unit=measure.unit)}"
    if value.sigma == 0.0:
        words = f"{measure.name} {number(value.value, 1)} {measure.unit}"
    if measure.unit == "m/s":
        decimals = min(decimals_for(_KMH * value.sigma), 1) if value.sigma else 0
        words += f" ({number(_KMH * value.value, decimals)} km/h)"
    return words


def place_words(activity: Activity) -> str:
    """Where, by name and by site metres; empty where no place was found."""
    name = activity.site_place or ""
    if activity.place_en_m is None or activity.place_sigma_m is None:
        return name
    decimals = decimals_for(activity.place_sigma_m)
    east, north = (number(value, decimals) for value in activity.place_en_m)
    metres = f"{east} m east, {north} m north ± {number(activity.place_sigma_m, decimals)} m"
    return f"{name}, {metres}" if name else metres


def time_words(activity: Activity, *, local_offset_minutes: int) -> tuple[str, str]:
    """When: UTC with its bound, and the site's local time."""
    bound = number(activity.time_bound_s, 1)
    local = local_clock(activity.at_utc_ns, offset_minutes=local_offset_minutes)
    return f"{clock(activity.at_utc_ns)} ± {bound} s", local


def likelihood(activity: Activity) -> str:
    """How surely, in digits."""
    return f"P {probability(activity.probability)}"
