"""Solids: boxes and gabled roofs as rows of numbers; what the world's plain boxes get to look like things."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.world import Material, Solid, SolidKind, World

Array = NDArray[np.float64]

COLUMNS = 16
CENTRE, HALF, COSINE, SINE, MATERIAL, OPENNESS, STYLE, TINT, RISE, DRAW = 0, 3, 6, 7, 8, 9, 10, 11, 14, 15
"""Columns of a solid: centre (3), half sizes (3), cosine and sine of its direction, material, openness,
style, tint (3), height of its gable over its eaves, and a random number of its own, 0 to 1."""

_MATERIALS = list(Material)
_EAVES_M = 0.35
_GABLE_SHARE = 0.34
_HIGHEST_GABLE_M = 1.5
_WIDEST_GABLE_M = 7.0
_FASCIA_M = 0.14
_KERB_M = 0.12
_SMALLEST_HOUSE_M = 0.8
_SMALLEST_HUT_M = 0.5
_PARAPET_M = 0.9
_PARAPET_WIDTH_M = 0.24
_NARROWEST_DECK_M = 1.5
_NEAR_EDGE_M = 0.7
_THIN_M = 0.16
_MARKER_EVERY_M = 25.0
_MARKER_CLEAR_M = 20.0
"""Within so much of a building slabs show the line and no markers stand."""
_MARKER_M = 1.0
_HOUSE_TINTS = np.array([[1.0, 0.98, 0.94], [0.62, 0.80, 0.96], [0.86, 0.87, 0.85], [0.97, 0.90, 0.76]])


class Style(IntEnum):
    """How a solid's faces are painted."""

    PLAIN = 0
    HOUSE = 1
    FENCE = 2
    GABLE = 3
    FLAT_ROOF = 4
    BOOM = 5
    MARKER = 6
    BRIDGE = 7
    LAMP = 8


def solid_rows(world: World, line_en_m: Array, *, random: np.random.Generator) -> Array:
    """All boxes of a world (n, COLUMNS): its solids, their roofs and parapets, the line's markers."""
    rows = []
    for solid in world.solids:
        rows += _dressed(solid, world.solids, draw=float(random.uniform()))
    buildings = [solid for solid in world.solids if solid.kind is SolidKind.BUILDING]
    rows += _markers(world, line_en_m, buildings=buildings)
    return np.array(rows, dtype=np.float64).reshape(-1, COLUMNS)


def box_row(  # noqa: PLR0913 - the columns of a row, named
    centre_enu_m: Array,
    half_sizes_m: Array,
    *,
    yaw_rad: float,
    material: Material,
    style: Style,
    openness: float = 0.0,
    tint: Array | None = None,
    rise_m: float = 0.0,
    draw: float = 0.5,
) -> list[float]:
    """One row of the table of solids."""
    shade = np.ones(3) if tint is None else tint
    row = [*centre_enu_m, *half_sizes_m, np.cos(yaw_rad), np.sin(yaw_rad), _MATERIALS.index(material)]
    return [float(value) for value in (*row, openness, style, *shade, rise_m, draw)]


def _dressed(solid: Solid, others: tuple[Solid, ...], *, draw: float) -> list[list[float]]:
    """The rows of one solid with what belongs to it."""
    row = box_row(
        solid.centre_enu_m,
        solid.half_sizes_m,
        yaw_rad=solid.yaw_rad,
        material=solid.material,
        style=_style(solid),
        openness=solid.openness,
        tint=_tint(solid, draw),
        draw=draw,
    )
    if solid.kind is SolidKind.BUILDING or _is_hut(solid):
        return [row, _roof(solid, draw=draw)]
    if solid.kind is SolidKind.BRIDGE:
        return [row, *_parapets(solid, others, draw=draw)]
    return [row]


def _style(solid: Solid) -> Style:
    if solid.openness > 0.0:
        return Style.FENCE
    housed = solid.kind is SolidKind.BUILDING or _is_hut(solid)
    if housed and float(np.min(solid.half_sizes_m)) >= _SMALLEST_HOUSE_M:
        return Style.HOUSE
    if solid.kind is SolidKind.BARRIER and float(solid.half_sizes_m[2]) < _THIN_M:
        return Style.BOOM
    return Style.BRIDGE if solid.kind is SolidKind.BRIDGE else Style.PLAIN


def _is_hut(solid: Solid) -> bool:
    """Whether a post is one to stand in: it has a roof, and a larger one a door and windows."""
    return solid.kind is SolidKind.POST and float(np.min(solid.half_sizes_m)) >= _SMALLEST_HUT_M


def _tint(solid: Solid, draw: float) -> Array:
    if solid.kind is SolidKind.BUILDING:
        tint: Array = _HOUSE_TINTS[int(draw * len(_HOUSE_TINTS))]
        return tint
    return np.full(3, 0.92 + 0.16 * draw)


