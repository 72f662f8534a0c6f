"""Waves: the few shapes that sources are put together from."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

Array = NDArray[np.float64]

RATE_HZ: Final = 48_000
SILENT = 1e-12
"""A wave weaker than this is silence and is not brought to a height of 1."""


def times_s(length_s: float) -> Array:
    """Times of the samples of a sound."""
    times: Array = np.arange(max(int(length_s * RATE_HZ), 1), dtype=np.float64) / RATE_HZ
    return times


def whole(wave: Array) -> Array:
    """The wave with a largest absolute value of 1."""
    height = float(np.abs(wave).max(initial=0.0))
    return wave / height if height > SILENT else wave


def friedlander(positive_s: float, *, steepness: float = 1.0, rise_s: float = 0.0) -> Array:
    """A blast's pressure: a jump, a fall through zero after ``positive_s``, a longer underpressure.

    Method: p = (1 − t/t₊) exp(−b t/t₊) (Friedlander 1946), with a straight rise where the jump is soft. With
        b = 1 the pressure sums to nothing, as that of a free blast does.
    """
    times = times_s(rise_s + 12.0 * positive_s / steepness)
    after = times - rise_s
    wave = (1.0 - after / positive_s) * np.exp(-steepness * np.maximum(after, 0.0) / positive_s)
    if rise_s > 0.0:
        wave = np.where(after < 0.0, times / rise_s, wave)
    else:
        # Half of the jump falls on its own sample, so that it stands exactly there.
        wave[0] = 0.5
    return wave


def modes(frequencies_hz: Array, *, qualities: Array, strengths: Array, length_s: float) -> Array:
    """Damped sines: what a struck body sings. Frequencies, qualities and strengths are (k,)."""
    times = times_s(length_s)
    decay = np.pi * frequencies_hz / qualities
    sines = np.sin(2.0 * np.pi * frequencies_hz[:, None] * times)
    wave: Array = np.sum(strengths[:, None] * np.exp(-decay[:, None] * times) * sines, axis=0)
    return wave


def banded(wave: Array, low_hz: float, *, high_hz: float, order: int = 2) -> Array:
    """The wave between two frequencies, causally."""
    sections = butter(order, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    passed: Array = sosfilt(sections, wave)
    return passed


def faded(wave: Array, rise_s: float, *, fall_s: float) -> Array:
    """The wave with soft ends."""
    times = np.arange(len(wave)) / RATE_HZ
    left = times[::-1]
    ends = np.minimum(np.minimum(times / rise_s, left / fall_s), 1.0)
    soft: Array = wave * np.sin(0.5 * np.pi * ends) ** 2
    return soft


def strung(pieces: Iterable[tuple[float, Array]], *, length_s: float = 0.0) -> Array:
    """Waves laid over one another, each from its time on."""
    placed = [(int(at_s * RATE_HZ), wave) for at_s, wave in pieces]
    last = max([begin + len(wave) for begin, wave in placed], default=1)
    return laid(placed, 0, count=max(last, int(length_s * RATE_HZ)))


def laid(pieces: Iterable[tuple[int, Array]], first: int, *, count: int) -> Array:
    """Waves laid over one another, each from its sample on: what of them falls on ``count`` samples."""
    sheet = np.zeros(count)
    for at, wave in pieces:
        low, high = max(at - first, 0), min(at - first + len(wave), count)
        if low < high:
            sheet[low:high] += wave[low + first - at : high + first - at]
    return sheet
