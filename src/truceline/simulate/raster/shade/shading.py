"""Shading: the shade of all bodies of a frame, gathered and then taken from the plate's light once."""

import math

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.pictures import Plate, Shape, Sky
from truceline.simulate.raster.shade.masks import LEAST_SUN_HEIGHT, cast, darken
from truceline.simulate.raster.view import View

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]
Ints = NDArray[np.int64]

FINEST_M, COARSEST_M = 0.04, 0.15
_SKY_STEP_M = 0.11
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
        self._frame = np.vstack([_across(sky.to_sun), np.zeros(3)])
        self._upright = np.vstack([np.eye(3), np.zeros(3)])
        self._camera = (view.lens, view.rotation, view.position_enu_m)
        self._rects: list[Ints] = []

    def add(self, shape: Shape) -> None:
        """Add a body's shade."""
        solids = (shape.capsules, shape.boxes, shape.cylinders)
        offset = shape.ground_enu_m - self._view.position_enu_m
        pixel_m = math.sqrt(float(offset @ offset)) / float(self._view.lens[0])
        ground = self._plate.ground_enu_m
        self._upright[3] = shape.ground_enu_m
        step = max(_SKY_STEP_M, pixel_m)
        self._rects.append(cast(self._sky, ground, solids, self._upright, self._camera, step, False))
        if self._casts:
            self._frame[3] = shape.ground_enu_m
            step = min(max(FINEST_M, pixel_m), COARSEST_M)
            self._rects.append(cast(self._sun, ground, solids, self._frame, self._camera, step, True))

    def onto(self, light: Float32) -> list[Ints]:
        """Take the shade from the light (h, w, 3); returns the rectangles in which it may have changed."""
        changed, self._rects = [rect for rect in self._rects if rect[0] < rect[2] and rect[1] < rect[3]], []
        for rect in changed:
            darken(
                light, (self._sun, self._sky), rect, (self._plate.sunlit, self._plate.up), self._irradiance
            )
        return changed


def _across(to_light: Array) -> Array:
    """(3, 3): two unit axes across a light's direction, and the direction."""
    toward = to_light / np.linalg.norm(to_light)
    first = np.array([-toward[1], toward[0], 0.0])
    size = float(np.linalg.norm(first))
    first = first / size if size > 0 else np.array([1.0, 0.0, 0.0])
    return np.stack([first, np.cross(toward, first), toward])
