"""From chains of detections to tracks on the ground: what files mode and causal mode share."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from truceline.detect.detector import Observation
from truceline.geometry.camera import ground_covariance, ground_from_pixel
from truceline.pipeline.analysis.kinds import told_kind
from truceline.records.frames import FrameStamp
from truceline.records.outlines import UPRIGHT, VEHICLE, Outlines
from truceline.records.site import Camera
from truceline.records.time import NS_PER_S
from truceline.records.tracks import Track
from truceline.track.association import Side
from truceline.track.boxes import person_boxes
from truceline.track.smooth import SmoothedPath, draw_paths, smooth
from truceline.track.tracker import TrackerSettings

Array = NDArray[np.float64]

EDGE_PX = 2.0
GROUND_FLOOR_M = 0.05
"""Nobody's ground point is known better than this: feet have a size."""


@dataclass(frozen=True, slots=True, eq=False)
class GroundFrames:
    """Every frame's stamp and its detections on the ground, by one camera."""

    camera: Camera
    stamps: Sequence[FrameStamp]
    sides: Sequence[Side]

    def seconds(self, frame: int) -> float:
        """Time of a frame since the first one."""
        return (self.stamps[frame].utc_ns - self.stamps[0].utc_ns) / NS_PER_S


def on_the_ground(seen: Observation, camera: Camera) -> Side:
    """Detections of one frame on the ground, boxes where the frame shows them; none at the horizon."""
    found = seen.detections
    positions = ground_from_pixel(camera.calibration, found.foot_px)
    noise = ground_covariance(camera.calibration, found.foot_px, pixel_covariance=found.foot_covariance_px)
    noise = noise + np.eye(2) * GROUND_FLOOR_M**2
    kept = np.isfinite(positions).all(axis=1) & np.isfinite(noise).all(axis=(1, 2))
    outlines = found.outlines.take(np.flatnonzero(kept))
    return Side(positions[kept], noise[kept], found.boxes_px[kept], seen.appearance[kept], outlines)


def in_the_scene(side: Side, shift_px: tuple[float, float]) -> Side:
    """Detections with their boxes where the camera of the survey would show them, as the tracker expects."""
    return side if shift_px == (0.0, 0.0) else replace(side, boxes_px=side.boxes_px - np.tile(shift_px, 2))


def boxes_in(camera: Camera) -> Callable[[Array, Array], Array]:
    """Where people's boxes are expected in a camera's picture, for the tracker."""
    return lambda positions, _: person_boxes(camera.calibration, positions)


def track_id(run_id: str, *, seed: int, number: int) -> str:
    """A name that links nothing: random within a run, the same for the same run."""
    return hashlib.sha256(f"track {run_id} {seed} {number}".encode()).hexdigest()[:12]


class Linked(Protocol):
    """Detections of one subject: which row of which frame. ``number`` counts chains in order of birth."""

    @property
    def number(self) -> int:
        """Its number."""
        ...

    @property
    def frames(self) -> Sequence[int]:
        """Frames in which it was seen, in order."""
        ...

    @property
    def rows(self) -> Sequence[int]:
        """The detection of each of those frames."""
        ...


@dataclass(frozen=True, slots=True)
class Links:
    """A chain as it is kept: nothing but its number, its frames and its rows."""

    number: int
    frames: Sequence[int]
    rows: Sequence[int]


