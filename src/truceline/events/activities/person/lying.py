"""On the ground: prone, crawling, fell, down.

Whether somebody lies by own will or is hurt cannot be seen. What speaks for either is weighed: how it began,
what was done on the ground, how it ended. Where nothing speaks for either, a person is said to be down:
help that comes in vain does less harm.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from truceline.events.activities.ground import Ground
from truceline.events.activities.measured.cast import Cast
from truceline.events.activities.measured.company import movers_beside
from truceline.events.activities.measured.people import Person
from truceline.events.activities.measured.speed import ON_GROUND
from truceline.events.activities.person.episodes import Episode, Onset, episodes_of
from truceline.events.activities.stating import Told, What, When, actor, in_order, likelier, normal, stated
from truceline.events.activities.thresholds import (
    CRAWLING_BELOW,
    CRAWLING_FROM,
    DOWN_FOR,
    DOWN_MOVES_BELOW,
    FALL_WITHIN,
    PRONE_FOR,
)
from truceline.records.activities import Activity, ActivityKind
from truceline.records.events import Interval

_FELL_BEFORE, _DOWN_BEFORE = 0.3, 0.52
"""Of those who are seen to go down, and of those who lie still for long, before anything else is weighed."""
_OUT_OF_MOTION_MPS, _MOTION_SIGMA_MPS = 0.9, 0.35
_USUAL_S, _BY_TIME = 10.0, (0.7, 2.2)
"""Who lies by own will seldom lies without moving for long: the longer, the likelier down."""
_MOVED = 0.5


def lying(cast: Cast, ground: Ground) -> tuple[Activity, ...]:
    """Prone, crawling, fell and down of every person, in order of time."""
    people = cast.people
    found: list[Activity | None] = []
    for person in people:
        crawled = False
        for episode in episodes_of(person):
            moved = [1.0 - _alone(episode, rows, people=people) for rows in episode.moving]
            crawled |= any(share < _MOVED for share in moved)
            found += _of_episode(episode, moved, crawled=crawled, ground=ground)
            # Who crawled, and was not seen to get up, lies by own will later on as well.
            crawled &= episode.got_up is None
    return in_order(found)


def _of_episode(
    episode: Episode, moved: Sequence[float], *, crawled: bool, ground: Ground
) -> Iterator[Activity | None]:
    """What is told of one episode; ``moved`` is for each of its movements P(others moved it)."""
    was_moved = max(moved, default=0.0)
    fell, fell_cues = _fell(episode, crawled=crawled)
    down, down_cues = _down(episode, fell=fell, crawled=crawled, was_moved=was_moved)
    if episode.onset is not None:
        yield _state_fall(episode, episode.onset, told=(fell, fell_cues), ground=ground)
    for rows, share in zip(episode.moving, moved, strict=True):
        yield _state_crawl(episode, rows, alone=1.0 - share, ground=ground)
    if episode.longest_still_s >= DOWN_FOR.value:
        yield _state_down(episode, probability=down, cues=down_cues, ground=ground)
    for rows in episode.still:
        if episode.seconds(rows) >= PRONE_FOR.value:
            yield _state_prone(episode, rows, hurt=max(down, fell), ground=ground)


def _alone(episode: Episode, rows: tuple[int, int], *, people: Sequence[Person]) -> float:
    """P(nobody moved it) while it moved along the ground."""
    movers = movers_beside(episode.person, rows, others=people)
    return float(np.prod([1.0 - one.probability for one in movers])) if movers else 1.0


def _fell(episode: Episode, *, crawled: bool) -> tuple[float, tuple[str, ...]]:
    """P(it fell | it came to lie), and why."""
    onset = episode.onset
    if onset is None:
        return 0.0, ()
    spread = float(np.hypot(_MOTION_SIGMA_MPS, onset.sigma_mps))
    in_motion = 1.0 / (1.0 + np.exp(-1.7 * (onset.speed_mps - _OUT_OF_MOTION_MPS) / spread))
    factors = [0.25 + 9.0 * in_motion]
    cues = [f"{onset.speed_mps:.1f} m/s over the ground as it went down"]
    factors.append(2.0 if onset.drop_s <= FALL_WITHIN.value else 0.4)
    cues.append(f"from upright to the ground in {onset.drop_s:.1f} s")
    if crawled:
        factors.append(0.3)
        cues.append("it crawled afterwards")
    if episode.got_up:
        factors.append(0.35)
        cues.append("it got up again")
    elif episode.longest_still_s >= DOWN_FOR.value:
        factors.append(3.5)
        cues.append("it did not move afterwards")
    return likelier(_FELL_BEFORE, *factors), tuple(cues)


def _down(episode: Episode, *, fell: float, crawled: bool, was_moved: float) -> tuple[float, tuple[str, ...]]:
    """P(it lies without own strength | it lies still), and why."""
    factors, cues = [1.0], [f"it lay without moving for {episode.longest_still_s:.0f} s"]
    if episode.onset is not None:
        factors.append(0.3 + 4.0 * fell)
        cues.append(f"it fell (p {fell:.2f})" if fell >= _MOVED else "it lay down in a controlled way")
    if crawled:
        factors.append(0.08)
        cues.append("it crawled by itself")
    if episode.got_up:
        factors.append(0.1)
        cues.append("it got up by itself")
    if was_moved >= _MOVED:
        factors.append(8.0)
        cues.append("others moved it")
    factors.append(float(np.clip(np.sqrt(episode.longest_still_s / _USUAL_S), *_BY_TIME)))
    return likelier(_DOWN_BEFORE, *factors), tuple(cues)


def _height(episode: Episode, rows: tuple[int, int]) -> dict[str, Interval]:
    known = episode.course.height_m[rows[0] : rows[1] + 1]
    known = known[np.isfinite(known)]
    return {} if not len(known) else {"height": normal(float(np.median(known)), float(np.std(known)))}


def _state_fall(
    episode: Episode, onset: Onset, *, told: tuple[float, tuple[str, ...]], ground: Ground
) -> Activity | None:
    course = episode.course
    probability = told[0] * episode.probability * course.subject.kinds.person
    until = min(max(episode.first, onset.row), episode.last)
    whole = Told(
        probability,
        {"speed": normal(onset.speed_mps, onset.sigma_mps), "fall time": normal(onset.drop_s, 0.3)},
        told[1],
    )
    when = When(onset.row, until, onset.row, sigma_s=0.35)
    return stated(What(ActivityKind.FELL, (actor(course),)), course, when=when, told=whole, ground=ground)


def _state_crawl(episode: Episode, rows: tuple[int, int], *, alone: float, ground: Ground) -> Activity | None:
    course = episode.course
    speeds = episode.person.slow.part(*rows)
    moves = float(np.quantile(ON_GROUND.beyond(speeds, CRAWLING_FROM.value), 0.75))
    slow = 1.0 - float(np.quantile(ON_GROUND.beyond(speeds, CRAWLING_BELOW.value), 0.5))
    speed = float(np.median(speeds.speed_mps))
    probability = episode.probability * moves * slow * alone * course.subject.kinds.person
    told = Told(
        probability,
        {
            "speed": normal(speed, float(np.median(speeds.sigma_mps))),
            "duration": normal(episode.seconds(rows), 0.8),
            **_height(episode, rows),
        },
        (f"it lay and moved at {speed:.2f} m/s", "nobody upright moved with it"),
    )
    when = When(rows[0], rows[1], rows[0], sigma_s=0.6)
    return stated(What(ActivityKind.CRAWLING, (actor(course),)), course, when=when, told=told, ground=ground)


def _state_down(
    episode: Episode, *, probability: float, cues: tuple[str, ...], ground: Ground
) -> Activity | None:
    course, rows = episode.course, (episode.first, episode.last)
    still = episode.stillness(DOWN_MOVES_BELOW.value)
    unseen = []
    if episode.onset is None:
        unseen.append("how it came to lie there")
    if episode.gaps:
        unseen.append("it between stretches of footage; it lay in the same place before and after")
    told = Told(
        probability * episode.probability * still * course.subject.kinds.person,
        {"duration": normal(episode.seconds(rows), 0.5), **_height(episode, rows)},
        cues,
        tuple(unseen),
    )
    when = When(rows[0], rows[1], rows[0], sigma_s=0.4)
    return stated(What(ActivityKind.DOWN, (actor(course),)), course, when=when, told=told, ground=ground)


def _state_prone(episode: Episode, rows: tuple[int, int], *, hurt: float, ground: Ground) -> Activity | None:
    course = episode.course
    told = Told(
        (1.0 - hurt) * episode.probability * course.subject.kinds.person,
        {"duration": normal(episode.seconds(rows), 0.5), **_height(episode, rows)},
        (f"it lay for {episode.seconds(rows):.0f} s", f"being down is less probable (p {hurt:.2f})"),
    )
    when = When(rows[0], rows[1], rows[0], sigma_s=0.4)
    return stated(What(ActivityKind.PRONE, (actor(course),)), course, when=when, told=told, ground=ground)
