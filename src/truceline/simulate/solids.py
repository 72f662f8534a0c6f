"""Solid things that stand in the scene and hide people: the hut."""

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.records.site import Calibration
from truceline.simulate.scene import HEIGHT_PX, HUT_EN_M, HUT_HEIGHT_M, WIDTH_PX

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

OVERSAMPLING = 2
_SHIFT_BITS = 4


def paint_hut(calibration: Calibration, picture: Float32) -> tuple[Float32, Float32, float]:
    """The picture (h, w, 3) with the hut in it, the hut's cover (h, w), and the depth of its nearest corner."""
    painted = picture.copy()
    cover = np.zeros(picture.shape[:2], dtype=np.float32)
    low = np.concatenate([HUT_EN_M, np.zeros((4, 1))], axis=1)
    high = np.concatenate([HUT_EN_M, np.full((4, 1), HUT_HEIGHT_M)], axis=1)
    tones = ((0.52, 0.55, 0.56), None, None, (0.44, 0.47, 0.48))
    for side, tone in enumerate(tones):
        if tone is not None:
            ahead = (side + 1) % 4
            wall = np.stack([low[side], low[ahead], high[ahead], high[side]])
            _fill(painted, cover, outline_px=outline(calibration, wall), tone=tone)
    eaves = HUT_EN_M + np.array([[-0.3, -0.4], [0.3, -0.4], [0.3, 0.4], [-0.3, 0.4]])
    roof = np.concatenate([eaves, np.full((4, 1), HUT_HEIGHT_M + 0.12)], axis=1)
    _fill(painted, cover, outline_px=outline(calibration, roof), tone=(0.36, 0.36, 0.37))
    depth = float(((low - calibration.position_enu_m) @ calibration.rotation[2]).min())
    return painted, cover, depth


def outline(calibration: Calibration, corners_enu_m: Array) -> Array:
    """Pixels (n, 2) of a polygon in the doubled picture."""
    return (pixel_from_site(calibration, corners_enu_m) + 0.5) * OVERSAMPLING - 0.5


def _fill(painted: Float32, cover: Float32, *, outline_px: Array, tone: tuple[float, float, float]) -> None:
    points = np.round(outline_px * (1 << _SHIFT_BITS)).astype(np.int32)
    cv2.fillConvexPoly(painted, points, tone, lineType=cv2.LINE_AA, shift=_SHIFT_BITS)
    cv2.fillConvexPoly(cover, points, 1.0, shift=_SHIFT_BITS)
