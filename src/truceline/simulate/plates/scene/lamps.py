"""Lamps: lights as rows of numbers, the posts that they hang on, and a camera's own illuminator."""

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.world import Lamp, Material, World
from truceline.simulate.plates.scene.solids import Style, box_row

Array = NDArray[np.float64]

LAMP_COLUMNS = 5
"""Columns of a lamp: place (3), light at one metre, whether it is an illuminator at this camera."""

_MATERIALS = list(Material)
_OWN_M = 3.0
"""An infrared lamp so near to a camera is its illuminator: it shines along its view."""
_LOWEST_POST_M = 1.8
_ON_WALL_M = 0.7
_POST_RADIUS_M = 0.06


def lamp_rows(world: World, *, camera_enu_m: Array) -> Array:
    """All lamps (n, LAMP_COLUMNS) as seen by a camera."""
    rows = [[*lamp.place_enu_m, lamp.strength, float(_is_own(lamp, camera_enu_m))] for lamp in world.lamps]
    return np.array(rows, dtype=np.float64).reshape(-1, LAMP_COLUMNS)


def _is_own(lamp: Lamp, camera_enu_m: Array) -> bool:
    return lamp.infrared and float(np.linalg.norm(lamp.place_enu_m - camera_enu_m)) < _OWN_M


def lamp_posts(world: World, *, camera_enu_m: Array) -> tuple[list[list[float]], list[list[float]]]:
    """Rows of stems and of solids: a post and a head for every lamp that hangs free, none at the camera."""
    stems: list[list[float]] = []
    heads: list[list[float]] = []
    for lamp in world.lamps:
        place = np.asarray(lamp.place_enu_m, dtype=np.float64)
        ground = float(world.terrain.height_m(place[:2]))
        if float(np.linalg.norm(place[:2] - camera_enu_m[:2])) < _OWN_M or lamp.infrared:
            continue
        head = place + np.array([0.0, 0.0, 0.09])
        heads.append(
            box_row(
                head,
                np.array([0.28, 0.12, 0.05]),
                yaw_rad=0.0,
                material=Material.METAL,
                style=Style.LAMP,
                tint=np.full(3, 0.9),
            )
        )
        if place[2] - ground < _LOWEST_POST_M or _on_wall(world, place):
            continue
        foot, top = np.array([place[0], place[1] + 0.35, ground]), place + np.array([0.0, 0.35, 0.1])
        metal = float(_MATERIALS.index(Material.METAL))
        stems.append([*foot, *top, _POST_RADIUS_M, metal, 0.5])
        stems.append([*top, *head, 0.035, metal, 0.5])
    return stems, heads


def _on_wall(world: World, place: Array) -> bool:
    for solid in world.solids:
        off = place - solid.centre_enu_m
        cosine, sine = np.cos(solid.yaw_rad), np.sin(solid.yaw_rad)
        local = np.array([off[0] * cosine + off[1] * sine, off[1] * cosine - off[0] * sine, off[2]])
        if bool(np.all(np.abs(local) < solid.half_sizes_m + _ON_WALL_M)):
            return True
    return False
