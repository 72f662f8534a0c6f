"""Play a script: step by step in time, everybody does what they are told once their triggers came true."""

from truceline.errors import InputError
from truceline.simulate.model.actors import Action
from truceline.simulate.model.scenario import Play
from truceline.simulate.scenario.script import Deed, Script, Step
from truceline.simulate.staging.cues import fired, may_begin, next_change
from truceline.simulate.staging.deeds import begin
from truceline.simulate.staging.motion.bodies import stay
from truceline.simulate.staging.motion.vehicles import parking
from truceline.simulate.staging.outcome.assembly import performances_of
from truceline.simulate.staging.outcome.happenings import happenings_of
from truceline.simulate.staging.outcome.passable import refuse_walls
from truceline.simulate.staging.role import Role
from truceline.simulate.staging.stage import Stage


def play(script: Script) -> Play:
    """Play a script through.

    Raises:
        InputError: With FILE:LINE: a trigger that never came true, a step for which no time is left, a path
            that leads through something, a grip from afar.
    """
    stage = Stage(script)
    while stage.index < stage.count:
        _settle(stage)
        following = next_change(stage)
        for role in stage.roles:
            stage.follow(role)
        stage.index = following
    for role in stage.roles:
        _refuse_unplayed(stage, role)
        if role.live is not None:
            role.clips.append(role.live.clip())
    performances = performances_of(script, stage.roles, count=stage.count)
    refuse_walls(script, stage.roles, performances=performances)
    happenings = happenings_of(script, stage.roles, performances=performances)
    return Play(script.setting, performances, happenings)


def _settle(stage: Stage) -> None:
    """End and begin steps at the present sample until nothing changes: one thing leads to another."""
    changed = True
    while changed:
        changed = False
        for role in stage.roles:
            changed |= _advance(stage, role)


def _advance(stage: Stage, role: Role) -> bool:
    """End and begin steps at a sample; whether anything changed."""
    changed = False
    if not role.done and _over(stage, role):
        _end(stage, role)
        changed = True
    if role.done and role.next_step is not None and may_begin(stage, role, step=role.next_step):
        role.active += 1
        role.done = False
        role.begun[role.active] = stage.index
        begin(stage, role)
        return True
    return changed


def _over(stage: Stage, role: Role) -> bool:
    step = role.step
    if step is None:
        return False
    since = role.begun[role.active]
    if step.until and all(fired(stage, one, role=role, since=since) for one in step.until):
        return True
    if role.live is not None:
        return False
    ends = role.clips[-1].ends
    return ends is not None and stage.index >= ends


def _end(stage: Stage, role: Role) -> None:
    role.done = True
    role.ended[role.active] = stage.index
    if role.live is not None:
        clip = role.live.clip()
        role.live = None
        role.clips.append(clip)
    now = role.now(stage.index)
    onward = role.next_step
    goes_on = onward is not None and may_begin(stage, role, step=onward)
    if now.action is Action.AWAY or goes_on:
        return
    if now.actor.kind.is_vehicle:
        if now.action is not Action.STUCK:
            stage.add(role, parking(now, _rest(Deed.PARK), stuck=role.stuck_at is not None))
    elif now.action in (Action.WALK, Action.RUN, Action.DRAG, Action.CRAWL):
        rest = Deed.PRONE if now.action is Action.CRAWL else Deed.STAND
        stage.add(role, stay(now, _rest(rest), face_rad=None))


def _refuse_unplayed(stage: Stage, role: Role) -> None:
    """Refuse a step that never came: a story that was told and did not happen."""
    onward = role.next_step
    if onward is None:
        return
    name = role.plan.actor.actor_id
    if not role.done:
        raise InputError(
            f"the scenario ends before {name} comes to this step",
            where=onward.where,
            do="Make it longer, or let the steps before be quicker.",
        )
    for trigger in onward.when:
        if not fired(stage, trigger, role=role):
            raise InputError(
                f"{trigger.text!r} never came true: {name} waits to the end",
                where=trigger.where,
                do="Wait for something that happens, or make the scenario longer.",
            )
    raise InputError(f"{name} cannot begin this step before the end", where=onward.where)


def _rest(deed: Deed) -> Step:
    return Step(deed=deed, where="")
