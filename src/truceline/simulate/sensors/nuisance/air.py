"""The air between camera and scene: shadows of clouds, fog, and rain."""

import cv2
import numpy as np

from truceline.geometry.compiled import jit
from truceline.simulate.model.devices import Nuisance
from truceline.simulate.sensors.nuisance.view import Float32, Instant, View, presence, soft_noise

CLOUD_TILE_M = 420.0
CLOUD_SPEED_MPS = 9.0
"""Clouds drive faster than the wind at the ground, at least so fast."""
CLOUD_STEP_PX = 6
SUN_SHARE = 0.45
"""Share of the light that a cloud can take away at least, where the sky itself says that there is no sun."""
CLOUD_TAKES = 0.8
"""Share of the sun's light that a cloud takes; the rest comes through scattered."""
FOLIAGE_SUNLIT = 0.7
CLOUD_K = 1.5
"""Thermal: a surface in the shadow of a cloud cools by so much, as far as it does within a minute."""

CONTRAST_LIMIT = 3.912
"""Koschmieder 1924: at the distance of visibility contrast is 2 %, so extinction is -ln 0.02 over it."""
FOG_CLEAR_M, FOG_DENSE_M = 1000.0, 30.0
FOG_PATCHES = 0.18
FOG_TILE_S = 40.0
FOG_THERMAL = 0.6
"""Extinction in the thermal band relative to the visible one: droplets of fog are of its wavelength."""
DIFFERS = 0.03
"""A pixel that differs from the plate by this share of it is somebody's."""
AIRLIGHT = 0.75
"""Brightness of thick air against a white surface in the same light."""

STREAKS = 2200
"""Streaks in a picture of 960 by 540 at full strength."""
RAIN_MM_H = 25.0
FALL_MPS = 7.5
RAIN_NEAR_M, RAIN_FAR_M = 1.5, 14.0
RAIN_EXPOSURE_S = 0.006
"""In rain it is dark: exposures are at least so long, whatever the sky of the scenario says."""
DROP_M = 0.003
RAIN_OPACITY = 0.9
RAIN_VISIBILITY_M = 1800.0


class CloudShadows:
    """Shadows of clouds that drive over the ground with the wind."""

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._view, self._nuisance = view, nuisance
        self._tile = soft_noise(view.random(0xC1), 256, octaves=4)
        ground = view.plate.ground_enu_m[
            CLOUD_STEP_PX // 2 :: CLOUD_STEP_PX, CLOUD_STEP_PX // 2 :: CLOUD_STEP_PX
        ]
        self._ground = np.nan_to_num(ground[..., :2], nan=0.0)
        wind = np.array(view.weather.wind_mps, dtype=np.float64)
        speed = float(np.linalg.norm(wind))
        way = wind / speed if speed > 0 else np.array([1.0, 0.0])
        self._drift_mps = way * max(3 * speed, CLOUD_SPEED_MPS)
        sun = 1 - float(view.sky.sky.sum() / max(float(view.ambient.sum()), 1e-12))
        # Behind foliage the plate says how sunny the ground is; what is seen is the foliage.
        lit = view.plate.sunlit + view.plate.sway * (np.float32(FOLIAGE_SUNLIT) - view.plate.sunlit)
        takes = lit if sun > 0.1 else np.ones_like(lit)  # noqa: PLR2004 - no sun
        most = np.float32(CLOUD_TAKES * max(sun, SUN_SHARE))
        self._takes = takes * np.isfinite(view.plate.ground_enu_m[..., 0]) * most

    def over(self, light: Float32, instant: Instant) -> Float32:
        """Light without what the clouds take away."""
        here = presence(self._nuisance, instant.at_s, ramp_s=6.0) * self._nuisance.strength
        if here == 0:
            return light
        place = (self._ground - self._drift_mps * instant.at_s) * (len(self._tile) / CLOUD_TILE_M)
        rows, columns = place[..., 1].astype(np.float32), place[..., 0].astype(np.float32)
        size = np.float32(len(self._tile))
        cover = cv2.remap(
            self._tile,
            np.mod(columns, size),
            np.mod(rows, size),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_WRAP,
        )
        shade = np.clip(0.5 + np.asarray(cover) / 1.2, 0, 1).astype(np.float32)
        wide = cv2.resize(shade, self._view.size_px, interpolation=cv2.INTER_LINEAR)
        taken = np.asarray(wide, dtype=np.float32) * self._takes * np.float32(here)
        if self._view.thermal:
            return np.asarray(light - np.float32(CLOUD_K) * taken[..., None], dtype=np.float32)
        return _dimmed(light, taken)


