"""The cast: all subjects with what is measured of them, measured once for every topic."""

from collections.abc import Sequence
from dataclasses import dataclass

from truceline.events.activities.ground import Ground
from truceline.events.activities.measured.course import Course, courses_of
from truceline.events.activities.measured.people import Person, people_of
from truceline.events.activities.measured.vehicles import Vehicle, vehicles_of
from truceline.records.subjects import Subject


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """Everybody: courses of all subjects, and those of them that may be people or vehicles."""

    courses: tuple[Course, ...]
    people: tuple[Person, ...]
    vehicles: tuple[Vehicle, ...]


def cast_of(subjects: Sequence[Subject], ground: Ground) -> Cast:
    """The cast of subjects on their ground; their order does not matter."""
    courses = courses_of(sorted(subjects, key=lambda one: one.subject_id))
    return Cast(courses, people_of(courses, ground), vehicles_of(courses))
