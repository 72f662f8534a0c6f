"""Headlights of vehicles that are not part of the story: lamps that pass, and the light that they throw."""

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.simulate.model.devices import Nuisance
from truceline.simulate.sensors.nuisance.view import Float32, Instant, View

Place = NDArray[np.float64]

LAMP_CD = 20_000.0
DAYLIGHT_LX = 100_000.0
"""Illuminance that the unit of light stands for."""
DAYLIGHT_CD_M2 = DAYLIGHT_LX / np.pi
LAMP_UP_M, LAMP_ASIDE_M = 0.7, 0.65
BEAM_ASIDE_RAD, BEAM_DOWN_RAD = 0.22, 0.05
"""Half-widths of the beam; below the horizon it is widest."""
CUT_OFF_RAD, BELOW = 0.03, 5.0
"""The beam points down by the first; below that it is so many times as high as above."""
STRAY = 0.02
"""Share of the lamp's light that goes to where the beam does not."""
SPEED_MPS = (7.0, 14.0)
PAUSE_S = (1.0, 6.0)
NEAREST_M, FARTHEST_M = 12.0, 150.0
"""Depths between which they pass."""
PASSES_DRAWN = 5
"""Of so many lines over the ground the longest is taken."""
PAST = 0.25
"""A pass begins and ends so far beyond the view, as a share of its way."""
LAMP_PX = 1.3
"""A lamp is a blob of this standard deviation, before the sensor blooms."""
LAMP_THERMAL_K = 30.0
HIDDEN_M = 0.8
LEVEL = 0.8
"""Ground whose normal points up by at least this can be driven on."""
NEAR2_M2 = 100.0
"""Stray light counts within ten metres."""
THROW_M = 70.0
BEAM_STEP_PX = 3
"""The beam is worked out at a third of the size."""
GRAZING = 0.22
"""Flat ground takes the light at a grazing angle, what stands upright takes it square."""


