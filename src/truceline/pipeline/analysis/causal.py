"""One footage of one calibrated camera, causal mode: one pass, as live will see it.

What is told of a frame rests on frames up to it; what is told of a crossing rests on frames up to a fixed lag
after it. The background is learnt while people walk in front of it.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from truceline.config import AnalysisConfig
from truceline.detect.detector import Detector, Observation
from truceline.detect.flashes.finder import FlashFinder
from truceline.detect.still.background import Background
from truceline.detect.still.running import RunningBackground, without_people
from truceline.detect.still.steady import STILL, Shift, moved_back, rest_of, where_shown
from truceline.pipeline.analysis.backgrounds import expected_frames, opening_of
from truceline.pipeline.analysis.chains import (
    GroundChain,
    GroundFrames,
    boxes_in,
    in_the_scene,
    on_the_ground,
    track_id,
)
from truceline.pipeline.analysis.files import Analysis, analysis_of, detector_for
from truceline.pipeline.analysis.flashes import flash_finder, told_flashes
from truceline.pipeline.analysis.observed import (
    PACKED_FRAMES,
    Observed,
    ReadingAccount,
    Told,
    packed_columns,
    packed_sides,
    packed_told,
)
from truceline.pipeline.analysis.unseen import Attention
from truceline.pipeline.progress import Progress, told
from truceline.records.flashes import Flash
from truceline.records.frames import FrameStamp
from truceline.records.site import Camera
from truceline.records.time import NS_PER_S, UtcSpan
from truceline.track.association import Side
from truceline.track.tracker import PlaneTracker
from truceline.video.ahead import read_ahead
from truceline.video.source import FootageReader, VideoFrame

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

TOLD_UNSEEN_S = 0.3
"""A person's place is told for so long after it was last seen: steps and arms hide people for moments."""
MOVED_M = 1.5
"""Only who has moved so far is known to be a person, and kept out of the background. A ghost that somebody
walks past seems to move by up to a metre; taken for a person it would never be learnt."""
BACKGROUND_KEPT_S = 60.0
RESTED = (4, 7, 14, 28)
"""After so many samples of the background, from one second to about eighteen, the place in which a swaying
camera rests is worked out anew."""


def analyse_causally(
    reader: FootageReader, camera: Camera, *, config: AnalysisConfig, run_id: str, progress: Progress
) -> Analysis:
    """Detect and track people on the ground in one pass, telling each frame before the next is looked at.

    1. Each frame is compared with the background learnt from the frames before it.
    2. Detections are put on the ground and join the chains there are; what is believed is told.
    3. Now and then the frame becomes a sample of the background, without those who are known to be people.

    Raises:
        InputError: The camera sees no ground, or nothing can be decoded.
    """
    seen = observe_causally(reader, camera, config=config, progress=progress)
    return told_analysis(seen, camera, config=config, run_id=run_id)


def observe_causally(
    reader: FootageReader,
    camera: Camera,
    *,
    config: AnalysisConfig,
    progress: Progress,
    span: UtcSpan | None = None,
) -> Observed:
    """Watch a footage, or a span of it as if it began there, in one pass.

    Raises:
        InputError: The camera sees no ground, or nothing of the whole footage can be decoded.
    """
    detector = detector_for(camera)
    opening = opening_of(reader, detector, span=span)
    watch = _Watch(detector, camera, config, RunningBackground(learn=detector.learn), opening)
    total = expected_frames(reader, span)
    pictures = told(read_ahead(reader.frames(span)), "finding people", total=total, progress=progress)
    watch.see(pictures)
    latest, reasons = watch.running.background, watch.attention.reasons()
    return Observed(
        stamps=watch.stamps,
        sides=watch.sides,
        changed=[bool(why) for why in reasons],
        intact=watch.intact,
        boxes_px=watch.boxes_px,
        chains=watch.tracker.finish(),
        backgrounds=tuple(watch.backgrounds) or (() if latest is None else (latest,)),
        account=ReadingAccount.of(reader),
        told=watch.told,
        reasons=reasons,
        flashes=told_flashes(watch.flashes, watch.stamps, reasons=reasons),
    )


def told_analysis(seen: Observed, camera: Camera, *, config: AnalysisConfig, run_id: str) -> Analysis:
    """Tracks as they were told frame by frame; nothing is smoothed."""
    frames = GroundFrames(camera, seen.stamps, seen.sides)
    chains = tuple(
        GroundChain(track_id(run_id, seed=config.seed, number=chain.number), chain, frames, config.tracker)
        for chain in seen.chains
    )
    tracks = tuple(one.as_told(seen.told[one.chain.number]) for one in chains)
    return analysis_of(seen, chains, tracks=tracks, paths=())