@jit
def _dimmed(light: Float32, taken: Float32) -> Float32:
    """Light (h, w, channels) less the share (h, w)."""
    height, width, channels = light.shape
    dimmed = np.empty_like(light)
    for row in range(height):
        for column in range(width):
            for channel in range(channels):
                dimmed[row, column, channel] = light[row, column, channel] * (
                    np.float32(1) - taken[row, column]
                )
    return dimmed


class Fog:
    """Fog in drifting patches; what stands before the background is as far away as where its feet stand."""

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._view, self._nuisance = view, nuisance
        self._tile = soft_noise(view.random(0xF0), 128, octaves=3)
        if view.thermal:
            self._air = np.full(1, view.weather.air_c, dtype=np.float32)
        else:
            self._air = (AIRLIGHT * (0.5 * view.ambient + 0.5 * view.ambient.mean())).astype(np.float32)
        if view.night and not view.thermal:
            self._air = np.maximum(self._air, np.float32(0.6 * view.plate.light.mean()))

    def over(self, light: Float32, instant: Instant) -> Float32:
        """Light through the fog (Koschmieder): what comes from far is replaced by the light of the air."""
        here = presence(self._nuisance, instant.at_s, ramp_s=8.0) * self._nuisance.strength
        if here == 0:
            return light
        visibility_m = FOG_CLEAR_M * (FOG_DENSE_M / FOG_CLEAR_M) ** here
        extinction = CONTRAST_LIMIT / visibility_m * (FOG_THERMAL if self._view.thermal else 1.0)
        shift = int(instant.at_s / FOG_TILE_S * len(self._tile) * 4) / 4
        window = np.array([[1, 0, -shift % len(self._tile)], [0, 1, 0]], dtype=np.float64)
        moved = cv2.warpAffine(self._tile, window, (64, 36), borderMode=cv2.BORDER_WRAP)
        patches = cv2.resize(np.asarray(moved), self._view.size_px, interpolation=cv2.INTER_LINEAR)
        plate = self._view.plate
        thickness = np.float32(extinction) * (
            1 + np.float32(FOG_PATCHES) * np.asarray(patches, dtype=np.float32)
        )
        return _fogged(light, plate.light, plate.depth_m, thickness, self._air)


@jit
def _fogged(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    light: Float32, plate: Float32, depth_m: Float32, extinction: Float32, air: Float32
) -> Float32:
    """Light through air that takes away ``extinction`` (h, w) a metre and adds its own light.

    What differs from the plate is somebody who moves. He is as far away as the ground where he stands: a
    pixel that differs takes the depth of the one below, where that is nearer.
    """
    height, width, channels = light.shape
    fogged = np.empty_like(light)
    below = depth_m[height - 1].copy()
    for row in range(height - 1, -1, -1):
        for column in range(width):
            depth = depth_m[row, column]
            apart, most = np.float32(0), np.float32(1e-6)
            for channel in range(channels):
                still = plate[row, column, channel]
                apart = max(apart, abs(light[row, column, channel] - still))
                most = max(most, abs(still))
            if apart > np.float32(DIFFERS) * most:
                depth = min(depth, below[column])
            below[column] = depth
            through = np.exp(-extinction[row, column] * depth)
            for channel in range(channels):
                own = light[row, column, channel]
                fogged[row, column, channel] = air[channel] + through * (own - air[channel])
    return fogged


