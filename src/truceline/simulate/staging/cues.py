"""Cues: whether what a step waits for has come true, and when that may change next."""

import numpy as np
from shapely import Polygon, contains_xy

from truceline.simulate.model.actors import STEP_S
from truceline.simulate.scenario.script import Deed, Step, Trigger, TriggerKind
from truceline.simulate.staging.role import Role
from truceline.simulate.staging.stage import Stage

_POLLED = (TriggerKind.WITHIN, TriggerKind.BEYOND, TriggerKind.ENTERS)
_STANDS_MPS = 0.1
"""Nobody gets in or out while the vehicle is faster than this."""


def may_begin(stage: Stage, role: Role, *, step: Step) -> bool:
    """Whether everything that a step waits for has come true."""
    if not all(fired(stage, one, role=role) for one in step.when):
        return False
    if step.deed in (Deed.GET_OUT, Deed.GET_IN):
        vehicle = stage.role(step.whom or role.in_vehicle or "")
        return vehicle.now(stage.index).speed_mps < _STANDS_MPS or not vehicle.plan.actor.kind.is_vehicle
    if step.beside is not None:
        return stage.drags(step.beside)
    return True


def fired(stage: Stage, trigger: Trigger, *, role: Role, since: int = 0) -> bool:
    """Whether a trigger has come true for a role, its delay included; what came true stays true.

    Crossings before sample ``since`` do not count.
    """
    if trigger.kind is TriggerKind.AT:
        return stage.index * STEP_S >= trigger.at_s - STEP_S / 1000
    true_at = role.latched.get(id(trigger))
    if true_at is None:
        true_at = _true_at(stage, trigger, since=since)
        if true_at is None:
            return False
        role.latched[id(trigger)] = true_at
    return stage.index >= true_at + round(trigger.at_s / STEP_S)


def _true_at(stage: Stage, trigger: Trigger, *, since: int) -> int | None:
    other = stage.role(trigger.actor_id)
    if trigger.kind is TriggerKind.BEGINS:
        return other.begun.get(trigger.step)
    if trigger.kind is TriggerKind.ENDS:
        return other.ended.get(trigger.step)
    if trigger.kind is TriggerKind.CROSSES:
        for at, side in other.crossings:
            if since <= at <= stage.index and trigger.side in (None, side):
                return at
        return None
    place = stage.place_en_m(other)
    if trigger.kind is TriggerKind.ENTERS:
        return stage.index if contains_xy(Polygon(trigger.ring_en_m), *place) else None
    goal = trigger.place_en_m if trigger.other_id is None else stage.place_en_m(stage.role(trigger.other_id))
    near = float(np.linalg.norm(goal - place)) <= trigger.distance_m
    return stage.index if near is (trigger.kind is TriggerKind.WITHIN) else None


def next_change(stage: Stage) -> int:
    """The next sample at which anything may change."""
    following = stage.count
    for role in stage.roles:
        for at in _changes(stage, role):
            if stage.index < at < following:
                following = at
    return following


def _changes(stage: Stage, role: Role) -> list[int]:
    changes: list[int] = []
    step, onward = role.step, role.next_step
    watched: list[Trigger] = []
    if role.live is not None:
        changes.append(stage.index + 1)
    if not role.done and step is not None:
        ends = role.clips[-1].ends
        if ends is not None:
            changes.append(ends)
        watched.extend(step.until)
    elif onward is not None:
        watched.extend(onward.when)
        hindered = onward.deed in (Deed.GET_OUT, Deed.GET_IN) or onward.beside is not None
        if hindered and all(fired(stage, one, role=role) for one in onward.when):
            changes.append(stage.index + 1)
    for trigger in watched:
        changes.extend(_moments(stage, trigger, role=role))
    return changes


def _moments(stage: Stage, trigger: Trigger, *, role: Role) -> list[int]:
    if trigger.kind is TriggerKind.AT:
        return [int(np.ceil(trigger.at_s / STEP_S - 1e-6))]
    delay = round(trigger.at_s / STEP_S)
    if id(trigger) in role.latched:
        return [role.latched[id(trigger)] + delay]
    if trigger.kind in _POLLED:
        return [stage.index + 1]
    if trigger.kind is TriggerKind.CROSSES:
        return [at for at, _ in stage.role(trigger.actor_id).crossings]
    return []
