"""Deeds: what a step makes of an actor when it begins."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.simulate.model.actors import STEP_S, Action
from truceline.simulate.scenario.script import Deed, Step
from truceline.simulate.staging.motion.bodies import Now, fall, moving, shooting, stay
from truceline.simulate.staging.motion.clips import samples, still
from truceline.simulate.staging.motion.company import (
    DOOR_S,
    OUT_S,
    Follower,
    aboard,
    dragged,
    getting_in,
    getting_out,
    helping,
    refuse_out_of_reach,
)
from truceline.simulate.staging.motion.vehicles import driving, parking, rocking
from truceline.simulate.staging.role import Noise, Role, Shot
from truceline.simulate.staging.stage import Stage

Array = NDArray[np.float64]

_BESIDE_M = 0.75
_CLOSES_AFTER_S = 1.2


def begin(stage: Stage, role: Role) -> None:
    """Let a role begin the step at which it is.

    Raises:
        InputError: With FILE:LINE: it is stuck, or too far from whom it should take hold of.
    """
    step = role.step
    if step is None:
        return
    now = role.now(stage.index)
    if step.sound is not None:
        role.noises.append(Noise(stage.index * STEP_S, step.sound))
    if step.lamps is not None:
        role.lamps.append((stage.index, step.lamps))
    if step.deed is Deed.FOLLOW:
        role.live = Follower(now, step)
    elif step.deed in (Deed.GET_OUT, Deed.GET_IN, Deed.DRAG):
        _in_company(stage, role, step=step, now=now)
    elif now.actor.kind.is_vehicle:
        _drive(stage, role, step=step, now=now)
    else:
        _act(stage, role, step=step, now=now)


def _act(stage: Stage, role: Role, *, step: Step, now: Now) -> None:
    if step.deed.moves:
        if step.deed is Deed.FLY and now.action is Action.AWAY:
            now = replace(now, velocity_mps=_flying_mps(now, step))
        waypoints = _waypoints(stage, step, now=now)
        stage.add(role, moving(now, step, waypoints_en_m=waypoints, onward=_onward(role)))
    elif step.deed is Deed.FALL:
        stage.add(role, fall(now, step))
    elif step.deed is Deed.SHOOT and step.fire is not None:
        clip, shots = shooting(now, step, face_rad=_facing(stage, step, now=now) or now.heading_rad)
        stage.add(role, clip)
        strays = step.fire.stray_rad
        role.shots.extend(
            Shot(float(at_s), step, (float(stray[0]), float(stray[1])))
            for at_s, stray in zip(shots, strays, strict=True)
        )
    elif step.deed is Deed.COME:
        place = (
            step.movement.waypoints_en_m[-1] if step.movement and len(step.movement.waypoints_en_m) else None
        )
        arrived = now if place is None else replace(now, place_en_m=place)
        stage.add(
            role,
            stay(replace(arrived, velocity_mps=np.zeros(2)), step, face_rad=_facing(stage, step, now=now)),
        )
    elif step.deed is Deed.LEAVE:
        gone = still(
            now.index, now.place_en_m, heading_rad=now.heading_rad, action=Action.AWAY, ends=now.index
        )
        stage.add(role, replace(gone, step=step))
    elif step.deed is Deed.WAIT and role.in_vehicle is not None:
        stage.add(role, replace(aboard(now, vehicle_id=role.in_vehicle), ends=_wait_ends(step, now.index)))
    else:
        stage.add(role, stay(now, step, face_rad=_facing(stage, step, now=now)))


def _drive(stage: Stage, role: Role, *, step: Step, now: Now) -> None:
    if step.deed is Deed.DRIVE:
        if role.stuck_at is not None:
            raise InputError(
                f"{now.actor.actor_id} is stuck in a drain and cannot drive",
                where=step.where,
                do="Lead its way beside the drain, or let it rock.",
            )
        clip, dropped = driving(
            now,
            step,
            waypoints_en_m=_waypoints(stage, step, now=now),
            world=stage.script.setting.world,
            onward=_onward(role),
        )
        stage.add(role, clip)
        role.stuck_at = clip.ends if dropped else None
    elif step.deed is Deed.ROCK:
        stage.add(role, rocking(now, step, most_s=stage.script.setting.duration_s - now.index * STEP_S))
    elif step.deed is Deed.LEAVE:
        gone = still(
            now.index, now.place_en_m, heading_rad=now.heading_rad, action=Action.AWAY, ends=now.index
        )
        stage.add(role, replace(gone, step=step))
    else:
        stage.add(role, parking(now, step, stuck=role.stuck_at is not None))


def _in_company(stage: Stage, role: Role, *, step: Step, now: Now) -> None:
    if step.deed is Deed.DRAG:
        _drag(stage, role, step=step, now=now)
        return
    vehicle = stage.role(step.whom or role.in_vehicle or "")
    there = vehicle.now(now.index)
    if step.deed is Deed.GET_OUT:
        stage.add(role, getting_out(now, step, vehicle=there, seat=role.seat))
        shuts = None if step.leaves_open else now.index + samples(DOOR_S + OUT_S + _CLOSES_AFTER_S)
        if role.seat == 0:
            vehicle.doors.append((now.index, shuts))
        role.in_vehicle = None
        return
    others = [one.seat for one in stage.roles if one.in_vehicle == vehicle.plan.actor.actor_id]
    role.seat = next(seat for seat in range(len(others) + 1) if seat not in others)
    clip = getting_in(now, step, vehicle=there, seat=role.seat)
    stage.add(role, clip)
    if role.seat == 0 and clip.ends is not None:
        vehicle.doors.append((max(clip.ends - samples(2 * DOOR_S), now.index), clip.ends))
    role.in_vehicle = vehicle.plan.actor.actor_id


def _drag(stage: Stage, role: Role, *, step: Step, now: Now) -> None:
    if step.beside is not None:
        leader = stage.role(step.beside).clips[-1]
        stage.add(role, helping(now, step, leader=leader, aside_m=_BESIDE_M))
        return
    if step.whom is None:
        raise InputError("drag needs whom", where=step.where, do="Add whom, or beside of another who drags.")
    body = stage.role(step.whom)
    lying = body.now(now.index)
    refuse_out_of_reach(now, lying, step=step)
    clip = moving(now, step, waypoints_en_m=_waypoints(stage, step, now=now), onward=None)
    stage.add(role, clip)
    stage.add(body, dragged(lying, puller_en_m=clip.places_en_m, first=clip.first))


def _waypoints(stage: Stage, step: Step, *, now: Now) -> Array:
    movement = step.movement
    if movement is None:
        raise TypeError(step)
    if movement.to_actor is None:
        return movement.waypoints_en_m
    before = movement.waypoints_en_m[-1] if len(movement.waypoints_en_m) else now.place_en_m
    goal = stage.place_en_m(stage.role(movement.to_actor))
    leg = goal - before
    length = float(np.linalg.norm(leg))
    short = before + leg * max(length - movement.gap_m, 0.0) / max(length, 1e-9)
    return np.concatenate([movement.waypoints_en_m, short[None]])


def _facing(stage: Stage, step: Step, *, now: Now) -> float | None:
    goal = step.face_en_m
    if step.face_actor is not None:
        goal = stage.place_en_m(stage.role(step.face_actor))
    if goal is None:
        return step.face_rad
    east, north = goal - now.place_en_m
    return float(np.arctan2(north, east))


def _onward(role: Role) -> Step | None:
    """The next step when it follows without waiting."""
    step, onward = role.step, role.next_step
    return onward if onward is not None and not onward.when and step is not None and not step.until else None


def _wait_ends(step: Step, index: int) -> int | None:
    if step.for_s is not None:
        return index + samples(step.for_s)
    return None if step.until else index


def _flying_mps(now: Now, step: Step) -> Array:
    if step.movement is None:
        raise TypeError(step)
    leg = step.movement.waypoints_en_m[0] - now.place_en_m
    velocity: Array = leg / max(float(np.linalg.norm(leg)), 1e-6) * step.movement.speed_mps
    return velocity
