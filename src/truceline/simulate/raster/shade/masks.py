"""Shade: what bodies take from the light of the ground and walls behind them, the sun's and the sky's.

A body's shadow is drawn once in a plane across the light's direction, from the outlines of its solids with a
soft edge, and every pixel of the plate looks its own place up there. It therefore falls on any relief or
wall. The shade from the sky is the same thing with the light from straight above and edges as soft as a body
is high, so that it lies evenly about the feet.
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.raster.view import pixel_of

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]
Ints = NDArray[np.int64]

SUN_SOFT_M = 0.035
"""Half the width of a shadow's edge: the sun's disc at a person's height, and what a pixel blurs."""
LONGEST_M = 80.0
LEAST_SUN_HEIGHT = 0.04
"""Sine of the sun's elevation below which no shadow is drawn: it would be longer than ``LONGEST_M``."""
SKY_REACH_M = 0.30
SKY_FALLS_M = 0.45
SKY_HIGHEST_M = 1.0
"""What is higher than this above the ground is too far up to shade it from the sky."""
SKY_DARKEST = 0.42
"""The sky's share that a body close above the ground takes."""
_WALL_FACES = 0.35
_CAP = 400
_NEAREST_M = 0.5
_SMALLEST_M = 1e-9


@jit
def outlines(capsules: Array, boxes: Array, cylinders: Array, frame: Array) -> tuple[Array, Array]:  # noqa: PLR0917 - compiled
    """Solids seen along the light, from the ground point on.

    Args:
        capsules: (k, 8) in site metres.
        boxes: (m, 15).
        cylinders: (c, 10).
        frame: (4, 3) two axes across the light, the direction to the light, and the ground point.

    Returns:
        Stadiums (k + c, 8): both ends across the light, both radii, and the ends' way to the light; and
        boxes (m, 22): the middle across, three half axes across (2 each), middle and reach to the light;
        three times an edge's normal (2) and how far the outline reaches along it; the axes' way to the light
        (3).
    """
    round_ones = np.empty((len(capsules) + len(cylinders), 8))
    for row in range(len(round_ones)):
        one = capsules[row] if row < len(capsules) else cylinders[row - len(capsules)]
        for end in range(2):
            across = up = toward = 0.0
            for axis in range(3):
                offset = one[3 * end + axis] - frame[3, axis]
                across += offset * frame[0, axis]
                up += offset * frame[1, axis]
                toward += offset * frame[2, axis]
            round_ones[row, 2 * end], round_ones[row, 2 * end + 1] = across, up
            round_ones[row, 6 + end] = toward
        round_ones[row, 4] = one[6]
        round_ones[row, 5] = one[7] if row < len(capsules) else one[6]
    flat_ones = np.empty((len(boxes), 22))
    for row in range(len(boxes)):
        reach = 0.0
        for which in range(4):
            across = up = toward = 0.0
            for axis in range(3):
                offset = boxes[row, 3 * which + axis] - (frame[3, axis] if which == 0 else 0.0)
                across += offset * frame[0, axis]
                up += offset * frame[1, axis]
                toward += offset * frame[2, axis]
            flat_ones[row, 2 * which], flat_ones[row, 2 * which + 1] = across, up
            if which == 0:
                flat_ones[row, 8] = toward
            else:
                reach += abs(toward)
                flat_ones[row, 18 + which] = toward  # 19 to 21: which counts from 1 here
        flat_ones[row, 9] = reach
        _edges(flat_ones[row])
    return round_ones, flat_ones


@jit
def bounds(round_ones: Array, flat_ones: Array, margin_m: float) -> Array:  # noqa: PLR0917 - compiled
    """(5,) least and largest places across the light with a margin, and the farthest way to the light."""
    out = np.array([1e9, 1e9, -1e9, -1e9, -1e9])
    for one in round_ones:
        for end in range(2):
            for axis in range(2):
                out[axis] = min(out[axis], one[2 * end + axis] - one[4 + end])
                out[2 + axis] = max(out[2 + axis], one[2 * end + axis] + one[4 + end])
            out[4] = max(out[4], one[6 + end] + one[4 + end])
    for one in flat_ones:
        for axis in range(2):
            reach = abs(one[2 + axis]) + abs(one[4 + axis]) + abs(one[6 + axis])
            out[axis] = min(out[axis], one[axis] - reach)
            out[2 + axis] = max(out[2 + axis], one[axis] + reach)
        out[4] = max(out[4], one[8] + one[9])
    for axis in range(2):
        out[axis] -= margin_m
        out[2 + axis] += margin_m
    return out


