"""Obstacles: what stands between a source and a microphone, and how sound bends around it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPoint

from truceline.simulate.model.world import Terrain, World

Array = NDArray[np.float64]

OPEN_SHARE = 0.5
"""What lets more than this of the view through lets the sound through."""
SKIN_M = 0.05
"""Boxes are taken this much smaller: a device that is fixed to a wall is not inside it."""
DEEPEST_DB = 24.0
"""No more is lost behind one obstacle: turbulence and leaks fill its shadow (Maekawa 1968)."""
TINY_M = 1e-9
STEP_M = 2.0
"""The relief is looked at this finely along a way."""


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """The world's solids as columns: middles (k, 3), half sizes (k, 3), directions of their length (k, 2)."""

    centres_m: Array
    halves_m: Array
    along: Array

    def local(self, point_enu_m: Array) -> Array:
        """(k, 3) a point in each box's own axes, from its middle."""
        offset = point_enu_m - self.centres_m
        cosine, sine = self.along[:, 0], self.along[:, 1]
        east, north = offset[:, 0], offset[:, 1]
        return np.stack([east * cosine + north * sine, north * cosine - east * sine, offset[:, 2]], axis=1)


def boxes_of(world: World) -> Boxes:
    """The solids that stop sound."""
    solid = [one for one in world.solids if one.openness <= OPEN_SHARE]
    yaw = np.array([one.yaw_rad for one in solid], dtype=np.float64)
    return Boxes(
        np.array([one.centre_enu_m for one in solid], dtype=np.float64).reshape(-1, 3),
        np.array([one.half_sizes_m for one in solid], dtype=np.float64).reshape(-1, 3),
        np.stack([np.cos(yaw), np.sin(yaw)], axis=1),
    )


def entries(boxes: Boxes, start_enu_m: Array, *, end_enu_m: Array) -> tuple[Array, Array]:
    """Where a straight way enters and leaves each box, as shares (k,) of it; entry above exit: it misses."""
    start, end = boxes.local(start_enu_m), boxes.local(end_enu_m)
    way = end - start
    way = np.where(np.abs(way) < TINY_M, TINY_M, way)
    halves = np.maximum(boxes.halves_m - SKIN_M, 0.01)
    one, other = (-halves - start) / way, (halves - start) / way
    return np.minimum(one, other).max(axis=1), np.maximum(one, other).min(axis=1)


def reach_m(world: World, boxes: Boxes, *, start_enu_m: Array, direction: Array, longest_m: float) -> float:
    """How far a straight flight goes until it meets the ground or a solid, at most ``longest_m``."""
    end = start_enu_m + direction * longest_m
    enter, leave = entries(boxes, start_enu_m, end_enu_m=end)
    hit = (enter < leave) & (enter > 0.0) & (enter < 1.0)
    free = float(enter[hit].min()) * longest_m if hit.any() else longest_m
    ways = np.arange(STEP_M, free, STEP_M)
    points = start_enu_m + ways[:, None] * direction
    under = points[:, 2] < world.terrain.height_m(points[:, :2])
    return float(ways[int(np.argmax(under))]) if under.any() else free


def detours_m(world: World, boxes: Boxes, *, start_enu_m: Array, end_enu_m: Array) -> Array:
    """By how much the way around each thing between two points is longer than the straight one, (n,)."""
    enter, leave = entries(boxes, start_enu_m, end_enu_m=end_enu_m)
    # A box that holds one of the ends is what the device or the actor stands in or on: it does not count.
    blocked = np.flatnonzero((enter < leave) & (enter > 0.0) & (leave < 1.0))
    found = [_around(boxes, int(row), start=start_enu_m, end=end_enu_m) for row in blocked]
    hill = _over_relief(world.terrain, start=start_enu_m, end=end_enu_m)
    if hill > 0.0:
        found.append(hill)
    return np.array(found, dtype=np.float64)


def shadow_db(detours: Array, frequency_hz: Array, *, sound_mps: float) -> Array:
    """Loss (n,) behind obstacles at frequencies (n,).

    Method: Maekawa (Applied Acoustics 1:157, 1968): 10 log10(3 + 20 N), N = 2 detour / wavelength, at most
        24 dB an obstacle; those of several add up to at most 1.5 of that.
    """
    loss = np.zeros_like(frequency_hz)
    for detour in detours:
        fresnel = 2.0 * detour * frequency_hz / sound_mps
        loss += np.minimum(10.0 * np.log10(3.0 + 20.0 * fresnel), DEEPEST_DB)
    return np.minimum(loss, 1.5 * DEEPEST_DB)


def _around(boxes: Boxes, row: int, *, start: Array, end: Array) -> float:
    """The shortest detour over or beside one box."""
    here, there = boxes.local(start)[row], boxes.local(end)[row]
    length, width, up = (float(half) for half in boxes.halves_m[row])
    corners = np.array([(-length, -width), (-length, width), (length, -width), (length, width)])
    beside = [_taut_m(here[:2], there[:2], past=corners, side=side) for side in (1.0, -1.0)]
    rise = float(there[2] - here[2])
    ways = [float(np.hypot(way, rise)) for way in beside]
    enter, leave = _crossed(here[:2], there[:2], halves=boxes.halves_m[row, :2])
    ground = float(np.hypot(*(there - here)[:2]))
    edges = np.array([(enter * ground, up), (leave * ground, up)])
    ways.append(_taut_m(np.array([0.0, here[2]]), np.array([ground, there[2]]), past=edges, side=1.0))
    return max(min(ways) - float(np.linalg.norm(there - here)), 0.0)


def _taut_m(start: Array, end: Array, *, past: Array, side: float) -> float:
    """Length of a string drawn taut around those points (k, 2) on its left (side 1) or right (-1).

    Neither end lies inside what the points span, so both are corners of the hull of all (see the tests).
    """
    way, offset = end - start, past - start
    held = past[side * (way[0] * offset[:, 1] - way[1] * offset[:, 0]) > 0.0]
    straight = float(np.hypot(way[0], way[1]))
    if not len(held):
        return straight
    hull = MultiPoint(np.vstack([start, end, held])).convex_hull
    return float(hull.length) - straight


def _crossed(start: Array, end: Array, *, halves: Array) -> tuple[float, float]:
    """Shares of a way in the plan at which it enters and leaves a box, in the box's own axes."""
    way = end - start
    safe = np.where(np.abs(way) < TINY_M, TINY_M, way)
    one, other = (-halves - start) / safe, (halves - start) / safe
    return float(np.minimum(one, other).max()), float(np.maximum(one, other).min())


def _over_relief(terrain: Terrain, *, start: Array, end: Array) -> float:
    """The detour over the relief that hides the straight way; 0 where nothing hides it."""
    way_m = float(np.hypot(*(end - start)[:2]))
    shares = np.linspace(0.0, 1.0, max(int(way_m / STEP_M), 2) + 1)[1:-1, None]
    points = start + shares * (end - start)
    above = terrain.height_m(points[:, :2]) - points[:, 2]
    row = int(np.argmax(above))
    if above[row] <= 0.0:
        return 0.0
    crest = points[row] + np.array([0.0, 0.0, above[row]])
    return float(np.linalg.norm(crest - start) + np.linalg.norm(end - crest) - np.linalg.norm(end - start))
