"""Shading: the shade of all bodies of a frame, gathered and then taken from the plate's light once."""

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.pictures import Plate, Shape, Sky
from truceline.simulate.raster.shade import (
    LEAST_SUN_HEIGHT,
    SKY_REACH_M,
    SUN_SOFT_M,
    bounds,
    darken,
    footprint,
    lay,
    outlines,
    sky_mask,
    sun_mask,
)
from truceline.simulate.raster.view import View

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]
Ints = NDArray[np.int64]

FINEST_M, COARSEST_M = 0.03, 0.15
_SKY_STEP_M = 0.08
_DIM_SUN = 0.004
"""Sun on flat ground that is weaker than this casts no shadow that a camera would show."""


class Shading:
    """The shade that bodies cast in one camera's scene."""

    def __init__(self, plate: Plate, view: View, *, sky: Sky) -> None:
        self._plate, self._view = plate, view
        height, width = plate.depth_m.shape
        self._sun = np.zeros((height, width), dtype=np.float32)
        self._sky = np.zeros((height, width), dtype=np.float32)
        level = max(float(sky.to_sun[2]), 0.0)
        self._irradiance = np.stack([sky.sun * level, sky.sun, sky.sky])
        self._casts = level > LEAST_SUN_HEIGHT and float(np.mean(sky.sun)) * level > _DIM_SUN
        self._frame = _across(sky.to_sun)
        self._camera = (view.lens, view.rotation, view.position_enu_m)
        self._rects: list[Ints] = []

    def add(self, shape: Shape) -> None:
        """Add a body's shade."""
        away = float(np.linalg.norm(shape.ground_enu_m - self._view.position_enu_m))
        pixel_m = away / float(self._view.lens[0])
        self._add(shape, np.vstack([np.eye(3), shape.ground_enu_m]), step_m=max(_SKY_STEP_M, pixel_m), sun=False)
        if self._casts:
            step = min(max(FINEST_M, pixel_m), COARSEST_M)
            self._add(shape, np.vstack([self._frame, shape.ground_enu_m]), step_m=step, sun=True)

    def onto(self, light: Float32) -> list[Ints]:
        """Take the shade from the light (h, w, 3); returns the rectangles in which it may have changed."""
        changed, self._rects = self._rects, []
        for rect in changed:
            darken(
                light, (self._sun, self._sky), rect, (self._plate.sunlit, self._plate.up), self._irradiance
            )
        return changed

    def _add(self, shape: Shape, frame: Array, *, step_m: float, sun: bool) -> None:
        round_ones, flat_ones = outlines(shape.capsules, shape.boxes, shape.cylinders, frame)
        margin = SUN_SOFT_M * 2 if sun else SKY_REACH_M
        rect = self._cut(footprint(round_ones, flat_ones, frame, self._camera, margin))
        if rect is None:
            return
        area = bounds(round_ones, flat_ones, margin + step_m)
        mask = (sun_mask if sun else sky_mask)(round_ones, flat_ones, area, step_m)
        before = float(area[4]) if sun else float(area[4]) + 1.0
        lay(
            self._sun if sun else self._sky,
            rect,
            self._plate.ground_enu_m,
            frame,
            (mask, area, step_m, before),
        )
        self._rects.append(rect)

    def _cut(self, rect: Array) -> Ints | None:
        height, width = self._sun.shape
        left, top = max(int(np.floor(rect[0])), 0), max(int(np.floor(rect[1])), 0)
        right, bottom = min(int(np.ceil(rect[2])) + 1, width), min(int(np.ceil(rect[3])) + 1, height)
        return np.array([left, top, right, bottom]) if left < right and top < bottom else None


def _across(to_light: Array) -> Array:
    """(3, 3): two unit axes across a light's direction, and the direction."""
    toward = to_light / np.linalg.norm(to_light)
    first = np.array([-toward[1], toward[0], 0.0])
    size = float(np.linalg.norm(first))
    first = first / size if size > 0 else np.array([1.0, 0.0, 0.0])
    return np.stack([first, np.cross(toward, first), toward])
