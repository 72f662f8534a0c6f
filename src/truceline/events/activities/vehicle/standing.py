"""Standing vehicles: stopped, stuck at an obstacle, abandoned."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.events.activities.ground import OBSTACLES, Ground, distance_m
from truceline.events.activities.measured.cast import Cast
from truceline.events.activities.measured.course import STEP_S, Course, ticks
from truceline.events.activities.measured.people import Person
from truceline.events.activities.measured.speed import speeds_of
from truceline.events.activities.measured.vehicles import Stand, Vehicle
from truceline.events.activities.stating import (
    Told,
    What,
    When,
    actor,
    at_least,
    in_order,
    likelier,
    normal,
    stated,
)
from truceline.events.activities.thresholds import (
    LEFT_ALONE_FOR,
    LEFT_ALONE_WITHIN,
    NEAR_OBSTACLE,
    STOPPED_FOR,
    STUCK_FOR,
)
from truceline.events.activities.vehicle.doors import doors
from truceline.records.activities import Activity, ActivityKind, Part, Role
from truceline.records.events import Interval

Array = NDArray[np.float64]

_STUCK_BEFORE = 0.35
"""Of vehicles that stand for long at a surveyed obstacle, before any other sign."""
_ROCKS_HZ = (0.4, 2.0)
_ROCKS_FOR_S = 4.0
_ROCKS_FROM = 5.0
"""Power in the band of rocking over what lies beside it: less is noise."""
_ROCKS_LEAST_M = 0.02
_SETTLES_S = 2.0
"""A vehicle that has just stopped swings on its springs, by a centimetre or two."""
_HARD_MPS2 = 3.5
"""Nobody brakes so hard to park."""
_USUAL = 0.5


def standing(cast: Cast, ground: Ground) -> tuple[Activity, ...]:
    """Stopped, stuck and abandoned of every vehicle, in order of time."""
    people = cast.people
    left = [one for one in doors(cast, ground) if one.kind is ActivityKind.GOT_OUT]
    found: list[Activity | None] = []
    for vehicle in cast.vehicles:
        own = [one for one in left if one.subject_of(Role.VEHICLE) == vehicle.course.subject_id]
        for stand in vehicle.stands:
            found += _of_stand(vehicle, stand, people=people, left=own, ground=ground)
    return in_order(found)


def _of_stand(
    vehicle: Vehicle, stand: Stand, *, people: Sequence[Person], left: Sequence[Activity], ground: Ground
) -> Iterator[Activity | None]:
    if vehicle.seconds(stand) >= STOPPED_FOR.value:
        yield _stopped(vehicle, stand, ground=ground)
    span = (vehicle.course.utc_ns(stand.first), vehicle.course.utc_ns(stand.last))
    gone = [one for one in left if span[0] <= one.at_utc_ns <= span[1]]
    if vehicle.seconds(stand) >= STUCK_FOR.value:
        yield _stuck(vehicle, stand, gone=gone, ground=ground)
    if gone:
        yield _abandoned(vehicle, stand, people=people, gone=gone, ground=ground)


def _when(stand: Stand) -> When:
    return When(stand.first, stand.last, stand.first, sigma_s=0.5)


def _unseen(stand: Stand) -> tuple[str, ...]:
    found = []
    if stand.arrival is None:
        found.append("how it came to stand there: it stood when it was first seen")
    if stand.gaps:
        found.append("it between stretches of footage; it stood in the same place before and after")
    return tuple(found)


def _parts(vehicle: Vehicle) -> tuple[Part, ...]:
    return (actor(vehicle.course, Role.VEHICLE),)


def _stopped(vehicle: Vehicle, stand: Stand, *, ground: Ground) -> Activity | None:
    lasts_s = vehicle.seconds(stand)
    told = Told(
        vehicle.probability * stand.probability,
        {"duration": normal(lasts_s, 0.5)},
        (f"it stood for {lasts_s:.0f} s",),
        _unseen(stand),
    )
    return stated(
        What(ActivityKind.STOPPED, _parts(vehicle)),
        vehicle.course,
        when=_when(stand),
        told=told,
        ground=ground,
    )


def _stuck(vehicle: Vehicle, stand: Stand, *, gone: Sequence[Activity], ground: Ground) -> Activity | None:
    place = vehicle.place(stand)
    near = [(float(distance_m(one, place[None])[0]), one) for one in ground.of_kind(*OBSTACLES)]
    away_m, obstacle = min(near, key=lambda one: one[0], default=(np.inf, None))
    if obstacle is None or away_m > NEAR_OBSTACLE.value + 1.0:
        return None
    factors = [0.4 + 1.6 / (1.0 + np.exp((away_m - NEAR_OBSTACLE.value) / 0.4))]
    cues = [f"it stands {away_m:.1f} m from {obstacle.name} ({obstacle.kind.value})"]
    measures = {
        "duration": normal(vehicle.seconds(stand), 0.5),
        "distance from the obstacle": normal(away_m, 0.3),
    }
    rocking = _rocking(vehicle, stand)
    if rocking is not None:
        factors.append(6.0)
        cues.append(f"it rocked to and fro by {rocking.value:.2f} m")
        measures["rocking"] = rocking
    braked = _braking_mps2(vehicle, stand)
    if braked is not None:
        factors.append(4.0 if braked >= _HARD_MPS2 else 0.7)
        cues.append(f"it came to a stand at {braked:.1f} m/s²")
    if gone:
        factors.append(1.0 + 2.0 * max(one.probability for one in gone))
        cues.append("somebody got out of it there")
    told = Told(
        vehicle.probability * stand.probability * likelier(_STUCK_BEFORE, *factors),
        measures,
        tuple(cues),
        _unseen(stand),
        obstacle.name,
    )
    return stated(
        What(ActivityKind.STUCK, _parts(vehicle)), vehicle.course, when=_when(stand), told=told, ground=ground
    )


def _braking_mps2(vehicle: Vehicle, stand: Stand) -> float | None:
    """The hardest braking before a stand, over half a second; None where it was not seen."""
    if stand.arrival is None:
        return None
    course = vehicle.course
    rows = np.arange(max(stand.arrival - ticks(2.0), 0), min(stand.arrival + ticks(1.0), len(course.tick)))
    rows = rows[course.stretch[rows] == course.stretch[stand.arrival]]
    speeds = speeds_of(course, window_s=2 * STEP_S).speed_mps[rows]
    reach = ticks(0.5)
    return float(np.max(speeds[:-reach] - speeds[reach:])) / 0.5 if len(speeds) > reach else None


def _rocking(vehicle: Vehicle, stand: Stand) -> Interval | None:
    """Amplitude of a to and fro along the vehicle, where it stands out of its noise; None elsewhere.

    Method: windows of four seconds, a straight line taken out, power by frequency (periodogram); the
    strongest in the band of rocking against the median beside it.
    """
    course, size = vehicle.course, ticks(_ROCKS_FOR_S)
    heading = float(vehicle.heading_rad[stand.first])
    axes = [heading] if np.isfinite(heading) else [0.0, np.pi / 2]
    frequencies = np.fft.rfftfreq(size, STEP_S)
    band = (frequencies >= _ROCKS_HZ[0]) & (frequencies <= _ROCKS_HZ[1])
    best = 0.0
    for first in range(stand.first + ticks(_SETTLES_S), stand.last + 2 - size, size // 2):
        rows = slice(first, first + size)
        if course.stretch[first] != course.stretch[first + size - 1] or not course.observed[rows].all():
            continue
        for axis in axes:
            along = course.en_m[rows] @ np.array([np.cos(axis), np.sin(axis)])
            at = np.arange(size, dtype=np.float64)
            along = along - np.polyval(np.polyfit(at, along, 1), at)
            power = np.abs(np.fft.rfft(along * np.hanning(size))) ** 2
            beside = float(np.median(power[1:]))
            if float(power[band].max()) > _ROCKS_FROM**2 * max(beside, 1e-12):
                best = max(best, float(4 * np.sqrt(power[band].max()) / size))
    return normal(best, best / 4) if best >= _ROCKS_LEAST_M else None


def _abandoned(
    vehicle: Vehicle, stand: Stand, *, people: Sequence[Person], gone: Sequence[Activity], ground: Ground
) -> Activity | None:
    """The first time long enough with nobody near, while the vehicle is seen."""
    course = vehicle.course
    place = vehicle.place(stand)
    first_left = min(one.at_utc_ns for one in gone)
    alone, company = np.zeros((2, len(course.tick)), dtype=np.bool_)
    rows = np.arange(stand.first, stand.last + 1)
    alone[rows] = course.observed[rows] & np.array([course.utc_ns(int(row)) > first_left for row in rows])
    for person in people:
        own = person.course
        near = np.linalg.norm(own.en_m - place, axis=1) <= LEFT_ALONE_WITHIN.value
        company |= np.isin(course.tick, own.tick[near])
    longest = _left_alone(course, alone=alone, company=company)
    if longest is None:
        return None
    lasts_s = longest[2]
    left_by = sum(one.probability >= _USUAL for one in gone)
    told = Told(
        vehicle.probability * stand.probability * max(one.probability for one in gone),
        {
            "duration": normal(lasts_s, 0.5),
            "people who left it": at_least(left_by, left_by),
        },
        (
            f"nobody within {LEFT_ALONE_WITHIN.value:g} m of it for {lasts_s:.0f} s",
            "somebody got out of it before",
        ),
        ("whether anybody is still inside",),
    )
    when = When(longest[0], longest[1], longest[0], sigma_s=1.0)
    return stated(What(ActivityKind.ABANDONED, _parts(vehicle)), course, when=when, told=told, ground=ground)


def _left_alone(
    course: Course, *, alone: NDArray[np.bool_], company: NDArray[np.bool_]
) -> tuple[int, int, float] | None:
    """The first rows between which nobody was seen near for long enough, and for how long that was seen.

    Gaps in the footage do not count as time, and do not end it: nobody was near before and after.
    """
    begin = 0
    for end in [*np.flatnonzero(company).tolist(), len(course.tick)]:
        rows = np.flatnonzero(alone[begin:end]) + begin
        begin = end + 1
        if len(rows) * STEP_S >= LEFT_ALONE_FOR.value:
            return int(rows[0]), int(rows[-1]), len(rows) * STEP_S
    return None
