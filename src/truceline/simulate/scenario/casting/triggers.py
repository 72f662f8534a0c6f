"""Triggers: what a step waits for, in words.

``at 65 s`` · ``at 15:13:20`` · ``within 5 m of jeep`` · ``guard within 5 m of [3, 4]`` ·
``beyond 20 m of jeep`` · ``runner crosses the line`` · ``runner crosses the line to South`` ·
``jeep enters gate`` · ``guard: aim`` (begins it) · ``after guard: aim`` (has ended it). Each may end in
``+ 2 s``; several are joined by ``and``, and all of them must have come true.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from truceline.records.site import Line, Zone
from truceline.simulate.scenario.reading.sheet import Sheet
from truceline.simulate.scenario.script import Trigger, TriggerKind
from truceline.tables.reader import Table

_ID = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_NUMBER = r"\d+(?:\.\d+)?"
_DELAY = re.compile(rf"\s*\+\s*({_NUMBER})\s*s$")
_AT = re.compile(rf"at (?:({_NUMBER}) s|(\d\d:\d\d:\d\d(?:\.\d+)?))")
_NEAR = re.compile(
    rf"(?:({_ID}) )?(within|beyond) ({_NUMBER}) m of (?:({_ID})|\[\s*(-?{_NUMBER})\s*,\s*(-?{_NUMBER})\s*\])"
)
_CROSSES = re.compile(rf"({_ID}) crosses the line(?: to (.+))?")
_ENTERS = re.compile(rf"({_ID}) enters ({_ID})")
_STEP = re.compile(rf"(after )?({_ID}): (.+)")

_FORMS = (
    "Write one of: at 65 s; within 5 m of ACTOR; ACTOR crosses the line; ACTOR enters ZONE; ACTOR: STEP; "
    "after ACTOR: STEP."
)


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """Who and what triggers may name: for every actor the names and deeds of its steps, in order."""

    steps: Mapping[str, Sequence[tuple[str, str]]]
    line: Line
    zones: Sequence[Zone]
    duration_s: float
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def known(self, table: Table, key: str, *, actor_id: str) -> str:
        """The actor's id; refused when there is no such actor."""
        if actor_id not in self.steps:
            known = ", ".join(self.groups.get(actor_id, ())) or ", ".join(self.steps)
            table.refuse(key, f"there is no actor {actor_id!r}", do=f"Actors: {known}.")
        return actor_id


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """One condition as it is being read."""

    text: str
    key: str
    sheet: Sheet
    own_id: str
    company: Company

    def refuse(self, what: str, *, do: str) -> None:
        """Refuse it at its line."""
        self.sheet.table.refuse(self.key, what, do=do)

    def actor(self, actor_id: str) -> str:
        """An actor that is there."""
        return self.company.known(self.sheet.table, self.key, actor_id=actor_id)

    def made(self, kind: TriggerKind, **facts: object) -> Trigger:
        """The trigger."""
        where = self.sheet.table.document.where((*self.sheet.table.path, self.key))
        return replace(Trigger(kind, self.text, where), **facts)  # type: ignore[arg-type]


def read_triggers(sheet: Sheet, key: str, *, own_id: str, company: Company) -> tuple[Trigger, ...]:
    """The triggers under ``when`` or ``until``: all of them must come true."""
    if not sheet.table.has(key):
        return ()
    value = sheet.table.values[key]
    texts = sheet.table.texts(key) if isinstance(value, list) else (sheet.table.text(key),)
    parts = [part.strip() for text in texts for part in text.split(" and ")]
    return tuple(_trigger(_Words(part, key, sheet, own_id, company)) for part in parts)


def _trigger(words: _Words) -> Trigger:
    delay = _DELAY.search(words.text)
    plain = words.text[: delay.start()] if delay else words.text
    delay_s = float(delay[1]) if delay else 0.0
    for pattern, build in _BUILDERS:
        match = pattern.fullmatch(plain)
        if match is not None:
            found = build(words, match)
            if found.kind is TriggerKind.AT:
                return _in_time(words, replace(found, at_s=found.at_s + delay_s))
            return replace(found, at_s=delay_s)
    raise words.sheet.table.fault(words.key, f"{words.text!r} is no trigger", do=_FORMS)


def _in_time(words: _Words, trigger: Trigger) -> Trigger:
    if trigger.at_s >= words.company.duration_s:
        words.refuse(
            f"{trigger.text!r} lies after the end ({words.company.duration_s:g} s): it never fires",
            do="Make the scenario longer, or the time earlier.",
        )
    return trigger


def _at(words: _Words, match: re.Match[str]) -> Trigger:
    at_s = float(match[1]) if match[1] else words.sheet.instant(words.key, match[2])
    return words.made(TriggerKind.AT, at_s=at_s)


def _near(words: _Words, match: re.Match[str]) -> Trigger:
    kind = TriggerKind.WITHIN if match[2] == "within" else TriggerKind.BEYOND
    actor_id = words.actor(match[1]) if match[1] else words.own_id
    other_id = words.actor(match[4]) if match[4] else None
    if other_id == actor_id:
        words.refuse(f"{words.text!r} measures {actor_id} from itself", do="Name two actors.")
    place = np.zeros((0, 2)) if match[4] else np.array([float(match[5]), float(match[6])])
    return words.made(
        kind, actor_id=actor_id, other_id=other_id, place_en_m=place, distance_m=float(match[3])
    )


def _crosses(words: _Words, match: re.Match[str]) -> Trigger:
    sides = (words.company.line.sides.left, words.company.line.sides.right)
    if match[2] is not None and match[2] not in sides:
        words.refuse(f"{match[2]!r} is not a side", do=f"Sides: {', '.join(sides)}.")
    return words.made(TriggerKind.CROSSES, actor_id=words.actor(match[1]), side=match[2])


def _enters(words: _Words, match: re.Match[str]) -> Trigger:
    for zone in words.company.zones:
        if zone.zone_id == match[2]:
            return words.made(
                TriggerKind.ENTERS, actor_id=words.actor(match[1]), ring_en_m=np.asarray(zone.ring_en_m)
            )
    known = ", ".join(zone.zone_id for zone in words.company.zones) or "none"
    raise words.sheet.table.fault(words.key, f"there is no zone {match[2]!r}", do=f"Zones: {known}.")


def _step(words: _Words, match: re.Match[str]) -> Trigger:
    actor_id = words.actor(match[2])
    kind = TriggerKind.ENDS if match[1] else TriggerKind.BEGINS
    names = words.company.steps[actor_id]
    for place in (0, 1):  # a name of its own first, else the deed
        for index, step in enumerate(names):
            if step[place] == match[3]:
                return words.made(kind, actor_id=actor_id, step=index)
    known = ", ".join(name or deed for name, deed in names) or "none"
    what = f"{actor_id} has no step {match[3]!r}: this trigger can never fire"
    raise words.sheet.table.fault(words.key, what, do=f"Steps of {actor_id}: {known}.")


_BUILDERS: tuple[tuple[re.Pattern[str], Callable[[_Words, re.Match[str]], Trigger]], ...] = (
    (_AT, _at),
    (_NEAR, _near),
    (_CROSSES, _crosses),
    (_ENTERS, _enters),
    (_STEP, _step),
)
