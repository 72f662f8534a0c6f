"""Vehicles: a kinematic bicycle whose rear axle keeps to its way, drains that stop it, rocking.

Method: the rear axle follows the way without slipping, so the body points along it and the front wheels stand
at atan(wheelbase x curvature) (Rajamani, Vehicle Dynamics and Control, 2012, section 2.2).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import STEP_S, Action, ActorKind
from truceline.simulate.model.world import Ditch, World
from truceline.simulate.scenario.script import Step
from truceline.simulate.staging.motion.bodies import Now, end_speed_mps, stopped
from truceline.simulate.staging.motion.clips import Clip, joined, samples, still
from truceline.simulate.staging.motion.ground import distance_m, distinct, ground_m
from truceline.simulate.staging.motion.ways import Limits, Way, timed, way_through

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Build:
    """Measures of a vehicle: between axles, between the wheels of one, a wheel's radius, its width."""

    wheelbase_m: float
    track_m: float
    wheel_m: float
    width_m: float


BUILDS = {
    ActorKind.JEEP: Build(2.3, 1.36, 0.37, 1.65),
    ActorKind.TRUCK: Build(4.6, 1.9, 0.50, 2.3),
    ActorKind.CAR: Build(2.64, 1.54, 0.32, 1.75),
}

_ROUND_M, _ROUND_S = 16.0, 2.2
"""Bends are driven over so much way, or so much time at the speed that is asked."""

_SPACING_M = 0.1
_ACROSS_MPS2 = 3.5
_HARD_MPS2 = 7.0
"""A wheel in a drain stops a vehicle like this."""
_INTO_M = 0.3
"""How far into the drain the wheel rolls before the axle rests."""
_RESTS_M = 0.38
"""No wheel drops deeper: then the frame lies on the bank."""
_ROCK_HZ, _ROCK_M = 0.9, 0.10
ROCK_RAD = 0.022
_SPIN_MPS = 5.0
_SMOOTH_S = 0.16


def driving(
    now: Now, step: Step, *, waypoints_en_m: Array, world: World, onward: Step | None
) -> tuple[Clip, bool]:
    """A drive along waypoints; also whether it ends with a wheel in a drain."""
    movement = step.movement
    if movement is None:
        raise TypeError(step)
    half_m = BUILDS[now.actor.kind].wheelbase_m / 2
    nose = np.array([np.cos(now.heading_rad), np.sin(now.heading_rad)])
    rear = now.place_en_m - nose * half_m
    ahead = rear + nose * (2 * half_m + 0.4 * now.speed_mps)
    last = waypoints_en_m[-1]
    before = waypoints_en_m[-2] if len(waypoints_en_m) > 1 else ahead
    final = (last - before) / max(float(np.linalg.norm(last - before)), 1e-6)
    path = np.array([rear, ahead, *waypoints_en_m[:-1], last - final * half_m])
    round_m = max(_ROUND_M, _ROUND_S * movement.speed_mps)
    way = way_through(path, round_m=round_m, spacing_m=_SPACING_M)
    drop_m = _drops_at(way, now.actor.kind, ditches=world.ditches)
    if drop_m is not None:
        way = _cut(way, drop_m + _INTO_M)
    limits = Limits(
        first_mps=now.speed_mps,
        last_mps=0.0 if drop_m is not None else end_speed_mps(waypoints_en_m, way, step=step, onward=onward),
        most_mps=movement.speed_mps,
        faster_mps2=movement.acceleration_mps2,
        slower_mps2=movement.brake_mps2,
        across_mps2=_ACROSS_MPS2,
    )
    hard_from_m = np.inf if drop_m is None else drop_m - 1.5
    along = timed(way, limits, hard_from_m=hard_from_m, hard_mps2=_HARD_MPS2)
    rears, headings, curvature = way.at(along)
    noses = np.stack([np.cos(headings), np.sin(headings)], axis=1)
    rows = len(along)
    clip = Clip(
        first=now.index,
        places_en_m=rears + noses * half_m,
        headings_rad=headings,
        way_mps=np.gradient(along, STEP_S) if rows > 1 else np.zeros(rows),
        action=np.full(rows, Action.DRIVE, dtype=np.int8),
        ends=now.index + rows - 1,
        steer_rad=np.arctan(2 * half_m * curvature),
        step=step,
    )
    return clip, drop_m is not None


def _drops_at(way: Way, kind: ActorKind, *, ditches: tuple[Ditch, ...]) -> float | None:
    """How far along the way of the rear axle a front wheel first stands over a drain; None: never."""
    if not ditches:
        return None
    build = BUILDS[kind]
    noses = np.stack([np.cos(way.headings_rad), np.sin(way.headings_rad)], axis=1)
    lefts = np.stack([-noses[:, 1], noses[:, 0]], axis=1)
    over = np.zeros(len(way.along_m), dtype=np.bool_)
    for side in (-0.5, 0.5):
        wheels = way.places_en_m + noses * build.wheelbase_m + lefts * side * build.track_m
        for ditch in ditches:
            over |= distance_m(ditch.path_en_m, wheels) < ditch.width_m / 2
    return float(way.along_m[np.argmax(over)]) if over.any() else None


