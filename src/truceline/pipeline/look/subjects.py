"""What moves in an uncalibrated clip: scenes, blobs, tracks in pixels of the picture, and of what kind."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from truceline.detect.appearance import stripe_colours
from truceline.detect.blobs import find_blobs
from truceline.detect.kinds.classify import classify
from truceline.detect.kinds.features import TrackShape, image_features, lower_widths
from truceline.detect.people import reduced_to
from truceline.detect.thermal.freeze import Stir, frozen, stir
from truceline.pipeline.analysis.backgrounds import changed_gaps, expected_frames
from truceline.pipeline.look.gaps import frozen_gaps
from truceline.pipeline.look.joins import Clip, Links, filled, joined
from truceline.pipeline.look.scene import StillScene, clip_scenes, nearest_scene
from truceline.pipeline.progress import Progress, told
from truceline.records.classes import UNDECIDED, ClassPosterior
from truceline.records.columns import BoolColumn, FloatColumn, IntColumn
from truceline.records.frames import FrameStamp, Gap
from truceline.records.time import NS_PER_S
from truceline.track.association import Side, Weights
from truceline.track.smooth import Motion, smooth
from truceline.track.tracker import PlaneTracker, TrackerSettings
from truceline.video.ahead import read_ahead
from truceline.video.source import FootageReader, VideoFrame

Image = NDArray[np.uint8]
Array = NDArray[np.float64]

WORKING_WIDTH_PX = 768
"""Wider pictures are reduced to this."""

NOMINAL_HEIGHT = 1.72
"""Motion is scaled by the clip's typical subject as if it were a person of this height; nothing is stated
from it."""
NOMINAL_ACCELERATION = 1.5
NOMINAL_SPEED = 4.0
COAST_S = 1.0
LARGEST_SIGMA = 0.6

LONGEST_STILL_STEP = 0.5
"""Between stills nobody knows how much time lies. A track that usually moves by more than this share of its
own height from one still to the next is made of different subjects."""

FOOT_SIGMA_SHARE = 0.06
FOOT_SIGMA_FLOOR_PX = 1.5

SHORTEST_TRACK_S = 0.6
FEWEST_ROWS = 3
LEAST_SEEN_SHARE = 0.4
LEAST_PATH_SHARE = 0.4
"""A subject that moves by less than this share of its own size is taken for noise: of its height, or of the
square root of its area if that is less (a slim body has left its place sooner)."""
MEDIAN_S = 0.4
MOST_LOST = 1.5
"""The path of a short track counts so many times at most for what the running median took off it."""
SMALLEST_SHARE = 0.12
"""What is smaller than this share of the clip's typical subject is taken for a speck: a reflection, an
edge of a shadow."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One thing that moved, one row a frame from first to last seen.

    Attributes:
        seconds: (n,) presentation seconds; ``pts`` (n,) the frames' presentation time stamps.
        foot_px: (n, 2) smoothed bottom middle of its box.
        boxes_px: (n, 4) left, top, right, bottom; interpolated where not observed.
        observed: (n,) whether it was seen.
        kinds: What kind of thing it is, as far as shape and gait tell.
    """

    label: str
    pts: IntColumn
    seconds: FloatColumn
    foot_px: FloatColumn
    boxes_px: FloatColumn
    observed: BoolColumn
    kinds: ClassPosterior = field(default=UNDECIDED)

    @property
    def heights_px(self) -> FloatColumn:
        """(n,) heights of its boxes."""
        heights: FloatColumn = self.boxes_px[:, 3] - self.boxes_px[:, 1]
        return heights


@dataclass(frozen=True, slots=True, eq=False)
class ClipAnalysis:
    """What a clip gave: subjects in order of appearance, its scenes, what the picture did not show.

    Attributes:
        changed_share: Share (0 to 1) of the frames in which the whole picture had changed.
        chained_share: Share of all blobs that were joined to others in time; 1 where there were none.
    """

    subjects: tuple[Subject, ...]
    scenes: tuple[StillScene, ...]
    gaps: tuple[Gap, ...]
    changed_share: float
    chained_share: float


def find_subjects(reader: FootageReader, *, progress: Progress) -> ClipAnalysis:
    """Find what moves in a clip of a camera that stands still.

    1. One pass learns the scene, a second one finds what differs from it.
    2. Blobs are chained to tracks in the picture; a chain that broke off is joined to the one it goes on in.
    3. They are smoothed, and what hardly moves is dropped: it is noise, or it has always been there.
    """
    # (1)
    seen, scenes = _looked(reader, progress=progress)
    still = frozen([one.stir for one in seen])
    seen = [_blind(one) if repeated else one for one, repeated in zip(seen, still, strict=True)]
    # (2)
    typical_px = _typical_height_px(seen)
    settings = _settings(typical_px, step_s=reader.usual_step_s)
    tracker = PlaneTracker(settings, _moved_boxes)
    for one in seen:
        tracker.step((one.stamp.utc_ns - seen[0].stamp.utc_ns) / NS_PER_S, one.side)
    clip = Clip([one.side for one in seen], _seconds(seen), still)
    chains = [Links(tuple(chain.frames), tuple(chain.rows)) for chain in tracker.finish()]
    chains = list(filled(joined(chains, clip, unseen_s=settings.coast_s), clip))
    blobs = sum(len(one.side) for one in seen)
    chained = [chain for chain in chains if _timed(reader) or _follows(chain, seen)]
    # (3)
    subjects: list[Subject] = []
    for chain in told(chained, "smoothing tracks", total=len(chained), progress=progress):
        subject = _subject(chain, seen, motion=settings.motion, label=f"S{len(subjects) + 1}")
        large = float(np.median(subject.heights_px)) >= SMALLEST_SHARE * typical_px
        if large and moves(subject):
            subjects.append(_of_a_kind(subject, chain, seen=seen, reader=reader))
    return ClipAnalysis(
        subjects=tuple(subjects),
        scenes=scenes,
        gaps=_gaps(seen, still, step_s=reader.usual_step_s),
        changed_share=sum(one.changed for one in seen) / len(seen),
        chained_share=sum(len(chain.frames) for chain in chained) / blobs if blobs else 1.0,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """One frame: its blobs, each one's width across the lower third, and how much the quiet parts changed."""

    stamp: FrameStamp
    side: Side
    lower_px: Array
    changed: bool
    stir: Stir | None


