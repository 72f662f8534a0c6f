"""Noise fields: drawn once for a device, taken at another place for each frame.

White Gaussian noise is expensive to draw for every pixel of every frame. A field larger than the picture is
drawn once; each frame takes it at a random place with a random sign, so that neither two pixels nor two
frames go together, apart from the one pair in many thousand that meets the same place again.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.int16]

SPARE_PX = 192
"""The field is larger than the picture by this both ways: 36,864 places, with two signs each."""
UNIT = 256.0
"""Value of the field that is one standard deviation."""
COLOUR_SHARE = 0.55
"""How much of a channel's standard deviation is its own; the rest is common to all three. The own part is of
neighbouring pixels together, as the colours are interpolated from a mosaic."""
COLOUR_GRAIN_PX = 0.7

Grain = tuple[tuple[float, float], ...]
"""What noise is made of: standard deviations of blurs in pixels, and the share of the variance of each."""
WHITE: Grain = ((0.0, 1.0),)
DAY_GRAIN: Grain = ((0.5, 0.97), (3.0, 0.03))
"""Fitted to the spectrum of the noise of PETS 2009, view 1 (the original stills): a lens's mosaic has been
interpolated and the picture coded once."""
NIGHT_GRAIN: Grain = ((0.9, 0.92), (3.0, 0.08))
"""After strong noise reduction: coarse."""
THERMAL_GRAIN: Grain = ((0.0, 0.45), (0.6, 0.4), (3.0, 0.15))
"""Between the two thermal clips of the Cacophony project (an uncooled core of 160 by 120)."""


class NoiseField:
    """Noise of one standard deviation for pictures of a size.

    Attributes:
        values: (rows, columns * channels), in ``UNIT``.
        channels: Values a pixel.
    """

    def __init__(self, size_px: tuple[int, int], channels: int, *, grain: Grain, seed: list[int]) -> None:
        """Draw it.

        Args:
            size_px: Width and height of the pictures.
            channels: Values a pixel.
            grain: How coarse it is.
            seed: Numbers from which the field is drawn.
        """
        width, height = size_px[0] + SPARE_PX, size_px[1] + SPARE_PX
        random = np.random.default_rng([*seed, 0x401])
        field = np.zeros((height, width, 1), dtype=np.float32)
        for wide_px, share in grain:
            white = random.standard_normal((height, width), dtype=np.float32)
            field += np.float32(np.sqrt(share)) * _grained(white, wide_px)[..., None]
        if channels > 1:
            own = random.standard_normal((height, width, channels), dtype=np.float32)
            soft = [_grained(own[..., one], grain[0][0] + COLOUR_GRAIN_PX) for one in range(channels)]
            field = np.sqrt(1 - COLOUR_SHARE**2) * field + COLOUR_SHARE * np.stack(soft, axis=-1)
        whole = np.round(field / field.std() * UNIT).clip(-32_000, 32_000).astype(np.int16)
        self.values: Field = whole.reshape(height, width * channels)
        self.channels = channels
        self._seed = [*seed, 0x402]

    def place(self, frame: int) -> tuple[int, int, float]:
        """First row and column (of values) of a frame's noise, and the factor that makes it a unit.

        The same for the same frame, whatever was asked before.
        """
        random = np.random.default_rng([*self._seed, frame])
        row, column, negative = (int(one) for one in random.integers(0, (SPARE_PX, SPARE_PX, 2)))
        return row, column * self.channels, (1 - 2 * negative) / UNIT


def _grained(white: NDArray[np.float32], grain_px: float) -> NDArray[np.float32]:
    if grain_px <= 0:
        return white
    soft = np.asarray(cv2.GaussianBlur(white, (0, 0), grain_px), dtype=np.float32)
    unit: NDArray[np.float32] = soft / soft.std()
    return unit
