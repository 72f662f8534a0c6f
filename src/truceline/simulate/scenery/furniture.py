"""Furniture: what stands in the drawn scene (hut, barrier, posts, trees) and how its faces look."""

import numpy as np
from numpy.typing import NDArray

from truceline.records.site import Calibration
from truceline.simulate.patch import Patch
from truceline.simulate.scene import GATE_EAST_M, HUT_EN_M, HUT_HEIGHT_M
from truceline.simulate.scenery.solids import Box, Tree, stand_box, stand_tree

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

_TEXELS_PER_M = 40
_EAVES_M = 0.35
_ROOF_M = 0.22
_SOUTH_LIGHT, _WEST_LIGHT, _TOP_LIGHT = 0.92, 0.74, 1.08
"""Share of the overcast light that each face gets."""

_PLASTER = np.array([0.60, 0.66, 0.68])
_ROOFING = np.array([0.40, 0.40, 0.43])
_CONCRETE = np.array([0.58, 0.60, 0.61])
_POST = np.array([0.62, 0.66, 0.67])
_GLASS = np.array([0.30, 0.28, 0.25])
_DOOR = np.array([0.34, 0.40, 0.42])
_LEAVES = np.array([0.20, 0.34, 0.30])


def furnished_boxes(random: np.random.Generator) -> tuple[Box, ...]:
    """Every box of the scene: hut, roof, barrier, posts."""
    (west, south), (east, north) = HUT_EN_M.min(axis=0), HUT_EN_M.max(axis=0)
    hut = _hut(random, sides=(west, east, south, north))
    roof_low, roof_high = HUT_HEIGHT_M, HUT_HEIGHT_M + _ROOF_M
    roof = _box(
        random,
        sides=(west - _EAVES_M, east + _EAVES_M, south - _EAVES_M, north + _EAVES_M),
        heights=(roof_low, roof_high),
        tone=_ROOFING,
    )
    barrier = [
        _box(random, sides=(start, start + 1.9, 8.6, 9.05), heights=(0.0, 0.85), tone=_CONCRETE * shade)
        for start, shade in ((13.6, 1.0), (15.6, 0.96), (17.6, 1.03), (19.6, 0.98))
    ]
    posts = [
        _box(
            random,
            sides=(east_m - 0.07, east_m + 0.07, north_m - 0.07, north_m + 0.07),
            heights=(0.0, 1.0),
            tone=_POST,
        )
        for east_m in GATE_EAST_M
        for north_m in (-1.3, 0.9)
    ]
    return (hut, roof, *barrier, *posts)


def furnish(calibration: Calibration, boxes: tuple[Box, ...], *, random: np.random.Generator) -> list[Patch]:
    """Everything that stands, from far to near."""
    standing = [stand_box(box, calibration) for box in boxes]
    standing += [stand_tree(tree, calibration, random=random) for tree in _trees(random)]
    standing.sort(key=lambda one: -one.depth_m)
    return standing


def _trees(random: np.random.Generator) -> list[Tree]:
    trees = []
    rows = (
        # east, north, height, half width of the crown, share of bare trunk
        (-9.5, 27.0, 6.5, 2.2, 0.25),
        (-3.0, 33.0, 7.5, 2.6, 0.22),
        (6.5, 30.0, 6.0, 2.1, 0.28),
        (27.0, 26.0, 7.0, 2.5, 0.22),
        (33.0, 21.0, 6.0, 2.2, 0.25),
        (17.0, 39.0, 8.0, 2.8, 0.2),
        (15.5, 14.5, 1.3, 1.3, 0.0),
        (17.6, 13.6, 1.0, 1.0, 0.0),
        (-10.5, 11.5, 1.2, 1.2, 0.0),
        (-12.2, 12.8, 0.9, 1.0, 0.0),
    )
    for east, north, height, crown, bare in rows:
        place = np.array([east, north]) + random.uniform(-1, 1, 2) * (1.2 if bare else 0.4)
        size = float(random.uniform(0.9, 1.12))
        tone = _LEAVES * random.uniform(0.85, 1.2) + random.uniform(-0.02, 0.03, 3)
        trees.append(Tree(place, height * size, crown * size, bare, tone))
    return trees


