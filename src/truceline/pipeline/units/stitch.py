"""Units put together: one chain for each person, whatever boundary it was there at.

1. Frames before a boundary come from the unit that ends there, frames after it from the unit that begins.
2. A chain of the earlier unit and one of the later that goes on beyond the boundary are the same person when
   they lie within a metre of each other in most of the frames in which both were seen. Each has one partner
   at most; among several the assignment prefers those that agree near the boundary.
3. A chain that goes on has the rows of the later unit from the earlier one's last row on: usually that is the
   boundary itself.
4. One without a partner begins where no chain of the earlier unit is near it any more, at most a coast before
   the boundary: so late the earlier unit could not yet believe it. What is left of it after the boundary must
   hold as many rows as any chain needs to be believed; in causal mode it was believed when it was told.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from truceline.detect.still.background import Background
from truceline.pipeline.analysis.chains import Linked, Links
from truceline.pipeline.analysis.observed import Observed, ReadingAccount, Told
from truceline.pipeline.analysis.unseen import Why
from truceline.pipeline.units.spans import Unit
from truceline.records.flashes import Flash
from truceline.records.frames import Footage, FrameAccount, FrameStamp, Gap
from truceline.records.outlines import Outlines
from truceline.records.time import NS_PER_S
from truceline.track.association import Side
from truceline.track.tracker import TrackerSettings
from truceline.video.times.ledger import clipped_gaps, joined_gaps

Array = NDArray[np.float64]

SAME_PERSON_M = 1.0
"""Two units see the same pixels: what they take for one person differs by a box's edge, not by a metre."""
MOST = 0.5
RECENT_S = 5.0
"""Agreement counts half as much when it lies this much longer before the boundary: who is who there
decides."""

_NEVER = -1


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """What is the same for all units of a footage: ``frames`` is how many its packets say that it has."""

    footage: Footage
    frames: int
    tracker: TrackerSettings


def stitched(units: Sequence[tuple[Unit, Observed]], whole: Whole) -> Observed:
    """All units of a footage, in order, as if they had been watched as one. A single one is left as it is."""
    if len(units) == 1:
        return units[0][1]
    growing = _Growing()
    for unit, seen in units:
        growing.add(unit, seen, tracker=whole.tracker)
    chains = sorted(growing.chains, key=lambda chain: (chain.frames[0], chain.rows[0]))
    return Observed(
        stamps=growing.stamps,
        sides=growing.sides,
        changed=growing.changed,
        intact=growing.intact,
        boxes_px=growing.boxes_px,
        chains=[Links(chain.number, tuple(chain.frames), tuple(chain.rows)) for chain in chains],
        backgrounds=tuple(growing.backgrounds),
        account=_account(units, growing, whole=whole),
        told={chain.number: chain.told for chain in chains if chain.told},
        reasons=growing.reasons,
        flashes=growing.flashes,
    )


def _account(units: Sequence[tuple[Unit, Observed]], growing: "_Growing", *, whole: Whole) -> ReadingAccount:
    accounts = [seen.account for _, seen in units]
    gaps: list[Gap] = []
    for unit, seen in units:
        gaps += clipped_gaps(seen.account.gaps, unit.own, footage=whole.footage)
    frames = FrameAccount(
        expected=whole.frames,
        given=len(growing.stamps),
        shaken=growing.intact.count(False),
        surplus=sum(one.frames.surplus for one in accounts),
    )
    return ReadingAccount(
        joined_gaps(gaps, footage=whole.footage),
        frames,
        any(one.interlaced for one in accounts),
        accounts[0].usual_step_s,
    )


@dataclass(slots=True)
class _Chain:
    """A chain of the whole; frames are counted in the whole."""

    number: int
    frames: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class _Later:
    """A unit that is put behind a whole.

    Attributes:
        first: Its first frame that is its own; ``base`` is the place of that frame in the whole.
        place: The place in the whole of each of its frames, or ``_NEVER``.
        chains: Those of its chains that go on beyond the boundary.
    """

    unit: Unit
    seen: Observed
    first: int
    base: int
    place: Sequence[int]
    chains: Sequence[Linked]


