"""Lights: how the place where a body stands is lit, gathered into the row that surfaces are shaded with."""

import zlib

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.model.actors import Actor
from truceline.simulate.model.pictures import Plate, Shape, Sky
from truceline.simulate.model.world import Weather
from truceline.simulate.plates.paint.backdrop import heaven_of
from truceline.simulate.plates.sky import is_night
from truceline.simulate.raster.solids.surface import (
    AHEAD,
    AIR,
    AIR_C,
    BOUNCE,
    GLASS,
    GROUND,
    KEEPS,
    LAMP,
    LAMPS,
    LEFT,
    LIGHTS,
    LIT,
    MATT,
    PAINT,
    SCALE,
    SEED,
    SKY,
    SLOTS,
    SORT,
    SUN,
    THERMAL,
    TO_SUN,
    UP,
    VIEW,
    WARMTH,
)
from truceline.simulate.raster.view import View, pixel_of

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]
Ints = NDArray[np.int64]

KOSCHMIEDER = 3.912
"""Contrast falls to 2 % at the visibility (Koschmieder 1924)."""
GROUND_REFLECTS = 0.2
LOOK_PX = 4
"""Sun and lamps are taken from the plate within so many pixels of the foot, where it shows ground ..."""
SAME_PLACE_M = 1.5
"""... this near to it."""
UNKNOWN_SUNLIT = 0.8
SOFT_INFRARED = (0.30, 0.45)
"""Near-infrared reflectance of cloth, hair, skin and fur: the first plus the second times the visible one.
Dyes and melanin hardly absorb there (an estimate: fur and dyed cloth reflect some 0.3 to 0.6)."""
_FAR_PX = 1e5
_VEHICLE_SORTS = np.array([MATT, MATT, GLASS, MATT, LAMPS, MATT])
_MATT_SORTS = np.zeros(8)


class Lighting:
    """The light of one camera's scene, asked for each body where it stands."""

    def __init__(self, plate: Plate, view: View, *, sky: Sky, weather: Weather) -> None:
        self._loss = KOSCHMIEDER / max(weather.visibility_m, 1.0)
        thermal = plate.light.shape[2] == 1
        lamplight = np.zeros((1, 1), dtype=np.float32) if plate.lamplight is None else plate.lamplight
        self._plate = (plate.ground_enu_m, plate.sunlit, lamplight)
        self._camera = (view.lens, view.rotation, view.position_enu_m)
        row = np.zeros(LIGHTS)
        row[TO_SUN : TO_SUN + 3] = view.rotation @ sky.to_sun
        row[UP : UP + 3] = view.rotation[:, 2]
        row[SUN : SUN + 3] = sky.sun * (not thermal)
        row[SKY : SKY + 3] = sky.sky
        row[AIR : AIR + 3] = heaven_of(sky, weather).horizon
        row[AIR_C] = weather.air_c
        row[THERMAL] = float(thermal)
        row[BOUNCE] = max(float(sky.to_sun[2]), 0.0)
        self._common = row
        self._infrared = is_night(sky) and not thermal
        self._seeds: dict[str, int] = {}

    def of(self, actor: Actor, shape: Shape) -> tuple[Array, Array]:
        """The paint (n, ``SLOTS``, ``PAINT``) and lights (``LIGHTS``,) of a body, for ``surface``."""
        seed = self._seeds.setdefault(actor.actor_id, zlib.crc32(actor.actor_id.encode()) % 65_536)
        lights = self._common.copy()
        lights[SEED], lights[LIT] = seed, shape.lit
        _light(lights, shape.ground_enu_m, shape.heading_rad, self._loss, self._camera, self._plate)
        sorts = _VEHICLE_SORTS if actor.kind.is_vehicle else _MATT_SORTS
        paint = _paint(
            (shape.capsule_tones, shape.boxes, shape.cylinder_tones),
            (
                infrared_tones(actor) if self._infrared else actor.tones,
                shape.warmth_c,
                shape.box_heat_c,
                sorts,
            ),
        )
        return paint, lights


def infrared_tones(actor: Actor) -> Array:
    """The tones (k, 3) as near-infrared light shows them: greys, and all that is soft a bright one."""
    grey = actor.tones.mean(axis=1, keepdims=True)
    if not actor.kind.is_vehicle:
        least, share = SOFT_INFRARED
        grey = least + share * grey
    tones: Array = np.repeat(grey, 3, axis=1)
    return tones


