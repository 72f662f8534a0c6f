"""Bangs: shots and what can be taken for them, as pressures at 1 m with a largest value of about 1.

Each maker takes a random stream and a length, which those ignore that have their own.
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from truceline.simulate.sound.sources import waves

Array = NDArray[np.float64]


def shot(random: Generator, length_s: float) -> Array:  # noqa: ARG001
    """A muzzle blast: positive for about a millisecond, over after five, with the swirl of gas behind it."""
    blast = waves.friedlander(random.uniform(0.75e-3, 1.25e-3))
    times = waves.times_s(0.030)
    gas = random.normal(0.0, 1.0, len(times)) * np.exp(-times / 0.006) * (1.0 - np.exp(-times / 0.001))
    return waves.strung([(0.0, blast), (0.0, 0.25 * waves.banded(gas, 150.0, high_hz=3_000.0))])


def firecracker(random: Generator, length_s: float) -> Array:  # noqa: ARG001
    """One small charge."""
    return waves.friedlander(random.uniform(0.2e-3, 0.5e-3))


def firecrackers(random: Generator, length_s: float) -> Array:
    """A string of small charges, irregular in time and strength, over the whole length."""
    pieces, at_s = [], 0.0
    while at_s < max(length_s, 0.8):
        pieces.append((at_s, random.lognormal(-0.6, 0.5) * firecracker(random, 0.0)))
        at_s += random.exponential(0.09) + 0.01
    return waves.whole(waves.strung(pieces))


def firework(random: Generator, length_s: float) -> Array:  # noqa: ARG001
    """A shell that bursts in the air: one heavy report, then in two of three cases crackling stars."""
    report = waves.friedlander(random.uniform(1.8e-3, 3.2e-3))
    pieces = [(0.0, report)]
    if random.random() < 2.0 / 3.0:
        begin_s, end_s = random.uniform(0.25, 0.6), random.uniform(0.9, 1.9)
        for at_s in np.sort(random.uniform(begin_s, end_s, int(random.integers(25, 90)))):
            swell = np.sin(np.pi * (at_s - begin_s) / (end_s - begin_s))
            pieces.append((float(at_s), 0.07 * swell * random.lognormal(0.0, 0.5) * firecracker(random, 0.0)))
    return waves.strung(pieces)


def firework_lift(random: Generator, length_s: float) -> Array:
    """A rocket on its way up: a thud, then a rising whistle with hiss."""
    times = waves.times_s(max(length_s, 1.1))
    climb = times / times[-1]
    pitch_hz = random.uniform(1_400.0, 1_900.0) + random.uniform(600.0, 1_400.0) * climb
    turns = 2.0 * np.pi * np.cumsum(pitch_hz) / waves.RATE_HZ
    hiss = waves.banded(random.normal(0.0, 1.0, len(times)), 800.0, high_hz=7_000.0)
    whistle = np.sin(turns) + 0.35 * np.sin(2.0 * turns) + 0.5 * waves.whole(hiss)
    thud = waves.friedlander(4e-3, rise_s=0.5e-3)
    return waves.strung([(0.0, 0.9 * thud), (0.02, 0.3 * waves.faded(whistle, 0.15, fall_s=0.3))])


def bird_scarer(random: Generator, length_s: float) -> Array:  # noqa: ARG001
    """Gas set off in a tube to scare birds: slower than a shot, with the tube's note."""
    bang = waves.friedlander(random.uniform(2.2e-3, 3.2e-3), rise_s=0.15e-3)
    tube_hz = random.uniform(95.0, 140.0) * np.array([1.0, 3.0, 5.0])
    note = waves.modes(tube_hz, qualities=np.full(3, 5.0), strengths=np.array([1.0, 0.5, 0.3]), length_s=0.15)
    return waves.strung([(0.0, bang), (0.002, 0.3 * waves.whole(note))])


