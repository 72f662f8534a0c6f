"""People: courses that may be a person's, with everything that is measured of each once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.events.activities.ground import Ground
from truceline.events.activities.measured.course import Course
from truceline.events.activities.measured.posture import Postures, postures_of
from truceline.events.activities.measured.speed import ON_FOOT, Speeds, speeds_of
from truceline.events.activities.thresholds import RUNNING_FOR, RUNNING_FROM

LEAST_PERSON = 0.3
"""Who is less probably a person is not looked at as one."""
SLOW_WINDOW_S = 3.0
"""Creeping needs a longer look than walking."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One who may be a person.

    Attributes:
        quick: Speeds over a second; ``slow`` over three.
        running: (m,) P(faster than anybody walks) of each row; 0 where it was not seen enough.
    """

    course: Course
    postures: Postures
    quick: Speeds
    slow: Speeds
    running: NDArray[np.float64]

    @property
    def probability(self) -> float:
        """That it is a person."""
        return self.course.subject.kinds.person


def people_of(courses: Sequence[Course], ground: Ground) -> tuple[Person, ...]:
    """All who may be people."""
    return tuple(_person(course, ground) for course in courses if course.subject.kinds.person >= LEAST_PERSON)


def _person(course: Course, ground: Ground) -> Person:
    quick = speeds_of(course, window_s=RUNNING_FOR.value)
    faster = ON_FOOT.beyond(quick, RUNNING_FROM.value)
    slow = speeds_of(course, window_s=SLOW_WINDOW_S)
    return Person(
        course,
        postures_of(course, ground, slow=slow),
        quick,
        slow,
        np.where(quick.whole, faster, 0.0),
    )
