"""The drawing plane of a map: site metres to drawing units, and the shapes that follow from the records."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.line import left_normal, signed_distance_m
from truceline.present.views.subjects import CrossingView, TrackView
from truceline.records.events import Crossing
from truceline.records.site import Line

Array = NDArray[np.float64]

LINE_95 = 1.96
"""Standard deviations of a line's 95 % band (one dimension)."""

ELLIPSE_95 = 2.4477
"""Standard deviations of a 95 % ellipse (two dimensions: square root of 5.9915)."""

_RULER_STEPS_M = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of site metres and the size at which it is drawn; north is up.

    Attributes:
        west_m: West edge, site metres; ``north_m`` the north edge.
        units_per_m: Drawing units for a metre, the same in both directions.
    """

    west_m: float
    north_m: float
    width: float
    height: float
    units_per_m: float

    def place(self, points_en_m: Array) -> Array:
        """Drawing units (n, 2), x right and y down, of site points (n, 2)."""
        offset = np.asarray(points_en_m, dtype=np.float64) - (self.west_m, self.north_m)
        return offset * (self.units_per_m, -self.units_per_m)

    def place_one(self, point_en_m: tuple[float, float] | Array) -> tuple[float, float]:
        """Drawing units of one site point."""
        x, y = self.place(np.asarray(point_en_m, dtype=np.float64).reshape(1, 2))[0]
        return float(x), float(y)

    def ruler_m(self, *, share: float = 0.2) -> float:
        """A round length in metres that takes about ``share`` of the width."""
        wanted = self.width * share / self.units_per_m
        return min(_RULER_STEPS_M, key=lambda step: abs(math.log(step / wanted)))


def window_around(points_en_m: Array, *, width: float, height: float, margin_m: float) -> Window:
    """The window that holds all points (n, 2) and a margin, centred; at least two margins wide."""
    finite = points_en_m[np.isfinite(points_en_m).all(axis=1)]
    low = finite.min(axis=0) - margin_m
    high = finite.max(axis=0) + margin_m
    units_per_m = float(min(width / (high[0] - low[0]), height / (high[1] - low[1])))
    centre = (low + high) / 2
    half = np.array([width, height]) / (2 * units_per_m)
    return Window(
        west_m=float(centre[0] - half[0]),
        north_m=float(centre[1] + half[1]),
        width=width,
        height=height,
        units_per_m=units_per_m,
    )


def line_offset_m(vertices_en_m: Array, by_m: float) -> Array:
    """The polyline (n, 2) moved to its left by ``by_m`` metres, mitred at bends."""
    along = np.diff(vertices_en_m, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    before = np.concatenate([normal[:1], normal])
    after = np.concatenate([normal, normal[-1:]])
    cosine = np.sum(before * after, axis=1, keepdims=True)
    moved: Array = vertices_en_m + by_m * (before + after) / np.maximum(1.0 + cosine, 0.2)
    return moved


def ellipse_m(centre_en_m: Array, covariance_m2: Array, *, points: int = 40) -> Array:
    """Outline (points, 2) of the 95 % ellipse of a position, metres."""
    values, vectors = np.linalg.eigh(covariance_m2)
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    outline: Array = (vectors @ (ELLIPSE_95 * np.sqrt(np.maximum(values, 0))[:, None] * circle)).T
    return centre_en_m + outline


def runs(observed: NDArray[np.bool_]) -> list[tuple[slice, bool]]:
    """Stretches of rows that were seen or not; a stretch not seen reaches to its seen neighbours."""
    edges = [0, *(np.flatnonzero(np.diff(observed)) + 1).tolist(), len(observed)]
    stretches = []
    for start, end in pairwise(edges):
        seen = bool(observed[start])
        widened = slice(start, end) if seen else slice(max(start - 1, 0), min(end + 1, len(observed)))
        stretches.append((widened, seen))
    return stretches


def beyond_m(line: Line, *, crossing: Crossing, points_en_m: Array) -> Array:
    """Signed distance (n,) of points (n, 2) beyond the line, on the side it entered, metres."""
    sign = 1.0 if crossing.to_side == line.sides.left else -1.0
    return sign * signed_distance_m(line.vertices_en_m, points_en_m)


def deepest_row(line: Line, *, crossing: Crossing, view: TrackView) -> int:
    """The row of the track, within the crossing's span, that lies deepest beyond the line."""
    depth = beyond_m(line, crossing=crossing, points_en_m=view.track.en_m)
    inside = (view.track.utc_ns >= crossing.span.start_utc_ns) & (
        view.track.utc_ns <= crossing.span.end_utc_ns
    )
    if not inside.any():
        inside = np.ones_like(inside)
    return int(np.argmax(np.where(inside, depth, -np.inf)))


def foot_on_line_m(line: Line, *, crossing: Crossing, point_en_m: Array) -> Array:
    """The point (2,) of the line straight below a point (2,) that lies beyond it."""
    sign = 1.0 if crossing.to_side == line.sides.left else -1.0
    depth = float(beyond_m(line, crossing=crossing, points_en_m=point_en_m.reshape(1, 2))[0])
    foot: Array = point_en_m - sign * depth * left_normal(line.vertices_en_m, point_en_m)
    return foot


def track_of(crossing: CrossingView, tracks: tuple[TrackView, ...]) -> TrackView | None:
    """The track of a crossing, or None when the page does not hold it."""
    wanted = crossing.crossing.track_id
    return next((view for view in tracks if view.track.track_id == wanted), None)


def rows_near(view: TrackView, *, crossing: Crossing, around_s: float) -> NDArray[np.bool_]:
    """Which rows lie within the crossing's span and ``around_s`` seconds before and after it."""
    pad = int(around_s * 1e9)
    time = view.track.utc_ns
    near: NDArray[np.bool_] = (time >= crossing.span.start_utc_ns - pad) & (
        time <= crossing.span.end_utc_ns + pad
    )
    return near


def thinned(rows: int, *, most: int) -> NDArray[np.int64]:
    """Indices of at most about ``most`` of ``rows`` rows, first and last kept."""
    return np.unique(np.linspace(0, rows - 1, min(rows, most)).round().astype(np.int64))
