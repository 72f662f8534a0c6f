"""Texture: tileable noise of a natural spectrum, looked up on the ground; detail fades before it aliases."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

_TILE = 512
_FINE_WAVES = 64
"""Waves across a tile of the fine noise's typical detail."""


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """Two tileable fields (512, 512), mean 0, standard deviation 1: fine grain and large patches."""

    fine: Float32
    coarse: Float32

    @classmethod
    def drawn(cls, random: np.random.Generator) -> "Noise":
        """Both fields, from a random generator."""
        return cls(_tile(random, slope=0.7), _tile(random, slope=1.6))

    def patches(self, east_m: Float32, north_m: Float32, *, period_m: float) -> Float32:
        """Large soft patches at points (h, w), repeating every ``period_m``."""
        return _looked_up(self.coarse, east_m, north_m=north_m, period_m=period_m)

    def detail(self, east_m: Float32, north_m: Float32, *, period_m: float, footprint_m: Float32) -> Float32:
        """Fine detail at points (h, w), fading where a pixel (``footprint_m``) covers more than it shows."""
        value = _looked_up(self.fine, east_m, north_m=north_m, period_m=period_m)
        wave_m = np.float32(period_m / _FINE_WAVES)
        faded: Float32 = value * np.clip(wave_m / (2 * footprint_m) - np.float32(0.6), 0, 1)
        return faded


def _tile(random: np.random.Generator, *, slope: float) -> Float32:
    """A tileable field, amplitude falling as frequency**-slope: white noise filtered by Fourier."""
    frequency = np.hypot(np.fft.fftfreq(_TILE)[:, None], np.fft.rfftfreq(_TILE)[None])
    spectrum = np.fft.rfft2(random.normal(size=(_TILE, _TILE))) * np.maximum(frequency, 4 / _TILE) ** -slope
    spectrum[0, 0] = 0.0
    field = np.fft.irfft2(spectrum, s=(_TILE, _TILE))
    scaled: Float32 = (field / field.std()).astype(np.float32)
    return scaled


def _looked_up(tile: Float32, east_m: Float32, *, north_m: Float32, period_m: float) -> Float32:
    per_metre = np.float32(_TILE / period_m)
    column, row = np.mod(east_m * per_metre, _TILE), np.mod(north_m * per_metre, _TILE)
    value = cv2.remap(tile, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(value, dtype=np.float32)
