"""The ground on which activities are told: what is needed of the site's survey, and what cameras supplied."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.records.site import Camera, Landmark, LandmarkKind, LandmarkShape, Line, Site, Zone
from truceline.records.time import UtcSpan

Array = NDArray[np.float64]

Supplied = tuple[str, UtcSpan]
"""A camera and a span for which its footage is there."""

OBSTACLES = (
    LandmarkKind.DITCH,
    LandmarkKind.WALL,
    LandmarkKind.FENCE,
    LandmarkKind.WATER,
    LandmarkKind.TREES,
)
_PLACES = (
    LandmarkKind.MONUMENT,
    LandmarkKind.BRIDGE,
    LandmarkKind.POST,
    LandmarkKind.CHECKPOINT,
    LandmarkKind.GATE,
    LandmarkKind.BUILDING,
    LandmarkKind.MARKER,
    LandmarkKind.WALL,
    LandmarkKind.ROAD,
)
_NAMED_WITHIN_M = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What activities are measured against.

    Attributes:
        line: The named line; sides are told by it.
        landmarks: Checkpoints, roads with limits, obstacles and places that events are named after.
        zones: The site's.
        cameras: With their calibrations: what was in a picture, and the error of scale along a road.
        supplied: Which camera's footage is there when. Empty: taken from the subjects' own rows.
        clock_bound_s: 95 % bound of the corrected clock that all cameras share, seconds.
    """

    line: Line
    landmarks: tuple[Landmark, ...] = ()
    zones: tuple[Zone, ...] = ()
    cameras: tuple[Camera, ...] = ()
    supplied: tuple[Supplied, ...] = ()
    clock_bound_s: float = 0.0

    @staticmethod
    def of(site: Site, *, supplied: Sequence[Supplied] = (), clock_bound_s: float = 0.0) -> "Ground":
        """The ground of a surveyed site."""
        return Ground(site.line, site.landmarks, site.zones, site.cameras, tuple(supplied), clock_bound_s)

    def camera(self, camera_id: str) -> Camera | None:
        """The camera of that id, or None where the survey has none."""
        return next((one for one in self.cameras if one.camera_id == camera_id), None)

    def of_kind(self, *kinds: LandmarkKind) -> tuple[Landmark, ...]:
        """The landmarks of these kinds, in the survey's order."""
        return tuple(one for one in self.landmarks if one.kind in kinds)

    def place_name(self, place_en_m: Array) -> str | None:
        """The name of the nearest landmark within 25 m of a place (2,), else of a zone that holds it."""
        near = [(float(distance_m(one, place_en_m[None])[0]), one.name) for one in self.of_kind(*_PLACES)]
        near = [one for one in near if one[0] <= _NAMED_WITHIN_M]
        if near:
            return min(near)[1]
        return next((one.name for one in self.zones if _inside(one.ring_en_m, place_en_m)), None)

    def watching(self, place_en_m: Array, *, at_utc_ns: int) -> tuple[str, ...]:
        """The cameras that supplied footage at an instant and have a place (2,) in their picture.

        Says nothing of what hides it. Where nothing is known of supplies, every camera supplies.
        """
        supplying = {camera_id for camera_id, span in self.supplied if _holds(span, at_utc_ns)}
        point = np.array([[place_en_m[0], place_en_m[1], 0.0]])
        return tuple(
            one.camera_id
            for one in self.cameras
            if (not self.supplied or one.camera_id in supplying) and border_px(one, point[:, :2])[0] >= 0
        )


def border_px(camera: Camera, points_en_m: Array) -> Array:
    """How far inside its picture (n,) a camera has places (n, 2), pixels; negative outside."""
    flat = np.column_stack([points_en_m, np.zeros(len(points_en_m))])
    pixels = pixel_from_site(camera.calibration, flat)
    size = np.array([camera.width_px, camera.height_px], dtype=np.float64) - 1.0
    inside: Array = np.minimum(pixels, size - pixels).min(axis=1)
    return np.where(np.isfinite(inside), inside, -np.inf)


def distance_m(landmark: Landmark, points_en_m: Array) -> Array:
    """Distance (n,) of places (n, 2) from a landmark; 0 inside an area."""
    points = landmark.points_en_m
    if landmark.shape is LandmarkShape.POINT:
        return np.asarray(np.linalg.norm(points_en_m - points[0], axis=1))
    path = points if landmark.shape is LandmarkShape.PATH else np.concatenate([points, points[:1]])
    away = path_distance_m(path, points_en_m)
    if landmark.shape is LandmarkShape.AREA:
        inside = np.array([_inside(points, one) for one in points_en_m], dtype=np.bool_)
        away = np.where(inside, 0.0, away)
    return away


def path_distance_m(path_en_m: Array, points_en_m: Array) -> Array:
    """Distance (n,) of places (n, 2) from a polyline (m, 2)."""
    return _on_path(path_en_m, points_en_m)[1]


def along_path_m(path_en_m: Array, points_en_m: Array) -> Array:
    """Arc length (n,) along a polyline (m, 2) of the points on it that are nearest to places (n, 2)."""
    return _on_path(path_en_m, points_en_m)[0]


def _on_path(path: Array, points: Array) -> tuple[Array, Array]:
    start, way = path[:-1], np.diff(path, axis=0)
    length = np.linalg.norm(way, axis=1)
    offset = points[:, None] - start[None]
    share = np.clip(np.sum(offset * way, axis=2) / length**2, 0.0, 1.0)
    away = np.linalg.norm(offset - share[..., None] * way, axis=2)
    nearest = np.argmin(away, axis=1)
    rows = np.arange(len(points))
    begins = np.concatenate([[0.0], np.cumsum(length)[:-1]])
    return begins[nearest] + share[rows, nearest] * length[nearest], away[rows, nearest]


def _inside(ring: Array, place: Array) -> bool:
    """Whether a place lies in a ring, by counting the edges to its east."""
    east, north = ring[:, 0], ring[:, 1]
    next_east, next_north = np.roll(east, -1), np.roll(north, -1)
    spans = (north > place[1]) != (next_north > place[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = east + (place[1] - north) / (next_north - north) * (next_east - east)
    return bool(np.sum(spans & (place[0] < crossing)) % 2)


def _holds(span: UtcSpan, at_utc_ns: int) -> bool:
    return span.start_utc_ns <= at_utc_ns <= span.end_utc_ns
