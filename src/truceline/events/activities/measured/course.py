"""Courses: subjects on one common raster of times, so that several can be compared instant by instant."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.records.subjects import Subject
from truceline.records.time import NS_PER_S, UtcNs

Array = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

STEP_S = 0.125
"""The raster: finer than the slowest camera (about 8 frames a second), coarser than the fastest."""
LONGEST_GAP_S = 1.5
"""Rows farther apart do not belong to one stretch: what was between was not seen."""
_NEAR_S = 0.2
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """One subject on the raster. Between stretches there are no rows.

    Attributes:
        subject: Whose course it is.
        start_utc_ns: Of the raster, the same for all courses that were made together.
        tick: (m,) strictly increasing places on the raster.
        state: (m, 4) position and velocity, interpolated.
        covariance: (m, 4, 4) of the nearest row; ``bias_covariance`` (m, 2, 2) likewise.
        observed: (m,) whether a camera saw it within 0.2 s.
        height_m: (m,) mean of the measured heights of each step, NaN where none was; ``width_m`` likewise.
        stretch: (m,) number of the stretch, counting from 0.
        sighting: (m,) index into the subject's sightings of the nearest row.
    """

    subject: Subject
    start_utc_ns: int
    tick: Rows
    state: Array
    covariance: Array
    bias_covariance: Array
    observed: Flags
    height_m: Array
    width_m: Array
    stretch: Rows
    sighting: Rows

    @property
    def at_s(self) -> Array:
        """(m,) seconds since the raster's start."""
        seconds: Array = self.tick.astype(np.float64) * STEP_S
        return seconds

    @property
    def en_m(self) -> Array:
        """(m, 2) positions."""
        return self.state[:, :2]

    @property
    def subject_id(self) -> str:
        """The subject's id."""
        return self.subject.subject_id

    def utc_ns(self, row: int) -> UtcNs:
        """The instant of a row."""
        return UtcNs(self.start_utc_ns + round(float(self.tick[row]) * STEP_S * NS_PER_S))

    def camera_id(self, row: int) -> str:
        """The camera from which a row comes."""
        return self.subject.sightings[int(self.sighting[row])].camera_id

    def apart(self, row: int, other: int) -> tuple[float, float]:
        """Distance between two rows and its standard deviation, m; calibration counts between cameras."""
        spread = self.covariance[row, :2, :2] + self.covariance[other, :2, :2]
        if self.camera_id(row) != self.camera_id(other):
            spread = spread + self.bias_covariance[row] + self.bias_covariance[other]
        away_m = float(np.linalg.norm(self.en_m[row] - self.en_m[other]))
        return away_m, float(np.sqrt(np.trace(spread) / 2))

    def row_at(self, tick: int) -> int | None:
        """The row at a place of the raster, or None where it was not followed."""
        row = int(np.searchsorted(self.tick, tick))
        return row if row < len(self.tick) and int(self.tick[row]) == tick else None


def courses_of(subjects: Sequence[Subject]) -> tuple[Course, ...]:
    """The courses of subjects on one raster that begins with the first row of all.

    A shift of all times shifts the raster with them and changes nothing else.
    """
    if not subjects:
        return ()
    start = min(int(one.utc_ns[0]) for one in subjects)
    return tuple(_course(one, start) for one in subjects)


def _course(subject: Subject, start_utc_ns: int) -> Course:
    at_s = (subject.utc_ns - start_utc_ns) / NS_PER_S
    cuts = np.flatnonzero(np.diff(at_s) > LONGEST_GAP_S) + 1
    begins = np.concatenate([[0], cuts])
    ends = np.concatenate([cuts, [len(at_s)]])
    ticks, stretches = [], []
    last = -1
    for number, (begin, end) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
        # Only steps between rows: beyond them nothing was measured. A lone row takes the nearest step.
        first = max(int(np.ceil(at_s[begin] / STEP_S - _ROUNDING)), last + 1)
        last = max(int(np.floor(at_s[end - 1] / STEP_S + _ROUNDING)), first)
        ticks.append(np.arange(first, last + 1))
        stretches.append(np.full(last + 1 - first, number))
    tick = np.concatenate(ticks)
    seconds: Array = tick.astype(np.float64) * STEP_S
    nearest = _nearest(at_s, seconds)
    state = np.stack([np.interp(seconds, at_s, subject.state[:, one]) for one in range(4)], axis=1)
    seen = at_s[subject.observed]
    close = np.zeros(len(tick), dtype=np.bool_)
    if len(seen):
        close = np.abs(seen[_nearest(seen, seconds)] - seconds) <= _NEAR_S
    return Course(
        subject=subject,
        start_utc_ns=start_utc_ns,
        tick=tick,
        state=state,
        covariance=subject.covariance[nearest],
        bias_covariance=subject.bias_covariance[nearest],
        observed=close,
        height_m=_means(tick, at_s, values=subject.height_m),
        width_m=_means(tick, at_s, values=subject.width_m),
        stretch=np.concatenate(stretches),
        sighting=subject.sighting[nearest],
    )


def _nearest(at_s: Array, seconds: Array) -> Rows:
    after = np.clip(np.searchsorted(at_s, seconds), 0, len(at_s) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.abs(at_s[before] - seconds) <= np.abs(at_s[after] - seconds)
    return np.where(nearer, before, after).astype(np.int64)


def _means(tick: Rows, at_s: Array, *, values: Array) -> Array:
    """Mean of the finite values whose time falls on each tick (m,); NaN where there is none."""
    known = np.isfinite(values)
    places = np.round(at_s[known] / STEP_S).astype(np.int64)
    index = np.clip(np.searchsorted(tick, places), 0, len(tick) - 1)
    fits = tick[index] == places
    total = np.bincount(index[fits], weights=values[known][fits], minlength=len(tick))
    count = np.bincount(index[fits], minlength=len(tick))
    with np.errstate(invalid="ignore"):
        means: Array = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return means


def runs(mask: Flags, tick: Rows, *, pause: int = 0) -> list[tuple[int, int]]:
    """Stretches of rows (first, last) in which a mask holds; pauses of at most so many ticks are joined."""
    rows = np.flatnonzero(mask)
    if not len(rows):
        return []
    cuts = np.flatnonzero(np.diff(tick[rows]) > pause + 1)
    begins = np.concatenate([rows[:1], rows[cuts + 1]])
    ends = np.concatenate([rows[cuts], rows[-1:]])
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def ticks(seconds: float) -> int:
    """So many steps of the raster."""
    return round(seconds / STEP_S)
