"""Wind in foliage: twigs swing about where the plate has them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.model.devices import Nuisance
from truceline.simulate.sensors.nuisance.view import Float32, Instant, View, presence, soft_noise

SWING_M = 0.22
"""How far twigs swing at full strength."""
MOST_PX = 7.0
LEAST_PX = 0.08
BRANCH_PX = 40.0
"""Over about so much of the picture twigs swing together."""
SLOW_HZ, FAST_HZ = 0.55, 2.1
FAST_SHARE = 0.4
GUSTS_HZ = (0.043, 0.071, 0.13, 0.29)
DOWN_SHARE = 0.35
"""Twigs swing up and down by so much of what they swing aside."""


class Wind:
    """Foliage that swings: two sinusoids of each branch, under gusts that come and go."""

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._view, self._nuisance = view, nuisance
        swing_px = np.minimum(SWING_M * view.camera.true.focal_px[0] / view.plate.depth_m, MOST_PX)
        own = (view.plate.sway * swing_px * nuisance.strength).astype(np.float32)
        # What lies beside a twig is covered when it swings there: the neighbours move along.
        reach = max(int(2 * np.ceil(own.max())) + 1, 1) if own.size else 1
        wide = cv2.dilate(own, np.ones((reach, reach), dtype=np.uint8))
        amplitude = np.asarray(cv2.GaussianBlur(wide, (0, 0), max(reach / 3, 0.5)), dtype=np.float32)
        self._places = np.flatnonzero(amplitude > LEAST_PX)
        random = view.random(0x3D)
        self._gusts = random.uniform(0, 2 * np.pi, len(GUSTS_HZ))
        phases = [self._branches(random) for _ in range(4)]
        self._swings = np.stack(
            [np.float32(amplitude).reshape(-1)[self._places]]
            + [wave(phase.reshape(-1)[self._places]) for phase in phases for wave in (np.cos, np.sin)]
        ).astype(np.float32)

    def over(self, light: Float32, instant: Instant) -> Float32:
        """Light with the foliage where it is at that instant."""
        here = presence(self._nuisance, instant.at_s, ramp_s=3.0)
        if here == 0 or len(self._places) == 0:
            return light
        gust = 0.55 + 0.225 * sum(
            np.sin(2 * np.pi * hz * instant.at_s + phase)
            for hz, phase in zip(GUSTS_HZ, self._gusts, strict=True)
        )
        force = here * float(np.clip(gust, 0.08, 1.4))
        slow, fast = 2 * np.pi * SLOW_HZ * instant.at_s, 2 * np.pi * FAST_HZ * instant.at_s
        waves = np.array([np.sin(slow), np.cos(slow), np.sin(fast), np.cos(fast)]) * force
        # A gust also leans the tree: twigs swing about a place downwind.
        swayed = light.copy()
        _swung(light, swayed, self._places, self._swings, np.append(waves, 0.35 * force).astype(np.float32))
        return swayed

    def _branches(self, random: np.random.Generator) -> NDArray[np.float32]:
        """Phases (h, w) that neighbours share."""
        tile = soft_noise(random, 128, octaves=5)
        width, height = self._view.size_px
        scale = 128 / (BRANCH_PX * 16 * self._view.unit_px)
        rows, columns = np.mgrid[:height, :width].astype(np.float32) * np.float32(scale)
        tiled = cv2.remap(
            tile, np.mod(columns, 128), np.mod(rows, 128), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
        )
        return np.asarray(np.float32(2 * np.pi) * np.asarray(tiled), dtype=np.float32)


@jit
def _swung(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    light: Float32, into: Float32, places: NDArray[np.int64], swings: Float32, waves: Float32
) -> None:
    """Take the pixels at ``places`` from where their twig has come from, bilinear."""
    height, width, channels = light.shape
    one, fast_share, down_share = np.float32(1), np.float32(FAST_SHARE), np.float32(DOWN_SHARE)
    for at in range(len(places)):
        row, column = places[at] // width, places[at] % width
        amplitude = swings[0, at]
        slow = waves[0] * swings[1, at] + waves[1] * swings[2, at]
        fast = waves[2] * swings[3, at] + waves[3] * swings[4, at]
        other = waves[0] * swings[5, at] + waves[1] * swings[6, at]
        flick = waves[2] * swings[7, at] + waves[3] * swings[8, at]
        aside = amplitude * ((one - fast_share) * slow + fast_share * fast + waves[4])
        down = amplitude * down_share * ((one - fast_share) * other + fast_share * flick)
        x = min(max(np.float32(column) - aside, np.float32(0)), np.float32(width) - np.float32(1.001))
        y = min(max(np.float32(row) - down, np.float32(0)), np.float32(height) - np.float32(1.001))
        left, top = int(x), int(y)
        right, low = x - left, y - top
        for channel in range(channels):
            upper = light[top, left, channel] * (one - right) + light[top, left + 1, channel] * right
            lower = light[top + 1, left, channel] * (one - right) + light[top + 1, left + 1, channel] * right
            into[row, column, channel] = upper * (one - low) + lower * low
