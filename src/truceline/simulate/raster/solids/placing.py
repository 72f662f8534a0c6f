"""Placing: a body's solids in the camera's axes, and the rectangles of the picture that hold them."""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.raster.view import pixel_of

Array = NDArray[np.float64]
Camera = tuple[Array, Array, Array]
"""Lens, rotation and position, as ``View`` has them."""

NEAREST_M = 0.25
"""What comes nearer to the camera's centre than this is not drawn."""
_SLACK_PX = 0.05
NUMBERS = 18
"""Numbers kept for each solid; cones come first, then boxes, then cylinders.

Cone: start (3), axis (3), radius, how much smaller the other end is, and seven products of them. Box: middle
(3), three axes that measure -1 to 1 inside it (9), the camera in them (3), half its thickness along each (3).
Cylinder: middle (3), half axis (3), radius, spoke (3).
"""


@jit
def place_solids(  # noqa: PLR0917 - compiled
    out: Array,
    shape: tuple[Array, Array, Array],
    other: tuple[Array, Array, Array],
    share: float,
    camera: Camera,
) -> None:
    """Fill the table (n, ``NUMBERS``) of a body's solids in the camera's axes.

    Args:
        out: The table.
        shape: Capsules (k, 8), boxes (m, 15) and cylinders (c, 10) in site metres.
        other: The same at another time.
        share: How far towards it the body is, 0 to 1.
        camera: Lens, rotation and position.
    """
    _, rotation, position = camera
    row = 0
    for number in range(len(shape[0])):
        _place_cone(out, row, shape[0], other[0], number, share, rotation, position)
        row += 1
    for number in range(len(shape[1])):
        _place_box(out, row, shape[1], other[1], number, share, rotation, position)
        row += 1
    for number in range(len(shape[2])):
        _place_cylinder(out, row, shape[2], other[2], number, share, rotation, position)
        row += 1


@jit
def _between(start: Array, end: Array, row: int, column: int, share: float) -> float:  # noqa: PLR0917 - compiled
    return float(start[row, column] + (end[row, column] - start[row, column]) * share)


@jit
def _place_cone(  # noqa: PLR0913, PLR0917 - compiled code takes its arrays one by one
    out: Array,
    row: int,
    start: Array,
    end: Array,
    number: int,
    share: float,
    rotation: Array,
    position: Array,
) -> None:
    for axis in range(3):
        out[row, axis] = out[row, 3 + axis] = 0.0
    for part in range(3):
        first = _between(start, end, number, part, share) - position[part]
        last = _between(start, end, number, 3 + part, share) - position[part]
        for axis in range(3):
            out[row, axis] += rotation[axis, part] * first
            out[row, 3 + axis] += rotation[axis, part] * (last - first)
    ax, ay, az = out[row, 0], out[row, 1], out[row, 2]
    bx, by, bz = out[row, 3], out[row, 4], out[row, 5]
    radius = _between(start, end, number, 6, share)
    other = _between(start, end, number, 7, share)
    change = radius - other
    m0 = bx * bx + by * by + bz * bz
    m1 = -(ax * bx + ay * by + az * bz)
    m5 = ax * ax + ay * ay + az * az
    d2 = m0 - change * change
    out[row, 6], out[row, 7], out[row, 8], out[row, 9], out[row, 10] = radius, change, m0, d2, m1
    out[row, 11] = m5
    out[row, 12] = d2 * m5 - m1 * m1 + 2.0 * m1 * change * radius - m0 * radius * radius
    out[row, 13] = m5 - radius * radius
    ex, ey, ez = ax + bx, ay + by, az + bz
    out[row, 14] = ex * ex + ey * ey + ez * ez - other * other


@jit
def _place_box(  # noqa: PLR0913, PLR0917
    out: Array,
    row: int,
    start: Array,
    end: Array,
    number: int,
    share: float,
    rotation: Array,
    position: Array,
) -> None:
    axes = np.zeros((4, 3))
    for which in range(4):
        for part in range(3):
            value = _between(start, end, number, 3 * which + part, share)
            value -= position[part] if which == 0 else 0.0
            for axis in range(3):
                axes[which, axis] += rotation[axis, part] * value
    volume = 0.0
    for which in range(3):
        a, b = 1 + (which + 1) % 3, 1 + (which + 2) % 3
        at = 3 + 3 * which
        out[row, at] = axes[a, 1] * axes[b, 2] - axes[a, 2] * axes[b, 1]
        out[row, at + 1] = axes[a, 2] * axes[b, 0] - axes[a, 0] * axes[b, 2]
        out[row, at + 2] = axes[a, 0] * axes[b, 1] - axes[a, 1] * axes[b, 0]
    for axis in range(3):
        volume += axes[1, axis] * out[row, 3 + axis]
    for which in range(3):
        at, inside, square = 3 + 3 * which, 0.0, 0.0
        for axis in range(3):
            out[row, at + axis] /= volume
            inside -= out[row, at + axis] * axes[0, axis]
            square += out[row, at + axis] * out[row, at + axis]
        out[row, 12 + which], out[row, 15 + which] = inside, 1.0 / np.sqrt(square)
        out[row, which] = axes[0, which]


