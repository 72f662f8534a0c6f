"""The still scene of a clip: its backgrounds, and whether a frame still shows it."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.detect.background import FLOOR_THERMAL, FLOOR_VISIBLE, Background
from truceline.detect.frequent import NoiseSettings, frequent_background
from truceline.detect.people import reduced_to
from truceline.records.time import NS_PER_S, UtcNs
from truceline.video.source import FootageReader, VideoFrame

Image = NDArray[np.uint8]

SAMPLES_A_WINDOW = 80
LONGEST_SAMPLE_STEP_S = 4.0

LEAVES_TURN_S = 1.0
"""So far apart, two pictures of foliage or water differ as much as any two."""

SHORT_S = 5.0
SHORT_SHARE = 0.3
"""In a clip shorter than this a subject may cover a pixel most of the time: less of it tells the noise."""

GREY_CHROMA = 4.0
"""A picture whose channels differ by less (of 255, on average) has no colour: a thermal or a night camera.
Those have little contrast and little colour noise, so a smaller difference counts."""


def clip_backgrounds(
    pictures: Iterable[VideoFrame], reader: FootageReader, *, size_px: tuple[int, int]
) -> tuple[Background, ...]:
    """Backgrounds at ``size_px`` (width, height) from samples spread over the clip, one for some minutes.

    Every frame of a clip of a few seconds is a sample; a long one gives a sample every few seconds.
    """
    length_s = reader.facts.duration_s or 0.0
    step_s = min(max(length_s / SAMPLES_A_WINDOW, reader.usual_step_s), LONGEST_SAMPLE_STEP_S)
    least_ns = (step_s - reader.usual_step_s / 2) * NS_PER_S
    backgrounds: list[Background] = []
    samples: list[VideoFrame] = []
    for picture in pictures:
        if samples and picture.stamp.utc_ns - samples[-1].stamp.utc_ns < least_ns:
            continue
        if len(samples) == SAMPLES_A_WINDOW:
            backgrounds.append(_background(samples, step_s=step_s))
            samples = []
        samples.append(VideoFrame(picture.stamp, reduced_to(picture.bgr, size_px)))
    if not backgrounds or len(samples) >= SAMPLES_A_WINDOW // 3:
        backgrounds.append(_background(samples, step_s=step_s))
    return tuple(backgrounds)


def _background(samples: Sequence[VideoFrame], *, step_s: float) -> Background:
    pictures = [sample.bgr for sample in samples]
    centre = UtcNs(sum(sample.stamp.utc_ns for sample in samples) // max(len(samples), 1))
    noise = NoiseSettings(
        lag=math.ceil(LEAVES_TURN_S / step_s), share=0.5 if len(samples) * step_s >= SHORT_S else SHORT_SHARE
    )
    return frequent_background(pictures, centre_utc_ns=centre, floor=floor_for(pictures), noise=noise)


def floor_for(pictures: Sequence[Image]) -> int:
    """The smallest difference that counts, from the pictures themselves: without colour, the thermal one."""
    chroma = [float(np.mean(np.ptp(bgr[::4, ::4].astype(np.int16), axis=2))) for bgr in pictures]
    return FLOOR_THERMAL if np.median(chroma) < GREY_CHROMA else FLOOR_VISIBLE
