"""Doors: people who are first seen at a vehicle that stands, or last.

A person who appears may have come out of the vehicle, from behind something, into the picture, or have been
there before the picture began. The four are weighed by where and when the first place lies; so is the last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from truceline.events.activities.ground import Ground, border_px
from truceline.events.activities.measured.cast import Cast
from truceline.events.activities.measured.course import STEP_S, Course, ticks
from truceline.events.activities.measured.people import Person
from truceline.events.activities.measured.vehicles import Vehicle, outline_distance_m
from truceline.events.activities.stating import Told, What, When, actor, in_order, normal, stated
from truceline.events.activities.thresholds import DOOR_REACH, NEWCOMER_S
from truceline.records.activities import Activity, ActivityKind, Role

Array = NDArray[np.float64]
Way = Literal["out", "in"]

_USUAL = 0.5
_LOOK_S = 6.0
"""The vehicle stood within this time of the door."""
_LOST_S, _LOST_M = 10.0, 6.0
"""Somebody else who was lost (or appeared) so near in time and place may be the same person."""
_BORDER_PX = 25.0
_FROM_VEHICLE, _FROM_ANYWHERE_M2 = 0.5, 0.004
"""Of people who appear beside a vehicle that stands, half come out of it; people who come from behind
something else appear anywhere: so many for each square metre."""
_DOOR_SIGMA_M = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class _Edge:
    """The first or last row of a person's course; ``cut`` where the footage itself begins or ends there."""

    person: Person
    row: int
    way: Way
    cut: bool


def doors(cast: Cast, ground: Ground) -> tuple[Activity, ...]:
    """Everybody who got out of a vehicle or into one, in order of time."""
    vehicles, people = cast.vehicles, cast.people
    everybody = cast.courses
    return in_order(
        _state(edge, vehicles, people=people, ground=ground)
        for person in people
        for edge in _edges(person, everybody, ground=ground)
    )


def _edges(person: Person, everybody: Sequence[Course], *, ground: Ground) -> Iterator[_Edge]:
    seen = np.flatnonzero(person.course.observed)
    if not len(seen):
        return
    ends: tuple[tuple[int, Way], ...] = ((int(seen[0]), "out"), (int(seen[-1]), "in"))
    for row, way in ends:
        cut = _cut_by_supply(person.course, row, way=way, everybody=everybody, ground=ground)
        yield _Edge(person, row, way, cut)


def _cut_by_supply(
    course: Course, row: int, *, way: Way, everybody: Sequence[Course], ground: Ground
) -> bool:
    """Whether the footage itself begins (ends) there, so that a first (last) row says nothing."""
    camera_id, at = course.camera_id(row), int(course.utc_ns(row))
    margin_ns = round(NEWCOMER_S.value * 1e9)
    spans = [span for supplier, span in ground.supplied if supplier == camera_id]
    if spans:
        edges = [span.start_utc_ns if way == "out" else span.end_utc_ns for span in spans]
        return min(abs(at - int(edge)) for edge in edges) <= margin_ns
    # Nothing is known of supplies: the camera runs as long as it shows anybody.
    ticks_seen = [other.tick[(other.observed) & _of_camera(other, camera_id)] for other in everybody]
    shown = np.concatenate(ticks_seen)
    edge = int(shown.min() if way == "out" else shown.max())
    return abs(int(course.tick[row]) - edge) <= ticks(NEWCOMER_S.value)


def _of_camera(course: Course, camera_id: str) -> NDArray[np.bool_]:
    own = [number for number, one in enumerate(course.subject.sightings) if one.camera_id == camera_id]
    return np.isin(course.sighting, own)


