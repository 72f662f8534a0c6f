"""What cannot be: paths through walls, starts inside them, circles of triggers, roles that do not fit."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString, Point
from shapely.prepared import prep

from truceline.errors import InputError
from truceline.simulate.model.actors import ActorKind
from truceline.simulate.model.world import Solid
from truceline.simulate.scenario.reading.standing import footprint
from truceline.simulate.scenario.script import ActorPlan, Deed, Script, Step, Trigger, TriggerKind

Array = NDArray[np.float64]

ROOM_M = {ActorKind.PERSON: 0.2, ActorKind.JEEP: 0.85, ActorKind.TRUCK: 1.15, ActorKind.CAR: 0.85}
"""Half the width that a body takes on its path."""

_STEPPED_OVER_M = 0.35
"""What is lower than this stands in nobody's way."""
_DOORWAY_M = 0.05

Node = tuple[str, int, bool]
"""A step's begin (False) or end (True)."""


def refuse_impossible(script: Script) -> None:
    """Refuse what can be seen to be impossible before anything is played.

    Raises:
        InputError: With the line and the reason.
    """
    for plan in script.actors:
        _refuse_roles(script, plan)
    _refuse_circles(script)
    _refuse_walls(script)


def _refuse_roles(script: Script, plan: ActorPlan) -> None:
    kinds = {one.actor.actor_id: one.actor.kind for one in script.actors}
    if plan.inside is not None and not kinds[plan.inside].is_vehicle:
        raise InputError(f"{plan.inside} is no vehicle: nobody sits inside", where=plan.where)
    aboard = plan.inside is not None
    for step in plan.steps:
        _refuse_role(step, kinds)
        if step.deed is Deed.GET_OUT and not aboard:
            raise InputError(
                f"{plan.actor.actor_id} sits in no vehicle and cannot get out",
                where=step.where,
                do='Write inside = "VEHICLE" at the actor, or get-in before.',
            )
        if step.deed not in (Deed.GET_OUT, Deed.WAIT) and aboard:
            raise InputError(
                f"{plan.actor.actor_id} sits in a vehicle and cannot {step.deed.value}",
                where=step.where,
                do="Let it get-out first.",
            )
        aboard = step.deed is Deed.GET_IN or (aboard and step.deed is Deed.WAIT)


def _refuse_role(step: Step, kinds: dict[str, ActorKind]) -> None:
    if step.whom is None:
        return
    kind = kinds[step.whom]
    wrong = (step.deed is Deed.GET_IN and not kind.is_vehicle) or (
        step.deed is Deed.DRAG and kind is not ActorKind.PERSON
    )
    if wrong:
        raise InputError(f"{step.whom} is a {kind.value}: nobody can {step.deed.value} it", where=step.where)


def _refuse_circles(script: Script) -> None:
    """Refuse triggers that wait for each other: then none of them can ever fire."""
    needs: dict[Node, list[tuple[Node, Trigger | None]]] = {}
    for plan in script.actors:
        name = plan.actor.actor_id
        for index, step in enumerate(plan.steps):
            before: list[tuple[Node, Trigger | None]] = [((name, index - 1, True), None)] if index else []
            needs[(name, index, False)] = before + [
                ((one.actor_id, one.step, one.kind is TriggerKind.ENDS), one)
                for one in step.when
                if one.kind in (TriggerKind.BEGINS, TriggerKind.ENDS)
            ]
            needs[(name, index, True)] = [((name, index, False), None)]
    done: set[Node] = set()
    for start in needs:
        _walk(start, needs=needs, done=done, trail=[])


def _walk(
    node: Node,
    *,
    needs: dict[Node, list[tuple[Node, Trigger | None]]],
    done: set[Node],
    trail: list[tuple[Node, Trigger | None]],
) -> None:
    if node in done:
        return
    if node in [one for one, _ in trail]:
        circle = [trigger for _, trigger in trail if trigger is not None]
        raise InputError(
            "these triggers wait for each other and can never fire: "
            + "; ".join(f"{one.text!r}" for one in circle),
            where=circle[-1].where,
            do="Let one of them wait for a time or a place.",
        )
    for other, trigger in needs[node]:
        _walk(other, needs=needs, done=done, trail=[*trail, (node, trigger)])
    done.add(node)


def _refuse_walls(script: Script) -> None:
    standing = [(solid, footprint(solid)) for solid in script.setting.world.solids if in_the_way(solid)]
    for plan in script.actors:
        room_m = ROOM_M.get(plan.actor.kind)
        if room_m is None:
            continue
        near = [(solid, prep(ring.buffer(room_m - _DOORWAY_M))) for solid, ring in standing]
        if plan.inside is None and plan.posture is not Deed.LEAVE:
            for solid, ring in near:
                if ring.intersects(Point(*plan.at_en_m)):
                    raise InputError(
                        f"{plan.actor.actor_id} would stand inside {solid.name!r}", where=plan.where
                    )
        for step, leg in _legs(plan):
            for solid, ring in near:
                if ring.intersects(leg):
                    raise InputError(
                        f"{plan.actor.actor_id} would go through {solid.name!r}",
                        where=step.where,
                        do="Lead the waypoints around it.",
                    )


def in_the_way(solid: Solid) -> bool:
    """Whether a body has to go around it."""
    return solid.blocks and 2 * float(solid.half_sizes_m[2]) > _STEPPED_OVER_M


def _legs(plan: ActorPlan) -> Iterator[tuple[Step, LineString]]:
    """Every leg whose two ends are known before the play."""
    at: Array | None = None if plan.inside is not None or plan.posture is Deed.LEAVE else plan.at_en_m
    for step in plan.steps:
        if step.deed in (Deed.GET_OUT, Deed.GET_IN, Deed.FOLLOW, Deed.LEAVE):
            at = None
        movement = step.movement
        if movement is None:
            continue
        if step.deed is Deed.COME:
            at = movement.waypoints_en_m[-1] if len(movement.waypoints_en_m) else None
            continue
        for place in movement.waypoints_en_m:
            if at is not None:
                yield step, LineString([at, place])
            at = place
        if movement.to_actor is not None or step.until or step.beside is not None:
            at = None
