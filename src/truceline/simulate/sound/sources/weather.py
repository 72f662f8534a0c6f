"""Weather: wind at the microphone and in the leaves, rain, and the quiet of the country.

All of it is drawn in blocks that belong to whole multiples of their length in the scenario's time, so that
a stretch sounds the same whichever way it is asked for.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from truceline.simulate.model.world import Weather
from truceline.simulate.sound.sources.waves import RATE_HZ

Array = NDArray[np.float64]

HOP = 65_536
"""Blocks begin so many samples apart, are twice as long, and cross-fade at constant power."""
EARLIEST = 64
"""Blocks before the scenario's start, which settling recorders hear, are counted from here."""
REFERENCE_PA = 20e-6
CALM_MPS = 0.3
WIND_DB = 54.0
"""Wind noise of 1 m/s at a small screen above 60 Hz; it grows with the 4.5th power of the speed.

Estimate: turbulent pressure goes with the square of the speed, and the faster the wind, the more of its
spectrum (power falling as f to the -7/3) is heard."""
WIND_POWER = 2.25
CORNER_HZ_S_M = 12.0
LEAVES_DB = 26.0
"""Rustle of vegetation at 1 m/s, estimate; it grows with the third power of the speed."""
QUIET_DB = 31.0
"""The country without wind, estimate for a rural area by day."""
RAIN_DB = 42.0
"""Rain of 1 mm/h on ground and leaves; +12 dB for ten times the rain (estimate)."""
DROPS_HZ = 3.0
"""Drops a second that hit the microphone's housing for every mm/h."""
DROP_PA = 0.03
GUST_HZ = (0.013, 0.021, 0.037, 0.053, 0.089, 0.13, 0.21, 0.34, 0.55, 0.9, 1.4)
"""Frequencies of the gusts' parts; each weaker than the last (Kolmogorov: amplitude as f to the -1/3)."""


@dataclass(frozen=True, slots=True)
class Outdoors:
    """What the weather's noise depends on: weather, share of leaves about (0 to 1), stream of chance."""

    weather: Weather
    leaves: float
    seed: tuple[int, ...]


def gusts(outdoors: Outdoors, times_s: Array) -> Array:
    """Wind speed (n,) at times (n,), m/s: about its mean with a turbulence of a third."""
    mean_mps = float(np.hypot(*outdoors.weather.wind_mps))
    random = np.random.default_rng([*outdoors.seed, 0x50_10])
    phases = random.uniform(0.0, 2.0 * np.pi, len(GUST_HZ))
    weights = np.asarray(GUST_HZ) ** (-1.0 / 3.0)
    weights *= 0.33 * np.sqrt(2.0 / np.sum(weights**2))
    # Gusts are slow: worked out twenty times a second and interpolated.
    coarse = np.arange(times_s[0] - 0.05, times_s[-1] + 0.15, 0.05)
    swing = np.zeros(len(coarse))
    for frequency, phase, weight in zip(GUST_HZ, phases, weights, strict=True):
        swing += weight * np.sin(2.0 * np.pi * frequency * coarse + phase)
    speeds: Array = mean_mps * np.maximum(1.0 + np.interp(times_s, coarse, swing), 0.05)
    return speeds


def noise(outdoors: Outdoors, first: int, *, count: int) -> Array:
    """Pressure (count,) of wind, leaves, rain and quiet, from a sample on."""
    weather = outdoors.weather
    frequency_hz = fft.rfftfreq(2 * HOP, 1.0 / RATE_HZ)
    steady = levelled(_quiet(frequency_hz), QUIET_DB)
    drops_hz = 0.0
    if weather.rain_mm_h > 0.0:
        level = RAIN_DB + 12.0 * float(np.log10(max(weather.rain_mm_h, 0.1)))
        steady = np.hypot(steady, levelled(_rain(frequency_hz), level))
        drops_hz = DROPS_HZ * weather.rain_mm_h
    pressure = blocks(steady, (*outdoors.seed, 0x50_11), first=first, count=count, drops_hz=drops_hz)
    mean_mps = float(np.hypot(*weather.wind_mps))
    if mean_mps > CALM_MPS:
        speeds = gusts(outdoors, (first + np.arange(count)) / RATE_HZ)
        blown = levelled(_wind(frequency_hz, mean_mps), WIND_DB)
        pressure += speeds**WIND_POWER * blocks(
            blown, (*outdoors.seed, 0x50_12), first=first, count=count, drops_hz=0.0
        )
        if outdoors.leaves > 0.0:
            rustle = levelled(_leaves(frequency_hz), LEAVES_DB) * np.sqrt(outdoors.leaves)
            pressure += speeds**1.5 * blocks(
                rustle, (*outdoors.seed, 0x50_13), first=first, count=count, drops_hz=0.0
            )
    return pressure