def _roof(solid: Solid, *, draw: float) -> list[float]:
    """A low gable with eaves over a house; over a very wide one a flat roof with a rim."""
    half = np.array(solid.half_sizes_m, dtype=np.float64)
    yaw = solid.yaw_rad
    if half[1] > half[0]:
        half[:2] = half[1::-1]
        yaw += np.pi / 2
    top = float(solid.centre_enu_m[2] + solid.half_sizes_m[2])
    wide = half[1] > _WIDEST_GABLE_M
    rise = _KERB_M * 2 if wide else min(_GABLE_SHARE * half[1], _HIGHEST_GABLE_M) + _FASCIA_M
    eaves = 0.12 if wide else min(_EAVES_M, 0.25 * half[1])
    return box_row(
        np.array([*solid.centre_enu_m[:2], top + rise / 2]),
        np.array([half[0] + eaves, half[1] + eaves, rise / 2]),
        yaw_rad=yaw,
        material=Material.ROOF,
        style=Style.FLAT_ROOF if wide else Style.GABLE,
        rise_m=0.0 if wide else rise - _FASCIA_M,
        tint=np.array([0.9, 0.9, 1.0]) * (0.8 + 0.5 * draw),
        draw=draw,
    )


def _parapets(solid: Solid, others: tuple[Solid, ...], *, draw: float) -> list[list[float]]:
    """Walls along both sides of a deck, where the scenario has put none itself."""
    half = solid.half_sizes_m
    if min(float(half[0]), float(half[1])) < _NARROWEST_DECK_M:
        return []
    rows = []
    long = 0 if half[0] >= half[1] else 1
    axes = np.array(
        [[np.cos(solid.yaw_rad), np.sin(solid.yaw_rad)], [-np.sin(solid.yaw_rad), np.cos(solid.yaw_rad)]]
    )
    top = float(solid.centre_enu_m[2] + half[2])
    for side in (-1.0, 1.0):
        aside = side * (half[1 - long] - _PARAPET_WIDTH_M / 2)
        place = solid.centre_enu_m[:2] + aside * axes[1 - long]
        if _stands_along(place, axes[1 - long], solid=solid, others=others):
            continue
        size = np.array([half[long], _PARAPET_WIDTH_M / 2, _PARAPET_M / 2])
        rows.append(
            box_row(
                np.array([*place, top + _PARAPET_M / 2]),
                size,
                yaw_rad=solid.yaw_rad + long * np.pi / 2,
                material=Material.CONCRETE,
                style=Style.BRIDGE,
                tint=np.full(3, 0.95 + 0.2 * draw),
                draw=draw,
            )
        )
    return rows


def _stands_along(place: Array, across: Array, *, solid: Solid, others: tuple[Solid, ...]) -> bool:
    """Whether another solid stands on the edge of a deck already."""
    reach = float(max(solid.half_sizes_m[:2]))
    top = float(solid.centre_enu_m[2] + solid.half_sizes_m[2])
    for other in others:
        if other is solid or other.kind not in (
            SolidKind.WALL,
            SolidKind.FENCE,
            SolidKind.BARRIER,
            SolidKind.BRIDGE,
        ):
            continue
        off = other.centre_enu_m[:2] - place
        near_edge = abs(float(off @ across)) < _NEAR_EDGE_M and float(np.linalg.norm(off)) < reach
        if near_edge and float(other.centre_enu_m[2] + other.half_sizes_m[2]) > top + 0.2:
            return True
    return False


def _markers(world: World, line_en_m: Array, *, buildings: list[Solid]) -> list[list[float]]:
    """Posts along the line every twenty-five metres, away from buildings."""
    rows = []
    for place in _along(line_en_m, _MARKER_EVERY_M):
        if near_buildings(place, buildings, within_m=_MARKER_CLEAR_M):
            continue
        ground = float(world.terrain.height_m(place))
        for low, high, tint in (
            (0.0, 0.72, np.array([1.5, 1.5, 1.45])),
            (0.72, 1.0, np.array([1.7, 1.25, 0.25])),
        ):
            middle = ground + _MARKER_M * (low + high) / 2
            half = np.array([0.05, 0.05, _MARKER_M * (high - low) / 2])
            rows.append(
                box_row(
                    np.array([*place, middle]),
                    half,
                    yaw_rad=0.3,
                    material=Material.CONCRETE,
                    style=Style.MARKER,
                    tint=tint,
                )
            )
    return rows


def _along(line_en_m: Array, every_m: float) -> Array:
    """Places (n, 2) along a polyline, so far apart, the first half a distance from its start."""
    lengths = np.linalg.norm(np.diff(line_en_m, axis=0), axis=1)
    reached = np.concatenate([[0.0], np.cumsum(lengths)])
    at = np.arange(every_m / 2, reached[-1], every_m)
    return np.stack([np.interp(at, reached, line_en_m[:, axis]) for axis in range(2)], axis=1)


def near_buildings(place: Array, buildings: list[Solid], *, within_m: float) -> bool:
    """Whether a place (2,) is so near to one of the buildings."""
    for solid in buildings:
        off = place - solid.centre_enu_m[:2]
        cosine, sine = np.cos(solid.yaw_rad), np.sin(solid.yaw_rad)
        along, across = off[0] * cosine + off[1] * sine, off[1] * cosine - off[0] * sine
        beyond = np.maximum(np.abs([along, across]) - solid.half_sizes_m[:2], 0.0)
        if float(np.hypot(*beyond)) < within_m:
            return True
    return False
