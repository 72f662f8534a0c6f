"""What people and animals do, as clips: standing, moving, falling, shooting, flying."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import STEP_S, Action, Actor, ActorKind
from truceline.simulate.scenario.script import Deed, Movement, Step
from truceline.simulate.staging.motion.clips import FALL_S, LYING, Clip, change_s, joined, samples, still
from truceline.simulate.staging.motion.ways import Limits, Way, timed, way_through

Array = NDArray[np.float64]

STILL_ACTION = {
    Deed.STAND: Action.STAND,
    Deed.CROUCH: Action.CROUCH,
    Deed.PRONE: Action.PRONE,
    Deed.LIE: Action.LIE,
    Deed.AIM: Action.AIM,
    Deed.GRAZE: Action.GRAZE,
    Deed.COME: Action.STAND,
    Deed.LEAVE: Action.AWAY,
}
MOVING_ACTION = {
    Deed.WALK: Action.WALK,
    Deed.RUN: Action.RUN,
    Deed.CRAWL: Action.CRAWL,
    Deed.DRAG: Action.DRAG,
    Deed.FLY: Action.FLY,
}
_ROUND_M = {Deed.WALK: 1.4, Deed.RUN: 3.2, Deed.CRAWL: 0.8, Deed.DRAG: 2.0, Deed.FLY: 30.0}
_SPACING_M = {Deed.WALK: 0.03, Deed.RUN: 0.05, Deed.CRAWL: 0.02, Deed.DRAG: 0.02, Deed.FLY: 0.25}
ACROSS_MPS2 = 2.6
"""Lateral acceleration of people in a bend; with what they brake at, below 5 m/s^2 in all."""

_STANDING_MPS = 0.05
_STOP_MPS2 = 3.2
_FALL_MPS2 = 4.5
_LEAD_S = 0.35
"""Who is moving keeps the direction for so long before it bends."""

_SETTLE_S = 0.25
_AFTER_SHOTS_S = 0.4
_SHARP = 0.5
"""Cosine: a turn sharper than 60 degrees between two steps is not taken at speed."""


@dataclass(frozen=True, slots=True, eq=False)
class Now:
    """How an actor is at the instant at which a step begins."""

    index: int
    actor: Actor
    place_en_m: Array
    heading_rad: float
    velocity_mps: Array
    action: Action
    up_m: float = 0.0

    @property
    def speed_mps(self) -> float:
        """Speed over the ground."""
        return float(np.linalg.norm(self.velocity_mps))


def stay(now: Now, step: Step, *, face_rad: float | None) -> Clip:
    """A posture, taken after coming to a stand; it is done when it is taken and its time is over."""
    action = STILL_ACTION.get(step.deed, now.action)
    if step.deed is Deed.WAIT and now.action in (Action.WALK, Action.RUN, Action.DRAG):
        action = Action.STAND
    if step.deed is Deed.AIM and (step.fire is not None or now.action in LYING):
        action = Action.AIM_PRONE
    stop, now = stopped(now)
    heading = now.heading_rad if face_rad is None else face_rad
    lasts_s = change_s(now.action, action) if step.for_s is None else step.for_s
    until_told = bool(step.until) and step.for_s is None
    ends = None if until_told else now.index + samples(lasts_s) * (lasts_s > 0)
    clip = still(now.index, now.place_en_m, heading_rad=heading, action=action, ends=ends)
    clip = replace(clip, face_actor=step.face_actor, step=step)
    return clip if stop is None else joined(stop, clip)


def stopped(now: Now) -> tuple[Clip | None, Now]:
    """The way to a stand, straight on, and how one is then; no clip for who stands already."""
    speed = now.speed_mps
    if speed < _STANDING_MPS or now.action is Action.AWAY:
        return None, now
    return _slowed(now, action=now.action, brake_mps2=_STOP_MPS2, least_s=0.0)


def _slowed(now: Now, *, action: Action, brake_mps2: float, least_s: float) -> tuple[Clip, Now]:
    speed = now.speed_mps
    lasts_s = max(speed / brake_mps2, least_s)
    brake = min(brake_mps2, speed / lasts_s) if lasts_s > 0 else brake_mps2
    at = np.arange(samples(lasts_s) + 1) * STEP_S
    at = np.minimum(at, speed / brake if brake > 0 else 0.0)
    along = speed * at - brake * at**2 / 2
    direction = now.velocity_mps / speed if speed > 0 else np.zeros(2)
    places = now.place_en_m + along[:, None] * direction
    rows = len(at)
    clip = Clip(
        first=now.index,
        places_en_m=places,
        headings_rad=np.full(rows, now.heading_rad),
        way_mps=speed - brake * at,
        action=np.full(rows, action, dtype=np.int8),
        ends=now.index + rows,
    )
    after = replace(
        now, index=now.index + rows, place_en_m=places[-1], velocity_mps=np.zeros(2), action=action
    )
    return clip, after


def fall(now: Now, step: Step) -> Clip:
    """A fall forwards out of whatever speed there is, and lying where it ends."""
    clip, after = _slowed(now, action=Action.FALL, brake_mps2=_FALL_MPS2, least_s=FALL_S)
    ends = after.index + (samples(step.for_s) if step.for_s is not None else 1)
    lying = still(
        after.index,
        after.place_en_m,
        heading_rad=now.heading_rad,
        action=Action.LIE,
        ends=None if step.until and step.for_s is None else ends,
    )
    return replace(joined(clip, lying), step=step)


def shooting(now: Now, step: Step, *, face_rad: float) -> tuple[Clip, Array]:
    """Aiming and firing; also when each round falls, seconds from the start."""
    if step.fire is None:
        raise TypeError(step)
    action = Action.AIM_PRONE if step.fire.prone else Action.AIM
    stop, now = stopped(now)
    ready = now.index + samples(change_s(now.action, action) + _SETTLE_S)
    shots = ready * STEP_S + step.fire.after_s
    ends = ready + samples(float(step.fire.after_s[-1]) + _AFTER_SHOTS_S)
    clip = still(now.index, now.place_en_m, heading_rad=face_rad, action=action, ends=ends)
    clip = replace(clip, face_actor=step.face_actor, step=step)
    return (clip if stop is None else joined(stop, clip)), shots


def moving(now: Now, step: Step, *, waypoints_en_m: Array, onward: Step | None) -> Clip:
    """A movement along waypoints; ``onward`` is the step that follows without waiting, or None."""
    movement, action = step.movement, MOVING_ACTION[step.deed]
    if movement is None:
        raise TypeError(step)
    before, now = readied(now, action)
    points = [now.place_en_m]
    if now.speed_mps > _STANDING_MPS and now.action is not Action.AWAY:
        points.append(now.place_en_m + now.velocity_mps * _LEAD_S)
    path = np.array([*points, *waypoints_en_m])
    way = way_through(path, round_m=_ROUND_M[step.deed], spacing_m=_SPACING_M[step.deed])
    limits = Limits(
        first_mps=now.speed_mps,
        last_mps=end_speed_mps(waypoints_en_m, way, step=step, onward=onward),
        most_mps=movement.speed_mps,
        faster_mps2=movement.acceleration_mps2,
        slower_mps2=movement.brake_mps2,
        across_mps2=_across(now.actor, step),
    )
    along = timed(way, limits)
    clip = _on_way(now, step, way=way, along_m=along)
    if len(movement.heights_m):
        clip = replace(
            clip, heights_m=_flight_m(now, movement, along_m=along, length_m=float(way.along_m[-1]))
        )
    return clip if before is None else joined(before, clip)


def _across(actor: Actor, step: Step) -> float:
    if step.deed is Deed.FLY:
        return 12.0
    return ACROSS_MPS2 if actor.kind is ActorKind.PERSON else 5.0


def _on_way(now: Now, step: Step, *, way: Way, along_m: Array) -> Clip:
    places, headings, _ = way.at(along_m)
    rows = len(along_m)
    speeds = np.gradient(along_m, STEP_S) if rows > 1 else np.zeros(rows)
    backwards = step.deed is Deed.DRAG
    return Clip(
        first=now.index,
        places_en_m=places,
        headings_rad=headings + np.pi if backwards else headings,
        way_mps=-speeds if backwards else speeds,
        action=np.full(rows, MOVING_ACTION[step.deed], dtype=np.int8),
        ends=now.index + rows - 1,
        step=step,
    )


def _flight_m(now: Now, movement: Movement, *, along_m: Array, length_m: float) -> Array:
    """Heights (n,) of a flight, smooth between those of its waypoints."""
    knots = np.linspace(0.0, length_m, len(movement.heights_m) + 1)
    share = np.interp(along_m, knots, np.arange(len(knots), dtype=np.float64))
    whole = np.floor(np.minimum(share, len(knots) - 1 - 1e-9))
    part = share - whole
    values = np.concatenate([[now.up_m], movement.heights_m])
    low, high = values[whole.astype(np.int64)], values[whole.astype(np.int64) + 1]
    heights: Array = low + (high - low) * part * part * (3 - 2 * part)
    return heights


def readied(now: Now, action: Action) -> tuple[Clip | None, Now]:
    """Getting up (or down) before a movement that needs another posture; nothing for who is in it."""
    if now.action in (Action.AWAY, Action.FLY):
        return None, now
    down, was_down = action in LYING, now.action in LYING
    if down == was_down and now.action is not Action.CROUCH:
        return None, now
    stop, now = stopped(now)
    posture = Action.PRONE if down else Action.STAND
    rows = samples(change_s(now.action, posture))
    clip = Clip(
        first=now.index,
        places_en_m=np.repeat(now.place_en_m[None], rows, axis=0),
        headings_rad=np.full(rows, now.heading_rad),
        way_mps=np.zeros(rows),
        action=np.full(rows, posture, dtype=np.int8),
        ends=now.index + rows,
    )
    after = replace(now, index=now.index + rows, action=posture)
    return (clip if stop is None else joined(stop, clip)), after


def end_speed_mps(waypoints_en_m: Array, way: Way, *, step: Step, onward: Step | None) -> float:
    """How fast a movement ends: 0, unless the next one goes on at once in about the same direction."""
    if onward is None or step.movement is None:
        return 0.0
    if onward.deed is Deed.LEAVE:
        return step.movement.speed_mps
    further = onward.movement
    if (
        further is None
        or not len(further.waypoints_en_m)
        or onward.deed in (Deed.COME, Deed.DRAG, Deed.CRAWL)
    ):
        return 0.0
    leg = further.waypoints_en_m[0] - waypoints_en_m[-1]
    length = float(np.linalg.norm(leg))
    direction = np.array([np.cos(way.headings_rad[-1]), np.sin(way.headings_rad[-1])])
    if length < _STANDING_MPS or float(leg @ direction) / length < _SHARP:
        return 0.0
    return min(step.movement.speed_mps, further.speed_mps)