def blocks(shape: Array, seed: tuple[int, ...], *, first: int, count: int, drops_hz: float) -> Array:
    """Noise (count,) of a spectrum (pressure at the bins of ``2 HOP`` samples), the same at the same time."""
    pressure = np.zeros(count)
    single = shape.astype(np.float32)
    window = np.sin(np.pi * (np.arange(2 * HOP) + 0.5) / (2 * HOP)).astype(np.float32)
    for number in range(first // HOP - 1, (first + count - 1) // HOP + 1):
        random = np.random.default_rng([*seed, number + EARLIEST])
        # Single precision: noise needs no more, and most of a quiet hour's work is here.
        bins = random.standard_normal((len(shape), 2), dtype=np.float32).view(np.complex64)[:, 0]
        wave = fft.irfft(single * bins, 2 * HOP)
        if drops_hz > 0.0:
            wave += _drops(random, drops_hz).astype(np.float32)
        begin = number * HOP - first
        low, high = max(begin, 0), min(begin + 2 * HOP, count)
        pressure[low:high] += (wave * window)[low - begin : high - begin]
    return pressure


def levelled(shape: Array, decibels: float) -> Array:
    """A spectrum's shape scaled so that noise drawn from it has that level."""
    power = 4.0 * float(np.sum(shape**2)) / (2 * HOP) ** 2
    scaled: Array = shape * REFERENCE_PA * 10.0 ** (decibels / 20.0) / np.sqrt(power)
    return scaled


def _quiet(frequency_hz: Array) -> Array:
    """Far traffic below, far insects and leaves above."""
    far = np.maximum(frequency_hz, 20.0)
    shape: Array = (far / 100.0) ** -0.9 / (1.0 + (frequency_hz / 9_000.0) ** 2)
    return shape


def _rain(frequency_hz: Array) -> Array:
    """Falling slowly to 8 kHz, little below 160 Hz."""
    low = (frequency_hz / 160.0) ** 2
    shape: Array = low / (1.0 + low) / (1.0 + (frequency_hz / 8_000.0) ** 2)
    shape /= np.maximum(frequency_hz / 1_000.0, 0.1) ** 0.25
    return shape


def _wind(frequency_hz: Array, mean_mps: float) -> Array:
    """Amplitude as f to the -7/6 up to a corner that grows with the wind, then steeper: the screen's size."""
    far = np.maximum(frequency_hz, 5.0)
    corner_hz = CORNER_HZ_S_M * max(mean_mps, 1.0) * 4.0
    # Levelled as heard above 60 Hz; what lies below is there, and the microphone's own high pass meets it.
    shape: Array = far ** (-7.0 / 6.0) / (1.0 + (far / corner_hz) ** 2) ** 0.5
    return shape


def _leaves(frequency_hz: Array) -> Array:
    """Leaves against leaves: 1 to 8 kHz."""
    low, high = (frequency_hz / 1_200.0) ** 2, (frequency_hz / 7_000.0) ** 2
    shape: Array = low / (1.0 + low) / (1.0 + high)
    return shape


def _drops(random: np.random.Generator, drops_hz: float) -> Array:
    """Drops on the housing: short pings of a few heights, at random times, over one block."""
    taps = np.zeros(2 * HOP)
    # Half of what the window lets through twice falls on each of the two blocks.
    for slot in random.integers(0, 2 * HOP - 2_400, random.poisson(drops_hz * HOP / RATE_HZ)):
        times = np.arange(480) / RATE_HZ
        pitch_hz = random.uniform(1_200.0, 4_000.0)
        ping = np.exp(-times / 0.0012) * np.sin(2.0 * np.pi * pitch_hz * times)
        taps[slot : slot + 480] += DROP_PA * random.lognormal(-0.7, 0.7) * ping
    return taps
