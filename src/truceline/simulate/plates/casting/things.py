"""Things: where a ray meets a box, a gabled roof or a rod, and how a fence lets it through."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.plates.casting.index import Index
from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.scene.gathered import Scene
from truceline.simulate.plates.scene.relief import NOWHERE_M, Vector
from truceline.simulate.plates.scene.solids import (
    CENTRE,
    COSINE,
    HALF,
    OPENNESS,
    RISE,
    SINE,
    STYLE,
    Style,
)

Array = NDArray[np.float64]

GROUND, SOLID, STEM, NOTHING = 0, 1, 2, 3
SLOPE_FACE = 6
"""Faces: 2 axis + 1 for the positive side (length, width, up); 6 and 7 are a gable's slopes."""

_FASCIA_M = 0.14
_GABLE = int(Style.GABLE)
_FLAT = 1e-12
_BEHIND_M = 1e-6
_POST_EVERY_M = 2.5
_POST_HALF_M = 0.035
_RAIL_M = 0.045
_MESH_M = 0.08
_SOLID_COVER, _HALF_COVER = 0.995, 0.5


class Hit(NamedTuple):
    """What a ray meets first that is not seen through: distance, what (GROUND ...), its row, its face."""

    distance: float
    kind: int
    row: int
    face: int


@lean_jit
def local_ray(solid: Array, start: Vector, ray: Vector) -> tuple[Vector, Vector]:  # noqa: PLR0917
    """A ray in the axes of a solid, from its middle."""
    off_e, off_n = start[0] - solid[CENTRE], start[1] - solid[CENTRE + 1]
    cosine, sine = solid[COSINE], solid[SINE]
    place = (off_e * cosine + off_n * sine, off_n * cosine - off_e * sine, start[2] - solid[CENTRE + 2])
    return place, (ray[0] * cosine + ray[1] * sine, ray[1] * cosine - ray[0] * sine, ray[2])


@lean_jit
def solid_span(solid: Array, start: Vector, ray: Vector) -> tuple[float, float, int]:  # noqa: PLR0917
    """Distances at which a ray enters and leaves a solid, and the face it enters by; enter > leave: missed.

    Method: slabs (Kay and Kajiya 1986), for a gable with its two slopes as further planes.
    """
    place, way = local_ray(solid, start, ray)
    enter, leave, face = -NOWHERE_M, NOWHERE_M, 0
    for axis in range(3):
        half = solid[HALF + axis]
        if abs(way[axis]) < _FLAT:
            if abs(place[axis]) > half:
                return 1.0, 0.0, 0
            continue
        one, other = (-half - place[axis]) / way[axis], (half - place[axis]) / way[axis]
        if min(one, other) > enter:
            enter = min(one, other)
            face = 2 * axis + (1 if way[axis] < 0.0 else 0)
        leave = min(leave, max(one, other))
    if solid[STYLE] == _GABLE:
        return _under_slopes(solid, place, way, (enter, leave, face))
    return enter, leave, face


@lean_jit
def _under_slopes(  # noqa: PLR0917 - compiled
    solid: Array, place: Vector, way: Vector, span: tuple[float, float, int]
) -> tuple[float, float, int]:
    """The span of a ray in a box, cut by the two slopes of its gable."""
    enter, leave, face = span
    wide, rise = solid[HALF + 1], solid[RISE]
    ridge = -solid[HALF + 2] + _FASCIA_M + rise
    for side in range(2):
        sign = 1.0 if side else -1.0
        along = wide * way[2] + sign * rise * way[1]
        room = wide * ridge - wide * place[2] - sign * rise * place[1]
        if abs(along) < _FLAT:
            if room < 0.0:
                return 1.0, 0.0, 0
        elif along < 0.0:
            if room / along > enter:
                enter, face = room / along, SLOPE_FACE + side
        else:
            leave = min(leave, room / along)
    return enter, leave, face


@lean_jit
def solid_normal(solid: Array, face: int) -> Vector:
    """Unit normal of a face in site axes."""
    if face >= SLOPE_FACE:
        wide, rise = solid[HALF + 1], solid[RISE]
        length = np.sqrt(wide * wide + rise * rise)
        aside = (rise if face > SLOPE_FACE else -rise) / length
        return -solid[SINE] * aside, solid[COSINE] * aside, wide / length
    sign = 1.0 if face % 2 else -1.0
    if face < 2:
        return sign * solid[COSINE], sign * solid[SINE], 0.0
    if face < 4:
        return -sign * solid[SINE], sign * solid[COSINE], 0.0
    return 0.0, 0.0, sign


