"""Reading footage: every frame that can be decoded, with its time, and a ledger of what was not observed."""

import contextlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av.error
import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.records.frames import Footage, FrameStamp, Gap
from truceline.records.time import UtcSpan
from truceline.video.ledger import Ledger
from truceline.video.probe import (
    FootageFacts,
    as_bgr,
    decoded,
    opened,
    pictures_of,
    read_picture,
    video_stream,
)
from truceline.video.timing import MediaClock

DAMAGE_IS_AN_ERROR = {"err_detect": "crccheck+bitstream+buffer+explode"}
CODECS_THAT_HIDE_DAMAGE = ("h264", "hevc")
"""These conceal damage silently unless asked; older codecs reject sound files when asked."""

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class VideoFrame:
    """One decoded frame: its identity and its picture, (height, width, 3) blue-green-red uint8."""

    stamp: FrameStamp
    bgr: Image


class FootageReader:
    """Reads one footage from start to end, as often as asked.

    Args:
        path: The file, or a folder of pictures.
        facts: What ``probe_footage`` said of it.
        footage: Camera, start, bound and true rate, as a person or a note declared them.

    After ``frames`` has run to its end, ``gaps`` holds the stretches that were not observed, ``span`` the
    time from the first frame to the end of the last, and ``frame_count`` the number of frames.
    """

    def __init__(self, path: Path, *, facts: FootageFacts, footage: Footage) -> None:
        self.path = path
        self.facts = facts
        self.footage = footage
        stretch = Fraction(1)
        if footage.true_rate_hz and facts.rate_hz:
            claimed = Fraction(facts.rate_hz).limit_denominator(100_000)
            stretch = claimed / Fraction(footage.true_rate_hz).limit_denominator(100_000)
        self.clock = MediaClock(footage.start_utc_ns, footage.start_bound_s, facts.time_base, stretch)
        self.gaps: tuple[Gap, ...] = ()
        self.span: UtcSpan | None = None
        self.frame_count = 0
        rate = facts.rate_hz or footage.true_rate_hz or 1.0
        self._step = float(1 / (rate * facts.time_base))

    @property
    def usual_step_s(self) -> float:
        """The usual time between frames, in true seconds."""
        return self._step * float(self.facts.time_base * self.clock.stretch)

    def frames(self) -> Iterator[VideoFrame]:
        """Every frame that can be decoded, in order of presentation.

        Raises:
            InputError: The picture's size changes, or nothing can be decoded.
        """
        ledger = Ledger(self.footage, self.clock, usual_step=self._step)
        with contextlib.closing(self._pictures() if self.path.is_dir() else self._video()) as source:
            for item in source:
                if item is None:
                    ledger.damaged()
                    continue
                stamp = ledger.admit(item[0])
                if stamp is not None:
                    yield VideoFrame(stamp, item[1])
        booked = ledger.close(self.facts.duration_s)
        self.gaps, self.span, self.frame_count = booked.gaps, booked.span, booked.frames

    def _pictures(self) -> Generator[tuple[int | None, Image] | None, None, None]:
        for index, path in enumerate(pictures_of(self.path)):
            try:
                picture = read_picture(path)
            except InputError:
                yield None
                continue
            self._check_size(picture)
            yield round(index * self._step), picture

    def _video(self) -> Generator[tuple[int | None, Image] | None, None, None]:
        with opened(self.path) as container:
            stream = video_stream(container, self.path)
            # AVI stores no presentation times; FFmpeg's guesses run backwards where frames were packed.
            in_decoding_time = container.format.name == "avi"
            last: int | None = None
            if self.facts.codec in CODECS_THAT_HIDE_DAMAGE:
                stream.codec_context.options = DAMAGE_IS_AN_ERROR
            with contextlib.closing(decoded(container, stream)) as frames:
                for frame in frames:
                    if frame is None:
                        yield None
                        continue
                    try:
                        picture = as_bgr(frame, self.facts.quarter_turns)
                    except (av.error.FFmpegError, ValueError):
                        yield None
                        continue
                    self._check_size(picture)
                    ticks = frame.dts if in_decoding_time else frame.pts
                    if in_decoding_time and ticks is None and last is not None:
                        # Frames that the decoder still held at the end come without a packet of their own.
                        ticks = last + round(self._step)
                    last = ticks
                    yield ticks, picture

    def _check_size(self, picture: Image) -> None:
        height, width = picture.shape[:2]
        if (width, height) != (self.facts.width_px, self.facts.height_px):
            raise InputError(
                f"the picture changes its size from {self.facts.width_px}×{self.facts.height_px} "
                f"to {width}×{height}",
                where=self.facts.name,
                do="Cut the recording where its size changes and give the parts apart.",
            )
