"""Reading footage: every frame that can be decoded, with its time, and a ledger of what was not observed."""

import contextlib
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from truceline.errors import InputError
from truceline.records.frames import Footage, FrameAccount, FrameStamp, Gap
from truceline.records.time import UtcNs, UtcSpan
from truceline.video.decoding import Decoded, Needed, decoded
from truceline.video.oddities import INTERLACED
from truceline.video.picture import CodedPicture, Image, luma_of
from truceline.video.probe import FootageFacts, pictures_of, read_picture
from truceline.video.seeking import (
    Start,
    WarmUpDamagedError,
    end_of_first_pictures,
    start_before,
    start_for,
)
from truceline.video.times.index import PacketIndex
from truceline.video.times.ledger import Ledger, clipped_gaps, span_of
from truceline.video.times.showing import ShowingOrder
from truceline.video.times.timeline import REORDER_DEPTH, Timeline, even_timeline
from truceline.video.times.timing import MediaClock

Picture = Image | CodedPicture


class VideoFrame:
    """One frame: its identity and its picture, which is converted only when asked.

    Args:
        stamp: Its identity and its time.
        picture: As the decoder gave it, or (height, width, 3) blue-green-red.
        intact: False where the picture may rest on a damaged one.
    """

    __slots__ = ("_bgr", "_luma", "_picture", "intact", "stamp")

    def __init__(self, stamp: FrameStamp, picture: Picture, *, intact: bool = True) -> None:
        self.stamp = stamp
        self.intact = intact
        self._picture = picture
        self._bgr: Image | None = None
        self._luma: Image | None = None

    @property
    def bgr(self) -> Image:
        """(height, width, 3) blue-green-red uint8, full range; converted once, when it is first asked for."""
        if self._bgr is None:
            self._bgr = self._picture.bgr() if isinstance(self._picture, CodedPicture) else self._picture
        return self._bgr

    @property
    def luma(self) -> Image:
        """(height, width) luma uint8 as coded.

        Where the recording holds 8-bit luma it is a view of the decoder's memory, whose rows need not lie
        close together and which nobody may write to; otherwise it is worked out once.
        """
        if self._luma is None:
            picture = self._picture
            self._luma = picture.luma() if isinstance(picture, CodedPicture) else luma_of(picture)
        return self._luma

    @property
    def full_range(self) -> bool:
        """Whether luma runs from 0 to 255; otherwise black is 16 and white is 235."""
        return self._picture.full_range if isinstance(self._picture, CodedPicture) else True


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """A picture with its slot, before it is admitted."""

    slot: int
    picture: Picture
    doubt_s: float
    intact: bool


