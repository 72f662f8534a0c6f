"""Speeding: a vehicle faster than its road allows, over a stretch that was seen."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from truceline.events.activities.ground import Ground, along_path_m, distance_m, path_distance_m
from truceline.events.activities.measured.cast import Cast
from truceline.events.activities.measured.course import STEP_S, Course, runs, ticks
from truceline.events.activities.measured.speed import speeds_of
from truceline.events.activities.measured.vehicles import Vehicle
from truceline.events.activities.stating import Told, What, When, actor, in_order, normal, stated
from truceline.geometry.camera import ground_bias_jacobian
from truceline.records.activities import Activity, ActivityKind, Role
from truceline.records.events import Interval
from truceline.records.site import Landmark, LandmarkKind

Array = NDArray[np.float64]

ON_ROAD_M = 8.0
"""A vehicle's middle is on the road within this distance of the road's middle, its own error included."""
LEAST_S = 2.0
WINDOW_S = 2.0
_PAUSE_S = 2.0
_BRIDGE_LEAST_S = 2.0
_BRIDGE_REACH_M = 2.0
_WIDE_SIGMAS = 2.0


def speeding(cast: Cast, ground: Ground) -> tuple[Activity, ...]:
    """Every stretch of every vehicle above the limit of a surveyed road, in order of time."""
    roads = [one for one in ground.of_kind(LandmarkKind.ROAD) if one.limit_mps is not None]
    return in_order(
        one for vehicle in cast.vehicles for road in roads for one in _on_road(vehicle, road, ground=ground)
    )


def _on_road(vehicle: Vehicle, road: Landmark, *, ground: Ground) -> Iterator[Activity | None]:
    course = vehicle.course
    limit_mps = road.limit_mps or 0.0
    spread_m = np.sqrt(np.trace(course.covariance[:, :2, :2] + course.bias_covariance, axis1=1, axis2=2) / 2)
    near = path_distance_m(road.points_en_m, course.en_m) <= ON_ROAD_M + np.minimum(spread_m, ON_ROAD_M)
    speeds = speeds_of(course, window_s=WINDOW_S)
    faster = ndtr((speeds.speed_mps - limit_mps) / np.maximum(speeds.sigma_mps, 1e-3))
    over = near & speeds.whole & (faster >= 0.5)  # noqa: PLR2004 - rather faster than not
    for stretch in np.unique(course.stretch):
        inside = over & (course.stretch == stretch)
        for rows in runs(inside, course.tick, pause=ticks(_PAUSE_S)):
            if (course.tick[rows[1]] - course.tick[rows[0]]) * STEP_S >= LEAST_S:
                yield _state(vehicle, road, rows=rows, ground=ground)


def _state(vehicle: Vehicle, road: Landmark, *, rows: tuple[int, int], ground: Ground) -> Activity | None:
    course, limit_mps = vehicle.course, road.limit_mps or 0.0
    speed, sigma = mean_speed_mps(course, rows, path_en_m=road.points_en_m, ground=ground)
    measures = {"speed": normal(speed, sigma), "limit": Interval(limit_mps, limit_mps, limit_mps, 0.0)}
    measures.update(_bridge(course, rows, path_en_m=road.points_en_m, ground=ground))
    told = Told(
        vehicle.probability * float(ndtr((speed - limit_mps) / max(sigma, 1e-3))),
        measures,
        (
            f"{speed * 3.6:.0f} ± {sigma * 1.96 * 3.6:.0f} km/h where {limit_mps * 3.6:.0f} km/h are allowed",
            f"measured over {speed * (course.tick[rows[1]] - course.tick[rows[0]]) * STEP_S:.0f} m",
        ),
        site_place=road.name,
    )
    parts = (actor(course, Role.VEHICLE),)
    when = When(rows[0], rows[1], rows[0], sigma_s=0.3)
    return stated(What(ActivityKind.SPEEDING, parts), course, when=when, told=told, ground=ground)


def _bridge(
    course: Course, rows: tuple[int, int], *, path_en_m: Array, ground: Ground
) -> dict[str, Interval]:
    """The mean speed over the part of a stretch that lies on a surveyed bridge, where it is long enough."""
    inside = np.arange(rows[0], rows[1] + 1)
    for bridge in ground.of_kind(LandmarkKind.BRIDGE):
        on = inside[distance_m(bridge, course.en_m[inside]) <= _BRIDGE_REACH_M]
        if len(on) and (course.tick[on[-1]] - course.tick[on[0]]) * STEP_S >= _BRIDGE_LEAST_S:
            part = (int(on[0]), int(on[-1]))
            return {"bridge speed": normal(*mean_speed_mps(course, part, path_en_m=path_en_m, ground=ground))}
    return {}


def mean_speed_mps(
    course: Course, rows: tuple[int, int], *, path_en_m: Array, ground: Ground
) -> tuple[float, float]:
    """Mean speed along a road between two rows, and its standard deviation, m/s.

    Method: the way along the road between the ends, over the time. Its error: the noise of both ends, and the
    calibration's, which moves both ends together: what counts is by how much it moves them apart. Ends that
    different cameras saw err apart.
    """
    ends = np.array(rows)
    along = along_path_m(path_en_m, course.en_m[ends])
    lasts_s = float(course.tick[ends[1]] - course.tick[ends[0]]) * STEP_S
    way = course.en_m[ends[1]] - course.en_m[ends[0]]
    toward = way / max(float(np.linalg.norm(way)), 1e-9)
    noise = course.covariance[ends, :2, :2].sum(axis=0)
    variance = float(toward @ noise @ toward) + float(toward @ _scale(course, ends, ground=ground) @ toward)
    return abs(float(along[1] - along[0])) / lasts_s, float(np.sqrt(variance)) / lasts_s


def _scale(course: Course, ends: NDArray[np.int64], *, ground: Ground) -> Array:
    """Covariance (2, 2) of the way between two rows from calibration."""
    names = [course.camera_id(int(row)) for row in ends]
    camera = ground.camera(names[0])
    if names[0] != names[1] or camera is None:
        apart: Array = course.bias_covariance[ends].sum(axis=0)
        return apart
    jacobian = ground_bias_jacobian(camera.calibration, course.en_m[ends])
    moved = jacobian[1] - jacobian[0]
    stretched: Array = moved @ camera.calibration.covariance @ moved.T
    return stretched