class Headlights:
    """Vehicles that pass with their lamps lit, one after the other, each on a line over the ground."""

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._view, self._nuisance = view, nuisance
        step = (slice(BEAM_STEP_PX // 2, None, BEAM_STEP_PX),) * 2
        self._ground = np.nan_to_num(view.plate.ground_enu_m[step], nan=1e7)
        self._reflects = view.plate.light / np.maximum(view.ambient, 1e-9).astype(np.float32)
        self._square = (GRAZING + (1 - GRAZING) * (1 - view.plate.up[step])).astype(np.float32)
        self._passes = self._planned(view.random(0x8E, int(nuisance.start_s * 1000)))

    def over(self, light: Float32, instant: Instant) -> Float32:
        """Light with what the lamps shine on, and the lamps themselves where they look at the camera."""
        for start_s, end_s, start, way in self._passes:
            if start_s <= instant.at_s < end_s:
                place = start + way * (instant.at_s - start_s)
                ahead = way / np.linalg.norm(way)
                light = self._lit(light, place, ahead=ahead)
        return light

    def _planned(
        self, random: np.random.Generator
    ) -> list[tuple[float, float, NDArray[np.float64], NDArray[np.float64]]]:
        """Passes: start and end, first place (3,) and velocity (3,)."""
        passes = []
        at_s = self._nuisance.start_s
        for _ in range(1000):
            if at_s >= self._nuisance.end_s:
                break
            ends = self._ends(random)
            if ends is None:
                break
            way = ends[1] - ends[0]
            length_m = float(np.linalg.norm(way))
            speed = float(random.uniform(*SPEED_MPS))
            end_s = min(at_s + length_m / speed, self._nuisance.end_s)
            passes.append((at_s, end_s, ends[0], way / length_m * speed))
            at_s += length_m / speed + float(random.uniform(*PAUSE_S))
        return passes

    def _ends(self, random: np.random.Generator) -> NDArray[np.float64] | None:
        """Two places (2, 3) on the ground, one at each side of the view; None where no ground is seen."""
        plate = self._view.plate
        ground, depth_m = plate.ground_enu_m, plate.depth_m
        near = (depth_m > NEAREST_M) & (depth_m < FARTHEST_M)
        flat = np.isfinite(ground[..., 0]) & (plate.up > LEVEL) & near
        width = ground.shape[1]
        ends = []
        for columns in (slice(0, width // 8), slice(width - width // 8, width)):
            places = ground[:, columns][flat[:, columns]]
            if len(places) == 0:
                return None
            ends.append(places[random.integers(len(places), size=PASSES_DRAWN)].astype(np.float64))
        starts, stops = (ends[0], ends[1]) if random.random() < 0.5 else (ends[1], ends[0])  # noqa: PLR2004
        longest = int(np.argmax(np.linalg.norm(stops - starts, axis=1)))
        start, stop = starts[longest], stops[longest]
        past = PAST * (stop - start)
        ways: Place = np.array([start - past, stop + past]) + np.array([0, 0, LAMP_UP_M])
        return ways

    def _lit(self, light: Float32, place: Place, *, ahead: Place) -> Float32:
        """One vehicle's light, at a place (3,) and driving that way (3,)."""
        shown = light.copy()
        if not self._view.thermal:
            small = self._thrown(place, ahead=ahead)
            wide = cv2.resize(small, self._view.size_px, interpolation=cv2.INTER_LINEAR)
            wide_light: Float32 = np.asarray(wide, dtype=np.float32)
            shown = np.asarray(shown + wide_light[..., None] * self._reflects, dtype=np.float32)
        side = np.array([-ahead[1], ahead[0], 0.0]) * LAMP_ASIDE_M
        for lamp in (place + side, place - side):
            self._lamp(shown, lamp, ahead=ahead)
        return shown

    def _thrown(self, place: Place, *, ahead: Place) -> Float32:
        """Light (rows, columns) that the lamps throw on the scene, at a third of the size."""
        offset = self._ground - place.astype(np.float32)
        away2 = np.maximum((offset**2).sum(axis=2), 1.0)
        forward = offset @ ahead.astype(np.float32)
        before = np.maximum(forward, 0.1)
        aside = (offset[..., 1] * np.float32(ahead[0]) - offset[..., 0] * np.float32(ahead[1])) / before
        rise = offset[..., 2] / before + np.float32(CUT_OFF_RAD)
        down = np.where(rise > 0, rise, rise / BELOW) / BEAM_DOWN_RAD
        beam = np.exp(-0.5 * ((aside / BEAM_ASIDE_RAD) ** 2 + down**2))
        share = beam * ((forward > 0) & (away2 < THROW_M**2)) + STRAY * (away2 < NEAR2_M2)
        lux = 2 * LAMP_CD * self._nuisance.strength * share / away2 * self._square
        return np.asarray(lux / DAYLIGHT_LX, dtype=np.float32)

    def _lamp(self, light: Float32, place: Place, *, ahead: Place) -> None:
        """A lamp in a picture of the caller's own, as bright as it looks from the camera."""
        calibration = self._view.camera.true
        pixel = pixel_from_site(calibration, place[None])[0]
        if not np.isfinite(pixel).all():
            return
        x, y = round(float(pixel[0])), round(float(pixel[1]))
        reach = 5
        height, width = light.shape[:2]
        if not (reach <= x < width - reach and reach <= y < height - reach):
            return
        depth_m = float((place - calibration.position_enu_m) @ calibration.rotation[2])
        if self._view.plate.depth_m[y, x] < depth_m - HIDDEN_M:
            return
        to_camera = calibration.position_enu_m - place
        aside = np.arccos(np.clip(to_camera @ ahead / np.linalg.norm(to_camera), -1, 1))
        towards = np.exp(-0.5 * (aside / (2 * BEAM_ASIDE_RAD)) ** 2) + (STRAY if aside < np.pi / 2 else 0.0)
        pixel_m2 = (depth_m / float(calibration.focal_px[0])) ** 2
        peak = LAMP_CD * towards / pixel_m2 / (2 * np.pi * LAMP_PX**2) / DAYLIGHT_CD_M2
        if self._view.thermal:
            peak = LAMP_THERMAL_K * 0.02 / max(pixel_m2, 0.02) * (aside < np.pi / 2)
        steps = np.arange(-reach, reach + 1)
        blob = np.exp(
            -0.5 * ((steps[None] + x - pixel[0]) ** 2 + (steps[:, None] + y - pixel[1]) ** 2) / LAMP_PX**2
        )
        added = (self._nuisance.strength * peak * blob).astype(np.float32)[..., None]
        light[y - reach : y + reach + 1, x - reach : x + reach + 1] += added
