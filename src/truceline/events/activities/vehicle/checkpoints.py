"""Checkpoints: gates that vehicles passed, with a stop before them or without, and who was at the post."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from truceline.events.activities.ground import Ground, path_distance_m
from truceline.events.activities.measured.cast import Cast
from truceline.events.activities.measured.course import STEP_S, Course, runs, ticks
from truceline.events.activities.measured.people import Person
from truceline.events.activities.measured.vehicles import Vehicle
from truceline.events.activities.stating import Told, What, When, actor, at_least, in_order, normal, stated
from truceline.events.activities.thresholds import (
    BEFORE_GATE,
    POST_REACH,
    POST_WINDOW,
    STOP_AT_GATE_FOR,
)
from truceline.records.activities import Activity, ActivityKind, Part, Role
from truceline.records.events import Interval
from truceline.records.site import Landmark, LandmarkKind

Array = NDArray[np.float64]

_LONGEST_UNSEEN_S = 6.0
"""Between the rows before and after a gate; over more, nothing can be said of the passing."""
_USUAL = 0.5
_THROUGH, _BESIDE_ROOM_M = 0.9, 40.0
_BESIDE_M = 1.5
"""A gate is passed between its ends, or so far beside them: kerbs are not surveyed to the wheel."""
_UNSEEN_STOP = 0.25
"""Of approaches that nobody saw, so many may have held a stop."""


@dataclass(frozen=True, slots=True, eq=False)
class _Passing:
    """A gate passed: the row after it, how probably between its ends, and the rows of the approach."""

    gate: Landmark
    row: int
    probability: float
    approach: NDArray[np.int64]
    seen_share: float


@dataclass(frozen=True, slots=True)
class _Post:
    """Who was at the post: cues, what was not observed, and the count where somebody could look."""

    cue: str
    people: int | None


def checkpoints(cast: Cast, ground: Ground) -> tuple[Activity, ...]:
    """Every passing of every surveyed gate by a vehicle, with a stop or without, in order of time."""
    people = cast.people
    return in_order(
        one
        for vehicle in cast.vehicles
        for gate in ground.of_kind(LandmarkKind.CHECKPOINT)
        for passing in _passings(vehicle.course, gate)
        for one in _states(vehicle, passing, people=people, ground=ground)
    )


def _passings(course: Course, gate: Landmark) -> Iterator[_Passing]:
    if len(gate.points_en_m) < 2:
        return
    begin, end = gate.points_en_m[0], gate.points_en_m[-1]
    way = end - begin
    length_m = float(np.linalg.norm(way))
    offset = course.en_m - begin
    side = offset[:, 1] * way[0] - offset[:, 0] * way[1]
    changes = np.flatnonzero((side[1:] >= 0) != (side[:-1] >= 0))
    for before in changes.tolist():
        after = before + 1
        if (course.tick[after] - course.tick[before]) * STEP_S > _LONGEST_UNSEEN_S:
            continue
        part = side[before] / (side[before] - side[after])
        place = course.en_m[before] + part * (course.en_m[after] - course.en_m[before])
        along_m = float((place - begin) @ way) / length_m
        covariance = course.covariance[after, :2, :2] + course.bias_covariance[after]
        unit = way / length_m
        sigma_m = max(float(np.sqrt(unit @ covariance @ unit)), 0.1)
        probability = _between(along_m, length_m=length_m, sigma_m=sigma_m)
        if probability >= _USUAL / 2:
            approach, share = _approach(course, gate, row=after)
            yield _Passing(gate, after, probability, approach, share)


def _between(along_m: float, *, length_m: float, sigma_m: float) -> float:
    """P(it passed between the ends | where it seemed to pass).

    Vehicles mostly pass through a gate on their road, and few pass beside it, anywhere within some distance.
    """
    low, high = -_BESIDE_M - along_m, length_m + _BESIDE_M - along_m
    inside = float(ndtr(high / sigma_m) - ndtr(low / sigma_m))
    through = _THROUGH * inside / (length_m + 2 * _BESIDE_M)
    beside = (1.0 - _THROUGH) * (1.0 - inside) / _BESIDE_ROOM_M
    return through / max(through + beside, 1e-12)


def _approach(course: Course, gate: Landmark, *, row: int) -> tuple[NDArray[np.int64], float]:
    """The rows before a gate in which a stop counts, and how much of that way was seen (0 to 1)."""
    rows = np.arange(row + 1)
    rows = rows[course.stretch[rows] == course.stretch[row]]
    away_m = path_distance_m(gate.points_en_m[[0, -1]], course.en_m[rows])
    far = np.flatnonzero(away_m > BEFORE_GATE.value)
    near = rows[int(far[-1]) + 1 :] if len(far) else rows
    covered_m = BEFORE_GATE.value if len(far) else float(away_m.max(initial=0.0))
    seen = float(np.mean(course.observed[near])) if len(near) else 0.0
    return near, seen * covered_m / BEFORE_GATE.value


def _states(
    vehicle: Vehicle, passing: _Passing, *, people: Sequence[Person], ground: Ground
) -> Iterator[Activity | None]:
    stop = _stop(vehicle, passing)
    stood = 0.0 if stop is None else float(np.max(vehicle.standing[stop[0] : stop[1] + 1]))
    unseen = 1.0 - passing.seen_share
    ran = (1.0 - stood) * (1.0 - unseen * _UNSEEN_STOP)
    post = _post(vehicle.course, passing, people=people, ground=ground)
    yield _state_run(vehicle, passing, ran=ran, post=post, ground=ground)
    if stop is not None:
        yield _state_stop(vehicle, passing, stop=(stop, stood), post=post, ground=ground)


def _stop(vehicle: Vehicle, passing: _Passing) -> tuple[int, int] | None:
    """The last rows before a gate in which the vehicle stood long enough, or None."""
    mask = np.zeros(len(vehicle.course.tick), dtype=np.bool_)
    mask[passing.approach] = vehicle.standing[passing.approach] >= _USUAL
    halts = [
        one
        for one in runs(mask, vehicle.course.tick, pause=ticks(0.5))
        if (vehicle.course.tick[one[1]] - vehicle.course.tick[one[0]]) * STEP_S >= STOP_AT_GATE_FOR.value
    ]
    return halts[-1] if halts else None


def _post(course: Course, passing: _Passing, *, people: Sequence[Person], ground: Ground) -> _Post:
    at = int(course.tick[passing.row])
    window = ticks(POST_WINDOW.value)
    surely = likely = 0
    for person in people:
        own = person.course
        rows = np.flatnonzero((np.abs(own.tick - at) <= window) & own.observed)
        if not len(rows):
            continue
        if path_distance_m(passing.gate.points_en_m, own.en_m[rows]).min() <= POST_REACH.value:
            likely += 1
            surely += person.probability >= _USUAL
    middle = passing.gate.points_en_m.mean(axis=0)
    if surely:
        return _Post(
            f"the post was staffed: at least {surely} within {POST_REACH.value:g} m of the gate", surely
        )
    if ground.watching(middle, at_utc_ns=int(course.utc_ns(passing.row))):
        return _Post("nobody was seen at the post: unstaffed as far as cameras show", 0)
    return _Post("", None)


def _gate_speed(vehicle: Vehicle, row: int) -> Interval:
    return normal(float(vehicle.speeds.speed_mps[row]), float(vehicle.speeds.sigma_mps[row]))


def _people(post: _Post) -> dict[str, Interval]:
    return {} if post.people is None else {"people at the post": at_least(post.people, post.people)}


def _unseen(passing: _Passing, post: _Post) -> tuple[str, ...]:
    found = []
    if passing.seen_share < 1.0 - _UNSEEN_STOP:
        found.append(f"{1 - passing.seen_share:.0%} of the way before the gate: a stop there is not excluded")
    if post.people is None:
        found.append("whether anybody was at the post")
    return tuple(found)


def _state_run(
    vehicle: Vehicle, passing: _Passing, *, ran: float, post: _Post, ground: Ground
) -> Activity | None:
    speeds, row = vehicle.speeds, passing.row
    slowest = (
        passing.approach[np.argmin(speeds.speed_mps[passing.approach])] if len(passing.approach) else row
    )
    told = Told(
        vehicle.probability * passing.probability * ran,
        {
            "speed": _gate_speed(vehicle, row),
            "slowest": normal(float(speeds.speed_mps[slowest]), float(speeds.sigma_mps[slowest])),
            **_people(post),
        },
        tuple(
            one
            for one in (f"{speeds.speed_mps[row]:.1f} m/s at the gate, no stop before it", post.cue)
            if one
        ),
        _unseen(passing, post),
        passing.gate.name,
    )
    when = When(int(passing.approach[0]) if len(passing.approach) else row, row, row, sigma_s=0.2)
    parts: tuple[Part, ...] = (actor(vehicle.course, Role.VEHICLE),)
    return stated(
        What(ActivityKind.CHECKPOINT_RUN, parts), vehicle.course, when=when, told=told, ground=ground
    )


def _state_stop(
    vehicle: Vehicle,
    passing: _Passing,
    *,
    stop: tuple[tuple[int, int], float],
    post: _Post,
    ground: Ground,
) -> Activity | None:
    (first, last), stood = stop
    lasts_s = (int(vehicle.course.tick[last]) - int(vehicle.course.tick[first])) * STEP_S
    told = Told(
        vehicle.probability * passing.probability * stood,
        {"duration": normal(lasts_s, 0.4), "speed": _gate_speed(vehicle, passing.row), **_people(post)},
        tuple(one for one in (f"it stood for {lasts_s:.1f} s before the gate", post.cue) if one),
        _unseen(passing, post),
        passing.gate.name,
    )
    when = When(first, passing.row, first, sigma_s=0.4)
    parts: tuple[Part, ...] = (actor(vehicle.course, Role.VEHICLE),)
    return stated(
        What(ActivityKind.CHECKPOINT_STOP, parts), vehicle.course, when=when, told=told, ground=ground
    )
