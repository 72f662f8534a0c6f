"""Residuals of surveyed points: over the frame, and on the map, enlarged by a written factor."""

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from truceline.geometry.camera import depression_rad, ground_from_pixel, least_depression_rad
from truceline.present.drawing.map_svg import hatch_patterns, line_layer, ruler_layer
from truceline.present.drawing.plane import window_around
from truceline.present.drawing.svg import element, group, path_data
from truceline.present.views.survey import ResidualsView
from truceline.records.site import Camera

Array = NDArray[np.float64]

WIDTH, MAP_HEIGHT = 720.0, 420.0
FACTORS = (1, 2, 5, 10, 20, 50, 100)
LONGEST_SHARE = 0.12
"""The factor is the largest at which no residual is drawn longer than this share of the width."""

_HORIZON_SAMPLES = 60


def enlargement(lengths: Array, *, longest: float) -> int:
    """The largest factor at which the longest of the lengths stays within ``longest``."""
    largest = float(np.nanmax(lengths)) if len(lengths) else 0.0
    fitting = [factor for factor in FACTORS if factor * largest <= longest]
    return fitting[-1] if fitting else FACTORS[0]


def render_frame_residuals(view: ResidualsView) -> Markup:
    """The frame: a circle at each marked point, a line to where the others put it, hatch at the horizon."""
    camera = view.camera
    scale = WIDTH / camera.width_px
    height = camera.height_px * scale
    lengths = np.linalg.norm(view.residuals.left_out_px, axis=1)
    factor = enlargement(lengths * scale, longest=LONGEST_SHARE * WIDTH)
    marked = (view.points.pixels + 0.5) * scale
    shapes: list[Markup] = [
        hatch_patterns("residuals"),
        element("rect", x=0, y=0, width=WIDTH, height=height, fill="var(--well)"),
    ]
    if view.still_uri:
        shapes.append(
            element(
                "image", href=view.still_uri, x=0, y=0, width=WIDTH, height=height, preserveAspectRatio="none"
            )
        )
    shapes.append(_beyond_horizon(camera, scale=scale))
    shapes += _points(view, marked, shifts=view.residuals.left_out_px * (scale * factor))
    shapes.append(
        element(
            "text", f"residuals drawn × {factor}", x=WIDTH - 8, y=18, class_="label halo", text_anchor="end"
        )
    )
    summary = (
        f"{len(view.points)} points in the picture of camera {camera.camera_id}; residuals drawn × {factor}."
    )
    return _drawing("Residuals in the picture", summary, shapes=shapes, height=height)


def render_map_residuals(view: ResidualsView) -> Markup:
    """The map: each surveyed place, and a line to where the others put its pixel."""
    camera, places = view.camera, view.points.places_enu_m
    position = camera.calibration.position_enu_m
    window = window_around(
        np.concatenate([places[:, :2], position[None, :2]]), width=WIDTH, height=MAP_HEIGHT, margin_m=3.0
    )
    shifts = _shifts_m(view) * window.units_per_m
    factor = enlargement(np.linalg.norm(shifts, axis=1), longest=LONGEST_SHARE * WIDTH)
    x, y = window.place_one(position[:2])
    shapes: list[Markup] = [
        line_layer(view.line, window),
        element("rect", x=x - 5, y=y - 4, width=10, height=8, class_="camera-body"),
        element("text", f"camera {camera.camera_id}", x=x + 9, y=y + 4, class_="small halo"),
        *_points(view, window.place(places[:, :2]), shifts=shifts * (1, -1) * factor),
        ruler_layer(window),
        element("text", f"residuals drawn × {factor}", x=8, y=MAP_HEIGHT - 10, class_="label halo"),
    ]
    summary = f"{len(view.points)} points on the map; residuals drawn × {factor}."
    return _drawing("Residuals on the map", summary, shapes=shapes, height=MAP_HEIGHT)


def _shifts_m(view: ResidualsView) -> Array:
    """East and north (n, 2) from each place to where the others put it, metres; NaN at the horizon."""
    shifts = np.full((len(view.points), 2), np.nan)
    for row, (place, pixel) in enumerate(zip(view.points.places_enu_m, view.points.pixels, strict=True)):
        calibration, height_m = view.camera.calibration, float(place[2])
        seen = (pixel + view.residuals.fitted_px[row])[None]
        moved = seen - view.residuals.left_out_px[row]
        both = ground_from_pixel(calibration, np.concatenate([seen, moved]), height_m=height_m)
        shifts[row] = both[1] - both[0]
    return shifts


def _points(view: ResidualsView, at: Array, *, shifts: Array) -> list[Markup]:
    shapes = []
    for name, (x, y), (right, down) in zip(view.points.names, at.tolist(), shifts.tolist(), strict=True):
        parts = [
            element("circle", cx=x, cy=y, r=6, fill="none", stroke="var(--text)", stroke_width="1.6"),
            element("path", d=f"M{x - 3:.1f} {y:.1f}h6M{x:.1f} {y - 3:.1f}v6", stroke="var(--text)"),
            element("text", name, x=x + 9, y=y - 7, class_="label halo"),
        ]
        if np.isfinite(right) and np.isfinite(down):
            parts.insert(
                0,
                element(
                    "path",
                    d=f"M{x:.1f} {y:.1f}l{right:.1f} {down:.1f}",
                    stroke="var(--accent)",
                    stroke_width="2.4",
                    fill="none",
                ),
            )
        shapes.append(group(parts))
    return shapes


def _beyond_horizon(camera: Camera, *, scale: float) -> Markup:
    """The part of the picture without a ground position, hatched; the rest of the picture is untouched."""
    across = np.linspace(0, camera.width_px - 1, _HORIZON_SAMPLES)
    down = np.arange(camera.height_px, dtype=np.float64)
    limits = []
    for u in across:
        column = np.stack([np.full(len(down), u), down], axis=1)
        depression = depression_rad(camera.calibration, column)
        met = depression > least_depression_rad(camera.calibration, column)
        limits.append(float(down[int(np.argmax(met))]) if met.any() else float(camera.height_px))
    if max(limits) <= 0:
        return Markup("")
    edge = np.stack([(across + 0.5) * scale, np.array(limits) * scale], axis=1)
    edge[0, 0], edge[-1, 0] = 0.0, WIDTH
    ring = np.concatenate([edge, [[WIDTH, 0.0], [0.0, 0.0]]])
    return group(
        [
            element("path", d=path_data(ring, closed=True), fill="url(#residuals-gap)", opacity="0.7"),
            element("path", d=path_data(edge), fill="none", stroke="var(--text-2)", stroke_dasharray="3 2"),
        ]
    )


def _drawing(title: str, summary: str, *, shapes: list[Markup], height: float) -> Markup:
    return element(
        "svg",
        element("title", title),
        element("desc", summary),
        *shapes,
        class_="map",
        viewBox=f"0 0 {WIDTH:.0f} {height:.0f}",
        role="img",
        aria_label=summary,
        xmlns="http://www.w3.org/2000/svg",
    )
