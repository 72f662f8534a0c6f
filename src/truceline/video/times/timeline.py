"""The timeline: what the packets say about time, before one frame is decoded.

Every frame that the file should show has a **slot**, its place in the order of presentation. Times, jumps
and the usual step are worked out from the packets alone, so that a part of the file is read with the same
stamps and the same gaps as the whole.
"""

import bisect
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from truceline.records.columns import BoolColumn, FloatColumn, IntColumn
from truceline.video.times.index import NO_TIME, PacketIndex
from truceline.video.times.mending import mended

GAP_FACTOR = 2.5
"""A step longer than this many usual steps is a gap: one dropped frame doubles the step, jitter adds less."""

RECENT_STEPS = 25
FEWEST_RECENT = 5
"""The usual step is the median of so many steps before it; with fewer, what the container claims."""

REORDER_DEPTH = 16
"""The most frames that a decoder holds back to put them into order (H.264 and H.265 allow 16)."""

RATE_TOLERANCE = 0.01
"""A container's rate is believed when the stamps agree with it to this share (Matroska rounds to 1 ms)."""

_NO_FRAME_BETWEEN = 1.5
"""A step of up to so many usual steps has no frame missing in it."""

_MOST_PLACED = 10_000
"""With more stamps missing than these, guessed times are left where they are, and may coincide."""

_BLOCK = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Slots in order of presentation.

    Attributes:
        ticks: (n,) presentation time stamp of each slot, in the stream's time base, never falling.
        doubt_s: (n,) what mending adds to the bound of each.
        usual: (n,) usual ticks from the slot before.
        jump: (n,) whether frames are missing before it.
        restart: (n,) whether the stamps start anew with it.
        slot_of: (packets,) slot of each packet, -1 for hidden ones; None where only decoding tells the order.
        step: Usual ticks between frames of the whole file; 0 where nothing tells.
        unstamped: The stream has no time stamps; frames are counted at the rate that it claims.
        wrong_stamps: How many stamps were missing or wrong and were made up from their neighbours.
    """

    ticks: IntColumn
    doubt_s: FloatColumn
    usual: FloatColumn
    jump: BoolColumn
    restart: BoolColumn
    slot_of: IntColumn | None
    step: float
    unstamped: bool
    wrong_stamps: int

    def __len__(self) -> int:
        """How many slots."""
        return len(self.ticks)

    @property
    def end(self) -> int:
        """The tick at which the last slot ends."""
        return int(self.ticks[-1]) + round(float(self.usual[-1]) or 1.0)

    def end_of(self, slot: int) -> int:
        """The tick at which a slot ends: the next slot's, or a usual step on where frames are missing."""
        if slot + 1 >= len(self):
            return self.end
        after = int(self.ticks[slot + 1])
        if self.jump[slot + 1] or self.restart[slot + 1]:
            return min(after, int(self.ticks[slot]) + max(1, round(float(self.usual[slot + 1]))))
        return after


def even_timeline(count: int, *, step: float) -> Timeline:
    """The timeline of pictures that come at one rate."""
    return _timeline(_counted(count, step), _untroubled(count, step), slot_of=np.arange(count))


def _counted(count: int, step: float) -> IntColumn:
    return np.round(np.arange(count) * step).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Stamping:
    """How a container stamps its pictures.

    Attributes:
        tick_s: Seconds a tick.
        claimed_step: Ticks between frames by its claim, 0 when it claims nothing.
        in_file_order: It stores no presentation times (AVI): its times are those of decoding.
        held_back: How many frames the decoder holds back to put them in order.
        unstamped: It stores no times (raw streams): whatever stamps there are were made up by the reader.
    """

    tick_s: float
    claimed_step: float
    in_file_order: bool = False
    held_back: int = 0
    unstamped: bool = False