@jit
def _from_round(one: Array, across: float, up: float) -> tuple[float, float]:  # noqa: PLR0917 - compiled
    """How far outside a stadium a place is (negative inside), and its share along it."""
    ax, ay = one[2] - one[0], one[3] - one[1]
    square = ax * ax + ay * ay
    share = ((across - one[0]) * ax + (up - one[1]) * ay) / square if square > _SMALLEST_M else 0.0
    share = min(max(share, 0.0), 1.0)
    dx, dy = across - one[0] - share * ax, up - one[1] - share * ay
    return np.sqrt(dx * dx + dy * dy) - (one[4] + share * (one[5] - one[4])), share


@jit
def _edges(one: Array) -> None:
    """Normals of the edges of a box's outline, one for each axis, and how far it reaches along them."""
    for which in range(3):
        nx, ny = -one[3 + 2 * which], one[2 + 2 * which]
        size = np.sqrt(nx * nx + ny * ny)
        at = 10 + 3 * which
        one[at] = one[at + 1] = one[at + 2] = 0.0
        if size < _SMALLEST_M:
            continue
        one[at], one[at + 1] = nx / size, ny / size
        for other in range(3):
            one[at + 2] += abs(one[2 + 2 * other] * nx + one[3 + 2 * other] * ny) / size


@jit
def _from_flat(one: Array, across: float, up: float) -> float:  # noqa: PLR0917 - compiled
    """How far outside a box's outline a place is, as the largest over its edges' directions."""
    dx, dy, farthest = across - one[0], up - one[1], -1e9
    for at in (10, 13, 16):
        if one[at] != 0.0 or one[at + 1] != 0.0:
            farthest = max(farthest, abs(dx * one[at] + dy * one[at + 1]) - one[at + 2])
    return farthest


@jit
def _window(low: float, high: float, start: float, step_m: float, count: int) -> tuple[int, int]:  # noqa: PLR0917 - compiled
    """The half-open range of a mask's rows that lie from ``low`` to ``high``."""
    return max(int((low - start) / step_m), 0), min(int((high - start) / step_m) + 2, count)


@jit
def _extent(one: Array, is_round: bool, axis: int) -> tuple[float, float]:  # noqa: PLR0917 - compiled
    """Least and largest place of a solid's outline along an axis."""
    if is_round:
        low = min(one[axis] - one[4], one[2 + axis] - one[5])
        return low, max(one[axis] + one[4], one[2 + axis] + one[5])
    reach = abs(one[2 + axis]) + abs(one[4 + axis]) + abs(one[6 + axis])
    return one[axis] - reach, one[axis] + reach


@jit
def sun_mask(round_ones: Array, flat_ones: Array, area: Array, step_m: float) -> Float32:  # noqa: PLR0917 - compiled
    """(rows, columns) share of the sun taken at places across the light, from ``area``'s least ones on."""
    columns = min(int((area[2] - area[0]) / step_m) + 2, _CAP)
    rows = min(int((area[3] - area[1]) / step_m) + 2, _CAP)
    mask = np.zeros((rows, columns), dtype=np.float32)
    for number in range(len(round_ones) + len(flat_ones)):
        is_round = number < len(round_ones)
        one = round_ones[number] if is_round else flat_ones[number - len(round_ones)]
        low, high = _extent(one, is_round, 0)
        left, right = _window(low - SUN_SOFT_M, high + SUN_SOFT_M, area[0], step_m, columns)
        low, high = _extent(one, is_round, 1)
        bottom, top = _window(low - SUN_SOFT_M, high + SUN_SOFT_M, area[1], step_m, rows)
        for row in range(bottom, top):
            up = area[1] + row * step_m
            for column in range(left, right):
                across = area[0] + column * step_m
                outside = _from_round(one, across, up)[0] if is_round else _from_flat(one, across, up)
                share = min(max(0.5 - outside / (2.0 * SUN_SOFT_M), 0.0), 1.0)
                mask[row, column] = max(mask[row, column], share * share * (3.0 - 2.0 * share))
    return mask


