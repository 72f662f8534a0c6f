"""What trackers are given and what they give back, as columns; and the one gap filling that all get."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from truceline.evaluate.scene import BoxFrame, Frame

Array = NDArray[np.float64]
Index = NDArray[np.int64]

LONGEST_GAP = 20
"""Frames of a gap that are filled on a straight line, for every tracker alike; longer gaps stay open."""


@dataclass(frozen=True, slots=True, eq=False)
class DetectionTable:
    """The detections of one recording, ordered by frame.

    Attributes:
        frames: How many frames there are; ``rate_hz`` how many a second.
        frame: (n,) counted from 1.
        boxes_px: (n, 4) left, top, right, bottom.
        confidence: (n,) as trackers are told.
        ground_m: (n, 2) on the ground; NaN without a calibration.
        covariance_m2: (n, 2, 2) of that.
    """

    frames: int
    rate_hz: float
    frame: Index
    boxes_px: Array
    confidence: Array
    ground_m: Array
    covariance_m2: Array

    @property
    def metric(self) -> bool:
        """Whether there are positions on the ground."""
        return bool(np.isfinite(self.ground_m).all())


@dataclass(frozen=True, slots=True, eq=False)
class TrackTable:
    """Tracks, or truth: one row for each subject in each frame.

    Attributes:
        frame: (n,) counted from 1.
        identity: (n,) whole numbers.
        boxes_px: (n, 4) left, top, right, bottom.
        ground_m: (n, 2); NaN without a calibration.
        seconds: Spent tracking, without detection; 0 for truth.
    """

    name: str
    frame: Index
    identity: Index
    boxes_px: Array
    ground_m: Array
    seconds: float = 0.0

    def where(self, rows: NDArray[np.bool_]) -> "TrackTable":
        """Only these rows."""
        return replace(
            self,
            frame=self.frame[rows],
            identity=self.identity[rows],
            boxes_px=self.boxes_px[rows],
            ground_m=self.ground_m[rows],
        )

    def on_the_ground(self, frames: Sequence[int]) -> list[Frame]:
        """Names and positions of the frames asked for."""
        return [Frame(self._names(rows), self.ground_m[rows]) for rows in self._rows(frames)]

    def in_the_image(self, frames: Sequence[int]) -> list[BoxFrame]:
        """Names and boxes of the frames asked for."""
        return [BoxFrame(self._names(rows), self.boxes_px[rows]) for rows in self._rows(frames)]

    def _rows(self, frames: Sequence[int]) -> list[Index]:
        return [np.flatnonzero(self.frame == number) for number in frames]

    def _names(self, rows: Index) -> tuple[str, ...]:
        return tuple(str(one) for one in self.identity[rows].tolist())


def filled(tracks: TrackTable, *, longest: int = LONGEST_GAP) -> TrackTable:
    """The same tracks with gaps of up to ``longest`` missing frames filled on a straight line."""
    values = np.concatenate([tracks.boxes_px, tracks.ground_m], axis=1)
    frames, identities, rows = [tracks.frame], [tracks.identity], [values]
    for identity in np.unique(tracks.identity):
        own = np.flatnonzero(tracks.identity == identity)
        own = own[np.argsort(tracks.frame[own])]
        for before, after in pairwise(own):
            missing = np.arange(tracks.frame[before] + 1, tracks.frame[after])
            if not 0 < len(missing) <= longest:
                continue
            share = (missing - tracks.frame[before]) / (tracks.frame[after] - tracks.frame[before])
            frames.append(missing)
            identities.append(np.full(len(missing), identity))
            rows.append(values[before] + share[:, None] * (values[after] - values[before]))
    whole = np.concatenate(rows)
    return replace(
        tracks,
        frame=np.concatenate(frames),
        identity=np.concatenate(identities),
        boxes_px=whole[:, :4],
        ground_m=whole[:, 4:],
    )