@jit
def _place_cylinder(  # noqa: PLR0913, PLR0917
    out: Array,
    row: int,
    start: Array,
    end: Array,
    number: int,
    share: float,
    rotation: Array,
    position: Array,
) -> None:
    for axis in range(3):
        out[row, axis] = out[row, 3 + axis] = out[row, 7 + axis] = 0.0
    for part in range(3):
        first = _between(start, end, number, part, share) - position[part]
        last = _between(start, end, number, 3 + part, share) - position[part]
        spoke = _between(start, end, number, 7 + part, share)
        for axis in range(3):
            out[row, axis] += rotation[axis, part] * (first + last) / 2
            out[row, 3 + axis] += rotation[axis, part] * (last - first) / 2
            out[row, 7 + axis] += rotation[axis, part] * spoke
    out[row, 6] = _between(start, end, number, 6, share)


@jit
def _grow(rect: Array, lens: Array, place: tuple[float, float, float], radius: float) -> bool:  # noqa: PLR0917 - compiled
    """Widen a rectangle (4,) in pixels by a ball; False if it is too near or behind."""
    x, y, z = place
    if z - radius < NEAREST_M:
        return False
    u, v = pixel_of(lens, x / z, y / z)
    slant = 1.0 + (x * x + y * y) / (z * z)
    reach = radius * lens[11] * slant / (z - radius) + _SLACK_PX
    rect[0], rect[1] = min(rect[0], u - reach), min(rect[1], v - reach)
    rect[2], rect[3] = max(rect[2], u + reach), max(rect[3], v + reach)
    return True


@jit
def _empty(rect: Array) -> None:
    rect[0] = rect[1] = 1e9
    rect[2] = rect[3] = -1e9


@jit
def rectangles(out: Array, lens: Array, solids: Array, counts: tuple[int, int]) -> None:  # noqa: PLR0917 - compiled
    """Fill rectangles (n, 4) in pixels that hold each solid; left beyond right where it cannot be drawn."""
    for row in range(len(solids)):
        rect = out[row]
        _empty(rect)
        x, y, z = solids[row, 0], solids[row, 1], solids[row, 2]
        ax, ay, az = solids[row, 3], solids[row, 4], solids[row, 5]
        radius = solids[row, 6]
        if row < counts[0]:
            good = _grow(rect, lens, (x, y, z), radius)
            good = _grow(rect, lens, (x + ax, y + ay, z + az), radius - solids[row, 7]) and good
        elif row < counts[0] + counts[1]:
            good = _box_rectangle(rect, lens, solids, row)
        else:
            good = _grow(rect, lens, (x - ax, y - ay, z - az), radius)
            good = _grow(rect, lens, (x + ax, y + ay, z + az), radius) and good
        if not good:
            _empty(rect)


@jit
def _box_rectangle(rect: Array, lens: Array, solids: Array, row: int) -> bool:  # noqa: PLR0917 - compiled
    """The rectangle of a box's eight corners; its axes are found again from the dual ones."""
    axes, volume = np.empty((3, 3)), 0.0
    for which in range(3):
        a, b = 3 + 3 * ((which + 1) % 3), 3 + 3 * ((which + 2) % 3)
        axes[which, 0] = solids[row, a + 1] * solids[row, b + 2] - solids[row, a + 2] * solids[row, b + 1]
        axes[which, 1] = solids[row, a + 2] * solids[row, b] - solids[row, a] * solids[row, b + 2]
        axes[which, 2] = solids[row, a] * solids[row, b + 1] - solids[row, a + 1] * solids[row, b]
    for axis in range(3):
        volume += solids[row, 3 + axis] * axes[0, axis]
    place = np.empty(3)
    for corner in range(8):
        for axis in range(3):
            place[axis] = solids[row, axis]
            for which in range(3):
                sign = 1.0 if corner & (1 << which) else -1.0
                place[axis] += sign * axes[which, axis] / volume
        if not _grow(rect, lens, (place[0], place[1], place[2]), 0.0):
            return False
    return True
