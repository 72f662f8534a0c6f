"""The world: what stands and lies there before anybody enters. Site east-north-up, metres."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Material(StrEnum):
    """What a surface is made of: its colour, its texture, and how the sun warms it."""

    GRASS = "grass"
    DRY_GRASS = "dry-grass"
    SOIL = "soil"
    GRAVEL = "gravel"
    ASPHALT = "asphalt"
    CONCRETE = "concrete"
    SLAB = "slab"
    WATER = "water"
    PLASTER = "plaster"
    TIMBER = "timber"
    METAL = "metal"
    ROOF = "roof"
    LEAVES = "leaves"
    NEEDLES = "needles"
    BARK = "bark"


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """The relief as a grid of heights.

    Attributes:
        origin_en_m: (2,) place of the first height.
        step_m: Distance between heights, both ways.
        heights_m: (rows, columns), rows to the north, columns to the east; beyond the grid its edge goes on.
    """

    origin_en_m: Array
    step_m: float
    heights_m: Array

    def height_m(self, en_m: Array) -> Array:
        """Heights (...) at places (..., 2), bilinear between the grid's."""
        rows, columns = self.heights_m.shape
        place = (en_m - self.origin_en_m) / self.step_m
        column = np.clip(place[..., 0], 0, columns - 1)
        row = np.clip(place[..., 1], 0, rows - 1)
        left = np.minimum(column.astype(np.int64), max(columns - 2, 0))
        low = np.minimum(row.astype(np.int64), max(rows - 2, 0))
        right, high = np.minimum(left + 1, columns - 1), np.minimum(low + 1, rows - 1)
        across, along = column - left, row - low
        near = self.heights_m[low, left] * (1 - across) + self.heights_m[low, right] * across
        far = self.heights_m[high, left] * (1 - across) + self.heights_m[high, right] * across
        heights: Array = near * (1 - along) + far * along
        return heights


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A patch of ground of another material: ``ring_en_m`` (n, 2) open. Later ones lie over earlier ones.

    ``softness_m`` is the width over which it runs into what lies below.
    """

    name: str
    material: Material
    ring_en_m: Array
    softness_m: float = 0.05


class SolidKind(StrEnum):
    """What a solid is to people and to the survey."""

    BUILDING = "building"
    WALL = "wall"
    FENCE = "fence"
    BRIDGE = "bridge"
    POST = "post"
    MONUMENT = "monument"
    BARRIER = "barrier"


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """An upright box.

    Attributes:
        centre_enu_m: (3,) its middle.
        half_sizes_m: (3,) along its own length, width and up.
        yaw_rad: Direction of its length, counter-clockwise from east.
        openness: Share of the view that passes through it (a fence of wire 0.7); 0 is solid.
        blocks: Whether nobody can walk or drive through it (a bridge's deck does not block).
    """

    name: str
    kind: SolidKind
    material: Material
    centre_enu_m: Array
    half_sizes_m: Array
    yaw_rad: float = 0.0
    openness: float = 0.0
    blocks: bool = True


class TreeKind(StrEnum):
    """The shape of a tree."""

    LEAFY = "leafy"
    CONIFER = "conifer"
    BUSH = "bush"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree or bush: where its stem stands, how high, and how far its crown reaches."""

    east_m: float
    north_m: float
    height_m: float
    crown_m: float
    kind: TreeKind = TreeKind.LEAFY


@dataclass(frozen=True, slots=True, eq=False)
class Ditch:
    """A drain with a flat bottom: path (n, 2), width at the top, depth. A wheel that drops in is stuck."""

    name: str
    path_en_m: Array
    width_m: float
    depth_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Lamp:
    """A lamp: place (3,), light at one metre as a share of full daylight, whether it is near-infrared."""

    name: str
    place_enu_m: Array
    strength: float
    infrared: bool = False


@dataclass(frozen=True, slots=True)
class Weather:
    """The air and the sky.

    Attributes:
        cloud: Cover of the sky, 0 clear (hard shadows) to 1 overcast.
        wind_mps: Towards east and north.
        rain_mm_h: Rain; 0 is dry.
        visibility_m: Distance at which contrast falls to 2 % (Koschmieder 1924).
    """

    air_c: float = 12.0
    humidity: float = 0.6
    cloud: float = 0.8
    wind_mps: tuple[float, float] = (1.0, 0.0)
    rain_mm_h: float = 0.0
    visibility_m: float = 20_000.0


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """All of it."""

    terrain: Terrain
    ground: Material
    surfaces: tuple[Surface, ...] = ()
    solids: tuple[Solid, ...] = ()
    trees: tuple[Tree, ...] = ()
    ditches: tuple[Ditch, ...] = ()
    lamps: tuple[Lamp, ...] = ()