@lean_jit
def stem_distance(stem: Array, start: Vector, ray: Vector) -> float:  # noqa: PLR0917 - compiled
    """Distance along a unit ray to a rod with round ends; ``NOWHERE_M`` when it is missed.

    Method: Quilez, ray-capsule intersection.
    """
    along = (stem[3] - stem[0], stem[4] - stem[1], stem[5] - stem[2])
    off = (start[0] - stem[0], start[1] - stem[1], start[2] - stem[2])
    length2 = along[0] * along[0] + along[1] * along[1] + along[2] * along[2]
    with_ray = along[0] * ray[0] + along[1] * ray[1] + along[2] * ray[2]
    with_off = along[0] * off[0] + along[1] * off[1] + along[2] * off[2]
    ray_off = ray[0] * off[0] + ray[1] * off[1] + ray[2] * off[2]
    off2 = off[0] * off[0] + off[1] * off[1] + off[2] * off[2]
    square = length2 - with_ray * with_ray
    half = length2 * ray_off - with_off * with_ray
    rest = length2 * off2 - with_off * with_off - stem[6] * stem[6] * length2
    inside = half * half - square * rest
    if inside < 0.0 or square < _FLAT:
        return NOWHERE_M
    distance = (-half - np.sqrt(inside)) / square
    share = with_off + distance * with_ray
    if share <= 0.0 or share >= length2:
        if share > 0.0:
            off = (start[0] - stem[3], start[1] - stem[4], start[2] - stem[5])
        ray_off = ray[0] * off[0] + ray[1] * off[1] + ray[2] * off[2]
        rest = off[0] * off[0] + off[1] * off[1] + off[2] * off[2] - stem[6] * stem[6]
        inside = ray_off * ray_off - rest
        if inside < 0.0:
            return NOWHERE_M
        distance = -ray_off - np.sqrt(inside)
    return distance if distance > _BEHIND_M else NOWHERE_M


@lean_jit
def fence_cover(solid: Array, place: Vector, footprint_m: float) -> float:  # noqa: PLR0917 - compiled
    """Share of the view that a fence stops at a place on it in its own axes: posts, rail, mesh."""
    half_width = max(footprint_m, 1e-3)
    from_post = abs((place[0] + solid[HALF]) % _POST_EVERY_M)
    from_post = min(from_post, _POST_EVERY_M - from_post)
    post = min(max((_POST_HALF_M - from_post) / half_width + 0.5, 0.0), 1.0)
    below_top = solid[HALF + 2] - place[2]
    rail = min(max((_RAIL_M - below_top) / half_width + 0.5, 0.0), 1.0)
    cover = 1.0 - solid[OPENNESS]
    if footprint_m < 0.4 * _MESH_M:
        # Near enough to be seen as wires: two families at a slant, as wide as the cover asks.
        wire = 0.5 * cover * _MESH_M
        one = abs((place[0] + place[2]) % _MESH_M - 0.5 * _MESH_M)
        other = abs((place[0] - place[2]) % _MESH_M - 0.5 * _MESH_M)
        cover = min(max((0.5 * wire - min(one, other)) / half_width + 0.5, 0.0), 1.0)
    value: float = max(cover, post, rail)
    return value


@lean_jit
def first_hit(  # noqa: PLR0913, PLR0917 - compiled
    scene: Scene, index: Index, listing: tuple[int, int], start: Vector, ray: Vector, ground_m: float
) -> Hit:
    """The first solid thing of a list that a unit ray meets before the ground at ``ground_m``."""
    solids, stems = scene.solids.shape[0], scene.stems.shape[0]
    distance, kind, row, face = ground_m, GROUND, -1, 0
    if ground_m >= NOWHERE_M:
        kind = NOTHING
    for at in range(listing[0], listing[1]):
        thing = index.things[at]
        if thing < solids:
            enter, leave, entered = solid_span(scene.solids[thing], start, ray)
            if enter > leave or enter <= _BEHIND_M or enter >= distance:
                continue
            if scene.solids[thing, OPENNESS] > 0.0:
                # Only a post of a fence, seen well, hides what lies behind it.
                place, way = local_ray(scene.solids[thing], start, ray)
                there = (place[0] + enter * way[0], place[1] + enter * way[1], place[2] + enter * way[2])
                if fence_cover(scene.solids[thing], there, 1e-3) < _SOLID_COVER:
                    continue
                if fence_cover(scene.solids[thing], there, 0.05) < _HALF_COVER:
                    continue
            distance, kind, row, face = enter, SOLID, thing, entered
        elif thing < solids + stems:
            reached = stem_distance(scene.stems[thing - solids], start, ray)
            if reached < distance:
                distance, kind, row, face = reached, STEM, thing - solids, 0
    return Hit(distance, kind, row, face)
