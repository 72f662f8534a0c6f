"""Happenings: what truly happened, from the finished performances and what was told to be done.

Crossings are of the ground point and of the true line; their instants are refined between samples.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.line import signed_distance_m
from truceline.simulate.model.actors import (
    STEP_S,
    Action,
    ActorKind,
    Happening,
    HappeningKind,
    Performance,
)
from truceline.simulate.scenario.script import Deed, Script, Step
from truceline.simulate.sound.catalogue import CATALOGUE, SHOT
from truceline.simulate.staging.motion.ground import distinct, true_line_en_m
from truceline.simulate.staging.outcome.passages import checkpoint_happenings, speeding_happenings
from truceline.simulate.staging.role import Role

Array = NDArray[np.float64]

_HALVINGS = 20
"""Of one sample of 20 ms: to 0.02 microseconds."""
_MUZZLE_M = {True: (0.75, 0.32), False: (0.70, 1.42)}
"""Of a shot lying down, or standing: how far before the body, and how high for 1.72 m of height."""
_CHEST_M, _USUAL_M = 1.15, 1.72
_LOW_M = 0.25
_LYING = (Action.LIE, Action.PRONE, Action.DRAGGED, Action.CRAWL, Action.FALL, Action.AIM_PRONE)


def happenings_of(
    script: Script, roles: Sequence[Role], *, performances: Sequence[Performance]
) -> tuple[Happening, ...]:
    """Everything that happened, in order of time."""
    found: list[Happening] = []
    by_id = {one.actor.actor_id: one for one in performances}
    line_en_m = true_line_en_m(script.setting)
    sides = (script.setting.line.sides.left, script.setting.line.sides.right)
    for role, performance in zip(roles, performances, strict=True):
        found.extend(crossings(performance, line_en_m=line_en_m, sides=sides))
        found.extend(_shots(role, by_id))
        found.extend(_of_steps(role, performance))
        found.extend(_of_actions(performance))
        if performance.actor.kind.is_vehicle:
            found.extend(checkpoint_happenings(script.checkpoints, performance))
            found.extend(speeding_happenings(script.limits, performance))
    found.extend(_pursuits(roles, by_id))
    found.extend(_drags(roles, by_id))
    return tuple(sorted(found, key=lambda one: (one.start_s, one.kind.value, one.actor_ids)))


def crossings(performance: Performance, *, line_en_m: Array, sides: tuple[str, str]) -> Iterator[Happening]:
    """Crossings of the line and returns: a crossing lasts until its return, or until the actor is gone."""
    if performance.actor.kind is ActorKind.BIRD:
        return
    there = performance.action != Action.AWAY
    if not there.any():
        return
    places = performance.enu_m[:, :2]
    rows, back = distinct(places)
    signed = signed_distance_m(line_en_m, places[rows])[back]
    left = signed >= 0
    at = np.flatnonzero((left[1:] != left[:-1]) & there[1:] & there[:-1])
    instants = [_instant(places, int(row), line_en_m=line_en_m) for row in at]
    gone_s = float(np.flatnonzero(there)[-1]) * STEP_S
    for number, (row, instant) in enumerate(zip(at.tolist(), instants, strict=True)):
        towards = sides[0] if left[row + 1] else sides[1]
        place = _place(performance, instant)
        if number % 2:
            yield Happening(
                HappeningKind.RETURNED,
                instant,
                instant,
                (performance.actor.actor_id,),
                place,
                towards=towards,
            )
            continue
        until = instants[number + 1] if number + 1 < len(instants) else gone_s
        beyond = np.abs(signed[row + 1 : round(until / STEP_S) + 1])
        yield Happening(
            HappeningKind.CROSSED,
            instant,
            until,
            (performance.actor.actor_id,),
            place,
            towards=towards,
            depth_m=float(beyond.max()) if len(beyond) else 0.0,
        )


def _instant(places_en_m: Array, row: int, *, line_en_m: Array) -> float:
    """When the straight piece after a sample passes the line, by halving."""
    begin, step = places_en_m[row], places_en_m[row + 1] - places_en_m[row]
    was_left = signed_distance_m(line_en_m, begin[None])[0] >= 0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (signed_distance_m(line_en_m, (begin + middle * step)[None])[0] >= 0) == was_left:
            low = middle
        else:
            high = middle
    return (row + (low + high) / 2) * STEP_S


def _place(performance: Performance, at_s: float) -> Array:
    at = performance.at_s
    return np.array([np.interp(at_s, at, performance.enu_m[:, axis]) for axis in range(3)])


def _row(performance: Performance, at_s: float) -> int:
    return int(np.clip(round(at_s / STEP_S), 0, len(performance.heading_rad) - 1))


def _shots(role: Role, by_id: dict[str, Performance]) -> Iterator[Happening]:
    own = by_id[role.plan.actor.actor_id]
    last_s = float(own.at_s[-1])
    for shot in role.shots:
        if shot.at_s > last_s or shot.step.fire is None:
            continue
        prone = shot.step.fire.prone
        ahead_m, up_m = _MUZZLE_M[prone]
        row = _row(own, shot.at_s)
        heading = float(own.heading_rad[row])
        muzzle = _place(own, shot.at_s)
        muzzle += np.array([ahead_m * np.cos(heading), ahead_m * np.sin(heading), 0.0])
        muzzle[2] += up_m * (1.0 if prone else own.actor.height_m / _USUAL_M)
        direction = _aim(shot.step, by_id, muzzle=muzzle, at_s=shot.at_s, heading_rad=heading)
        turn = np.arctan2(direction[1], direction[0]) + shot.stray_rad[0]
        rise = np.arcsin(np.clip(direction[2], -1, 1)) + shot.stray_rad[1]
        unit = np.array([np.cos(turn) * np.cos(rise), np.sin(turn) * np.cos(rise), np.sin(rise)])
        yield Happening(
            HappeningKind.SHOT,
            shot.at_s,
            shot.at_s,
            (own.actor.actor_id,),
            muzzle,
            direction=unit,
            supersonic=shot.step.fire.supersonic,
            sound=SHOT,
        )


def _aim(
    step: Step, by_id: dict[str, Performance], *, muzzle: Array, at_s: float, heading_rad: float
) -> Array:
    """The unit vector from the muzzle to the middle of whom, or to the place that, it is aimed at."""
    if step.face_actor is not None:
        target = by_id[step.face_actor]
        goal = _place(target, at_s)
        lies = target.action[_row(target, at_s)] in _LYING
        goal[2] += _LOW_M if lies else _CHEST_M
    elif step.face_en_m is not None:
        goal = np.array([*step.face_en_m, muzzle[2]])
    else:
        goal = muzzle + np.array([np.cos(heading_rad), np.sin(heading_rad), 0.0])
    way = goal - muzzle
    unit: Array = way / max(float(np.linalg.norm(way)), 1e-9)
    return unit


def _of_steps(role: Role, performance: Performance) -> Iterator[Happening]:
    """What is told by the steps themselves: getting in and out, getting stuck, noises."""
    name = performance.actor.actor_id
    last = len(performance.heading_rad) - 1
    for number, begun in role.begun.items():
        step = role.plan.steps[number]
        ended = min(role.ended.get(number, last), last)
        if step.deed is Deed.GET_OUT:
            rows = np.flatnonzero(performance.action[begun : ended + 1] != Action.AWAY)
            if len(rows):
                yield _told(HappeningKind.GOT_OUT, performance, row=begun + int(rows[0]), actor_ids=(name,))
        elif step.deed is Deed.GET_IN and number in role.ended:
            yield _told(HappeningKind.GOT_IN, performance, row=ended, actor_ids=(name, step.whom or ""))
    if role.stuck_at is not None and role.stuck_at <= last:
        yield _told(HappeningKind.STUCK, performance, row=role.stuck_at, actor_ids=(name,), until=last)
    for noise in role.noises:
        yield Happening(
            HappeningKind.DISCHARGE_LIKE if CATALOGUE[noise.sound].impulses else HappeningKind.NOISE,
            noise.at_s,
            noise.at_s,
            (name,),
            _place(performance, noise.at_s),
            sound=noise.sound,
        )


def _told(
    kind: HappeningKind,
    performance: Performance,
    *,
    row: int,
    actor_ids: tuple[str, ...],
    until: int | None = None,
) -> Happening:
    end = row if until is None else until
    return Happening(kind, row * STEP_S, end * STEP_S, actor_ids, performance.enu_m[row].copy())


def _of_actions(performance: Performance) -> Iterator[Happening]:
    """What shows in the body: beginning to run, falling, being down, crawling."""
    if performance.actor.kind is not ActorKind.PERSON:
        return
    name = (performance.actor.actor_id,)
    for begin, end in _runs(performance, (Action.RUN,)):
        yield _told(HappeningKind.STARTED_RUNNING, performance, row=begin, actor_ids=name, until=end)
    for begin, end in _runs(performance, (Action.FALL,)):
        yield _told(HappeningKind.FELL, performance, row=begin, actor_ids=name, until=end)
    for begin, end in _runs(performance, (Action.LIE, Action.DRAGGED)):
        yield _told(HappeningKind.DOWN, performance, row=begin, actor_ids=name, until=end)
    for begin, end in _runs(performance, (Action.CRAWL,)):
        yield _told(HappeningKind.CRAWLED, performance, row=begin, actor_ids=name, until=end)


def _runs(performance: Performance, actions: tuple[Action, ...]) -> list[tuple[int, int]]:
    mask = np.isin(performance.action, actions)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    last = len(mask) - 1
    return [(int(begin), min(int(end), last)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def _pursuits(roles: Sequence[Role], by_id: dict[str, Performance]) -> Iterator[Happening]:
    """All who pursue the same one make one pursuit, from the first to set off to the last to give up."""
    spans: dict[str, list[tuple[int, int, str]]] = {}
    for role in roles:
        name = role.plan.actor.actor_id
        last = len(by_id[name].heading_rad) - 1
        for number, begun in role.begun.items():
            pursued = role.plan.steps[number].pursues
            if pursued is not None:
                spans.setdefault(pursued, []).append((begun, min(role.ended.get(number, last), last), name))
    for pursued, found in spans.items():
        first, end = min(one[0] for one in found), max(one[1] for one in found)
        names = (pursued, *dict.fromkeys(one[2] for one in sorted(found)))
        yield _told(HappeningKind.PURSUIT, by_id[pursued], row=first, actor_ids=names, until=end)


def _drags(roles: Sequence[Role], by_id: dict[str, Performance]) -> Iterator[Happening]:
    """Everybody who is dragged, with all who pull."""
    for role in roles:
        for number, begun in role.begun.items():
            step = role.plan.steps[number]
            if step.deed is not Deed.DRAG or step.whom is None or step.beside is not None:
                continue
            last = len(by_id[step.whom].heading_rad) - 1
            own = role.plan.actor.actor_id
            helpers = [
                other.plan.actor.actor_id
                for other in roles
                for index in other.begun
                if other.plan.steps[index].beside == own
            ]
            names = (step.whom, own, *dict.fromkeys(helpers))
            until = min(role.ended.get(number, last), last)
            yield _told(
                HappeningKind.DRAGGED, by_id[step.whom], row=min(begun, last), actor_ids=names, until=until
            )
