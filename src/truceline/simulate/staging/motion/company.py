"""What is done in company: getting in and out of vehicles, following, dragging and being dragged."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.simulate.model.actors import STEP_S, Action
from truceline.simulate.scenario.script import Movement, Step
from truceline.simulate.staging.motion.bodies import Now
from truceline.simulate.staging.motion.clips import Clip, samples, still
from truceline.simulate.staging.motion.vehicles import door_places
from truceline.simulate.staging.motion.ways import Limits, timed, way_through

Array = NDArray[np.float64]

DOOR_S = 0.7
OUT_S = 1.1
_RISE_S = 0.4
_AT_DOOR_MPS = 1.0
FARTHEST_DOOR_M = 6.0
_SITS_DOWN_S = 0.8

_GRIP_M = 2.4
"""Who drags stands no farther than this from the other's hips."""
_ROD_M = 1.25
"""From the feet of who pulls to the hips of who is pulled."""
_TAKES_HOLD_S = 2.0

_KEEN = 1.1
_RESPONSE_S = 0.4
_WALK_TO_RUN_MPS, _RUN_TO_WALK_MPS, _STAND_MPS = 2.4, 1.9, 0.25


def _turned(offset: Array, heading_rad: float) -> Array:
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    return np.array([offset[0] * cos - offset[1] * sin, offset[0] * sin + offset[1] * cos])


def getting_out(now: Now, step: Step, *, vehicle: Now, seat: int) -> Clip:
    """The door opens, somebody climbs out beside the seat and stands up."""
    inside, outside = door_places(vehicle.actor.kind, seat=seat)
    begin = vehicle.place_en_m + _turned(inside, vehicle.heading_rad)
    end = vehicle.place_en_m + _turned(outside, vehicle.heading_rad)
    facing = vehicle.heading_rad + (np.pi / 2 if seat % 2 == 0 else -np.pi / 2)
    opening, out, rising = samples(DOOR_S), samples(OUT_S), samples(_RISE_S)
    share = np.linspace(0.0, 1.0, out)
    share = share * share * (3 - 2 * share)
    places = np.concatenate(
        [
            np.repeat(begin[None], opening, axis=0),
            begin + share[:, None] * (end - begin),
            np.repeat(end[None], rising, axis=0),
        ]
    )
    codes = [Action.AWAY] * opening + [Action.CROUCH] * out + [Action.STAND] * rising
    rows = len(codes)
    return Clip(
        first=now.index,
        places_en_m=places,
        headings_rad=np.full(rows, facing),
        way_mps=np.zeros(rows),
        action=np.array(codes, dtype=np.int8),
        ends=now.index + rows,
        step=step,
    )


def getting_in(now: Now, step: Step, *, vehicle: Now, seat: int) -> Clip:
    """The last steps to the door, and into the seat; then it is the vehicle that moves one."""
    inside, outside = door_places(vehicle.actor.kind, seat=seat)
    door = vehicle.place_en_m + _turned(outside, vehicle.heading_rad)
    place = vehicle.place_en_m + _turned(inside, vehicle.heading_rad)
    apart_m = float(np.linalg.norm(door - now.place_en_m))
    if apart_m > FARTHEST_DOOR_M:
        raise InputError(
            f"{now.actor.actor_id} is {apart_m:.1f} m from the door of {vehicle.actor.actor_id}",
            where=step.where,
            do=f"Let it walk to within {FARTHEST_DOOR_M:g} m first.",
        )
    way = way_through(np.array([now.place_en_m, door]), round_m=0.5, spacing_m=0.02)
    along = timed(way, Limits(min(now.speed_mps, _AT_DOOR_MPS), 0.0, _AT_DOOR_MPS, 1.0, 1.2, 2.0))
    walked, headings, _ = way.at(along)
    sitting = samples(_SITS_DOWN_S)
    share = np.linspace(0.0, 1.0, sitting)[:, None]
    places = np.concatenate([walked, door + share * (place - door), place[None]])
    facing = vehicle.heading_rad
    rows = len(places)
    codes = [Action.WALK] * len(walked) + [Action.CROUCH] * sitting + [Action.AWAY]
    speeds = np.gradient(along, STEP_S) if len(along) > 1 else np.zeros(1)
    return Clip(
        first=now.index,
        places_en_m=places,
        headings_rad=np.concatenate([headings, np.full(rows - len(walked), facing)]),
        way_mps=np.concatenate([speeds, np.zeros(rows - len(walked))]),
        action=np.array(codes, dtype=np.int8),
        ends=now.index + rows,
        step=step,
    )


