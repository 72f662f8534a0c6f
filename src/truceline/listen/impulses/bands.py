"""Bands: a sound brought to one rate, and its energy by octave and millisecond.

Everything that is judged lies between 100 Hz and 3.6 kHz: what G.711 and a camera's microphone both keep, so
that the same sound is judged alike whichever way it was kept.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import gcd
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RATE_HZ: Final = 8_000
"""What everything is brought to; it holds the whole band that is judged."""
HOP: Final = 8
"""Samples of one step of energy, 1 ms."""
STEPS_PER_S: Final = RATE_HZ // HOP
EDGES_HZ: Final = (100.0, 250.0, 500.0, 1_000.0, 1_900.0, 3_600.0)
"""Edges of the bands, about an octave each."""
SMALLEST: Final = 1e-12
"""Power of a sample that counts as none: 120 dB below full scale, below the step of 16 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Banded:
    """A sound by bands.

    Attributes:
        wave: (n,) samples at ``RATE_HZ`` between the outer edges, full scale 1.
        energy: (k, bands) mean square of each millisecond and band.
    """

    wave: Array
    energy: Array

    def __len__(self) -> int:
        """How many milliseconds."""
        return len(self.energy)


def banded(samples: Array, rate_hz: int) -> Banded:
    """Samples (n,) of any rate as a wave at ``RATE_HZ`` and its energies.

    Causal filters: nothing of a sound shows before it begins.
    """
    wave = at_rate(samples, rate_hz, to_hz=RATE_HZ)
    steps = len(wave) // HOP
    energy = np.empty((steps, len(EDGES_HZ) - 1))
    for band, (low_hz, high_hz) in enumerate(pairwise(EDGES_HZ)):
        part = passed(wave, low_hz, high_hz=high_hz)
        energy[:, band] = np.mean(part[: steps * HOP].reshape(steps, HOP) ** 2, axis=1)
    return Banded(passed(wave, EDGES_HZ[0], high_hz=EDGES_HZ[-1]), energy + SMALLEST)


def at_rate(samples: Array, rate_hz: int, *, to_hz: int) -> Array:
    """Samples brought to another rate."""
    if rate_hz == to_hz:
        return samples.astype(np.float64)
    from scipy.signal import resample_poly  # noqa: PLC0415 - slow; for sound only

    common = gcd(rate_hz, to_hz)
    brought: Array = resample_poly(samples.astype(np.float64), to_hz // common, rate_hz // common)
    return brought


def passed(wave: Array, low_hz: float, *, high_hz: float) -> Array:
    """What lies between two frequencies, causally."""
    if len(wave) == 0:
        return wave
    from scipy.signal import butter, sosfilt  # noqa: PLC0415 - slow; for sound only

    sections = butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    kept: Array = sosfilt(sections, wave)
    return kept


def running_mean(rows: Array, count: int) -> Array:
    """Means (n, …) over ``count`` rows from each row on; at the end over what is left."""
    sums = np.concatenate([np.zeros((1, *rows.shape[1:])), np.cumsum(rows, axis=0)])
    last = np.minimum(np.arange(len(rows)) + count, len(rows))
    first = np.arange(len(rows))
    width = (last - first).reshape(-1, *[1] * (rows.ndim - 1))
    means: Array = (sums[last] - sums[first]) / width
    return np.maximum(means, SMALLEST)


def decibels(power: Array | float) -> Array:
    """Power as decibels."""
    return 10.0 * np.log10(np.maximum(power, SMALLEST))
