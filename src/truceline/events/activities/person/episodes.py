"""Episodes of lying: from when to when somebody lay, how it began, what was done meanwhile, how it ended."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.events.activities.measured.course import STEP_S, Course, runs, ticks
from truceline.events.activities.measured.people import Person
from truceline.events.activities.measured.posture import LOW, Postures
from truceline.events.activities.measured.speed import ON_GROUND, speeds_of
from truceline.events.activities.thresholds import CRAWLING_FOR, CRAWLING_FROM, DRAG_FROM, PRONE_FOR

Array = NDArray[np.float64]

LYING_FROM = 0.5
_PAUSE_S = 3.0
"""A height that errs for so long does not make who lies get up."""
_MOVING_PAUSE_S = 6.0
"""Who crawls rests; shorter rests belong to the crawl."""
_LOOK_S = 3.0
"""Before an episode and after it, so long is looked at how it began and ended."""
_SAME_PLACE_M = 1.5
"""Who lies in the same place before and after a gap in the footage lay there all the time."""
_KNEE_M = 1.0
"""Half way down: the height at which an onset is dated."""
_HIP_SHARE = 0.8
_SMOOTH_S = 0.4


@dataclass(frozen=True, slots=True)
class Onset:
    """How somebody came to lie, where it was seen.

    Attributes:
        row: At which it began to go down.
        speed_mps: Over the ground half a second before half way down; ``sigma_mps`` its error.
        drop_s: From the last upright height to the first low one.
    """

    row: int
    speed_mps: float
    sigma_mps: float
    drop_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Episode:
    """One stay on the ground.

    Attributes:
        first, last: Rows of the course.
        probability: That it lay, the mean of the surest quarter of rows.
        onset: None where it was not seen.
        got_up: Whether it was seen to rise; None where the end was not seen.
        moving: Rows (first, last) of movement along the ground; ``still`` those without.
        gaps: Whether parts of it were not observed.
    """

    person: Person
    first: int
    last: int
    probability: float
    onset: Onset | None
    got_up: bool | None
    moving: tuple[tuple[int, int], ...]
    still: tuple[tuple[int, int], ...]
    gaps: bool

    @property
    def course(self) -> Course:
        """The person's course."""
        return self.person.course

    def seconds(self, rows: tuple[int, int]) -> float:
        """Time from one row to another."""
        return (int(self.course.tick[rows[1]]) - int(self.course.tick[rows[0]])) * STEP_S

    def stillness(self, bound_mps: float) -> float:
        """P(it moved no faster than so) where it seemed not to move; halved where no more is known.

        Who lies is mostly still. That it was *seen* to be still is more, and is asked for: a speed that is
        too noisy to tell stillness from crawling is worth half.
        """
        slow = [1.0 - ON_GROUND.beyond(self.person.slow.part(*rows), bound_mps) for rows in self.still]
        still = float(np.mean(np.concatenate(slow)))
        usual = 1.0 - ON_GROUND.usually_beyond(bound_mps)
        learnt = float(np.clip((still - usual) / (1.0 - usual), 0.0, 1.0))
        return still * (1.0 + learnt) / 2

    @property
    def longest_still_s(self) -> float:
        """The longest time for which it did not move."""
        return max((self.seconds(one) for one in self.still), default=0.0)


def episodes_of(person: Person) -> tuple[Episode, ...]:
    """Every episode of lying of one person, in order of time."""
    course, postures = person.course, person.postures
    lies = (postures.lying >= LYING_FROM) & (postures.measured | (postures.lying >= 0.8))  # noqa: PLR2004
    pieces: list[tuple[int, int]] = []
    for stretch in np.unique(course.stretch):
        inside = course.stretch == stretch
        pieces += runs(lies & inside, course.tick, pause=ticks(_PAUSE_S))
    joined = _joined(course, [one for one in pieces if _long_enough(course, one)])
    return tuple(_episode(person, rows) for rows in joined)


def _long_enough(course: Course, rows: tuple[int, int]) -> bool:
    return (int(course.tick[rows[1]]) - int(course.tick[rows[0]])) * STEP_S >= PRONE_FOR.value / 2


