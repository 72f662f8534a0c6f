"""What stands on the land: buildings, walls, fences, bridges, posts; trees alone, in rows, in woods."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from shapely import contains_xy, prepare
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from truceline.simulate.model.world import Ditch, Material, Solid, SolidKind, Surface, Terrain, Tree, TreeKind
from truceline.simulate.scenario.reading.land import MATERIALS
from truceline.simulate.scenario.reading.sheet import Sheet

Array = NDArray[np.float64]

KINDS = tuple(kind.value for kind in SolidKind)
TREE_KINDS = tuple(kind.value for kind in TreeKind)
SOLID_KEYS = (
    "name",
    "kind",
    "material",
    "at",
    "at_within_m",
    "size_m",
    "heading_deg",
    "base_m",
    "bottom_up_m",
    "openness",
    "blocks",
    "surveyed",
)
WALL_KEYS = (
    "name",
    "kind",
    "material",
    "path",
    "height_m",
    "thickness_m",
    "base_m",
    "openness",
    "blocks",
    "surveyed",
)
TREE_KEYS = ("name", "at", "at_within_m", "height_m", "crown_m", "kind")
ROW_KEYS = ("name", "path", "spacing_m", "jitter_m", "height_m", "crown_m", "kind", "surveyed")
WOOD_KEYS = ("name", "ring", "spacing_m", "height_m", "crown_m", "kind", "surveyed")

_OPENNESS = {SolidKind.FENCE: 0.75}
_ROOM_M = 1.2
"""No drawn tree stands nearer than this to a road, a ditch or a solid."""

_MOST_TREES = 4000
_KEPT_CLEAR = (Material.ASPHALT, Material.CONCRETE, Material.GRAVEL, Material.SLAB, Material.WATER)


def read_solids(sheet: Sheet, terrain: Terrain) -> tuple[Solid, ...]:
    """All solids; a wall or fence along a path becomes one for each of its pieces."""
    solids = [
        _solid(sheet, table.text("name"), terrain=terrain, index=index)
        for index, table in enumerate(sheet.table.tables("solid", SOLID_KEYS))
    ]
    for table in sheet.table.tables("wall", WALL_KEYS):
        solids.extend(_wall(sheet.inner(table, f"wall.{table.text('name')}"), terrain))
    return tuple(solids)


def _solid(sheet: Sheet, name: str, *, terrain: Terrain, index: int) -> Solid:
    table = sheet.table.tables("solid", SOLID_KEYS)[index]
    own = sheet.inner(table, f"solid.{name}")
    kind = SolidKind(table.text("kind", choices=KINDS))
    length, width, height = (
        own.scalar("size_m", value, low=0.02, high=500.0, part=f".{part}")
        for part, value in enumerate(_three(own))
    )
    at = own.place("at")
    yaw = own.heading_rad("heading_deg", default=90.0)
    half = np.array([length, width, height]) / 2
    bottom_m = own.maybe("bottom_up_m", low=-100.0, high=1000.0)
    if bottom_m is None:
        lowest_m = float(np.min(terrain.height_m(corners(at, half, yaw_rad=yaw))))
        bottom_m = lowest_m + own.number("base_m", low=-5.0, high=100.0, default=0.0)
    return Solid(
        name=name,
        kind=kind,
        material=Material(table.text("material", choices=MATERIALS)),
        centre_enu_m=np.array([*at, bottom_m + height / 2]),
        half_sizes_m=half,
        yaw_rad=yaw,
        openness=own.number("openness", low=0.0, high=0.99, default=_OPENNESS.get(kind, 0.0)),
        blocks=table.flag("blocks", default=kind is not SolidKind.BRIDGE),
    )


def _three(sheet: Sheet) -> list[object]:
    values = sheet.table.list_of("size_m")
    if len(values) != 3:
        sheet.table.refuse("size_m", f"size_m has {len(values)} numbers", do="Write [length, width, height].")
    return values


def _wall(sheet: Sheet, terrain: Terrain) -> list[Solid]:
    table = sheet.table
    kind = SolidKind(table.text("kind", choices=("wall", "fence", "barrier"), default="wall"))
    path = sheet.points("path", least=2)
    height_m = sheet.number("height_m", low=0.2, high=20.0)
    thickness_m = sheet.number(
        "thickness_m", low=0.02, high=3.0, default=0.08 if kind is SolidKind.FENCE else 0.25
    )
    base_m = sheet.number("base_m", low=-5.0, high=50.0, default=0.0)
    usual = Material.METAL if kind is SolidKind.FENCE else Material.CONCRETE
    pieces = []
    for index, (start, end) in enumerate(pairwise(path)):
        along = end - start
        bottom_m = float(np.min(terrain.height_m(np.stack([start, end])))) + base_m
        pieces.append(
            Solid(
                name=f"{table.text('name')}-{index + 1}",
                kind=kind,
                material=Material(table.text("material", choices=MATERIALS, default=usual.value)),
                centre_enu_m=np.array([*(start + end) / 2, bottom_m + height_m / 2]),
                half_sizes_m=np.array([np.linalg.norm(along) / 2, thickness_m / 2, height_m / 2]),
                yaw_rad=float(np.arctan2(along[1], along[0])),
                openness=sheet.number("openness", low=0.0, high=0.99, default=_OPENNESS.get(kind, 0.0)),
                blocks=table.flag("blocks", default=True),
            )
        )
    return pieces


def corners(at_en_m: Array, half_sizes_m: Array, *, yaw_rad: float) -> Array:
    """The four corners (4, 2) of an upright box's footprint, in order around it."""
    along = np.array([np.cos(yaw_rad), np.sin(yaw_rad)]) * half_sizes_m[0]
    across = np.array([-np.sin(yaw_rad), np.cos(yaw_rad)]) * half_sizes_m[1]
    return np.stack(
        [
            at_en_m + along + across,
            at_en_m - along + across,
            at_en_m - along - across,
            at_en_m + along - across,
        ]
    )


