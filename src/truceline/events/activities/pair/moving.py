"""Dragged and carried: a person who is moved by others, along the ground or above it."""

from collections.abc import Iterator, Sequence

import numpy as np

from truceline.events.activities.ground import Ground
from truceline.events.activities.measured.cast import Cast
from truceline.events.activities.measured.company import Mover, movers_beside
from truceline.events.activities.measured.course import STEP_S, runs, ticks
from truceline.events.activities.measured.people import Person
from truceline.events.activities.measured.posture import LOW
from truceline.events.activities.measured.speed import ON_FOOT, ON_GROUND
from truceline.events.activities.person.episodes import episodes_of
from truceline.events.activities.stating import Told, What, When, actor, at_least, in_order, normal, stated
from truceline.events.activities.thresholds import CARRIED_FROM, DRAG_BELOW, DRAG_FOR, DRAG_FROM
from truceline.records.activities import Activity, ActivityKind, Role

People = Sequence[Person]

_NAMED_FROM = 0.3
_TWO = 2
_USUAL = 0.5


def dragged(cast: Cast, ground: Ground) -> tuple[Activity, ...]:
    """Everybody who lay and was moved along the ground by others, in order of time."""
    people = cast.people
    return in_order(_drags(people, ground))


def carried(cast: Cast, ground: Ground) -> tuple[Activity, ...]:
    """Everybody who had lain and was moved above the ground by two or more others, in order of time."""
    people = cast.people
    return in_order(_carries(people, ground))


def _drags(people: People, ground: Ground) -> Iterator[Activity | None]:
    for person in people:
        for episode in episodes_of(person):
            for rows in episode.moving:
                if episode.seconds(rows) < DRAG_FOR.value:
                    continue
                movers = movers_beside(person, rows, others=people)
                if movers:
                    yield _state(
                        ActivityKind.DRAGGED,
                        person,
                        rows=rows,
                        movers=movers,
                        told=(episode.probability * _moved(movers, least=1), ground),
                    )


def _carries(people: People, ground: Ground) -> Iterator[Activity | None]:
    """Between postures: lower than who stands, off the ground, moving, after lying."""
    for person in people:
        course, postures, speeds = person.course, person.postures, person.slow
        lay = np.maximum.accumulate(postures.lying >= _USUAL)
        moves = (ON_FOOT.beyond(speeds, DRAG_FROM.value) >= _USUAL) & speeds.whole
        raised = postures.probability[:, LOW] >= _USUAL
        for rows in runs(lay & moves & raised, course.tick, pause=ticks(1.0)):
            if (course.tick[rows[1]] - course.tick[rows[0]]) * STEP_S < DRAG_FOR.value:
                continue
            heights = course.height_m[rows[0] : rows[1] + 1]
            movers = movers_beside(person, rows, others=people)
            if len(movers) < _TWO or not np.nanmedian(heights) >= CARRIED_FROM.value:
                continue
            sure = float(np.median(postures.probability[rows[0] : rows[1] + 1, LOW]))
            probability = sure * _moved(movers, least=_TWO)
            yield _state(ActivityKind.CARRIED, person, rows=rows, movers=movers, told=(probability, ground))


def _moved(movers: Sequence[Mover], *, least: int) -> float:
    """P(at least so many moved it)."""
    chances = np.zeros(least + 1)
    chances[0] = 1.0
    for one in movers:
        more = chances * one.probability
        chances *= 1.0 - one.probability
        chances[1:] += more[:-1]
        chances[-1] += more[-1]
    return float(chances[least])


def _state(
    kind: ActivityKind,
    person: Person,
    *,
    rows: tuple[int, int],
    movers: Sequence[Mover],
    told: tuple[float, Ground],
) -> Activity | None:
    probability, ground = told
    course, speeds = person.course, person.slow.part(*rows)
    inside = slice(rows[0], rows[1] + 1)
    slow = 1.0 - float(np.median(ON_GROUND.beyond(speeds, DRAG_BELOW.value)))
    named = [one for one in movers if one.probability >= _NAMED_FROM] or list(movers[:1])
    way_m = float(np.linalg.norm(np.diff(course.en_m[inside][:: ticks(1.0)], axis=0), axis=1).sum())
    speed = float(np.median(speeds.speed_mps))
    lasts_s = (int(course.tick[rows[1]]) - int(course.tick[rows[0]])) * STEP_S
    whole = Told(
        probability * slow * course.subject.kinds.person,
        {
            "speed": normal(speed, float(np.median(speeds.sigma_mps))),
            "duration": normal(lasts_s, 0.8),
            "distance": normal(way_m, float(np.sqrt(np.trace(course.covariance[rows[0], :2, :2])))),
            "movers": at_least(len(named), max(round(sum(one.probability for one in movers)), 1)),
        },
        (
            f"{len(named)} moved with it at {speed:.2f} m/s, within reach",
            f"it was moved by {way_m:.0f} m",
        ),
    )
    parts = (actor(course, Role.CASUALTY), *(actor(one.course, Role.MOVER) for one in named))
    when = When(rows[0], rows[1], rows[0], sigma_s=0.6)
    return stated(What(kind, parts), course, when=when, told=whole, ground=ground)
