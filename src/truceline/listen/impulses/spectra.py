"""Spectra: whether a piece of sound rings, sings or hisses."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.listen.impulses.bands import RATE_HZ, SMALLEST

Array = NDArray[np.float64]

LENGTH: Final = 512
LOW_HZ, HIGH_HZ = 120.0, 3_500.0
SMOOTH_BINS: Final = 25
"""About 400 Hz: what is narrower than this is a tone or a resonance."""
PITCH_S: Final = (0.0016, 0.015)
"""Periods of voices, barks, horns and engines (65 to 600 Hz)."""


def _power(piece: Array) -> Array:
    """Power at the bins between ``LOW_HZ`` and ``HIGH_HZ`` of a piece, its end faded."""
    held = np.zeros(LENGTH)
    count = min(len(piece), LENGTH)
    fade = 0.5 * (1.0 + np.cos(np.pi * np.arange(count) / LENGTH))
    held[:count] = piece[:count] * fade
    power = np.abs(np.fft.rfft(held)) ** 2 + SMALLEST
    frequency_hz = np.fft.rfftfreq(LENGTH, 1.0 / RATE_HZ)
    kept: Array = power[(frequency_hz >= LOW_HZ) & (frequency_hz <= HIGH_HZ)]
    return kept


def peakedness_db(piece: Array) -> float:
    """By how much the strongest bin stands above the mean of its surroundings, dB: about 7 for noise."""
    power = _power(piece)
    return float(10.0 * np.log10(np.max(power / _smooth(power))))


def roughness_db(piece: Array) -> float:
    """Mean logarithm of the bins beside their surroundings, dB: −2.5 for noise, lower for what rings.

    Method: spectral flatness (Johnston 1988) over 400 Hz instead of the whole band, so that a slope of the
        spectrum does not count.
    """
    power = _power(piece)
    return float(np.mean(10.0 * np.log10(power / _smooth(power))))


def _smooth(power: Array) -> Array:
    """Mean over the surroundings of each bin; at the ends over what there is."""
    ones = np.ones(SMOOTH_BINS)
    sums: Array = np.convolve(power, ones, "same") / np.convolve(np.ones(len(power)), ones, "same")
    return sums


def harmonicity(piece: Array) -> float:
    """Largest normalised autocorrelation at the periods of a pitch, 0 to 1."""
    first, last = (round(period * RATE_HZ) for period in PITCH_S)
    if len(piece) < 2 * last:
        return 0.0
    whitened = piece[1:] - 0.9 * piece[:-1]
    best = 0.0
    for lag in range(first, last + 1):
        left, right = whitened[:-lag], whitened[lag:]
        norm = float(np.sqrt(np.sum(left**2) * np.sum(right**2)))
        best = max(best, float(left @ right) / norm) if norm > SMALLEST else best
    return best
