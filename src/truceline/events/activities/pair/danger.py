"""In danger: who was pursued, fired on, injured, carried, or rescued another.

What such a person does stands outside every total of violations (docs/misuse.md). So every reason counts, for
either side alike, and none is weighed against what the person did.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.events.activities.calibration import calibrated
from truceline.events.activities.measured.cast import Cast
from truceline.events.activities.measured.course import STEP_S, ticks
from truceline.events.activities.measured.people import Person
from truceline.events.activities.stating import REPORTED_FROM, in_order, normal
from truceline.events.activities.thresholds import DANGER_LASTS, DISCHARGE_WITHIN, RESCUE_WITHIN
from truceline.records.activities import Activity, ActivityKind, DangerReason, Measure, Part, Role
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

_INJURED = {
    ActivityKind.FELL: Role.ACTOR,
    ActivityKind.DOWN: Role.ACTOR,
    ActivityKind.DRAGGED: Role.CASUALTY,
}
_MOVED = (ActivityKind.DRAGGED, ActivityKind.CARRIED)
_REACHED_S = 3.0
_REACHED = 0.5
"""Of those who stay in reach of somebody who is down, half help; the others guard."""
_CAME_FROM_M = 6.0
_APPROACH_STEP_S, _APPROACH_LEAST_M, _APPROACH_MOST_S = 4.0, 0.6, 180.0
_LEAST = 0.05
_HIT_WITHIN_S = 3.0


@dataclass(frozen=True, slots=True)
class _Sign:
    """One sign that somebody was in danger."""

    subject_id: str
    reason: DangerReason
    span: UtcSpan
    probability: float
    cue: str
    source: Activity


def in_danger(
    cast: Cast,
    *,
    activities: Sequence[Activity],
    discharges: Sequence[Activity] = (),
) -> tuple[Activity, ...]:
    """Everybody who was in danger, with the reasons, in order of time.

    Args:
        cast: Everybody.
        activities: What was found of them; each reason rests on one of these.
        discharges: From sound or pictures. One that names a subject as ``PURSUED`` or ``CASUALTY`` was aimed
            at it; otherwise whoever was pursued then, or fell right after, was probably fired on.
    """
    signs = [
        *_pursued(activities),
        *_fired_on(activities, discharges),
        *_injured(activities),
        *_moving_others(activities),
        *_reaching(cast.people, activities),
    ]
    by_subject: dict[str, list[_Sign]] = {}
    for sign in signs:
        if sign.probability >= _LEAST:
            by_subject.setdefault(sign.subject_id, []).append(sign)
    return in_order(_state(group) for own in by_subject.values() for group in _joined(own))


def _pursued(activities: Sequence[Activity]) -> Iterator[_Sign]:
    for one in activities:
        subject = one.subject_of(Role.PURSUED)
        if one.kind is ActivityKind.PURSUIT and subject is not None:
            yield _Sign(subject, DangerReason.PURSUED, one.span, one.probability, "pursued", one)


def _fired_on(activities: Sequence[Activity], discharges: Sequence[Activity]) -> Iterator[_Sign]:
    for discharge in discharges:
        named = discharge.subject_of(Role.PURSUED) or discharge.subject_of(Role.CASUALTY)
        targets = [(named, 1.0)] if named is not None else list(_targets(discharge, activities))
        shooters = {part.subject_id for part in discharge.parts if part.role is Role.ACTOR}
        for subject, chance in targets:
            if subject not in shooters:
                yield _Sign(
                    subject,
                    DangerReason.FIRED_ON,
                    discharge.span,
                    discharge.probability * chance,
                    "fired on",
                    discharge,
                )


def _targets(discharge: Activity, activities: Sequence[Activity]) -> Iterator[tuple[str, float]]:
    """Who was probably fired on: who was pursued at that time, and who fell right after."""
    for one in activities:
        if one.kind is ActivityKind.PURSUIT and _apart_s(one.span, discharge.span) <= DISCHARGE_WITHIN.value:
            subject = one.subject_of(Role.PURSUED)
        elif one.kind is ActivityKind.FELL and _after_s(discharge, one) <= _HIT_WITHIN_S:
            subject = one.subject_of(Role.ACTOR)
        else:
            continue
        if subject is not None:
            yield subject, one.probability


def _injured(activities: Sequence[Activity]) -> Iterator[_Sign]:
    for one in activities:
        subject = one.subject_of(_INJURED[one.kind]) if one.kind in _INJURED else None
        if subject is not None:
            yield _Sign(subject, DangerReason.INJURED, one.span, one.probability, one.kind.value, one)
        if one.kind is ActivityKind.CARRIED:
            casualty = one.subject_of(Role.CASUALTY)
            if casualty is not None:
                yield _Sign(casualty, DangerReason.CARRIED, one.span, one.probability, "carried", one)


def _moving_others(activities: Sequence[Activity]) -> Iterator[_Sign]:
    for one in activities:
        if one.kind in _MOVED:
            for part in one.parts:
                if part.role is Role.MOVER:
                    cue = f"moved one who was {one.kind.value}"
                    yield _Sign(part.subject_id, DangerReason.RESCUING, one.span, one.probability, cue, one)


def _reaching(people: Sequence[Person], activities: Sequence[Activity]) -> Iterator[_Sign]:
    """Who came from elsewhere to somebody who is down, stayed in reach, and had not pursued that one."""
    pursuers = {
        (one.subject_of(Role.PURSUED), part.subject_id)
        for one in activities
        if one.kind is ActivityKind.PURSUIT
        for part in one.parts
        if part.role is Role.PURSUER
    }
    by_id = {one.course.subject_id: one for one in people}
    for down in activities:
        casualty = down.subject_of(Role.ACTOR) if down.kind is ActivityKind.DOWN else None
        if casualty is None or casualty not in by_id:
            continue
        for person in people:
            name = person.course.subject_id
            if name == casualty or (casualty, name) in pursuers:
                continue
            span = _reach_span(person, by_id[casualty], span=down.span)
            if span is not None:
                chance = down.probability * _REACHED * person.probability
                yield _Sign(name, DangerReason.RESCUING, span, chance, "came to one who is down", down)


def _reach_span(person: Person, casualty: Person, *, span: UtcSpan) -> UtcSpan | None:
    """From when to when somebody was in reach of one who is down, having come from farther off."""
    _, mine, theirs = np.intersect1d(person.course.tick, casualty.course.tick, return_indices=True)
    times = np.array([int(person.course.utc_ns(int(row))) for row in mine])
    apart_m = np.linalg.norm(person.course.en_m[mine] - casualty.course.en_m[theirs], axis=1)
    inside = (times >= span.start_utc_ns) & (times <= span.end_utc_ns) & (apart_m <= RESCUE_WITHIN.value)
    rows = np.flatnonzero(inside)
    if len(rows) < ticks(_REACHED_S) or not bool(np.any(apart_m[: rows[0]] > _CAME_FROM_M)):
        return None
    begin = _approach(apart_m, person.course.tick[mine], reached=int(rows[0]))
    return UtcSpan(UtcNs(int(times[begin])), UtcNs(int(times[rows[-1]])))


def _approach(apart_m: Array, tick: Rows, *, reached: int) -> int:
    """The row from which on somebody came nearer and nearer, up to the row at which the other was reached.

    Who is on the way to help is rescuing already: the line may lie between.
    """
    step, begin = ticks(_APPROACH_STEP_S), reached
    while (
        begin - step >= 0
        and tick[begin] - tick[begin - step] == step
        and apart_m[begin - step] > apart_m[begin] + _APPROACH_LEAST_M
        and (tick[reached] - tick[begin]) < ticks(_APPROACH_MOST_S)
    ):
        begin -= step
    return begin


def _joined(signs: Sequence[_Sign]) -> list[list[_Sign]]:
    """Signs of one subject between which danger had not ended."""
    groups: list[list[_Sign]] = []
    lasts_ns = round(DANGER_LASTS.value * NS_PER_S)
    for sign in sorted(signs, key=lambda one: (one.span.start_utc_ns, one.reason, one.source.event_id)):
        if groups and sign.span.start_utc_ns <= max(one.span.end_utc_ns for one in groups[-1]) + lasts_ns:
            groups[-1].append(sign)
        else:
            groups.append([sign])
    return groups


def _state(signs: Sequence[_Sign]) -> Activity | None:
    # The surest sign of each reason; reasons are taken to err apart.
    surest: dict[DangerReason, _Sign] = {}
    for sign in signs:
        if sign.reason not in surest or sign.probability > surest[sign.reason].probability:
            surest[sign.reason] = sign
    raw = 1.0 - float(np.prod([1.0 - one.probability for one in surest.values()]))
    probability = calibrated(ActivityKind.IN_DANGER, raw)
    if not probability >= REPORTED_FROM:
        return None
    first = signs[0]
    end = UtcNs(max(one.span.end_utc_ns for one in signs) + round(DANGER_LASTS.value * NS_PER_S))
    ranked = sorted(surest.values(), key=lambda one: -one.probability)
    lasts_s = (end - first.span.start_utc_ns) / NS_PER_S
    content = f"{ActivityKind.IN_DANGER} {first.subject_id} {first.span.start_utc_ns}"
    return Activity(
        event_id=hashlib.sha256(content.encode()).hexdigest()[:16],
        kind=ActivityKind.IN_DANGER,
        span=UtcSpan(first.span.start_utc_ns, end),
        at_utc_ns=first.span.start_utc_ns,
        time_bound_s=first.source.time_bound_s,
        place_en_m=first.source.place_en_m,
        place_sigma_m=first.source.place_sigma_m,
        parts=(Part(Role.ACTOR, first.subject_id),),
        probability=probability,
        measures=(Measure("duration", "s", normal(lasts_s, STEP_S)),),
        cues=tuple(f"{one.reason.value}: {one.cue} (p {one.probability:.2f})" for one in ranked),
        camera_ids=tuple(dict.fromkeys(name for one in signs for name in one.source.camera_ids)),
        site_place=first.source.site_place,
        reasons=tuple(one.reason for one in ranked),
    )


def _apart_s(one: UtcSpan, other: UtcSpan) -> float:
    """Time between two spans; 0 where they overlap."""
    after = max(one.start_utc_ns - other.end_utc_ns, other.start_utc_ns - one.end_utc_ns, 0)
    return after / NS_PER_S


def _after_s(discharge: Activity, fall: Activity) -> float:
    """How long after the last discharge (or during it) a fall began; without end when before it."""
    if fall.at_utc_ns < discharge.span.start_utc_ns:
        return float("inf")
    return max(fall.at_utc_ns - discharge.span.end_utc_ns, 0) / NS_PER_S
