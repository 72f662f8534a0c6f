"""Landmarks on a map: places and obstacles, each with its name."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from truceline.present.drawing.plane import Window
from truceline.present.drawing.svg import element, group, path_data
from truceline.records.site import Landmark, LandmarkKind, LandmarkShape

_DASHES = {
    LandmarkKind.FENCE: "1 3",
    LandmarkKind.DITCH: "6 3",
    LandmarkKind.ROAD: "12 5",
    LandmarkKind.WATER: "2 2",
    LandmarkKind.TREES: "1 2",
}
"""A dash for each kind that is no solid thing; walls, buildings and bridges are drawn solid."""

_MARK = 4.0


def landmarks_layer(landmarks: Sequence[Landmark], window: Window) -> Markup:
    """All landmarks, areas first; the name stands beside each one that lies in the window."""
    order = sorted(landmarks, key=lambda landmark: landmark.shape is not LandmarkShape.AREA)
    return group([part for landmark in order for part in _landmark(landmark, window)], class_="landmarks")


def _landmark(landmark: Landmark, window: Window) -> list[Markup]:
    points = window.place(landmark.points_en_m)
    if landmark.shape is LandmarkShape.POINT:
        x, y = (float(value) for value in points[0])
        shape = element(
            "rect",
            x=x - _MARK,
            y=y - _MARK,
            width=2 * _MARK,
            height=2 * _MARK,
            fill="var(--panel)",
            stroke="var(--text-2)",
            stroke_width="1.4",
        )
    else:
        is_area = landmark.shape is LandmarkShape.AREA
        shape = element(
            "path",
            d=path_data(points, closed=is_area),
            fill="var(--text-3)" if is_area else "none",
            fill_opacity="0.35",
            stroke="var(--text-2)",
            stroke_width="1.6",
            stroke_dasharray=_DASHES.get(landmark.kind, "none"),
        )
    inside = (points > (0, 12)).all(axis=1) & (points < (window.width - 40, window.height - 4)).all(axis=1)
    if not inside.any():
        return [shape]
    x, y = (float(value) for value in points[int(np.argmax(inside))])
    words = (
        landmark.name
        if landmark.kind.value in landmark.name.lower()
        else f"{landmark.name}, {landmark.kind.value}"
    )
    return [shape, element("text", words, x=x + 7, y=y - 5, class_="small halo")]
