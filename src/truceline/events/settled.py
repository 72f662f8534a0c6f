"""Crossings of a track that is still growing: stated a fixed lag after the passing, settled after the return.

1. At each checkpoint only the rows up to it are known; they are smoothed by themselves.
2. A crossing is stated at the first checkpoint that lies at least the lag after its passing.
3. It is settled at the first checkpoint that lies at least the lag after its return, or when the track ends.
   A settled crossing is never touched again.
4. One of which no later checkpoint tells is withdrawn, and stays on record as such.
5. Rows that no open crossing needs are left behind, up to a row on which the side is beyond doubt. While
   nothing recent is near the line, nothing is computed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from truceline.events.crossing import CrossingSettings, Viewpoint, find_crossings
from truceline.events.uncertainty import distance_variances_m2
from truceline.geometry.line import signed_distance_m
from truceline.records.events import Crossing
from truceline.records.site import Line
from truceline.records.time import NS_PER_S, UtcNs
from truceline.records.tracks import Track

Array = NDArray[np.float64]

KnownPart = Callable[[int, int], tuple[Track, Callable[[], Array]]]
"""Rows ``first`` to ``end`` (not included) of a track as they look when no other row is known, and what draws
paths (k, n, 2) from them. Rows at the end that are not known yet (an unseen stretch) may be missing; where
row ``first`` was not seen, the part may begin at the last row before it that was."""

LAG_S = 2.0
"""A smoothed row hardly changes by what is seen more than this later: the foot's lasting error, the longest
memory of the smoother, is kept for 1.2 s. With ``STEP_S`` a crossing is settled 3 s after the return."""
STEP_S = 1.0
"""Time between checkpoints."""
WARM_UP_S = 4.0
"""So much before anything that is open is kept: a smoothed row needs rows on both sides of it."""
CLEAR_SIGMAS = 6.0
"""So many standard deviations beyond the band the side is beyond doubt."""


@dataclass(frozen=True, slots=True)
class SettlingSettings:
    """How crossings are found, and how long they are waited for.

    Attributes:
        crossing: Band and seed; each checkpoint draws afresh from the same seed.
        lag_s: Seconds after a passing that are waited for; ``step_s`` between checkpoints. Their sum bounds
            how late a crossing is stated and settled.
    """

    crossing: CrossingSettings
    lag_s: float = LAG_S
    step_s: float = STEP_S


@dataclass(frozen=True, slots=True)
class SettledCrossing:
    """A crossing as it was stated first and as it was settled.

    Attributes:
        first: As stated at ``stated_utc_ns``, from rows up to then only.
        last: As settled at ``settled_utc_ns``, from rows up to then only; None when it was withdrawn.
    """

    first: Crossing
    stated_utc_ns: UtcNs
    last: Crossing | None
    settled_utc_ns: UtcNs


def settled_crossings(
    utc_ns: NDArray[np.int64],
    known_part: KnownPart,
    *,
    viewpoint: Viewpoint,
    line: Line,
    settings: SettlingSettings,
) -> tuple[SettledCrossing, ...]:
    """All crossings that one growing track gave, in order of passing.

    Args:
        utc_ns: (n,) times of all rows of the track.
        known_part: What is known of a part of the track; asked for parts that end later and later.
        viewpoint: Camera, footage and clock.
        line: The line.
        settings: Band, seed, lag and step.

    Method: see the module; each part is judged by ``find_crossings``.
    """
    judge = _Judge(known_part, viewpoint, line, settings)
    ledger = _Ledger(lag_ns=round(settings.lag_s * NS_PER_S))
    start = 0
    for end in _checkpoints(utc_ns, settings.step_s):
        is_last = end == len(utc_ns)
        recent = _row_before(utc_ns, end, seconds=settings.lag_s + 2 * settings.step_s + WARM_UP_S)
        if recent > start and not is_last and judge.is_clear(recent, end):
            continue
        # (1)
        track, crossings, clear = judge.crossings(start, end)
        # (2) (3) (4)
        ledger.take(crossings, UtcNs(int(utc_ns[end - 1])), is_last=is_last)
        # (5)
        needed_s = (int(track.utc_ns[-1]) - ledger.open_since(track)) / NS_PER_S + WARM_UP_S
        needed = max(_row_before(track.utc_ns, len(clear), seconds=needed_s), 1)
        beside = np.array([not ledger.is_inside(at) for at in track.utc_ns[:needed].tolist()], np.bool_)
        usable = np.flatnonzero((clear & track.observed)[:needed] & beside)
        start += int(usable[-1]) if len(usable) else 0
    return tuple(sorted(ledger.done, key=lambda one: (one.first.crossed_utc_ns, one.first.event_id)))


def _checkpoints(utc_ns: NDArray[np.int64], step_s: float) -> Iterator[int]:
    """After which rows (as an end, not included) the track is looked at; the last is its end."""
    due = int(utc_ns[0]) + round(step_s * NS_PER_S)
    for row, at in enumerate(utc_ns.tolist()):
        if at >= due and row + 1 < len(utc_ns):
            yield row + 1
            due = at + round(step_s * NS_PER_S)
    yield len(utc_ns)


def _row_before(utc_ns: NDArray[np.int64], end: int, *, seconds: float) -> int:
    """The first row at most so many seconds before the row ahead of ``end``."""
    return int(np.searchsorted(utc_ns[:end], int(utc_ns[end - 1]) - round(seconds * NS_PER_S)))


@dataclass(frozen=True, slots=True, eq=False)
class _Judge:
    known_part: KnownPart
    viewpoint: Viewpoint
    line: Line
    settings: SettlingSettings

    def is_clear(self, first: int, end: int) -> bool:
        """Whether a part lies on one side beyond doubt in every row that could still matter."""
        track, _ = self.known_part(first, end)
        late = _row_before(
            track.utc_ns, len(track.utc_ns), seconds=self.settings.lag_s + 2 * self.settings.step_s
        )
        return bool(self._clear(track)[late:].all())

    def crossings(self, first: int, end: int) -> tuple[Track, tuple[Crossing, ...], NDArray[np.bool_]]:
        """A part, its crossings, and (n,) which of its rows lie on a side beyond doubt."""
        track, drawn = self.known_part(first, end)
        clear = self._clear(track)
        sides = np.sign(signed_distance_m(self.line.vertices_en_m, track.en_m))
        if clear.all() and bool(np.all(sides == sides[0])):
            return track, (), clear
        found = find_crossings(
            track, drawn(), viewpoint=self.viewpoint, line=self.line, settings=self.settings.crossing
        )
        return track, found, clear

    def _clear(self, track: Track) -> NDArray[np.bool_]:
        rows = np.arange(len(track.utc_ns))
        variances = distance_variances_m2(track, rows, camera=self.viewpoint.camera, line=self.line)
        distance = np.abs(signed_distance_m(self.line.vertices_en_m, track.en_m))
        needed = CLEAR_SIGMAS * np.sqrt(variances.sum(axis=1)) + self.settings.crossing.band_m
        clear: NDArray[np.bool_] = distance > needed  # False where the error has no bound
        return clear


@dataclass(slots=True)
class _Ledger:
    """What was stated, and what of it is settled. Being built."""

    lag_ns: int
    open: list[SettledCrossing] = field(default_factory=list)
    done: list[SettledCrossing] = field(default_factory=list)

    def take(self, found: Sequence[Crossing], now: UtcNs, *, is_last: bool) -> None:
        """Take what one checkpoint tells."""
        fresh = [one for one in found if not self._is_settled(one)]
        still: list[SettledCrossing] = []
        for stated in self.open:
            same = self._same(stated, fresh)
            if same is None:
                self.done.append(replace(stated, last=None, settled_utc_ns=now))
                continue
            fresh.remove(same)
            still.append(replace(stated, last=same, settled_utc_ns=now))
        due = [one for one in fresh if is_last or one.crossed_utc_ns <= now - self.lag_ns]
        still += [SettledCrossing(one, now, one, now) for one in due]
        self.open = [one for one in still if not self._is_over(one, now, is_last=is_last)]
        self.done += [one for one in still if self._is_over(one, now, is_last=is_last)]

    def open_since(self, track: Track) -> int:
        """From when on rows are needed, nanoseconds: the first open passing, or the lag before the end."""
        waiting = [one.last.crossed_utc_ns for one in self.open if one.last is not None]
        return min([int(track.utc_ns[-1]) - self.lag_ns, *waiting])

    def is_inside(self, utc_ns: int) -> bool:
        """Whether an instant lies in a settled stay: what begins there looks like a new crossing back."""
        settled = [one.last for one in self.done if one.last is not None]
        return any(one.span.start_utc_ns <= utc_ns <= one.span.end_utc_ns for one in settled)

    def _is_over(self, stated: SettledCrossing, now: UtcNs, *, is_last: bool) -> bool:
        back = None if stated.last is None else stated.last.returned_utc_ns
        return is_last or (back is not None and back <= now - self.lag_ns)

    def _is_settled(self, crossing: Crossing) -> bool:
        return any(
            one.last is not None
            and one.last.to_side == crossing.to_side
            and crossing.crossed_utc_ns <= one.last.span.end_utc_ns
            for one in self.done
        )

    def _same(self, stated: SettledCrossing, found: Sequence[Crossing]) -> Crossing | None:
        """The crossing of which a statement told, as it looks now: same way, nearest within the lag."""
        known = stated.first if stated.last is None else stated.last
        near = [
            one
            for one in found
            if one.to_side == known.to_side and abs(one.crossed_utc_ns - known.crossed_utc_ns) <= self.lag_ns
        ]
        return min(near, key=lambda one: abs(one.crossed_utc_ns - known.crossed_utc_ns), default=None)