@dataclass(frozen=True, slots=True, eq=False)
class GroundChain:
    """One chain of detections with its frames: its rows are all frames from its first detection to its last.

    Attributes:
        name: The track's id.
    """

    name: str
    chain: Linked
    seen: GroundFrames
    settings: TrackerSettings

    @property
    def utc_ns(self) -> NDArray[np.int64]:
        """(n,) times of all rows."""
        stamps = self.seen.stamps[self.chain.frames[0] : self.chain.frames[-1] + 1]
        return np.array([stamp.utc_ns for stamp in stamps], dtype=np.int64)

    def path(self, first: int, end: int) -> tuple[Track, SmoothedPath]:
        """Rows ``first`` to ``end`` (not included) as they look when no other row is known.

        The part begins at the last seen row at or before ``first`` and ends after the last seen one.
        """
        start, hits = self.chain.frames[0], np.array(self.chain.frames)
        begins = hits[np.searchsorted(hits, start + first, side="right") - 1]
        kept = np.flatnonzero((hits >= begins) & (hits < start + end))
        frames = hits[kept]
        found = [(self.seen.sides[hits[one]], self.chain.rows[one]) for one in kept.tolist()]
        stamps = self.seen.stamps[frames[0] : frames[-1] + 1]
        positions = np.full((len(stamps), 2), np.nan)
        noises = np.tile(np.eye(2), (len(stamps), 1, 1))
        rows = frames - frames[0]
        positions[rows] = [side.positions[row] for side, row in found]
        noises[rows] = [side.covariances[row] for side, row in found]
        times = np.array([stamp.utc_ns - stamps[0].utc_ns for stamp in stamps]) / NS_PER_S
        outlines = Outlines.joined([side.outlines.take(np.array([row])) for side, row in found])
        form = VEHICLE if bool(np.any(outlines.form == VEHICLE)) else UPRIGHT
        smoothed = smooth(times, positions, noises=noises, motion=self.settings.motion_of(form))
        shown = [side.boxes_px[row] for side, row in found]
        boxes = self._boxes(
            times, smoothed.state[:, :2], seen=(rows, shown), is_upright=_is_upright(outlines)
        )
        moments = smoothed.state[:, :4], smoothed.covariance[:, :4, :4]
        return self._track(stamps, rows=rows, moments=moments, boxes=boxes, outlines=outlines), smoothed

    def known_part(self, *, draws: int, seed: int) -> Callable[[int, int], tuple[Track, Callable[[], Array]]]:
        """The track as ``events.settled`` asks for it while it grows."""

        def part(first: int, end: int) -> tuple[Track, Callable[[], Array]]:
            track, path = self.path(first, end)
            return track, lambda: draw_paths(path, draws=draws, seed=seed)

        return part

    def as_told(self, told: Sequence[tuple[int, Array, Array]]) -> Track:
        """The track as it was told frame by frame: (frame, mean (4,), covariance (4, 4)) at the time."""
        stamps = [self.seen.stamps[frame] for frame, _, _ in told]
        means = np.array([mean for _, mean, _ in told])
        covariances = np.array([covariance for _, _, covariance in told])
        rows_of = dict(zip(self.chain.frames, self.chain.rows, strict=True))
        rows = np.array([place for place, (frame, _, _) in enumerate(told) if frame in rows_of])
        found = [(self.seen.sides[frame], rows_of[frame]) for frame, _, _ in told if frame in rows_of]
        outlines = Outlines.joined([side.outlines.take(np.array([row])) for side, row in found])
        times = np.array([stamp.utc_ns - stamps[0].utc_ns for stamp in stamps]) / NS_PER_S
        shown = [side.boxes_px[row] for side, row in found]
        boxes = self._boxes(times, means[:, :2], seen=(rows, shown), is_upright=_is_upright(outlines))
        return self._track(stamps, rows=rows, moments=(means, covariances), boxes=boxes, outlines=outlines)

    def _whole(self, boxes: Array) -> NDArray[np.bool_]:
        """Which boxes (n, 4) lie inside the picture."""
        camera = self.seen.camera
        inside = (boxes[:, :2] >= -EDGE_PX).all(axis=1)
        inside &= (boxes[:, 2:] <= np.array([camera.width_px, camera.height_px]) + EDGE_PX).all(axis=1)
        return np.asarray(inside)

    def _boxes(
        self,
        times: Array,
        places: Array,
        *,
        seen: tuple[NDArray[np.int64], Sequence[Array]],
        is_upright: bool,
    ) -> Array:
        """Boxes (n, 4) of all rows: as seen, and where a person would be shown in the rows between."""
        rows, shown = seen
        boxes = person_boxes(self.seen.camera.calibration, places)
        if not is_upright:
            # Nothing says how large it is but the boxes before and after.
            known = np.array(shown)
            boxes = np.stack([np.interp(times, times[rows], known[:, side]) for side in range(4)], axis=1)
        boxes[rows] = shown
        return boxes

    def _track(
        self,
        stamps: Sequence[FrameStamp],
        *,
        rows: NDArray[np.int64],
        moments: tuple[Array, Array],
        boxes: Array,
        outlines: Outlines,
    ) -> Track:
        observed = np.zeros(len(stamps), dtype=np.bool_)
        observed[rows] = True
        utc_ns = np.array([stamp.utc_ns for stamp in stamps], dtype=np.int64)
        state = np.ascontiguousarray(moments[0])
        kinds, features = told_kind(
            (utc_ns[rows] - utc_ns[0]) / NS_PER_S,
            outlines,
            whole=self._whole(boxes[rows]),
            speeds_mps=np.linalg.norm(state[:, 2:], axis=1),
        )
        return Track(
            track_id=self.name,
            camera_id=self.seen.camera.camera_id,
            utc_ns=utc_ns,
            pts=np.array([stamp.pts for stamp in stamps], dtype=np.int64),
            state=state,
            covariance=np.ascontiguousarray(moments[1]),
            boxes_px=boxes,
            observed=observed,
            kind=kinds.kind,
            kinds=kinds,
            features=features,
        )


def _is_upright(outlines: Outlines) -> bool:
    """Whether every row of a subject is of a person upright, so that its box is known wherever it is."""
    return bool(np.all(outlines.form == UPRIGHT))
