"""Muzzle flash: when a row of the picture was open while it shone, and what it then adds to the light.

The time of a frame is the middle of the middle row's exposure. Rows are read one after the other, so row r of
h is exposed ``readout * ((r + 1/2) / h - 1/2)`` later; whatever happens in less than an exposure is seen by
some rows and not by others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.simulate.model.actors import Happening, HappeningKind
from truceline.simulate.model.devices import Band, CameraPlan
from truceline.simulate.model.pictures import SKY_DEPTH_M, Plate

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

FLASH_LIGHT = 14.0
"""Radiance of a flash while it lasts, in white surfaces in full daylight (about 450,000 candela/m²)."""
FLASH_S = (0.001, 0.003)
FLASH_RADIUS_M = (0.03, 0.09)
"""A flash is a Gaussian blob of this standard deviation."""
FLASH_SPREAD = 0.7
"""Standard deviation of the logarithm of the light: some barrels show almost none."""
FLASH_COLOUR = np.array([1.0, 0.72, 0.38], dtype=np.float32)
GAS_K = 20.0
"""Thermal: how much warmer the gas looks than what lies behind it, at the muzzle."""
GAS_S = 0.025
BOLOMETER_S = 0.01
"""Time constants with which the gas cools and with which the detector follows."""
AHEAD_M = 0.15
"""The middle of the flash lies so far ahead of the place of the shot."""
HIDDEN_M = 0.4
"""What stands nearer than the flash by this hides it."""
DRAG_S = 0.6
"""Time constant with which the air stops a star, and with which it comes to sink at ``SINK_MPS``."""
SINK_MPS = 3.0
STAR_K = 60.0
"""Thermal: how much warmer than what lies behind it a burning star looks."""
GONE_S = 0.5
"""So long after the shot nothing is left of its gas."""
REFLECTED = np.float32(0.2)
"""Share of the light that ground reflects."""
MOST_LIT = np.float32(3.0)
"""A glow takes nothing in the scene for brighter than this many times the scene's median: lamps shine
by themselves."""


@dataclass(frozen=True, slots=True, eq=False)
class Flight:
    """How a burning star flies: its first velocity (3,), what the air leaves of it, and its colour (3,).

    It burns down evenly from its start to its end.
    """

    velocity_mps: Array
    colour: Float32


@dataclass(frozen=True, slots=True, eq=False)
class Flash:
    """One flash: when it starts, where its middle is (3,), how long, how wide and how bright it is.

    ``flight`` is that of a star, None for what stays where it is. ``glow`` is the light that it lays over the
    whole scene at its start, in units of full daylight, fading to its end.
    """

    at_s: float
    place_enu_m: Array
    lasts_s: float
    radius_m: float
    light: float
    flight: Flight | None = None
    glow: float = 0.0


def flashes_of(happenings: Sequence[Happening], *, seed: int) -> tuple[Flash, ...]:
    """The flashes of all shots, each with a light of its own; what only sounds like a shot has none."""
    random = np.random.default_rng([seed, 0xF1A5])
    flashes = []
    for shot in happenings:
        if shot.kind is not HappeningKind.SHOT:
            continue
        lasts_s, radius_m = random.uniform(*FLASH_S), random.uniform(*FLASH_RADIUS_M)
        light = FLASH_LIGHT * float(np.exp(random.normal(0, FLASH_SPREAD)))
        direction = np.zeros(3) if shot.direction is None else shot.direction
        place = shot.place_enu_m + AHEAD_M * direction
        flashes.append(Flash(shot.start_s, place, lasts_s, radius_m, light))
    return tuple(flashes)


def row_offsets_s(camera: CameraPlan) -> Array:
    """How much later (h,) than the frame's time the middle of each row's exposure is."""
    return row_later_s(camera, np.arange(camera.height_px, dtype=np.float64))


def row_later_s(camera: CameraPlan, rows_px: Array) -> Array:
    """How much later than the frame's time places (n,) in the picture are exposed.

    What lies above or below the picture counts as its first or last row, what has no row (NaN) as its middle.
    """
    middle = (camera.height_px - 1) / 2
    known = np.clip(np.nan_to_num(rows_px, nan=middle), 0, camera.height_px - 1)
    later: Array = camera.sensor.readout_s * ((known + 0.5) / camera.height_px - 0.5)
    return later


def flash_capture(camera: CameraPlan, *, starts_s: float, lasts_s: float, exposure_s: float) -> Array:
    """Share (h,) of each row's exposure during which something short shone.

    Args:
        camera: The camera, with the time that it takes to read its rows.
        starts_s: When it begins, seconds after the frame's time (negative: before).
        lasts_s: How long it lasts.
        exposure_s: The frame's exposure.

    A camera at rate f without a rolling shutter sees something of it in (lasts + exposure) * f of all cases.
    """
    opens = row_offsets_s(camera) - exposure_s / 2
    overlap = np.minimum(opens + exposure_s, starts_s + lasts_s) - np.maximum(opens, starts_s)
    share: Array = np.maximum(overlap, 0) / exposure_s
    return share


def gas_warmth_k(after_s: float) -> float:
    """How much warmer the detector sees the gas so long after the shot."""
    if after_s <= 0:
        return 0.0
    # The gas cools while the detector follows: two exponentials folded into each other.
    factor = GAS_K * GAS_S / (GAS_S - BOLOMETER_S)
    return float(factor * (np.exp(-after_s / GAS_S) - np.exp(-after_s / BOLOMETER_S)))


def with_flashes(
    light: Float32, flashes: Sequence[Flash], *, camera: CameraPlan, plate: Plate, timing: tuple[float, float]
) -> tuple[Float32, tuple[float, ...]]:
    """Light with the flashes that a frame catches, and when those were fired.

    Args:
        light: (h, w, channels) of the frame; it is not changed.
        flashes: All of the scenario.
        camera: Where it looks from (its true calibration), its band and its row timing.
        plate: What hides a flash; people do not hide it, which errs towards seeing more of them.
        timing: Time of the frame from the scenario's start, and its exposure, seconds.
    """
    at_s, exposure_s = timing
    caught: list[float] = []
    for flash in flashes:
        if not _may_shine(flash, camera, at_s=at_s, exposure_s=exposure_s):
            continue
        rows = _rows(flash, camera, at_s=at_s, exposure_s=exposure_s)
        if not rows.any():
            continue
        if flash.glow > 0 and camera.band is not Band.THERMAL:
            light = light + _lit(light, plate) * (flash.glow / flash.light * rows[:, None, None]).astype(
                np.float32
            )
        patch = _patch(flash, camera, plate=plate, place_enu_m=_place(flash, at_s))
        if patch is None:
            continue
        (where, blob) = patch
        added = blob * rows[where[0]][:, None]
        if not added.any():
            continue
        if not caught:
            light = light.copy()
        shown = FLASH_COLOUR if flash.flight is None else flash.flight.colour
        colour = shown if light.shape[2] > 1 else np.ones(1, dtype=np.float32)
        light[where] += (added[..., None] * colour).astype(np.float32)
        caught.append(flash.at_s)
    return light, tuple(caught)


def _may_shine(flash: Flash, camera: CameraPlan, *, at_s: float, exposure_s: float) -> bool:
    """Whether a frame can catch anything of a flash; most are told apart by this alone."""
    if camera.band is Band.THERMAL:
        return 0.0 <= at_s - flash.at_s < flash.lasts_s + GONE_S
    reach_s = camera.sensor.readout_s / 2 + exposure_s
    return flash.at_s - reach_s < at_s < flash.at_s + flash.lasts_s + reach_s


def _rows(flash: Flash, camera: CameraPlan, *, at_s: float, exposure_s: float) -> Array:
    """What a frame's rows (h,) get of a flash: light, or kelvin."""
    since_s = at_s - flash.at_s
    if camera.band is Band.THERMAL:
        # A star is as hot as gas for as long as it burns.
        warmth = STAR_K * _left(flash, since_s) if flash.flight is not None else gas_warmth_k(since_s)
        return np.full(camera.height_px, warmth)
    share = flash_capture(camera, starts_s=-since_s, lasts_s=flash.lasts_s, exposure_s=exposure_s)
    burning = 1.0 if flash.flight is None and flash.glow == 0 else _left(flash, since_s)
    return flash.light * burning * share