def lay_out(index: PacketIndex, stamping: Stamping) -> Timeline:
    """The timeline of a stream, from its packets and how its container stamps them."""
    tick_s = stamping.tick_s
    shown = np.flatnonzero(~index.hidden)
    pts, dts = index.pts[shown], index.dts[shown]
    has_pts, has_dts = pts != NO_TIME, dts != NO_TIME
    step = stamping.claimed_step or _median_step(np.sort(pts[has_pts])) or _median_step(dts[has_dts])
    if stamping.unstamped or not (has_pts.any() or has_dts.any()):
        details = replace(_untroubled(len(shown), step or 1.0), unstamped=True)
        return _timeline(_counted(len(shown), step or 1.0), details, slot_of=None)
    decoding = _filled(dts if has_dts.any() else _as_decoding(pts), step=step)
    run = mended(decoding, step=step, tick_s=tick_s)
    restart = np.zeros(len(shown), dtype=np.bool_)
    restart[list(run.restarts)] = True
    details = _Details(run.doubt_s, restart, step, run.wrong, run.worthless)
    if stamping.in_file_order or not has_pts.any() or run.worthless:
        ticks = _on_time(run.ticks, step=step, held_back=stamping.held_back)
        return _timeline(np.maximum.accumulate(ticks), details, slot_of=None)
    ahead, doubt_s, guessed = _ahead_of_decoding(pts, decoding, step=step, tick_s=tick_s)
    details = replace(details, doubt_s=run.doubt_s + doubt_s, wrong_stamps=run.wrong + guessed)
    return _in_order_of_showing(index, shown, ticks=run.ticks + ahead, details=details)


@dataclass(frozen=True, slots=True, eq=False)
class _Details:
    """What is known of the slots besides their ticks; columns in the order of the ticks that go with them."""

    doubt_s: FloatColumn
    restart: BoolColumn
    step: float
    wrong_stamps: int
    unstamped: bool


def _untroubled(count: int, step: float) -> _Details:
    return _Details(np.zeros(count), np.zeros(count, dtype=np.bool_), step, 0, unstamped=False)


def _in_order_of_showing(
    index: PacketIndex, shown: IntColumn, *, ticks: IntColumn, details: _Details
) -> Timeline:
    order = np.argsort(ticks, kind="stable")
    slot_of = np.full(len(index), -1, dtype=np.int64)
    slot_of[shown[order]] = np.arange(len(shown))
    # The first slot from which on nothing decoded before the restart is shown.
    restart = np.zeros(len(shown), dtype=np.bool_)
    for place in np.flatnonzero(details.restart):
        restart[slot_of[shown[place:]].min()] = True
    details = replace(details, doubt_s=details.doubt_s[order], restart=restart)
    return _timeline(ticks[order], details, slot_of=slot_of)


def _on_time(decoding: IntColumn, *, step: float, held_back: int) -> IntColumn:
    """Times of showing: the frame in place k is decoded with the packet ``held_back`` places later.

    That matters where frames are missing: the jump is ``held_back`` packets late in the decoding times.
    """
    if not 0 < held_back < len(decoding):
        return decoding
    tail = int(decoding[-1]) + np.round(np.arange(1, held_back + 1) * step).astype(np.int64)
    return np.concatenate([decoding[held_back:], tail]) - round(held_back * step)


def _as_decoding(pts: IntColumn) -> IntColumn:
    """Presentation times as they would be decoded: nothing is shown before what is decoded before it."""
    known = pts != NO_TIME
    if not known.any():
        return pts
    filled = np.where(known, pts, np.iinfo(np.int64).max)
    # A look REORDER_DEPTH ahead, so that a fall beyond it stays one: stamps that start anew must be seen.
    ahead = np.concatenate([filled, np.full(REORDER_DEPTH, filled[-1])])
    least = sliding_window_view(ahead, REORDER_DEPTH + 1).min(axis=1)
    near = filled.astype(np.float64) - least < np.float64(2**62)
    return np.where(known & near, least, pts)


def _filled(stamps: IntColumn, *, step: float) -> IntColumn:
    """Missing stamps drawn on from the last one known, or back from the first."""
    known = np.flatnonzero(stamps != NO_TIME)
    filled = stamps.copy()
    for place in np.flatnonzero(stamps == NO_TIME):
        earlier = int(np.searchsorted(known, place)) - 1
        source = int(known[max(earlier, 0)])
        filled[place] = int(stamps[source]) + round((int(place) - source) * step)
    return filled