def aboard(now: Now, *, vehicle_id: str) -> Clip:
    """Sitting inside."""
    clip = still(now.index, now.place_en_m, heading_rad=now.heading_rad, action=Action.AWAY, ends=now.index)
    return replace(clip, aboard=vehicle_id)


def dragged(now: Now, *, puller_en_m: Array, first: int) -> Clip:
    """Who is pulled by the arms: hips behind the puller like a trailer (the tractrix), head towards it.

    Args:
        now: The one who lies.
        puller_en_m: (m, 2) places of the puller from sample ``first`` on.
        first: Index at which the pulling begins.
    """
    rows = len(puller_en_m)
    places = np.empty((rows, 2))
    hips = now.place_en_m.copy()
    rod_m = max(float(np.linalg.norm(puller_en_m[0] - hips)), _ROD_M)
    for row in range(rows):
        offset = hips - puller_en_m[row]
        length = float(np.linalg.norm(offset))
        if length > rod_m:
            hips = puller_en_m[row] + offset * (rod_m / length)
        places[row] = hips
    toward = puller_en_m - places
    moved = np.linalg.norm(np.gradient(places, STEP_S, axis=0), axis=1) if rows > 1 else np.zeros(rows)
    return Clip(
        first=first,
        places_en_m=places,
        headings_rad=np.unwrap(np.arctan2(toward[:, 1], toward[:, 0])),
        way_mps=moved,
        action=np.full(rows, Action.DRAGGED, dtype=np.int8),
        ends=first + rows,
    )


def refuse_out_of_reach(puller: Now, body: Now, *, step: Step) -> None:
    """Refuse a grip from afar, or on somebody who does not lie."""
    apart_m = float(np.linalg.norm(puller.place_en_m - body.place_en_m))
    if body.action not in (Action.LIE, Action.PRONE, Action.FALL, Action.DRAGGED):
        raise InputError(f"{body.actor.actor_id} does not lie and cannot be dragged", where=step.where)
    if apart_m > _GRIP_M:
        raise InputError(
            f"{puller.actor.actor_id} is {apart_m:.1f} m from {body.actor.actor_id} and cannot take hold",
            where=step.where,
            do=f"Let it come to within {_GRIP_M:g} m first: to = {body.actor.actor_id!r}, gap_m = 1.2.",
        )


def helping(now: Now, step: Step, *, leader: Clip, aside_m: float) -> Clip:
    """Dragging beside another one: the same way, a little aside."""
    row = leader.row(now.index)
    places = leader.places_en_m[row:]
    headings = leader.headings_rad[row:].copy()
    pulls = np.flatnonzero(leader.action[row:] == Action.DRAG)
    headings[: pulls[0]] = headings[pulls[0]]  # while the other still gets up
    lefts = np.stack([-np.sin(headings), np.cos(headings)], axis=1)
    side = 1.0 if float((now.place_en_m - places[0]) @ lefts[0]) >= 0 else -1.0
    wanted = places + side * aside_m * lefts
    share = np.clip(np.arange(len(places)) * STEP_S / _TAKES_HOLD_S, 0.0, 1.0)
    share = (share * share * (3 - 2 * share))[:, None]
    return Clip(
        first=now.index,
        places_en_m=wanted + (1 - share) * (now.place_en_m - wanted[0]),
        headings_rad=headings,
        way_mps=leader.way_mps[row:],
        action=np.full(len(places), Action.DRAG, dtype=np.int8),
        ends=leader.ends,
        step=step,
    )


