"""Where a crossing can be decided: the map with line, views and depths, and the depth along the line.

For the station only: nothing drawn here may stand in a pack (docs/misuse.md).
"""

import math

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from truceline.geometry.camera import ground_from_pixel, site_rays
from truceline.present.drawing.landmarks_svg import landmarks_layer
from truceline.present.drawing.map_svg import (
    hatch_patterns,
    line_layer,
    north_layer,
    ruler_layer,
    sides_layer,
)
from truceline.present.drawing.plane import Window, window_around
from truceline.present.drawing.svg import element, group, path_data
from truceline.present.quantities import line_name
from truceline.records.deciding import DecidableGround, DecidableLine
from truceline.records.site import Camera, Site

Array = NDArray[np.float64]

WIDTH, HEIGHT = 720.0, 520.0
CELL = 8.0
"""Side of a cell of the map, drawing units."""

STEPS_M = (0.4, 0.6, 0.9, 1.5, 2.5, 4.5)
COLOURS = ("#CDBB52", "#A79C5B", "#84805F", "#66686A", "#485571", "#28406F", "#10254F")
"""Cividis darkened to seven steps: yellow is always the more certain."""

PROFILE_HEIGHT = 130.0
FARTHEST_SHOWN_M = 400.0
"""Of a long line only so much around the cameras is drawn."""

SHOWN_BEYOND = 1.2
"""Ground that cameras show is drawn whole up to so many times the distance of the line's far end."""

_LEFT, _TOP, _BOTTOM = 40.0, 12.0, 24.0
_EDGE_SAMPLES = 24
_PROFILE_TOPS_M = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)


def deciding_window(site: Site) -> Window:
    """The part of the site that the map shows: cameras, zones, landmarks, and the line near them."""
    places = [camera.calibration.position_enu_m[None, :2] for camera in site.cameras]
    places += [zone.ring_en_m for zone in site.zones]
    line = site.line.vertices_en_m
    middle = np.concatenate(places).mean(axis=0) if places else line.mean(axis=0)
    near = line[np.linalg.norm(line - middle, axis=1) < FARTHEST_SHOWN_M]
    shown = [_ground_shown(camera, near if len(near) else line[:1]) for camera in site.cameras]
    points = np.concatenate([*places, *shown, near if len(near) else line[:1], middle[None]])
    return window_around(points, width=WIDTH, height=HEIGHT, margin_m=8.0)


def _ground_shown(camera: Camera, line_en_m: Array) -> Array:
    """Ground (k, 2) at the edges of the picture, as far as a little beyond the line, not to cut it."""
    across, down = np.linspace(0, camera.width_px - 1, 9), np.linspace(0, camera.height_px - 1, 60)
    ground = ground_from_pixel(
        camera.calibration, np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    )
    place = camera.calibration.position_enu_m[:2]
    reach_m = SHOWN_BEYOND * float(np.max(np.linalg.norm(line_en_m - place, axis=1)))
    with np.errstate(invalid="ignore"):
        near = np.linalg.norm(ground - place, axis=1) <= min(reach_m, FARTHEST_SHOWN_M)
    kept: Array = ground[near]
    return kept


def grid_of(window: Window) -> tuple[float, tuple[int, int]]:
    """Side of a cell in metres, and rows and columns, of the grid that fills the window."""
    return CELL / window.units_per_m, (round(HEIGHT / CELL), round(WIDTH / CELL))


def step_of(depth_m: float) -> int:
    """Which of the seven steps a depth belongs to; a depth at a step's end belongs to the next."""
    return int(np.searchsorted(STEPS_M, depth_m, side="right"))


