"""One footage of one calibrated camera: backgrounds, detections, tracks. Two passes over the file."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.config import AnalysisConfig
from truceline.detect.background import (
    FLOOR_THERMAL,
    FLOOR_VISIBLE,
    SAMPLES_A_WINDOW,
    Background,
    median_background,
)
from truceline.detect.people import Observation, PeopleDetector
from truceline.errors import InputError
from truceline.geometry.camera import ground_covariance, ground_from_pixel
from truceline.pipeline.progress import Progress, told
from truceline.records.frames import FrameStamp, Gap, GapReason
from truceline.records.site import Camera
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.records.tracks import Track
from truceline.track.association import Side
from truceline.track.boxes import person_boxes
from truceline.track.smooth import SmoothedPath, smooth
from truceline.track.tracker import Chain, PlaneTracker, TrackerSettings
from truceline.video.ahead import read_ahead
from truceline.video.source import FootageReader, VideoFrame

Image = NDArray[np.uint8]

LONGEST_SAMPLE_STEP_S = 4.0
GROUND_FLOOR_M = 0.05
"""Nobody's ground point is known better than this: feet have a size."""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """What one footage gave.

    Attributes:
        paths: The smoothed path of each track, in the same order: what crossings are sampled from.
        boxes_px: All detections of each frame by presentation time stamp, tracked or not: all are masked.
        backgrounds: In order of time.
        gaps: Stretches that the pictures themselves did not show; the reader has the file's own.
    """

    tracks: tuple[Track, ...]
    paths: tuple[SmoothedPath, ...]
    boxes_px: dict[int, NDArray[np.float64]]
    backgrounds: tuple[Background, ...]
    gaps: tuple[Gap, ...]


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
    detector = PeopleDetector(camera)
    if len(detector.cells.en_m) == 0:
        raise InputError(
            "this camera sees no ground on which a person would be 12 pixels tall",
            where=f"camera {camera.camera_id}",
            do="The calibration looks above the horizon or too far away: truceline site check.",
        )
    # (1)
    floor = FLOOR_THERMAL if camera.band == "thermal" else FLOOR_VISIBLE
    total = expected_frames(reader)
    pictures = told(read_ahead(reader.frames()), "learning the background", total=total, progress=progress)
    backgrounds = learn_backgrounds(pictures, reader, reduce=detector.reduced, floor=floor)
    total = expected_frames(reader)
    pictures = told(read_ahead(reader.frames()), "finding people", total=total, progress=progress)
    stamps, seen = _observe(pictures, detector, backgrounds=backgrounds)
    # (2)
    sequence = _Sequence(stamps, [_on_the_ground(one, camera) for one in seen])
    chains = _chains(sequence, camera=camera, settings=config.tracker)
    # (3)
    tracks, paths = [], []
    for number, chain in enumerate(told(chains, "smoothing tracks", total=len(chains), progress=progress)):
        path = _smoothed(chain, sequence, settings=config.tracker)
        name = hashlib.sha256(f"track {run_id} {config.seed} {number}".encode()).hexdigest()[:12]
        tracks.append(_track(chain, sequence, path=path, camera=camera, track_id=name))
        paths.append(path)
    return Analysis(
        tracks=tuple(tracks),
        paths=tuple(paths),
        boxes_px={stamp.pts: one.detections.boxes_px for stamp, one in zip(stamps, seen, strict=True)},
        backgrounds=backgrounds,
        gaps=changed_gaps(stamps, [one.changed for one in seen], step_s=reader.usual_step_s),
    )


def expected_frames(reader: FootageReader) -> int | None:
    """How many frames the file holds, as counted or as it claims, or None."""
    if reader.frame_count:
        return reader.frame_count
    facts = reader.facts
    return round(facts.duration_s * facts.rate_hz) if facts.duration_s and facts.rate_hz else None


def learn_backgrounds(
    pictures: Iterable[VideoFrame], reader: FootageReader, *, reduce: Callable[[Image], Image], floor: int
) -> tuple[Background, ...]:
    """Median backgrounds over windows of samples spread over the file; ``reduce`` brings pictures to size."""
    length_s = (reader.facts.duration_s or 0.0) * float(reader.clock.stretch)
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
    if not backgrounds or len(samples) >= SAMPLES_A_WINDOW // 3:
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


@dataclass(frozen=True, slots=True, eq=False)
class _Sequence:
    """Every frame's stamp and its detections on the ground."""

    stamps: Sequence[FrameStamp]
    sides: Sequence[Side]


