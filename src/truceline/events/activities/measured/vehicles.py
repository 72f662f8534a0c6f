"""Vehicles: courses that may be a vehicle's, when they stood, and their outline on the ground."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.events.activities.measured.course import STEP_S, Course, runs, ticks
from truceline.events.activities.measured.speed import ON_WHEELS, Speeds, speeds_of
from truceline.events.activities.thresholds import STANDING_BELOW

Array = NDArray[np.float64]

LEAST_VEHICLE = 0.3
"""What is less probably a vehicle is not looked at as one."""
STANDING_FROM = 0.5
LENGTH_M, WIDTH_M = 4.2, 1.9
"""Outline of a vehicle of which no more is known: between a small car and a light lorry."""
_MOVES_MPS = 1.0
_SAME_PLACE_M = 1.2


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """One stay of a vehicle in one place.

    Attributes:
        first, last: Rows of its course.
        probability: That it stood: the median of its rows.
        arrival: Row at which it came to a stand; None where it was not seen to move before.
        gaps: Whether parts of it were not observed.
    """

    first: int
    last: int
    probability: float
    arrival: int | None
    gaps: bool


@dataclass(frozen=True, slots=True, eq=False)
class Vehicle:
    """One that may be a vehicle.

    Attributes:
        speeds: Over a second; ``standing`` (m,) P(slower than a walk) of each row.
        heading_rad: (m,) of its last movement, counter-clockwise from east; NaN before it was seen to move.
        stands: Stays longer than a second, in order of time.
    """

    course: Course
    speeds: Speeds
    standing: Array
    heading_rad: Array
    stands: tuple[Stand, ...]

    @property
    def probability(self) -> float:
        """That it is a vehicle."""
        return self.course.subject.kinds.vehicle

    def seconds(self, stand: Stand) -> float:
        """How long a stay lasted, as far as it was seen."""
        return (int(self.course.tick[stand.last]) - int(self.course.tick[stand.first])) * STEP_S

    def place(self, stand: Stand) -> Array:
        """Where it stood (2,): the median of its rows."""
        place: Array = np.median(self.course.en_m[stand.first : stand.last + 1], axis=0)
        return place


def vehicles_of(courses: Sequence[Course]) -> tuple[Vehicle, ...]:
    """All that may be vehicles."""
    return tuple(_vehicle(course) for course in courses if course.subject.kinds.vehicle >= LEAST_VEHICLE)


def _vehicle(course: Course) -> Vehicle:
    speeds = speeds_of(course, window_s=1.0)
    standing = 1.0 - ON_WHEELS.beyond(speeds, STANDING_BELOW.value)
    return Vehicle(course, speeds, standing, _headings(speeds), _stands(course, standing))


def _headings(speeds: Speeds) -> Array:
    """Headings (m,) of the last row that surely moved; before the first, NaN."""
    moves = speeds.speed_mps > np.maximum(_MOVES_MPS, 3 * speeds.sigma_mps)
    rows = np.where(moves, np.arange(len(moves)), -1)
    last = np.maximum.accumulate(rows)
    angle = np.arctan2(speeds.velocity_mps[:, 1], speeds.velocity_mps[:, 0])
    headings: Array = np.where(last >= 0, angle[np.maximum(last, 0)], np.nan)
    return headings


def _stands(course: Course, standing: Array) -> tuple[Stand, ...]:
    pieces: list[tuple[int, int]] = []
    for stretch in np.unique(course.stretch):
        inside = course.stretch == stretch
        pieces += runs((standing >= STANDING_FROM) & inside, course.tick, pause=ticks(0.5))
    joined: list[tuple[int, int]] = []
    for first, last in pieces:
        if joined and _same_place(course, before=joined[-1][1], after=first):
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return tuple(_stand(course, standing, rows=rows) for rows in joined)


def _same_place(course: Course, *, before: int, after: int) -> bool:
    """Whether nothing but unseen time lies between two rows, or it moved no way worth the name."""
    apart_m, sigma_m = course.apart(before, after)
    reach_m = _SAME_PLACE_M + 2 * sigma_m
    short = course.tick[after] - course.tick[before] <= ticks(3.0)
    unseen = after - before <= ticks(1.0) and course.stretch[after] != course.stretch[before]
    return apart_m <= reach_m and bool(short or unseen)


def _stand(course: Course, standing: Array, *, rows: tuple[int, int]) -> Stand:
    first, last = rows
    came = first > 0 and course.stretch[first - 1] == course.stretch[first]
    return Stand(
        first=first,
        last=last,
        probability=float(np.median(standing[first : last + 1])),
        arrival=first if came else None,
        gaps=int(course.stretch[first]) != int(course.stretch[last]),
    )


def outline_distance_m(place_en_m: Array, heading_rad: float, *, points_en_m: Array) -> Array:
    """Distance (n,) of places (n, 2) from a vehicle's outline, 0 inside it.

    Without a heading (NaN) the outline is a circle that has the same area.
    """
    offset = points_en_m - place_en_m
    if not np.isfinite(heading_rad):
        radius_m = np.sqrt(LENGTH_M * WIDTH_M / np.pi)
        return np.asarray(np.maximum(np.linalg.norm(offset, axis=1) - radius_m, 0.0))
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    along = np.abs(offset[:, 0] * cos + offset[:, 1] * sin) - LENGTH_M / 2
    aside = np.abs(offset[:, 1] * cos - offset[:, 0] * sin) - WIDTH_M / 2
    return np.asarray(np.hypot(np.maximum(along, 0.0), np.maximum(aside, 0.0)))
