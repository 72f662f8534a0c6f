"""Surface: what a ray met, how it lies and is painted, and the light or warmth that comes from it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.plates.casting.light import lamp_light, off_surface, sky_share, sun_share
from truceline.simulate.plates.casting.things import SOLID, STEM, Hit, local_ray, solid_normal
from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.noise import Table, octave
from truceline.simulate.plates.paint.backdrop import Heaven, sky_light, sky_warmth
from truceline.simulate.plates.paint.faces import bark_paint, face_paint
from truceline.simulate.plates.paint.ground import Paint, ground_paint
from truceline.simulate.plates.paint.materials import ROUGH, WARMTH
from truceline.simulate.plates.paint.warmth import surface_warmth, through_air
from truceline.simulate.plates.scene.relief import Vector, ditch_depth, ground_normal
from truceline.simulate.plates.scene.solids import STYLE, Style
from truceline.simulate.plates.setup import Setup

Array = NDArray[np.float64]

_LAMP = int(Style.LAMP)
_LAMP_GLOW = 4.0
_FLATTEST = 0.03
_BOUNCE = 0.14
_TURNED_OFF = -0.2
"""Tufts on a slope turned so little from the sun still take a shadow."""
_TUFT_M = 0.16


class Surface(NamedTuple):
    """A surface that a ray met: what it is, where, how it lies, how large it is seen."""

    paint: Paint
    point: Vector
    normal: Vector
    open_sky: float


@lean_jit
def along(start: Vector, ray: Vector, distance: float) -> Vector:  # noqa: PLR0917 - compiled
    """The point so far along a ray."""
    return start[0] + ray[0] * distance, start[1] + ray[1] * distance, start[2] + ray[2] * distance


@lean_jit
def soft_light(  # noqa: PLR0917 - compiled
    setup: Setup, what: tuple[int, Vector], shares: tuple[float, float, float], point: Vector
) -> Vector:
    """Light or temperature of leaves or wires of a material and tint, from their shares of sun and sky."""
    sun, sky, tone = shares
    material, tint = what
    if setup.thermal:
        row = setup.palette[material, WARMTH:]
        still = 1.0 / (1.0 + 0.12 * setup.wind_mps)
        level = (setup.sun[0] + setup.sun[1] + setup.sun[2]) / 3.0
        light = (setup.sky[0] + setup.sky[1] + setup.sky[2]) / 3.0
        night = max(1.0 - 4.0 * (level + light), 0.0)
        warmth = setup.heaven.air_c + still * (row[0] * level * sun + row[1] * light * sky)
        warmth += row[2] * night * setup.heaven.clear * sky + 0.6 * row[3] * (tone - 1.0)
        return warmth, warmth, warmth
    _, lamps = lamp_light(setup.scene, setup.lighting, setup.table, point, (0.0, 0.0, 1.0), False)
    base = setup.palette[material]
    lamps *= 0.45
    return (
        base[0] * tint[0] * tone * (setup.sun[0] * sun + setup.sky[0] * sky + lamps),
        base[1] * tint[1] * tone * (setup.sun[1] * sun + setup.sky[1] * sky + lamps),
        base[2] * tint[2] * tone * (setup.sun[2] * sun + setup.sky[2] * sky + lamps),
    )


@lean_jit
def surface_of(setup: Setup, hit: Hit, ray: Vector) -> Surface:  # noqa: PLR0917 - compiled
    """The surface that a ray met."""
    point = along(setup.start, ray, hit.distance)
    footprint = setup.per_metre * hit.distance
    scene = setup.scene
    if hit.kind == SOLID:
        solid = scene.solids[hit.row]
        normal = solid_normal(solid, hit.face)
        facing = max(abs(normal[0] * ray[0] + normal[1] * ray[1] + normal[2] * ray[2]), _FLATTEST)
        place, way = local_ray(solid, setup.start, ray)
        there = along(place, way, hit.distance)
        paint = face_paint(solid, hit.face, there, setup.palette, setup.table, footprint / facing**0.6)
        if solid[STYLE] == _LAMP and setup.lighting.lamps_lit:
            paint = Paint(paint.material, paint.red, paint.green, paint.blue, 0.0, 12.0, _LAMP_GLOW)
        return Surface(paint, point, normal, sky_share(scene, setup.lighting, point, hit.row))
    if hit.kind == STEM:
        stem = scene.stems[hit.row]
        normal = _round_normal(stem, point)
        paint = bark_paint(stem, point, setup.palette, setup.table, footprint)
        return Surface(paint, point, normal, 0.7)
    normal = ground_normal(scene.relief, point[0], point[1])
    facing = max(abs(normal[0] * ray[0] + normal[1] * ray[1] + normal[2] * ray[2]), _FLATTEST)
    depth = ditch_depth(scene.relief.ditches, point[0], point[1])
    seen_m = footprint / facing**0.6
    paint = ground_paint(scene.ground, setup.palette, setup.table, (point[0], point[1]), seen_m, depth)
    open_sky = sky_share(scene, setup.lighting, point, -1) / (1.0 + 1.2 * depth)
    rough = setup.palette[paint.material, ROUGH]
    return Surface(paint, point, _tufted(setup.table, normal, point, (seen_m, rough)), open_sky)


@lean_jit
def _round_normal(stem: Array, point: Vector) -> Vector:
    way = (stem[3] - stem[0], stem[4] - stem[1], stem[5] - stem[2])
    off = (point[0] - stem[0], point[1] - stem[1], point[2] - stem[2])
    length2 = max(way[0] * way[0] + way[1] * way[1] + way[2] * way[2], 1e-12)
    share = min(max((off[0] * way[0] + off[1] * way[1] + off[2] * way[2]) / length2, 0.0), 1.0)
    out = (off[0] - share * way[0], off[1] - share * way[1], off[2] - share * way[2])
    length = max(np.sqrt(out[0] * out[0] + out[1] * out[1] + out[2] * out[2]), 1e-9)
    return out[0] / length, out[1] / length, out[2] / length


@lean_jit
def _tufted(table: Table, normal: Vector, point: Vector, scale: tuple[float, float]) -> Vector:  # noqa: PLR0917
    """The ground's normal with the slopes of tufts or ripples, where they can be seen."""
    place = (point[0], point[1])
    footprint, rough = scale
    scale = (_TUFT_M * 4, footprint)
    here = octave(table, place, scale)
    if here == 0.0:
        return normal
    east = octave(table, (place[0] + _TUFT_M, place[1]), scale) - here
    north = octave(table, (place[0], place[1] + _TUFT_M), scale) - here
    turned = (normal[0] - rough * east, normal[1] - rough * north, normal[2])
    length = np.sqrt(turned[0] * turned[0] + turned[1] * turned[1] + turned[2] * turned[2])
    return turned[0] / length, turned[1] / length, turned[2] / length


