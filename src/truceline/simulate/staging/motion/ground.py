"""The ground under actors: relief, bridges' decks, drains; and the true line."""

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.scenario import Setting
from truceline.simulate.model.world import Ditch, SolidKind, World

Array = NDArray[np.float64]

BANK_SHARE = 0.35
"""Share of a ditch's half width that its sloping sides take."""


def ground_m(world: World, places_en_m: Array, *, narrowest_m: float = 0.0) -> Array:
    """Heights (n,) of what one stands on at places (n, 2): the relief with its drains, or a bridge's deck.

    Drains narrower than ``narrowest_m`` are stepped over.
    """
    wide = tuple(ditch for ditch in world.ditches if ditch.width_m >= narrowest_m)
    heights = world.terrain.height_m(places_en_m) - drain_depth_m(wide, places_en_m)
    for solid in world.solids:
        if solid.kind is not SolidKind.BRIDGE or solid.blocks:
            continue
        turn = np.array(
            [[np.cos(solid.yaw_rad), np.sin(solid.yaw_rad)], [-np.sin(solid.yaw_rad), np.cos(solid.yaw_rad)]]
        )
        offset = (places_en_m - solid.centre_enu_m[:2]) @ turn.T
        over = (np.abs(offset) <= solid.half_sizes_m[:2]).all(axis=1)
        deck_m = float(solid.centre_enu_m[2] + solid.half_sizes_m[2])
        heights = np.where(over, np.maximum(heights, deck_m), heights)
    return np.asarray(heights, dtype=np.float64)


def drain_depth_m(ditches: tuple[Ditch, ...], places_en_m: Array) -> Array:
    """How deep (n,) below the relief the ground lies at places (n, 2); 0 beside the drains."""
    deepest = np.zeros(len(places_en_m))
    for ditch in ditches:
        half_m = ditch.width_m / 2
        wall = (half_m - distance_m(ditch.path_en_m, places_en_m)) / (BANK_SHARE * half_m)
        deepest = np.maximum(deepest, ditch.depth_m * np.clip(wall, 0.0, 1.0))
    return deepest


def distance_m(path_en_m: Array, places_en_m: Array) -> Array:
    """Distances (n,) of places (n, 2) from a path (k, 2)."""
    start, along = path_en_m[:-1], np.diff(path_en_m, axis=0)
    offset = places_en_m[:, None] - start[None]
    length2 = np.maximum(np.sum(along**2, axis=1), 1e-12)
    share = np.clip(np.sum(offset * along, axis=2) / length2, 0.0, 1.0)
    away: Array = np.min(np.linalg.norm(offset - share[..., None] * along, axis=2), axis=1)
    return away


def true_line_en_m(setting: Setting) -> Array:
    """The line (n, 2) as it truly lies: the declared one moved to its left, its corners on the bisectors."""
    vertices = np.asarray(setting.line.vertices_en_m, dtype=np.float64)
    along = np.diff(vertices, axis=0)
    normals = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.linalg.norm(along, axis=1, keepdims=True)
    first, last = np.vstack([normals[:1], normals]), np.vstack([normals, normals[-1:]])
    bisector = first + last
    moved: Array = vertices + setting.line_offset_m * 2 * bisector / np.sum(
        bisector**2, axis=1, keepdims=True
    )
    return moved


def distinct(places_en_m: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows (m,) at which places (n, 2) change, and for each of the n which of these rows it is.

    Most of a scenario most of its actors stand: what is worked out for every place is worked out once.
    """
    moved = np.ones(len(places_en_m), dtype=np.bool_)
    moved[1:] = (np.diff(places_en_m, axis=0) != 0).any(axis=1)
    return np.flatnonzero(moved), np.cumsum(moved) - 1
