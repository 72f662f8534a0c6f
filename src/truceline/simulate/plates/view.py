"""View: one ray's light, from what it meets first back through leaves and fences to the camera."""

from typing import NamedTuple

import numpy as np

from truceline.simulate.plates.casting.crowns import crown_span, see_crown
from truceline.simulate.plates.casting.index import listed
from truceline.simulate.plates.casting.things import (
    NOTHING,
    Hit,
    fence_cover,
    first_hit,
    local_ray,
    solid_span,
)
from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.paint.backdrop import backdrop_light, backdrop_warmth
from truceline.simulate.plates.scene.growth import CROWN_TINT
from truceline.simulate.plates.scene.relief import NOWHERE_M, Vector, ground_distance
from truceline.simulate.plates.scene.solids import MATERIAL, OPENNESS, TINT
from truceline.simulate.plates.setup import Setup
from truceline.simulate.plates.surface import along, in_air, lit, soft_light, surface_of

_MOST_VEILS = 48
_HIDDEN, _HALF = 0.02, 0.5


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
    """What a ray meets behind leaves and fences.

    Attributes:
        light: Or temperature; ``sun`` its share of sun, ``lamps`` the lamplight that arrives.
        distance: ``NOWHERE_M`` for the backdrop; ``point`` its place.
        up: Upward part of its normal; ``material`` its code.
    """

    light: Vector
    sun: float
    lamps: float
    distance: float
    point: Vector
    up: float
    material: int


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
    return first_hit(setup.scene, setup.tiles, listing, setup.start, ray, ground)


@lean_jit
def see(  # noqa: PLR0917 - compiled
    setup: Setup, straight: tuple[float, float], jitter: tuple[float, float], dither: float
) -> Look:
    """What the ray through a straight image place shows; ``jitter`` and ``dither`` tell neighbours apart."""
    ray, _ = ray_of(setup.turn, straight)
    listing = listed(setup.tiles, straight[0], straight[1])
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
        if passed >= _HALF > passed - share and foliage:
            dense = distance
        passed -= share
        if passed < _HIDDEN:
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
        thing = setup.tiles.things[at]
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
        light = soft_light(setup, (base, tint), (0.5, 0.8, 1.0), along(setup.start, ray, enter))
        return cover, in_air(setup.heaven, setup.thermal, light, enter), False, enter
    crown = scene.crowns[thing - solids - scene.stems.shape[0]]
    span = (setup.veils[at, 0], setup.veils[at, 1])
    leaves = see_crown(
        crown, setup.table, setup.start, ray, span, (setup.per_metre, dither, setup.lighting.to_sun)
    )
    if leaves.cover <= 0.0:
        return 0.0, (0.0, 0.0, 0.0), True, NOWHERE_M
    distance = min(leaves.distance, span[1])
    shares = (leaves.sun, leaves.sky, leaves.tone)
    base, tint = int(crown[12]), (crown[CROWN_TINT], crown[CROWN_TINT + 1], crown[CROWN_TINT + 2])
    light = soft_light(setup, (base, tint), shares, along(setup.start, ray, distance))
    return leaves.cover, in_air(setup.heaven, setup.thermal, light, distance), True, leaves.distance


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
    light, sun, lamps = lit(setup, surface, ray, jitter)
    seen = in_air(setup.heaven, setup.thermal, light, hit.distance)
    return Behind(seen, sun, lamps, hit.distance, surface.point, surface.normal[2], surface.paint.material)
