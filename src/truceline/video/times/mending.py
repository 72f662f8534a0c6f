"""Time stamps that jump, run backward or are wrong: what can be mended is mended, with a bound, and said."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ticks = NDArray[np.int64]
Seconds = NDArray[np.float64]

RESTART_BOUND_S = 60.0
"""Where stamps start anew nobody knows how long the recorder was away. A recorder that restarts by itself is
taken to be back within this; a longer pause is outside the bound, which is why the restart is said."""

MOST_JUMP_S = 86_400.0
"""A jump of more than a day inside one file is taken for a broken stamp, not for a day without pictures."""

LOOK_AHEAD = 50
"""Packets that a stretch of wrong stamps may last; longer stretches are taken for a restart."""

MOST_BREAKS_SHARE = 0.2
FEWEST_BREAKS = 10
"""With more breaks than these, stamps are worthless and frames are counted instead."""

_FAR_STEPS = 10.0
_FAR_S = 1.0
_SAME_STEPS = 2.0
_SAME_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Mended:
    """Stamps (n,) that run on, in ticks, with the doubt (n,) that mending leaves, in seconds.

    Attributes:
        restarts: Ordinals at which the stamps start anew.
        wrong: How many stamps were replaced.
        worthless: The stamps are of no use; they were replaced by counting.
    """

    ticks: Ticks
    doubt_s: Seconds
    restarts: tuple[int, ...]
    wrong: int
    worthless: bool


def mended(stamps: Ticks, *, step: float, tick_s: float) -> Mended:
    """Stamps in decoding order, made to run on.

    1. A short stretch that leaves the sequence and comes back to it is wrong: it is drawn straight between
       its neighbours, and its doubt is the time between them.
    2. Where stamps fall back, or leap by more than a day, and do not come back, they start anew: from there
       they are moved to run on two steps later (so that the ledger shows a gap), with ``RESTART_BOUND_S``.
    3. When a fifth of all stamps breaks the sequence they say nothing, and packets are counted.

    Args:
        stamps: (n,) ticks; decoding times, or presentation times of a stream that is not reordered.
        step: Usual ticks from one to the next.
        tick_s: Seconds a tick.
    """
    count = len(stamps)
    steps = np.diff(stamps.astype(np.float64))
    far = max(_FAR_STEPS * step, _FAR_S / tick_s)
    suspects = [int(place) + 1 for place in np.flatnonzero((steps < -_SAME_STEPS * step) | (steps > far))]
    # (3)
    if len(suspects) > max(FEWEST_BREAKS, MOST_BREAKS_SHARE * count):
        counted = np.round(np.arange(count) * max(step, 1.0)).astype(np.int64)
        return Mended(counted, np.zeros(count), (), count, True)
    good, restarts = _sorted_out(stamps, suspects, step=step, day=MOST_JUMP_S / tick_s)
    ticks, doubt_s = _run_on(stamps, good, restarts=restarts, step=step, tick_s=tick_s)
    return Mended(ticks, doubt_s, tuple(restarts), int(count - good.sum()), False)


def _sorted_out(
    stamps: Ticks, suspects: list[int], *, step: float, day: float
) -> tuple[NDArray[np.bool_], list[int]]:
    """Which stamps to believe, and where they start anew."""
    good = np.ones(len(stamps), dtype=np.bool_)
    restarts: list[int] = []
    for place in suspects:
        if not good[place] or not good[place - 1]:
            continue
        change = float(stamps[place]) - float(stamps[place - 1])
        # (1)
        back = _comes_back(stamps, place, step=step)
        if back is not None:
            good[place:back] = False
            continue
        left = _had_left(stamps, place, step=step) if change < 0 else None
        if left is not None and good[left:place].all():
            good[left:place] = False
            continue
        # (2)
        if change < 0 or change > day:
            restarts.append(place)
    return good, restarts


def _comes_back(stamps: Ticks, place: int, *, step: float) -> int | None:
    """Where the sequence goes on after a stretch that starts at ``place``."""
    before = float(stamps[place - 1])
    for after in range(place + 1, min(place + LOOK_AHEAD, len(stamps))):
        if _continues(float(stamps[after]) - before, after - place + 1, step=step):
            return after
    return None


def _had_left(stamps: Ticks, place: int, *, step: float) -> int | None:
    """Where the stretch began that ends at ``place``, when its stamps were too high."""
    now = float(stamps[place])
    for first in range(place - 1, max(place - LOOK_AHEAD, 0), -1):
        if float(stamps[first]) <= now:
            return None
        if _continues(now - float(stamps[first - 1]), place - first + 1, step=step):
            return first
    return None


def _continues(change: float, steps: int, *, step: float) -> bool:
    slack = max(_SAME_STEPS * step, _SAME_SHARE * steps * step)
    return change > 0 and abs(change - steps * step) <= slack


def _run_on(
    stamps: Ticks, good: NDArray[np.bool_], *, restarts: list[int], step: float, tick_s: float
) -> tuple[Ticks, Seconds]:
    ticks, doubt_s = stamps.copy(), np.zeros(len(stamps))
    known = np.flatnonzero(good)
    for place in restarts:
        # Python's integers: stamps that mean nothing can be as large as a stamp gets.
        before = int(known[known < place][-1])
        shift = int(ticks[before]) + round(2 * max(step, 1.0)) - int(stamps[place])
        end = next((other for other in restarts if other > place), len(stamps))
        ticks[place:end] = np.array([int(one) + shift for one in stamps[place:end]], dtype=np.object_).astype(
            np.int64
        )
        doubt_s[place:] += RESTART_BOUND_S
    wrong = np.flatnonzero(~good)
    if len(wrong):
        ticks[wrong] = np.round(np.interp(wrong, known, ticks[known].astype(np.float64))).astype(np.int64)
        after = known[np.minimum(np.searchsorted(known, wrong), len(known) - 1)]
        before_them = known[np.maximum(np.searchsorted(known, wrong) - 1, 0)]
        doubt_s[wrong] += (ticks[after] - ticks[before_them]) * tick_s + step * tick_s
    return ticks, doubt_s
