"""Gathering: several people who stay within calling distance of each other; their number is a lower bound."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from truceline.events.activities.ground import Ground
from truceline.events.activities.measured.cast import Cast
from truceline.events.activities.measured.course import STEP_S, ticks
from truceline.events.activities.measured.people import Person
from truceline.events.activities.party import party_of
from truceline.events.activities.stating import Told, What, When, actor, at_least, in_order, normal, stated
from truceline.events.activities.thresholds import (
    GATHERING_FOR,
    GATHERING_FROM,
    GATHERING_SAME,
    GATHERING_WITHIN,
)
from truceline.records.activities import Activity, ActivityKind, Role

Array = NDArray[np.float64]

_LOOK_S = 0.5
_PAUSE_S = 3.0
_SAME = 0.5
_MOST_BY_PARTY = 0.6


@dataclass(slots=True, eq=False)
class _Group:
    """People together over time. Being built: ticks at which they were, and who was there at each."""

    at: list[int] = field(default_factory=list)
    members: list[frozenset[int]] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)


def gathering(cast: Cast, ground: Ground) -> tuple[Activity, ...]:
    """Every gathering, in order of time."""
    people = cast.people
    groups: list[_Group] = []
    if len(people) >= GATHERING_FROM.value:
        last = max(int(one.course.tick[-1]) for one in people)
        for tick in range(0, last + 1, ticks(_LOOK_S)):
            for members in _clusters(people, tick):
                _add(groups, members, tick=tick, people=people)
    return in_order(
        _state(group, people, ground=ground)
        for group in groups
        if (group.at[-1] - group.at[0]) * STEP_S >= GATHERING_FOR.value
    )


def _clusters(people: Sequence[Person], tick: int) -> list[frozenset[int]]:
    """The groups at one instant, the largest first; nobody is in two."""
    rows = [(number, one.course.row_at(tick)) for number, one in enumerate(people)]
    there = [(number, row) for number, row in rows if row is not None and people[number].course.observed[row]]
    found: list[frozenset[int]] = []
    while len(there) >= GATHERING_FROM.value:
        places = np.array([people[number].course.en_m[row] for number, row in there])
        ways = np.array([people[number].quick.velocity_mps[row] for number, row in there])
        near = np.linalg.norm(places[:, None] - places[None], axis=2) <= GATHERING_WITHIN.value
        near &= np.linalg.norm(ways[:, None] - ways[None], axis=2) <= GATHERING_SAME.value
        middle = int(np.argmax(near.sum(axis=1)))
        # About their own middle, not about whoever stands there.
        centre = places[near[middle]].mean(axis=0)
        inside = np.linalg.norm(places - centre, axis=1) <= GATHERING_WITHIN.value
        inside &= near[middle]
        if inside.sum() < GATHERING_FROM.value:
            break
        found.append(frozenset(there[one][0] for one in np.flatnonzero(inside)))
        there = [one for one, within in zip(there, inside.tolist(), strict=True) if not within]
    return found


def _add(groups: list[_Group], members: frozenset[int], *, tick: int, people: Sequence[Person]) -> None:
    """Add what was seen at an instant to the group that it goes on with, or begin one."""
    chance = _at_least_chance([people[one].probability for one in members], round(GATHERING_FROM.value))
    for group in reversed(groups):
        recent = (tick - group.at[-1]) * STEP_S <= _PAUSE_S
        shared = len(group.members[-1] & members) / min(len(group.members[-1]), len(members))
        if recent and shared >= _SAME and tick != group.at[-1]:
            break
    else:
        group = _Group()
        groups.append(group)
    group.at.append(tick)
    group.members.append(members)
    group.chances.append(chance)


def _at_least_chance(chances: Sequence[float], least: int) -> float:
    """P(at least so many of independent things are there), by summing over how many."""
    counts = np.zeros(len(chances) + 1)
    counts[0] = 1.0
    for chance in chances:
        counts[1:] = counts[1:] * (1 - chance) + counts[:-1] * chance
        counts[0] *= 1 - chance
    return float(counts[least:].sum())


def _state(group: _Group, people: Sequence[Person], *, ground: Ground) -> Activity | None:
    most = max(group.members, key=len)
    everybody = sorted(frozenset().union(*group.members))
    first = group.at[0]
    courses = [people[one].course for one in everybody]
    named = next(one for one in courses if one.row_at(first) is not None)
    row = named.row_at(first)
    last = int(np.searchsorted(named.tick, group.at[-1], side="right")) - 1
    lasts_s = (group.at[-1] - group.at[0]) * STEP_S
    surely = sum(people[one].probability >= _SAME for one in most)
    told = Told(
        float(np.max(group.chances)),
        {"people": at_least(len(most), surely), "duration": normal(lasts_s, 0.7)},
        (
            f"at least {len(most)} people within {GATHERING_WITHIN.value:g} m, for {lasts_s:.0f} s",
            *_by_party([people[one] for one in most], ground),
        ),
        ("people hidden by others or out of every picture: the count is a lower bound",),
    )
    parts = tuple(actor(one, Role.MEMBER) for one in (named, *(one for one in courses if one is not named)))
    when = When(row or 0, max(last, row or 0), row or 0, sigma_s=0.6)
    return stated(What(ActivityKind.GATHERING, parts), named, when=when, told=told, ground=ground)


def _by_party(members: Sequence[Person], ground: Ground) -> list[str]:
    """At least how many of each side, in the site's order of the sides."""
    sides = [party_of(one.course.subject, ground) for one in members]
    names = (ground.line.sides.left, ground.line.sides.right)
    counts = [sum(one.side == name and one.probability >= _MOST_BY_PARTY for one in sides) for name in names]
    return [
        f"at least {count} of them came from the side of {name}"
        for name, count in zip(names, counts, strict=True)
        if count
    ]