@dataclass(slots=True)
class _Watch:
    """What one pass gathers. Being built."""

    detector: Detector
    camera: Camera
    config: AnalysisConfig
    running: RunningBackground
    opening: Background | None
    tracker: PlaneTracker = field(init=False)
    attention: Attention = field(init=False)
    stamps: list[FrameStamp] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    intact: list[bool] = field(default_factory=list)
    told: dict[int, list[Told]] = field(default_factory=dict)
    boxes_px: list[Array] = field(default_factory=list)
    shifts_px: list[Shift] = field(default_factory=list)
    backgrounds: list[Background] = field(default_factory=list)
    finder: FlashFinder = field(init=False)
    flashes: list[Flash] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the tracker, and what looks at every picture besides."""
        self.tracker = PlaneTracker(self.config.tracker, boxes_in(self.camera))
        self.attention = Attention(self.camera)
        self.finder = flash_finder(self.camera)

    def see(self, pictures: Iterable[VideoFrame]) -> None:
        """Take all pictures, one after the other."""
        for picture in pictures:
            self._see_one(picture.stamp, self.detector.reduced(picture.bgr))
            self.flashes += self.finder.look(picture.stamp, picture.luma)
            self.intact.append(picture.intact)
            if len(self.stamps) % PACKED_FRAMES == 0:
                self._pack()

    def _pack(self) -> None:
        self.sides[-PACKED_FRAMES:] = packed_sides(self.sides[-PACKED_FRAMES:])
        self.boxes_px[-PACKED_FRAMES:] = packed_columns(self.boxes_px[-PACKED_FRAMES:])
        since = len(self.stamps) - PACKED_FRAMES
        for rows in self.told.values():
            first = bisect_left(rows, since, key=lambda row: row[0])
            rows[first:] = packed_told(rows[first:])

    def _see_one(self, stamp: FrameStamp, bgr: Image) -> None:
        now_s = (stamp.utc_ns - self.stamps[0].utc_ns) / NS_PER_S if self.stamps else 0.0
        # (1)
        repeated = self.attention.look(stamp, bgr)
        seen = self._compared(stamp, bgr)
        self.attention.note(seen)
        self.stamps.append(stamp)
        side = on_the_ground(seen, self.camera)
        self.sides.append(side.take(np.zeros(0, np.int64)) if repeated else side)
        self.boxes_px.append(seen.detections.boxes_px)
        # (2)
        self.tracker.step(now_s, in_the_scene(self.sides[-1], seen.shift_px))
        for chain in self.tracker.believed:
            if now_s - chain.seen_s <= TOLD_UNSEEN_S:
                rows = self.told.setdefault(chain.number, [])
                rows.append((len(self.stamps) - 1, chain.mean, chain.covariance))
        # (3)
        if self.running.is_due(stamp.utc_ns):
            people = [
                chain.box_px * self.detector.scale
                for chain in self.tracker.believed
                if chain.misses == 0 and chain.reach > MOVED_M
            ]
            self._learn(stamp, bgr, free=without_people(seen.mask, people))

    def _learn(self, stamp: FrameStamp, bgr: Image, *, free: Image) -> None:
        """Take a frame as a sample, in its scene's place; not what a camera shows that was turned away."""
        known = self.running.background or self.opening
        sway = STILL if known is None else self.detector.sway(bgr, known)
        if sway.lost:
            return
        shown = where_shown(np.ones_like(free), sway.shift_px)
        self.running.learn(stamp.utc_ns, moved_back(bgr, sway.shift_px), free=free, shown=shown)
        if self.opening is None and len(self.shifts_px) < RESTED[-1]:
            self.shifts_px.append(sway.shift_px)
            self._find_rest()
        self._keep_background()

    def _find_rest(self) -> None:
        """The first picture of a swaying camera is anywhere about the place in which it rests."""
        rest = rest_of(self.shifts_px) if len(self.shifts_px) in RESTED else (0.0, 0.0)
        if any(rest):
            self.running.move(rest)
            self.shifts_px = [(right - rest[0], down - rest[1]) for right, down in self.shifts_px]

    def _compared(self, stamp: FrameStamp, bgr: Image) -> Observation:
        if self.running.background is None:
            nothing = self.detector.nothing(stamp)
            lost = self.opening is not None and self.detector.sway(bgr, self.opening).lost
            return replace(nothing, moved=lost)
        return self.detector.detect(stamp, bgr, background=self.running.background)

    def _keep_background(self) -> None:
        """Keep the last background of each minute: masks of a release are drawn against them.

        The last, not the first: a scene that was just begun still shows those who stood in it.
        """
        latest = self.running.background
        if latest is None:
            return
        if self.backgrounds and _minute(latest) <= _minute(self.backgrounds[-1]):
            self.backgrounds[-1] = latest
        else:
            self.backgrounds.append(latest)


def _minute(background: Background) -> int:
    return int(background.centre_utc_ns // (BACKGROUND_KEPT_S * NS_PER_S))
