"""Relief: the height of the ground with its ditches cut in, and where a ray meets it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.model.world import World
from truceline.simulate.plates.compiled import lean_jit

Array = NDArray[np.float64]
Vector = tuple[float, float, float]

_BLOCK_CELLS = 12
_CLOSE_M = 1e-4
_SHORTEST_STEP_M = 2e-3
_MOST_STEPS = 600
_BANK_SHARE = 0.35
"""Share of a ditch's half width that its sloping sides take."""
_DITCH_STEP_M = 0.03
_DITCH_STEPS = 400
NOWHERE_M = 1e9


class Relief(NamedTuple):
    """The ground as numbers.

    Attributes:
        heights_m: (rows, columns) grid of heights; beyond it its edge goes on.
        frame: East and north of the first height, step of the grid, size of a block, metres.
        steepest: Largest gradient in each block of cells and the eight around it.
        low_m: Lowest height, with ``high_m`` the highest.
        ditches: (k, 6) first the bounds of all (low, high), then of each stretch east and north of both ends,
            half width, depth.
    """

    heights_m: Array
    frame: tuple[float, float, float, float]
    steepest: Array
    low_m: float
    high_m: float
    ditches: Array


def relief_of(world: World) -> Relief:
    """The relief of a world."""
    terrain = world.terrain
    # A copy: read-only arrays would make every loop be compiled once more.
    heights = np.array(terrain.heights_m, dtype=np.float64, order="C")
    east, north = (float(value) for value in terrain.origin_en_m)
    frame = (east, north, float(terrain.step_m), float(terrain.step_m * _BLOCK_CELLS))
    stretches = [
        [*start, *end, ditch.width_m / 2, ditch.depth_m]
        for ditch in world.ditches
        for start, end in zip(ditch.path_en_m[:-1], ditch.path_en_m[1:], strict=True)
    ]
    ditches = np.array(stretches, dtype=np.float64).reshape(-1, 6)
    if len(ditches):
        ends, reach = ditches[:, :4].reshape(-1, 2), float(ditches[:, 4].max())
        bounds = [*(ends.min(axis=0) - reach), *(ends.max(axis=0) + reach), 0.0, 0.0]
        ditches = np.concatenate([[bounds], ditches])
    steepest = _steepest(heights, terrain.step_m)
    return Relief(heights, frame, steepest, float(heights.min()), float(heights.max()), ditches)