def _joined(course: Course, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pieces before and after a gap are one where the place is the same and nothing else was seen between."""
    joined: list[tuple[int, int]] = []
    for first, last in pieces:
        if joined:
            before = joined[-1][1]
            apart_m, sigma_m = course.apart(before, first)
            reach_m = _SAME_PLACE_M + 2 * sigma_m
            is_gap = course.stretch[first] != course.stretch[before]
            nothing_between = first - before <= ticks(_PAUSE_S)
            if is_gap and nothing_between and apart_m <= reach_m:
                joined[-1] = (joined[-1][0], last)
                continue
        joined.append((first, last))
    return joined


def _episode(person: Person, rows: tuple[int, int]) -> Episode:
    course, postures, speeds = person.course, person.postures, person.slow
    first, last = rows
    inside = np.arange(first, last + 1)
    sure = np.sort(postures.lying[inside])[-max(len(inside) // 4, 1) :]
    creeps = ON_GROUND.beyond(speeds.part(first, last), min(CRAWLING_FROM.value, DRAG_FROM.value))
    moves = creeps >= LYING_FROM
    is_moving, is_still = np.zeros((2, len(course.tick)), dtype=np.bool_)
    is_moving[inside] = moves & speeds.whole[inside]
    is_still[inside] = ~moves
    moving: list[tuple[int, int]] = []
    still: list[tuple[int, int]] = []
    for stretch in np.unique(course.stretch[inside]):
        part = course.stretch == stretch
        joined = runs(is_moving & part, course.tick, pause=ticks(_MOVING_PAUSE_S))
        for begin, end in joined:
            is_still[begin : end + 1] = False
        moving += joined
        still += runs(is_still & part, course.tick)
    long = [
        one for one in moving if (course.tick[one[1]] - course.tick[one[0]]) * STEP_S >= CRAWLING_FOR.value
    ]
    return Episode(
        person=person,
        first=first,
        last=last,
        probability=float(np.mean(sure)),
        onset=_onset(course, postures, first=first),
        got_up=_got_up(course, postures, last=last),
        moving=tuple(long),
        still=tuple(still),
        gaps=int(course.stretch[first]) != int(course.stretch[last]),
    )


def _onset(course: Course, postures: Postures, *, first: int) -> Onset | None:
    begin = max(first - ticks(_LOOK_S), 0)
    before = np.arange(begin, first + 1)
    before = before[course.stretch[before] == course.stretch[first]]
    stood = before[postures.upright[before] >= LYING_FROM]
    if not len(stood):
        return None
    heights = _smoothed(course, first=int(before[0]), last=min(first + ticks(_LOOK_S), len(course.tick) - 1))
    rows = np.arange(before[0], before[0] + len(heights))
    low = rows[(heights < _KNEE_M) & (rows > stood[0])]
    half = int(low[0]) if len(low) else first
    tall = rows[(heights > _HIP_SHARE * _standing_m(course, stood)) & (rows < half)]
    from_row = int(tall[-1]) if len(tall) else int(stood[-1])
    lying = rows[(heights < _KNEE_M / 2 + 0.2) & (rows >= half)]
    to_row = int(lying[0]) if len(lying) else half
    quick = speeds_of(course, window_s=0.5)
    at = max(half - ticks(0.5), int(before[0]))
    return Onset(
        row=from_row,
        speed_mps=float(quick.speed_mps[at]),
        sigma_mps=float(quick.sigma_mps[at]),
        drop_s=(to_row - from_row) * STEP_S,
    )


def _standing_m(course: Course, stood: NDArray[np.int64]) -> float:
    known = course.height_m[stood]
    known = known[np.isfinite(known)]
    return float(np.median(known)) if len(known) else 1.66


def _smoothed(course: Course, *, first: int, last: int) -> Array:
    """Heights from row to row as medians over a short time; NaN where none was measured."""
    reach = max(ticks(_SMOOTH_S) // 2, 1)
    values = []
    for row in range(first, last + 1):
        near = course.height_m[max(row - reach, first) : min(row + reach, last) + 1]
        near = near[np.isfinite(near)]
        values.append(float(np.median(near)) if len(near) else np.nan)
    return np.array(values)


def _got_up(course: Course, postures: Postures, *, last: int) -> bool | None:
    """Whether it rose within the time looked at; None where the stretch ends before that."""
    after = np.arange(last + 1, min(last + 1 + ticks(_LOOK_S), len(course.tick)))
    after = after[course.stretch[after] == course.stretch[last]]
    if len(after) < ticks(1.0):
        return None
    stands = float(np.max(postures.upright[after])) >= LYING_FROM
    kneels = float(np.mean(postures.probability[after, LOW])) >= LYING_FROM
    return stands or kneels
