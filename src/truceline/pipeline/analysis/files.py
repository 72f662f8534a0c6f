"""One footage of one calibrated camera, files mode: backgrounds, detections, tracks. Two passes over it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from truceline.config import AnalysisConfig
from truceline.detect.detector import Detector, Observation
from truceline.detect.people import PeopleDetector
from truceline.detect.still.background import Background
from truceline.errors import InputError
from truceline.pipeline.analysis.backgrounds import (
    expected_frames,
    learn_backgrounds,
    nearest_background,
    opening_of,
)
from truceline.pipeline.analysis.chains import (
    GroundChain,
    GroundFrames,
    boxes_in,
    in_the_scene,
    on_the_ground,
    track_id,
)
from truceline.pipeline.analysis.flashes import flash_finder, told_flashes
from truceline.pipeline.analysis.observed import (
    PACKED_FRAMES,
    Observed,
    ReadingAccount,
    packed_columns,
    packed_sides,
)
from truceline.pipeline.analysis.unseen import Attention, unseen_gaps
from truceline.pipeline.progress import Progress, told
from truceline.records.flashes import Flash
from truceline.records.frames import FrameStamp, Gap
from truceline.records.site import Camera
from truceline.records.time import UtcSpan
from truceline.records.tracks import Track
from truceline.track.association import Side
from truceline.track.smooth import SmoothedPath
from truceline.track.tracker import Chain, PlaneTracker, TrackerSettings
from truceline.video.ahead import read_ahead
from truceline.video.source import FootageReader, VideoFrame


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """What one footage gave.

    Attributes:
        tracks: In causal mode each row is as it was known at its own time.
        chains: The detections behind each track, in the same order.
        paths: The smoothed path of each chain, in the same order; none in causal mode.
        boxes_px: All detections of each frame by presentation time stamp, tracked or not: all are masked.
        backgrounds: In order of time.
        gaps: Stretches that the pictures themselves did not show; the reader has the file's own.
        flashes: What shone in one picture alone, in order of time.
    """

    tracks: tuple[Track, ...]
    chains: tuple[GroundChain, ...]
    paths: tuple[SmoothedPath, ...]
    boxes_px: dict[int, NDArray[np.float64]]
    backgrounds: tuple[Background, ...]
    gaps: tuple[Gap, ...]
    flashes: tuple[Flash, ...] = ()


def analyse(
    reader: FootageReader, camera: Camera, *, config: AnalysisConfig, run_id: str, progress: Progress
) -> Analysis:
    """Detect and track people on the ground.

    1. One pass learns the background, a second one finds people: a recorded file can be read twice.
    2. Detections are put on the ground with their covariance and chained.
    3. Chains are smoothed. A row that was not seen says so.

    Raises:
        InputError: The camera sees no ground, or nothing can be decoded.
    """
    # (1)
    seen = observe(reader, camera, config=config, progress=progress)
    # (2) (3)
    return smoothed_analysis(seen, camera, config=config, run_id=run_id, progress=progress)


def observe(
    reader: FootageReader,
    camera: Camera,
    *,
    config: AnalysisConfig,
    progress: Progress,
    span: UtcSpan | None = None,
) -> Observed:
    """Watch a recorded footage, or a span of it as if there were nothing else: learn, find, chain.

    Raises:
        InputError: The camera sees no ground, or nothing of the whole footage can be decoded.
    """
    detector = detector_for(camera)
    opening = opening_of(reader, detector, span=span)
    total = expected_frames(reader, span)
    pictures = told(
        read_ahead(reader.frames(span)), "learning the background", total=total, progress=progress
    )
    backgrounds = learn_backgrounds(pictures, reader, detector=detector, span=span, opening=opening)
    total = expected_frames(reader, span)
    pictures = told(read_ahead(reader.frames(span)), "finding people", total=total, progress=progress)
    seen, attention, finder = _Frames(), Attention(camera), flash_finder(camera)
    for picture in pictures:
        background = nearest_background(backgrounds, picture.stamp.utc_ns)
        bgr = detector.reduced(picture.bgr)
        attention.look(picture.stamp, bgr)
        found = detector.detect(picture.stamp, bgr, background=background)
        attention.note(found)
        seen.take(picture, found, side=on_the_ground(found, camera))
        seen.flashes += finder.look(picture.stamp, picture.luma)
    reasons = attention.reasons()
    seen.blank([row for row, why in enumerate(reasons) if why])
    return Observed(
        stamps=seen.stamps,
        sides=seen.sides,
        changed=[bool(why) for why in reasons],
        intact=seen.intact,
        boxes_px=seen.boxes_px,
        chains=_chains(seen, camera, settings=config.tracker),
        backgrounds=backgrounds,
        account=ReadingAccount.of(reader),
        reasons=reasons,
        flashes=told_flashes(seen.flashes, seen.stamps, reasons=reasons),
    )


def smoothed_analysis(
    seen: Observed, camera: Camera, *, config: AnalysisConfig, run_id: str, progress: Progress
) -> Analysis:
    """Tracks of what was observed, each smoothed from its first row to its last."""
    frames = GroundFrames(camera, seen.stamps, seen.sides)
    chains = [
        GroundChain(track_id(run_id, seed=config.seed, number=number), chain, frames, config.tracker)
        for number, chain in enumerate(seen.chains)
    ]
    both = [
        chain.path(0, len(chain.utc_ns))
        for chain in told(chains, "smoothing tracks", total=len(chains), progress=progress)
    ]
    return analysis_of(
        seen, tuple(chains), tracks=tuple(one for one, _ in both), paths=tuple(path for _, path in both)
    )


def analysis_of(
    seen: Observed,
    chains: tuple[GroundChain, ...],
    *,
    tracks: tuple[Track, ...],
    paths: tuple[SmoothedPath, ...],
) -> Analysis:
    """What was observed, with the tracks that were made of it.

    Raises:
        InputError: There was no frame.
    """
    if not seen.stamps:
        raise InputError("there is no picture in it", do="Copy it again from the recorder.")
    return Analysis(
        tracks=tracks,
        chains=chains,
        paths=paths,
        boxes_px={stamp.pts: boxes for stamp, boxes in zip(seen.stamps, seen.boxes_px, strict=True)},
        backgrounds=seen.backgrounds,
        gaps=unseen_gaps(seen.stamps, seen.why, step_s=seen.account.usual_step_s),
        flashes=tuple(seen.flashes),
    )


def detector_for(camera: Camera) -> Detector:
    """The detector of a camera: the one place that says which.

    Raises:
        InputError: The camera sees no ground on which a person could be seen.
    """
    detector = PeopleDetector(camera)
    if len(detector.cells.en_m) == 0:
        raise InputError(
            "this camera sees no ground on which a person would be 12 pixels tall",
            where=f"camera {camera.camera_id}",
            do="The calibration looks above the horizon or too far away: truceline site check.",
        )
    return detector


@dataclass(slots=True)
class _Frames:
    """What one pass gathers: no pictures and no masks, which would fill the memory. Being built."""

    stamps: list[FrameStamp] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    shifts_px: list[tuple[float, float]] = field(default_factory=list)
    intact: list[bool] = field(default_factory=list)
    boxes_px: list[NDArray[np.float64]] = field(default_factory=list)
    flashes: list[Flash] = field(default_factory=list)

    def take(self, picture: VideoFrame, found: Observation, *, side: Side) -> None:
        """Take what one frame gave."""
        self.stamps.append(picture.stamp)
        self.sides.append(side)
        self.shifts_px.append(found.shift_px)
        self.intact.append(picture.intact)
        self.boxes_px.append(found.detections.boxes_px)
        if len(self.stamps) % PACKED_FRAMES == 0:
            self.sides[-PACKED_FRAMES:] = packed_sides(self.sides[-PACKED_FRAMES:])
            self.boxes_px[-PACKED_FRAMES:] = packed_columns(self.boxes_px[-PACKED_FRAMES:])

    def blank(self, rows: Iterable[int]) -> None:
        """Of these frames nothing is told; what was found in them is masked all the same."""
        for row in rows:
            self.sides[row] = self.sides[row].take(np.zeros(0, np.int64))


def _chains(seen: _Frames, camera: Camera, *, settings: TrackerSettings) -> tuple[Chain, ...]:
    frames = GroundFrames(camera, seen.stamps, seen.sides)
    tracker = PlaneTracker(settings, boxes_in(camera))
    for number, (side, shift_px) in enumerate(zip(seen.sides, seen.shifts_px, strict=True)):
        tracker.step(frames.seconds(number), in_the_scene(side, shift_px))
    return tracker.finish()