class FootageReader:
    """Reads one footage, or a span of it, as often as asked.

    Args:
        path: The file, or a folder of pictures.
        facts: What ``probe_footage`` said of it.
        footage: Camera, start, bound and true rate, as a person or a note declared them.

    After ``frames`` has run to its end, ``gaps`` holds the stretches that were not observed, ``span`` the
    time that was read, ``account`` how many frames it should have given and gave, ``frame_count`` the latter.
    """

    def __init__(self, path: Path, *, facts: FootageFacts, footage: Footage) -> None:
        self.path = path
        self.facts = facts
        self.footage = footage
        self.timeline = facts.timeline or _timeline_of_pictures(path, facts, footage=footage)
        stretch = Fraction(1)
        if footage.true_rate_hz and facts.rate_hz:
            claimed = Fraction(facts.rate_hz).limit_denominator(100_000)
            stretch = claimed / Fraction(footage.true_rate_hz).limit_denominator(100_000)
        self.clock = MediaClock(
            footage.start_utc_ns, footage.start_bound_s, facts.time_base, stretch, int(self.timeline.ticks[0])
        )
        self.gaps: tuple[Gap, ...] = ()
        self.span: UtcSpan | None = None
        self.account: FrameAccount | None = None
        self._interlaced = False
        self.frame_count = 0

    @property
    def usual_step_s(self) -> float:
        """The usual time between frames, in true seconds."""
        return (self.timeline.step or 1.0) * float(self.facts.time_base * self.clock.stretch)

    @property
    def whole_span(self) -> UtcSpan:
        """From the first frame of the file to the end of its last, known before anything is decoded."""
        return span_of(self.timeline, self.clock)

    def bound_at(self, pts: int) -> float:
        """Bound (95 %) in seconds on the UTC of the frame with this stamp, its own doubt included."""
        slot = int(np.searchsorted(self.timeline.ticks, pts))
        ledger = Ledger(self.footage, self.clock, timeline=self.timeline)
        return ledger.bound_at(min(slot, len(self.timeline) - 1))

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what is odd about this file, and, once it was read, on what could not be decoded."""
        return reading_notes(self.facts, self.account, interlaced=self.interlaced)

    @property
    def interlaced(self) -> bool:
        """Whether a picture of two fields was read so far."""
        return self._interlaced

    def frames(self, span: UtcSpan | None = None) -> Iterator[VideoFrame]:
        """Every frame that can be decoded, in order of presentation.

        Args:
            span: Only frames whose UTC lies in it (half-open). They are the frames that reading the whole
                file gives there, with the same stamps, and ``gaps`` are its gaps as far as they lie in it.

        Raises:
            InputError: The picture's size changes, or nothing of the whole file can be decoded.
        """
        slots = self._slots(span)
        start = Start(0, 0)
        if span is not None and self.facts.index is not None:
            start = start_for(self.facts.index, self.timeline, slot=max(slots.start - 1, 0))
        elif span is not None:
            start = Start(0, max(slots.start - 1, 0))
        ledger = Ledger(self.footage, self.clock, timeline=self.timeline)
        if span is None or _common(span, self.whole_span) is not None:
            shown = self._pictures(start.slot) if self.facts.index is None else self._video(start.ordinal)
            with contextlib.closing(shown) as source:
                yield from _admitted(source, ledger, slots=slots, believed_from=start.slot)
            warm_from = start.slot
        else:
            warm_from = slots.stop
        booked = ledger.close(slots, warm_from=warm_from, claimed_end=self._claimed_end())
        self.gaps, self.span = booked.gaps, booked.span
        if span is not None:
            self.gaps = clipped_gaps(booked.gaps, span, footage=self.footage)
            self.span = _common(span, booked.span)
        self.account, self.frame_count = booked.account, booked.account.given

    def frames_at(self, pts: Collection[int], *, span: UtcSpan) -> Iterator[VideoFrame]:
        """The frames of a span with these presentation time stamps, as ``frames`` gives them, in order.

        What no picture rests on is not decoded, where the recording says which frame is which. Nothing is
        booked: ``gaps``, ``account`` and the rest stay what they were.

        Raises:
            InputError: The picture's size changes.
        """
        slots = self._slots(span)
        ledger = Ledger(self.footage, self.clock, timeline=self.timeline)
        if self.facts.index is None:
            start = Start(0, max(slots.start - 1, 0))
            shown = self._pictures(start.slot)
        else:
            start = start_for(self.facts.index, self.timeline, slot=max(slots.start - 1, 0))
            shown = self._video(start.ordinal, self._needed(pts))
        with contextlib.closing(shown) as source:
            for picture in _admitted(source, ledger, slots=slots, believed_from=start.slot):
                if picture.stamp.pts in pts:
                    yield picture

    def _needed(self, pts: Collection[int]) -> Needed | None:
        slots = self.timeline.slot_of
        if slots is None:
            return None  # the order of showing is told by counting every frame
        wanted = np.isin(self.timeline.ticks, np.fromiter(pts, np.int64, len(pts)))
        return np.asarray((slots >= 0) & wanted[slots])

    def _slots(self, span: UtcSpan | None) -> range:
        if span is None:
            return range(len(self.timeline))
        ticks = [self.clock.first_tick_at(at) for at in (span.start_utc_ns, span.end_utc_ns)]
        first, last = int(self.timeline.ticks[0]), int(self.timeline.ticks[-1])
        inside = [min(max(tick, first), last + 1) for tick in ticks]
        low, high = (int(np.searchsorted(self.timeline.ticks, tick)) for tick in inside)
        return range(low, max(low, high))

    def _claimed_end(self) -> int | None:
        """The tick at which the container says that the recording ends, when that is later than it does."""
        line, facts = self.timeline, self.facts
        usual = max(1.0, float(line.usual[-1]))
        if facts.frames_short > 0:
            return line.end + round(facts.frames_short * usual)
        if facts.duration_s is None or facts.index is None:
            return None
        claimed = int(line.ticks[0]) + round(facts.duration_s / float(facts.time_base))
        slack = facts.duration_slack_s / float(facts.time_base) + 2 * usual
        return claimed if claimed > line.end + slack else None

    def _pictures(self, start: int) -> Generator[_Shown, None, None]:
        for slot, path in enumerate(pictures_of(self.path)):
            if slot < start:
                continue
            try:
                picture = read_picture(path)
            except InputError:
                continue  # the ledger sees that its slot was not given
            self._check_size(picture.shape[1], picture.shape[0])
            yield _Shown(slot, picture, 0.0, intact=True)

    def _video(self, start: int, needed: Needed | None = None) -> Generator[_Shown, None, None]:
        index = self.facts.index
        if index is None:
            raise AssertionError("a video has an index")
        while True:
            try:
                yield from self._decoded(index, start=start, needed=needed)
            except WarmUpDamagedError:
                # Nothing was believed yet. A damaged picture is filled from what came before it: start there.
                start = start_before(index, start=start)
            else:
                return

    def _decoded(
        self, index: PacketIndex, *, start: int, needed: Needed | None
    ) -> Generator[_Shown, None, None]:
        warm_end = end_of_first_pictures(index, start=start) if start else 0
        damage = _Damage(index)
        order = ShowingOrder(start)
        with contextlib.closing(decoded(self.path, index, start=start, needed=needed)) as items:
            for item in items:
                failed = damage.told(item)
                if failed is not None:
                    order.failed(failed)
                    if failed < warm_end:
                        raise WarmUpDamagedError
                if item.frame is None or item.ordinal is None:
                    continue
                slot = self._slot(item, item.ordinal, order=order)
                if slot >= 0 and item.ordinal not in damage.failed:
                    yield self._shown(item.frame, slot, shaken=not damage.intact(item.ordinal))

    def _slot(self, item: Decoded, ordinal: int, *, order: ShowingOrder) -> int:
        if self.timeline.slot_of is None:
            return order.slot_of(ordinal, keyframe=item.keyframe)
        return int(self.timeline.slot_of[ordinal])

    def _shown(self, frame: av.VideoFrame, slot: int, *, shaken: bool) -> _Shown:
        facts = self.facts
        self._check_size(*facts.orientation.size(frame.width, frame.height))
        picture = CodedPicture(frame, facts.orientation)
        self._interlaced = self._interlaced or picture.interlaced
        steps = 0.5 if picture.interlaced else 0.0
        if shaken and self.timeline.slot_of is None:
            steps += REORDER_DEPTH  # next to damage the order of showing is a guess
        doubt_s = steps * self.timeline.step * float(facts.time_base * self.clock.stretch)
        return _Shown(slot, picture, doubt_s, intact=not shaken)

    def _check_size(self, width: int, height: int) -> None:
        if (width, height) != (self.facts.width_px, self.facts.height_px):
            raise InputError(
                f"the picture changes its size from {self.facts.width_px}×{self.facts.height_px} "
                f"to {width}×{height}",
                where=self.facts.name,
                do="Cut the recording where its size changes and give the parts apart.",
            )


class _Damage:
    """Which packets failed, and which frames may rest on them."""

    def __init__(self, index: PacketIndex) -> None:
        self.failed: set[int] = set()
        self._index = index
        self._since: int | None = None

    def told(self, item: Decoded) -> int | None:
        """The packet that failed, if one did: it gave an error, or a frame that is known to be broken."""
        if item.ordinal is None:
            return None
        if item.frame is None or item.frame.is_corrupt or self._index.corrupt[item.ordinal]:
            self.failed.add(item.ordinal)
            self._since = item.ordinal if self._since is None else min(self._since, item.ordinal)
            return item.ordinal
        if item.keyframe and self._since is not None and item.ordinal > self._since:
            self._since = None if item.ordinal not in self.failed else self._since
        return None

    def intact(self, ordinal: int) -> bool:
        """Whether a frame rests on no damaged picture."""
        return self._since is None or ordinal < self._since


def _admitted(
    shown: Iterator[_Shown], ledger: Ledger, *, slots: range, believed_from: int
) -> Iterator[VideoFrame]:
    """The frames of a range of slots; the ledger is told of those next to it as well."""
    for one in shown:
        if one.slot < believed_from:
            continue
        stamp = ledger.admit(one.slot, doubt_s=one.doubt_s, intact=one.intact)
        if stamp is not None and one.slot >= slots.stop:
            return
        if stamp is not None and one.slot >= slots.start:
            yield VideoFrame(stamp, one.picture, intact=one.intact)


def _common(one: UtcSpan, other: UtcSpan) -> UtcSpan | None:
    start = UtcNs(max(one.start_utc_ns, other.start_utc_ns))
    end = UtcNs(min(one.end_utc_ns, other.end_utc_ns))
    return UtcSpan(start, end) if start < end else None


def _timeline_of_pictures(path: Path, facts: FootageFacts, *, footage: Footage) -> Timeline:
    step = float(1 / ((footage.true_rate_hz or facts.rate_hz or 1.0) * facts.time_base))
    return even_timeline(len(pictures_of(path)), step=step)


def reading_notes(
    facts: FootageFacts, account: FrameAccount | None, *, interlaced: bool = False
) -> tuple[str, ...]:
    """Sentences on what is odd about a file, and on what a reading of it did not give."""
    found = _account_words(account) if account else ()
    fields = (INTERLACED,) if interlaced and INTERLACED not in facts.notes else ()
    return (*facts.notes, *fields, *found)


def _account_words(account: FrameAccount) -> tuple[str, ...]:
    """Sentences on what a reading did not give."""
    words = []
    if account.lost:
        words.append(
            f"{account.lost} of {account.expected} frames could not be decoded or had no valid time: they "
            "were left out, and what time is missing for them is a gap."
        )
    if account.shaken:
        words.append(
            f"{account.shaken} frames may rest on a damaged picture: they come after damage and before the "
            "next picture that stands alone."
        )
    if account.surplus:
        words.append(f"{account.surplus} frames were left out because their time had passed already.")
    return tuple(words)