class Rain:
    """Falling drops as streaks, new ones in every frame, and the veil of all that fall farther away."""

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._view, self._nuisance = view, nuisance
        calibration = view.camera.true
        wind = np.array([*view.weather.wind_mps, 0.0])
        self._aside = float(calibration.rotation[0] @ wind) / FALL_MPS
        self._focal_px = float(calibration.focal_px[0])
        extinction = CONTRAST_LIMIT / RAIN_VISIBILITY_M * nuisance.strength
        through = np.exp(-extinction * np.minimum(view.plate.depth_m, RAIN_VISIBILITY_M))
        self._through = np.asarray(through, dtype=np.float32)
        if view.thermal:
            self._drop = np.full(1, view.weather.air_c - 1.0, dtype=np.float32)
        else:
            lit = view.ambient.mean() * (0.75 if not view.night else 1.0)
            own = 2.5 * float(view.plate.light.mean()) if view.night else 0.0
            self._drop = np.full(3, max(lit, own), dtype=np.float32)

    def over(self, light: Float32, instant: Instant) -> Float32:
        """Light with the rain."""
        here = presence(self._nuisance, instant.at_s, ramp_s=5.0) * self._nuisance.strength
        if here == 0:
            return light
        width, height = self._view.size_px
        random = self._view.random(0xAA, instant.frame)
        count = int(STREAKS * here * width * height / (960 * 540))
        # Equal shares of the volume seen: the distance's third power is uniform.
        near3, far3 = RAIN_NEAR_M**3, RAIN_FAR_M**3
        depth_m = np.cbrt(random.uniform(near3, far3, count))
        long_px = FALL_MPS * max(instant.exposure_s, RAIN_EXPOSURE_S) * self._focal_px / depth_m
        wide_px = np.maximum(DROP_M * self._focal_px / depth_m, 0.6 * self._view.unit_px)
        opacity = (
            RAIN_OPACITY
            * np.minimum(DROP_M * self._focal_px / depth_m / wide_px, 1)
            * random.uniform(0.3, 1, count)
        )
        place = random.uniform((-20, -60), (width + 20, height), (count, 2))
        lean = self._aside + random.normal(0, 0.03, count)
        streaks = np.column_stack([place, long_px, lean, wide_px, opacity]).astype(np.float32)
        wet = _veiled(light, self._through, self._drop)
        _streaked(wet, streaks, self._drop)
        return wet


@jit
def _veiled(light: Float32, through: Float32, air: Float32) -> Float32:  # noqa: PLR0917
    """Light of which the share ``through`` (h, w) comes through, the rest is the air's (channels,)."""
    height, width, channels = light.shape
    veiled = np.empty_like(light)
    for row in range(height):
        for column in range(width):
            for channel in range(channels):
                own = light[row, column, channel]
                veiled[row, column, channel] = air[channel] + through[row, column] * (own - air[channel])
    return veiled


@jit
def _streaked(light: Float32, streaks: Float32, drop: Float32) -> None:  # noqa: PLR0917
    """Streaks over a picture, in place: left, top, length, lean, width, opacity each."""
    height, width, channels = light.shape
    for number in range(len(streaks)):
        left, top, length, lean, wide, opacity = streaks[number]
        reach = int(np.ceil(wide))
        for step in range(int(length) + 1):
            row = int(top) + step
            if row < 0 or row >= height:
                continue
            middle = left + lean * step
            along = np.float32(1) - abs(np.float32(2) * step / (length + 1) - 1) ** 4
            for column in range(int(middle) - reach, int(middle) + reach + 2):
                if column < 0 or column >= width:
                    continue
                cover = np.float32(0.5) * wide + np.float32(0.5) - abs(column - middle)
                share = opacity * along * min(max(cover, np.float32(0)), np.float32(1))
                for channel in range(channels):
                    light[row, column, channel] += share * (drop[channel] - light[row, column, channel])
