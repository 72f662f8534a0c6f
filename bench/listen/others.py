"""Sounds that are no discharge and that no scenario of the simulator holds: machines, cries, clicks, surf.

Drawn from general knowledge of such sounds; no recording was looked at. Each maker gives (n,) samples at
``RATE_HZ`` with a largest value of about 1.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

Array = NDArray[np.float64]

RATE_HZ: Final = 48_000
EVEN_SHARE, DRUM_SHARE = 0.4, 0.6


def _times(length_s: float) -> Array:
    return np.arange(round(length_s * RATE_HZ)) / RATE_HZ


def _noise(random: Generator, length_s: float, *, low_hz: float, high_hz: float) -> Array:
    white = random.normal(0.0, 1.0, round(length_s * RATE_HZ))
    high_hz = min(high_hz, 0.45 * RATE_HZ)
    passed: Array = sosfilt(butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos"), white)
    return _whole(passed)


def _whole(wave: Array) -> Array:
    scaled: Array = wave / max(float(np.abs(wave).max(initial=0.0)), 1e-9)
    return scaled


def _rung(random: Generator, pitches_hz: Array, *, length_s: float, quality: tuple[float, float]) -> Array:
    """Damped sines."""
    times = _times(length_s)
    qualities = random.uniform(*quality, len(pitches_hz))
    strengths = random.uniform(0.2, 1.0, len(pitches_hz))
    fall = np.pi * pitches_hz / qualities
    sines = np.sin(2.0 * np.pi * pitches_hz[:, None] * times + random.uniform(0, 6.3, (len(pitches_hz), 1)))
    wave: Array = np.sum(strengths[:, None] * np.exp(-fall[:, None] * times) * sines, axis=0)
    return _whole(wave)


def _laid(pieces: list[tuple[float, Array]], length_s: float) -> Array:
    sheet = np.zeros(round(length_s * RATE_HZ))
    for at_s, wave in pieces:
        begin = round(at_s * RATE_HZ)
        part = wave[: max(len(sheet) - begin, 0)]
        sheet[begin : begin + len(part)] += part
    return _whole(sheet)


def clicks(random: Generator, length_s: float) -> Array:
    """Crackling, ticking, lost packets: clicks of a fraction of a millisecond to a few, more or less even."""
    rate_hz = np.exp(random.uniform(np.log(0.8), np.log(25.0)))
    even = random.random() < EVEN_SHARE
    pieces, at_s = [], random.uniform(0.02, 0.4)
    low_hz = np.exp(random.uniform(np.log(200.0), np.log(2_500.0)))
    fall_s = np.exp(random.uniform(np.log(0.0003), np.log(0.012)))
    while at_s < length_s:
        burst = _noise(random, 0.06, low_hz=low_hz, high_hz=low_hz * random.uniform(3.0, 12.0))
        click = _whole(burst * np.exp(-_times(0.06) / fall_s))
        pieces.append((at_s, random.lognormal(-0.7, 0.2 if even else 0.8) * click))
        at_s += 1.0 / rate_hz if even else random.exponential(1.0 / rate_hz) + 0.003
    return _laid(pieces, length_s)


def strokes(random: Generator, length_s: float) -> Array:
    """Tools and engines that strike evenly: 4 to 40 strokes a second, each ringing."""
    rate_hz = np.exp(random.uniform(np.log(4.0), np.log(40.0)))
    pitches = np.exp(random.uniform(np.log(80.0), np.log(4_000.0), int(random.integers(4, 10))))
    ring = _rung(random, pitches, length_s=0.3, quality=(2.0, 20.0))
    hiss = _noise(random, 0.3, low_hz=300.0, high_hz=6_000.0) * np.exp(
        -_times(0.3) / random.uniform(0.005, 0.05)
    )
    blow = _whole(ring + random.uniform(0.0, 1.0) * _whole(hiss))
    pieces, at_s = [], random.uniform(0.0, 0.6)
    while at_s < length_s:
        pieces.append((at_s, random.uniform(0.75, 1.0) * blow))
        at_s += random.normal(1.0, 0.02) / rate_hz
    return _laid(pieces, length_s)


def motor(random: Generator, length_s: float) -> Array:
    """A motor that revs: a rough tone whose pitch and strength wander, some with a rotor's slap."""
    times = _times(length_s)
    wander = np.interp(times, np.linspace(0, length_s, 8), random.uniform(0.7, 1.4, 8))
    turns = np.cumsum(random.uniform(25.0, 180.0) * wander) / RATE_HZ
    saw = 1.0 - 2.0 * (turns % 1.0)
    rough = _whole(saw * (1.0 + 0.5 * random.normal(0.0, 1.0, len(saw))))
    rough = _whole(sosfilt(butter(1, random.uniform(600.0, 5_000.0), fs=RATE_HZ, output="sos"), rough))
    swell = np.interp(times, np.linspace(0, length_s, 10), random.uniform(0.15, 1.0, 10))
    depth = random.choice((0.0, 0.8))
    slap = 1.0 - depth + depth * np.exp(-((times * random.uniform(8.0, 22.0)) % 1.0) * 5.0)
    hiss = _noise(random, length_s, low_hz=200.0, high_hz=6_000.0)
    return _whole((rough + random.uniform(0.0, 0.8) * hiss) * swell * slap)