def _cut(way: Way, length_m: float) -> Way:
    kept = max(int(np.searchsorted(way.along_m, length_m)), 1) + 1
    return Way(way.along_m[:kept], way.places_en_m[:kept], way.headings_rad[:kept], way.curvature[:kept])


def parking(now: Now, step: Step, *, stuck: bool) -> Clip:
    """A stand with the engine on or off, after braking straight on."""
    stop, now = stopped(now)
    action = Action.STUCK if stuck else Action.PARKED
    ends = None if step.until and step.for_s is None else now.index + samples(step.for_s or 0.0)
    clip = still(now.index, now.place_en_m, heading_rad=now.heading_rad, action=action, ends=ends)
    clip = replace(clip, step=step)
    return clip if stop is None else joined(stop, clip)


def rocking(now: Now, step: Step, *, most_s: float) -> Clip:
    """Wheels turn to and fro, the body rocks: in bursts that swell and fade."""
    _, now = stopped(now)
    rows = samples(step.for_s if step.for_s is not None else most_s)
    at = np.arange(rows) * STEP_S
    swell = np.minimum(1.0, np.minimum(at, at[-1] - at) / 0.8) * (0.55 + 0.45 * np.sin(2 * np.pi * at / 3.7))
    turn = 2 * np.pi * _ROCK_HZ * at
    nose = np.array([np.cos(now.heading_rad), np.sin(now.heading_rad)])
    shift = _ROCK_M / 2 * swell * np.sin(turn)
    return Clip(
        first=now.index,
        places_en_m=now.place_en_m + shift[:, None] * nose,
        headings_rad=np.full(rows, now.heading_rad),
        way_mps=_SPIN_MPS * swell * np.sign(np.cos(turn)),
        action=np.full(rows, Action.STUCK, dtype=np.int8),
        ends=now.index + rows if step.for_s is not None else None,
        rock_rad=ROCK_RAD * swell * np.cos(turn),
        step=step,
    )


def attitude(
    world: World, kind: ActorKind, *, places_en_m: Array, headings_rad: Array
) -> tuple[Array, Array, Array]:
    """Height of the middle of the wheels, pitch (nose down) and roll (to the right), each (n,)."""
    rows, back = distinct(places_en_m)  # a vehicle that stands does not turn
    heights = _wheel_heights(world, kind, places_en_m=places_en_m[rows], headings_rad=headings_rad[rows])
    reach = round(_SMOOTH_S / STEP_S / 2)
    padded = np.pad(heights[:, back], ((0, 0), (reach + 1, reach)), mode="edge")
    total = np.cumsum(padded, axis=1)
    smooth = (total[:, 2 * reach + 1 :] - total[:, : -2 * reach - 1]) / (2 * reach + 1)
    front_left, front_right, back_left, back_right = smooth
    build = BUILDS[kind]
    pitch = np.arctan2((back_left + back_right - front_left - front_right) / 2, build.wheelbase_m)
    roll = np.arctan2((front_left + back_left - front_right - back_right) / 2, build.track_m)
    return smooth.mean(axis=0), pitch, roll


def _wheel_heights(world: World, kind: ActorKind, *, places_en_m: Array, headings_rad: Array) -> Array:
    """Heights (4, n) under the wheels: front left, front right, back left, back right."""
    build = BUILDS[kind]
    noses = np.stack([np.cos(headings_rad), np.sin(headings_rad)], axis=1)
    lefts = np.stack([-noses[:, 1], noses[:, 0]], axis=1)
    heights = []
    for ahead, aside in ((0.5, 0.5), (0.5, -0.5), (-0.5, 0.5), (-0.5, -0.5)):
        wheels = places_en_m + noses * ahead * build.wheelbase_m + lefts * aside * build.track_m
        heights.append(np.maximum(ground_m(world, wheels), world.terrain.height_m(wheels) - _RESTS_M))
    return np.stack(heights)


def door_places(kind: ActorKind, *, seat: int) -> tuple[Array, Array]:
    """Where a seat is, and where one stands beside its door: (ahead, to the left) of the vehicle's middle."""
    half_m = BUILDS[kind].width_m / 2
    left = 1.0 if seat % 2 == 0 else -1.0
    ahead = (0.15 if seat < 2 else -0.75) + (1.3 if kind is ActorKind.TRUCK else 0.0)
    return np.array([ahead, left * 0.42]), np.array([ahead, left * (half_m + 0.55)])