@dataclass(slots=True)
class _Growing:
    """The whole as far as it is put together. Being built."""

    stamps: list[FrameStamp] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    changed: list[bool] = field(default_factory=list)
    reasons: list[Why] = field(default_factory=list)
    intact: list[bool] = field(default_factory=list)
    boxes_px: list[Array] = field(default_factory=list)
    chains: list[_Chain] = field(default_factory=list)
    backgrounds: list[Background] = field(default_factory=list)
    flashes: list[Flash] = field(default_factory=list)
    born: int = 0

    def add(self, unit: Unit, seen: Observed, *, tracker: TrackerSettings) -> None:
        """Take the next unit."""
        # (1)
        later = self._placed(unit, seen)
        self._append(later)
        # (2)
        meetings = _meetings(self, later)
        partners = meetings.partners()
        # (3) (4)
        coast_ns = round(tracker.coast_s * NS_PER_S)
        long_before = self._frame_at(unit.own.start_utc_ns - coast_ns) - 1
        for column, chain in enumerate(later.chains):
            partner = partners.get(column)
            known = long_before if partner is None else partner.frames[-1]
            settled = max(known, meetings.last_near[column])
            kept = [row for row, frame in enumerate(chain.frames) if later.place[frame] > settled]
            beyond = sum(chain.frames[row] >= later.first for row in kept)
            # What was told was told: how much follows it was not known.
            if partner is None and beyond < (1 if seen.told else tracker.confirm_hits):
                continue
            if partner is None:
                partner = _Chain(self.born + chain.number)
                self.chains.append(partner)
            self._continue(partner, chain, later=later, kept=kept)
            self._tell(partner, chain, later=later, settled=settled)
        self.born += 1 + max((chain.number for chain in seen.chains), default=-1)

    def _frame_at(self, utc_ns: int) -> int:
        """The first frame that is not before an instant."""
        return bisect_left(self.stamps, utc_ns, key=lambda stamp: int(stamp.utc_ns))

    def _placed(self, unit: Unit, seen: Observed) -> _Later:
        base = len(self.stamps)
        first = sum(stamp.utc_ns < unit.own.start_utc_ns for stamp in seen.stamps)
        start = base if first == 0 else self._frame_at(seen.stamps[0].utc_ns)
        known = {stamp.pts: start + number for number, stamp in enumerate(self.stamps[start:])}
        place = [known.get(stamp.pts, _NEVER) for stamp in seen.stamps[:first]]
        place += range(base, base + len(seen.stamps) - first)
        chains = [
            chain
            for chain in seen.chains
            if max([chain.frames[-1], *(told[0] for told in seen.told.get(chain.number, ())[-1:])]) >= first
        ]
        return _Later(unit, seen, first, base, place, chains)

    def _append(self, later: _Later) -> None:
        seen, first = later.seen, later.first
        self.stamps += seen.stamps[first:]
        # Units that were kept have no colours; neither has the whole, whoever watched.
        self.sides += [replace(side, appearance=np.zeros((len(side), 0))) for side in seen.sides[first:]]
        self.changed += seen.changed[first:]
        self.reasons += seen.why[first:]
        self.intact += seen.intact[first:]
        self.boxes_px += seen.boxes_px[first:]
        self.flashes += [one for one in seen.flashes if later.unit.own.contains(one.utc_ns)]
        # In the overlap a running background still shows who stood there when the unit began.
        own = [one for one in seen.backgrounds if later.unit.own.contains(one.centre_utc_ns)]
        self.backgrounds += own or seen.backgrounds[-1:]

    def _continue(self, grown: _Chain, chain: Linked, *, later: _Later, kept: Sequence[int]) -> None:
        """Put rows of a unit's chain behind those that a chain of the whole has."""
        for index in kept:
            frame, row = chain.frames[index], chain.rows[index]
            at = later.place[frame]
            if at < later.base:
                self.sides[at] = _with_row(self.sides[at], later.seen.sides[frame], row=row)
                row = len(self.sides[at]) - 1
            grown.frames.append(at)
            grown.rows.append(row)

    def _tell(self, grown: _Chain, chain: Linked, *, later: _Later, settled: int) -> None:
        """What the earlier unit told of somebody until the later one told of the same frame."""
        fresh = [
            (later.place[frame], mean, covariance)
            for frame, mean, covariance in later.seen.told.get(chain.number, ())
            if later.place[frame] > settled
        ]
        start = fresh[0][0] if fresh else len(self.stamps)
        grown.told = [one for one in grown.told if one[0] < start] + fresh


