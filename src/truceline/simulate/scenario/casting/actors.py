"""The actors: who there is, where they begin, and the steps that they are told to take."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import Actor, ActorKind
from truceline.simulate.scenario.casting.looks import drawn_height_m, drawn_tones
from truceline.simulate.scenario.casting.steps import STEP_KEYS, read_step
from truceline.simulate.scenario.casting.triggers import Company
from truceline.simulate.scenario.reading.sheet import Sheet
from truceline.simulate.scenario.script import ActorPlan, Deed, Step, Trigger, TriggerKind
from truceline.tables.reader import Table

Array = NDArray[np.float64]

ACTOR_KEYS = (
    "id",
    "kind",
    "count",
    "spread_m",
    "stagger_s",
    "party",
    "height_m",
    "clothes",
    "carries",
    "at",
    "at_within_m",
    "up_m",
    "heading_deg",
    "posture",
    "inside",
    "lamps",
    "speed_mps",
    "step",
)
_POSTURES = {
    ActorKind.PERSON: (Deed.STAND, Deed.CROUCH, Deed.PRONE, Deed.LIE, Deed.LEAVE),
    ActorKind.JEEP: (Deed.PARK, Deed.LEAVE),
    ActorKind.TRUCK: (Deed.PARK, Deed.LEAVE),
    ActorKind.CAR: (Deed.PARK, Deed.LEAVE),
    ActorKind.DOG: (Deed.STAND, Deed.LEAVE),
    ActorKind.DEER: (Deed.STAND, Deed.GRAZE, Deed.LEAVE),
    ActorKind.BIRD: (Deed.LEAVE,),
}
_AWAY = {Deed.LEAVE: "away"}
_MOST = 60


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One actor before its steps are read: copies of one entry share its table."""

    actor_id: str
    sheet: Sheet
    number: int
    kind: ActorKind


def drafts(sheet: Sheet) -> tuple[Draft, ...]:
    """All actors by name, with every group counted out."""
    found: list[Draft] = []
    for table in sheet.table.tables("actor", ACTOR_KEYS):
        name = table.identifier("id")
        own = sheet.inner(table, f"actor.{name}")
        kind = ActorKind(
            table.text("kind", choices=tuple(kind.value for kind in ActorKind), default="person")
        )
        count = own.integer("count", low=0, high=_MOST, default=1) if table.has("count") else None
        numbers = range(1, (count or 0) + 1) if count is not None else range(1)
        for number in numbers:
            actor_id = name if count is None else f"{name}-{number}"
            if actor_id in [one.actor_id for one in found]:
                table.refuse("id", f"the actor {actor_id!r} stands twice")
            found.append(Draft(actor_id, sheet.inner(table, f"actor.{actor_id}"), number, kind))
    return tuple(found)


def groups(sheet: Sheet, known: tuple[Draft, ...]) -> dict[str, tuple[str, ...]]:
    """Names of entries with a ``count`` to the ids of their members."""
    return {
        table.identifier("id"): tuple(one.actor_id for one in known if one.sheet.table.path == table.path)
        for table in sheet.table.tables("actor", ACTOR_KEYS)
        if table.has("count")
    }


def steps_by_actor(known: tuple[Draft, ...]) -> dict[str, tuple[tuple[str, str], ...]]:
    """For every actor the names and deeds of its steps."""
    return {
        one.actor_id: tuple(
            (table.text("name") if table.has("name") else "", table.text("do"))
            for table in one.sheet.table.tables("step", STEP_KEYS)
        )
        for one in known
    }


def read_actor(draft: Draft, *, company: Company, parties: tuple[str, str]) -> ActorPlan:
    """The plan of one actor."""
    sheet, table = draft.sheet, draft.sheet.table
    offset = _offset(draft)
    inside = None
    if table.has("inside"):
        inside = company.known(table, "inside", actor_id=table.text("inside"))
    party = table.text("party", choices=parties) if table.has("party") else None
    if table.has("clothes") and draft.kind is not ActorKind.PERSON:
        table.refuse("clothes", f"a {draft.kind.value} wears none")
    height_m = drawn_height_m(sheet, draft.kind)
    actor = Actor(
        draft.actor_id,
        draft.kind,
        party,
        height_m,
        drawn_tones(sheet, draft.kind),
        carries=table.flag("carries", default=False),
    )
    at_en_m = np.zeros(2) if inside is not None else sheet.place("at") + offset
    steps = tuple(
        read_step(sheet.inner(one, f"step.{index}"), draft.actor_id, kind=draft.kind, company=company)
        for index, one in enumerate(table.tables("step", STEP_KEYS))
    )
    return ActorPlan(
        actor=actor,
        where=table.document.where(table.path),
        at_en_m=at_en_m,
        facing_rad=sheet.heading_rad("heading_deg", default=0.0),
        posture=_posture(table, draft.kind, inside=inside is not None),
        steps=_staggered(draft, tuple(_moved(step, offset) for step in steps)),
        inside=inside,
        lamps=table.flag("lamps", default=False),
        speed_mps=sheet.number("speed_mps", low=0.0, high=45.0, default=0.0),
        up_m=sheet.number("up_m", low=0.0, high=500.0, default=0.0),
    )


def _posture(table: Table, kind: ActorKind, *, inside: bool) -> Deed:
    if inside:
        return Deed.LEAVE
    names = {_AWAY.get(deed, deed.value): deed for deed in _POSTURES[kind]}
    usual = next(iter(names))
    return names[table.text("posture", choices=tuple(names), default=usual)]


def _offset(draft: Draft) -> Array:
    """Where a copy stands beside the place of its entry."""
    if not draft.sheet.table.has("spread_m"):
        return np.zeros(2)
    spread_m = draft.sheet.number("spread_m", low=0.0, high=100.0)
    return draft.sheet.scatter("spread", radius_m=spread_m)


def _moved(step: Step, offset: Array) -> Step:
    if step.movement is None or not len(step.movement.waypoints_en_m):
        return step
    moved = replace(step.movement, waypoints_en_m=step.movement.waypoints_en_m + offset)
    return replace(step, movement=moved)


def _staggered(draft: Draft, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Copies begin one after the other."""
    if not steps or not draft.sheet.table.has("stagger_s"):
        return steps
    late_s = draft.sheet.number("stagger_s", low=0.0, high=600.0) * (draft.number - 1)
    first = steps[0]
    when = tuple(replace(one, at_s=one.at_s + late_s) for one in first.when) or (
        Trigger(TriggerKind.AT, f"at {late_s:g} s", first.where, at_s=late_s),
    )
    return (replace(first, when=when), *steps[1:])
