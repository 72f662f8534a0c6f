"""The still scene of a clip, in colour or grey: learnt once, then each frame is compared with it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from truceline.detect.evidence import evidence
from truceline.detect.people import reduced_to
from truceline.detect.still.background import FLOOR_THERMAL, FLOOR_VISIBLE, Background
from truceline.detect.still.frequent import NoiseSettings, frequent_background
from truceline.detect.still.scene import ANOTHER_SCENE, Sketch, likeness, sketch
from truceline.detect.thermal.scene import ThermalScene, contrast, grey_of, thermal_scene
from truceline.detect.thermal.silhouette import in_the_frame, silhouettes
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
Those have little contrast, no fixed gain and no fixed polarity."""


@dataclass(frozen=True, slots=True, eq=False)
class Moving:
    """(height, width) 0/1 mask of what moves in a frame; ``changed``: the frame shows another scene."""

    mask: Image
    changed: bool


class StillScene(Protocol):
    """What the scene looks like without what moves in it, and what of a frame is not it."""

    @property
    def bgr(self) -> Image:
        """(height, width, 3) a picture of it."""

    @property
    def centre_utc_ns(self) -> UtcNs:
        """Middle of the time it was learnt from."""

    def moving(self, bgr: Image) -> Moving:
        """Compare a frame (height, width, 3) of the same size with it."""


@dataclass(frozen=True, slots=True, eq=False)
class ColourScene:
    """A scene in colour; ``outline`` is its sketch."""

    background: Background
    outline: Sketch

    @property
    def bgr(self) -> Image:
        """(height, width, 3)."""
        return self.background.bgr

    @property
    def centre_utc_ns(self) -> UtcNs:
        """Middle of the samples' time."""
        return self.background.centre_utc_ns

    def moving(self, bgr: Image) -> Moving:
        """Compare a frame (height, width, 3) of the same size with it."""
        found = evidence(bgr, self.background)
        return Moving(found.mask, found.changed or likeness(sketch(bgr), self.outline) < ANOTHER_SCENE)


@dataclass(frozen=True, slots=True, eq=False)
class GreyScene:
    """A scene without colour, of a thermal or a night camera."""

    scene: ThermalScene

    @property
    def bgr(self) -> Image:
        """(height, width, 3)."""
        grey = np.clip(np.round(self.scene.grey), 0, 255).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)

    @property
    def centre_utc_ns(self) -> UtcNs:
        """Middle of the samples' time."""
        return self.scene.centre_utc_ns

    def moving(self, bgr: Image) -> Moving:
        """Compare a frame (height, width, 3) of the same size with it."""
        found = contrast(grey_of(bgr), self.scene)
        return Moving(in_the_frame(silhouettes(found), found), found.changed)


def clip_scenes(
    pictures: Iterable[VideoFrame], reader: FootageReader, *, size_px: tuple[int, int]
) -> tuple[StillScene, ...]:
    """Scenes at ``size_px`` (width, height) from samples spread over the clip, one for some minutes.

    Every frame of a clip of a few seconds is a sample; a long one gives a sample every few seconds.
    """
    length_s = reader.facts.duration_s or 0.0
    step_s = min(max(length_s / SAMPLES_A_WINDOW, reader.usual_step_s), LONGEST_SAMPLE_STEP_S)
    least_ns = (step_s - reader.usual_step_s / 2) * NS_PER_S
    scenes: list[StillScene] = []
    samples: list[VideoFrame] = []
    for picture in pictures:
        if samples and picture.stamp.utc_ns - samples[-1].stamp.utc_ns < least_ns:
            continue
        if len(samples) == SAMPLES_A_WINDOW:
            scenes.append(_scene(samples, step_s=step_s))
            samples = []
        samples.append(VideoFrame(picture.stamp, reduced_to(picture.bgr, size_px)))
    if not scenes or len(samples) >= SAMPLES_A_WINDOW // 3:
        scenes.append(_scene(samples, step_s=step_s))
    return tuple(scenes)


def nearest_scene(scenes: Sequence[StillScene], utc_ns: int) -> StillScene:
    """The scene whose samples lie nearest in time."""
    return min(scenes, key=lambda scene: abs(scene.centre_utc_ns - utc_ns))


def _scene(samples: Sequence[VideoFrame], *, step_s: float) -> StillScene:
    pictures = [sample.bgr for sample in samples]
    centre = UtcNs(sum(sample.stamp.utc_ns for sample in samples) // max(len(samples), 1))
    lag = math.ceil(LEAVES_TURN_S / step_s)
    floor = floor_for(pictures)
    if floor == FLOOR_THERMAL:
        return GreyScene(thermal_scene([grey_of(bgr) for bgr in pictures], centre_utc_ns=centre, lag=lag))
    noise = NoiseSettings(lag=lag, share=0.5 if len(samples) * step_s >= SHORT_S else SHORT_SHARE)
    background = frequent_background(pictures, centre_utc_ns=centre, floor=floor, noise=noise)
    return ColourScene(background, sketch(background.bgr))


def floor_for(pictures: Sequence[Image]) -> int:
    """The smallest difference that counts, from the pictures themselves: without colour, the thermal one."""
    chroma = [float(np.mean(np.ptp(bgr[::4, ::4].astype(np.int16), axis=2))) for bgr in pictures]
    return FLOOR_THERMAL if np.median(chroma) < GREY_CHROMA else FLOOR_VISIBLE