@dataclass(frozen=True, slots=True, eq=False)
class _Meetings:
    """How the chains that there are and those of a later unit lie to each other in the overlap.

    Attributes:
        earlier: e chains of the whole that were seen in the overlap.
        together: (e, l) frames in which both were seen; ``near`` those in which they were near.
        agreement: (e, l) the near ones, each weighed by how close it is to the boundary.
        last_near: (l,) the last frame of the whole in which any of the earlier was near, or ``_NEVER``.
    """

    earlier: Sequence[_Chain]
    together: NDArray[np.int64]
    near: NDArray[np.int64]
    agreement: Array
    last_near: Sequence[int]

    def partners(self) -> dict[int, _Chain]:
        """The chain of the whole that each later one goes on, by the later one's place."""
        same = self.near > MOST * self.together
        gain = np.where(same, self.agreement, 0.0)
        rows, columns = linear_sum_assignment(gain, maximize=True)
        return {
            int(column): self.earlier[int(row)]
            for row, column in zip(rows, columns, strict=True)
            if same[row, column]
        }


def _meetings(whole: _Growing, later: _Later) -> _Meetings:
    lowest = min((place for place in later.place[: later.first] if place != _NEVER), default=later.base)
    earlier = [chain for chain in whole.chains if chain.frames[-1] >= lowest]
    ours = _rows_by_frame(enumerate(earlier), lowest)
    theirs = _rows_by_frame(enumerate(later.chains), 0)
    shape = (len(earlier), len(later.chains))
    together, near, agreement = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape)
    last_near = [_NEVER] * len(later.chains)
    boundary = later.unit.own.start_utc_ns
    for frame, at in enumerate(later.place[: later.first]):
        mine, others = ours.get(at, []), theirs.get(frame, [])
        if not mine or not others:
            continue
        columns = np.array([column for column, _ in others])
        pairs = np.ix_(np.array([number for number, _ in mine]), columns)
        places = whole.sides[at].positions[[row for _, row in mine]]
        apart = later.seen.sides[frame].positions[[row for _, row in others]]
        close = np.linalg.norm(places[:, None] - apart[None], axis=2) <= SAME_PERSON_M
        together[pairs] += 1
        near[pairs] += close
        before_s = (boundary - whole.stamps[at].utc_ns) / NS_PER_S
        agreement[pairs] += close * 0.5 ** (before_s / RECENT_S)
        for column in columns[close.any(axis=0)].tolist():
            last_near[column] = at
    return _Meetings(earlier, together, near, agreement, last_near)


def _rows_by_frame(chains: Iterable[tuple[int, Linked]], lowest: int) -> dict[int, list[tuple[int, int]]]:
    """Which chains were seen in which row, by frame from the lowest on."""
    found: dict[int, list[tuple[int, int]]] = {}
    for number, chain in chains:
        for frame, row in zip(reversed(chain.frames), reversed(chain.rows), strict=True):
            if frame < lowest:
                break
            found.setdefault(frame, []).append((number, row))
    return found


def _with_row(side: Side, other: Side, *, row: int) -> Side:
    """A frame's detections and one more, which another unit has of the same frame."""
    return Side(
        np.concatenate([side.positions, other.positions[row : row + 1]]),
        np.concatenate([side.covariances, other.covariances[row : row + 1]]),
        np.concatenate([side.boxes_px, other.boxes_px[row : row + 1]]),
        np.zeros((len(side) + 1, 0)),
        Outlines.joined([side.outlines, other.outlines.take(np.array([row]))]),
    )
