"""Calls: voices without words, dogs, birds, horns, as pressures at 1 m with a largest value of about 1.

No sound here is speech: syllables are vowels and hisses drawn at random, of no language.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import lfilter

from truceline.simulate.sound.sources import waves

Array = NDArray[np.float64]

HISS_SHARE = 0.6
"""Share of syllables that begin with a hiss."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice: pitch, how much louder highs are than in quiet speech, syllables a second."""

    pitch_hz: float
    effort: float
    pace_hz: float


def voice(random: Generator, length_s: float) -> Array:
    """One person talking, without words."""
    return _babble(random, Speaker(random.uniform(95.0, 140.0), 0.3, 4.6), length_s=max(length_s, 1.2))


def shout(random: Generator, length_s: float) -> Array:
    """One person shouting, without words: higher, brighter, slower."""
    return _babble(random, Speaker(random.uniform(210.0, 330.0), 1.0, 3.2), length_s=max(length_s, 0.7))


def voices(random: Generator, length_s: float) -> Array:
    """Several people at once."""
    length_s = max(length_s, 2.0)
    pieces = []
    for _ in range(5):
        pace = Speaker(random.uniform(95.0, 190.0), random.uniform(0.2, 0.6), random.uniform(3.8, 5.2))
        pieces.append(
            (random.uniform(0.0, 0.4), random.uniform(0.5, 1.0) * _babble(random, pace, length_s=length_s))
        )
    return waves.whole(waves.strung(pieces))


def loudspeaker(random: Generator, length_s: float) -> Array:
    """A loudspeaker addressing the other side: one voice through a horn, without words."""
    spoken = _babble(random, Speaker(random.uniform(110.0, 170.0), 0.7, 3.6), length_s=max(length_s, 3.0))
    return waves.whole(np.tanh(3.0 * waves.banded(spoken, 350.0, high_hz=3_800.0, order=3)))


def _babble(random: Generator, speaker: Speaker, *, length_s: float) -> Array:
    """Syllables with pauses, until the length is full."""
    pieces, at_s = [], 0.0
    while at_s < length_s:
        for _ in range(int(random.integers(2, 8))):
            long_s = random.uniform(0.6, 1.25) / speaker.pace_hz
            if at_s + long_s > length_s:
                break
            pitch = speaker.pitch_hz * random.uniform(0.88, 1.15)
            pieces.append((at_s, _syllable(random, speaker, pitch_hz=pitch, length_s=long_s)))
            at_s += 0.92 * long_s
        at_s += random.uniform(0.15, 0.5)
    return waves.whole(waves.strung(pieces, length_s=length_s))


def _syllable(random: Generator, speaker: Speaker, *, pitch_hz: float, length_s: float) -> Array:
    """One vowel, often with a hiss before it (source and filter, Fant 1960)."""
    times = waves.times_s(length_s)
    fall = 1.0 + 0.12 * (0.4 - times / length_s) + 0.01 * np.sin(2.0 * np.pi * 5.5 * times)
    turns = np.cumsum(pitch_hz * fall) / waves.RATE_HZ
    # A saw of the pitch is the glottis's flow as the lips radiate it; its highs grow with effort.
    saw: Array = 1.0 - 2.0 * (turns % 1.0)
    source = lfilter([1.0], [1.0, -0.6 + 0.5 * speaker.effort], saw) + 0.02 * random.normal(0, 1, len(times))
    formants = (
        (random.uniform(300.0, 800.0) * (1.0 + 0.2 * speaker.effort), 80.0, 1.0),
        (random.uniform(900.0, 2_200.0), 110.0, 1.2),
        (random.uniform(2_300.0, 2_900.0), 160.0, 0.9),
        (random.uniform(3_300.0, 3_900.0), 250.0, 0.5),
    )
    vowel = sum((gain * _resonance(source, at_hz, width_hz=width) for at_hz, width, gain in formants), 0.0)
    spoken = waves.faded(waves.whole(np.asarray(vowel)), 0.02, fall_s=0.04) * random.uniform(0.6, 1.0)
    if random.random() < HISS_SHARE:
        hiss_s = random.uniform(0.03, 0.08)
        hiss = random.normal(0.0, 1.0, int(hiss_s * waves.RATE_HZ))
        low_hz = random.uniform(1_500.0, 3_500.0)
        hiss = waves.whole(waves.banded(hiss, low_hz, high_hz=2.2 * low_hz))
        spoken = waves.strung([(0.0, 0.45 * waves.faded(hiss, 0.01, fall_s=0.02)), (0.6 * hiss_s, spoken)])
    return spoken


