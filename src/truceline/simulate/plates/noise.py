"""Noise: smooth random fields over site metres, from one table drawn per seed."""

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.plates.compiled import lean_jit

Table = NDArray[np.float32]

_SIDE = 256
_MASK = _SIDE - 1
_LAYER_ROWS = 37
_LAYER_COLUMNS = 91
_SHARPEST = 2.2
_FADES = 2.4


def noise_table(random: np.random.Generator) -> Table:
    """Values (256, 256) at the lattice points of every field, uniform in -1 to 1."""
    return random.uniform(-1.0, 1.0, (_SIDE, _SIDE)).astype(np.float32)


@lean_jit
def flat_noise(table: Table, x: float, y: float) -> float:  # noqa: PLR0917 - compiled: positional only
    """A smooth field over two coordinates in lattice steps, about -1 to 1.

    Method: value noise with Perlin's fifth-degree fade (Perlin 2002, Improving noise).
    """
    left, low = np.floor(x), np.floor(y)
    across, along = x - left, y - low
    column, row = int(left), int(low)
    across = across * across * across * (across * (across * 6.0 - 15.0) + 10.0)
    along = along * along * along * (along * (along * 6.0 - 15.0) + 10.0)
    here, above = table[row & _MASK], table[(row + 1) & _MASK]
    one, other = column & _MASK, (column + 1) & _MASK
    near = here[one] + (here[other] - here[one]) * across
    far = above[one] + (above[other] - above[one]) * across
    value: float = near + (far - near) * along
    return value


@lean_jit
def solid_noise(table: Table, x: float, y: float, z: float) -> float:  # noqa: PLR0917 - compiled
    """A smooth field over three coordinates in lattice steps, about -1 to 1; see ``flat_noise``."""
    level = np.floor(z)
    up = z - level
    up = up * up * (3.0 - 2.0 * up)
    layer = int(level)
    left, low = np.floor(x), np.floor(y)
    across, along = x - left, y - low
    across = across * across * (3.0 - 2.0 * across)
    along = along * along * (3.0 - 2.0 * along)
    total = 0.0
    for step in range(2):
        row = int(low) + (layer + step) * _LAYER_ROWS
        column = int(left) + (layer + step) * _LAYER_COLUMNS
        here, above = table[row & _MASK], table[(row + 1) & _MASK]
        one, other = column & _MASK, (column + 1) & _MASK
        near = here[one] + (here[other] - here[one]) * across
        far = above[one] + (above[other] - above[one]) * across
        total += (near + (far - near) * along) * (up if step else 1.0 - up)
    return total


@lean_jit
def octave(table: Table, place: tuple[float, float], scale: tuple[float, float]) -> float:  # noqa: PLR0917
    """Noise at an east-north place; ``scale`` is its period and the footprint of the view, both metres.

    It fades out before the footprint reaches its period, so that nothing shimmers far away.
    """
    period, footprint = scale
    weight = _SHARPEST - _FADES * footprint / period
    if weight <= 0.0:
        return 0.0
    # Octaves are shifted and turned against each other by their period, so that lattices never align.
    x = (place[0] * 0.8 - place[1] * 0.6) / period + period * 17.3
    y = (place[0] * 0.6 + place[1] * 0.8) / period - period * 9.1
    return flat_noise(table, x, y) * min(weight, 1.0)


@lean_jit
def scatter(column: int, row: int) -> float:
    """A repeatable number 0 to 1 for two whole numbers (Wang's integer hash, mixed once)."""
    mixed = (column * 374761393 + row * 668265263) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 1274126177) & 0xFFFFFFFF
    mixed ^= mixed >> 16
    return mixed / 4294967296.0