def _hut(random: np.random.Generator, *, sides: tuple[float, float, float, float]) -> Box:
    """The hut: rendered walls with a darker base, two windows to the south, a door to the west."""
    west, east, south, north = sides
    box = _box(random, sides=sides, heights=(0.0, HUT_HEIGHT_M), tone=_PLASTER)
    south_face, west_face, top = box.faces
    for left_m in (0.55, 2.35):
        south_face = _pane(south_face, left_m=left_m, top_m=0.75, width_m=1.2, height_m=0.95)
    middle = (north - south) / 2
    door = np.array([0.72 / 0.92]) * _DOOR
    west_face = _patch(west_face, left_m=middle - 0.5, top_m=0.65, size_m=(1.0, 2.1), tone=door)
    return Box(west, east, south, north, 0.0, HUT_HEIGHT_M, (_based(south_face), _based(west_face), top))


def _box(
    random: np.random.Generator,
    *,
    sides: tuple[float, float, float, float],
    heights: tuple[float, float],
    tone: Array,
) -> Box:
    """A box of one material: west, east, south, north and low, high in metres."""
    west, east, south, north = sides
    low, high = heights
    faces = (
        _surface(random, size_m=(east - west, high - low), tone=tone * _SOUTH_LIGHT),
        _surface(random, size_m=(north - south, high - low), tone=tone * _WEST_LIGHT),
        _surface(random, size_m=(east - west, north - south), tone=tone * _TOP_LIGHT),
    )
    return Box(west, east, south, north, low, high, faces)


def _surface(random: np.random.Generator, *, size_m: tuple[float, float], tone: Array) -> Float32:
    """A weathered face: grain, streaks that run down, darker toward the ground."""
    width, height = (max(4, round(side * _TEXELS_PER_M)) for side in size_m)
    grain = random.normal(size=(height, width, 1)) * 0.025
    streaks = (
        np.convolve(random.normal(size=width + 8), np.ones(9) / 9, mode="valid")[None, :width, None] * 0.05
    )
    fall = np.linspace(1.03, 0.93, height)[:, None, None]
    return (tone * fall * (1 + grain + streaks)).astype(np.float32)


def _based(face: Float32) -> Float32:
    """The face with a darker base course."""
    return _patch(
        face, left_m=0.0, top_m=face.shape[0] / _TEXELS_PER_M - 0.3, size_m=(99.0, 0.3), tone=_CONCRETE * 0.6
    )


def _pane(face: Float32, *, left_m: float, top_m: float, width_m: float, height_m: float) -> Float32:
    """The face with a framed window."""
    framed = _patch(
        face, left_m=left_m - 0.08, top_m=top_m - 0.08, size_m=(width_m + 0.16, height_m + 0.16), tone=_POST
    )
    half = width_m / 2 - 0.03
    for start in (left_m, left_m + half + 0.06):
        framed = _patch(framed, left_m=start, top_m=top_m, size_m=(half, height_m), tone=_GLASS)
    return framed


def _patch(
    face: Float32, *, left_m: float, top_m: float, size_m: tuple[float, float], tone: Array
) -> Float32:
    """The face with a rectangle of another tone that keeps the face's grain."""
    left, top = round(left_m * _TEXELS_PER_M), round(top_m * _TEXELS_PER_M)
    right, bottom = left + round(size_m[0] * _TEXELS_PER_M), top + round(size_m[1] * _TEXELS_PER_M)
    patched = face.copy()
    part = patched[top:bottom, left:right]
    patched[top:bottom, left:right] = part / max(float(face.mean()), 1e-3) * tone.astype(np.float32)
    return patched