def cry(random: Generator, length_s: float) -> Array:
    """A cry, a crow, a bark, a laugh: harmonics that glide, with an attack of 3 to 80 ms."""
    pieces, at_s = [], random.uniform(0.0, 0.5)
    pitch_hz = np.exp(random.uniform(np.log(150.0), np.log(1_200.0)))
    while at_s < length_s:
        long_s = np.exp(random.uniform(np.log(0.08), np.log(1.0)))
        times = _times(long_s)
        glide = np.interp(times, np.linspace(0, long_s, 4), random.uniform(0.75, 1.3, 4)) * pitch_hz
        turns = np.cumsum(glide) / RATE_HZ
        harmonics = np.arange(1, 9)
        weights = random.uniform(0.0, 1.0, 8) / harmonics**0.5
        tone = np.sum(weights[:, None] * np.sin(2 * np.pi * harmonics[:, None] * turns), axis=0)
        breath = _noise(random, long_s, low_hz=300.0, high_hz=5_000.0)[: len(tone)]
        wave = _whole(tone) + random.uniform(0.0, 0.7) * breath
        attack_s = np.exp(random.uniform(np.log(0.003), np.log(0.08)))
        ends = np.minimum(np.minimum(times / attack_s, (long_s - times) / (0.4 * long_s)), 1.0)
        pieces.append((at_s, random.uniform(0.5, 1.0) * wave * ends))
        at_s += long_s + random.uniform(0.05, 0.9)
    return _laid(pieces, length_s)


def puff(random: Generator, length_s: float) -> Array:
    """A sneeze, a cough, a slam of air: a burst of noise, its attack 5 to 60 ms, its fall 40 to 400 ms."""
    pieces, at_s = [], random.uniform(0.05, 0.8)
    while at_s < length_s:
        long_s = random.uniform(0.3, 1.2)
        times = _times(long_s)
        attack_s = np.exp(random.uniform(np.log(0.005), np.log(0.06)))
        fall_s = np.exp(random.uniform(np.log(0.04), np.log(0.4)))
        low_hz = np.exp(random.uniform(np.log(120.0), np.log(1_500.0)))
        burst = _noise(random, long_s, low_hz=low_hz, high_hz=low_hz * random.uniform(3.0, 15.0))[
            : len(times)
        ]
        ends = np.minimum(times / attack_s, 1.0) * np.exp(-times / fall_s)
        pieces.append((at_s, random.uniform(0.5, 1.0) * _whole(burst * ends)))
        at_s += long_s + random.uniform(0.2, 2.0)
    return _laid(pieces, length_s)


def surf(random: Generator, length_s: float) -> Array:
    """Waves, wind, rain, a passing train: noise that swells over tenths of a second to seconds."""
    knots = int(random.integers(3, 14))
    swell = np.exp(random.uniform(-2.5, 0.0, knots))
    level = np.interp(_times(length_s), np.linspace(0, length_s, knots), swell)
    low_hz = np.exp(random.uniform(np.log(60.0), np.log(1_500.0)))
    wave = _noise(random, length_s, low_hz=low_hz, high_hz=low_hz * random.uniform(4.0, 40.0))
    return _whole(wave[: len(level)] * level)


def music(random: Generator, length_s: float) -> Array:
    """Struck and plucked notes in time, with a drum."""
    pieces, beat_s, at_s = [], random.uniform(0.18, 0.6), random.uniform(0.0, 0.3)
    while at_s < length_s:
        root_hz = random.choice(np.array([110.0, 147.0, 196.0, 262.0, 349.0, 523.0]))
        note = _rung(
            random, root_hz * np.array([1.0, 2.0, 3.0, 4.0, 5.03]), length_s=0.8, quality=(60.0, 400.0)
        )
        pieces.append((at_s, random.uniform(0.3, 1.0) * note))
        if random.random() < DRUM_SHARE:
            skin = np.exp(random.uniform(np.log(55.0), np.log(260.0))) * np.array([1.0, 1.59, 2.14, 2.65])
            drum = _rung(random, skin, length_s=0.4, quality=(4.0, 14.0))
            snare = _noise(random, 0.4, low_hz=600.0, high_hz=8_000.0) * np.exp(-_times(0.4) / 0.05)
            pieces.append((at_s, random.uniform(0.3, 1.0) * (drum + random.uniform(0.0, 0.8) * snare)))
        at_s += beat_s * random.choice(np.array([1.0, 1.0, 2.0]))
    return _laid(pieces, length_s)


def knock(random: Generator, length_s: float) -> Array:
    """Blows on wood, sheet and stone, doors indoors: damped modes with a room's tail."""
    pieces, at_s = [], random.uniform(0.05, 0.6)
    pitches = np.exp(random.uniform(np.log(70.0), np.log(3_000.0), int(random.integers(5, 14))))
    quality = float(np.exp(random.uniform(np.log(2.5), np.log(25.0))))
    while at_s < length_s:
        blow = _rung(random, pitches, length_s=0.5, quality=(0.6 * quality, 1.5 * quality))
        contact = _noise(random, 0.5, low_hz=400.0, high_hz=7_000.0) * np.exp(-_times(0.5) / 0.003)
        pieces.append((at_s, random.uniform(0.5, 1.0) * (blow + random.uniform(0.0, 0.8) * _whole(contact))))
        at_s += random.choice(np.array([0.15, 0.3, 0.8, 2.0])) * random.uniform(0.8, 1.2)
    return _laid(pieces, length_s)


MAKERS: Final[dict[str, Callable[[Generator, float], Array]]] = {
    "clicks": clicks,
    "strokes": strokes,
    "motor": motor,
    "cry": cry,
    "puff": puff,
    "surf": surf,
    "music": music,
    "knock": knock,
}