def _ahead_of_decoding(
    pts: IntColumn, decoding: IntColumn, *, step: float, tick_s: float
) -> tuple[IntColumn, FloatColumn, int]:
    """By how many ticks each frame is shown after it is decoded; where that is unknown, with the doubt."""
    known = pts != NO_TIME
    ahead = np.where(known, pts.astype(np.float64) - decoding.astype(np.float64), np.nan)
    # A frame is shown after it is decoded, and before what is decoded REORDER_DEPTH packets later.
    slack = 2 * REORDER_DEPTH * max(step, 1.0)
    later = np.concatenate([decoding, np.full(REORDER_DEPTH, decoding[-1])]).astype(np.float64)
    latest = sliding_window_view(later, REORDER_DEPTH + 1).max(axis=1) - decoding
    right = known & (np.nan_to_num(ahead, nan=-np.inf) >= -slack) & (ahead <= latest + slack)
    usual = float(np.median(ahead[right])) if right.any() else 0.0
    near = ahead[right & (np.abs(np.nan_to_num(ahead) - usual) <= slack)]
    spread = float(np.max(np.abs(near - usual), initial=0.0))
    doubt_s = np.where(right, 0.0, (spread + step) * tick_s)
    shown = np.round(decoding + np.where(right, ahead, usual)).astype(np.int64)
    _place_between(shown, ~right, step=step)
    return shown - decoding, doubt_s, int((~right).sum())


def _place_between(shown: IntColumn, guessed: BoolColumn, *, step: float) -> None:
    """Move guessed times (in place) to where no other frame is shown, as near as can be."""
    places = np.flatnonzero(guessed)
    if len(places) == 0 or len(places) > _MOST_PLACED:
        return
    taken = sorted(int(one) for one in shown[~guessed])
    for place in places if taken else ():
        guess = int(shown[place])
        for tick in _free_places(guess, taken, step=step):
            at = bisect.bisect_left(taken, tick)
            if all(abs(tick - other) >= step / 2 for other in taken[max(at - 1, 0) : at + 1]):
                shown[place] = tick
                taken.insert(at, tick)
                break


def _free_places(guess: int, taken: list[int], *, step: float) -> list[int]:
    """Times at whole steps from the frame shown nearest to a guess, the nearest to the guess first."""
    at = bisect.bisect_left(taken, guess)
    nearest = min(taken[max(at - 1, 0) : at + 1], key=lambda one: abs(one - guess))
    steps = range(-REORDER_DEPTH, REORDER_DEPTH + 1)
    return sorted((nearest + round(one * step) for one in steps), key=lambda one: (abs(one - guess), one))


def _median_step(sorted_ticks: IntColumn) -> float:
    steps = np.diff(sorted_ticks)
    steps = steps[steps > 0]
    return float(np.median(steps)) if len(steps) else 0.0


def _timeline(ticks: IntColumn, details: _Details, *, slot_of: IntColumn | None) -> Timeline:
    usual = usual_steps(ticks, step=details.step)
    steps = np.diff(ticks, prepend=ticks[:1])
    return Timeline(
        ticks=ticks,
        doubt_s=details.doubt_s,
        usual=usual,
        jump=(usual > 0) & (steps > GAP_FACTOR * usual),
        restart=details.restart,
        slot_of=slot_of,
        step=_mean_of_usual(steps[1:]) or details.step,
        unstamped=details.unstamped,
        wrong_stamps=details.wrong_stamps,
    )


def usual_steps(ticks: IntColumn, *, step: float) -> FloatColumn:
    """(n,) the usual step before each slot: the median of the steps lately, ``step`` for the first few."""
    usual = np.full(len(ticks), float(step))
    steps = np.diff(ticks)
    for slot in range(FEWEST_RECENT + 1, min(len(ticks), RECENT_STEPS + 1)):
        usual[slot] = float(np.sort(steps[: slot - 1])[(slot - 1) // 2])
    if len(steps) > RECENT_STEPS:
        windows = sliding_window_view(steps[:-1], RECENT_STEPS)
        for first in range(0, len(windows), _BLOCK):
            block = np.partition(windows[first : first + _BLOCK], RECENT_STEPS // 2, axis=1)
            start = first + RECENT_STEPS + 1
            usual[start : start + len(block)] = block[:, RECENT_STEPS // 2]
    return usual


def _mean_of_usual(steps: NDArray[np.int64]) -> float:
    """The mean step, those across missing frames left out: they must not lower the rate."""
    steps = steps[steps > 0]
    if len(steps) == 0:
        return 0.0
    return float(steps[steps <= _NO_FRAME_BETWEEN * float(np.median(steps))].mean())
