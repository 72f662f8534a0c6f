"""Pursuit: people who run after one who runs away from them.

That several run the same way one behind the other is no pursuit by itself: people who belong together do.
Company tells them apart: who stood or walked together before, or stands together afterwards, ran together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.events.activities.ground import Ground
from truceline.events.activities.measured.cast import Cast
from truceline.events.activities.measured.course import STEP_S, Course, runs, ticks
from truceline.events.activities.measured.people import Person
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
from truceline.events.activities.thresholds import FOLLOWS_FOR, FOLLOWS_TOWARDS, FOLLOWS_WITHIN
from truceline.records.activities import Activity, ActivityKind, Role
from truceline.records.events import Interval

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

_BEFORE = 0.5
"""Of those who run after another in this way, before anything is weighed of who belongs to whom."""
_RECENT_S = 4.0
"""Who ran so long ago and stopped or fell is still run after."""
_PAUSE_S = 1.5
_TRAIL_M, _TRAIL_S = 2.5, (0.5, 6.0)
_NAMED_FROM = 0.3
_USUAL = 0.5
_COMPANY_M, _COMPANY_MPS, _COMPANY_S = 9.0, 1.0, 2.5
_BEFORE_S, _AFTER_S = 30.0, 15.0
_CLOSE_M = 12.0
_OPENING_MPS = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class _Chase:
    """One who runs after another: shared ticks (first and last), probability, and cues."""

    pursuer: Person
    pursued: Person
    first: int
    last: int
    probability: float
    gap_m: float
    lag_s: float | None
    cues: tuple[str, ...]


def pursuit(cast: Cast, ground: Ground) -> tuple[Activity, ...]:
    """Every pursuit, one for each who is pursued and each stretch of time, in order of time."""
    people = cast.people
    runners = [one for one in people if bool(np.any(one.running >= _USUAL))]
    found: list[Activity | None] = []
    for pursued in runners:
        chases = [
            chase
            for other in runners
            if other is not pursued
            for chase in _chases(other, pursued, people=people)
        ]
        found += [_state(group, ground) for group in _grouped(chases)]
    return in_order(found)


def _chases(pursuer: Person, pursued: Person, *, people: Sequence[Person]) -> Iterator[_Chase]:
    shared, mine, theirs = np.intersect1d(pursuer.course.tick, pursued.course.tick, return_indices=True)
    if not len(shared):
        return
    follows = _follows(pursuer, pursued, mine=mine, theirs=theirs)
    for first, last in runs(follows >= _USUAL, shared, pause=ticks(_PAUSE_S)):
        if (shared[last] - shared[first]) * STEP_S < FOLLOWS_FOR.value:
            continue
        rows = slice(first, last + 1)
        apart_m = np.linalg.norm(pursuer.course.en_m[mine[rows]] - pursued.course.en_m[theirs[rows]], axis=1)
        factors, cues = _company(pursuer, pursued, at=(int(shared[first]), int(shared[last])), people=people)
        sure = float(np.mean(np.sort(follows[rows])[-ticks(FOLLOWS_FOR.value) :]))
        yield _Chase(
            pursuer,
            pursued,
            int(shared[first]),
            int(shared[last]),
            sure * likelier(_BEFORE, *factors),
            float(apart_m.min()),
            _lag_s(pursuer.course, pursued.course, mine=mine[rows], theirs=theirs[rows]),
            cues,
        )


def _follows(pursuer: Person, pursued: Person, *, mine: Rows, theirs: Rows) -> Array:
    """P(one runs after the other) (k,) at shared rows, by speeds and directions alone."""
    way = pursued.course.en_m[theirs] - pursuer.course.en_m[mine]
    apart_m = np.linalg.norm(way, axis=1)
    toward = way / np.maximum(apart_m, 1e-9)[:, None]
    velocity = pursuer.quick.velocity_mps[mine]
    speed = np.maximum(np.linalg.norm(velocity, axis=1), 1e-9)
    cosine = np.sum(velocity * toward, axis=1) / speed
    aims = cosine >= np.cos(np.radians(FOLLOWS_TOWARDS.value))
    # Who stopped or fell fled the way in which it last ran.
    flees = np.sum(_last_run_mps(pursued)[theirs] * toward, axis=1) > 0
    near = (apart_m <= FOLLOWS_WITHIN.value) & (apart_m > _USUAL)
    recent = _recent(pursued)[theirs]
    return np.where(aims & near & flees, pursuer.running[mine] * recent, 0.0)


def _last_run_mps(person: Person) -> Array:
    """Velocity (m, 2) of each row, or of the last one before it that ran."""
    rows = np.where(person.running >= _USUAL, np.arange(len(person.running)), -1)
    last = np.maximum.accumulate(rows)
    return person.quick.velocity_mps[np.where(last >= 0, last, np.arange(len(last)))]


def _recent(person: Person) -> Array:
    """P(it ran within the last seconds) (m,)."""
    reach = ticks(_RECENT_S)
    padded = np.concatenate([np.zeros(reach), person.running])
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach + 1)
    most: Array = windows.max(axis=1)
    return most


def _company(
    pursuer: Person, pursued: Person, *, at: tuple[int, int], people: Sequence[Person]
) -> tuple[list[float], tuple[str, ...]]:
    """Likelihood ratios of a pursuit against running together, and why."""
    factors: list[float] = []
    cues: list[str] = []
    own = _companions(pursuer, people, at=at)
    if pursued.course.subject_id in own:
        factors.append(0.06)
        cues.append("they stood, walked or ran together before or afterwards, or with the same others")
    else:
        factors.append(2.0 if len(own) > 1 else 1.5)
        cues.append("they were not seen together before or afterwards")
    shared, mine, theirs = np.intersect1d(pursuer.course.tick, pursued.course.tick, return_indices=True)
    during = (shared >= at[0]) & (shared <= at[1])
    apart_m, differs = _apart(pursuer, pursued, mine=mine[during], theirs=theirs[during])
    if float(np.median(differs)) >= _OPENING_MPS:
        factors.append(1.6)
        cues.append("the gap between them changed")
    else:
        factors.append(0.35)
        cues.append("they kept the same distance")
    factors.append(1.5 if float(apart_m.min()) <= _CLOSE_M else 0.5)
    if _run_start(pursuer, at[0]) is None and _run_start(pursued, at[0]) is None:
        factors.append(0.4)
        cues.append("both ran already when they were first seen")
    return factors, tuple(cues)


def _companions(person: Person, people: Sequence[Person], *, at: tuple[int, int]) -> set[str]:
    """Ids of all who belong together with a person round the time of a chase, directly or by others."""
    found = {person.course.subject_id}
    waiting = [person]
    while waiting:
        one = waiting.pop()
        for other in people:
            name = other.course.subject_id
            if name not in found and _together_s(one, other, at=at) >= _COMPANY_S:
                found.add(name)
                waiting.append(other)
    return found


def _together_s(one: Person, other: Person, *, at: tuple[int, int]) -> float:
    """For how long two were upright, near and of one velocity, before or after a chase and not during it."""
    shared, mine, theirs = np.intersect1d(one.course.tick, other.course.tick, return_indices=True)
    around = (shared >= at[0] - ticks(_BEFORE_S)) & (shared <= at[1] + ticks(_AFTER_S))
    around &= (shared < at[0]) | (shared > at[1])
    if not around.any():
        return 0.0
    mine, theirs = mine[around], theirs[around]
    apart_m, differs = _apart(one, other, mine=mine, theirs=theirs)
    upright = np.minimum(one.postures.upright[mine], other.postures.upright[theirs]) >= _USUAL
    return float(np.sum(upright & (apart_m <= _COMPANY_M) & (differs <= _COMPANY_MPS))) * STEP_S


def _apart(one: Person, other: Person, *, mine: Rows, theirs: Rows) -> tuple[Array, Array]:
    """Distances (k,) and differences of velocity (k,) of two at shared rows."""
    apart_m: Array = np.linalg.norm(one.course.en_m[mine] - other.course.en_m[theirs], axis=1)
    differs: Array = np.linalg.norm(one.quick.velocity_mps[mine] - other.quick.velocity_mps[theirs], axis=1)
    return apart_m, differs


def _run_start(person: Person, tick: int) -> int | None:
    """The tick at which the run that holds a tick began; None where it ran when first seen."""
    row = int(np.searchsorted(person.course.tick, tick))
    row = min(row, len(person.running) - 1)
    while row > 0 and person.course.stretch[row - 1] == person.course.stretch[row]:
        if person.running[row - 1] < _USUAL and person.running[row] >= _USUAL:
            return int(person.course.tick[row])
        row -= 1
    return None


def _lag_s(pursuer: Course, pursued: Course, *, mine: Rows, theirs: Rows) -> float | None:
    """By how much later the pursuer passes where the pursued was; None where it keeps off that path."""
    lags = []
    for row, tick in zip(mine.tolist(), pursued.tick[theirs].tolist(), strict=True):
        back = np.flatnonzero(
            (pursued.tick >= tick - ticks(_TRAIL_S[1])) & (pursued.tick <= tick - ticks(_TRAIL_S[0]))
        )
        if not len(back):
            continue
        apart_m = np.linalg.norm(pursued.en_m[back] - pursuer.en_m[row], axis=1)
        if apart_m.min() <= _TRAIL_M:
            lags.append((tick - int(pursued.tick[back[np.argmin(apart_m)]])) * STEP_S)
    return float(np.median(lags)) if lags else None


def _grouped(chases: Sequence[_Chase]) -> list[list[_Chase]]:
    """Chases of one pursued that overlap in time, or nearly so, are one pursuit."""
    groups: list[list[_Chase]] = []
    for chase in sorted(chases, key=lambda one: one.first):
        if groups and chase.first <= max(one.last for one in groups[-1]) + ticks(_RECENT_S):
            groups[-1].append(chase)
        else:
            groups.append([chase])
    return groups


def _state(chases: Sequence[_Chase], ground: Ground) -> Activity | None:
    by_sureness = sorted(chases, key=lambda one: -one.probability)
    surest = by_sureness[0]
    named = [one for one in by_sureness if one.probability >= _NAMED_FROM] or [surest]
    course = surest.pursued.course
    first, last = min(one.first for one in named), max(one.last for one in named)
    pursuers = list(dict.fromkeys(one.pursuer.course.subject_id for one in named))
    courses = {one.pursuer.course.subject_id: one.pursuer.course for one in named}
    measures = {
        "gap": normal(min(one.gap_m for one in named), 0.5),
        "pursuers": at_least(len(pursuers), len(pursuers)),
        "duration": normal((last - first) * STEP_S, 0.7),
    }
    lags = [one.lag_s for one in named if one.lag_s is not None]
    if lags:
        measures["lag"] = Interval(min(lags), max(min(lags) - 0.5, 0.0), min(lags) + 0.5, 0.25)
    told = Told(
        surest.probability * surest.pursued.probability * surest.pursuer.probability,
        measures,
        (
            f"at least {len(pursuers)} ran after it, {min(one.gap_m for one in named):.0f} m behind",
            *surest.cues,
        ),
    )
    row = min(int(np.searchsorted(course.tick, first)), len(course.tick) - 1)
    end = max(int(np.searchsorted(course.tick, last, side="right")) - 1, row)
    parts = (actor(course, Role.PURSUED), *(actor(courses[one], Role.PURSUER) for one in pursuers))
    when = When(row, end, row, sigma_s=0.6)
    return stated(What(ActivityKind.PURSUIT, parts), course, when=when, told=told, ground=ground)
