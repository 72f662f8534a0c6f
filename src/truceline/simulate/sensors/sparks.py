"""Sparks: what is seen of firecrackers and of a rocket that goes up.

A string of crackers sparkles for as long as it bangs, though its sparks are not its bangs one by one. The
burst of a rocket is far above what cameras that watch the ground see; only its start is drawn.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import Happening
from truceline.simulate.sensors.flash import Flash

Array = NDArray[np.float64]

SPARK_S = (0.006, 0.02)
SPARK_RADIUS_M = (0.012, 0.035)
SPARK_LIGHT = 5.0
"""Radiance of a spark while it lasts, in white surfaces in full daylight: less than a muzzle's flash."""
SPREAD_M = 0.25
CRACKERS = {"firecracker": (1, 0.01), "firecrackers": (24, 2.4)}
"""How many crackers, and over how many seconds."""
SPARKS_A_CRACKER = 14
TAIL_SHARE = 0.7
LIFT, LIFT_SPARKS, LIFT_S, LIFT_MPS = "firework-lift", 160, 0.7, 32.0
"""A rocket's start: its sparks, the time over which they fly, and how fast the highest of them rise."""


def sparks_of(happenings: Sequence[Happening], *, seed: int) -> tuple[Flash, ...]:
    """The sparks of all that bangs with a visible flame and is no shot."""
    found: list[Flash] = []
    for number, one in enumerate(happenings):
        random = np.random.default_rng([seed, 0x5BA6, number])
        if one.sound in CRACKERS:
            found += _crackers(one, random)
        elif one.sound == LIFT:
            found += _rocket(one, random)
    return tuple(sorted(found, key=lambda spark: spark.at_s))


def _crackers(one: Happening, random: np.random.Generator) -> Iterator[Flash]:
    count, lasts_s = CRACKERS[one.sound or ""]
    for after_s in np.sort(random.uniform(0, lasts_s, count)).tolist():
        where = one.place_enu_m + np.append(random.normal(0, SPREAD_M, 2), 0.1)
        for _ in range(SPARKS_A_CRACKER):
            flown = np.abs(random.normal(0, SPREAD_M, 3)) * (
                random.choice([-1, 1]),
                random.choice([-1, 1]),
                1,
            )
            yield _spark(one.start_s + after_s, where + flown, random=random)


def _rocket(one: Happening, random: np.random.Generator) -> Iterator[Flash]:
    for after_s in np.sort(random.uniform(0, LIFT_S, LIFT_SPARKS)).tolist():
        # Some sparks stay at its stand, the others are its tail.
        up = LIFT_MPS * after_s * float(random.uniform(0.85, 1.0)) if random.random() < TAIL_SHARE else 0.2
        aside = np.append(random.normal(0, SPREAD_M / 3, 2), 0.1 + up)
        yield _spark(one.start_s + after_s, one.place_enu_m + aside, random=random)


def _spark(at_s: float, place_enu_m: Array, *, random: np.random.Generator) -> Flash:
    lasts_s, radius_m = float(random.uniform(*SPARK_S)), float(random.uniform(*SPARK_RADIUS_M))
    return Flash(at_s, place_enu_m, lasts_s, radius_m, SPARK_LIGHT * float(np.exp(random.normal(0, 0.5))))
