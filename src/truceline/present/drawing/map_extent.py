"""What a map has to show: the line where it matters, the crossings, and tracks near both."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.line import signed_distance_m
from truceline.present.counts import is_likely
from truceline.present.views.subjects import CrossingView, TrackView
from truceline.records.site import Camera, Line

Array = NDArray[np.float64]

REACH_M, REACH_DEPTHS = 8.0, 1.5
"""So far from the line and from the crossings, or so many times the deepest counted crossing, a map shows."""

_EVERY = 25
"""So many points of what moves share one foot on the line."""


def extent_of(
    line: Line, tracks: Sequence[TrackView], *, crossings: Sequence[CrossingView], cameras: Sequence[Camera]
) -> Array:
    """Points (n, 2) that the map's window encloses, site metres.

    With crossings, tracks count near them and near the line only: somebody who walks on for half a kilometre
    would else press every crossing into one clump. Farther stretches leave the map.
    """
    moving = [_near(view.track.en_m, line=line, crossings=crossings) for view in tracks]
    moving += [np.array([view.crossing.place_en_m]) for view in crossings]
    moving += [camera.calibration.position_enu_m[None, :2] for camera in cameras]
    if not tracks:
        moving.append(line.vertices_en_m)
    points = np.concatenate(moving)
    feet = [_nearest_on_line_m(line.vertices_en_m, point) for point in points[::_EVERY]]
    return np.concatenate([points, np.array(feet)])


def _near(path_en_m: Array, *, line: Line, crossings: Sequence[CrossingView]) -> Array:
    if not crossings:
        return path_en_m
    depths_m = [one.crossing.depth_m.value for one in crossings if is_likely(one.crossing)]
    reach_m = max([REACH_M, *(REACH_DEPTHS * depth_m for depth_m in depths_m if np.isfinite(depth_m))])
    places = np.array([one.crossing.place_en_m for one in crossings])
    middle, half = (places.min(axis=0) + places.max(axis=0)) / 2, np.ptp(places, axis=0) / 2 + reach_m
    near = np.abs(signed_distance_m(line.vertices_en_m, path_en_m)) <= reach_m
    kept: Array = path_en_m[near & (np.abs(path_en_m - middle) <= half).all(axis=1)]
    return kept


def _nearest_on_line_m(vertices_en_m: Array, point_en_m: Array) -> Array:
    start, along = vertices_en_m[:-1], np.diff(vertices_en_m, axis=0)
    share = np.clip(np.sum((point_en_m - start) * along, axis=1) / np.sum(along**2, axis=1), 0, 1)
    feet = start + share[:, None] * along
    nearest: Array = feet[np.argmin(np.linalg.norm(feet - point_en_m, axis=1))]
    return nearest
