"""The background of a recorded file, learnt in a pass of its own, and where nothing can be told."""

import hashlib
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.detect.background import SAMPLES_A_WINDOW, Background, median_background
from truceline.records.frames import FrameStamp, Gap, GapReason
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.video.source import FootageReader, VideoFrame

Image = NDArray[np.uint8]

LONGEST_SAMPLE_STEP_S = 4.0


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
    reduce: Callable[[Image], Image],
    floor: int,
    span: UtcSpan | None = None,
) -> tuple[Background, ...]:
    """Median backgrounds over windows of samples spread over the file or a span; none without a picture.

    ``reduce`` brings pictures to size.
    """
    length_s = length_s_of(reader, span)
    step_s = min(max(length_s / SAMPLES_A_WINDOW, reader.usual_step_s), LONGEST_SAMPLE_STEP_S)
    backgrounds: list[Background] = []
    samples: list[Image] = []
    times: list[int] = []
    last_utc_ns: int | None = None
    for picture in pictures:
        at_utc_ns = picture.stamp.utc_ns
        if (
            last_utc_ns is not None
            and at_utc_ns - last_utc_ns < (step_s - reader.usual_step_s / 2) * NS_PER_S
        ):
            continue
        last_utc_ns = at_utc_ns
        samples.append(reduce(picture.bgr))
        times.append(at_utc_ns)
        if len(samples) == SAMPLES_A_WINDOW:
            backgrounds.append(_background(samples, times, floor=floor))
            samples, times = [], []
    if samples and (not backgrounds or len(samples) >= SAMPLES_A_WINDOW // 3):
        backgrounds.append(_background(samples, times, floor=floor))
    return tuple(backgrounds)


def nearest_background(backgrounds: Sequence[Background], utc_ns: int) -> Background:
    """The background whose samples lie nearest in time."""
    return min(backgrounds, key=lambda background: abs(background.centre_utc_ns - utc_ns))


def changed_gaps(stamps: Sequence[FrameStamp], changed: Sequence[bool], *, step_s: float) -> tuple[Gap, ...]:
    """Stretches in which the whole picture changed, so that nothing could be told from it."""
    gaps = []
    start: FrameStamp | None = None
    for stamp, now in zip([*stamps, None], [*changed, False], strict=True):
        if now and start is None:
            start = stamp
        elif not now and start is not None:
            end_utc_ns = (
                stamp.utc_ns if stamp is not None else UtcNs(stamps[-1].utc_ns + round(step_s * NS_PER_S))
            )
            gaps.append(_changed_gap(start, end_utc_ns))
            start = None
    return tuple(gaps)


def _changed_gap(start: FrameStamp, end_utc_ns: UtcNs) -> Gap:
    name = hashlib.sha256(f"gap {start.source.hex} changed {start.pts} {end_utc_ns}".encode()).hexdigest()[
        :16
    ]
    sentence = "The whole picture changed at once (light, gain or camera); nothing can be told from it."
    return Gap(name, start.camera_id, UtcSpan(start.utc_ns, end_utc_ns), GapReason("changed", sentence))


def _background(samples: Sequence[Image], times: Sequence[int], *, floor: int) -> Background:
    centre = UtcNs(sum(times) // max(len(times), 1))
    return median_background(samples, centre_utc_ns=centre, floor=floor)
