"""What a camera can see of a play: its field of view, and what stands in the way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.simulate.model.actors import STEP_S, Action, Performance
from truceline.simulate.model.devices import CameraPlan
from truceline.simulate.model.scenario import Play
from truceline.simulate.staging.motion.vehicles import BUILDS

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

_LIFT_M = 0.15
_STEM_SHARE = 0.3
_CROWN_SHARE = 0.8
_OVERHANG_M = 1.3
_THROUGH = 0.5
"""What lets more than half of the view through hides nobody."""


@dataclass(frozen=True, slots=True, eq=False)
class Occluders:
    """Upright boxes that stand, crowns of trees as boxes, and vehicles that may move."""

    centres: Array
    halves: Array
    yaws: Array
    vehicles: tuple[Performance, ...]


def occluders(play: Play) -> Occluders:
    """Everything in a play that hides people."""
    solids = [one for one in play.setting.world.solids if one.openness < _THROUGH and one.blocks]
    trees = play.setting.world.trees
    terrain = play.setting.world.terrain
    stands = np.array([[one.east_m, one.north_m] for one in trees]).reshape(-1, 2)
    feet = terrain.height_m(stands) if len(trees) else np.zeros(0)
    tall = np.array([one.height_m for one in trees])
    reach = np.array([one.crown_m for one in trees]) * _CROWN_SHARE / np.sqrt(2)
    middle = feet + tall * (1 + _STEM_SHARE) / 2
    crowns = np.column_stack([stands, middle])
    sizes = np.column_stack([reach, reach, tall * (1 - _STEM_SHARE) / 2])
    return Occluders(
        np.concatenate([np.array([one.centre_enu_m for one in solids]).reshape(-1, 3), crowns]),
        np.concatenate([np.array([one.half_sizes_m for one in solids]).reshape(-1, 3), sizes]),
        np.concatenate([np.array([one.yaw_rad for one in solids]), np.zeros(len(trees))]),
        tuple(one for one in play.performances if one.actor.kind.is_vehicle),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """One camera and what stands in its way."""

    camera: CameraPlan
    occluders: Occluders

    def clear(
        self, enu_m: Array, heights_m: Array, *, at_s: Array, own: str, there: Flags
    ) -> tuple[Flags, Flags]:
        """Whether the middle and the foot (n,) of bodies at places (n, 3) show in the picture."""
        foot = enu_m + np.array([0.0, 0.0, _LIFT_M])
        middle = enu_m.copy()
        middle[:, 2] += np.maximum(heights_m * 0.6, _LIFT_M)
        shown = self._inside(middle) & self._inside(enu_m) & there
        clear = [shown.copy(), shown.copy()]
        rows = np.flatnonzero(shown)
        for index, points in enumerate((middle, foot)):
            hidden = self._hidden(points[rows], at_s[rows], own=own)
            clear[index][rows] &= ~hidden
        return clear[0], clear[1]

    def height_px(self, enu_m: Array, heights_m: Array) -> Array:
        """Height (n,) of bodies in the picture, pixels."""
        top = enu_m.copy()
        top[:, 2] += heights_m
        pair = pixel_from_site(self.camera.true, enu_m), pixel_from_site(self.camera.true, top)
        tall: Array = np.nan_to_num(np.linalg.norm(pair[1] - pair[0], axis=1))
        return tall

    def _inside(self, points: Array) -> Flags:
        pixels = pixel_from_site(self.camera.true, points)
        size = np.array([self.camera.width_px, self.camera.height_px])
        with np.errstate(invalid="ignore"):
            low, high = pixels.min(axis=1), (size - 1 - pixels).min(axis=1)
            return np.asarray((low >= 0) & (high >= 0), dtype=np.bool_)

    def _hidden(self, points: Array, at_s: Array, *, own: str) -> Flags:
        hidden = np.zeros(len(points), dtype=np.bool_)
        eye = self.camera.true.position_enu_m
        things = self.occluders
        for centre, half, yaw in zip(things.centres, things.halves, things.yaws, strict=True):
            if _beside(eye, points, centre=centre, reach_m=float(np.hypot(half[0], half[1]))):
                continue
            where = np.broadcast_to(centre, points.shape)
            hidden |= _crossed(eye, points, centres=where, half=half, yaws=np.full(len(points), yaw))
        for vehicle in things.vehicles:
            if vehicle.actor.actor_id == own:
                continue
            rows = np.clip(np.round(at_s / STEP_S).astype(np.int64), 0, len(vehicle.action) - 1)
            build = BUILDS[vehicle.actor.kind]
            tall = vehicle.actor.height_m
            half = np.array([(build.wheelbase_m + _OVERHANG_M) / 2, build.width_m / 2, tall / 2])
            centres = vehicle.enu_m[rows] + np.array([0.0, 0.0, tall / 2])
            blocked = _crossed(eye, points, centres=centres, half=half, yaws=vehicle.heading_rad[rows])
            blocked[vehicle.action[rows] == Action.AWAY] = False
            hidden |= blocked
        return hidden


def _beside(eye: Array, points: Array, *, centre: Array, reach_m: float) -> bool:
    """Whether a thing lies beside all rays, seen from above: most do."""
    if not len(points):
        return True
    to = points[:, :2] - eye[:2]
    length = np.maximum(np.linalg.norm(to, axis=1), 1e-9)
    offset = centre[:2] - eye[:2]
    along = (to @ offset) / length
    away = np.abs(to[:, 0] * offset[1] - to[:, 1] * offset[0]) / length
    return bool(np.all((away > reach_m) | (along < -reach_m) | (along > length + reach_m)))


def _crossed(eye: Array, points: Array, *, centres: Array, half: Array, yaws: Array) -> Flags:
    """Whether the ray (n,) from the eye to each point passes through its box (slab method)."""
    cos, sin = np.cos(yaws), np.sin(yaws)

    def own(vectors: Array) -> Array:
        east, north = vectors[:, 0], vectors[:, 1]
        return np.stack([east * cos + north * sin, north * cos - east * sin, vectors[:, 2]], axis=1)

    start = own(eye - centres)
    way = own(points - eye)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = (-half - start) / way
        high = (half - start) / way
    near = np.max(np.minimum(low, high), axis=1)
    far = np.min(np.maximum(low, high), axis=1)
    crossed: Flags = (near < far) & (near < 1.0) & (far > 0.0)
    return crossed