def footprint(solid: Solid) -> Polygon:
    """The ground that a solid covers."""
    return Polygon(corners(solid.centre_enu_m[:2], solid.half_sizes_m, yaw_rad=solid.yaw_rad))


def read_trees(
    sheet: Sheet, *, solids: tuple[Solid, ...], surfaces: tuple[Surface, ...], ditches: tuple[Ditch, ...]
) -> tuple[Tree, ...]:
    """All trees; the drawn ones keep clear of roads, yards, water, ditches and solids."""
    trees = [_tree(sheet, index) for index in range(len(sheet.table.tables("tree", TREE_KEYS)))]
    taken = unary_union(
        [
            *(footprint(solid) for solid in solids),
            *(Polygon(one.ring_en_m) for one in surfaces if one.material in _KEPT_CLEAR),
            *(LineString(one.path_en_m).buffer(one.width_m / 2) for one in ditches),
        ]
    ).buffer(_ROOM_M)
    prepare(taken)
    for table in sheet.table.tables("tree_row", ROW_KEYS):
        own = sheet.inner(table, f"tree_row.{table.text('name')}")
        trees.extend(_grown(own, _row_places(own), taken=taken))
    for table in sheet.table.tables("wood", WOOD_KEYS):
        own = sheet.inner(table, f"wood.{table.text('name')}")
        trees.extend(_grown(own, _wood_places(own), taken=taken))
    return tuple(trees)


def _tree(sheet: Sheet, index: int) -> Tree:
    table = sheet.table.tables("tree", TREE_KEYS)[index]
    own = sheet.inner(table, f"tree.{index}")
    east, north = own.place("at")
    height_m = own.number("height_m", low=0.2, high=60.0, default=8.0)
    crown_m = own.number("crown_m", low=0.1, high=20.0, default=height_m * 0.3)
    kind = TreeKind(table.text("kind", choices=TREE_KINDS, default="leafy"))
    return Tree(float(east), float(north), height_m, crown_m, kind)


def _row_places(sheet: Sheet) -> Array:
    path = LineString(sheet.points("path", least=2))
    spacing_m = sheet.number("spacing_m", low=0.5, high=200.0)
    count = int(path.length // spacing_m) + 1
    random = sheet.dice.generator(f"{sheet.label}.places")
    jitter_m = sheet.number("jitter_m", low=0.0, high=20.0, default=0.3)
    along = np.arange(count) * spacing_m
    places = np.array([path.interpolate(float(one)).coords[0] for one in along])
    scattered: Array = places + random.uniform(-jitter_m, jitter_m, (count, 2))
    return scattered


def _wood_places(sheet: Sheet) -> Array:
    """Places on a shaken grid inside the ring."""
    ring = sheet.points("ring", least=3)
    spacing_m = sheet.number("spacing_m", low=0.5, high=200.0)
    low, high = ring.min(axis=0), ring.max(axis=0)
    if float(np.prod(high - low)) / spacing_m**2 > _MOST_TREES:
        sheet.table.refuse("spacing_m", f"more than {_MOST_TREES} trees", do="Plant them farther apart.")
    axes = [np.arange(low[axis], high[axis] + spacing_m, spacing_m) for axis in (0, 1)]
    grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    random = sheet.dice.generator(f"{sheet.label}.places")
    places = grid + random.uniform(-0.45, 0.45, grid.shape) * spacing_m
    inside: Array = places[contains_xy(Polygon(ring), places[:, 0], places[:, 1])]
    return inside


def _grown(sheet: Sheet, places: Array, *, taken: BaseGeometry) -> list[Tree]:
    """Trees at the places that are free, each with a height and a crown of its own."""
    low, high = _span(sheet, "height_m", usual=(5.0, 9.0))
    kind = TreeKind(sheet.table.text("kind", choices=TREE_KINDS, default="leafy"))
    thin, wide = _span(sheet, "crown_m", usual=(low * 0.25, high * 0.32))
    shares = sheet.dice.generator(f"{sheet.label}.growth").uniform(size=(len(places), 2))
    return [
        Tree(
            float(east),
            float(north),
            low + (high - low) * float(tall),
            thin + (wide - thin) * float(full),
            kind,
        )
        for (east, north), (tall, full) in zip(places, shares, strict=True)
        if not contains_xy(taken, east, north)
    ]


def _span(sheet: Sheet, key: str, *, usual: tuple[float, float]) -> tuple[float, float]:
    """A range from which each of many is drawn; one number means all alike."""
    if not sheet.table.has(key):
        return usual
    value = sheet.table.values[key]
    if isinstance(value, list):
        low, high = sheet.table.numbers(key, 2, low=0.1, high=60.0)
        return low, max(low, high)
    alike = sheet.table.number(key, low=0.1, high=60.0)
    return alike, alike
