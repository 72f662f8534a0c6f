"""Gathered: a world as one set of tables."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.world import World
from truceline.simulate.plates.scene.ground import Ground, ground_of
from truceline.simulate.plates.scene.growth import STEM_COLUMNS, growth_of
from truceline.simulate.plates.scene.lamps import lamp_posts, lamp_rows
from truceline.simulate.plates.scene.relief import Relief, relief_of
from truceline.simulate.plates.scene.solids import CENTRE, COLUMNS, COSINE, HALF, SINE, solid_rows

Array = NDArray[np.float64]

_SOLIDS = 0x62


class Scene(NamedTuple):
    """A world as tables: ``solids`` (n, 16), ``stems`` (n, 9), ``crowns`` (n, 13), ``lamps`` (n, 5)."""

    relief: Relief
    ground: Ground
    solids: Array
    stems: Array
    crowns: Array
    lamps: Array


def scene_of(world: World, line_en_m: Array, *, camera_enu_m: Array, seed: int) -> Scene:
    """The tables of a world as one camera needs them: what the camera sits in or on is left out."""
    growth = growth_of(world, camera_enu_m=camera_enu_m, seed=seed)
    solids = solid_rows(world, line_en_m, random=np.random.default_rng([seed, _SOLIDS]))
    posts, heads = lamp_posts(world, camera_enu_m=camera_enu_m)
    solids = np.concatenate([solids, np.array(heads, dtype=np.float64).reshape(-1, COLUMNS)])
    stems = np.concatenate([np.array(posts, dtype=np.float64).reshape(-1, STEM_COLUMNS), growth.stems])
    return Scene(
        relief_of(world),
        ground_of(world, line_en_m),
        np.ascontiguousarray(solids[~_holds(solids, camera_enu_m)]),
        np.ascontiguousarray(stems),
        np.ascontiguousarray(growth.crowns),
        lamp_rows(world, camera_enu_m=camera_enu_m),
    )


def _holds(solids: Array, place: Array) -> NDArray[np.bool_]:
    """Which solids hold a place."""
    off = place - solids[:, CENTRE : CENTRE + 3]
    along = off[:, 0] * solids[:, COSINE] + off[:, 1] * solids[:, SINE]
    across = off[:, 1] * solids[:, COSINE] - off[:, 0] * solids[:, SINE]
    local = np.abs(np.stack([along, across, off[:, 2]], axis=1))
    return np.asarray(np.all(local < solids[:, HALF : HALF + 3] + 0.02, axis=1))
