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
LONG: Final = 6
"""Discharges counted that make a series long: echoes of one are fewer."""
RIVAL_SHARE: Final = 0.8
"""Where another shift explains so much of what the best one does, nobody can say which it is."""


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
    """A discharge or a series: the times of all that may be of it (n,), increasing, and their probabilities.

    Times are seconds after ``origin_utc_ns``, a moment that all microphones share.
    """

    discharge: DischargeHeard
    times_s: Array
    chances: Array
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
    left.sort(key=lambda pair: (-pair[1].discharge.probability, float(pair[1].times_s[0]), pair[0]))
    found = []
    taken: set[int] = set()
    for place, first in left:
        if id(first) in taken or first.discharge.probability < least:
            continue
        group = [(ears[place], first, float(first.times_s[0]))]
        ambiguous = False
        for other in range(len(ears)):
            rivals = [one for where, one in left if where == other and id(one) not in taken]
            if other == place or not rivals:
                continue
            best = _best(rivals, first, longest_s=_longest_s(ears[place], ears[other]))
            if best is not None:
                joined, shift_s, doubtful = best
                group.append((ears[other], joined, float(first.times_s[0]) + shift_s))
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
    """The rival that fits best, the shift to it, and whether another shift fits nearly as well.

    What comes first came straight, whatever came after it as an echo: so first is put to first. Of two long
    series one may have been heard from its second on: there the intervals decide.
    """
    fits = [
        (fit, shift_s, row)
        for row, rival in enumerate(rivals)
        for fit, shift_s in _shifts(first, rival, longest_s=longest_s)
    ]
    if not fits:
        return None
    best, shift_s, row = max(fits)
    if min(first.discharge.count.best, rivals[row].discharge.count.best) >= LONG:
        others = [fit for fit, other_s, where in fits if where != row or abs(other_s - shift_s) > ALIKE_S]
        return rivals[row], shift_s, max(others, default=0.0) >= RIVAL_SHARE * best
    for rival in rivals:
        straight_s = float(rival.times_s[0] - first.times_s[0])
        if abs(straight_s) <= longest_s:
            return rival, straight_s, False
    return rivals[row], shift_s, len(fits) > 1


def _shifts(first: HeardAt, second: HeardAt, *, longest_s: float) -> list[tuple[float, float]]:
    """Shifts within reach, each with how much agrees to it: impulses by the probabilities of both."""
    every = (second.times_s[None, :] - first.times_s[:, None]).ravel()
    weight = np.sqrt(second.chances[None, :] * first.chances[:, None]).ravel()
    found = []
    for shift_s in every[np.abs(every) <= longest_s]:
        near = np.abs(every - shift_s) <= ALIKE_S
        found.append((float(weight[near].sum()), float(np.average(every[near], weights=weight[near]))))
    return found
