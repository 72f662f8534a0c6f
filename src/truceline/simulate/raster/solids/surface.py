"""Surfaces: the light that a hit point of a body sends to the camera.

Method: Lambert's law under sun, a sky that is the same all over (irradiance falls with the surface's tilt),
the light that the ground throws back, and lamps near the camera; a gloss of paint and glass after Schlick
(1994). Cloth has two octaves of value noise in the solid's own coordinates, faded where a pixel would not
resolve it.
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Array = NDArray[np.float64]
Point = tuple[float, float, float]

TO_SUN, UP, SUN, SKY, BOUNCE, LAMP, KEEPS, AIR, AHEAD, LEFT, SCALE, SEED = (
    0, 3, 6, 9, 12, 15, 16, 17, 20, 23, 26, 27,
)  # fmt: skip
LIT, GROUND, AIR_C, THERMAL, VIEW, LIGHTS = 28, 29, 30, 31, 32, 35
"""Rows of an actor's lights: direction to the sun and up, irradiance of sun and sky, the ground's light,
lamps at the camera, what the air lets through and adds, the body's ahead and left (directions in the
camera's axes), pixels a metre, a seed, whether lamps shine, the ground's height along up, the air's
temperature, whether temperatures are drawn instead of light, and the direction in which the camera looks at
the body."""

SLOTS, WARMTH, SORT, PAINT = 3, 3, 4, 5
"""A solid's paint is (``SLOTS``, ``PAINT``): reflectance (3), degrees above the air, and the sort of
surface. A cone uses the first slot; a box has top, sides and ends; a cylinder the round and the hub."""
MATT, GLASS, LAMPS = 0.0, 1.0, 2.0
_LAMP_LIGHT = 4.0
_SPECULAR = 0.04
_EDGE_M = 0.012
_FRAME_SHARE = 0.90
_HUB_SHARE = 0.58
_SPOKES = 5.0
_RIM_SHARE = 0.985
_HOLES = (0.25, 0.48, 0.3)
_THIN_M = 0.08
"""Half the width from which a cylinder is a wheel and no lamp."""
_GLINTS = 0.9
_LATTICE = 64
_MASK = _LATTICE - 1
_VALUES = np.random.default_rng([0, 0xC107]).uniform(-1.0, 1.0, (_LATTICE, _LATTICE))
_FLAT_BELOW = 6.0
"""Pixels a metre below which cloth shows nothing of its folds."""


@jit
def _noise(across: float, along: float, seed: int) -> float:  # noqa: PLR0917 - compiled
    """Value noise, -1 to 1, a unit wide; it repeats after ``_LATTICE`` units."""
    left, low = np.floor(across), np.floor(along)
    right_share, high_share = across - left, along - low
    right_share = right_share * right_share * (3.0 - 2.0 * right_share)
    high_share = high_share * high_share * (3.0 - 2.0 * high_share)
    column, row = (int(left) + seed) & _MASK, (int(low) + (seed >> 6)) & _MASK
    right, high = (column + 1) & _MASK, (row + 1) & _MASK
    below = _VALUES[row, column] * (1.0 - right_share) + _VALUES[row, right] * right_share
    above = _VALUES[high, column] * (1.0 - right_share) + _VALUES[high, right] * right_share
    return float(below * (1.0 - high_share) + above * high_share)


@jit
def _cloth(lights: Array, across_m: float, along_m: float, row: int) -> float:  # noqa: PLR0917 - compiled
    """What folds and stains make of a reflectance: a factor about 1."""
    seed, scale = int(lights[SEED]) + 17 * row, lights[SCALE]
    coarse = min(max(0.11 * scale - 0.6, 0.0), 1.0)
    fine = min(max(0.02 * scale - 0.9, 0.0), 1.0)
    value = 1.0
    if coarse > 0.0:
        value += 0.17 * coarse * _noise(across_m / 0.11, along_m / 0.16, seed)
    if fine > 0.0:
        value += 0.13 * fine * _noise(across_m / 0.035, along_m / 0.05, seed + 5)
    return value


@jit
def surface(  # noqa: PLR0913, PLR0917 - compiled code takes plain arrays and numbers
    out: Array,
    solids: Array,
    at: tuple[int, int],
    point: Point,
    counts: tuple[int, int],
    paint: Array,
    lights: Array,
) -> None:
    """Light that leaves a hit towards the camera, haze included; for thermal bands degrees Celsius.

    Args:
        out: (3,) light, or the temperature first.
        solids: (times, n, numbers) as ``solids`` keeps them.
        at: Which time and which solid was hit.
        point: The hit in the camera's axes.
        counts: How many of the solids are cones and boxes.
        paint: (n, ``SLOTS``, ``PAINT``).
        lights: (``LIGHTS``,).
    """
    time, row = at
    if row < counts[0]:
        _cone_surface(out, solids, time, row, point, paint, lights)
    elif row < counts[0] + counts[1]:
        _box_surface(out, solids, time, row, point, paint, lights)
    else:
        _cylinder_surface(out, solids, time, row, point, paint, lights)
    keeps = lights[KEEPS]
    if lights[THERMAL] > 0.0:
        out[0] = lights[AIR_C] + out[0] * keeps
        return
    for colour in range(3):
        out[colour] = out[colour] * keeps + lights[AIR + colour] * (1.0 - keeps)


@jit
def _lambert(out: Array, normal: Point, point: Point, lights: Array) -> float:  # noqa: PLR0917 - compiled
    """Irradiance (3,) of a surface; returns the cosine of the angle at which the camera sees it."""
    upward = normal[0] * lights[UP] + normal[1] * lights[UP + 1] + normal[2] * lights[UP + 2]
    to_sun = normal[0] * lights[TO_SUN] + normal[1] * lights[TO_SUN + 1] + normal[2] * lights[TO_SUN + 2]
    facing = -(normal[0] * lights[VIEW] + normal[1] * lights[VIEW + 1] + normal[2] * lights[VIEW + 2])
    high = point[0] * lights[UP] + point[1] * lights[UP + 1] + point[2] * lights[UP + 2] - lights[GROUND]
    open_sky = 0.72 + 0.28 * min(max(high / 0.7, 0.0), 1.0)
    sun, lamp = max(to_sun, 0.0), lights[LAMP] * (0.15 + 0.85 * max(facing, 0.0))
    above, below = (0.5 + 0.5 * upward) * open_sky, 0.5 - 0.5 * upward
    for colour in range(3):
        out[colour] = (
            lights[SKY + colour] * above + lights[BOUNCE + colour] * below + lights[SUN + colour] * sun + lamp
        )
    return float(facing)


@jit
def _cone_surface(  # noqa: PLR0913, PLR0917
    out: Array, solids: Array, time: int, row: int, point: Point, paint: Array, lights: Array
) -> None:
    px, py, pz = (
        point[0] - solids[time, row, 0],
        point[1] - solids[time, row, 1],
        point[2] - solids[time, row, 2],
    )
    bx, by, bz = solids[time, row, 3], solids[time, row, 4], solids[time, row, 5]
    radius, square, d2 = solids[time, row, 6], solids[time, row, 8], solids[time, row, 9]
    along = px * bx + py * by + pz * bz
    share = 1.0 if along > square / 2 else 0.0
    if d2 > 0.0:
        share = min(max((along + solids[time, row, 7] * radius) / d2, 0.0), 1.0)
    nx, ny, nz = px - share * bx, py - share * by, pz - share * bz
    per = 1.0 / (np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12)
    normal = (nx * per, ny * per, nz * per)
    factor = 1.0
    if lights[SCALE] > _FLAT_BELOW:
        ahead = normal[0] * lights[AHEAD] + normal[1] * lights[AHEAD + 1] + normal[2] * lights[AHEAD + 2]
        left = normal[0] * lights[LEFT] + normal[1] * lights[LEFT + 1] + normal[2] * lights[LEFT + 2]
        factor = _cloth(lights, (ahead + 2.0 * left) * radius, share * np.sqrt(square) + 0.3 * row, row)
    if lights[THERMAL] > 0.0:
        out[0] = paint[row, 0, WARMTH] * (0.55 + 0.45 * factor)
        return
    facing = _lambert(out, normal, point, lights)
    # Cloth darkens where it turns away: folds shade each other.
    factor *= 0.80 + 0.20 * min(max(facing * 1.6, 0.0), 1.0)
    for colour in range(3):
        out[colour] *= paint[row, 0, colour] * factor


@jit
def _gloss(out: Array, normal: Point, lights: Array, most: float) -> None:  # noqa: PLR0917 - compiled
    """Add to (3,) what a smooth surface mirrors: sky above, ground below, the sun as a highlight."""
    dx, dy, dz = lights[VIEW], lights[VIEW + 1], lights[VIEW + 2]
    facing = -(dx * normal[0] + dy * normal[1] + dz * normal[2])
    mx, my, mz = dx + 2.0 * facing * normal[0], dy + 2.0 * facing * normal[1], dz + 2.0 * facing * normal[2]
    upward = mx * lights[UP] + my * lights[UP + 1] + mz * lights[UP + 2]
    to_sun = max(mx * lights[TO_SUN] + my * lights[TO_SUN + 1] + mz * lights[TO_SUN + 2], 0.0)
    grazing = 1.0 - max(facing, 0.0)
    twice = grazing * grazing
    mirrors = _SPECULAR + (most - _SPECULAR) * twice * twice * grazing
    share = min(max(0.5 + 4.0 * upward, 0.0), 1.0)
    highlight = to_sun**64 * 2.5 if to_sun > _GLINTS else 0.0
    for colour in range(3):
        seen = lights[SKY + colour] * share * 1.1 + lights[BOUNCE + colour] * (1.0 - share)
        out[colour] += mirrors * (seen + lights[SUN + colour] * highlight)


@jit
def _glows(out: Array, facing: float, sort: float, lights: Array) -> bool:  # noqa: PLR0917 - compiled
    """Whether the surface is a lamp that shines; then its light is in ``out``."""
    if sort != LAMPS or lights[LIT] <= 0.0:
        return False
    out[0] = out[1] = out[2] = _LAMP_LIGHT * max(facing, 0.1)
    return True


@jit
def _box_surface(  # noqa: PLR0913, PLR0917
    out: Array, solids: Array, time: int, row: int, point: Point, paint: Array, lights: Array
) -> None:
    a, b, c = solids[time, row, 12], solids[time, row, 13], solids[time, row, 14]
    for axis in range(3):
        a += solids[time, row, 3 + axis] * point[axis]
        b += solids[time, row, 6 + axis] * point[axis]
        c += solids[time, row, 9 + axis] * point[axis]
    face, deepest = 0, a
    if abs(b) > abs(deepest):
        face, deepest = 1, b
    if abs(c) > abs(deepest):
        face, deepest = 2, c
    at = 3 + 3 * face
    # A dual axis times half the box's thickness is a unit vector.
    sign = solids[time, row, 15 + face] if deepest > 0 else -solids[time, row, 15 + face]
    normal = (
        sign * solids[time, row, at],
        sign * solids[time, row, at + 1],
        sign * solids[time, row, at + 2],
    )
    first, second = (b, c) if face == 0 else (c, a) if face == 1 else (a, b)
    half_first = solids[time, row, 15 + (face + 1) % 3]
    half_second = solids[time, row, 15 + (face + 2) % 3]
    # The first axis points to the ends, the second to the sides, the third to the top.
    slot = 2 - face
    if paint[row, slot, SORT] == GLASS and max(abs(first), abs(second)) > _FRAME_SHARE:
        slot = 0
    if lights[THERMAL] > 0.0:
        out[0] = paint[row, slot, WARMTH]
        return
    facing = _lambert(out, normal, point, lights)
    if _glows(out, facing, paint[row, slot, SORT], lights):
        return
    # How far the point is from the face's nearest edge, metres: seams are dark.
    rim_m = min((1.0 - abs(first)) * half_first, (1.0 - abs(second)) * half_second)
    dirt = _cloth(lights, first * half_first * 0.25, second * half_second * 0.25, row)
    edge = max(0.0, 1.0 - rim_m / _EDGE_M) * min(_EDGE_M * lights[SCALE], 1.0)
    factor = (0.6 + 0.4 * dirt) * (1.0 - 0.35 * edge)
    for colour in range(3):
        out[colour] *= paint[row, slot, colour] * factor
    _gloss(out, normal, lights, 0.9 if paint[row, slot, SORT] == GLASS else 0.45)


@jit
def _cylinder_surface(  # noqa: PLR0913, PLR0917
    out: Array, solids: Array, time: int, row: int, point: Point, paint: Array, lights: Array
) -> None:
    px, py, pz = (
        point[0] - solids[time, row, 0],
        point[1] - solids[time, row, 1],
        point[2] - solids[time, row, 2],
    )
    ax, ay, az = solids[time, row, 3], solids[time, row, 4], solids[time, row, 5]
    half = np.sqrt(ax * ax + ay * ay + az * az)
    ax, ay, az = ax / half, ay / half, az / half
    along = px * ax + py * ay + pz * az
    rx, ry, rz = px - along * ax, py - along * ay, pz - along * az
    radius = np.sqrt(rx * rx + ry * ry + rz * rz) + 1e-9
    out_share, slot, factor = radius / solids[time, row, 6], 0, 1.0
    if abs(along) > half * 0.98 and out_share < _RIM_SHARE:
        sign = 1.0 if along > 0 else -1.0
        normal = (sign * ax, sign * ay, sign * az)
        is_wheel = half > _THIN_M
        if out_share < _HUB_SHARE or not is_wheel:
            slot = 1
        if is_wheel and _HOLES[0] < out_share < _HOLES[1]:
            # Holes in the rim turn with the wheel.
            sx, sy, sz = solids[time, row, 7], solids[time, row, 8], solids[time, row, 9]
            spoke = rx * sx + ry * sy + rz * sz
            cross = ax * (sy * rz - sz * ry) + ay * (sz * rx - sx * rz) + az * (sx * ry - sy * rx)
            factor = 0.35 if np.cos(_SPOKES * np.arctan2(cross, spoke)) > _HOLES[2] else 1.0
    else:
        normal = (rx / radius, ry / radius, rz / radius)
        factor = 0.85
    if lights[THERMAL] > 0.0:
        out[0] = paint[row, slot, WARMTH]
        return
    facing = _lambert(out, normal, point, lights)
    if _glows(out, facing, paint[row, slot, SORT], lights):
        return
    for colour in range(3):
        out[colour] *= paint[row, slot, colour] * factor
    if slot == 1:
        _gloss(out, normal, lights, 0.5)