def render_deciding_map(site: Site, ground: DecidableGround) -> Markup:
    """The map: depths in seven steps, hatch where nothing is observed, views, landmarks and the line."""
    window = deciding_window(site)
    observed = float(np.mean(np.isfinite(ground.depth_m)))
    summary = (
        f"Map of where a crossing of {line_name(site.line.line_id)} can be decided at 95 %. "
        f"{round(100 * observed)} % of the ground shown is observed."
    )
    return element(
        "svg",
        element("title", "Where a crossing can be decided"),
        element("desc", summary),
        hatch_patterns("deciding"),
        element("rect", x=0, y=0, width=WIDTH, height=HEIGHT, fill="url(#deciding-gap)", opacity="0.5"),
        _cells(ground, window),
        group([_view(camera, window) for camera in site.cameras]),
        *(_outline(zone.ring_en_m, zone.name, window=window) for zone in site.zones),
        landmarks_layer(site.landmarks, window),
        line_layer(site.line, window),
        sides_layer(site.line, window),
        group([_body(camera, window) for camera in site.cameras]),
        ruler_layer(window),
        north_layer(window),
        class_="map",
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        role="img",
        aria_label=summary,
        xmlns="http://www.w3.org/2000/svg",
    )


def render_deciding_key() -> Markup:
    """The key of the seven steps, with the hatch of what is not observed."""
    names = [f"< {STEPS_M[0]:g} m", *(f"< {step:g}" for step in STEPS_M[1:]), "more"]
    parts: list[Markup] = [hatch_patterns("deciding-key")]
    for index, (name, colour) in enumerate(zip(names, COLOURS, strict=True)):
        x = 6 + index * 74
        parts.append(
            element(
                "rect", x=x, y=4, width=18, height=12, fill=colour, stroke="var(--text-3)", stroke_width="1"
            )
        )
        parts.append(element("text", name, x=x + 23, y=14, class_="small"))
    x = 6 + len(COLOURS) * 74
    parts.append(
        element(
            "rect",
            x=x,
            y=4,
            width=18,
            height=12,
            fill="url(#deciding-key-gap)",
            stroke="var(--text-3)",
            stroke_width="1",
        )
    )
    parts.append(element("text", "not observed", x=x + 23, y=14, class_="small"))
    return element("svg", *parts, viewBox="0 0 640 20", width=640, height=20, aria_hidden="true")


def render_deciding_profile(along: DecidableLine) -> Markup:
    """The shallowest depth along the line, hatched where the line is not observed."""
    finite = along.depth_m[np.isfinite(along.depth_m)]
    deepest_m = float(np.quantile(finite, 0.98)) if len(finite) else 1.0
    top_m = next((top for top in _PROFILE_TOPS_M if top >= deepest_m), _PROFILE_TOPS_M[-1])
    length_m = float(along.at_m[-1] + along.at_m[0])
    scale = ((WIDTH - _LEFT - 8) / length_m, (PROFILE_HEIGHT - _TOP - _BOTTOM) / top_m)
    base = PROFILE_HEIGHT - _BOTTOM
    shapes: list[Markup] = [hatch_patterns("profile")]
    for mark_m in (0.0, top_m / 2, top_m):
        y = base - mark_m * scale[1]
        shapes.append(element("path", d=f"M{_LEFT:.1f} {y:.1f}H{WIDTH - 8:.1f}", class_="tick"))
        shapes.append(element("text", f"{mark_m:g} m", x=2, y=y + 4, class_="small"))
    shapes += _unobserved(along, scale=scale[0], base=base)
    points = np.stack(
        [_LEFT + along.at_m * scale[0], base - np.minimum(along.depth_m, top_m) * scale[1]], axis=1
    )
    shapes.append(element("path", d=path_data(points), fill="none", stroke="var(--text)", stroke_width="1.8"))
    shapes.append(element("text", "start of the line", x=_LEFT, y=PROFILE_HEIGHT - 6, class_="small"))
    end = element(
        "text", f"{length_m:.0f} m", x=WIDTH - 8, y=PROFILE_HEIGHT - 6, class_="small", text_anchor="end"
    )
    summary = "The shallowest crossing that can be decided, along the line from its start."
    return element(
        "svg",
        element("title", "Along the line"),
        element("desc", summary),
        *shapes,
        end,
        class_="timeline",
        viewBox=f"0 0 {WIDTH:.0f} {PROFILE_HEIGHT:.0f}",
        role="img",
        aria_label=summary,
        xmlns="http://www.w3.org/2000/svg",
    )


