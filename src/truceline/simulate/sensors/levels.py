"""Levels: temperatures to grey by an automatic gain that spends its levels where the picture's pixels are."""

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.sensors.exposure import FINE

Float32 = NDArray[np.float32]

COLDEST_C, STEP_K = -60.0, 0.02
"""A code is a fiftieth of a kelvin."""
CODES = 12_000
PLATEAU = 0.0011
"""A code counts for at most this share of the pixels: a large even sky does not take all levels."""
MOST_LEVELS_PER_K = 26.0
"""The gain is limited, or an even scene would be all noise."""
LEAST_SHARE = 0.1
"""Slope that there is everywhere, as a share of the most: a few warm pixels still have shape."""
LOWEST, HIGHEST = 8.0, 247.0
LAG_S = 1.6
"""Time constant with which the gain follows the scene."""
READ_STEP = 2


class PlateauGain:
    """Automatic gain by plateau equalisation, damped in time.

    Method:
        Histogram equalisation with every bin clipped at a plateau (Vickers 1996, "Plateau equalization
        algorithm for real-time display of high-quality infrared imagery"). The clipped histogram follows the
        scene with a time constant; the slope of the resulting curve is limited.
    """

    def __init__(self, *, step_s: float, white_hot: bool) -> None:
        self._share = float(1 - np.exp(-step_s / LAG_S))
        self._white_hot = white_hot
        self._weights: NDArray[np.float64] | None = None

    def codes(self, temperature_c: Float32) -> NDArray[np.int32]:
        """Codes (h, w) of temperatures (h, w)."""
        codes = (temperature_c - np.float32(COLDEST_C)) * np.float32(1 / STEP_K)
        return np.asarray(np.clip(codes, 0, CODES - 1), dtype=np.int32)

    def fine(self, codes: NDArray[np.int32]) -> NDArray[np.int16]:
        """Grey levels times ``FINE`` (h, w) of codes (h, w); the gain moves on by a frame."""
        read = codes[::READ_STEP, ::READ_STEP]
        counts = np.bincount(read.reshape(-1), minlength=CODES).astype(np.float64)
        clipped = np.minimum(counts, PLATEAU * read.size)
        clipped /= max(clipped.sum(), 1e-12)
        if self._weights is None:
            self._weights = clipped
        else:
            self._weights = self._weights + self._share * (clipped - self._weights)
        curve = _curve(self._weights)
        if not self._white_hot:
            curve = (255 * FINE - curve).astype(np.int16)
        return np.asarray(curve[codes], dtype=np.int16)


def _curve(weights: NDArray[np.float64]) -> NDArray[np.int16]:
    """Fine grey levels by code: slopes after the weights, limited, the middle of the scene in the middle."""
    slopes = np.minimum(weights * (HIGHEST - LOWEST), MOST_LEVELS_PER_K * STEP_K)
    slopes = slopes + LEAST_SHARE * MOST_LEVELS_PER_K * STEP_K
    levels = np.cumsum(slopes)
    reached = np.cumsum(weights)
    low, high = levels[np.searchsorted(reached, (0.005, 0.995))]
    middle = (LOWEST + HIGHEST) / 2
    centred = levels - (low + high) / 2 + middle
    if high - low > HIGHEST - LOWEST:
        centred = (levels - low) * (HIGHEST - LOWEST) / (high - low) + LOWEST
    return np.asarray(np.round(np.clip(centred, 0, 255) * FINE), dtype=np.int16)