def _steepest(heights: Array, step_m: float) -> Array:
    """Bound of the gradient (blocks, blocks): no place within a block's reach is steeper."""
    gradient = np.zeros(heights.shape)
    if heights.shape[1] > 1:
        across = np.abs(np.diff(heights, axis=1)) / step_m
        gradient[:, :-1] = across
        gradient[:, 1:] = np.maximum(gradient[:, 1:], across)
    if heights.shape[0] > 1:
        along = np.abs(np.diff(heights, axis=0)) / step_m
        upward = np.zeros(heights.shape)
        upward[:-1] = along
        upward[1:] = np.maximum(upward[1:], along)
        # Of a cell both edges count: the bilinear patch is nowhere steeper than its edges together.
        gradient = np.hypot(gradient, upward)
        gradient[:-1] = np.maximum(gradient[:-1], gradient[1:])
    if heights.shape[1] > 1:
        gradient[:, :-1] = np.maximum(gradient[:, :-1], gradient[:, 1:])
    rows, columns = (-(-side // _BLOCK_CELLS) for side in heights.shape)
    padded = np.zeros((rows * _BLOCK_CELLS, columns * _BLOCK_CELLS))
    padded[: heights.shape[0], : heights.shape[1]] = gradient
    blocks = padded.reshape(rows, _BLOCK_CELLS, columns, _BLOCK_CELLS).max(axis=(1, 3))
    wide = np.pad(blocks, 1, mode="edge")
    around = [wide[row : row + rows, column : column + columns] for row in range(3) for column in range(3)]
    steepest: Array = np.max(around, axis=0) * 1.05 + 1e-3
    return steepest


@lean_jit
def terrain_height(relief: Relief, east: float, north: float) -> float:  # noqa: PLR0917 - compiled
    """Height of the ground without its ditches, as ``Terrain.height_m``."""
    return on_grid(relief.heights_m, relief.frame, east, north)


@lean_jit
def on_grid(  # noqa: PLR0917 - compiled
    heights_m: Array, frame: tuple[float, float, float, float], east: float, north: float
) -> float:
    """A value between those of a grid (rows, columns), bilinear; beyond it its edge goes on."""
    rows, columns = heights_m.shape
    column = min(max((east - frame[0]) / frame[2], 0.0), columns - 1.0)
    row = min(max((north - frame[1]) / frame[2], 0.0), rows - 1.0)
    left, low = min(int(column), max(columns - 2, 0)), min(int(row), max(rows - 2, 0))
    right, high = min(left + 1, columns - 1), min(low + 1, rows - 1)
    across, along = column - left, row - low
    near = heights_m[low, left] * (1 - across) + heights_m[low, right] * across
    far = heights_m[high, left] * (1 - across) + heights_m[high, right] * across
    value: float = near * (1 - along) + far * along
    return value


@lean_jit
def ditch_depth(ditches: Array, east: float, north: float) -> float:  # noqa: PLR0917 - compiled
    """How deep below the terrain the ground lies in a ditch; 0 outside."""
    deepest = 0.0
    if ditches.shape[0] == 0 or east < ditches[0, 0] or east > ditches[0, 2]:
        return deepest
    if north < ditches[0, 1] or north > ditches[0, 3]:
        return deepest
    for index in range(1, ditches.shape[0]):
        start_e, start_n, end_e, end_n, half, depth = ditches[index]
        along_e, along_n = end_e - start_e, end_n - start_n
        off_e, off_n = east - start_e, north - start_n
        length2 = along_e * along_e + along_n * along_n
        share = 0.0
        if length2 > 0.0:
            share = min(max((off_e * along_e + off_n * along_n) / length2, 0.0), 1.0)
        off_e -= share * along_e
        off_n -= share * along_n
        away2 = off_e * off_e + off_n * off_n
        if away2 < half * half:
            wall = (half - np.sqrt(away2)) / (_BANK_SHARE * half)
            deepest = max(deepest, depth * min(wall, 1.0))
    return deepest


@lean_jit
def ground_height(relief: Relief, east: float, north: float) -> float:  # noqa: PLR0917 - compiled
    """Height of the ground with its ditches."""
    return terrain_height(relief, east, north) - ditch_depth(relief.ditches, east, north)


@jit
def shade_heights(relief: Relief, to_sun: Vector) -> Array:
    """Up to which height (rows, columns) the relief shades the place over each point of its grid, metres.

    Method: from every point toward the sun in steps of the grid; what stands there throws its height less the
    way times the tangent of the sun's elevation.
    """
    rows, columns = relief.heights_m.shape
    shade = np.full((rows, columns), -NOWHERE_M)
    flat = np.sqrt(to_sun[0] * to_sun[0] + to_sun[1] * to_sun[1])
    if to_sun[2] <= 0.0 or flat <= _CLOSE_M or relief.high_m - relief.low_m < _CLOSE_M:
        return shade
    step, fall = relief.frame[2], relief.frame[2] * to_sun[2] / flat
    count = min(int((relief.high_m - relief.low_m) / fall) + 1, rows + columns)
    for row in range(rows):
        for column in range(columns):
            east, north = relief.frame[0] + column * step, relief.frame[1] + row * step
            for far in range(1, count + 1):
                way = far * step / flat
                there = terrain_height(relief, east + to_sun[0] * way, north + to_sun[1] * way) - far * fall
                shade[row, column] = max(shade[row, column], there)
    return shade


def ground_heights_m(world: World, en_m: Array) -> Array:
    """Heights (n,) of the ground, ditches cut in, at places (n, 2)."""
    return np.asarray(_heights(relief_of(world), np.array(en_m, dtype=np.float64, order="C")))


@jit
def _heights(relief: Relief, en_m: Array) -> Array:
    heights = np.empty(en_m.shape[0])
    for index in range(en_m.shape[0]):
        heights[index] = ground_height(relief, en_m[index, 0], en_m[index, 1])
    return heights


@lean_jit
def ground_normal(relief: Relief, east: float, north: float) -> Vector:  # noqa: PLR0917 - compiled
    """Unit normal of the ground; over a step of the grid, so that its facets do not show."""
    reach = 0.75 * relief.frame[2]
    if ditch_depth(relief.ditches, east, north) > 0.0:
        reach = 0.04
        slope_e = ground_height(relief, east + reach, north) - ground_height(relief, east - reach, north)
        slope_n = ground_height(relief, east, north + reach) - ground_height(relief, east, north - reach)
    elif relief.high_m > relief.low_m:
        slope_e = terrain_height(relief, east + reach, north) - terrain_height(relief, east - reach, north)
        slope_n = terrain_height(relief, east, north + reach) - terrain_height(relief, east, north - reach)
    else:
        return 0.0, 0.0, 1.0
    slope_e /= 2 * reach
    slope_n /= 2 * reach
    length = np.sqrt(slope_e * slope_e + slope_n * slope_n + 1.0)
    return -slope_e / length, -slope_n / length, 1.0 / length


@lean_jit
def ground_distance(  # noqa: PLR0917 - compiled
    relief: Relief, start: Vector, ray: Vector, far_m: float
) -> float:
    """Distance along a ray (unit of its length) to the ground; ``NOWHERE_M`` when it meets none.

    Method: steps that the steepest gradient near by proves to be safe (sphere tracing, Hart 1996).
    """
    distance = _terrain_distance(relief, start, ray, far_m)
    if distance < far_m and relief.ditches.shape[0] > 0:
        return _through_ditch(relief, start, ray, distance)
    return distance


@lean_jit
def _terrain_distance(  # noqa: PLR0917 - compiled
    relief: Relief, start: Vector, ray: Vector, far_m: float
) -> float:
    if relief.high_m - relief.low_m < _CLOSE_M:
        if ray[2] >= 0.0 or start[2] < relief.low_m:
            return NOWHERE_M
        return (relief.low_m - start[2]) / ray[2]
    distance = 0.0
    if start[2] > relief.high_m:
        if ray[2] >= 0.0:
            return NOWHERE_M
        distance = (relief.high_m - start[2]) / ray[2]
    flat = np.sqrt(ray[0] * ray[0] + ray[1] * ray[1])
    before, gap_before = distance, 0.0
    for step in range(_MOST_STEPS):
        east, north = start[0] + ray[0] * distance, start[1] + ray[1] * distance
        up = start[2] + ray[2] * distance
        if distance > far_m or (ray[2] >= 0.0 and up > relief.high_m):
            return NOWHERE_M
        gap = up - terrain_height(relief, east, north)
        if gap < _CLOSE_M:
            if gap < 0.0 and step > 0 and gap_before > 0.0:
                distance = before + (distance - before) * gap_before / (gap_before - gap)
            return distance
        before, gap_before = distance, gap
        closing = _steepness(relief, east, north) * flat - ray[2]
        stride = relief.frame[3] / max(flat, 1e-6)
        if closing > 0.0:
            stride = min(gap / closing, stride)
        distance += max(stride, _SHORTEST_STEP_M + 2e-5 * distance)
    return distance


@lean_jit
def _steepness(relief: Relief, east: float, north: float) -> float:  # noqa: PLR0917 - compiled
    rows, columns = relief.steepest.shape
    column = min(max(int((east - relief.frame[0]) / relief.frame[3]), 0), columns - 1)
    row = min(max(int((north - relief.frame[1]) / relief.frame[3]), 0), rows - 1)
    value: float = relief.steepest[row, column]
    return value


@lean_jit
def _through_ditch(  # noqa: PLR0917 - compiled
    relief: Relief, start: Vector, ray: Vector, distance: float
) -> float:
    """A ray that met the terrain over a ditch goes on to the ditch's side or bottom."""
    length = np.sqrt(ray[0] * ray[0] + ray[1] * ray[1] + ray[2] * ray[2])
    stride = _DITCH_STEP_M / length
    before = distance
    for _ in range(_DITCH_STEPS):
        east, north = start[0] + ray[0] * distance, start[1] + ray[1] * distance
        depth = ditch_depth(relief.ditches, east, north)
        below = terrain_height(relief, east, north) - (start[2] + ray[2] * distance)
        if below >= depth - _CLOSE_M:
            break
        before = distance
        distance += stride
    for _ in range(8):
        middle = 0.5 * (before + distance)
        east, north = start[0] + ray[0] * middle, start[1] + ray[1] * middle
        if start[2] + ray[2] * middle < ground_height(relief, east, north):
            distance = middle
        else:
            before = middle
    return distance