@jit
def _light(  # noqa: PLR0913, PLR0917 - compiled code takes its arrays one by one
    lights: Array,
    ground_enu_m: Array,
    heading_rad: float,
    loss: float,
    camera: tuple[Array, Array, Array],
    plate: tuple[Float32, Float32, Float32],
) -> None:
    """Complete a body's lights where it stands; ``BOUNCE`` comes in as the sine of the sun's height."""
    lens, rotation, position = camera
    place = np.zeros(3)
    ahead, left = np.cos(heading_rad), np.sin(heading_rad)
    for axis in range(3):
        for part in range(3):
            place[axis] += rotation[axis, part] * (ground_enu_m[part] - position[part])
        lights[AHEAD + axis] = rotation[axis, 0] * ahead + rotation[axis, 1] * left
        lights[LEFT + axis] = rotation[axis, 1] * ahead - rotation[axis, 0] * left
    away = np.sqrt(place[0] ** 2 + place[1] ** 2 + place[2] ** 2)
    sunlit, lamp = UNKNOWN_SUNLIT, 0.0
    if place[2] > 0.0 and lights[THERMAL] <= 0.0:
        u, v = pixel_of(lens, place[0] / place[2], place[1] / place[2])
        sunlit, lamp = _about(u, v, ground_enu_m, plate)
    height = lights[BOUNCE]
    lights[GROUND] = 0.0
    for axis in range(3):
        lights[SUN + axis] *= sunlit
        lights[BOUNCE + axis] = GROUND_REFLECTS * (lights[SUN + axis] * height + lights[SKY + axis] + lamp)
        lights[VIEW + axis] = place[axis] / away
        lights[GROUND] += place[axis] * lights[UP + axis]
    lights[LAMP], lights[KEEPS] = lamp, np.exp(-loss * away)
    lights[SCALE] = lens[0] / max(place[2], 0.1)


@jit
def _about(  # noqa: PLR0917 - compiled
    u: float, v: float, ground_enu_m: Array, plate: tuple[Float32, Float32, Float32]
) -> tuple[float, float]:
    """Share of the sun, and lamplight, on the ground that the plate shows about a pixel."""
    ground, sunlit, lamplight = plate
    height, width = sunlit.shape
    if not (abs(u) < _FAR_PX and abs(v) < _FAR_PX):
        return UNKNOWN_SUNLIT, 0.0
    sun = lamp = 0.0
    count = 0
    has_lamps = lamplight.shape == sunlit.shape
    for row in range(max(int(v) - LOOK_PX, 0), min(int(v) + LOOK_PX + 1, height)):
        for column in range(max(int(u) - LOOK_PX, 0), min(int(u) + LOOK_PX + 1, width)):
            gap = 0.0
            for axis in range(3):
                gap = max(gap, abs(ground[row, column, axis] - ground_enu_m[axis]))
            # Not a number in the sky: the comparison fails.
            if gap < SAME_PLACE_M and ground[row, column, 0] == ground[row, column, 0]:
                sun += sunlit[row, column]
                lamp += lamplight[row, column] if has_lamps else 0.0
                count += 1
    if not count:
        return UNKNOWN_SUNLIT, 0.0
    return sun / count, lamp / count


@jit
def _paint(solids: tuple[Ints, Array, Ints], looks: tuple[Array, Array, Array, Array]) -> Array:
    """(n, ``SLOTS``, ``PAINT``) from the tones of cones, boxes (their last three numbers) and cylinders."""
    cones, boxes, cylinders = solids
    tones, warmth, heat, sorts = looks
    out = np.zeros((len(cones) + len(boxes) + len(cylinders), SLOTS, PAINT))
    for row in range(len(out)):
        box = row - len(cones)
        for slot in range(SLOTS):
            extra = 0.0
            if box < 0:
                tone = cones[row]
            elif box < len(boxes):
                tone = int(boxes[box, 12 + slot])
                extra = heat[box] if len(heat) > 0 else 0.0
            else:
                tone = cylinders[box - len(boxes), min(slot, 1)]
            for colour in range(3):
                out[row, slot, colour] = tones[tone, colour]
            out[row, slot, WARMTH] = warmth[tone] + extra
            out[row, slot, SORT] = sorts[tone]
    return out
