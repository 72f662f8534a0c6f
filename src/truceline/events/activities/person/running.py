"""Running: faster than anybody walks, for a second or more."""

import numpy as np

from truceline.events.activities.ground import Ground
from truceline.events.activities.measured.cast import Cast
from truceline.events.activities.measured.course import STEP_S, Course, runs, ticks
from truceline.events.activities.measured.people import Person
from truceline.events.activities.stating import Told, What, When, actor, in_order, normal, stated
from truceline.events.activities.thresholds import RUNNING_FROM, RUNNING_PAUSE
from truceline.records.activities import Activity, ActivityKind

CLAIMED = 0.5
"""Rows at which running has at least an even chance make a run."""
_ONSET_S = 0.6
"""Who starts to run is faster than a walker after about half a second: the start lies before."""


def running(cast: Cast, ground: Ground) -> tuple[Activity, ...]:
    """Every run of every person, in order of time."""
    return in_order(one for person in cast.people for one in _runs(person, ground))


def _runs(person: Person, ground: Ground) -> list[Activity | None]:
    course, speeds, faster = person.course, person.quick, person.running
    found = []
    for first, last in runs(faster >= CLAIMED, course.tick, pause=ticks(RUNNING_PAUSE.value)):
        rows = np.arange(first, last + 1)
        fastest = int(rows[np.argmax(faster[rows])])
        typical = float(np.median(speeds.speed_mps[rows]))
        lasts_s = (int(course.tick[last]) - int(course.tick[first])) * STEP_S
        begins = _beginning(course, first)
        cut = first == 0 or course.stretch[first - 1] != course.stretch[first]
        unseen = ("how the run began: it was running when it was first seen",) if cut else ()
        told = Told(
            person.probability * float(faster[fastest]),
            {
                "speed": normal(typical, float(np.median(speeds.sigma_mps[rows]))),
                "duration": normal(lasts_s, 0.4),
            },
            (f"{typical:.1f} m/s for {lasts_s:.1f} s, where walking ends at {RUNNING_FROM.value:g} m/s",),
            unseen,
        )
        when = When(begins, last, begins)
        found.append(
            stated(What(ActivityKind.RUNNING, (actor(course),)), course, when=when, told=told, ground=ground)
        )
    return found


def _beginning(course: Course, first: int) -> int:
    """The row at which the run began: a little before it is fast, in the same stretch."""
    earliest = max(first - ticks(_ONSET_S), 0)
    while course.stretch[earliest] != course.stretch[first]:
        earliest += 1
    return earliest
