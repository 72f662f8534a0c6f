"""What moves in an uncalibrated clip: backgrounds, blobs, tracks in pixels of the picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.detect.appearance import stripe_colours
from truceline.detect.background import FLOOR_VISIBLE, Background, foreground
from truceline.detect.blobs import find_blobs
from truceline.detect.people import reduced_to
from truceline.pipeline.analyse import changed_gaps, expected_frames, learn_backgrounds, nearest_background
from truceline.pipeline.progress import Progress, told
from truceline.records.columns import BoolColumn, FloatColumn, IntColumn
from truceline.records.frames import FrameStamp, Gap
from truceline.records.time import NS_PER_S
from truceline.track.association import Side
from truceline.track.smooth import Motion, smooth
from truceline.track.tracker import Chain, PlaneTracker, TrackerSettings
from truceline.video.source import FootageReader, VideoFrame

Image = NDArray[np.uint8]
Array = NDArray[np.float64]

WORKING_WIDTH_PX = 768
"""Wider pictures are reduced to this."""

NOMINAL_HEIGHT = 1.72
"""Motion is scaled by the clip's typical subject as if it were a person of this height; nothing is stated
from it."""
NOMINAL_ACCELERATION = 2.5
NOMINAL_SPEED = 4.0

FOOT_SIGMA_SHARE = 0.06
FOOT_SIGMA_FLOOR_PX = 1.5

SHORTEST_TRACK_S = 0.6
FEWEST_ROWS = 3
LEAST_PATH_SHARE = 0.5
"""A subject that moves by less than this share of its own height is taken for noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One thing that moved, one row a frame from first to last seen.

    Attributes:
        seconds: (n,) presentation seconds; ``pts`` (n,) the frames' presentation time stamps.
        foot_px: (n, 2) smoothed bottom middle of its box.
        boxes_px: (n, 4) left, top, right, bottom; interpolated where not observed.
        observed: (n,) whether it was seen.
    """

    label: str
    pts: IntColumn
    seconds: FloatColumn
    foot_px: FloatColumn
    boxes_px: FloatColumn
    observed: BoolColumn

    @property
    def heights_px(self) -> FloatColumn:
        """(n,) heights of its boxes."""
        heights: FloatColumn = self.boxes_px[:, 3] - self.boxes_px[:, 1]
        return heights


@dataclass(frozen=True, slots=True, eq=False)
class ClipAnalysis:
    """What a clip gave: subjects in order of appearance, its backgrounds, what the picture did not show."""

    subjects: tuple[Subject, ...]
    backgrounds: tuple[Background, ...]
    gaps: tuple[Gap, ...]


def find_subjects(reader: FootageReader, *, progress: Progress) -> ClipAnalysis:
    """Find what moves in a clip of a camera that stands still. Two passes over the file."""
    facts = reader.facts
    scale = min(1.0, WORKING_WIDTH_PX / facts.width_px)
    size = (round(facts.width_px * scale), round(facts.height_px * scale))
    pictures = told(
        reader.frames(), "learning the background", total=expected_frames(reader), progress=progress
    )
    backgrounds = learn_backgrounds(
        pictures, reader, reduce=lambda bgr: reduced_to(bgr, size), floor=FLOOR_VISIBLE
    )
    pictures = told(reader.frames(), "finding what moves", total=expected_frames(reader), progress=progress)
    stamps, sides, changed = _observe(pictures, backgrounds, size=size)
    settings = _settings(sides, step_s=reader.usual_step_s)
    tracker = PlaneTracker(settings, _moved_boxes)
    for stamp, side in zip(stamps, sides, strict=True):
        tracker.step((stamp.utc_ns - stamps[0].utc_ns) / NS_PER_S, side)
    chains = tracker.finish()
    subjects: list[Subject] = []
    for chain in told(chains, "smoothing tracks", total=len(chains), progress=progress):
        subject = _subject(chain, stamps, sides=sides, motion=settings.motion, label=f"S{len(subjects) + 1}")
        if _moves(subject):
            subjects.append(subject)
    gaps = changed_gaps(stamps, changed, step_s=reader.usual_step_s)
    return ClipAnalysis(tuple(subjects), backgrounds, gaps)


def _observe(
    pictures: Iterable[VideoFrame], backgrounds: Sequence[Background], *, size: tuple[int, int]
) -> tuple[list[FrameStamp], list[Side], list[bool]]:
    stamps, sides, changed = [], [], []
    for picture in pictures:
        bgr = reduced_to(picture.bgr, size)
        seen = foreground(bgr, nearest_background(backgrounds, picture.stamp.utc_ns))
        boxes = np.zeros((0, 4)) if seen.changed else find_blobs(seen.mask).boxes_px
        appearance = stripe_colours(bgr, seen.mask, boxes_px=boxes)
        stamps.append(picture.stamp)
        sides.append(_side(boxes * (picture.bgr.shape[1] / size[0]), appearance))
        changed.append(seen.changed)
    return stamps, sides, changed


def _side(boxes: Array, appearance: Array) -> Side:
    foot = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
    sigma = np.maximum(FOOT_SIGMA_FLOOR_PX, FOOT_SIGMA_SHARE * (boxes[:, 3] - boxes[:, 1]))
    return Side(foot, sigma[:, None, None] ** 2 * np.eye(2), boxes, appearance)


def _settings(sides: Sequence[Side], *, step_s: float) -> TrackerSettings:
    heights = np.concatenate([side.boxes_px[:, 3] - side.boxes_px[:, 1] for side in sides])
    scale = (float(np.median(heights)) if len(heights) else 1.0) / NOMINAL_HEIGHT
    return TrackerSettings(
        motion=Motion(acceleration=NOMINAL_ACCELERATION * scale, speed=NOMINAL_SPEED * scale),
        coast_s=max(1.5, 2.5 * step_s),
        largest_sigma=scale,
    )


def _moved_boxes(positions: Array, boxes: Array) -> Array:
    """The last boxes, moved so that their feet stand at the positions."""
    foot = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
    return boxes + np.tile(positions - foot, 2)


def _subject(
    chain: Chain, stamps: Sequence[FrameStamp], *, sides: Sequence[Side], motion: Motion, label: str
) -> Subject:
    first, last = chain.frames[0], chain.frames[-1]
    rows = stamps[first : last + 1]
    seen = np.array(chain.frames) - first
    seconds = np.array([stamp.utc_ns for stamp in rows]) / NS_PER_S
    positions = np.full((len(rows), 2), np.nan)
    noises = np.tile(np.eye(2), (len(rows), 1, 1))
    found = list(zip(chain.frames, chain.rows, strict=True))
    positions[seen] = [sides[frame].positions[row] for frame, row in found]
    noises[seen] = [sides[frame].covariances[row] for frame, row in found]
    boxes = np.array([sides[frame].boxes_px[row] for frame, row in found])
    observed = np.zeros(len(rows), dtype=np.bool_)
    observed[seen] = True
    return Subject(
        label=label,
        pts=np.array([stamp.pts for stamp in rows], dtype=np.int64),
        seconds=seconds,
        foot_px=smooth(seconds - seconds[0], positions, noises=noises, motion=motion).state[:, :2].copy(),
        boxes_px=np.stack([np.interp(seconds, seconds[seen], boxes[:, edge]) for edge in range(4)], axis=1),
        observed=observed,
    )


def _moves(subject: Subject) -> bool:
    seen = int(subject.observed.sum())
    if seen < FEWEST_ROWS or subject.seconds[-1] - subject.seconds[0] < SHORTEST_TRACK_S:
        return False
    reach = float(np.linalg.norm(np.ptp(subject.foot_px, axis=0)))
    return reach >= LEAST_PATH_SHARE * float(np.median(subject.heights_px))
