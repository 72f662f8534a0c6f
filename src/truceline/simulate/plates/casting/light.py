"""Light: how much of the sun, of the sky and of the lamps reaches a point of the scene."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.plates.casting.crowns import crown_span, through_crown
from truceline.simulate.plates.casting.index import Index, listed
from truceline.simulate.plates.casting.things import fence_cover, local_ray, solid_span, stem_distance
from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.noise import Table
from truceline.simulate.plates.scene.gathered import Scene
from truceline.simulate.plates.scene.relief import (
    Vector,
    ditch_depth,
    ground_height,
    on_grid,
    terrain_height,
)
from truceline.simulate.plates.scene.solids import HALF, OPENNESS

Array = NDArray[np.float64]

_OFF_M = 4e-3
_RELIEF_M = 0.3
_EDGE_M = 0.5
_SKY_REACH_M = 1.4
_DARKEST_FOOT = 0.45
_NO_LIGHT = 0.01
_FAINTEST = 1e-5
_SUNK_M = -0.02
_NEAREST_LAMP_M = 1.3


class Lighting(NamedTuple):
    """Where light comes from.

    Attributes:
        to_sun: Unit vector; ``first`` and ``second`` are square to it and to each other.
        spread: Half width of the sun as a tangent: what softens its shadows.
        sun: Things by tile across the sun's direction; ``plan`` by place; ``lamps`` by sector around each.
        lamps_lit: Whether the lamps burn.
        shade_m: Up to which height the relief shades each point of its grid.
        beam: The camera's view (3) and how fast its illuminator falls off beside it.
    """

    to_sun: Vector
    first: Vector
    second: Vector
    spread: float
    sun: Index
    plan: Index
    lamps: Index
    lamps_lit: bool
    shade_m: Array
    beam: tuple[float, float, float, float]


@lean_jit
def sun_share(  # noqa: PLR0917 - compiled
    scene: Scene, lighting: Lighting, table: Table, point: Vector, jitter: tuple[float, float]
) -> float:
    """Share of the direct sun that reaches a point; ``jitter`` (-1 to 1) chooses a place on the sun."""
    first, second = lighting.first, lighting.second
    aside, along = jitter[0] * lighting.spread, jitter[1] * lighting.spread
    ray = (
        lighting.to_sun[0] + aside * first[0] + along * second[0],
        lighting.to_sun[1] + aside * first[1] + along * second[1],
        lighting.to_sun[2] + aside * first[2] + along * second[2],
    )
    length = np.sqrt(ray[0] * ray[0] + ray[1] * ray[1] + ray[2] * ray[2])
    ray = (ray[0] / length, ray[1] / length, ray[2] / length)
    tile = listed(
        lighting.sun,
        point[0] * first[0] + point[1] * first[1] + point[2] * first[2],
        point[0] * second[0] + point[1] * second[1] + point[2] * second[2],
    )
    share = things_pass(scene, lighting.sun, table, tile, (point, ray, 1e9))
    if share > 0.0:
        share *= _ground_passes(scene, lighting.shade_m, point, ray)
    return share


@lean_jit
def things_pass(  # noqa: PLR0917 - compiled
    scene: Scene, index: Index, table: Table, tile: tuple[int, int], path: tuple[Vector, Vector, float]
) -> float:
    """Share of light that passes the listed things along a path: start, unit ray, length."""
    start, ray, reach = path
    solids, stems = scene.solids.shape[0], scene.stems.shape[0]
    share = 1.0
    for at in range(tile[0], tile[1]):
        thing = index.things[at]
        if thing < solids:
            enter, leave, _ = solid_span(scene.solids[thing], start, ray)
            if enter > leave or leave <= _OFF_M or enter >= reach:
                continue
            if scene.solids[thing, OPENNESS] <= 0.0:
                return 0.0
            place, way = local_ray(scene.solids[thing], start, ray)
            there = (place[0] + enter * way[0], place[1] + enter * way[1], place[2] + enter * way[2])
            share *= 1.0 - fence_cover(scene.solids[thing], there, 0.05)
        elif thing < solids + stems:
            if stem_distance(scene.stems[thing - solids], start, ray) < reach:
                return 0.0
        else:
            crown = scene.crowns[thing - solids - stems]
            enter, leave = crown_span(crown, start, ray)
            if enter <= leave and leave > 0.0 and enter < reach:
                share *= through_crown(crown, table, start, ray)
        if share < _NO_LIGHT:
            return 0.0
    return share


@lean_jit
def _ground_passes(  # noqa: PLR0917 - compiled
    scene: Scene, shade_m: Array, point: Vector, ray: Vector
) -> float:
    """Share of a ray to the sun that the relief and the sides of a ditch let pass."""
    relief = scene.relief
    depth = ditch_depth(relief.ditches, point[0], point[1])
    if depth > 0.0 and point[2] < terrain_height(relief, point[0], point[1]) - 0.01:
        for step in range(1, 40):
            way = 0.05 * step
            there = (point[0] + ray[0] * way, point[1] + ray[1] * way, point[2] + ray[2] * way)
            if there[2] < ground_height(relief, there[0], there[1]):
                return 0.0
            if there[2] > terrain_height(relief, there[0], there[1]):
                break
    if relief.high_m - relief.low_m < _RELIEF_M or point[2] >= relief.high_m:
        return 1.0
    over = point[2] - on_grid(shade_m, relief.frame, point[0], point[1])
    return min(max(0.5 + over / _EDGE_M, 0.0), 1.0)


@lean_jit
def sky_share(scene: Scene, lighting: Lighting, point: Vector, row: int) -> float:  # noqa: PLR0917
    """Share of the sky that is open over a point: less at the foot of a wall, under a deck or crown.

    ``row`` is the solid that the point lies on, or -1.
    """
    tile = listed(lighting.plan, point[0], point[1])
    solids, stems = scene.solids.shape[0], scene.stems.shape[0]
    share = 1.0
    for at in range(tile[0], tile[1]):
        thing = lighting.plan.things[at]
        if thing < solids:
            if thing != row:
                share *= _open_beside(scene.solids[thing], point)
        elif thing >= solids + stems:
            crown = scene.crowns[thing - solids - stems]
            aside = np.hypot(point[0] - crown[0], point[1] - crown[1]) / crown[3]
            if aside < 1.0 and point[2] < crown[2]:
                thin = 0.12 if crown[5] == 3 else 0.5
                share *= 1.0 - thin * (1.0 - aside * aside)
    return max(share, 0.06)


@lean_jit
def _open_beside(solid: Array, point: Vector) -> float:
    place, _ = local_ray(solid, point, (0.0, 0.0, 1.0))
    aside = max(abs(place[0]) - solid[HALF], 0.0)
    across = max(abs(place[1]) - solid[HALF + 1], 0.0)
    away = np.sqrt(aside * aside + across * across)
    bottom, top = place[2] + solid[HALF + 2], solid[HALF + 2] - place[2]
    shut = 1.0 - solid[OPENNESS]
    if bottom < _SUNK_M:
        # Below it, as under a deck or eaves: open only beside its edge.
        if away > 0.0:
            return 1.0
        edge = min(solid[HALF] - abs(place[0]), solid[HALF + 1] - abs(place[1]))
        below: float = 1.0 - shut * edge / (edge - bottom + 0.3) * 0.9
        return below
    if top <= 0.0:
        return 1.0
    reach = min(0.45 * top, _SKY_REACH_M) + 0.02
    beside: float = 1.0 - shut * _DARKEST_FOOT * np.exp(-2.0 * away / reach)
    return beside


@lean_jit
def lamp_light(  # noqa: PLR0913, PLR0917 - compiled
    scene: Scene, lighting: Lighting, table: Table, point: Vector, normal: Vector, covered: bool
) -> tuple[float, float]:
    """Light of all lamps at a point: on a surface with this normal, and on one that faces each lamp.

    ``covered`` asks for shadows. A lamp shines with its strength over the squared distance, downward most.
    """
    onto, arriving = 0.0, 0.0
    if not lighting.lamps_lit:
        return onto, arriving
    for row in range(scene.lamps.shape[0]):
        lamp = scene.lamps[row]
        way = (lamp[0] - point[0], lamp[1] - point[1], lamp[2] - point[2])
        length2 = max(way[0] * way[0] + way[1] * way[1] + way[2] * way[2], _NEAREST_LAMP_M**2)
        light = lamp[3] / length2
        if light < _FAINTEST:
            continue
        length = np.sqrt(length2)
        ray = (way[0] / length, way[1] / length, way[2] / length)
        own = lamp[4] > 0.0
        if own:
            beam = lighting.beam
            ahead = -(ray[0] * beam[0] + ray[1] * beam[1] + ray[2] * beam[2])
            light *= np.exp(-beam[3] * max(1.0 - ahead, 0.0))
        else:
            light *= min(max(0.25 + 1.2 * ray[2], 0.08), 1.0)
        if light < _FAINTEST:
            continue
        if covered and not own:
            tile = listed(lighting.lamps, np.arctan2(-ray[1], -ray[0]), row + 0.5)
            light *= things_pass(scene, lighting.lamps, table, tile, (point, ray, length - 0.1))
        facing = ray[0] * normal[0] + ray[1] * normal[1] + ray[2] * normal[2]
        onto += light * max(facing, 0.0)
        arriving += light
    return onto, arriving


@lean_jit
def off_surface(point: Vector, normal: Vector) -> Vector:
    """A point a few millimetres off its surface, from which rays to lights start."""
    return point[0] + normal[0] * _OFF_M, point[1] + normal[1] * _OFF_M, point[2] + normal[2] * _OFF_M
