"""Instants: flashes, shots and other sharp moments that two clocks both show."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ALIEN = 0.3
"""Share of instants that only one of the two noticed: flashes are caught by one frame in ten to twenty."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A sharp moment by one clock: POSIX nanoseconds, and the standard deviation of the moment itself."""

    clock_id: str
    utc_ns: int
    sigma_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Log weights of offsets, in comparison with instants that have nothing to do with one another.

    Method: each instant of the clock with fewer is one of the other's, or none (``ALIEN``): a mixture of
    Gaussians over a uniform density.
    """

    first_s: Array
    second_s: Array
    sigma_s: float
    reach_s: float

    def __call__(self, offsets: Array) -> Array:
        """Weights (k,) of how far the second clock is ahead (k,), seconds."""
        few, many = (self.first_s, self.second_s), 1.0
        if len(self.second_s) < len(self.first_s):
            few, many = (self.second_s, self.first_s), -1.0
        apart = few[0][None, :, None] + many * offsets[:, None, None] - few[1][None, None, :]
        density = np.exp(-0.5 * (apart / self.sigma_s) ** 2) / (self.sigma_s * np.sqrt(2 * np.pi))
        # A grid that steps over a sharp peak must still feel it.
        uniform = 1.0 / (2 * self.reach_s + 1.0)
        ratio = density.mean(axis=2) / uniform
        weights: Array = np.sum(np.log(ALIEN + (1 - ALIEN) * ratio), axis=1)
        return weights


def seconds_by_clock(instants: Sequence[Instant], clock_id: str, *, epoch_utc_ns: int) -> Array:
    """A clock's instants (n,) in seconds since the world's beginning, in order."""
    return np.array(sorted((one.utc_ns - epoch_utc_ns) / 1e9 for one in instants if one.clock_id == clock_id))
