"""Breath: the slow wandering of the light, over all of the picture and from part to part.

Outdoors clouds thin and thicken, indoors somebody passes a lamp, and the camera's own exposure hunts a
little. Within half a minute the pixels of PETS 2009 wander by three to five percent of their light; a
background that was learned on pictures without it would be too sure of itself.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

WHOLE, PARTS = 0.03, 0.028
"""Root mean square of the relative change, of the whole picture, and of its parts against each other."""
PERIODS_S = (6.0, 90.0)
WAVES = 5
MODES = 4
"""Half waves of the slow pattern across and down the picture, up to this many."""


class Breath:
    """Slow sinusoids of chance periods; the same at the same time for the same seed."""

    def __init__(self, *, seed: list[int], strength: float) -> None:
        """Draw its waves: ``strength`` 1 is that of a day outdoors."""
        random = np.random.default_rng([*seed, 0xB4])
        # One row for the whole, then the modes across, then those down.
        rows = 1 + 2 * MODES
        low, high = np.log(PERIODS_S)
        self._turns = 2 * np.pi / np.exp(random.uniform(low, high, (rows, WAVES)))
        self._phases = random.uniform(0, 2 * np.pi, (rows, WAVES))
        self._sizes = strength * np.array([WHOLE] + [PARTS / np.sqrt(MODES)] * 2 * MODES)

    def over(
        self, lens: tuple[Float32, Float32, Float32], *, at_s: float
    ) -> tuple[Float32, Float32, Float32]:
        """The lens's factors across, of the colour, and down, as they are at a time.

        Down the picture the factor ``down`` changes, across it the two others.
        """
        across, colour, down = lens
        waves = np.sin(self._turns * at_s + self._phases).sum(axis=1) * np.sqrt(2 / WAVES) * self._sizes
        beside = _profile(waves[1 : 1 + MODES], len(colour)) + np.float32(1 + waves[0])
        below = _profile(waves[1 + MODES :], len(down)) + np.float32(1)
        return across * beside, colour * beside, down * below


def _profile(sizes: NDArray[np.float64], count: int) -> Float32:
    """A sum of half cosines over ``count`` places, each of root mean square one half times its size."""
    return np.asarray(sizes @ _modes(len(sizes), count), dtype=np.float32)


@cache
def _modes(number: int, count: int) -> NDArray[np.float64]:
    """Half cosines (number, count): the same for every frame of a picture's size."""
    places = np.linspace(0, np.pi, count)
    modes: NDArray[np.float64] = np.cos(np.arange(1, number + 1)[:, None] * places)
    modes.flags.writeable = False
    return modes
