"""Views: where a camera could see somebody, and when it was watching. Who cannot see has no vote."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import is_measurable, pixel_from_site
from truceline.records.columns import BoolColumn
from truceline.records.site import Camera, Landmark, LandmarkKind, LandmarkShape, Site

Array = NDArray[np.float64]

SMALLEST_PX = 12.0
"""Of whom less high stands in the picture nobody is found: the detector's own limit."""
STANDING_M, CHEST_M = 1.7, 1.0
"""Whose chest is hidden is taken as not to be seen."""
BORDER_PX = 3.0

OPAQUE_M = {
    LandmarkKind.BUILDING: 3.0,
    LandmarkKind.WALL: 2.0,
    LandmarkKind.POST: 2.5,
    LandmarkKind.MONUMENT: 3.0,
    LandmarkKind.TREES: 3.0,
}
"""What hides, and how high it is taken to be where the survey does not say. One sees through fences."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A camera with what stands in its way.

    Attributes:
        edges: (m, 4) the sides of what hides: east, north of one end and of the other.
        tops_m: (m,) how high each is.
    """

    camera: Camera
    edges: Array
    tops_m: Array

    def sees(self, points_en_m: Array) -> BoolColumn:
        """Whether somebody who stands at places (n, 2) would be found in the picture."""
        if len(points_en_m) == 0:
            return np.zeros(0, dtype=np.bool_)
        camera = self.camera
        ground = np.concatenate([points_en_m, np.zeros((len(points_en_m), 1))], axis=1)
        foot = pixel_from_site(camera.calibration, ground)
        head = pixel_from_site(camera.calibration, ground + np.array([0.0, 0.0, STANDING_M]))
        with np.errstate(invalid="ignore"):
            inside = (foot > BORDER_PX).all(axis=1) & (
                foot < np.array([camera.width_px, camera.height_px]) - BORDER_PX
            ).all(axis=1)
            inside &= foot[:, 1] - head[:, 1] >= SMALLEST_PX
        rows = np.flatnonzero(inside)
        rows = rows[is_measurable(camera.calibration, points_en_m[rows])] if len(rows) else rows
        seen = np.zeros(len(points_en_m), dtype=np.bool_)
        seen[rows] = ~self._hidden(points_en_m[rows])
        return seen

    def _hidden(self, points_en_m: Array) -> BoolColumn:
        """Which sight lines (n,) from the camera to a chest pass through something."""
        if len(self.edges) == 0 or len(points_en_m) == 0:
            return np.zeros(len(points_en_m), dtype=np.bool_)
        eye = self.camera.calibration.position_enu_m
        sight = points_en_m - eye[:2]
        start, along = self.edges[:, :2] - eye[:2], self.edges[:, 2:] - self.edges[:, :2]
        across = sight[:, :1] * along[None, :, 1] - sight[:, 1:] * along[None, :, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            way = (start[:, 0] * along[:, 1] - start[:, 1] * along[:, 0])[None] / across
            share = (start[None, :, 0] * sight[:, 1:] - start[None, :, 1] * sight[:, :1]) / across
            height = eye[2] + way * (CHEST_M - eye[2])
            blocked = (way > 0) & (way < 1) & (share >= 0) & (share <= 1) & (height < self.tops_m)
        hidden: BoolColumn = blocked.any(axis=1)
        return hidden


def views_of(site: Site) -> dict[str, View]:
    """By camera id."""
    sides = [_edges(one) for one in site.landmarks if one.kind in OPAQUE_M]
    edges = np.concatenate([np.zeros((0, 4)), *(each for each, _ in sides)])
    tops = np.concatenate([np.zeros(0), *(each for _, each in sides)])
    return {camera.camera_id: View(camera, edges, tops) for camera in site.cameras}


def _edges(landmark: Landmark) -> tuple[Array, Array]:
    points = landmark.points_en_m
    if landmark.shape is LandmarkShape.POINT or (
        landmark.kind is LandmarkKind.TREES and landmark.shape is LandmarkShape.PATH
    ):
        # A row of trees is a path of stems: one sees between them.
        return np.zeros((0, 4)), np.zeros(0)
    if landmark.shape is LandmarkShape.AREA:
        points = np.concatenate([points, points[:1]])
    top = landmark.height_m if landmark.height_m is not None else OPAQUE_M[landmark.kind]
    return np.concatenate([points[:-1], points[1:]], axis=1), np.full(len(points) - 1, top)


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """When a camera was watching: starts (k,) and ends (k,), seconds on the common clock, in order."""

    camera_id: str
    starts_s: Array
    ends_s: Array

    def watching(self, seconds: Array) -> BoolColumn:
        """Whether it was at times of any shape."""
        place = np.searchsorted(self.starts_s, seconds, side="right") - 1
        ends = np.concatenate([self.ends_s, [-np.inf]])
        return np.asarray(seconds < ends[place])


@dataclass(frozen=True, slots=True, eq=False)
class Eyes:
    """All cameras that gave something: where they could see, and when they were watching."""

    views: dict[str, View]
    watches: tuple[Watch, ...]

    def seen_where(self, points_en_m: Array) -> dict[str, BoolColumn]:
        """By camera that ever watched, which places (n, 2) it could see."""
        return {
            name: self.views[name].sees(points_en_m)
            for name in sorted({one.camera_id for one in self.watches})
        }

    def watching(self, seconds: Array) -> dict[str, BoolColumn]:
        """By camera, whether any of its footage covers times (k,)."""
        found: dict[str, BoolColumn] = {}
        for one in self.watches:
            now = one.watching(seconds)
            found[one.camera_id] = found[one.camera_id] | now if one.camera_id in found else now
        return found

    def covered(self, points_en_m: Array, *, seconds: Array) -> Array:
        """Share (n,) of the times (k,) at which some camera could see each place (n, 2)."""
        where, when = self.seen_where(points_en_m), self.watching(seconds)
        seen = np.zeros((len(points_en_m), len(seconds)), dtype=np.bool_)
        for name, places in where.items():
            seen |= places[:, None] & when[name][None]
        share: Array = seen.mean(axis=1) if len(seconds) else np.zeros(len(points_en_m))
        return share


def merged_watch(camera_id: str, spans_s: Sequence[tuple[float, float]]) -> Watch:
    """The watch of spans (start, end) in seconds, which may touch or overlap."""
    starts: list[float] = []
    ends: list[float] = []
    for start, end in sorted(spans_s):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return Watch(camera_id, np.array(starts), np.array(ends))