def _looked(reader: FootageReader, *, progress: Progress) -> tuple[list[_Seen], tuple[StillScene, ...]]:
    """What each frame shows against its scene."""
    facts = reader.facts
    scale = min(1.0, WORKING_WIDTH_PX / facts.width_px)
    size = (round(facts.width_px * scale), round(facts.height_px * scale))
    total = expected_frames(reader)
    pictures = told(read_ahead(reader.frames()), "learning the scene", total=total, progress=progress)
    scenes = clip_scenes(pictures, reader, size_px=size)
    pictures = told(
        read_ahead(reader.frames()), "finding what moves", total=reader.frame_count, progress=progress
    )
    seen: list[_Seen] = []
    before: Image | None = None
    for picture in pictures:
        bgr = reduced_to(picture.bgr, size)
        scene = nearest_scene(scenes, picture.stamp.utc_ns)
        seen.append(_observe(picture, bgr, scene=scene, stirred=stir(bgr, before)))
        before = bgr
    return seen, scenes


def _observe(picture: VideoFrame, bgr: Image, *, scene: StillScene, stirred: Stir | None) -> _Seen:
    found = scene.moving(bgr)
    boxes = np.zeros((0, 4)) if found.changed else find_blobs(found.mask).boxes_px
    appearance = stripe_colours(bgr, found.mask, boxes_px=boxes)
    enlarged = picture.bgr.shape[1] / bgr.shape[1]
    lower = lower_widths(found.mask, boxes) * enlarged
    return _Seen(picture.stamp, _side(boxes * enlarged, appearance), lower, found.changed, stirred)


def _blind(one: _Seen) -> _Seen:
    """A frame that repeats an earlier one shows nothing of its own time."""
    none = np.arange(0)
    return replace(one, side=one.side.take(none), lower_px=one.lower_px[none])


def _gaps(seen: Sequence[_Seen], still: BoolColumn, *, step_s: float) -> tuple[Gap, ...]:
    stamps = [one.stamp for one in seen]
    changed = changed_gaps(stamps, [one.changed for one in seen], step_s=step_s)
    return (*changed, *frozen_gaps(stamps, still, step_s=step_s))


def _of_a_kind(subject: Subject, chain: Links, *, seen: Sequence[_Seen], reader: FootageReader) -> Subject:
    """The subject with a probability for each kind of thing it may be."""
    lower = np.full(len(subject.pts), np.nan)
    hits = np.array(chain.frames) - chain.frames[0]
    lower[hits] = [seen[frame].lower_px[row] for frame, row in zip(chain.frames, chain.rows, strict=True)]
    shape = TrackShape(subject.seconds, subject.boxes_px, lower, subject.observed)
    facts = reader.facts
    features = image_features(shape, width_px=facts.width_px, height_px=facts.height_px)
    return replace(subject, kinds=classify(features))


def _seconds(seen: Sequence[_Seen]) -> Array:
    return np.array([one.stamp.utc_ns for one in seen], dtype=np.float64) / NS_PER_S


