"""Crowns: how far a ray sees into leaves and twigs, and how much sun comes through them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.noise import Table, solid_noise
from truceline.simulate.plates.scene.growth import Form
from truceline.simulate.plates.scene.relief import NOWHERE_M, Vector

Array = NDArray[np.float64]

_CONIFER, _TWIGS = int(Form.CONIFER), int(Form.TWIGS)
_FORM, _SHIFT, _LUMP = 5, 10, 11
_FINE_M, _FINEST_M = 0.19, 0.07
"""Sizes of sprays and of leaves."""
_OPAQUE = 0.97
_EDGE = 5.0
_HALF = 0.5
_MOST_STEPS = 36
_DARK = 6.0
_NO_LEAF = -0.45
_LEAST_COVER = 1e-4
_WHORLS = 9.0


class Foliage(NamedTuple):
    """What a ray sees of a crown.

    Attributes:
        cover: Share of the view that it stops; ``distance`` by which half is stopped.
        sun: Share of the sun that lights its leaves; ``sky`` of the sky; ``tone`` their brightness.
    """

    cover: float
    sun: float
    sky: float
    tone: float
    distance: float


@lean_jit
def crown_span(crown: Array, start: Vector, ray: Vector) -> tuple[float, float]:  # noqa: PLR0917
    """Distances at which a unit ray enters and leaves the crown's ellipsoid; enter > leave: missed."""
    across, high = crown[3], crown[4]
    place = ((start[0] - crown[0]) / across, (start[1] - crown[1]) / across, (start[2] - crown[2]) / high)
    way = (ray[0] / across, ray[1] / across, ray[2] / high)
    square = way[0] * way[0] + way[1] * way[1] + way[2] * way[2]
    half = place[0] * way[0] + place[1] * way[1] + place[2] * way[2]
    rest = place[0] * place[0] + place[1] * place[1] + place[2] * place[2] - 1.0
    inside = half * half - square * rest
    if inside <= 0.0:
        return 1.0, 0.0
    root = np.sqrt(inside)
    return (-half - root) / square, (-half + root) / square


@lean_jit
def leaves_at(crown: Array, table: Table, place: Vector) -> float:  # noqa: PLR0917 - compiled
    """How much more than nothing grows at a site place: above 0 are leaves, about 1 in the middle."""
    unit_e, unit_n = (place[0] - crown[0]) / crown[3], (place[1] - crown[1]) / crown[3]
    unit_u = (place[2] - crown[2]) / crown[4]
    radius2 = unit_e * unit_e + unit_n * unit_n + unit_u * unit_u
    if radius2 >= 1.0:
        return -1.0
    lump, shift = crown[_LUMP], crown[_SHIFT]
    wide = 1.0 / (2.7 * lump)
    low = solid_noise(table, place[0] * wide + shift, place[1] * wide, place[2] * wide)
    near = 1.0 / lump
    middle = solid_noise(table, place[0] * near, place[1] * near + shift, place[2] * near * 1.2)
    if crown[_FORM] == _CONIFER:
        height = 0.5 * (unit_u + 1.0)
        whorl = (height * _WHORLS + 0.4 * low) % 1.0
        reach = (0.96 * (1.0 - height) + 0.03) * (1.0 - 0.35 * whorl)
        aside = np.sqrt(unit_e * unit_e + unit_n * unit_n)
        growth: float = 2.0 * (1.0 - aside / reach) - 0.1 + 0.4 * low + 0.55 * middle
    elif crown[_FORM] == _TWIGS:
        growth = 0.62 - 0.6 * radius2 + 0.5 * low + 0.3 * middle
    else:
        growth = 2.1 * (1.0 - radius2) - 0.85 + 1.25 * low + 0.85 * middle
    return growth


@lean_jit
def _thickness(crown: Array) -> float:
    """Loss per metre and unit of growth."""
    return 0.11 if crown[_FORM] == _TWIGS else 4.5 / crown[_LUMP]


@lean_jit
def through_crown(crown: Array, table: Table, start: Vector, ray: Vector) -> float:  # noqa: PLR0917
    """Share of light that passes a crown along a unit ray."""
    enter, leave = crown_span(crown, start, ray)
    enter = max(enter, 0.0)
    if enter >= leave:
        return 1.0
    steps = 6
    stride = (leave - enter) / steps
    lost = 0.0
    for step in range(steps):
        way = enter + (step + 0.5) * stride
        place = (start[0] + ray[0] * way, start[1] + ray[1] * way, start[2] + ray[2] * way)
        lost += max(leaves_at(crown, table, place), 0.0) * stride
        if lost * _thickness(crown) > _DARK:
            break
    value: float = np.exp(-lost * _thickness(crown))
    return value


