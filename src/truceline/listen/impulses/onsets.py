"""Onsets: moments at which a sound rises in most bands at once above what went before and what is usual.

Method: ratios of energy after and before, band by band, as decibels (a spectral flux of log energy), with a
floor that is an order statistic of the surroundings (OS-CFAR, Rohling 1983): wind, engines and rain raise the
floor, and a level that is merely high makes no onset. Levels are only compared with one another, so that the
gain of a recording, and an automatic gain slower than the rise, change nothing.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, percentile_filter

from truceline.listen.impulses.bands import STEPS_PER_S, Banded, decibels, running_mean

Array = NDArray[np.float64]

AFTER_MS: Final = 6
BEFORE_MS: Final = 24
GUARD_MS: Final = 2
"""Milliseconds before an onset that belong to neither side: filters and soft edges begin there."""
APART_MS: Final = 35
"""Two onsets nearer than this are one: automatic fire is slower, a first echo off the ground is quicker."""
LEAST_RISE_DB: Final = 5.0
LEAST_ABOVE_DB: Final = 6.0
"""Little is asked here: what an onset is worth is the model's to say, and what is missed here is lost."""
FLOOR_S: Final = 1.5
FLOOR_PERCENT: Final = 20.0
FLOOR_HOP: Final = 10
MOST_RISE_DB: Final = 40.0
CONTEXT_S: Final = FLOOR_S + 1.0
"""An onset is judged by what lies so near to it."""


@dataclass(frozen=True, slots=True, eq=False)
class Onsets:
    """Onsets in order of time.

    Attributes:
        step: (n,) the millisecond at which each begins.
        rise_db: (n, bands) by how much each band rose.
        above_db: (n, bands) by how much it stands above the floor.
        opening: (n,) whether the recording begins with it, so that nobody heard what went before.
    """

    step: NDArray[np.int64]
    rise_db: Array
    above_db: Array
    opening: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many."""
        return len(self.step)


def onsets_of(sound: Banded) -> Onsets:
    """All onsets of a sound."""
    bands = sound.energy.shape[1]
    if len(sound) < BEFORE_MS:
        none = np.zeros((0, bands))
        return Onsets(np.zeros(0, dtype=np.int64), none, none, np.zeros(0, dtype=np.bool_))
    after = running_mean(sound.energy, AFTER_MS)
    floor = _floor(after)
    before, opening = _before(sound.energy, floor)
    rise_db = np.clip(decibels(after) - decibels(before), 0.0, MOST_RISE_DB)
    above_db = np.clip(decibels(after) - decibels(floor), 0.0, 2.0 * MOST_RISE_DB)
    novelty = rise_db.mean(axis=1)
    peak = novelty >= maximum_filter1d(novelty, 2 * APART_MS + 1)
    found = peak & (novelty >= LEAST_RISE_DB) & (above_db.mean(axis=1) >= LEAST_ABOVE_DB)
    steps = _first_of_each(np.flatnonzero(found))
    return Onsets(steps, rise_db[steps], above_db[steps], opening[steps])


def _first_of_each(steps: NDArray[np.int64]) -> NDArray[np.int64]:
    """A flat top gives several steps; the first one stands for it."""
    if len(steps) == 0:
        return steps
    first: NDArray[np.bool_] = np.concatenate([[True], np.diff(steps) > APART_MS])
    kept: NDArray[np.int64] = steps[first]
    return kept


def _before(energy: Array, floor: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Mean energy before each step, and whether the recording had only just begun.

    What went before the recording nobody knows: there the floor stands for it.
    """
    means = running_mean(energy, BEFORE_MS - GUARD_MS)
    before = np.empty_like(energy)
    before[BEFORE_MS:] = means[: len(energy) - BEFORE_MS]
    opening = np.arange(len(energy)) < BEFORE_MS
    before[:BEFORE_MS] = floor[:BEFORE_MS]
    return before, opening


def _floor(after: Array) -> Array:
    """The level that the quieter fifth of the seconds about each step stays under."""
    coarse = after[::FLOOR_HOP]
    width = 2 * round(FLOOR_S * STEPS_PER_S / FLOOR_HOP) + 1
    low = percentile_filter(coarse, FLOOR_PERCENT, size=(width, 1), mode="reflect")
    rows = np.minimum(np.arange(len(after)) // FLOOR_HOP, len(low) - 1)
    floor: Array = low[rows]
    return floor