@dataclass(slots=True, eq=False)
class Follower:
    """Who keeps behind another one, decided from sample to sample: the other's way is not known ahead.

    Method: towards a place behind (and beside) the leader with a velocity that leads there, the acceleration
    bounded; near it and the leader at rest, it stands.
    """

    begin: Now
    step: Step
    places: list[Array] = field(default_factory=list)
    headings: list[float] = field(default_factory=list)
    speeds: list[float] = field(default_factory=list)
    codes: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin as one is."""
        self.places.append(self.begin.place_en_m)
        self.headings.append(self.begin.heading_rad)
        self.speeds.append(self.begin.speed_mps)
        self.codes.append(self.begin.action)

    def advance(self, leader_en_m: Array, leader_mps: Array) -> None:
        """One sample further."""
        movement = self.step.movement
        if movement is None:
            raise TypeError(self.step)
        place = self.places[-1]
        before = self.places[-2] if len(self.places) > 1 else place - self.begin.velocity_mps * STEP_S
        velocity = (place - before) / STEP_S
        wanted = _wanted(place, movement, leader_en_m=leader_en_m, leader_mps=leader_mps)
        push = (wanted - velocity) / _RESPONSE_S
        size = float(np.linalg.norm(push))
        if size > movement.acceleration_mps2:
            push *= movement.acceleration_mps2 / size
        velocity = velocity + push * STEP_S
        speed = float(np.linalg.norm(velocity))
        self.places.append(place + velocity * STEP_S)
        moves = speed > _STAND_MPS
        self.headings.append(float(np.arctan2(velocity[1], velocity[0])) if moves else self.headings[-1])
        self.speeds.append(speed if moves else 0.0)
        self.codes.append(_gait(self.codes[-1], speed))

    def now(self, index: int) -> Now:
        """How it is at the present sample."""
        before = self.places[-2] if len(self.places) > 1 else self.places[-1]
        return replace(
            self.begin,
            index=index,
            place_en_m=self.places[-1],
            heading_rad=self.headings[-1],
            velocity_mps=(self.places[-1] - before) / STEP_S,
            action=self.codes[-1],
        )

    def clip(self) -> Clip:
        """All of it so far."""
        return Clip(
            first=self.begin.index,
            places_en_m=np.array(self.places),
            headings_rad=np.unwrap(np.array(self.headings)),
            way_mps=np.array(self.speeds),
            action=np.array(self.codes, dtype=np.int8),
            ends=None,
            step=self.step,
        )


def _wanted(place: Array, movement: Movement, *, leader_en_m: Array, leader_mps: Array) -> Array:
    """The velocity that leads to the place behind the leader."""
    speed = float(np.linalg.norm(leader_mps))
    toward = leader_en_m - place
    along = leader_mps / speed if speed > _STAND_MPS else toward / max(float(np.linalg.norm(toward)), 1e-6)
    target = leader_en_m - along * movement.gap_m + np.array([-along[1], along[0]]) * movement.beside_m
    wanted = (target - place) * _KEEN + (leader_mps if speed > _STAND_MPS else 0.0)
    size = float(np.linalg.norm(wanted))
    capped: Array = wanted * min(1.0, movement.speed_mps / max(size, 1e-9))
    return capped


def _gait(before: Action, speed: float) -> Action:
    if speed < _STAND_MPS:
        return Action.STAND
    if before is Action.RUN:
        return Action.RUN if speed > _RUN_TO_WALK_MPS else Action.WALK
    return Action.RUN if speed > _WALK_TO_RUN_MPS else Action.WALK
