"""Ground: the patches of material on it and the line's slabs, found quickly by place."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.model.world import Material, SolidKind, Surface, World
from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.scene.solids import near_buildings

Array = NDArray[np.float64]

_MATERIALS = list(Material)
_CELL_M = 2.0
_MOST_CELLS = 400_000
_MARGIN_M = 1.0
_SLAB_NEAR_M = 20.0
_SLAB_STEP_M = 1.0
INSIDE_M = 1e6


class Ground(NamedTuple):
    """What lies on the ground.

    Attributes:
        material: Index of the material where no surface lies.
        corners_en_m: (n, 2) rings of all surfaces after each other.
        surfaces: (k, 7) material, softness, width (of a strip of its area), cosine and sine of its longest
            side, first corner and the one after its last.
        frame: East, north of the first cell, size of a cell, rows, columns.
        cells: Where each cell's surfaces begin and end in this same list (cells + 1), then the surfaces.
        slabs: (s, 4) both ends of stretches of the line that slabs show.
    """

    material: int
    corners_en_m: Array
    surfaces: Array
    frame: tuple[float, float, float, int, int]
    cells: NDArray[np.int64]
    slabs: Array


def ground_of(world: World, line_en_m: Array) -> Ground:
    """The ground of a world with the line (n, 2) that is drawn on it."""
    rings = [np.asarray(surface.ring_en_m, dtype=np.float64) for surface in world.surfaces]
    corners = np.concatenate([*rings, np.zeros((0, 2))])
    ends = np.cumsum([len(ring) for ring in rings])
    rows = [
        [*_row(surface), end - len(ring), end]
        for surface, ring, end in zip(world.surfaces, rings, ends, strict=True)
    ]
    frame, cells = _cells(world.surfaces)
    return Ground(
        _MATERIALS.index(world.ground),
        np.ascontiguousarray(corners),
        np.array(rows, dtype=np.float64).reshape(-1, 7),
        frame,
        cells,
        _slabs(world, line_en_m),
    )


def _row(surface: Surface) -> list[float]:
    ring = np.asarray(surface.ring_en_m, dtype=np.float64)
    sides = np.roll(ring, -1, axis=0) - ring
    lengths = np.linalg.norm(sides, axis=1)
    area = abs(float(np.sum(ring[:, 0] * np.roll(ring[:, 1], -1) - ring[:, 1] * np.roll(ring[:, 0], -1)))) / 2
    width = 2.0 * area / max(float(lengths.sum()), 1e-6)
    along = sides[int(np.argmax(lengths))] / max(float(lengths.max()), 1e-9)
    return [
        float(_MATERIALS.index(surface.material)),
        surface.softness_m,
        width,
        float(along[0]),
        float(along[1]),
    ]


def _cells(
    surfaces: tuple[Surface, ...],
) -> tuple[tuple[float, float, float, int, int], NDArray[np.int64]]:
    """A grid of cells over all surfaces, each with the surfaces whose bounds reach into it, in order."""
    if not surfaces:
        return (0.0, 0.0, 1.0, 0, 0), np.zeros(1, dtype=np.int64)
    margins = [_MARGIN_M + 2 * surface.softness_m for surface in surfaces]
    lows = np.array(
        [surface.ring_en_m.min(axis=0) - edge for surface, edge in zip(surfaces, margins, strict=True)]
    )
    highs = np.array(
        [surface.ring_en_m.max(axis=0) + edge for surface, edge in zip(surfaces, margins, strict=True)]
    )
    low, span = lows.min(axis=0), highs.max(axis=0) - lows.min(axis=0)
    size = max(_CELL_M, float(np.sqrt(span[0] * span[1] / _MOST_CELLS)))
    columns, rows = (int(np.ceil(side / size)) for side in span)
    lists: list[list[int]] = [[] for _ in range(rows * columns)]
    for index, surface in enumerate(surfaces):
        first = np.floor((lows[index] - low) / size).astype(int)
        last = np.minimum(np.floor((highs[index] - low) / size).astype(int), [columns - 1, rows - 1])
        row, column = (side.ravel() for side in np.mgrid[first[1] : last[1] + 1, first[0] : last[0] + 1])
        middles = low + (np.stack([column, row], axis=1) + 0.5) * size
        ring = np.array(surface.ring_en_m, dtype=np.float64, order="C")
        near = _ring_distances(ring, middles) < margins[index] + size
        for cell in (row * columns + column)[near]:
            lists[int(cell)].append(index)
    # One list: first where every cell's own begins, then all of them after each other.
    begins = len(lists) + 1 + np.concatenate([[0], np.cumsum([len(one) for one in lists])])
    flat = np.array([index for one in lists for index in one])
    return (float(low[0]), float(low[1]), size, rows, columns), np.concatenate([begins, flat]).astype(
        np.int64
    )


def _slabs(world: World, line_en_m: Array) -> Array:
    """The stretches of the line near buildings, in pieces of a metre joined where they go on."""
    buildings = [solid for solid in world.solids if solid.kind is SolidKind.BUILDING]
    pieces: list[list[float]] = []
    for start, end in pairwise(line_en_m):
        count = max(int(np.ceil(float(np.linalg.norm(end - start)) / _SLAB_STEP_M)), 1)
        places = start + (end - start) * np.linspace(0.0, 1.0, count + 1)[:, None]
        going_on = False
        for one, other in pairwise(places):
            near = near_buildings((one + other) / 2, buildings, within_m=_SLAB_NEAR_M)
            if near and going_on:
                pieces[-1][2:] = [float(value) for value in other]
            elif near:
                pieces.append([float(value) for value in (*one, *other)])
            going_on = near
    return np.array(pieces, dtype=np.float64).reshape(-1, 4)


@lean_jit
def ring_distance(ground: Ground, surface: int, place: tuple[float, float]) -> float:  # noqa: PLR0917
    """Distance of a place to the edge of a surface, negative inside.

    Method: distance to every side; the sign by the winding of a ray (Quilez, 2D distance functions).
    """
    span = (int(ground.surfaces[surface, 5]), int(ground.surfaces[surface, 6]))
    return _signed(ground.corners_en_m, span, place)


@jit
def _ring_distances(corners_en_m: Array, places_en_m: Array) -> Array:
    distances = np.empty(places_en_m.shape[0])
    for index in range(places_en_m.shape[0]):
        place = (places_en_m[index, 0], places_en_m[index, 1])
        distances[index] = _signed(corners_en_m, (0, corners_en_m.shape[0]), place)
    return distances


@lean_jit
def _signed(  # noqa: PLR0917 - compiled
    corners_en_m: Array, span: tuple[int, int], place: tuple[float, float]
) -> float:
    first, last = span
    nearest2, outside = 1e18, True
    before_e, before_n = corners_en_m[last - 1, 0], corners_en_m[last - 1, 1]
    for index in range(first, last):
        here_e, here_n = corners_en_m[index, 0], corners_en_m[index, 1]
        side_e, side_n = before_e - here_e, before_n - here_n
        off_e, off_n = place[0] - here_e, place[1] - here_n
        length2 = side_e * side_e + side_n * side_n
        share = 0.0
        if length2 > 0.0:
            share = min(max((off_e * side_e + off_n * side_n) / length2, 0.0), 1.0)
        gap_e, gap_n = off_e - side_e * share, off_n - side_n * share
        nearest2 = min(nearest2, gap_e * gap_e + gap_n * gap_n)
        if (here_n > place[1]) != (before_n > place[1]) and off_e < side_e * off_n / side_n:
            outside = not outside
        before_e, before_n = here_e, here_n
    distance = np.sqrt(nearest2)
    value: float = distance if outside else -distance
    return value


@lean_jit
def cell_of(ground: Ground, place: tuple[float, float]) -> int:
    """Number of the cell at a place, -1 outside the grid."""
    column = int(np.floor((place[0] - ground.frame[0]) / ground.frame[2]))
    row = int(np.floor((place[1] - ground.frame[1]) / ground.frame[2]))
    if column < 0 or row < 0 or column >= ground.frame[4] or row >= ground.frame[3]:
        return -1
    return row * ground.frame[4] + column


@lean_jit
def slab_place(slabs: Array, place: tuple[float, float]) -> tuple[float, float]:
    """Distance across the nearest stretch of slabs, and the way along it; far away when there is none."""
    nearest, along = INSIDE_M, 0.0
    for index in range(slabs.shape[0]):
        side_e, side_n = slabs[index, 2] - slabs[index, 0], slabs[index, 3] - slabs[index, 1]
        off_e, off_n = place[0] - slabs[index, 0], place[1] - slabs[index, 1]
        length = np.sqrt(side_e * side_e + side_n * side_n)
        if length <= 0.0:
            continue
        way = (off_e * side_e + off_n * side_n) / length
        across = abs(off_n * side_e - off_e * side_n) / length
        beyond = max(-way, way - length)
        if beyond > 0.0:
            across = max(across, beyond + 0.215)
        if across < nearest:
            nearest, along = across, way
    return nearest, along
