"""Roll: what is left of a sound when it has been given back many times over, by woods, slopes and streets."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from truceline.simulate.model.world import SolidKind, World

Array = NDArray[np.float64]
Spectrum = NDArray[np.complex128]

RATE_HZ: Final = 48_000
OPEN_M = 110.0
"""Distance at which, in the open, the roll's low frequencies hold as much energy as the direct sound's.

Set, with the next, so that a shot's fall lies within that of real recordings
(bench/simulate/sound_realism.py); that it differs by a quarter from place to place is an estimate."""
NEARER = 0.9
"""A full wood or street brings that distance down by exp of this."""
FADING_S = 1.6
"""Time in which the roll's low frequencies fall by 60 dB; a quarter from place to place, estimate."""
SPREAD = 0.25
RISING_S = 0.008
FULL_TREES, FULL_HOUSES = 40, 8
FIRST_CELL = 1_000_000
CELL_M = 15.0
"""Sources within a square of this width share their roll."""
BANDS: Final = (
    (0.0, 300.0, 1.0),
    (300.0, 900.0, 0.75),
    (900.0, 2_200.0, 0.5),
    (2_200.0, 5_000.0, 0.33),
    (5_000.0, 24_000.0, 0.2),
)
"""From and to, Hz; the time of fading as a share of that of the lows: leaves and air take the highs first."""


@dataclass(frozen=True, slots=True)
class Roll:
    """A place's roll: distance where its energy equals the direct sound's, time to fall by 60 dB, seed."""

    equal_m: float
    fading_s: float
    seed: tuple[int, ...]

    def share(self, distance_m: float) -> float:
        """What of the roll's pressure is left away from its source: even near by, far off as 1/r.

        So its energy is never more than four times (6 dB above) that of the direct sound.
        """
        return float(1.0 / np.hypot(1.0, distance_m / (2.0 * self.equal_m)))


def roll_of(world: World, seed: tuple[int, ...]) -> Roll:
    """The roll of a world, by its trees and houses; the first of the seeds is the scenario's."""
    houses = sum(solid.kind is SolidKind.BUILDING for solid in world.solids)
    closed = min(max(len(world.trees) / FULL_TREES, houses / FULL_HOUSES), 1.0)
    random = np.random.default_rng([seed[0], 0x50_02])
    equal_m = OPEN_M * np.exp(-NEARER * closed) * random.lognormal(0.0, SPREAD)
    return Roll(float(equal_m), float(FADING_S * random.lognormal(0.0, SPREAD)), seed)


def rolled(roll: Roll, source_enu_m: Array, *, count: int, length_s: float) -> Spectrum:
    """The roll of a source that gives 1 at 1 m, from the direct sound's arrival on, as a spectrum.

    Its bins are those of ``count`` samples at 48 kHz, an even number; it is over after ``length_s``.

    Method: noise that fades exponentially (Polack 1988), in bands that each have their own time.
    """
    cell = np.floor(source_enu_m[:2] / CELL_M).astype(np.int64)
    return _from_cell(roll, (int(cell[0]), int(cell[1])), count=count, length_s=length_s)


@lru_cache(maxsize=16)
def _from_cell(roll: Roll, cell: tuple[int, int], *, count: int, length_s: float) -> Spectrum:
    """The roll of all sources in a cell; kept, because shots come in series from one place. Read-only."""
    random = np.random.default_rng([*roll.seed, 0x50_03, cell[0] + FIRST_CELL, cell[1] + FIRST_CELL])
    times_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    noise = random.normal(0.0, 1.0, len(times_s)) * (1.0 - np.exp(-times_s / RISING_S))
    noise *= np.clip((length_s - times_s) / (0.3 * length_s), 0.0, 1.0)
    frequency_hz = fft.rfftfreq(count, 1.0 / RATE_HZ)
    whole: Spectrum = np.zeros(len(frequency_hz), dtype=np.complex128)
    level = 1.0 / (roll.equal_m * np.sqrt(np.sum(np.exp(-2.0 * np.log(1e3) * times_s / roll.fading_s))))
    for low_hz, high_hz, share in BANDS:
        fade = np.exp(-np.log(1e3) * times_s / (share * roll.fading_s))
        low, high = np.searchsorted(frequency_hz, (low_hz, high_hz))
        whole[low:high] = fft.rfft(noise * fade * level, count)[low:high]
    whole.setflags(write=False)
    return whole
