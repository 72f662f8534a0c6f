"""Sparks: what is seen of firecrackers, of a rocket that goes up, and of its burst.

A string of crackers sparkles for as long as it bangs, though its sparks are not its bangs one by one. A burst
is a ball of stars far above what cameras that watch the ground see: they get its glow on the ground.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import Happening
from truceline.simulate.sensors.flash import Flash, Flight

Array = NDArray[np.float64]

SPARK_S = (0.006, 0.02)
SPARK_RADIUS_M = (0.005, 0.014)
SPARK_LIGHT = 5.0
"""Radiance of a spark while it lasts, in white surfaces in full daylight: less than a muzzle's flash."""
SPREAD_M = 0.25
CRACKERS = {"firecracker": (1, 0.01), "firecrackers": (24, 2.4)}
"""How many crackers, and over how many seconds."""
SPARKS_A_CRACKER = 14
TAIL_SHARE = 0.7
LIFT, LIFT_SPARKS, LIFT_S, LIFT_MPS = "firework-lift", 160, 0.7, 32.0
"""A rocket's start: its sparks, the time over which they fly, and how fast the highest of them rise."""
TRAIL_S, TRAIL_SPARKS = 6.0, 240
"""The next burst by the same hand within this time is that rocket's: its trail leads there."""
BURST, BURST_M = "firework", 70.0
"""A burst and its height, which is also the height that its bang is heard from."""
STARS, STAR_S, STAR_MPS = 220, (1.2, 1.9), (17.0, 22.0)
STAR_RADIUS_M, STAR_LIGHT = 0.14, 0.1
SHELLS = np.array([[1.0, 0.4, 0.25], [0.4, 1.0, 0.35], [1.0, 0.8, 0.35]], dtype=np.float32)
"""Colours of stars: red, green, gold."""
BURST_S, BURST_LIGHT, BURST_RADIUS_M = 0.3, 1.2, 0.8
BURST_GLOW = 6e-4
"""Light of the burst itself on the ground below, in full daylights: some sixty lux, as of three hundred
thousand candela 70 m above it."""


def sparks_of(happenings: Sequence[Happening], *, seed: int) -> tuple[Flash, ...]:
    """The sparks of all that bangs with a visible flame and is no shot."""
    found: list[Flash] = []
    for number, one in enumerate(happenings):
        random = np.random.default_rng([seed, 0x5BA6, number])
        if one.sound in CRACKERS:
            found += _crackers(one, random)
        elif one.sound == LIFT:
            found += _rocket(one, _its_burst(one, happenings), random=random)
        elif one.sound == BURST:
            found += _burst(one, random)
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


def _its_burst(lift: Happening, happenings: Sequence[Happening]) -> Happening | None:
    """The burst of the rocket that goes up, if it has one."""
    for one in happenings:
        after_s = one.start_s - lift.start_s
        if one.sound == BURST and one.actor_ids == lift.actor_ids and 0 < after_s < TRAIL_S:
            return one
    return None


def _rocket(lift: Happening, burst: Happening | None, *, random: np.random.Generator) -> Iterator[Flash]:
    """Sparks at its stand and of its tail, up to where it bursts."""
    for after_s in np.sort(random.uniform(0, LIFT_S, LIFT_SPARKS)).tolist():
        # Some sparks stay at its stand, the others are its tail.
        up = LIFT_MPS * after_s * float(random.uniform(0.85, 1.0)) if random.random() < TAIL_SHARE else 0.2
        aside = np.append(random.normal(0, SPREAD_M / 3, 2), 0.1 + up)
        yield _spark(lift.start_s + after_s, lift.place_enu_m + aside, random=random)
    if burst is None:
        return
    rises_s, way = burst.start_s - lift.start_s, _above(burst) - lift.place_enu_m
    for share in np.sort(random.uniform(0, 1, TRAIL_SPARKS)).tolist():
        # Ever slower: it hangs still when it bursts.
        risen = way * (share * (2 - share)) + random.normal(0, SPREAD_M, 3)
        yield _spark(lift.start_s + share * rises_s, lift.place_enu_m + risen, random=random)


def _above(burst: Happening) -> Array:
    place: Array = burst.place_enu_m + np.array([0.0, 0.0, BURST_M])
    return place


def _burst(one: Happening, random: np.random.Generator) -> Iterator[Flash]:
    """A flash that lights the ground, and a ball of stars."""
    middle = _above(one)
    colour = SHELLS[int(random.integers(len(SHELLS)))]
    yield Flash(one.start_s, middle, BURST_S, BURST_RADIUS_M, BURST_LIGHT, glow=BURST_GLOW)
    directions = random.normal(size=(STARS, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    for direction in directions:
        flight = Flight(direction * float(random.uniform(*STAR_MPS)), colour)
        lasts_s = float(random.uniform(*STAR_S))
        yield Flash(one.start_s, middle, lasts_s, STAR_RADIUS_M, STAR_LIGHT, flight)


def _spark(at_s: float, place_enu_m: Array, *, random: np.random.Generator) -> Flash:
    lasts_s, radius_m = float(random.uniform(*SPARK_S)), float(random.uniform(*SPARK_RADIUS_M))
    return Flash(at_s, place_enu_m, lasts_s, radius_m, SPARK_LIGHT * float(np.exp(random.normal(0, 0.5))))
