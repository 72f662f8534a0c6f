"""The background of a recorded file, learnt in a pass of its own, and where nothing can be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from truceline.detect.detector import Detector
from truceline.detect.still.background import SAMPLES_A_WINDOW, Background, filled_in
from truceline.detect.still.steady import SMALLEST_SHIFT_PX, Shift, moved_back, rest_of, where_shown
from truceline.pipeline.analysis.unseen import unseen_gaps
from truceline.records.frames import FrameStamp, Gap
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.video.source import FootageReader, VideoFrame

Image = NDArray[np.uint8]

LONGEST_SAMPLE_STEP_S = 4.0

OPENING_S = 4.0
OPENING_SAMPLES = 12
"""So much of the recording's beginning, and so many pictures of it, say where the camera looked then."""


def expected_frames(reader: FootageReader, span: UtcSpan | None = None) -> int | None:
    """How many frames the file, or a span of it, holds, as counted or as it claims, or None."""
    if span is not None:
        return round(length_s_of(reader, span) / reader.usual_step_s)
    if reader.frame_count:
        return reader.frame_count
    facts = reader.facts
    return round(facts.duration_s * facts.rate_hz) if facts.duration_s and facts.rate_hz else None


def length_s_of(reader: FootageReader, span: UtcSpan | None) -> float:
    """How long the file claims to be, or how much of a span lies in it; true seconds."""
    if span is None:
        return (reader.facts.duration_s or 0.0) * float(reader.clock.stretch)
    whole = reader.whole_span
    end = min(span.end_utc_ns, whole.end_utc_ns)
    return max(end - max(span.start_utc_ns, whole.start_utc_ns), 0) / NS_PER_S


def learn_backgrounds(
    pictures: Iterable[VideoFrame],
    reader: FootageReader,
    *,
    detector: Detector,
    span: UtcSpan | None = None,
    opening: Background | None = None,
) -> tuple[Background, ...]:
    """Backgrounds over windows of samples spread over the file or a span; none without a picture.

    Every sample is put in the place of the scene before it: what a camera shows that was turned away is not
    learnt. ``opening`` is how the recording began; None: with these pictures. Where no sample shows the scene
    that the recording began with, that scene is the background.
    """
    length_s = length_s_of(reader, span)
    step_s = min(max(length_s / SAMPLES_A_WINDOW, reader.usual_step_s), LONGEST_SAMPLE_STEP_S)
    backgrounds: list[Background] = []
    window = _Window(at_rest=opening is not None)
    last_utc_ns: int | None = None
    for picture in pictures:
        at_utc_ns = picture.stamp.utc_ns
        if (
            last_utc_ns is not None
            and at_utc_ns - last_utc_ns < (step_s - reader.usual_step_s / 2) * NS_PER_S
        ):
            continue
        last_utc_ns = at_utc_ns
        sample = detector.reduced(picture.bgr)
        if opening is None:
            opening = detector.learn([sample], centre_utc_ns=at_utc_ns)
        sway = detector.sway(sample, backgrounds[-1] if backgrounds else opening)
        if sway.lost:
            continue
        window.take(picture.stamp.utc_ns, sample, shift_px=sway.shift_px)
        if len(window) == SAMPLES_A_WINDOW:
            backgrounds.append(window.background(detector))
            window = _Window(at_rest=True)
    if len(window) and (not backgrounds or len(window) >= SAMPLES_A_WINDOW // 3):
        backgrounds.append(window.background(detector))
    if not backgrounds and opening is not None and last_utc_ns is not None:
        return (opening,)
    return tuple(backgrounds)


def opening_of(reader: FootageReader, detector: Detector, *, span: UtcSpan | None) -> Background | None:
    """How the recording began, for a span of it; None where the span begins with the recording."""
    if span is None or span.start_utc_ns <= reader.whole_span.start_utc_ns:
        return None
    start_utc_ns = reader.whole_span.start_utc_ns
    first = UtcSpan(start_utc_ns, UtcNs(start_utc_ns + round(OPENING_S * NS_PER_S)))
    step_ns = round(OPENING_S / OPENING_SAMPLES * NS_PER_S)
    window = _Window(at_rest=False)
    known: Background | None = None
    for picture in reader.frames(first):
        if window.times and picture.stamp.utc_ns - window.times[-1] < step_ns:
            continue
        sample = detector.reduced(picture.bgr)
        known = known or detector.learn([sample], centre_utc_ns=picture.stamp.utc_ns)
        sway = detector.sway(sample, known)
        if not sway.lost:
            window.take(picture.stamp.utc_ns, sample, shift_px=sway.shift_px)
    return window.background(detector) if len(window) else None


def nearest_background(backgrounds: Sequence[Background], utc_ns: int) -> Background:
    """The background whose samples lie nearest in time."""
    return min(backgrounds, key=lambda background: abs(background.centre_utc_ns - utc_ns))


def changed_gaps(stamps: Sequence[FrameStamp], changed: Sequence[bool], *, step_s: float) -> tuple[Gap, ...]:
    """Stretches in which the whole picture changed, so that nothing could be told from it."""
    return unseen_gaps(stamps, ["changed" if one else "" for one in changed], step_s=step_s)


@dataclass(slots=True)
class _Window:
    """Samples of one background. Being built.

    Attributes:
        at_rest: Whether their shifts are against the place in which the camera rests.
    """

    at_rest: bool
    samples: list[Image] = field(default_factory=list)
    shifts_px: list[Shift] = field(default_factory=list)
    times: list[UtcNs] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.samples)

    def take(self, utc_ns: UtcNs, sample: Image, *, shift_px: Shift) -> None:
        """Take a sample with its shift."""
        self.times.append(utc_ns)
        self.samples.append(sample)
        self.shifts_px.append(shift_px)

    def background(self, detector: Detector) -> Background:
        """What they show, each moved to where the camera rests."""
        rest = (0.0, 0.0) if self.at_rest else rest_of(self.shifts_px)
        shifts = [(right - rest[0], down - rest[1]) for right, down in self.shifts_px]
        samples, free = self.samples, None
        if any(np.hypot(*shift) > SMALLEST_SHIFT_PX for shift in shifts):
            moved = [moved_back(one, shift) for one, shift in zip(samples, shifts, strict=True)]
            free = [where_shown(np.ones(samples[0].shape[:2], np.uint8), shift) for shift in shifts]
            samples = filled_in(moved, free)
        return detector.learn(samples, centre_utc_ns=UtcNs(sum(self.times) // len(self.times)), free=free)