def _state(
    edge: _Edge, vehicles: Sequence[Vehicle], *, people: Sequence[Person], ground: Ground
) -> Activity | None:
    course, row = edge.person.course, edge.row
    best = max(
        (one for vehicle in vehicles for one in _at_vehicle(edge, vehicle)),
        key=lambda one: one[0],
        default=None,
    )
    if best is None or edge.cut:
        return None
    density, distance_m, sigma_m, vehicle = best
    behind = _FROM_ANYWHERE_M2 + _lost_near(edge, people)
    border = _at_border(course, row, ground=ground)
    from_vehicle = _FROM_VEHICLE * density
    probability = from_vehicle * (1 - border) / max(from_vehicle + behind, 1e-12)
    word = "first" if edge.way == "out" else "last"
    told = Told(
        probability * edge.person.probability * vehicle.probability,
        {"distance from the outline": normal(distance_m, sigma_m)},
        (
            f"{word} seen {distance_m:.1f} m from the outline of a vehicle that stood",
            f"the picture's border was {'near' if border > _USUAL else 'not near'}",
        ),
        ("the door itself",),
    )
    kind = ActivityKind.GOT_OUT if edge.way == "out" else ActivityKind.GOT_IN
    parts = (actor(course), actor(vehicle.course, Role.VEHICLE))
    when = When(row, row, row, sigma_s=0.5)
    return stated(What(kind, parts), course, when=when, told=told, ground=ground)


def _at_vehicle(edge: _Edge, vehicle: Vehicle) -> Iterator[tuple[float, float, float, Vehicle]]:
    """Density of such a place under coming out of a vehicle, its distance from the outline and its error."""
    person = edge.person.course
    own = vehicle.course
    row = int(np.argmin(np.abs(own.tick - person.tick[edge.row])))
    if abs(int(own.tick[row]) - int(person.tick[edge.row])) > ticks(_LOOK_S):
        return
    if vehicle.standing[row] < _USUAL:
        return
    distance_m = float(
        outline_distance_m(
            own.en_m[row], float(vehicle.heading_rad[row]), points_en_m=person.en_m[edge.row][None]
        )[0]
    )
    covariance = person.covariance[edge.row, :2, :2] + own.covariance[row, :2, :2]
    sigma_m = float(np.sqrt(np.trace(covariance) / 2))
    reach_m = DOOR_REACH.value + 2 * sigma_m
    if distance_m > reach_m:
        return
    spread_m = float(np.hypot(_DOOR_SIGMA_M, sigma_m))
    # Round a vehicle the places within a distance make a band: its density is that over the band's length.
    band_m = 12.0 + 2 * np.pi * distance_m
    density = float(np.exp(-((distance_m / spread_m) ** 2) / 2) / (spread_m * band_m)) * 2
    yield density * float(vehicle.standing[row]), distance_m, sigma_m, vehicle


def _lost_near(edge: _Edge, people: Sequence[Person]) -> float:
    """Chance for each square metre that it is somebody who was lost (appears) near before (after)."""
    own = edge.person.course
    at, place = int(own.tick[edge.row]), own.en_m[edge.row]
    chance = 0.0
    for other in people:
        course = other.course
        if course.subject_id == own.subject_id:
            continue
        seen = np.flatnonzero(course.observed)
        if not len(seen):
            continue
        row = int(seen[-1] if edge.way == "out" else seen[0])
        apart_s = (at - int(course.tick[row])) * STEP_S * (1 if edge.way == "out" else -1)
        apart_m = float(np.linalg.norm(course.en_m[row] - place))
        if 0 <= apart_s <= _LOST_S and apart_m <= _LOST_M:
            chance += _USUAL / (np.pi * max(apart_m, 1.0) ** 2)
    return float(chance)


def _at_border(course: Course, row: int, *, ground: Ground) -> float:
    """P(it came in, or went out, over the picture's border)."""
    camera = ground.camera(course.camera_id(row))
    if camera is None:
        return 0.0
    inside_px = float(border_px(camera, course.en_m[row][None])[0])
    return float(1.0 / (1.0 + np.exp((inside_px - _BORDER_PX) / 8.0)))
