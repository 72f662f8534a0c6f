"""Lights: how the place where a body stands is lit, gathered into the row that surfaces are shaded with."""

import zlib

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import Actor
from truceline.simulate.model.pictures import Plate, Shape, Sky
from truceline.simulate.model.world import Weather
from truceline.simulate.plates.paint.backdrop import heaven_of
from truceline.simulate.raster.surface import (
    AHEAD,
    AIR,
    AIR_C,
    BOUNCE,
    CLOTH,
    FUR,
    GROUND,
    KEEPS,
    KIND,
    LAMP,
    LEFT,
    LIGHTS,
    LIT,
    PAINT,
    SCALE,
    SEED,
    SKY,
    SUN,
    THERMAL,
    TO_SUN,
    UP,
    Tones,
)
from truceline.simulate.raster.view import View, pixel_of

Array = NDArray[np.float64]

KOSCHMIEDER = 3.912
"""Contrast falls to 2 % at the visibility (Koschmieder 1924)."""
GROUND_REFLECTS = 0.2
_LOOK_PX = 4
_SAME_PLACE_M = 1.5
_UNKNOWN_SUNLIT = 0.8


class Lighting:
    """The light of one camera's scene, asked for each body where it stands."""

    def __init__(self, plate: Plate, view: View, *, sky: Sky, weather: Weather) -> None:
        self._plate, self._view, self._sky = plate, view, sky
        self._thermal = plate.light.shape[2] == 1
        self._loss = KOSCHMIEDER / max(weather.visibility_m, 1.0)
        self._weather = weather
        turn = view.rotation
        row = np.zeros(LIGHTS)
        row[TO_SUN : TO_SUN + 3] = turn @ sky.to_sun
        row[UP : UP + 3] = turn[:, 2]
        row[SKY : SKY + 3] = sky.sky
        row[AIR : AIR + 3] = heaven_of(sky, weather).horizon
        row[AIR_C] = weather.air_c
        row[THERMAL] = float(self._thermal)
        self._common = row

    def of(self, actor: Actor, shape: Shape) -> tuple[Array, Tones]:
        """The lights (``LIGHTS``,) and tones of a body, for ``surface``."""
        row, turn = self._common.copy(), self._view.rotation
        place = turn @ (shape.ground_enu_m - self._view.position_enu_m)
        sunlit, lamp = self._at(place, shape.ground_enu_m)
        row[SUN : SUN + 3] = self._sky.sun * sunlit
        height = max(float(self._sky.to_sun[2]), 0.0)
        row[BOUNCE : BOUNCE + 3] = GROUND_REFLECTS * (self._sky.sun * sunlit * height + self._sky.sky + lamp)
        row[LAMP] = lamp
        row[KEEPS] = np.exp(-self._loss * float(np.linalg.norm(place)))
        ahead = np.array([np.cos(shape.heading_rad), np.sin(shape.heading_rad), 0.0])
        row[AHEAD : AHEAD + 3] = turn @ ahead
        row[LEFT : LEFT + 3] = turn @ np.array([-ahead[1], ahead[0], 0.0])
        row[SCALE] = self._view.lens[0] / max(float(place[2]), 0.1)
        row[SEED] = zlib.crc32(actor.actor_id.encode()) % 65_536
        row[KIND] = PAINT if actor.kind.is_vehicle else FUR if actor.kind.is_animal else CLOTH
        row[LIT] = float(shape.lit)
        row[GROUND] = float(place @ turn[:, 2])
        boxes = np.ascontiguousarray(shape.boxes[:, 12:15]).astype(np.int64)
        heat = shape.box_heat_c if len(shape.box_heat_c) else np.zeros(len(shape.boxes))
        warmth = np.concatenate([shape.warmth_c, heat])
        tones = np.asarray(actor.tones, dtype=np.float64)
        return row, (tones, shape.capsule_tones, boxes, shape.cylinder_tones, warmth)

    def _at(self, place: Array, ground_enu_m: Array) -> tuple[float, float]:
        """Share of the sun, and lamplight, on the ground about a place (in the camera's axes)."""
        if self._thermal or place[2] <= 0:
            return 0.0, 0.0
        pixel = pixel_of(self._view.lens, float(place[0] / place[2]), float(place[1] / place[2]))
        height, width = self._plate.depth_m.shape
        u, v = (int(np.clip(value, -1e6, 1e6)) for value in pixel)
        rows = slice(max(v - _LOOK_PX, 0), max(min(v + _LOOK_PX + 1, height), 0))
        columns = slice(max(u - _LOOK_PX, 0), max(min(u + _LOOK_PX + 1, width), 0))
        near = self._plate.ground_enu_m[rows, columns]
        if not near.size:
            return _UNKNOWN_SUNLIT, 0.0
        gap = np.abs(near - ground_enu_m.astype(np.float32)).max(axis=-1)
        same = gap < _SAME_PLACE_M
        if not same.any():
            same = gap < 2 * float(np.nanmin(gap, initial=_SAME_PLACE_M)) + _SAME_PLACE_M
        if not same.any():
            return _UNKNOWN_SUNLIT, 0.0
        sunlit = float(self._plate.sunlit[rows, columns][same].mean())
        lamps = self._plate.lamplight
        return sunlit, 0.0 if lamps is None else float(lamps[rows, columns][same].mean())