@jit
def sky_mask(round_ones: Array, flat_ones: Array, area: Array, step_m: float) -> Float32:  # noqa: PLR0917 - compiled
    """(rows, columns) share of the sky taken at places of the ground; the light's way is the height."""
    columns = min(int((area[2] - area[0]) / step_m) + 2, _CAP)
    rows = min(int((area[3] - area[1]) / step_m) + 2, _CAP)
    mask = np.zeros((rows, columns), dtype=np.float32)
    for number in range(len(round_ones) + len(flat_ones)):
        is_round = number < len(round_ones)
        one = round_ones[number] if is_round else flat_ones[number - len(round_ones)]
        lowest = min(one[6], one[7]) if is_round else 0.6 * (one[8] - one[9])
        if lowest > SKY_HIGHEST_M:
            continue
        reach = SKY_REACH_M + 0.5 * max(lowest, 0.0)
        low, high = _extent(one, is_round, 0)
        left, right = _window(low - reach, high + reach, area[0], step_m, columns)
        low, high = _extent(one, is_round, 1)
        bottom, top = _window(low - reach, high + reach, area[1], step_m, rows)
        for row in range(bottom, top):
            up = area[1] + row * step_m
            for column in range(left, right):
                across = area[0] + column * step_m
                if is_round:
                    far, share = _from_round(one, across, up)
                    taken = _taken(far, max(one[6] + share * (one[7] - one[6]), 0.0))
                else:
                    taken = 1.25 * _taken(_from_flat(one, across, up), max(lowest, 0.0))
                mask[row, column] = max(mask[row, column], taken)
    return mask


@jit
def _taken(outside_m: float, height_m: float) -> float:
    """Share of the sky that a solid takes, falling with the distance from its outline and with its height."""
    reach = SKY_REACH_M + 0.5 * height_m
    share = max(1.0 - max(outside_m + 0.08, 0.0) / reach, 0.0)
    fall = 1.0 + height_m / SKY_FALLS_M
    return SKY_DARKEST / (fall * fall) * share * share * (3.0 - 2.0 * share)


@jit
def footprint(  # noqa: PLR0917 - compiled
    round_ones: Array, flat_ones: Array, frame: Array, camera: tuple[Array, Array, Array], margin_m: float
) -> Array:
    """(4,) pixels that hold the shade on level ground: left, top, right, bottom; left beyond right for none.

    ``camera`` is the lens, rotation and position.
    """
    rect = np.array([1e9, 1e9, -1e9, -1e9])
    steep = max(frame[2, 2], LEAST_SUN_HEIGHT)
    for one in round_ones:
        for end in range(2):
            _cast(
                rect,
                frame,
                camera,
                (one[2 * end], one[2 * end + 1], one[6 + end]),
                one[4 + end] / steep + margin_m,
            )
    for one in flat_ones:
        for corner in range(8):
            across, up, toward = one[0], one[1], one[8]
            for which in range(3):
                sign = 1.0 if corner & (1 << which) else -1.0
                across += sign * one[2 + 2 * which]
                up += sign * one[3 + 2 * which]
                toward += sign * one[19 + which]
            _cast(rect, frame, camera, (across, up, toward), margin_m)
    return rect


@jit
def _cast(  # noqa: PLR0917 - compiled
    rect: Array,
    frame: Array,
    camera: tuple[Array, Array, Array],
    place: tuple[float, float, float],
    reach_m: float,
) -> None:
    lens, rotation, position = camera
    up = place[0] * frame[0, 2] + place[1] * frame[1, 2] + place[2] * frame[2, 2]
    fall = min(up / max(frame[2, 2], LEAST_SUN_HEIGHT), LONGEST_M)
    x = y = z = 0.0
    for axis in range(3):
        offset = place[0] * frame[0, axis] + place[1] * frame[1, axis] + (place[2] - fall) * frame[2, axis]
        offset += frame[3, axis] - position[axis]
        x += rotation[0, axis] * offset
        y += rotation[1, axis] * offset
        z += rotation[2, axis] * offset
    if z < _NEAREST_M:
        return
    u, v = pixel_of(lens, x / z, y / z)
    reach = reach_m * lens[11] / z + 2.0
    rect[0], rect[1] = min(rect[0], u - reach), min(rect[1], v - reach)
    rect[2], rect[3] = max(rect[2], u + reach), max(rect[3], v + reach)


