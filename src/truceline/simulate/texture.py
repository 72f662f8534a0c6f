"""Texture: tileable noise of a natural spectrum, sampled on the ground with octaves that fade before they alias."""

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

_TILE = 512


def noise_tile(random: np.random.Generator, *, slope: float) -> Float32:
    """A tileable field (512, 512), mean 0, standard deviation 1, amplitude falling as frequency**-slope.

    Method: white noise filtered in the Fourier domain.
    """
    frequency = np.hypot(np.fft.fftfreq(_TILE)[:, None], np.fft.rfftfreq(_TILE)[None])
    frequency[0, 0] = 1.0
    spectrum = np.fft.rfft2(random.normal(size=(_TILE, _TILE))) * np.maximum(frequency, 4 / _TILE) ** -slope
    spectrum[0, 0] = 0.0
    field = np.fft.irfft2(spectrum, s=(_TILE, _TILE))
    return (field / field.std()).astype(np.float32)


def sample_tile(tile: Float32, east_m: Float32, north_m: Float32, *, period_m: float) -> Float32:
    """The tile's value at ground points (h, w), the tile repeating every ``period_m`` metres."""
    per_metre = np.float32(_TILE / period_m)
    column = np.mod(east_m * per_metre, np.float32(_TILE))
    row = np.mod(north_m * per_metre, np.float32(_TILE))
    value: Float32 = cv2.remap(tile, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return value


def fading(footprint_m: Float32, *, wavelength_m: float) -> Float32:
    """Weight (h, w) 0 to 1 of a detail of that wavelength where a pixel covers ``footprint_m`` of ground."""
    share = np.clip(wavelength_m / (2 * footprint_m) - 0.6, 0, 1)
    return share.astype(np.float32)
