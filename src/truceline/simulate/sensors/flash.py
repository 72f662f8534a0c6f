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
from truceline.simulate.model.pictures import Plate

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

FLASH_LIGHT = 14.0
"""Radiance of a flash while it lasts, in white surfaces in full daylight (about 450,000 candela/m²)."""
FLASH_S = (0.001, 0.003)
FLASH_RADIUS_M = (0.04, 0.14)
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


@dataclass(frozen=True, slots=True, eq=False)
class Flash:
    """One flash: when it starts, where its middle is (3,), how long, how wide and how bright it is."""

    at_s: float
    place_enu_m: Array
    lasts_s: float
    radius_m: float
    light: float


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
    rows = (np.arange(camera.height_px) + 0.5) / camera.height_px - 0.5
    offsets: Array = camera.sensor.readout_s * rows
    return offsets


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
        rows = _rows(flash, camera, at_s=at_s, exposure_s=exposure_s)
        if not rows.any():
            continue
        patch = _patch(flash, camera, plate=plate)
        if patch is None:
            continue
        (where, blob) = patch
        added = blob * rows[where[0]][:, None]
        if not added.any():
            continue
        if not caught:
            light = light.copy()
        colour = FLASH_COLOUR if light.shape[2] > 1 else np.ones(1, dtype=np.float32)
        light[where] += (added[..., None] * colour).astype(np.float32)
        caught.append(flash.at_s)
    return light, tuple(caught)


def _rows(flash: Flash, camera: CameraPlan, *, at_s: float, exposure_s: float) -> Array:
    """What a frame's rows (h,) get of a flash: light, or kelvin."""
    if camera.band is Band.THERMAL:
        return np.full(camera.height_px, gas_warmth_k(at_s - flash.at_s))
    starts_s = flash.at_s - at_s
    reach_s = camera.sensor.readout_s / 2 + exposure_s
    if not -reach_s - flash.lasts_s < starts_s < reach_s:
        return np.zeros(camera.height_px)
    return flash.light * flash_capture(
        camera, starts_s=starts_s, lasts_s=flash.lasts_s, exposure_s=exposure_s
    )


def _patch(flash: Flash, camera: CameraPlan, *, plate: Plate) -> tuple[tuple[slice, slice], Array] | None:
    """Rows and columns of the flash in the picture and its blob there, 0 where it is hidden; or None."""
    middle = pixel_from_site(camera.true, flash.place_enu_m[None])[0]
    if not np.isfinite(middle).all():
        return None
    depth_m = float((flash.place_enu_m - camera.true.position_enu_m) @ camera.true.rotation[2])
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