@jit
def lay(  # noqa: PLR0917 - compiled
    shade: Float32,
    rect: Ints,
    ground_enu_m: Float32,
    frame: Array,
    looked_up: tuple[Float32, Array, float, float],
) -> None:
    """Darken ``shade`` (h, w) inside a rectangle to at least what the mask says for each pixel's own place.

    ``looked_up`` is the mask, its area, its step, and a way to the light above which a place is not shaded
    (it lies before the body, not behind it).
    """
    mask, area, step_m, before_m = looked_up
    rows, columns = mask.shape
    for v in range(rect[1], rect[3]):
        for u in range(rect[0], rect[2]):
            east = ground_enu_m[v, u, 0] - frame[3, 0]
            north = ground_enu_m[v, u, 1] - frame[3, 1]
            up = ground_enu_m[v, u, 2] - frame[3, 2]
            toward = east * frame[2, 0] + north * frame[2, 1] + up * frame[2, 2]
            if not toward < before_m:
                continue
            column = (east * frame[0, 0] + north * frame[0, 1] + up * frame[0, 2] - area[0]) / step_m
            row = (east * frame[1, 0] + north * frame[1, 1] + up * frame[1, 2] - area[1]) / step_m
            if not (0.0 <= column < columns - 1 and 0.0 <= row < rows - 1):
                continue
            left, low = int(column), int(row)
            a, b = np.float32(column - left), np.float32(row - low)
            near = mask[low, left] * (1 - a) + mask[low, left + 1] * a
            far = mask[low + 1, left] * (1 - a) + mask[low + 1, left + 1] * a
            value = near * (1 - b) + far * b
            shade[v, u] = max(shade[v, u], value)


@jit
def cast(  # noqa: PLR0913, PLR0917 - compiled code takes its arrays one by one
    shade: Float32,
    ground_enu_m: Float32,
    solids: tuple[Array, Array, Array],
    frame: Array,
    camera: tuple[Array, Array, Array],
    step_m: float,
    from_sun: bool,
) -> Ints:
    """Lay one body's shade into ``shade`` (h, w).

    Returns:
        (4,) the rectangle in which it may have changed; left beyond right where it lies outside the picture.
    """
    round_ones, flat_ones = outlines(solids[0], solids[1], solids[2], frame)
    margin_m = 2.0 * SUN_SOFT_M if from_sun else SKY_REACH_M
    where = footprint(round_ones, flat_ones, frame, camera, margin_m)
    height, width = shade.shape
    rect = np.zeros(4, dtype=np.int64)
    if not (where[0] < width and where[1] < height and where[2] >= 0 and where[3] >= 0):
        return rect
    rect[0], rect[1] = max(int(np.floor(where[0])), 0), max(int(np.floor(where[1])), 0)
    rect[2], rect[3] = min(int(np.ceil(where[2])) + 1, width), min(int(np.ceil(where[3])) + 1, height)
    area = bounds(round_ones, flat_ones, margin_m + step_m)
    if from_sun:
        mask = sun_mask(round_ones, flat_ones, area, step_m)
        lay(shade, rect, ground_enu_m, frame, (mask, area, step_m, area[4]))
    else:
        mask = sky_mask(round_ones, flat_ones, area, step_m)
        lay(shade, rect, ground_enu_m, frame, (mask, area, step_m, area[4] + 1.0))
    return rect


@jit
def darken(  # noqa: PLR0917 - compiled
    light: Float32,
    shades: tuple[Float32, Float32],
    rect: Ints,
    surfaces: tuple[Float32, Float32],
    irradiance: Array,
) -> None:
    """Take the shaded share of sun and sky from the light (h, w, 3) in a rectangle, and clear the shade.

    ``surfaces`` are ``sunlit`` and ``up`` of the plate; ``irradiance`` (3, 3): of the sun on flat ground, of
    the sun facing it, and of the sky.
    """
    sun, sky = shades
    sunlit, upward = surfaces
    for v in range(rect[1], rect[3]):
        for u in range(rect[0], rect[2]):
            from_sun, from_sky = sun[v, u], sky[v, u]
            if from_sun <= 0.0 and from_sky <= 0.0:
                continue
            level = max(upward[v, u], 0.0)
            for colour in range(3):
                sunny = irradiance[0, colour] * level + irradiance[1, colour] * _WALL_FACES * (1.0 - level)
                sunny *= sunlit[v, u]
                open_sky = irradiance[2, colour] * (0.5 + 0.5 * level)
                kept = sunny * (1.0 - from_sun) + open_sky * (1.0 - from_sky)
                light[v, u, colour] *= np.float32(kept / max(sunny + open_sky, 1e-9))
            sun[v, u] = 0.0
            sky[v, u] = 0.0