def _observe(
    pictures: Iterable[VideoFrame], detector: PeopleDetector, *, backgrounds: Sequence[Background]
) -> tuple[list[FrameStamp], list[Observation]]:
    stamps, seen = [], []
    for picture in pictures:
        background = nearest_background(backgrounds, picture.stamp.utc_ns)
        stamps.append(picture.stamp)
        seen.append(detector.detect(picture.stamp, detector.reduced(picture.bgr), background=background))
    return stamps, seen


def _on_the_ground(seen: Observation, camera: Camera) -> Side:
    """Detections of one frame on the ground; those at the horizon are left out."""
    found = seen.detections
    positions = ground_from_pixel(camera.calibration, found.foot_px)
    noise = ground_covariance(camera.calibration, found.foot_px, pixel_covariance=found.foot_covariance_px)
    noise = noise + np.eye(2) * GROUND_FLOOR_M**2
    kept = np.isfinite(positions).all(axis=1) & np.isfinite(noise).all(axis=(1, 2))
    return Side(positions[kept], noise[kept], found.boxes_px[kept], seen.appearance[kept])


def _chains(seen: _Sequence, *, camera: Camera, settings: TrackerSettings) -> tuple[Chain, ...]:
    tracker = PlaneTracker(settings, lambda positions, _: person_boxes(camera.calibration, positions))
    start_utc_ns = seen.stamps[0].utc_ns
    for stamp, side in zip(seen.stamps, seen.sides, strict=True):
        tracker.step((stamp.utc_ns - start_utc_ns) / NS_PER_S, side)
    return tracker.finish()


def _smoothed(chain: Chain, seen: _Sequence, *, settings: TrackerSettings) -> SmoothedPath:
    first, last = chain.frames[0], chain.frames[-1]
    positions = np.full((last - first + 1, 2), np.nan)
    noises = np.tile(np.eye(2), (last - first + 1, 1, 1))
    for frame, row in zip(chain.frames, chain.rows, strict=True):
        positions[frame - first] = seen.sides[frame].positions[row]
        noises[frame - first] = seen.sides[frame].covariances[row]
    rows = seen.stamps[first : last + 1]
    times = np.array([stamp.utc_ns - rows[0].utc_ns for stamp in rows]) / NS_PER_S
    return smooth(times, positions, noises=noises, motion=settings.motion)


def _track(chain: Chain, seen: _Sequence, *, path: SmoothedPath, camera: Camera, track_id: str) -> Track:
    rows = seen.stamps[chain.frames[0] : chain.frames[-1] + 1]
    state = path.state[:, :4]
    boxes = person_boxes(camera.calibration, state[:, :2])
    observed = np.zeros(len(rows), dtype=np.bool_)
    for frame, row in zip(chain.frames, chain.rows, strict=True):
        boxes[frame - chain.frames[0]] = seen.sides[frame].boxes_px[row]
        observed[frame - chain.frames[0]] = True
    return Track(
        track_id=track_id,
        camera_id=camera.camera_id,
        utc_ns=np.array([stamp.utc_ns for stamp in rows], dtype=np.int64),
        pts=np.array([stamp.pts for stamp in rows], dtype=np.int64),
        state=np.ascontiguousarray(state),
        covariance=np.ascontiguousarray(path.covariance[:, :4, :4]),
        boxes_px=boxes,
        observed=observed,
        kind="person",
    )