@lean_jit
def see_crown(  # noqa: PLR0913, PLR0917 - compiled
    crown: Array,
    table: Table,
    start: Vector,
    ray: Vector,
    span: tuple[float, float],
    seen: tuple[float, float, Vector],
) -> Foliage:
    """What a unit ray sees of a crown between two distances.

    ``seen`` holds the footprint per metre of distance, a dither 0 to 1 and the direction to the sun.

    Method: front-to-back marching through a field of lumpy growth (Perlin and Hoffert 1989, hypertexture).
    """
    enter, leave = max(span[0], 0.0), span[1]
    per_metre, dither, to_sun = seen
    lump = crown[_LUMP]
    steps = min(max(int((leave - enter) / (0.22 * lump)) + 4, 6), _MOST_STEPS)
    stride = (leave - enter) / steps
    fine = min(max(2.0 - 2.4 * per_metre * enter / _FINE_M, 0.0), 1.0)
    finest = min(max(2.0 - 2.4 * per_metre * enter / _FINEST_M, 0.0), 1.0)
    passed, sun, sky, tone, half = 1.0, 0.0, 0.0, 0.0, NOWHERE_M
    for step in range(steps):
        way = enter + (step + dither) * stride
        place = (start[0] + ray[0] * way, start[1] + ray[1] * way, start[2] + ray[2] * way)
        growth = leaves_at(crown, table, place)
        leaf = 0.0
        if growth > _NO_LEAF:
            leaf = _spray(table, place, fine, finest)
            growth += 0.8 * leaf
        if growth <= 0.0:
            continue
        # Leaves have edges: a little above nothing grows as thick as anything.
        stopped = passed * (1.0 - np.exp(-min(_EDGE * growth, 1.0) * _thickness(crown) * stride))
        passed -= stopped
        lit = _leaf_light(crown, table, place, to_sun)
        sun += stopped * lit[0] * max(1.0 + 0.8 * leaf, 0.1)
        sky += stopped * lit[1]
        tone += stopped * max(1.0 + 0.6 * leaf, 0.2)
        if passed < _HALF and half >= NOWHERE_M:
            half = way
        if passed < 1.0 - _OPAQUE:
            break
    cover = 1.0 - passed
    if cover <= _LEAST_COVER:
        return Foliage(0.0, 0.0, 0.0, 1.0, NOWHERE_M)
    scale = 1.0 / cover
    return Foliage(min(cover / _OPAQUE, 1.0), sun * scale, sky * scale, tone * scale, half)


@lean_jit
def _spray(  # noqa: PLR0917 - compiled
    table: Table, place: Vector, fine: float, finest: float
) -> float:
    """Sprays and single leaves at a place, each as far as it is seen."""
    leaf = 0.0
    if fine > 0.0:
        near = 1.0 / _FINE_M
        leaf += 0.75 * fine * solid_noise(table, place[0] * near, place[1] * near, place[2] * near)
    if finest > 0.0:
        near = 1.0 / _FINEST_M
        leaf += 0.6 * finest * solid_noise(table, place[1] * near, place[2] * near, place[0] * near)
    return leaf


@lean_jit
def _leaf_light(  # noqa: PLR0917 - compiled
    crown: Array, table: Table, place: Vector, to_sun: Vector
) -> tuple[float, float]:
    """Shares of the sun and of the sky that reach leaves at a place: less under other leaves."""
    if crown[_FORM] == _TWIGS:
        return 0.6, 0.75
    lump = crown[_LUMP]
    over = 0.0
    for share in (0.45, 1.5):
        reach = share * lump
        there = (
            place[0] + to_sun[0] * reach,
            place[1] + to_sun[1] * reach,
            place[2] + to_sun[2] * reach,
        )
        over += max(leaves_at(crown, table, there) + 0.12, 0.0) * share * 0.6
    unit_u = (place[2] - crown[2]) / crown[4]
    unit_e, unit_n = (place[0] - crown[0]) / crown[3], (place[1] - crown[1]) / crown[3]
    deep = max(1.0 - unit_e * unit_e - unit_n * unit_n - unit_u * unit_u - 0.35, 0.0)
    above = leaves_at(crown, table, (place[0], place[1], place[2] + 0.6 * lump))
    open_sky = (0.62 + 0.38 * unit_u) * np.exp(-1.1 * deep) * np.exp(-0.45 * max(above, 0.0))
    # Leaves scatter: a face averages about half of the sun's full strength.
    return 0.62 * np.exp(-1.5 * over) * np.exp(-0.8 * deep), open_sky
