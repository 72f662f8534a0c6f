"""A crossing seen close: the passage, the depth over a ruler, the probability, the shares of variance."""

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from truceline.present.drawing.map_svg import (
    depth_dimension,
    ellipse_layer,
    line_layer,
    ruler_layer,
    track_layer,
)
from truceline.present.drawing.plane import LINE_95, deepest_row, ellipse_m, rows_near, thinned, window_around
from truceline.present.drawing.svg import element, group
from truceline.present.quantities import number, percent, plus_minus, probability
from truceline.present.views.subjects import CrossingView, TrackView
from truceline.records.events import Interval, UncertaintyBudget
from truceline.records.site import Line

Array = NDArray[np.float64]

CLOSE_WIDTH, CLOSE_HEIGHT = 360.0, 300.0
DEPTH_WIDTH, DEPTH_HEIGHT = 360.0, 136.0
AROUND_S = 2.0
"""Seconds before and after the crossing's span that the close-up shows."""

CLOSE_MARGIN_M = 0.6

_ELLIPSES = 5
_CURVE_SIGMAS = 3.5


def render_close_up(view: CrossingView, *, track: TrackView, line: Line) -> Markup:
    """The passage from above, one mark a frame (filled: seen, open: not seen), with ellipses, depth."""
    crossing = view.crossing
    rows = np.flatnonzero(rows_near(track, crossing=crossing, around_s=AROUND_S))
    deepest = deepest_row(line, crossing=crossing, view=track)
    inside = np.flatnonzero(rows_near(track, crossing=crossing, around_s=0.0))
    shown = inside[thinned(len(inside), most=_ELLIPSES)] if len(inside) else np.array([deepest])
    points = [np.array([crossing.place_en_m]), track.track.en_m[rows]]
    points += [ellipse_m(track.track.en_m[row], track.position_covariance_m2[row]) for row in shown]
    window = window_around(
        np.concatenate(points), width=CLOSE_WIDTH, height=CLOSE_HEIGHT, margin_m=CLOSE_MARGIN_M
    )
    frames = []
    for row in rows:
        x, y = window.place_one(track.track.en_m[row])
        seen = "seen" if track.track.observed[row] else "not-seen"
        frames.append(element("circle", cx=x, cy=y, r=2.4, class_=f"frame-mark {seen}"))
    x, y = window.place_one(crossing.place_en_m)
    depth = plus_minus(crossing.depth_m.value, crossing.depth_m.sigma, unit="m")
    summary = f"{view.label} seen from above, one mark a frame, {depth} beyond the line (1 σ)."
    return element(
        "svg",
        element("title", f"{view.label} across the line"),
        line_layer(line, window, label=False),
        ellipse_layer(track, window, rows=shown),
        track_layer(track, window, selected=True),
        group(frames),
        element("circle", cx=x, cy=y, r=9, class_="crossing-ring"),
        depth_dimension(view, line=line, window=window, deepest_en_m=track.track.en_m[deepest]),
        ruler_layer(window),
        class_="close-up",
        viewBox=f"0 0 {CLOSE_WIDTH:.0f} {CLOSE_HEIGHT:.0f}",
        role="img",
        aria_label=summary,
        xmlns="http://www.w3.org/2000/svg",
    )