def _side(boxes: Array, appearance: Array) -> Side:
    foot = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
    sigma = np.maximum(FOOT_SIGMA_FLOOR_PX, FOOT_SIGMA_SHARE * (boxes[:, 3] - boxes[:, 1]))
    return Side(foot, sigma[:, None, None] ** 2 * np.eye(2), boxes, appearance)


def _settings(typical_px: float, *, step_s: float) -> TrackerSettings:
    scale = typical_px / NOMINAL_HEIGHT
    return TrackerSettings(
        motion=Motion(acceleration=NOMINAL_ACCELERATION * scale, speed=NOMINAL_SPEED * scale),
        weights=Weights(metre=scale),
        coast_s=max(COAST_S, 2.5 * step_s),
        largest_sigma=LARGEST_SIGMA * scale,
    )


def _typical_height_px(seen: Sequence[_Seen]) -> float:
    """The height of the blob in the middle of all foreground, so that many specks do not outvote subjects."""
    ordered = np.sort(np.concatenate([one.side.boxes_px[:, 3] - one.side.boxes_px[:, 1] for one in seen]))
    if not len(ordered):
        return 1.0
    total = np.cumsum(ordered**2)
    return float(ordered[np.searchsorted(total, total[-1] / 2)])


def _timed(reader: FootageReader) -> bool:
    """Whether the footage, or who gave it, says how fast its pictures follow one another."""
    return bool(reader.facts.rate_hz or reader.footage.true_rate_hz)


def _follows(chain: Links, seen: Sequence[_Seen]) -> bool:
    """Whether a chain in a series of stills moves by little from one to the next."""
    boxes = np.array(
        [seen[frame].side.boxes_px[row] for frame, row in zip(chain.frames, chain.rows, strict=True)]
    )
    foot = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
    steps = np.linalg.norm(np.diff(foot, axis=0), axis=1)
    return float(np.median(steps)) <= LONGEST_STILL_STEP * float(np.median(boxes[:, 3] - boxes[:, 1]))


def _moved_boxes(positions: Array, boxes: Array) -> Array:
    """The last boxes, moved so that their feet stand at the positions."""
    foot = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
    return boxes + np.tile(positions - foot, 2)


def _subject(chain: Links, seen: Sequence[_Seen], *, motion: Motion, label: str) -> Subject:
    first, last = chain.frames[0], chain.frames[-1]
    stamps = [one.stamp for one in seen[first : last + 1]]
    hits = np.array(chain.frames) - first
    found = [(seen[frame].side, row) for frame, row in zip(chain.frames, chain.rows, strict=True)]
    positions = np.full((len(stamps), 2), np.nan)
    noises = np.tile(np.eye(2), (len(stamps), 1, 1))
    positions[hits] = [side.positions[row] for side, row in found]
    noises[hits] = [side.covariances[row] for side, row in found]
    boxes = np.array([side.boxes_px[row] for side, row in found])
    seconds = np.array([stamp.utc_ns for stamp in stamps]) / NS_PER_S
    path = smooth(seconds - seconds[0], positions, noises=noises, motion=motion)
    observed = np.zeros(len(stamps), dtype=np.bool_)
    observed[hits] = True
    return Subject(
        label=label,
        pts=np.array([stamp.pts for stamp in stamps], dtype=np.int64),
        seconds=seconds,
        foot_px=np.ascontiguousarray(path.state[:, :2]),
        boxes_px=np.stack([np.interp(seconds, seconds[hits], boxes[:, edge]) for edge in range(4)], axis=1),
        observed=observed,
    )


def moves(subject: Subject) -> bool:
    """Whether a track is long enough, seen often enough and moves far enough to be a subject.

    The path is that of a running median: a blob that flickers about one place, a branch or the ghost of a
    parked car, has its median where it always is.
    """
    seen = np.flatnonzero(subject.observed)
    lasts_s = subject.seconds[-1] - subject.seconds[0]
    if len(seen) < max(FEWEST_ROWS, LEAST_SEEN_SHARE * len(subject.pts)) or lasts_s < SHORTEST_TRACK_S:
        return False
    window = round(MEDIAN_S / lasts_s * len(subject.pts))
    window = min(max(window, FEWEST_ROWS), len(seen))
    places = np.median(
        np.lib.stride_tricks.sliding_window_view(subject.foot_px[seen], window, axis=0), axis=2
    )
    # The window takes its own length off the path of a short track.
    lost = min((len(seen) - 1) / max(len(seen) - window, 1), MOST_LOST)
    reach = lost * float(np.linalg.norm(np.ptp(places, axis=0)))
    heights, widths = subject.heights_px[seen], np.diff(subject.boxes_px[seen][:, [0, 2]], axis=1)[:, 0]
    size = float(np.median(np.minimum(heights, np.sqrt(heights * widths))))
    return bool(reach >= LEAST_PATH_SHARE * size)