def _unobserved(along: DecidableLine, *, scale: float, base: float) -> list[Markup]:
    """Hatched stretches where no camera sees the line."""
    missing = np.isnan(along.depth_m)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]])))
    half_m = float(along.at_m[0])
    return [
        element(
            "rect",
            x=_LEFT + (float(along.at_m[start]) - half_m) * scale,
            y=_TOP,
            width=float(along.at_m[end - 1] - along.at_m[start] + 2 * half_m) * scale,
            height=base - _TOP,
            fill="url(#profile-gap)",
            opacity="0.6",
        )
        for start, end in edges.reshape(-1, 2)
    ]


def _cells(ground: DecidableGround, window: Window) -> Markup:
    """One rectangle for each run of cells of one step in a row."""
    side = ground.cell_m * window.units_per_m
    shapes = []
    for row, depths in enumerate(ground.depth_m):
        steps = [None if math.isnan(depth) else step_of(float(depth)) for depth in depths]
        column = 0
        while column < len(steps):
            first, step = column, steps[column]
            while column < len(steps) and steps[column] == step:
                column += 1
            if step is None:
                continue
            x, y = window.place_one(
                (ground.west_m + first * ground.cell_m, ground.north_m - row * ground.cell_m)
            )
            shapes.append(
                element(
                    "rect",
                    x=x,
                    y=y,
                    width=(column - first) * side + 0.3,
                    height=side + 0.3,
                    fill=COLOURS[step],
                )
            )
    return group(shapes, shape_rendering="crispEdges")


def _view(camera: Camera, window: Window) -> Markup:
    """The ground that the camera's picture shows, as far as it can be measured, to the edge of the map."""
    farthest_m = (window.width + window.height) / window.units_per_m
    near, far = [], []
    for u in np.linspace(0, camera.width_px - 1, _EDGE_SAMPLES):
        column = np.stack([np.full(200, u), np.linspace(camera.height_px - 1, 0, 200)], axis=1)
        ground = ground_from_pixel(camera.calibration, column)
        seen = np.linalg.norm(ground - camera.calibration.position_enu_m[:2], axis=1) < farthest_m
        if seen.any():
            near.append(ground[seen][0])
            far.append(ground[seen][-1])
    if not near:
        return Markup("")
    outline = window.place(np.array([*near, *far[::-1]]))
    return element("path", d=path_data(outline, closed=True), class_="camera-view")


def _body(camera: Camera, window: Window) -> Markup:
    x, y = window.place_one(camera.calibration.position_enu_m[:2])
    middle = np.array([[camera.width_px, camera.height_px]]) / 2
    ahead = site_rays(camera.calibration, middle)[0, :2]
    ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-9) * 16
    return group(
        [
            element(
                "path",
                d=f"M{x:.1f} {y:.1f}l{ahead[0]:.1f} {-ahead[1]:.1f}",
                stroke="var(--text)",
                stroke_width="2",
            ),
            element("rect", x=x - 5, y=y - 4, width=10, height=8, class_="camera-body"),
            element("text", f"camera {camera.camera_id}", x=x + 9, y=y + 14, class_="label halo"),
        ]
    )


def _outline(ring_en_m: Array, name: str, *, window: Window) -> Markup:
    ring = window.place(ring_en_m)
    x, y = float(ring[:, 0].min()) + 4, float(ring[:, 1].max()) - 5
    return group(
        [
            element("path", d=path_data(ring, closed=True), class_="zone"),
            element("text", name, x=x, y=y, class_="small halo"),
        ]
    )
