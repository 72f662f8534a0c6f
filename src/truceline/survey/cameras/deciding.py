"""Deciding: where, and how deep, a crossing must be to be told from none at 95 %, by the best camera.

Stays at the station: where nothing can be decided is what somebody who wants to cross unseen would ask.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from truceline.records.columns import float_column
from truceline.records.deciding import DecidableGround, DecidableLine
from truceline.records.site import Camera, Landmark, LandmarkKind, LandmarkShape, Line, Site
from truceline.survey.cameras.views import (
    across_sigma_m,
    decided_depth_m,
    in_picture,
    line_samples,
    place_covariance,
)

Array = NDArray[np.float64]

HIDING = (LandmarkKind.WALL, LandmarkKind.BUILDING, LandmarkKind.TREES)
"""What nobody sees through, where its height is surveyed. A fence is seen through."""


def decidable_ground(
    site: Site, *, west_m: float, north_m: float, cell_m: float, shape: tuple[int, int]
) -> DecidableGround:
    """The shallowest depth that is decided in each cell of a grid of ``shape`` (rows, columns)."""
    rows, columns = shape
    east = west_m + (np.arange(columns) + 0.5) * cell_m
    north = north_m - (np.arange(rows) + 0.5) * cell_m
    points = np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)
    depth_m = _best_depth_m(site, points).reshape(rows, columns)
    column = float_column(depth_m, columns, rows=rows, name="depth_m")
    return DecidableGround(west_m, north_m, cell_m, column)


def decidable_line(site: Site) -> DecidableLine:
    """The shallowest depth that is decided along the line."""
    points, step_m = line_samples(site.line.vertices_en_m)
    count = len(points)
    return DecidableLine(
        at_m=float_column((np.arange(count) + 0.5) * step_m, rows=count, name="at_m"),
        places_en_m=float_column(points, 2, rows=count, name="places_en_m"),
        depth_m=float_column(_best_depth_m(site, points), rows=count, name="depth_m"),
    )


def depth_by_camera_m(
    camera: Camera, *, line: Line, landmarks: Sequence[Landmark], points_en_m: Array
) -> Array:
    """The shallowest depth (n,) that this camera decides at points (n, 2); NaN where it does not see them."""
    depth_m = np.full(len(points_en_m), np.nan)
    seen = in_picture(camera, points_en_m)
    seen &= ~hidden(camera, landmarks, points_en_m=points_en_m)
    if seen.any():
        points = points_en_m[seen]
        across_m = across_sigma_m(place_covariance(camera, points), line=line, points_en_m=points)
        depth_m[seen] = decided_depth_m(np.hypot(across_m, line.sigma_m))
    return depth_m


def hidden(camera: Camera, landmarks: Sequence[Landmark], *, points_en_m: Array) -> NDArray[np.bool_]:
    """Whether a landmark of known height stands between the camera and the ground at each point (n, 2)."""
    behind = np.zeros(len(points_en_m), dtype=np.bool_)
    for landmark in landmarks:
        if landmark.height_m is None or landmark.kind not in HIDING or landmark.shape is LandmarkShape.POINT:
            continue
        corners = landmark.points_en_m
        if landmark.shape is LandmarkShape.AREA:
            corners = np.concatenate([corners, corners[:1]])
        for start, end in pairwise(corners):
            height_m = _ray_height_m(camera, points_en_m, start=start, end=end)
            with np.errstate(invalid="ignore"):
                behind |= height_m < landmark.height_m
    return behind


def _ray_height_m(camera: Camera, points_en_m: Array, *, start: Array, end: Array) -> Array:
    """How high (n,) the ray from the camera to the ground passes over an edge; NaN where it does not."""
    east, north, up = camera.calibration.position_enu_m
    ray = points_en_m - (east, north)
    edge, offset = end - start, start - np.array([east, north])
    turn = ray[:, 0] * edge[1] - ray[:, 1] * edge[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        along_ray = (offset[0] * edge[1] - offset[1] * edge[0]) / turn
        along_edge = (offset[0] * ray[:, 1] - offset[1] * ray[:, 0]) / turn
        passes = (along_ray > 0) & (along_ray < 1) & (along_edge >= 0) & (along_edge <= 1)
    height_m: Array = np.where(passes, up * (1 - along_ray), np.nan)
    return height_m


def _best_depth_m(site: Site, points_en_m: Array) -> Array:
    best_m = np.full(len(points_en_m), np.nan)
    for camera in site.cameras:
        depth_m = depth_by_camera_m(camera, line=site.line, landmarks=site.landmarks, points_en_m=points_en_m)
        best_m = np.fmin(best_m, depth_m)
    return best_m
