"""View: one ray's light, from what it meets first back through leaves and fences to the camera."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.plates.casting.crowns import crown_span, see_crown
from truceline.simulate.plates.casting.index import Index, listed
from truceline.simulate.plates.casting.light import (
    Lighting,
    lamp_light,
    off_surface,
    sky_share,
    sun_share,
)
from truceline.simulate.plates.casting.things import (
    NOTHING,
    SOLID,
    STEM,
    Hit,
    fence_cover,
    first_hit,
    local_ray,
    solid_normal,
    solid_span,
)
from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.noise import Table, octave
from truceline.simulate.plates.paint.backdrop import (
    Heaven,
    backdrop_light,
    backdrop_warmth,
    sky_light,
    sky_warmth,
)
from truceline.simulate.plates.paint.faces import bark_paint, face_paint
from truceline.simulate.plates.paint.ground import Paint, ground_paint
from truceline.simulate.plates.paint.materials import WARMTH, Palette
from truceline.simulate.plates.paint.warmth import surface_warmth, through_air
from truceline.simulate.plates.scene.gathered import Scene
from truceline.simulate.plates.scene.relief import (
    NOWHERE_M,
    Vector,
    ditch_depth,
    ground_distance,
    ground_normal,
)
from truceline.simulate.plates.scene.solids import MATERIAL, OPENNESS, STYLE, TINT, Style

Array = NDArray[np.float64]

_LAMP = int(Style.LAMP)
_LAMP_GLOW = 4.0
_MOST_VEILS = 48
_FLATTEST = 0.03
_BOUNCE = 0.14
_TUFT_M = 0.16
_CROWN_TINT = 7


class Setup(NamedTuple):
    """All that a ray needs to know.

    Attributes:
        scene: The world's tables; ``index`` its things by tile of the picture.
        lighting: Sun, sky's shares and lamps; ``sun`` and ``sky`` their irradiances.
        start: The camera's place; ``turn`` its three axes in site axes.
        per_metre: Width of a ray at one metre.
        far_m: Where the ground ends for rays that still have not met it.
        thermal: Whether to give temperatures in place of light.
        wind_mps: Speed of the wind.
        veils: (n, 3) room for the things that a ray passes: distance, leaving distance, number.
    """

    scene: Scene
    index: Index
    lighting: Lighting
    palette: Palette
    heaven: Heaven
    table: Table
    sun: Vector
    sky: Vector
    start: Vector
    turn: tuple[Vector, Vector, Vector]
    per_metre: float
    far_m: float
    thermal: bool
    wind_mps: float
    veils: Array


class Look(NamedTuple):
    """What a ray shows.

    Attributes:
        red: Light, or the temperature in all three; ``green`` and ``blue``.
        sway: Share of the view that foliage stops; ``dense_m`` the distance by which it has stopped half.
        behind: What lies behind all foliage.
    """

    red: float
    green: float
    blue: float
    sway: float
    dense_m: float
    behind: "Behind"


class Behind(NamedTuple):
    """What a ray meets behind leaves and fences: its light, share of sun, lamplight that arrives; distance
    (``NOWHERE_M`` for the backdrop), place, upward part of its normal, material.
    """

    light: Vector
    sun: float
    lamps: float
    distance: float
    point: Vector
    up: float
    material: int


class Surface(NamedTuple):
    """A surface that a ray met: what it is, where, how it lies, how large it is seen."""

    paint: Paint
    point: Vector
    normal: Vector
    open_sky: float


@lean_jit
def ray_of(turn: tuple[Vector, Vector, Vector], straight: tuple[float, float]) -> tuple[Vector, float]:
    """Unit direction in site axes through a straight image place, and its cosine to the optical axis."""
    right, down, ahead = turn
    x, y = straight
    length = np.sqrt(x * x + y * y + 1.0)
    return (
        (right[0] * x + down[0] * y + ahead[0]) / length,
        (right[1] * x + down[1] * y + ahead[1]) / length,
        (right[2] * x + down[2] * y + ahead[2]) / length,
    ), 1.0 / length


@lean_jit
def hit_of(  # noqa: PLR0917 - compiled
    setup: Setup, ray: Vector, listing: tuple[int, int]
) -> Hit:
    """What a ray from the camera meets first; the ground only within its far end."""
    ground = ground_distance(setup.scene.relief, setup.start, ray, setup.far_m)
    if ground > setup.far_m:
        ground = NOWHERE_M
    return first_hit(setup.scene, setup.index, listing, setup.start, ray, ground)


@lean_jit
def along(start: Vector, ray: Vector, distance: float) -> Vector:  # noqa: PLR0917 - compiled
    """The point so far along a ray."""
    return start[0] + ray[0] * distance, start[1] + ray[1] * distance, start[2] + ray[2] * distance


@lean_jit
def see(  # noqa: PLR0917 - compiled
    setup: Setup, straight: tuple[float, float], jitter: tuple[float, float], dither: float
) -> Look:
    """What the ray through a straight image place shows; ``jitter`` and ``dither`` tell neighbours apart."""
    ray, _ = ray_of(setup.turn, straight)
    listing = listed(setup.index, straight[0], straight[1])
    behind = _behind(setup, hit_of(setup, ray, listing), ray, jitter)
    count = _veils(setup, listing, ray, behind.distance)
    passed, sway, dense = 1.0, 0.0, NOWHERE_M
    over_red, over_green, over_blue = 0.0, 0.0, 0.0
    for at in range(count):
        cover, light, foliage, distance = _veil(setup, at, ray, dither)
        share = passed * cover
        over_red += share * light[0]
        over_green += share * light[1]
        over_blue += share * light[2]
        if foliage:
            sway += share
        if passed >= 0.5 and passed - share < 0.5 and foliage:
            dense = distance
        passed -= share
        if passed < 0.02:
            break
    return Look(
        over_red + passed * behind.light[0],
        over_green + passed * behind.light[1],
        over_blue + passed * behind.light[2],
        sway,
        dense if dense < behind.distance else NOWHERE_M,
        behind,
    )


@lean_jit
def _veils(  # noqa: PLR0917 - compiled
    setup: Setup, listing: tuple[int, int], ray: Vector, far: float
) -> int:
    """Note the fences and crowns that a ray passes before ``far``, nearest first; how many there are."""
    scene, veils = setup.scene, setup.veils
    solids = scene.solids.shape[0]
    others = solids + scene.stems.shape[0]
    count = 0
    for at in range(listing[0], listing[1]):
        thing = setup.index.things[at]
        if thing < solids:
            if scene.solids[thing, OPENNESS] <= 0.0:
                continue
            enter, leave, _ = solid_span(scene.solids[thing], setup.start, ray)
        elif thing < others:
            continue
        else:
            enter, leave = crown_span(scene.crowns[thing - others], setup.start, ray)
        if enter > leave or leave <= 0.0 or enter >= far or count >= _MOST_VEILS:
            continue
        spot = count
        while spot > 0 and veils[spot - 1, 0] > enter:
            for column in range(3):
                veils[spot, column] = veils[spot - 1, column]
            spot -= 1
        veils[spot, 0], veils[spot, 1], veils[spot, 2] = enter, min(leave, far), thing
        count += 1
    return count


@lean_jit
def _veil(  # noqa: PLR0917 - compiled
    setup: Setup, at: int, ray: Vector, dither: float
) -> tuple[float, Vector, bool, float]:
    """Cover, light, whether it is foliage, and distance of one thing that a ray passes."""
    scene = setup.scene
    thing = int(setup.veils[at, 2])
    solids = scene.solids.shape[0]
    if thing < solids:
        solid = scene.solids[thing]
        enter = max(setup.veils[at, 0], 0.0)
        place, way = local_ray(solid, setup.start, ray)
        cover = fence_cover(solid, along(place, way, enter), setup.per_metre * enter)
        # Wires and posts are round: lit from all around, whatever side is seen.
        base, tint = int(solid[MATERIAL]), (solid[TINT], solid[TINT + 1], solid[TINT + 2])
        light = _soft_light(setup, (base, tint), (0.5, 0.8, 1.0), along(setup.start, ray, enter))
        return cover, _in_air(setup.heaven, setup.thermal, light, enter), False, enter
    crown = scene.crowns[thing - solids - scene.stems.shape[0]]
    span = (setup.veils[at, 0], setup.veils[at, 1])
    leaves = see_crown(
        crown, setup.table, setup.start, ray, span, (setup.per_metre, dither, setup.lighting.to_sun)
    )
    if leaves.cover <= 0.0:
        return 0.0, (0.0, 0.0, 0.0), True, NOWHERE_M
    distance = min(leaves.distance, span[1])
    shares = (leaves.sun, leaves.sky, leaves.tone)
    base, tint = int(crown[12]), (crown[_CROWN_TINT], crown[_CROWN_TINT + 1], crown[_CROWN_TINT + 2])
    light = _soft_light(setup, (base, tint), shares, along(setup.start, ray, distance))
    return leaves.cover, _in_air(setup.heaven, setup.thermal, light, distance), True, leaves.distance


@lean_jit
def _soft_light(  # noqa: PLR0917 - compiled
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
def _behind(  # noqa: PLR0917 - compiled
    setup: Setup, hit: Hit, ray: Vector, jitter: tuple[float, float]
) -> Behind:
    """What a ray meets first that is no foliage and no fence."""
    if hit.kind == NOTHING:
        if setup.thermal:
            warmth = backdrop_warmth(setup.heaven, setup.table, ray)
            return Behind((warmth, warmth, warmth), 0.0, 0.0, NOWHERE_M, ray, 0.0, -1)
        light = backdrop_light(setup.heaven, setup.table, ray)
        return Behind(light, 0.0, 0.0, NOWHERE_M, ray, 0.0, -1)
    surface = surface_of(setup, hit, ray)
    light, sun, lamps = _lit(setup, surface, ray, jitter)
    seen = _in_air(setup.heaven, setup.thermal, light, hit.distance)
    return Behind(seen, sun, lamps, hit.distance, surface.point, surface.normal[2], surface.paint.material)


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
    return Surface(paint, point, _tufted(setup.table, normal, point, seen_m), open_sky)


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
def _tufted(table: Table, normal: Vector, point: Vector, footprint: float) -> Vector:  # noqa: PLR0917
    """The ground's normal with the slopes of tufts and clods, where they are large enough to be seen."""
    place = (point[0], point[1])
    scale = (_TUFT_M * 4, footprint)
    here = octave(table, place, scale)
    if here == 0.0:
        return normal
    east = octave(table, (place[0] + _TUFT_M, place[1]), scale) - here
    north = octave(table, (place[0], place[1] + _TUFT_M), scale) - here
    turned = (normal[0] - 0.4 * east, normal[1] - 0.4 * north, normal[2])
    length = np.sqrt(turned[0] * turned[0] + turned[1] * turned[1] + turned[2] * turned[2])
    return turned[0] / length, turned[1] / length, turned[2] / length


@lean_jit
def _lit(  # noqa: PLR0917 - compiled
    setup: Setup, surface: Surface, ray: Vector, jitter: tuple[float, float]
) -> tuple[Vector, float, float]:
    """Light or temperature of a surface, the share of sun that reaches it, and the lamplight that arrives."""
    paint, normal, lighting = surface.paint, surface.normal, setup.lighting
    point = off_surface(surface.point, normal)
    to_sun = lighting.to_sun
    facing = normal[0] * to_sun[0] + normal[1] * to_sun[1] + normal[2] * to_sun[2]
    share = 0.0
    if setup.sun[1] > 0.0 and facing > -0.2:
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
def _in_air(  # noqa: PLR0917 - compiled
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