@lean_jit
def lit(  # noqa: PLR0917 - compiled
    setup: Setup, surface: Surface, ray: Vector, jitter: tuple[float, float]
) -> tuple[Vector, float, float]:
    """Light or temperature of a surface, its share of the sun, and the lamplight that arrives."""
    paint, normal, lighting = surface.paint, surface.normal, setup.lighting
    point = off_surface(surface.point, normal)
    to_sun = lighting.to_sun
    facing = normal[0] * to_sun[0] + normal[1] * to_sun[1] + normal[2] * to_sun[2]
    share = 0.0
    if setup.sun[1] > 0.0 and facing > _TURNED_OFF:
        share = sun_share(setup.scene, lighting, setup.table, point, jitter)
    direct = share * max(facing, 0.0)
    above = (0.5 + 0.5 * normal[2]) * surface.open_sky
    mirror = _mirrored(ray, normal)
    if setup.thermal:
        level = (setup.sun[0] + setup.sun[1] + setup.sun[2]) / 3.0 * direct
        light = (setup.sky[0] + setup.sky[1] + setup.sky[2]) / 3.0 * above
        cold = sky_warmth(setup.heaven, setup.table, mirror) if mirror[2] > 0.0 else setup.heaven.air_c
        warmth = surface_warmth(
            paint, setup.palette, setup.heaven, (level, light, above, setup.wind_mps, cold)
        )
        return (warmth, warmth, warmth), share, 0.0
    lamps, arriving = lamp_light(setup.scene, lighting, setup.table, point, normal, True)
    glow = paint.glow if lighting.lamps_lit else 0.0
    below = _BOUNCE * (0.5 - 0.5 * normal[2]) * (0.4 + 0.6 * surface.open_sky)
    gloss, sheen = 0.0, (0.0, 0.0, 0.0)
    if paint.gloss > 0.0:
        grazing = 1.0 - min(abs(normal[0] * ray[0] + normal[1] * ray[1] + normal[2] * ray[2]), 1.0)
        gloss = paint.gloss * (0.06 + 0.94 * grazing**5)
        sheen = sky_light(setup.heaven, setup.table, mirror)
    shares = (direct, above, below, lamps)
    return (
        (
            _channel((setup.sun[0], setup.sky[0]), paint.red, to_sun[2], shares) + gloss * sheen[0] + glow,
            _channel((setup.sun[1], setup.sky[1]), paint.green, to_sun[2], shares) + gloss * sheen[1] + glow,
            _channel((setup.sun[2], setup.sky[2]), paint.blue, to_sun[2], shares) + gloss * sheen[2] + glow,
        ),
        share,
        arriving,
    )


@lean_jit
def _channel(  # noqa: PLR0917 - compiled
    light: tuple[float, float], tone: float, height: float, shares: tuple[float, float, float, float]
) -> float:
    direct, above, below, lamps = shares
    sun, sky = light
    onto_ground = sun * max(height, 0.0) + sky
    return tone * (sun * direct + sky * above + onto_ground * below + lamps)


@lean_jit
def _mirrored(ray: Vector, normal: Vector) -> Vector:
    facing = 2.0 * (ray[0] * normal[0] + ray[1] * normal[1] + ray[2] * normal[2])
    return ray[0] - facing * normal[0], ray[1] - facing * normal[1], ray[2] - facing * normal[2]


@lean_jit
def in_air(  # noqa: PLR0917 - compiled
    heaven: Heaven, thermal: bool, light: Vector, distance: float
) -> Vector:
    """Light or temperature as it arrives through so much air."""
    if thermal:
        warmth = through_air(heaven, light[0], distance)
        return warmth, warmth, warmth
    left = np.exp(-heaven.loss_m * distance)
    horizon = heaven.horizon
    return (
        light[0] * left + horizon[0] * (1.0 - left),
        light[1] * left + horizon[1] * (1.0 - left),
        light[2] * left + horizon[2] * (1.0 - left),
    )
