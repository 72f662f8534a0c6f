"""Surfaces: the light that a hit point of a body sends to the camera.

Method: Lambert's law under sun, a sky that is the same all over (irradiance falls with the surface's tilt), the
light that the ground throws back, and lamps near the camera; a gloss of paint and glass after Schlick (1994).
Cloth has two octaves of value noise in the solid's own coordinates, faded where a pixel would not resolve it.
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Array = NDArray[np.float64]
Solids = tuple[Array, Array, Array]
Tones = tuple[Array, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Array]

TO_SUN, UP, SUN, SKY, BOUNCE, LAMP, KEEPS, AIR, AHEAD, LEFT, SCALE, SEED = (
    0, 3, 6, 9, 12, 15, 16, 17, 20, 23, 26, 27,
)  # fmt: skip
KIND, LIT, GROUND, AIR_C, THERMAL, LIGHTS = 28, 29, 30, 31, 32, 33
"""Rows of an actor's lights: direction to the sun and up, irradiance of sun and sky, the ground's light, lamps
at the camera, what the air lets through and adds, the body's ahead and left (directions in the camera's axes),
pixels a metre, a seed, the kind of body, whether lamps shine, the ground's height along up, the air's
temperature, and whether temperatures are drawn instead of light."""

CLOTH, PAINT, FUR = 0.0, 1.0, 2.0
_GLASS, _LAMP_TONE = 2, 4
_LAMP_LIGHT = 4.0
_SPECULAR = 0.04
_EDGE_M = 0.012
_FRAME_SHARE = 0.90
_HUB_SHARE = 0.58
_SPOKES = 5.0


@jit
def _hash(first: int, second: int, seed: int) -> float:
    """A number in 0 to 1 that belongs to a place of a lattice."""
    mixed = (first * 374761393 + second * 668265263 + seed * 2147483647) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 1274126177) & 0xFFFFFFFF
    return float((mixed ^ (mixed >> 16)) & 0xFFFF) / 65535.0


@jit
def _noise(across: float, along: float, seed: int) -> float:
    """Value noise, -1 to 1, a unit wide."""
    left, low = np.floor(across), np.floor(along)
    right_share, high_share = across - left, along - low
    right_share = right_share * right_share * (3.0 - 2.0 * right_share)
    high_share = high_share * high_share * (3.0 - 2.0 * high_share)
    column, row = int(left), int(low)
    below = _hash(column, row, seed) * (1.0 - right_share) + _hash(column + 1, row, seed) * right_share
    above = _hash(column, row + 1, seed) * (1.0 - right_share) + _hash(column + 1, row + 1, seed) * right_share
    return 2.0 * (below * (1.0 - high_share) + above * high_share) - 1.0


@jit
def _cloth(lights: Array, across_m: float, along_m: float, row: int) -> float:
    """What folds and stains make of a reflectance: a factor about 1."""
    seed, scale = int(lights[SEED]) + 17 * row, lights[SCALE]
    coarse = min(max(0.11 * scale - 0.6, 0.0), 1.0)
    fine = min(max(0.035 * scale - 0.8, 0.0), 1.0)
    value = 1.0
    if coarse > 0.0:
        value += 0.17 * coarse * _noise(across_m / 0.11, along_m / 0.16, seed)
    if fine > 0.0:
        value += 0.13 * fine * _noise(across_m / 0.035, along_m / 0.05, seed + 5)
    return value


@jit
def surface(  # noqa: PLR0913, PLR0917 - compiled code takes plain numbers
    out: Array, row: int, ray: tuple[float, float], depth: float, solids: Solids, tones: Tones, lights: Array
) -> None:
    """Light (3,) that leaves a hit towards the camera, haze included; for thermal bands degrees Celsius (1,).

    Args:
        out: (4,) light, or the temperature first.
        row: Which solid was hit: cones first, then boxes, then cylinders.
        ray: Straight image coordinates; ``depth`` of the hit.
        solids: Cones, boxes and cylinders as ``solids`` keeps them.
        tones: Reflectances (tones, 3); rows of them for cones (k,), boxes (m, 3) and cylinders (c, 2); and
            degrees above the air (tones + m,): of tones, and what each box adds.
        lights: (``LIGHTS``,).
    """
    cones, boxes, _ = solids
    point = (ray[0] * depth, ray[1] * depth, depth)
    if row < len(cones):
        _cone_surface(out, row, point, solids, tones, lights)
    elif row < len(cones) + len(boxes):
        _box_surface(out, row - len(cones), point, solids, tones, lights)
    else:
        _cylinder_surface(out, row - len(cones) - len(boxes), point, solids, tones, lights)
    keeps = lights[KEEPS]
    if lights[THERMAL] > 0.0:
        out[0] = lights[AIR_C] + out[3] * keeps
        return
    for colour in range(3):
        out[colour] = out[colour] * keeps + lights[AIR + colour] * (1.0 - keeps)


@jit
def _lambert(out: Array, normal: tuple[float, float, float], point: tuple[float, float, float], lights: Array) -> float:
    """Irradiance (3,) of a surface; returns the cosine of the angle at which the camera sees it."""
    upward = normal[0] * lights[UP] + normal[1] * lights[UP + 1] + normal[2] * lights[UP + 2]
    to_sun = normal[0] * lights[TO_SUN] + normal[1] * lights[TO_SUN + 1] + normal[2] * lights[TO_SUN + 2]
    size = np.sqrt(point[0] * point[0] + point[1] * point[1] + point[2] * point[2])
    facing = -(normal[0] * point[0] + normal[1] * point[1] + normal[2] * point[2]) / size
    high = point[0] * lights[UP] + point[1] * lights[UP + 1] + point[2] * lights[UP + 2] - lights[GROUND]
    open_sky = 0.72 + 0.28 * min(max(high / 0.7, 0.0), 1.0)
    sun, lamp = max(to_sun, 0.0), lights[LAMP] * (0.15 + 0.85 * max(facing, 0.0))
    for colour in range(3):
        out[colour] = (
            lights[SKY + colour] * (0.5 + 0.5 * upward) * open_sky
            + lights[BOUNCE + colour] * (0.5 - 0.5 * upward)
            + lights[SUN + colour] * sun
            + lamp
        )
    return float(facing)


@jit
def _cone_surface(  # noqa: PLR0913, PLR0917
    out: Array, row: int, point: tuple[float, float, float], solids: Solids, tones: Tones, lights: Array
) -> None:
    cone = solids[0][row]
    px, py, pz = point[0] - cone[0], point[1] - cone[1], point[2] - cone[2]
    along = px * cone[3] + py * cone[4] + pz * cone[5]
    share = (along + cone[7] * cone[6]) / max(cone[9], 1e-9) if cone[9] > 0 else (1.0 if along > cone[8] / 2 else 0.0)
    share = min(max(share, 0.0), 1.0)
    nx, ny, nz = px - share * cone[3], py - share * cone[4], pz - share * cone[5]
    size = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12
    normal = (nx / size, ny / size, nz / size)
    tone = tones[1][row]
    ahead = normal[0] * lights[AHEAD] + normal[1] * lights[AHEAD + 1] + normal[2] * lights[AHEAD + 2]
    left = normal[0] * lights[LEFT] + normal[1] * lights[LEFT + 1] + normal[2] * lights[LEFT + 2]
    length = np.sqrt(cone[8])
    around_m = (ahead + 2.0 * left) * cone[6]
    factor = _cloth(lights, around_m, share * length + 0.3 * row, row)
    if lights[THERMAL] > 0.0:
        out[3] = tones[4][tone] * (0.55 + 0.45 * factor)
        return
    facing = _lambert(out, normal, point, lights)
    # Cloth darkens where it turns away: folds shade each other.
    factor *= 0.80 + 0.20 * min(max(facing * 1.6, 0.0), 1.0)
    for colour in range(3):
        out[colour] *= tones[0][tone, colour] * factor


@jit
def _gloss(out: Array, normal: tuple[float, float, float], point: tuple[float, float, float], lights: Array, most: float) -> None:
    """Add to (3,) what a smooth surface mirrors: sky above, ground below, the sun as a highlight."""
    size = np.sqrt(point[0] * point[0] + point[1] * point[1] + point[2] * point[2])
    dx, dy, dz = point[0] / size, point[1] / size, point[2] / size
    facing = -(dx * normal[0] + dy * normal[1] + dz * normal[2])
    mx, my, mz = dx + 2.0 * facing * normal[0], dy + 2.0 * facing * normal[1], dz + 2.0 * facing * normal[2]
    upward = mx * lights[UP] + my * lights[UP + 1] + mz * lights[UP + 2]
    to_sun = max(mx * lights[TO_SUN] + my * lights[TO_SUN + 1] + mz * lights[TO_SUN + 2], 0.0)
    grazing = 1.0 - max(facing, 0.0)
    mirrors = _SPECULAR + (most - _SPECULAR) * grazing**5
    share = min(max(0.5 + 4.0 * upward, 0.0), 1.0)
    highlight = to_sun**60 * 2.5
    for colour in range(3):
        seen = lights[SKY + colour] * share * 1.1 + lights[BOUNCE + colour] * (1.0 - share)
        out[colour] += mirrors * (seen + lights[SUN + colour] * highlight)


@jit
def _box_surface(  # noqa: PLR0913, PLR0917
    out: Array, row: int, point: tuple[float, float, float], solids: Solids, tones: Tones, lights: Array
) -> None:
    box = solids[1][row]
    inside = np.empty(3)
    face, most = 0, -1.0
    for which in range(3):
        at = 3 + 3 * which
        inside[which] = box[12 + which] + box[at] * point[0] + box[at + 1] * point[1] + box[at + 2] * point[2]
        if abs(inside[which]) > most:
            face, most = which, abs(inside[which])
    at = 3 + 3 * face
    sign = 1.0 if inside[face] > 0 else -1.0
    size = np.sqrt(box[at] * box[at] + box[at + 1] * box[at + 1] + box[at + 2] * box[at + 2])
    normal = (sign * box[at] / size, sign * box[at + 1] / size, sign * box[at + 2] / size)
    first, second = (face + 1) % 3, (face + 2) % 3
    # How far the point is from the face's nearest edge, metres.
    half_first = 1.0 / np.sqrt(np.sum(box[3 + 3 * first : 6 + 3 * first] ** 2))
    half_second = 1.0 / np.sqrt(np.sum(box[3 + 3 * second : 6 + 3 * second] ** 2))
    rim_m = min((1.0 - abs(inside[first])) * half_first, (1.0 - abs(inside[second])) * half_second)
    # Tones are of top, sides and ends; the first axis points to the ends, the second to the sides.
    tone = tones[2][row, 2 - face]
    if tone == _GLASS and max(abs(inside[first]), abs(inside[second])) > _FRAME_SHARE:
        tone = tones[2][row, 0]
    if lights[THERMAL] > 0.0:
        out[3] = tones[4][tone] + tones[4][len(tones[0]) + row]
        return
    facing = _lambert(out, normal, point, lights)
    if tone == _LAMP_TONE and lights[LIT] > 0.0:
        out[0] = out[1] = out[2] = _LAMP_LIGHT * max(facing, 0.1)
        return
    dirt = _cloth(lights, inside[first] * half_first * 0.25, inside[second] * half_second * 0.25, row)
    edge = max(0.0, 1.0 - rim_m / _EDGE_M) * min(_EDGE_M * lights[SCALE], 1.0)
    factor = (0.6 + 0.4 * dirt) * (1.0 - 0.35 * edge)
    for colour in range(3):
        out[colour] *= tones[0][tone, colour] * factor
    _gloss(out, normal, point, lights, 0.9 if tone == _GLASS else 0.45)


@jit
def _cylinder_surface(  # noqa: PLR0913, PLR0917
    out: Array, row: int, point: tuple[float, float, float], solids: Solids, tones: Tones, lights: Array
) -> None:
    wheel = solids[2][row]
    px, py, pz = point[0] - wheel[0], point[1] - wheel[1], point[2] - wheel[2]
    half = np.sqrt(wheel[3] * wheel[3] + wheel[4] * wheel[4] + wheel[5] * wheel[5])
    ax, ay, az = wheel[3] / half, wheel[4] / half, wheel[5] / half
    along = px * ax + py * ay + pz * az
    rx, ry, rz = px - along * ax, py - along * ay, pz - along * az
    radius = np.sqrt(rx * rx + ry * ry + rz * rz)
    tone, factor = tones[3][row, 0], 1.0
    if abs(along) > half * 0.98 and radius < wheel[6] * 0.985:
        sign = 1.0 if along > 0 else -1.0
        normal = (sign * ax, sign * ay, sign * az)
        if radius < wheel[6] * _HUB_SHARE or half < 0.08:
            tone = tones[3][row, 1]
        if radius < wheel[6] * _HUB_SHARE and half > 0.08:
            # Holes in the rim turn with the wheel.
            spoke = (rx * wheel[7] + ry * wheel[8] + rz * wheel[9]) / (radius + 1e-9)
            cross = (
                ax * (wheel[8] * rz - wheel[9] * ry)
                + ay * (wheel[9] * rx - wheel[7] * rz)
                + az * (wheel[7] * ry - wheel[8] * rx)
            ) / (radius + 1e-9)
            hole = np.cos(_SPOKES * np.arctan2(cross, spoke))
            if hole > 0.3 and 0.25 < radius / wheel[6] < 0.48:
                factor = 0.35
    else:
        normal = (rx / radius, ry / radius, rz / radius)
        factor = 0.85
    if lights[THERMAL] > 0.0:
        out[3] = tones[4][tone]
        return
    facing = _lambert(out, normal, point, lights)
    if tone == _LAMP_TONE and lights[LIT] > 0.0:
        out[0] = out[1] = out[2] = _LAMP_LIGHT * max(facing, 0.1)
        return
    for colour in range(3):
        out[colour] *= tones[0][tone, colour] * factor
    if tone != tones[3][row, 0]:
        _gloss(out, normal, point, lights, 0.5)
