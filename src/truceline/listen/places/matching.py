"""Matching: which discharges of several recordings are the same, and when each microphone heard it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.records.sounds import DischargeHeard
from truceline.records.time import UtcNs

Array = NDArray[np.float64]

SLOWEST_SOUND_MPS: Final = 315.0
ALIKE_S: Final = 0.015
"""Impulses of a series reach two microphones at the same intervals, to what picking the onsets is worth."""
CLOCK_SIGMAS: Final = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Ear:
    """A microphone that takes part.

    Attributes:
        microphone_id: Its id.
        place_enu_m: (3,) site metres.
        sigma_s: Standard deviation of its times: clock, pick and place together.
        heard: What it heard; ``start_s`` of each, with its times, on one scale for all microphones.
    """

    microphone_id: str
    place_enu_m: Array
    sigma_s: float
    heard: tuple["HeardAt", ...]


@dataclass(frozen=True, slots=True, eq=False)
class HeardAt:
    """A discharge or a series: the first counted, and all that may be of it (n,).

    Times are seconds after ``origin_utc_ns``, a moment that all microphones share.
    """

    discharge: DischargeHeard
    first_s: float
    times_s: Array
    origin_utc_ns: UtcNs


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """One happening at several microphones: those that heard it, and when its first impulse reached each."""

    ears: tuple[Ear, ...]
    heard: tuple[HeardAt, ...]
    at_s: Array
    ambiguous: bool


def matched(ears: Sequence[Ear], *, least: float) -> tuple[Matched, ...]:
    """Happenings in order of time.

    Args:
        ears: The microphones.
        least: One microphone at least must hold it so probable; what the others heard only joins it.

    Each is begun by the discharge that is the most probable of those left; what of the other microphones
    could be the same, given how far apart they are and how well their clocks are known, joins it.
    """
    left = [(place, one) for place, ear in enumerate(ears) for one in ear.heard]
    left.sort(key=lambda pair: (-pair[1].discharge.probability, pair[1].first_s, pair[0]))
    found = []
    taken: set[int] = set()
    for place, first in left:
        if id(first) in taken or first.discharge.probability < least:
            continue
        group = [(ears[place], first, first.first_s)]
        ambiguous = False
        for other in range(len(ears)):
            rivals = [one for where, one in left if where == other and id(one) not in taken]
            if other == place or not rivals:
                continue
            best = _best(rivals, first, longest_s=_longest_s(ears[place], ears[other]))
            if best is not None:
                joined, shift_s, doubtful = best
                group.append((ears[other], joined, first.first_s + shift_s))
                ambiguous |= doubtful
        taken.update(id(one) for _, one, _ in group)
        group.sort(key=lambda row: row[2])
        found.append(
            Matched(
                tuple(row[0] for row in group),
                tuple(row[1] for row in group),
                np.array([row[2] for row in group]),
                ambiguous,
            )
        )
    return tuple(sorted(found, key=lambda one: float(one.at_s[0])))


def _longest_s(first: Ear, second: Ear) -> float:
    """No sound arrives later at one than at the other by more than this."""
    apart_m = float(np.linalg.norm(first.place_enu_m - second.place_enu_m))
    return apart_m / SLOWEST_SOUND_MPS + CLOCK_SIGMAS * float(np.hypot(first.sigma_s, second.sigma_s))


def _best(
    rivals: Sequence[HeardAt], first: HeardAt, *, longest_s: float
) -> tuple[HeardAt, float, bool] | None:
    """The rival that fits best, the shift from the first to it, and whether another shift fits as well."""
    best: tuple[int, float, HeardAt, float] | None = None
    tied = False
    for rival in rivals:
        for fit, shift_s in _shifts(first.times_s, rival.times_s, longest_s=longest_s):
            better = best is None or (fit, rival.discharge.probability) > (best[0], best[1])
            same = best is not None and fit == best[0] and abs(shift_s - best[3]) > ALIKE_S
            tied = (tied and not better) or (same and not better)
            if better:
                best = (fit, rival.discharge.probability, rival, shift_s)
    return None if best is None else (best[2], best[3], tied)


def _shifts(first_s: Array, second_s: Array, *, longest_s: float) -> list[tuple[int, float]]:
    """Shifts within reach, each with how many impulses agree to it, the best first."""
    every = (second_s[None, :] - first_s[:, None]).ravel()
    found = []
    for shift_s in every[np.abs(every) <= longest_s]:
        near = every[np.abs(every - shift_s) <= ALIKE_S]
        found.append((len(near), float(np.median(near))))
    return sorted(set(found), key=lambda pair: (-pair[0], abs(pair[1])))