def _left(flash: Flash, since_s: float) -> float:
    """Share of its light that what burns down evenly has left."""
    return float(np.clip(1 - since_s / flash.lasts_s, 0, 1))


def _place(flash: Flash, at_s: float) -> Array:
    """Where it is: a star is slowed by the air from its first velocity to sinking."""
    if flash.flight is None:
        return flash.place_enu_m
    since_s = min(max(at_s - flash.at_s, 0.0), flash.lasts_s)
    sinks = np.array([0.0, 0.0, -SINK_MPS])
    slowing_s = DRAG_S * (1 - np.exp(-since_s / DRAG_S))
    place: Array = flash.place_enu_m + sinks * since_s + (flash.flight.velocity_mps - sinks) * slowing_s
    return place


def _lit(light: Float32, plate: Plate) -> Float32:
    """What the scene (h, w, channels) sends back of a light that falls on all of it; nothing from the sky.

    How bright each thing is beside the scene's median stands for how much it reflects.
    """
    ground = plate.depth_m < SKY_DEPTH_M
    if not ground.any():
        return np.zeros_like(light)
    middle = np.float32(max(float(np.median(light[ground])), 1e-9))
    return np.where(ground[..., None], np.minimum(light / middle, MOST_LIT) * REFLECTED, np.float32(0))


def _patch(
    flash: Flash, camera: CameraPlan, *, plate: Plate, place_enu_m: Array
) -> tuple[tuple[slice, slice], Array] | None:
    """Rows and columns of the flash in the picture and its blob there, 0 where it is hidden; or None."""
    middle = pixel_from_site(camera.true, place_enu_m[None])[0]
    if not np.isfinite(middle).all():
        return None
    depth_m = float((place_enu_m - camera.true.position_enu_m) @ camera.true.rotation[2])
    wide_px = float(np.hypot(flash.radius_m * camera.true.focal_px[0] / depth_m, 0.5))
    first = np.maximum(np.ceil(middle - 3.5 * wide_px), 0).astype(int)
    last = np.minimum(np.floor(middle + 3.5 * wide_px) + 1, (camera.width_px, camera.height_px)).astype(int)
    if (last <= first).any():
        return None
    where = (slice(first[1], last[1]), slice(first[0], last[0]))
    across, down = np.arange(first[0], last[0]) - middle[0], np.arange(first[1], last[1]) - middle[1]
    blob = np.exp(-0.5 * (across[None] ** 2 + down[:, None] ** 2) / wide_px**2)
    # A blob narrower than a pixel gives that pixel no more light than it has.
    blob *= (flash.radius_m * camera.true.focal_px[0] / depth_m / wide_px) ** 2
    return where, blob * (plate.depth_m[where] > depth_m - HIDDEN_M)