def render_depth_mark(depth: Interval, *, line: Line, to_side: str) -> Markup:
    """The depth as a normal curve over a ruler that starts at the line, with the line's band beside it.

    Args:
        depth: Depth beyond the line in metres, with its 95 % interval.
        line: Gives the band.
        to_side: The side whose ground the ruler measures.
    """
    band_m = LINE_95 * line.sigma_m
    low_m = min(-band_m * 1.25, depth.value - _CURVE_SIGMAS * depth.sigma, -0.2)
    high_m = max(depth.value + _CURVE_SIGMAS * depth.sigma, depth.high, band_m * 1.5) * 1.04
    scale = (DEPTH_WIDTH - 24) / (high_m - low_m)
    base = DEPTH_HEIGHT - 42.0

    def across(metres: float) -> float:
        return 12 + (metres - low_m) * scale

    curve = _curve(depth, base=base, across_m=(low_m, scale))
    step_m = _tick_step_m(high_m)
    ticks = [
        element(
            "text", f"{at:g}", x=across(float(at)), y=base + 16, class_="small middle", data_exact="ruler"
        )
        for at in np.arange(0, high_m, step_m).round(3)
    ]
    words = plus_minus(depth.value, depth.sigma, unit="m")
    return element(
        "svg",
        element("title", "Depth beyond the line"),
        element("rect", x=across(-band_m), y=22, width=2 * band_m * scale, height=base - 22, class_="band"),
        element("path", d=f"M{across(0):.1f} 16V{base + 4:.1f}", class_="line"),
        element("path", d=curve, class_="curve"),
        element(
            "path",
            d=f"M{across(depth.low):.1f} {base:.1f}V{base - 8:.1f}M{across(depth.high):.1f} {base:.1f}v-8",
            class_="curve-edge",
        ),
        element("path", d=f"M{across(depth.value):.1f} {base:.1f}V24", class_="curve-edge"),
        element("path", d=f"M12 {base:.1f}H{DEPTH_WIDTH - 12:.1f}", class_="axis"),
        *ticks,
        element(
            "text",
            f"metres from the line into {to_side}; line ± {number(band_m, 2)} m (95 %)",
            x=12,
            y=DEPTH_HEIGHT - 7,
            class_="small",
        ),
        element("text", words, x=across(depth.value), y=15, class_="value middle"),
        class_="depth",
        viewBox=f"0 0 {DEPTH_WIDTH:.0f} {DEPTH_HEIGHT:.0f}",
        role="img",
        aria_label=f"Depth {words} (1 σ) into {to_side}; line known to ± {number(band_m, 2)} m (95 %).",
        xmlns="http://www.w3.org/2000/svg",
    )


def render_probability(value: float) -> Markup:
    """A small bar from 0 to 1, dashed ticks at 0.5 and 0.95; the number stands beside it."""
    width = 96.0
    filled = min(max(value, 0.0), 1.0) * width
    ticks = "".join(f"M{share * width:.1f} 0V12" for share in (0.5, 0.95))
    return element(
        "svg",
        element("rect", x=0, y=3, width=width, height=6, class_="meter-ground"),
        element("rect", x=0, y=3, width=filled, height=6, class_="meter"),
        element("path", d=ticks, class_="meter-tick"),
        class_="probability",
        viewBox=f"0 0 {width:.0f} 12",
        role="img",
        aria_label=f"Machine probability {probability(value)}, ticks at 0.5 and 0.95",
        xmlns="http://www.w3.org/2000/svg",
    )


def render_budget(budget: UncertaintyBudget) -> Markup:
    """Where the depth's variance comes from: one bar in three parts."""
    width, left = 360.0, 0.0
    parts = []
    for name, share in (
        ("pixel", budget.pixel),
        ("calibration", budget.calibration),
        ("line", budget.line),
    ):
        parts.append(
            element("rect", x=left, y=0, width=share * width, height=10, class_=f"share share-{name}")
        )
        left += share * width
    words = ", ".join(
        f"{name} {percent(share)}"
        for name, share in (
            ("pixels", budget.pixel),
            ("calibration", budget.calibration),
            ("line", budget.line),
        )
    )
    return element(
        "svg",
        *parts,
        class_="budget",
        viewBox=f"0 0 {width:.0f} 10",
        preserveAspectRatio="none",
        role="img",
        aria_label=f"Shares of the variance of the depth: {words}",
        xmlns="http://www.w3.org/2000/svg",
    )


def _curve(depth: Interval, *, base: float, across_m: tuple[float, float]) -> str:
    low_m, scale = across_m
    sigma = max(depth.sigma, 1e-4)
    metres = np.linspace(depth.value - _CURVE_SIGMAS * sigma, depth.value + _CURVE_SIGMAS * sigma, 61)
    height = np.exp(-0.5 * ((metres - depth.value) / sigma) ** 2) * (base - 26)
    points = [
        f"{12 + (at - low_m) * scale:.1f} {base - up:.1f}" for at, up in zip(metres, height, strict=True)
    ]
    return "M" + "L".join(points) + "Z"


def _tick_step_m(high_m: float) -> float:
    for step in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0):
        if high_m / step <= 8:
            return step
    return 100.0
