"""Bursts: flashes beside one subject that belong together, and the probability that it fired.

Two accounts of the same flashes are weighed. Somebody who fires shows flashes at a rate that depends on the
rounds, the exposure and the picture rate, all of them unknown. Somebody who does not shows them at the rate
at which light plays on people: seldom on who stands, more often on who moves. Both rates vary from case to
case, so that counts follow a negative binomial law (a gamma-mixed Poisson; Greenwood and Yule 1920), and two
glints of one bright sleeve are not two independent witnesses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

from truceline.events.discharges.near import NearFlash
from truceline.records.time import NS_PER_S, UtcNs

LONGEST_PAUSE_S = 5.0
"""Flashes farther apart are two bursts: where one round in ten is caught, forty rounds in eleven seconds
leave pauses of a few seconds."""
AROUND_S = 2.0
"""A burst was watched for so long beyond its first and last flash: what was not seen there counts too."""
PRIOR = 0.01
"""P(somebody fires in a stretch of watching them) before anything was seen: such lines are quiet."""
FIRING_RATE, FIRING_SHAPE = 0.6, 1.0
"""Flashes a second of who fires: a round every half second, every third of them caught, or any share."""
STANDING_RATE, MOVING_RATE, GLINT_SHAPE = 0.004, 0.05, 0.5
"""Flashes a second beside who does not fire: measured on open footage of people who walk (0.02 to 0.04 a
second, rounded up) and on the simulator's who stand (bench/events)."""
STANDS_BELOW_MPS = 0.6
"""Who moves slower than this stands or lies, but for arms."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Flashes beside one subject.

    Attributes:
        flashes: In order of time; ``seen`` how many of them differ in time: two cameras may see one.
        probability: That the subject fired at least once.
        standing: Whether it stood or lay at most of them.
    """

    subject_id: str
    flashes: tuple[NearFlash, ...]
    seen: int
    probability: float
    standing: bool

    @property
    def first_utc_ns(self) -> UtcNs:
        """Of the first flash."""
        return self.flashes[0].flash.utc_ns

    @property
    def last_utc_ns(self) -> UtcNs:
        """Of the last flash."""
        return self.flashes[-1].flash.utc_ns

    @property
    def camera_ids(self) -> tuple[str, ...]:
        """The cameras that saw them, in order of the first each saw."""
        return tuple(dict.fromkeys(one.flash.camera_id for one in self.flashes))


def bursts_of(near: Sequence[NearFlash]) -> tuple[Burst, ...]:
    """The bursts among flashes beside subjects, in order of time."""
    by_subject: dict[str, list[NearFlash]] = {}
    for one in sorted(near, key=lambda each: (each.flash.utc_ns, each.flash.camera_id, each.flash.at_px)):
        by_subject.setdefault(one.subject_id, []).append(one)
    bursts = [_burst(group) for flashes in by_subject.values() for group in _together(flashes)]
    return tuple(sorted(bursts, key=lambda burst: (burst.first_utc_ns, burst.subject_id)))


def _together(flashes: Sequence[NearFlash]) -> list[list[NearFlash]]:
    groups: list[list[NearFlash]] = []
    for one in flashes:
        if groups and (one.flash.utc_ns - groups[-1][-1].flash.utc_ns) / NS_PER_S <= LONGEST_PAUSE_S:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _burst(flashes: Sequence[NearFlash]) -> Burst:
    seen = len({one.flash.utc_ns for one in flashes})
    slow = sum(one.speed_mps < STANDS_BELOW_MPS for one in flashes)
    standing = 2 * slow > len(flashes)
    watched_s = (flashes[-1].flash.utc_ns - flashes[0].flash.utc_ns) / NS_PER_S + AROUND_S
    return Burst(
        flashes[0].subject_id, tuple(flashes), seen, fired(seen, watched_s, standing=standing), standing
    )


def fired(flashes: int, watched_s: float, *, standing: bool) -> float:
    """P(somebody fired | so many flashes beside them in so many seconds)."""
    glints = STANDING_RATE if standing else MOVING_RATE
    ratio = exp(
        _log_chance(flashes, FIRING_RATE * watched_s, shape=FIRING_SHAPE)
        - _log_chance(flashes, glints * watched_s, shape=GLINT_SHAPE)
    )
    odds = PRIOR / (1.0 - PRIOR) * ratio
    return odds / (1.0 + odds)


def _log_chance(count: int, mean: float, *, shape: float) -> float:
    """Logarithm of the chance of a count whose Poisson mean is gamma distributed with this mean and shape."""
    return (
        lgamma(count + shape)
        - lgamma(shape)
        - lgamma(count + 1.0)
        + shape * log(shape / (shape + mean))
        + count * log(mean / (shape + mean))
    )
