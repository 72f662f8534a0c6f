"""Scenes: one simulated sound each, as some recorder keeps it: room, noise, rails, rate and coding.

Everything about a scene is drawn from its number. What the simulator hears (``heard_once``) is kept on disk
by the digest of the simulator's code, for it takes a tenth of a second each.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import fftconvolve, resample_poly

from bench.listen.others import MAKERS
from bench.reach.footage import CACHE, REPOSITORY
from bench.simulate.sound_stage import IDLING, RAIN, heard_once, through_aac
from truceline.simulate.sound.catalogue import CATALOGUE, SHOT

Array = NDArray[np.float64]

FULL: Final = 48_000
RATES_HZ: Final = (8_000, 11_025, 16_000, 22_050, 44_100, 48_000)
NAMES: Final = (*(name for name in CATALOGUE if name != SHOT), IDLING, RAIN)
SHOT_S: Final = 0.4
"""A staged shot's blast arrives so long after its recording begins."""
SHOT_SHARE, STAGED_SHARE = 0.42, 0.72
"""Below the first a scene holds shots, below the second a sound of the catalogue, above it one of others."""
WIDE_FROM: Final = 50_000
"""Scenes from this number on are of the wider kind: volleys, longer and stronger tails, more noise, other
speeds."""
VOLLEY_SHARE, VOLLEY_S, MOST_SHOTS = 0.18, (1.5, 7.0), 40
"""Share of wide scenes in which several people shoot at once, for how long, how often."""
CHECK_FROM: Final = 100_000
"""Scenes from this number on are for checking: they are put together from sounds that no fit has met."""
FIT_POOL, CHECK_POOL = (10_000, 900), (20_000, 400)
"""First number of the staged sounds, and how many there are of each kind."""
SINGLE_SHARE, EVEN_SHARE = 0.6, 0.5
"""Of the scenes with shots those with one; of the rest those whose shots follow evenly."""
ROOM_SHARE, WIDE_ROOM_SHARE = 0.45, 0.7
CLEAN_SHARE, OTHER_BEHIND_SHARE, GATED_SHARE = 0.35, 0.25, 0.25
CLIPPED_SHARE, AAC_SHARE = 0.35, 0.3
"""How often each thing happens to a scene."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A scene: samples (n,) of full scale 1, and when discharges truly begin (empty: none in it)."""

    name: str
    samples: Array
    rate_hz: int
    shots_s: tuple[float, ...]


def scene(number: int) -> Scene:
    """The scene of that number."""
    random = np.random.default_rng([number, 0x11_57])
    kind = random.random()
    shots_s: tuple[float, ...] = ()
    first, count = CHECK_POOL if number >= CHECK_FROM else FIT_POOL
    drawn = int(random.integers(count))
    wide = WIDE_FROM <= number < CHECK_FROM
    if wide and kind < VOLLEY_SHARE:
        name = SHOT
        wave, shots_s = _volley(random)
    elif kind < SHOT_SHARE:
        name = SHOT
        wave, shots_s = _shots(random, first + drawn)
    elif kind < STAGED_SHARE:
        name = NAMES[drawn % len(NAMES)]
        wave = _staged(name, first + drawn)
    else:
        name = list(MAKERS)[int(random.integers(len(MAKERS)))]
        wave = MAKERS[name](random, random.uniform(2.0, 5.0)) * np.exp(random.uniform(-4.0, 0.0))
    wave = _coloured(random, wave)
    if wide:
        wave, shots_s = _at_another_speed(random, wave, shots_s=shots_s)
    if random.random() < (WIDE_ROOM_SHARE if wide else ROOM_SHARE):
        wave = _in_a_room(random, wave, wettest_db=14.0 if wide else 3.0)
    wave = _with_noise(random, wave, least_db=-2.0 if wide else 6.0)
    if random.random() < GATED_SHARE:
        wave = _gated(random, wave)
    cut = round(
        max(min(shots_s, default=0.3) - 0.01, 0.0) * FULL * random.choice((0.0, 0.0, random.random(), 1.0))
    )
    wave, shots_s = wave[cut:], tuple(at_s - cut / FULL for at_s in shots_s)
    return _kept(random, wave, name=name, shots_s=shots_s)