def _resonance(source: Array, at_hz: float, *, width_hz: float) -> Array:
    """A formant: two poles, gain about 1 at its middle."""
    radius = np.exp(-np.pi * width_hz / waves.RATE_HZ)
    angle = 2.0 * np.pi * at_hz / waves.RATE_HZ
    level = (1.0 - radius) * np.sqrt(1.0 - 2.0 * radius * np.cos(2.0 * angle) + radius**2)
    passed: Array = lfilter([level], [1.0, -2.0 * radius * np.cos(angle), radius**2], source)
    return passed


def dog(random: Generator, length_s: float) -> Array:
    """A dog barking until the length is full, two barks at least."""
    pitch_hz = random.uniform(280.0, 620.0)
    pieces, at_s = [], 0.0
    while at_s < max(length_s, 0.7):
        long_s = random.uniform(0.10, 0.19)
        times = waves.times_s(long_s)
        glide = pitch_hz * random.uniform(0.9, 1.1) * (1.15 - 0.45 * times / long_s)
        turns = np.cumsum(glide) / waves.RATE_HZ
        rough = 1.0 - 2.0 * (turns % 1.0) + 0.5 * random.normal(0.0, 1.0, len(times))
        throat = _resonance(rough, 2.0 * pitch_hz, width_hz=180.0)
        throat += 0.6 * _resonance(rough, 3.6 * pitch_hz, width_hz=300.0)
        pieces.append((at_s, random.uniform(0.7, 1.0) * waves.faded(waves.whole(throat), 0.012, fall_s=0.08)))
        at_s += long_s + random.uniform(0.18, 0.5)
    return waves.strung(pieces)


def bird(random: Generator, length_s: float) -> Array:
    """A few whistled notes, swept."""
    pieces, at_s = [], 0.0
    middle_hz = random.uniform(2_400.0, 5_200.0)
    for _ in range(int(random.integers(2, 9))):
        long_s = random.uniform(0.05, 0.22)
        times = waves.times_s(long_s)
        sweep_hz = middle_hz * random.uniform(0.85, 1.15) + random.uniform(-6e3, 6e3) * (times - long_s / 2.0)
        note = np.sin(2.0 * np.pi * np.cumsum(sweep_hz) / waves.RATE_HZ)
        pieces.append((at_s, waves.faded(note, 0.4 * long_s, fall_s=0.4 * long_s)))
        at_s += long_s + random.uniform(0.02, 0.2)
    return waves.strung(pieces, length_s=length_s)


def horn(random: Generator, length_s: float) -> Array:
    """A vehicle's horn: two reeds a third apart."""
    times = waves.times_s(max(length_s, 0.5))
    low_hz = random.uniform(390.0, 430.0)
    wave = np.zeros(len(times))
    for reed_hz in (low_hz, 1.26 * low_hz):
        for overtone in range(1, 12):
            weight = 1.0 / (1.0 + (0.35 * overtone - 1.4) ** 2)
            wave += weight * np.sin(2.0 * np.pi * reed_hz * overtone * times + overtone)
    return waves.whole(waves.faded(wave, 0.03, fall_s=0.05))


def whistle(random: Generator, length_s: float) -> Array:
    """A pea whistle: a high tone that trills."""
    times = waves.times_s(max(length_s, 0.6))
    trill_hz = random.uniform(2_700.0, 3_300.0) + 120.0 * np.sin(
        2.0 * np.pi * random.uniform(28.0, 40.0) * times
    )
    tone = np.sin(2.0 * np.pi * np.cumsum(trill_hz) / waves.RATE_HZ)
    breath = waves.banded(random.normal(0.0, 1.0, len(times)), 2_000.0, high_hz=6_000.0)
    return waves.whole(waves.faded(tone + 0.1 * waves.whole(breath), 0.03, fall_s=0.04))
