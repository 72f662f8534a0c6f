"""Blows: doors, hammers, falling things and feet, as pressures at 1 m with a largest value of about 1."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from truceline.simulate.sound.sources import waves

Array = NDArray[np.float64]


def door(random: Generator, length_s: float) -> Array:  # noqa: ARG001
    """A vehicle's door: the panel's thump, the latch's two clicks, a rattle."""
    panel_hz = random.uniform(85.0, 140.0) * np.array([1.0, 1.7, 2.9, 4.7, 8.1])
    thump = waves.modes(
        panel_hz,
        qualities=np.array([4.0, 5.0, 6.0, 7.0, 8.0]),
        strengths=np.array([1.0, 0.8, 0.7, 0.5, 0.35]),
        length_s=0.3,
    )
    slap = waves.friedlander(2.0e-3, rise_s=1.0e-3)
    click = _latch(random)
    gap_s = random.uniform(0.008, 0.02)
    pieces = [
        (0.0, 0.7 * click),
        (gap_s, waves.whole(thump)),
        (gap_s, 0.6 * slap),
        (gap_s + 0.006, 0.6 * click),
    ]
    return waves.whole(waves.strung(pieces))


def _latch(random: Generator) -> Array:
    """Metal on metal, small."""
    return waves.modes(
        random.uniform(1_500.0, 5_500.0, 6),
        qualities=random.uniform(8.0, 20.0, 6),
        strengths=random.uniform(0.1, 0.3, 6),
        length_s=0.03,
    )


def hammer(random: Generator, length_s: float) -> Array:
    """Blows at the pace of a carpenter over the whole length: wood and nail ring alike every time."""
    body_hz = random.uniform(220.0, 420.0) * np.array([1.0, 1.52, 2.31, 3.6])
    nail_hz = random.uniform(1_800.0, 3_800.0, 3)
    pieces, at_s = [], 0.0
    pace_s = random.uniform(0.38, 0.62)
    while at_s < max(length_s, 0.4):
        wood = waves.modes(
            body_hz, qualities=np.full(4, 11.0), strengths=np.array([1.0, 0.7, 0.5, 0.3]), length_s=0.15
        )
        nail = waves.modes(nail_hz, qualities=np.full(3, 28.0), strengths=np.full(3, 0.25), length_s=0.15)
        strike = waves.friedlander(0.25e-3, rise_s=0.05e-3)
        blow = waves.whole(wood) + nail
        blow[: len(strike)] += 0.7 * strike
        pieces.append((at_s, random.uniform(0.7, 1.0) * waves.whole(blow)))
        at_s += pace_s * random.normal(1.0, 0.05)
    return waves.strung(pieces)


def clatter(random: Generator, length_s: float) -> Array:  # noqa: ARG001
    """Something of metal let fall: it bounces a few times, quicker and quicker."""
    tones_hz = random.uniform(400.0, 4_500.0, 8)
    pieces, at_s, gap_s, strength = [], 0.0, random.uniform(0.18, 0.3), 1.0
    for _ in range(int(random.integers(4, 8))):
        ring = waves.modes(
            tones_hz,
            qualities=random.uniform(15.0, 50.0, 8),
            strengths=random.uniform(0.2, 1.0, 8),
            length_s=0.35,
        )
        pieces.append((at_s, strength * waves.whole(ring)))
        at_s, gap_s, strength = at_s + gap_s, 0.62 * gap_s, 0.6 * strength
    return waves.whole(waves.strung(pieces))


def halyard(random: Generator, length_s: float) -> Array:
    """A flag's line slapping its hollow mast, at the wind's pace."""
    mast_hz = random.uniform(600.0, 1_100.0) * np.array([1.0, 2.76, 5.4])
    pieces, at_s = [], 0.0
    while at_s < max(length_s, 1.0):
        ring = waves.modes(
            mast_hz, qualities=np.full(3, 60.0), strengths=np.array([1.0, 0.6, 0.35]), length_s=0.3
        )
        pieces.append((at_s, random.lognormal(-0.4, 0.3) * waves.whole(ring)))
        at_s += random.gamma(4.0, 0.08)
    return waves.whole(waves.strung(pieces))


def footfall(random: Generator, length_s: float) -> Array:  # noqa: ARG001
    """One step: the heel's thud and the crunch of the ground."""
    times = waves.times_s(0.12)
    thud = np.sin(2.0 * np.pi * random.uniform(70.0, 120.0) * times) * np.exp(-times / 0.02)
    crunch = random.normal(0.0, 1.0, len(times)) * np.exp(-times / 0.03) * (1.0 - np.exp(-times / 0.004))
    return waves.whole(thud + 0.7 * waves.whole(waves.banded(crunch, 700.0, high_hz=5_000.0)))