def _staged(name: str, number: int) -> Array:
    """A sound of the catalogue as the simulator's microphone hears it, at 48 kHz."""
    folder = CACHE / f"listen-{_sound_digest()}"
    path = folder / f"{name.replace(' ', '_')}-{number}.npz"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        samples, rate_hz = heard_once(name, number, reach_m=80.0 if number % 3 else 20.0)
        np.savez(path, samples=samples, rate_hz=rate_hz)
    with np.load(path) as kept:
        samples, rate_hz = kept["samples"], int(kept["rate_hz"])
    wave: Array = resample_poly(samples / 32_768.0, FULL // 1_000, rate_hz // 1_000)
    return wave


@cache
def _sound_digest() -> str:
    """Digest of the code that makes the staged sounds."""
    digest = hashlib.sha256((REPOSITORY / "bench/simulate/sound_stage.py").read_bytes())
    for path in sorted((REPOSITORY / "src/truceline/simulate/sound").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _shots(random: Generator, number: int) -> tuple[Array, tuple[float, ...]]:
    """One shot, or a few of one place."""
    wave = _staged(SHOT, number)
    count = 1 if random.random() < SINGLE_SHARE else int(random.integers(2, 9))
    even = random.random() < EVEN_SHARE
    gap_s = random.uniform(0.07, 0.13) if even else random.uniform(0.15, 1.2)
    offsets, at_s = [0.0], 0.0
    for _ in range(count - 1):
        at_s += gap_s * (random.normal(1.0, 0.04) if even else random.uniform(0.6, 1.8))
        offsets.append(max(at_s, offsets[-1] + 0.05))
    sheet = np.zeros(len(wave) + round(offsets[-1] * FULL))
    for place, offset in enumerate(offsets):
        begin = round(offset * FULL)
        # What sounded before the first shot is one background, not one for each.
        part = wave if place == 0 else wave * (np.arange(len(wave)) > (SHOT_S - 0.02) * FULL)
        sheet[begin : begin + len(wave)] += random.uniform(0.75, 1.0) * part
    return sheet, tuple(SHOT_S + offset for offset in offsets)


def _volley(random: Generator) -> tuple[Array, tuple[float, ...]]:
    """Many shots from a few places, at any intervals."""
    first, count = FIT_POOL
    waves = [_staged(SHOT, first + int(random.integers(count))) for _ in range(int(random.integers(1, 5)))]
    length_s = random.uniform(*VOLLEY_S)
    offsets = np.sort(random.uniform(0.0, length_s, int(random.integers(6, MOST_SHOTS))))
    sheet = np.zeros(max(map(len, waves)) + round((length_s + 0.1) * FULL))
    for place, offset in enumerate(offsets):
        wave = waves[int(random.integers(len(waves)))]
        begin = round(float(offset) * FULL)
        part = wave if place == 0 else wave * (np.arange(len(wave)) > (SHOT_S - 0.02) * FULL)
        sheet[begin : begin + len(wave)] += random.uniform(0.75, 1.0) * part
    return sheet, tuple(SHOT_S + float(offset) for offset in offsets)


def _coloured(random: Generator, wave: Array) -> Array:
    """Another microphone: a tilt and a few broad bumps."""
    spectrum = np.fft.rfft(wave)
    octave = np.log2(np.maximum(np.fft.rfftfreq(len(wave), 1.0 / FULL), 20.0) / 1_000.0)
    gain_db = random.normal(0.0, 1.8) * octave
    for _ in range(3):
        gain_db = gain_db + random.normal(0.0, 3.0) * np.exp(-((octave - random.uniform(-3, 2)) ** 2))
    changed: Array = np.fft.irfft(spectrum * 10.0 ** (np.clip(gain_db, -30.0, 20.0) / 20.0), len(wave))
    return changed


def _at_another_speed(
    random: Generator, wave: Array, *, shots_s: tuple[float, ...]
) -> tuple[Array, tuple[float, ...]]:
    """Slower or faster by a sixth at most: larger and smaller things."""
    percent = int(random.integers(86, 117))
    return resample_poly(wave, 100, percent), tuple(at_s * 100.0 / percent for at_s in shots_s)


def _in_a_room(random: Generator, wave: Array, *, wettest_db: float) -> Array:
    """A room's or a valley's tail: noise that dies away, highs before lows."""
    fall_s = np.exp(random.uniform(np.log(0.15), np.log(2.2)))
    length = round(min(fall_s, 1.2) * FULL)
    times = np.arange(length) / FULL
    tail = random.normal(0.0, 1.0, length) * np.exp(-6.9 * times / fall_s)
    dull = random.uniform(0.0, 0.9)
    tail[1:] = (1.0 - dull) * tail[1:] + dull * tail[:-1]
    tail /= np.sqrt(np.sum(tail**2))
    late = round(random.uniform(0.001, 0.03) * FULL)
    wet = fftconvolve(wave, tail)[: len(wave)]
    mixed = wave.copy()
    mixed[late:] += 10.0 ** (random.uniform(-18.0, wettest_db) / 20.0) * wet[: len(wave) - late]
    return mixed


def _with_noise(random: Generator, wave: Array, *, least_db: float) -> Array:
    """A background of its own: noise of some colour, sometimes other sounds."""
    if random.random() < CLEAN_SHARE:
        return wave
    strength = np.sqrt(np.max(np.convolve(wave**2, np.ones(960) / 960.0, "same")))
    if random.random() < OTHER_BEHIND_SHARE:
        name = list(MAKERS)[int(random.integers(len(MAKERS)))]
        back = MAKERS[name](random, len(wave) / FULL + 0.01)[: len(wave)]
    else:
        spectrum = np.fft.rfft(random.normal(0.0, 1.0, len(wave)))
        frequency_hz = np.maximum(np.fft.rfftfreq(len(wave), 1.0 / FULL), 40.0)
        back = np.fft.irfft(spectrum * frequency_hz ** -random.uniform(0.0, 1.3), len(wave))
    back = back / max(float(np.sqrt(np.mean(back**2))), 1e-9)
    noisy: Array = wave + back * strength * 10.0 ** (-random.uniform(least_db, 45.0) / 20.0)
    return noisy


def _gated(random: Generator, wave: Array) -> Array:
    """An editor's or a recorder's gate: what is quiet becomes digital silence."""
    level = np.sqrt(np.convolve(wave**2, np.ones(2_400) / 2_400.0, "same"))
    shut = level < float(level.max()) * 10.0 ** (-random.uniform(15.0, 45.0) / 20.0)
    gated: Array = np.where(shut, 0.0, wave)
    return gated


def _kept(random: Generator, wave: Array, *, name: str, shots_s: tuple[float, ...]) -> Scene:
    """Gain, rails, rate and coding."""
    peak = max(float(np.abs(wave).max(initial=0.0)), 1e-9)
    over = (
        10.0 ** (random.uniform(0.0, 14.0) / 20.0)
        if random.random() < CLIPPED_SHARE
        else random.uniform(0.02, 1.0)
    )
    rate_hz = RATES_HZ[int(random.integers(len(RATES_HZ)))]
    lower = resample_poly(wave * over / peak, rate_hz // 25, FULL // 25)
    samples = np.clip(np.rint(lower * 32_768.0), -32_768, 32_767).astype(np.int16)
    if rate_hz >= 16_000 and random.random() < AAC_SHARE:
        samples = through_aac(samples, rate_hz)
    return Scene(name, samples / 32_768.0, rate_hz, shots_s)
