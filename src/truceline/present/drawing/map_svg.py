"""The map: line with its band, sides, zones, tracks with their ellipses, crossings, a few with their depth.

A camera appears only on a map that is asked for as private: public maps are made from a ``Place``, which
holds none, and ``render_map`` draws none unless they are handed in.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from truceline.geometry.camera import site_rays
from truceline.present.drawing.map_extent import extent_of
from truceline.present.drawing.plane import (
    LINE_95,
    Window,
    deepest_row,
    ellipse_m,
    foot_on_line_m,
    line_offset_m,
    runs,
    thinned,
    track_of,
    window_around,
)
from truceline.present.drawing.svg import element, group, path_data
from truceline.present.quantities import line_name, number, plural, plus_minus
from truceline.present.views.place import Place
from truceline.present.views.subjects import CrossingView, TrackView
from truceline.records.site import Camera, Line

Array = NDArray[np.float64]

WIDTH, HEIGHT = 720.0, 520.0
ELLIPSES_A_TRACK = 8
TRACKS_MOST = 400
"""More tracks than this are not drawn, except those that crossed; the page says how many of how many."""

DIMENSIONS_MOST = 4
"""More crossings than this: depths and ellipses would lie over one another, and the close-ups show them."""

LABEL_SIZE = (34.0, 15.0)
"""Width and height that a track's label takes, drawing units."""

_TRACK_POINTS = 500


@dataclass(frozen=True, slots=True, eq=False)
class MapContent:
    """What a map shows. ``private_cameras`` stays empty on every page that leaves the station."""

    place: Place
    tracks: tuple[TrackView, ...]
    crossings: tuple[CrossingView, ...]
    private_cameras: tuple[Camera, ...] = ()


def render_map(content: MapContent) -> Markup:
    """The map as one SVG element, north up, sized by its container.

    Args:
        content: Line, tracks and crossings in site metres.

    Returns:
        Markup with ``role="img"`` and a summary in words made from the same data.
    """
    extent_m = extent_of(
        content.place.line, content.tracks, crossings=content.crossings, cameras=content.private_cameras
    )
    window = window_around(extent_m, width=WIDTH, height=HEIGHT, margin_m=2.5)
    labelled = {view.label for view in content.crossings} if len(content.tracks) > 12 else None
    crossing_ids = {view.crossing.track_id for view in content.crossings}
    layers: list[str] = [
        _zones(content.place, window),
        _cameras(content.private_cameras, window),
        line_layer(content.place.line, window, label=False),
    ]
    for view in drawn_tracks(content):
        selected = view.track.track_id in crossing_ids
        layers.append(track_layer(view, window, selected=selected))
    layers += [_crossing_layer(view, content=content, window=window) for view in content.crossings]
    named = [view for view in drawn_tracks(content) if labelled is None or view.label in labelled]
    layers += _track_labels(named, window, selected=crossing_ids)
    # Above the tracks, which would hide them where many pass.
    layers += [_line_label(content.place.line, window), sides_layer(content.place.line, window)]
    layers += [ruler_layer(window), north_layer(window)]
    return element(
        "svg",
        element("title", "Map"),
        element("desc", map_summary(content)),
        hatch_patterns("map"),
        *layers,
        class_="map",
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        role="img",
        aria_label=map_summary(content),
        xmlns="http://www.w3.org/2000/svg",
    )


def drawn_tracks(content: MapContent) -> list[TrackView]:
    """The tracks that the map draws: those that crossed last, on top; of the others the longest."""
    crossing_ids = {view.crossing.track_id for view in content.crossings}
    crossed = [view for view in content.tracks if view.track.track_id in crossing_ids]
    others = [view for view in content.tracks if view.track.track_id not in crossing_ids]
    room = max(TRACKS_MOST - len(crossed), 0)
    if len(others) > room:
        others = sorted(others, key=lambda view: -len(view.track.utc_ns))[:room]
    return [*others, *crossed]


def drawn_words(content: MapContent) -> str:
    """How many tracks the map draws, and of how many: ``4 tracks`` or ``400 of 5000 tracks``."""
    drawn, held = len(drawn_tracks(content)), len(content.tracks)
    return plural(held, "track") if drawn == held else f"{drawn} of {plural(held, 'track')}"


