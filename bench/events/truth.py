"""What activities truly happened in a play, and which of them could be told from what cameras saw.

Most come from the play's happenings (``KINDS`` maps them, in this one place); what no happening is made of is
taken from the performances by the vocabulary's own definition.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.events.ideal import IdealWorld
from truceline.events.activities import thresholds as bound
from truceline.records.activities import ActivityKind
from truceline.simulate.model.actors import STEP_S, Action, ActorKind, Happening, HappeningKind, Performance
from truceline.simulate.model.scenario import Play

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

KINDS: dict[HappeningKind, ActivityKind] = {
    HappeningKind.PASSED_CHECKPOINT: ActivityKind.CHECKPOINT_RUN,
    HappeningKind.STOPPED_AT_CHECKPOINT: ActivityKind.CHECKPOINT_STOP,
    HappeningKind.STUCK: ActivityKind.STUCK,
    HappeningKind.GOT_OUT: ActivityKind.GOT_OUT,
    HappeningKind.GOT_IN: ActivityKind.GOT_IN,
    HappeningKind.STARTED_RUNNING: ActivityKind.RUNNING,
    HappeningKind.PURSUIT: ActivityKind.PURSUIT,
    HappeningKind.FELL: ActivityKind.FELL,
    HappeningKind.DOWN: ActivityKind.DOWN,
    HappeningKind.CRAWLED: ActivityKind.CRAWLING,
    HappeningKind.DRAGGED: ActivityKind.DRAGGED,
    HappeningKind.SPEEDING: ActivityKind.SPEEDING,
}

NEEDED_S: dict[ActivityKind, float] = {
    ActivityKind.SPEEDING: 2.5,
    ActivityKind.CHECKPOINT_RUN: 1.0,
    ActivityKind.CHECKPOINT_STOP: 1.5,
    ActivityKind.STOPPED: 11.0,
    ActivityKind.STUCK: 12.0,
    ActivityKind.ABANDONED: 21.0,
    ActivityKind.GOT_OUT: 1.0,
    ActivityKind.GOT_IN: 1.0,
    ActivityKind.RUNNING: 1.3,
    ActivityKind.PURSUIT: 1.3,
    ActivityKind.GATHERING: 4.0,
    ActivityKind.PRONE: 3.0,
    ActivityKind.CRAWLING: 4.0,
    ActivityKind.FELL: 2.4,
    ActivityKind.DOWN: 6.0,
    ActivityKind.DRAGGED: 4.0,
    ActivityKind.IN_DANGER: 4.0,
}
"""What lasts shorter in sight cannot be told by its definition and is not asked for; what is said of it all
the same is right."""

_MARGIN_S = 1.0
_RUNS_MPS = 2.3
_STANDS_MPS = 0.15
_TICK_S = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class TrueActivity:
    """One activity that happened: from when to when, who is named, where it began.

    Attributes:
        at_s: The first instant of it that could be seen: what a report can be asked for.
        seen_s: How much of it was seen; ``decidable`` whether that is enough.
    """

    kind: ActivityKind
    start_s: float
    end_s: float
    actor_ids: tuple[str, ...]
    at_s: float
    place_en_m: tuple[float, float]
    seen_s: float
    speed_mps: float | None = None

    @property
    def decidable(self) -> bool:
        """Whether enough of it was seen."""
        return self.seen_s >= NEEDED_S[self.kind]


def true_activities(play: Play, world: IdealWorld) -> tuple[TrueActivity, ...]:
    """Everything that happened, in order of time."""
    seen = _Seen(play, world)
    found = [seen.of(one) for one in play.happenings if one.kind in KINDS]
    found += list(_prone(play, seen))
    found += list(_standing(play, seen))
    found += list(_gatherings(play, seen))
    found += list(_dangers(found, seen))
    return tuple(sorted(found, key=lambda one: (one.start_s, one.kind.value, one.actor_ids)))


class _Seen:
    """When each actor was seen."""

    def __init__(self, play: Play, world: IdealWorld) -> None:
        self.play = play
        self.by_id = {one.actor.actor_id: one for one in play.performances}
        self.ticks = {name: np.unique(np.floor(times / _TICK_S)) for name, times in world.seen_s.items()}

    def times(self, actor_id: str, span: tuple[float, float]) -> Array:
        """Instants of 0.1 s at which an actor was seen between two times."""
        start_s, end_s = span
        ticks = self.ticks.get(actor_id, np.zeros(0)) * _TICK_S
        inside: Array = ticks[(ticks >= start_s - 1e-6) & (ticks <= end_s + 1e-6)]
        return inside

    def of(self, happening: Happening) -> TrueActivity:
        """A happening as an activity."""
        kind = KINDS[happening.kind]
        start_s, end_s = happening.start_s, happening.end_s
        times = self.needed(kind, happening)
        if kind is ActivityKind.PURSUIT and len(times):
            # Only what runs can be seen to be pursued: the wait before it is in nobody's picture.
            start_s = min(start_s, float(times[0]))
        first = float(times[0]) if len(times) else start_s
        at_s = first if kind in (ActivityKind.PURSUIT, ActivityKind.STUCK) else max(start_s, first)
        return self.activity(kind, (start_s, end_s), actor_ids=happening.actor_ids, times=times, at_s=at_s)

    def needed(self, kind: ActivityKind, happening: Happening) -> Array:
        """The instants that show a happening."""
        name, span = happening.actor_ids[0], (happening.start_s, happening.end_s)
        if kind in (ActivityKind.CHECKPOINT_RUN, ActivityKind.GOT_OUT):
            around = (span[0] - _MARGIN_S, span[1] + _MARGIN_S)
            if kind is ActivityKind.GOT_OUT:
                around = (span[0], span[1] + 2 * _MARGIN_S)
            return self.times(name, around)
        if kind is ActivityKind.FELL:
            return self.times(name, (span[0] - _MARGIN_S, span[1] + _MARGIN_S))
        if kind is ActivityKind.GOT_IN:
            return self.times(name, (span[0] - 2 * _MARGIN_S, span[1]))
        return self.during(kind, happening)

    def during(self, kind: ActivityKind, happening: Happening) -> Array:
        """The instants within a happening that show it."""
        name, span = happening.actor_ids[0], (happening.start_s, happening.end_s)
        times = self.times(name, span)
        if kind is ActivityKind.RUNNING:
            return times[self.speeds(name, times) >= _RUNS_MPS]
        if kind is ActivityKind.PURSUIT:
            return self.pursued(happening.actor_ids, times)
        if kind is ActivityKind.DRAGGED:
            movers = [self.times(one, span) for one in happening.actor_ids[1:]]
            return np.intersect1d(times, np.concatenate(movers))
        return times

    def pursued(self, actor_ids: tuple[str, ...], times: Array) -> Array:
        """Instants at which the pursued and a pursuer were both seen to run."""
        own = times[self.speeds(actor_ids[0], times) >= _RUNS_MPS]
        both = np.zeros(len(own), dtype=np.bool_)
        for name in actor_ids[1:]:
            theirs = np.isin(np.round(own / _TICK_S), np.round(self.times(name, (0.0, np.inf)) / _TICK_S))
            both |= theirs & (self.speeds(name, own) >= _RUNS_MPS)
        return own[both]

    def speeds(self, actor_id: str, times: Array) -> Array:
        """True speeds (n,)."""
        performance = self.by_id[actor_id]
        rows = np.clip(np.round(times / STEP_S).astype(np.int64), 0, len(performance.action) - 1)
        speeds: Array = np.abs(performance.speed_mps[rows])
        return speeds

    def activity(
        self,
        kind: ActivityKind,
        span: tuple[float, float],
        *,
        actor_ids: tuple[str, ...],
        times: Array,
        at_s: float,
    ) -> TrueActivity:
        """A true activity, its place taken at the instant that is asked for."""
        performance = self.by_id[actor_ids[0]]
        row = int(np.clip(round(at_s / STEP_S), 0, len(performance.action) - 1))
        rows = slice(int(max(span[0], at_s) / STEP_S), max(int(span[1] / STEP_S), int(at_s / STEP_S)) + 1)
        east, north = performance.enu_m[row, :2].tolist()
        return TrueActivity(
            kind,
            span[0],
            span[1],
            actor_ids,
            at_s,
            (east, north),
            len(times) * _TICK_S,
            float(np.abs(performance.speed_mps[rows]).mean()),
        )

    def plain(
        self, kind: ActivityKind, span: tuple[float, float], *, actor_ids: tuple[str, ...]
    ) -> TrueActivity:
        """A true activity that shows whenever who is named is seen."""
        times = self.times(actor_ids[0], span)
        at_s = float(times[0]) if len(times) else span[0]
        return self.activity(kind, span, actor_ids=actor_ids, times=times, at_s=at_s)


def _runs(mask: Flags) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True))


def _spans(mask: Flags, least_s: float) -> list[tuple[float, float]]:
    return [
        (first * STEP_S, last * STEP_S) for first, last in _runs(mask) if (last - first) * STEP_S >= least_s
    ]


def _prone(play: Play, seen: _Seen) -> Iterator[TrueActivity]:
    for one in play.performances:
        if one.actor.kind is not ActorKind.PERSON:
            continue
        low = np.isin(one.action, (Action.PRONE, Action.AIM_PRONE))
        for span in _spans(low, bound.PRONE_FOR.value):
            yield seen.plain(ActivityKind.PRONE, span, actor_ids=(one.actor.actor_id,))


def _standing(play: Play, seen: _Seen) -> Iterator[TrueActivity]:
    """Stopped, and abandoned after somebody got out."""
    for one in play.performances:
        if not one.actor.kind.is_vehicle:
            continue
        velocity = np.gradient(one.enu_m[:, :2], STEP_S, axis=0)
        slow = (np.linalg.norm(velocity, axis=1) < _STANDS_MPS) | np.isin(
            one.action, (Action.STUCK, Action.PARKED)
        )
        stands = slow & (one.action != Action.AWAY)
        name = one.actor.actor_id
        for span in _spans(stands, bound.STOPPED_FOR.value):
            yield seen.plain(ActivityKind.STOPPED, span, actor_ids=(name,))
        left = [two.start_s for two in play.happenings if two.kind is HappeningKind.GOT_OUT]
        if not left:
            continue
        alone = stands & (np.arange(len(stands)) * STEP_S > min(left))
        for person in play.performances:
            if person.actor.kind is ActorKind.PERSON:
                alone &= ~(_apart_m(person, one) <= bound.LEFT_ALONE_WITHIN.value) | (
                    person.action == Action.AWAY
                )
        for span in _spans(alone, bound.LEFT_ALONE_FOR.value):
            yield seen.plain(ActivityKind.ABANDONED, span, actor_ids=(name,))


def _apart_m(one: Performance, other: Performance) -> Array:
    apart: Array = np.linalg.norm(one.enu_m[:, :2] - other.enu_m[:, :2], axis=1)
    return apart


def _gatherings(play: Play, seen: _Seen) -> Iterator[TrueActivity]:
    """Six or more within the distance of their middle; seen where so many of them were."""
    people = [one for one in play.performances if one.actor.kind is ActorKind.PERSON]
    if len(people) < bound.GATHERING_FROM.value:
        return
    step = round(_TICK_S / STEP_S)
    places = np.stack([one.enu_m[::step, :2] for one in people])
    there = np.stack([one.action[::step] != Action.AWAY for one in people])
    names = [one.actor.actor_id for one in people]
    rows = places.shape[1]
    shown = np.stack(
        [np.isin(np.arange(rows), np.round(seen.ticks.get(name, np.zeros(0))).astype(int)) for name in names]
    )
    ways = np.gradient(places, _TICK_S, axis=1)
    looks = range(0, rows, 5)
    gathered = np.array([_most_together(places[:, row], ways[:, row], there=there[:, row]) for row in looks])
    both = there & shown
    watched = np.array([_most_together(places[:, row], ways[:, row], there=both[:, row]) for row in looks])
    least = bound.GATHERING_FROM.value
    for first, last in _runs(gathered >= least):
        span = (first * 5 * _TICK_S, last * 5 * _TICK_S)
        if span[1] - span[0] < bound.GATHERING_FOR.value:
            continue
        inside = np.flatnonzero(watched[first : last + 1] >= least) + first
        times = np.repeat(inside * 5 * _TICK_S, 5)
        at_s = float(times[0]) if len(times) else span[0]
        yield seen.activity(ActivityKind.GATHERING, span, actor_ids=(names[0],), times=times, at_s=at_s)


def _most_together(places: Array, ways: Array, *, there: Flags) -> int:
    inside, velocity = places[there], ways[there]
    if len(inside) < bound.GATHERING_FROM.value:
        return 0
    near = np.linalg.norm(inside[:, None] - inside[None], axis=2) <= bound.GATHERING_WITHIN.value
    near &= np.linalg.norm(velocity[:, None] - velocity[None], axis=2) <= bound.GATHERING_SAME.value
    middle = int(np.argmax(near.sum(axis=1)))
    centre = inside[near[middle]].mean(axis=0)
    within = np.linalg.norm(inside - centre, axis=1) <= bound.GATHERING_WITHIN.value
    return int((within & near[middle]).sum())


def _dangers(found: list[TrueActivity], seen: _Seen) -> Iterator[TrueActivity]:
    """Who was pursued, fell, was down or dragged, or dragged another: as seen as its clearest sign is."""
    spans: dict[str, list[TrueActivity]] = {}
    for one in found:
        if one.kind in (ActivityKind.PURSUIT, ActivityKind.FELL, ActivityKind.DOWN):
            spans.setdefault(one.actor_ids[0], []).append(one)
        elif one.kind is ActivityKind.DRAGGED:
            for name in one.actor_ids:
                spans.setdefault(name, []).append(one)
    for name, own in spans.items():
        signs = sorted(own, key=lambda one: one.at_s)
        clear = [one for one in signs if one.decidable]
        at_s = min((one.at_s for one in clear), default=signs[0].at_s)
        start_s = min(one.start_s for one in signs)
        end_s = max(one.end_s for one in signs) + bound.DANGER_LASTS.value
        times = np.arange(0.0, NEEDED_S[ActivityKind.IN_DANGER] + 1.0, _TICK_S) if clear else np.zeros(0)
        yield seen.activity(
            ActivityKind.IN_DANGER, (start_s, end_s), actor_ids=(name,), times=times, at_s=at_s
        )
