"""The line: signed distance (positive on the left of its drawing direction) and which way is across."""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Array = NDArray[np.float64]


def signed_distance_m(vertices_en_m: Array, points_en_m: Array) -> Array:
    """Signed distance (n,) of points (n, 2) to the polyline (m, 2), metres; positive on its left.

    Beyond its ends the line is continued straight, so that the sign is defined everywhere. At a bend
    the sign is that of the side of the pseudo-normal (mean of the two segments' normals: Baerentzen and
    Aanaes, 2005).
    """
    extended = extend(vertices_en_m)
    along = np.diff(extended, axis=0)
    normals = _pseudo_normals(along)
    points = np.ascontiguousarray(points_en_m, dtype=np.float64)
    return _signed(points, extended, normals["segment"], normals["start"], normals["end"])


@jit
def _signed(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    points: Array, vertices: Array, inside: Array, at_start: Array, at_end: Array
) -> Array:
    """Each point's distance to its nearest segment, with the sign of the normal that holds there."""
    signed = np.empty(len(points))
    for row in range(len(points)):
        nearest = np.inf
        side = 1.0
        for segment in range(len(vertices) - 1):
            along_east = vertices[segment + 1, 0] - vertices[segment, 0]
            along_north = vertices[segment + 1, 1] - vertices[segment, 1]
            east, north = points[row, 0] - vertices[segment, 0], points[row, 1] - vertices[segment, 1]
            length2 = along_east * along_east + along_north * along_north
            share = min(max((east * along_east + north * along_north) / length2, 0.0), 1.0)
            east -= share * along_east
            north -= share * along_north
            distance = np.sqrt(east * east + north * north)
            if not distance >= nearest:
                nearest = distance
                normal = inside[segment]
                if share <= 0.0:
                    normal = at_start[segment]
                elif share >= 1.0:
                    normal = at_end[segment]
                side = east * normal[0] + north * normal[1]
        signed[row] = nearest if side >= 0 else -nearest
    return signed


def left_normal(vertices_en_m: Array, point_en_m: Array) -> Array:
    """Unit vector (2,) that points to the left side at the segment nearest to ``point_en_m`` (2,)."""
    start, along = vertices_en_m[:-1], np.diff(vertices_en_m, axis=0)
    share = np.clip(np.sum((point_en_m - start) * along, axis=1) / np.sum(along**2, axis=1), 0, 1)
    nearest = int(np.argmin(np.linalg.norm(point_en_m - start - share[:, None] * along, axis=1)))
    normal = np.array([-along[nearest, 1], along[nearest, 0]])
    unit: Array = normal / np.linalg.norm(normal)
    return unit


def left_normals(vertices_en_m: Array, points_en_m: Array) -> Array:
    """Unit vectors (n, 2) that point to the left side at the segments nearest to ``points_en_m`` (n, 2)."""
    along = np.diff(vertices_en_m, axis=0)[_nearest_segment(vertices_en_m, points_en_m)]
    normals = np.stack([-along[:, 1], along[:, 0]], axis=1)
    unit: Array = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    return unit


def extend(vertices_en_m: Array, *, by_m: float = 1e5) -> Array:
    """The polyline with both end segments continued straight by ``by_m`` metres."""
    first = vertices_en_m[0] - vertices_en_m[1]
    last = vertices_en_m[-1] - vertices_en_m[-2]
    extended = vertices_en_m.astype(np.float64, copy=True)
    extended[0] += first / np.linalg.norm(first) * by_m
    extended[-1] += last / np.linalg.norm(last) * by_m
    return extended


def _pseudo_normals(along: Array) -> dict[str, Array]:
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    at_start = normal.copy()
    at_start[1:] += normal[:-1]
    at_end = normal.copy()
    at_end[:-1] += normal[1:]
    return {"segment": normal, "start": at_start, "end": at_end}


def beside_line(vertices_en_m: Array, points_en_m: Array) -> NDArray[np.bool_]:
    """Whether each point (n, 2) lies beside the surveyed line (n,), not beyond one of its ends."""
    first, last = vertices_en_m[1] - vertices_en_m[0], vertices_en_m[-1] - vertices_en_m[-2]
    after_start = (points_en_m - vertices_en_m[0]) @ first >= 0
    before_end = (points_en_m - vertices_en_m[-1]) @ last <= 0
    # Only the segment at an end has something beyond it; a line of one segment has both ends.
    nearest = _nearest_segment(vertices_en_m, points_en_m)
    beside: NDArray[np.bool_] = (after_start | (nearest > 0)) & (
        before_end | (nearest < len(vertices_en_m) - 2)
    )
    return beside


def _nearest_segment(vertices_en_m: Array, points_en_m: Array) -> NDArray[np.int64]:
    start, along = vertices_en_m[:-1], np.diff(vertices_en_m, axis=0)
    offset = points_en_m[:, None, :] - start[None]
    share = np.clip(np.sum(offset * along[None], axis=2) / np.sum(along**2, axis=1), 0.0, 1.0)
    away = offset - share[..., None] * along[None]
    return np.asarray(np.argmin(np.linalg.norm(away, axis=2), axis=1), dtype=np.int64)