def map_summary(content: MapContent) -> str:
    """The map in words, for those who do not see it."""
    line = content.place.line
    band = number(LINE_95 * line.sigma_m, 2)
    parts = [
        f"Map of {line_name(line.line_id)}, version {line.version}, known to ± {band} m (95 %).",
        f"Sides: {line.sides.left} and {line.sides.right}.",
        f"{drawn_words(content)} drawn.",
    ]
    for view in content.crossings:
        crossing = view.crossing
        depth = plus_minus(crossing.depth_m.value, crossing.depth_m.sigma, unit="m")
        parts.append(
            f"{view.label} passed from {crossing.from_side} to {crossing.to_side}, {depth} deep (1 σ)."
        )
    if not content.crossings:
        parts.append("No crossing.")
    return " ".join(parts)


def line_layer(line: Line, window: Window, *, label: bool = True) -> Markup:
    """The line: band filled, both 95 % edges dotted, solid path, and its name with version and bound."""
    half_m = LINE_95 * line.sigma_m
    path = window.place(line.vertices_en_m)
    edges = [window.place(line_offset_m(line.vertices_en_m, by_m)) for by_m in (half_m, -half_m)]
    shapes = [
        element("path", d=path_data(np.concatenate([edges[0], edges[1][::-1]]), closed=True), class_="band"),
        *(element("path", d=path_data(edge), class_="band-edge") for edge in edges),
        element("path", d=path_data(path), class_="line"),
    ]
    if label:
        shapes.append(_line_label(line, window))
    return group(shapes)


def track_layer(view: TrackView, window: Window, *, selected: bool) -> Markup:
    """One track: seen solid, not seen in round dots, start as an open mark, end as a filled one."""
    chosen = thinned(len(view.track.utc_ns), most=_TRACK_POINTS)
    points = window.place(view.track.en_m)
    kind = "vehicle" if view.track.kind == "vehicle" else "person"
    tone = f"{kind} selected" if selected else kind
    shapes = []
    for stretch, seen in runs(view.track.observed):
        rows = chosen[(chosen >= stretch.start) & (chosen < stretch.stop)]
        rows = np.union1d(rows, [stretch.start, stretch.stop - 1])
        shapes.append(
            element(
                "path", d=path_data(points[rows]), class_=f"track {'seen' if seen else 'not-seen'} {tone}"
            )
        )
    shapes.append(_mark(points[0], kind=kind, class_=f"start {tone}"))
    shapes.append(_mark(points[-1], kind=kind, class_=f"end {tone}"))
    return group(shapes)


def ellipse_layer(view: TrackView, window: Window, *, rows: NDArray[np.int64]) -> Markup:
    """95 % ellipses of the position at some rows: outline, and 8 % fill."""
    covariance = view.position_covariance_m2
    outlines = [
        element(
            "path",
            d=path_data(window.place(ellipse_m(view.track.en_m[row], covariance[row])), closed=True),
            class_="ellipse",
        )
        for row in rows
    ]
    return group(outlines)


def ruler_layer(window: Window) -> Markup:
    """A scale bar at the lower right, with its length."""
    length_m = window.ruler_m()
    right, bottom = window.width - 16, window.height - 16
    left = right - length_m * window.units_per_m
    return group(
        [
            element("path", d=f"M{left:.1f} {bottom - 5}V{bottom}H{right:.1f}V{bottom - 5}", class_="ruler"),
            element("text", f"{length_m:g} m", x=left, y=bottom - 9, class_="small halo", data_exact="scale"),
        ]
    )