def loudspeaker_bangs(random: Generator, length_s: float) -> Array:
    """Recorded shots played through a horn: its band, its overload, the echo of where they were taken."""
    pieces, at_s = [], 0.05
    times = waves.times_s(0.5)
    while at_s < max(length_s, 0.6):
        room = random.normal(0.0, 1.0, len(times)) * np.exp(-times / 0.08)
        played = waves.strung([(0.0, shot(random, 0.0)), (0.01, 0.1 * room)])
        pieces.append((at_s, random.uniform(0.7, 1.0) * played))
        at_s += random.uniform(0.15, 0.6)
    through = waves.banded(waves.strung(pieces), 350.0, high_hz=3_800.0, order=3)
    return waves.whole(np.tanh(2.5 * waves.whole(through)))


def backfire(random: Generator, length_s: float) -> Array:  # noqa: ARG001
    """Unburnt mixture going off in an exhaust: a soft-edged bang that the pipe rings after."""
    bang = waves.friedlander(random.uniform(2.0e-3, 3.5e-3), rise_s=random.uniform(0.3e-3, 0.8e-3))
    pipe_hz = random.uniform(70.0, 130.0) * np.array([1.0, 2.02, 3.05, 4.1, 5.2])
    ring = waves.modes(pipe_hz, qualities=np.full(5, 9.0), strengths=1.0 / np.arange(1.0, 6.0), length_s=0.25)
    puff = random.normal(0.0, 1.0, len(ring)) * np.exp(-waves.times_s(0.25) / 0.02)
    after = 0.6 * waves.whole(ring) + 0.15 * waves.whole(waves.banded(puff, 200.0, high_hz=2_500.0))
    return waves.whole(waves.strung([(0.0, bang), (0.001, after)]))


def bag_pop(random: Generator, length_s: float) -> Array:  # noqa: ARG001
    """An air-filled bag burst between the hands."""
    burst = waves.friedlander(random.uniform(0.5e-3, 1.1e-3), rise_s=random.uniform(0.05e-3, 0.2e-3))
    times = waves.times_s(0.04)
    flutter = random.normal(0.0, 1.0, len(times)) * np.exp(-times / 0.008)
    return waves.strung([(0.0, burst), (0.0005, 0.12 * waves.banded(flutter, 800.0, high_hz=8_000.0))])


def clap(random: Generator, length_s: float) -> Array:  # noqa: ARG001
    """One clap of hands: a short pulse and the hollow of the palms."""
    hollow_hz = random.uniform(700.0, 1_400.0)
    ring = waves.modes(
        np.array([hollow_hz, 2.3 * hollow_hz]),
        qualities=np.array([3.0, 4.0]),
        strengths=np.array([1.0, 0.5]),
        length_s=0.03,
    )
    return waves.whole(waves.strung([(0.0, waves.friedlander(0.25e-3)), (0.0, 0.8 * ring)]))


def thunder(random: Generator, length_s: float) -> Array:
    """A stroke's thunder: its channel is kilometres long, so that its parts arrive over seconds."""
    length_s = max(length_s, 5.0)
    pieces = []
    begin_s = 0.0
    for _ in range(int(random.integers(3, 7))):
        count = int(random.integers(40, 160))
        spread_s = random.uniform(0.2, 1.2)
        strength = random.uniform(0.3, 1.0) * np.exp(-begin_s / (0.4 * length_s))
        for at_s in begin_s + random.gamma(2.0, spread_s / 2.0, count):
            positive_s = random.uniform(4e-3, 25e-3)
            if at_s < length_s:
                wave = waves.friedlander(positive_s, rise_s=0.3 * positive_s)
                pieces.append((float(at_s), strength * random.lognormal(-1.0, 0.6) * wave))
        begin_s += random.uniform(0.1, 0.35) * length_s
    roll = waves.strung(pieces, length_s=length_s)
    return waves.whole(waves.faded(roll, 0.1, fall_s=1.0))
