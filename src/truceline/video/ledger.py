"""The gap ledger: admits frames in order of time and books what is missing between them."""

from dataclasses import dataclass

from truceline.errors import InputError
from truceline.records.digests import sha256_of
from truceline.records.frames import Footage, FrameStamp, Gap, GapReason
from truceline.records.time import UtcSpan
from truceline.video.timing import MediaClock, StepWatch


@dataclass(frozen=True, slots=True)
class Booked:
    """The result: the gaps, the span from the first frame to the end of the last, and the frames admitted."""

    gaps: tuple[Gap, ...]
    span: UtcSpan
    frames: int


class Ledger:
    """Keeps the books of one reading.

    Args:
        footage: Whose frames they are.
        clock: Turns ticks into UTC.
        usual_step: Ticks between frames when nothing is missing.
    """

    def __init__(self, footage: Footage, clock: MediaClock, *, usual_step: float) -> None:
        self._footage = footage
        self._clock = clock
        self._step = usual_step
        self._watch = StepWatch(usual_step)
        self._gaps: list[Gap] = []
        self._first: int | None = None
        self._last: int | None = None
        self._damaged = 0
        self._count = 0

    def damaged(self) -> None:
        """Book a packet or a frame that could not be decoded."""
        self._damaged += 1

    def admit(self, pts: int | None) -> FrameStamp | None:
        """The stamp of a frame, or None when it has no place in time; books the gap before it."""
        if pts is None or (self._last is not None and pts <= self._last):
            self._damaged += 1
            return None
        if self._last is not None:
            self._book_between(self._last, pts)
        self._first = pts if self._first is None else self._first
        self._last, self._damaged = pts, 0
        stamp = FrameStamp(
            camera_id=self._footage.camera_id,
            source=self._footage.digest,
            index=self._count,
            pts=pts,
            utc_ns=self._clock.utc_ns(pts),
            bound_s=self._clock.bound_at(pts),
        )
        self._count += 1
        return stamp

    def close(self, claimed_s: float | None) -> Booked:
        """Book what is missing at the end; ``claimed_s`` is the length that the container claims.

        Raises:
            InputError: Not one frame was admitted.
        """
        if self._first is None or self._last is None:
            raise InputError(
                "not one frame of this video can be decoded",
                where=self._footage.name,
                do="Copy it again from the recorder; if it fails again, the recording is damaged.",
            )
        end = self._last + round(self._step)
        claimed_end = self._first + round(claimed_s / float(self._clock.time_base)) if claimed_s else end
        if self._damaged:
            sentence = f"{self._damaged} packet(s) at the end could not be decoded."
            # A cut file often claims no more than it holds: each packet stood for a frame at least.
            least = end + round(self._damaged * self._step)
            self._book(end, max(claimed_end, least), reason=GapReason("damaged", sentence))
        elif claimed_end > end + 2 * self._step:
            sentence = "The recording ends before its container says it does."
            self._book(end, claimed_end, reason=GapReason("cut short", sentence))
        span = UtcSpan(self._clock.utc_ns(self._first), self._clock.utc_ns(end))
        return Booked(tuple(self._gaps), span, self._count)

    def _book_between(self, last: int, pts: int) -> None:
        jumps = self._watch.is_gap(pts - last)
        start = last + min(round(self._step), pts - last)
        if self._damaged:
            sentence = f"{self._damaged} frame(s) could not be decoded or had no valid time."
            self._book(start, pts, reason=GapReason("damaged", sentence))
        elif jumps:
            sentence = "The recording jumps forward here: frames are missing."
            self._book(start, pts, reason=GapReason("missing", sentence))

    def _book(self, start: int, end: int, *, reason: GapReason) -> None:
        if end <= start:
            return  # Something was damaged, and yet no time is missing.
        span = UtcSpan(self._clock.utc_ns(start), self._clock.utc_ns(end))
        content = f"gap {self._footage.digest.hex} {start} {end} {reason.kind}"
        self._gaps.append(Gap(sha256_of(content.encode()).hex[:16], self._footage.camera_id, span, reason))