def hatch_patterns(prefix: str) -> Markup:
    """The hatch of what was not observed, named ``PREFIX-gap``: 45 degrees."""
    stripe = element("path", d="M0 0V6", class_="hatch-stripe")
    pattern = element(
        "pattern",
        stripe,
        id=f"{prefix}-gap",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return element("defs", pattern)


def _visible_on_line_m(line: Line, window: Window) -> Array:
    """Points (n, 2) along the line that lie inside the window, in drawing order."""
    vertices = line.vertices_en_m
    steps = np.linspace(0, len(vertices) - 1, 40 * len(vertices))
    index = np.arange(len(vertices))
    dense = np.stack([np.interp(steps, index, vertices[:, axis]) for axis in range(2)], axis=1)
    drawn = window.place(dense)
    inside = (drawn > (0, 0)).all(axis=1) & (drawn < (window.width, window.height)).all(axis=1)
    chosen: Array = dense[inside] if inside.any() else vertices
    return chosen


def _line_label(line: Line, window: Window) -> Markup:
    visible = window.place(_visible_on_line_m(line, window))
    first, last = visible[0], visible[-1]
    left, right = (first, last) if first[0] <= last[0] else (last, first)
    degrees = float(np.degrees(np.arctan2(right[1] - left[1], right[0] - left[0])))
    words = (
        f"{line_name(line.line_id)}, version {line.version}, ± {number(LINE_95 * line.sigma_m, 2)} m (95 %)"
    )
    lift = LINE_95 * line.sigma_m * window.units_per_m + 6
    return element(
        "text",
        words,
        transform=f"translate({left[0]:.1f} {left[1]:.1f}) rotate({degrees:.1f}) translate(12 {-lift:.1f})",
        class_="line-label halo",
    )


def sides_layer(line: Line, window: Window) -> Markup:
    """The names of both sides, each on its own side of the line, with its mark."""
    visible = _visible_on_line_m(line, window)
    at = visible[int(len(visible) * 0.06)]
    ahead = visible[-1] - visible[0]
    normal = np.array([-ahead[1], ahead[0]]) / max(float(np.linalg.norm(ahead)), 1e-9)
    names = []
    for name, sign, hand in ((line.sides.left, 1.0, "left"), (line.sides.right, -1.0, "right")):
        reach_m = LINE_95 * line.sigma_m + 46 / window.units_per_m
        x, y = window.place_one(at + sign * normal * reach_m)
        x, y = min(max(x, 16.0), window.width - 90), min(max(y, 22.0), window.height - 16)
        shape = (
            element("rect", x=x, y=y - 9, width=8, height=8, class_=f"side-mark side-{hand}")
            if hand == "left"
            else element("circle", cx=x + 4, cy=y - 5, r=4, class_=f"side-mark side-{hand}")
        )
        names += [shape, element("text", name, x=x + 14, y=y, class_=f"side-name side-{hand} halo")]
    return group(names)


def _zones(place: Place, window: Window) -> Markup:
    shapes = []
    for zone in place.zones:
        ring = window.place(zone.ring_en_m)
        x, y = float(ring[:, 0].min()) + 5, float(ring[:, 1].max()) - 6
        shapes.append(element("path", d=path_data(ring, closed=True), class_="zone"))
        if _outline_shows(ring, window):
            shapes.append(element("text", zone.name, x=max(x, 8), y=min(y, HEIGHT - 8), class_="small halo"))
    return group(shapes)


def _outline_shows(ring: Array, window: Window) -> bool:
    """Whether an edge of a ring lies in the window: a name without its outline would stand for nothing."""
    closed = np.concatenate([ring, ring[:1]])
    steps = np.linspace(0, len(ring), 100 * len(ring))
    dense = np.stack([np.interp(steps, np.arange(len(closed)), closed[:, axis]) for axis in range(2)], axis=1)
    inside = (dense > (0, 0)).all(axis=1) & (dense < (window.width, window.height)).all(axis=1)
    return bool(inside.any())


def _cameras(cameras: tuple[Camera, ...], window: Window) -> Markup:
    shapes = []
    for camera in cameras:
        middle_px = (camera.height_px - 1) / 2
        edges = np.array([[0.0, middle_px], [camera.width_px - 1.0, middle_px]])
        bearing = site_rays(camera.calibration, edges)[:, :2]
        bearing /= np.maximum(np.linalg.norm(bearing, axis=1, keepdims=True), 1e-9)
        at = camera.calibration.position_enu_m[:2]
        reach_m = (window.width + window.height) / window.units_per_m
        wedge = window.place(np.array([at, at + bearing[0] * reach_m, at + bearing[1] * reach_m]))
        x, y = window.place_one(at)
        shapes += [
            element("path", d=path_data(wedge, closed=True), class_="camera-view"),
            element("rect", x=x - 5, y=y - 4, width=10, height=8, class_="camera-body"),
            element("text", f"camera {camera.camera_id}", x=x + 9, y=y + 4, class_="small halo"),
        ]
    return group(shapes, class_="cameras") if shapes else Markup("")


def _mark(at: Array, *, kind: str, class_: str) -> Markup:
    x, y = float(at[0]), float(at[1])
    if kind == "vehicle":
        corners = np.array([[x, y - 5], [x + 5, y], [x, y + 5], [x - 5, y]])
        return element("path", d=path_data(corners, closed=True), class_=f"mark {class_}")
    return element("circle", cx=x, cy=y, r=4, class_=f"mark {class_}")


def _track_labels(views: Sequence[TrackView], window: Window, *, selected: Set[str]) -> list[Markup]:
    """A label on each track where it covers no other; where no place is free, the timeline alone names it."""
    labels, taken = [], np.zeros((0, 2))
    for view in reversed(views):
        points = window.place(view.track.en_m)
        inside = (points > (8, 14)).all(axis=1) & (points < (window.width - 40, window.height - 8)).all(
            axis=1
        )
        rows = np.flatnonzero(inside) if inside.any() else np.array([0])
        free = [row for row in rows if _is_free(points[row], taken)]
        if not free:
            continue
        x, y = points[free[0]]
        taken = np.vstack([taken, points[free[0]]])
        tone = "label selected" if view.track.track_id in selected else "label"
        labels.append(element("text", view.label, x=float(x) + 8, y=float(y) - 6, class_=f"{tone} halo"))
    return labels


def _is_free(point: Array, taken: Array) -> bool:
    return not bool(np.any(np.all(np.abs(taken - point) < LABEL_SIZE, axis=1)))


def _crossing_layer(view: CrossingView, *, content: MapContent, window: Window) -> Markup:
    crossing, line = view.crossing, content.place.line
    x, y = window.place_one(crossing.place_en_m)
    shapes: list[str] = []
    few = len(content.crossings) <= DIMENSIONS_MOST
    track = track_of(view, content.tracks)
    if track is not None:
        near = np.flatnonzero(
            (track.track.utc_ns >= crossing.span.start_utc_ns)
            & (track.track.utc_ns <= crossing.span.end_utc_ns)
        )
        if len(near) and few:
            shapes.append(ellipse_layer(track, window, rows=near[thinned(len(near), most=ELLIPSES_A_TRACK)]))
        deepest = track.track.en_m[deepest_row(line, crossing=crossing, view=track)]
        if few:
            shapes.append(depth_dimension(view, line=line, window=window, deepest_en_m=deepest))
    shapes.append(element("circle", cx=x, cy=y, r=9, class_="crossing-ring"))
    shapes.append(element("path", d=f"M{x - 3:.1f} {y:.1f}h6M{x:.1f} {y - 3:.1f}v6", class_="crossing-tick"))
    return group(shapes)


def depth_dimension(view: CrossingView, *, line: Line, window: Window, deepest_en_m: Array) -> Markup:
    """The deepest point, and beside it a dimension from the line with depth and standard deviation."""
    crossing = view.crossing
    foot = foot_on_line_m(line, crossing=crossing, point_en_m=deepest_en_m)
    along = deepest_en_m - foot
    length = max(float(np.linalg.norm(along)), 1e-9)
    normal = along / length
    aside = np.array([-normal[1], normal[0]])
    if aside[0] < 0:
        aside = -aside
    shift = aside * 22 / window.units_per_m
    top, bottom = window.place(np.array([foot + shift, deepest_en_m + shift]))
    tick = window.place(np.array([foot + shift * 0.8, foot + shift * 1.2]))
    tick_deep = window.place(np.array([deepest_en_m + shift * 0.8, deepest_en_m + shift * 1.2]))
    x, y = window.place_one(deepest_en_m)
    middle = (top + bottom) / 2
    words = plus_minus(crossing.depth_m.value, crossing.depth_m.sigma, unit="m")
    return group(
        [
            element("path", d=path_data(np.array([top, bottom])), class_="dimension"),
            element("path", d=path_data(tick), class_="dimension"),
            element("path", d=path_data(tick_deep), class_="dimension"),
            element("circle", cx=x, cy=y, r=3.2, class_="deepest"),
            element("text", words, x=float(middle[0]) + 7, y=float(middle[1]) + 4, class_="value halo"),
        ]
    )


def north_layer(window: Window) -> Markup:
    """An arrow to the north at the upper right."""
    x, y = window.width - 24, 20
    return group(
        [
            element("path", d=f"M{x} {y}l5 14l-5 -4l-5 4Z", class_="north"),
            element("text", "N", x=x, y=y + 28, class_="small halo middle"),
        ]
    )
