"""The gap ledger: of the frames that a file should show, which were given, and what is missing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from truceline.errors import InputError
from truceline.records.digests import sha256_of
from truceline.records.frames import Footage, FrameAccount, FrameStamp, Gap, GapReason
from truceline.records.time import UtcNs, UtcSpan
from truceline.video.times.timeline import Timeline
from truceline.video.times.timing import MediaClock

UNSTAMPED_RATE_ERROR = 0.5
"""A stream without stamps announces a rate that may be this far off: PETS 2009 says 10 and is 7. Its bound
grows by this share of the time since the start, until a person declares the true rate."""

SENTENCES = {
    "missing": "The recording jumps forward here: frames are missing.",
    "damaged": "Frames here could not be decoded, or had no valid time.",
    "restart": "The time stamps start anew here: how long nothing was recorded is not known.",
    "cut short": "The recording ends before its container says it does.",
}

_LOST_SHARE = 0.5
"""Frames that failed are a gap when more than this share of a usual step is missing for them."""


@dataclass(frozen=True, slots=True)
class Booked:
    """The result: the gaps, the span of the whole file, and the account of the frames that were wanted."""

    gaps: tuple[Gap, ...]
    span: UtcSpan
    account: FrameAccount


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    kind: str


class Ledger:
    """Keeps the books of one reading.

    Args:
        footage: Whose frames they are.
        clock: Turns ticks into UTC.
        timeline: The slots of the file.
    """

    def __init__(self, footage: Footage, clock: MediaClock, *, timeline: Timeline) -> None:
        self._footage = footage
        self._clock = clock
        self._timeline = timeline
        self._given: list[int] = []
        self._shaken: set[int] = set()
        self._surplus = 0

    def admit(self, slot: int, *, doubt_s: float = 0.0, intact: bool = True) -> FrameStamp | None:
        """The stamp of the frame of a slot, or None when its time has passed already.

        Args:
            slot: Its place in the order of presentation.
            doubt_s: What is added to its bound besides the timeline's own doubt.
            intact: Whether it rests on no damaged picture.
        """
        line = self._timeline
        late = bool(self._given) and line.ticks[min(slot, len(line) - 1)] <= line.ticks[self._given[-1]]
        if late or not 0 <= slot < len(line):
            self._surplus += 1
            return None
        self._given.append(slot)
        if not intact:
            self._shaken.add(slot)
        pts = int(line.ticks[slot])
        return FrameStamp(
            camera_id=self._footage.camera_id,
            source=self._footage.digest,
            index=slot,
            pts=pts,
            utc_ns=self._clock.utc_ns(pts),
            bound_s=self.bound_at(slot) + doubt_s,
        )

    def bound_at(self, slot: int) -> float:
        """Bound (95 %) on the UTC of a slot in seconds: start, drift, and the doubt of its stamp."""
        pts = int(self._timeline.ticks[slot])
        bound_s = self._clock.bound_at(pts) + float(self._timeline.doubt_s[slot])
        if self._timeline.unstamped:
            bound_s += self._timeline.step * float(self._clock.time_base * self._clock.stretch)
            if self._footage.true_rate_hz is None:
                bound_s += UNSTAMPED_RATE_ERROR * abs(self._clock.media_s(pts))
        return bound_s

    def close(self, slots: range, *, warm_from: int = 0, claimed_end: int | None = None) -> Booked:
        """Book what was not given of a range of slots.

        Args:
            slots: The slots that were wanted. The ledger may have been told of frames before and after them.
            warm_from: The first slot from which on every frame was told; those before are taken as given.
            claimed_end: The tick at which the recording ends by its container's claim.

        Raises:
            InputError: The whole file was read and not one frame was given.
        """
        line = self._timeline
        if not self._given and len(slots) == len(line):
            raise InputError(
                "not one frame of this video can be decoded",
                where=self._footage.name,
                do="Copy it again from the recorder; if it fails again, the recording is damaged.",
            )
        told = [slot for slot in self._given if slot >= warm_from]
        end = max(slots.stop, told[-1]) if told else slots.stop
        pieces = list(_merged(self._pieces(told, first=warm_from, end=end)))
        if claimed_end is not None and claimed_end > line.end:
            pieces.append(_Piece(line.end, claimed_end, "cut short"))
        given = [slot for slot in told if slot in slots]
        account = FrameAccount(
            expected=len(slots),
            given=len(given),
            shaken=len(self._shaken.intersection(given)),
            surplus=self._surplus,
        )
        gaps = tuple(self._gap(piece) for piece in pieces)
        return Booked(gaps, span_of(line, self._clock), account)

    def _pieces(self, given: list[int], *, first: int, end: int) -> Iterator[_Piece]:
        """What is missing, slot by slot: before the first frame, between frames, after the last."""
        before = first - 1
        for slot in given if given and given[-1] == end else [*given, end]:
            yield from self._between(before, slot)
            before = slot

    def _between(self, before: int, after: int) -> Iterator[_Piece]:
        """Pieces between two frames that were given (or an edge of what was read)."""
        line = self._timeline
        failed = after - before - 1
        if failed and before >= 0 and after < len(line) and not line.jump[before + 1 : after + 1].any():
            lost = int(line.ticks[after]) - int(line.ticks[before]) - float(line.usual[after])
            if lost <= _LOST_SHARE * float(line.usual[after]):
                return  # Something gave no frame, and yet no time is missing.
        for slot in range(before + 1, min(after + 1, len(line))):
            jumps = slot > 0 and bool(line.jump[slot] or line.restart[slot])
            if jumps:
                kind = "restart" if line.restart[slot] else "missing"
                yield _Piece(line.end_of(slot - 1), int(line.ticks[slot]), kind)
            if slot < after:
                # A step that alone would be jitter belongs to the damage beside it.
                late = slot == before + 1 and before >= 0 and not jumps
                start = int(line.ticks[before]) + round(float(line.usual[slot])) if late else line.ticks[slot]
                yield _Piece(min(int(start), int(line.ticks[slot])), line.end_of(slot), "damaged")

    def _gap(self, piece: _Piece) -> Gap:
        span = UtcSpan(self._clock.utc_ns(piece.start), self._clock.utc_ns(piece.end))
        return gap_of(self._footage, span, kind=piece.kind)


def span_of(timeline: Timeline, clock: MediaClock) -> UtcSpan:
    """From the first frame to the end of the last, as the packets say."""
    return UtcSpan(clock.utc_ns(int(timeline.ticks[0])), clock.utc_ns(timeline.end))


def _merged(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    last: _Piece | None = None
    for piece in pieces:
        if piece.end <= piece.start:
            continue
        if last is not None and last.kind == piece.kind and last.end == piece.start:
            last = _Piece(last.start, piece.end, piece.kind)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def gap_of(footage: Footage, span: UtcSpan, *, kind: str) -> Gap:
    """A gap of a footage, named by what it is: the same stretch has the same id wherever it is worked out."""
    content = f"gap {footage.digest.hex} {span.start_utc_ns} {span.end_utc_ns} {kind}"
    reason = GapReason(kind, SENTENCES[kind])
    return Gap(sha256_of(content.encode()).hex[:16], footage.camera_id, span, reason)


def clipped_gaps(gaps: Iterable[Gap], within: UtcSpan, *, footage: Footage) -> tuple[Gap, ...]:
    """What of gaps lies in a span."""
    found = []
    for gap in gaps:
        start = UtcNs(max(gap.span.start_utc_ns, within.start_utc_ns))
        end = UtcNs(min(gap.span.end_utc_ns, within.end_utc_ns))
        if start < end:
            found.append(gap_of(footage, UtcSpan(start, end), kind=gap.reason.kind))
    return tuple(found)


def joined_gaps(gaps: Iterable[Gap], *, footage: Footage) -> tuple[Gap, ...]:
    """Gaps of neighbouring spans, put together where they touch: as if the spans had been read as one."""
    joined: list[Gap] = []
    for gap in sorted(gaps, key=lambda one: (one.span.start_utc_ns, one.span.end_utc_ns)):
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.reason.kind == gap.reason.kind
            and last.span.end_utc_ns == gap.span.start_utc_ns
        ):
            span = UtcSpan(last.span.start_utc_ns, gap.span.end_utc_ns)
            joined[-1] = gap_of(footage, span, kind=gap.reason.kind)
        else:
            joined.append(gap)
    return tuple(joined)
