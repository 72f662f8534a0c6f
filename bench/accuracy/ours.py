"""Our own tracks on PETS 2009 S2.L1, and the detections that they were made from, in the form peers get.

``WAYS`` holds one function for each mode of tracking; a new mode is a new entry.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from unittest import mock

import numpy as np

from bench.accuracy.tables import DetectionTable, TrackTable
from bench.reach import pets
from truceline.config import AnalysisConfig
from truceline.pipeline.analysis import causal as causal_mode
from truceline.pipeline.analysis import files
from truceline.pipeline.analysis.causal import analyse_causally
from truceline.pipeline.analysis.files import Analysis, analyse
from truceline.pipeline.progress import silent
from truceline.records.tracks import Track
from truceline.track.association import Side
from truceline.track.tracker import PlaneTracker


@dataclass(frozen=True, slots=True, eq=False)
class Ours:
    """What one mode gave.

    Attributes:
        tracks: Rows that were seen; ``smoothed`` every row that the product gives, filled its own way.
    """

    detections: DetectionTable
    tracks: TrackTable
    smoothed: TrackTable


def our_detections(mode: str, *, home: Path) -> DetectionTable:
    """The detections of a mode on PETS at 480×360, confidence 1; ``home`` is its folder."""
    return ours(mode, home).detections


def our_tracks(mode: str, *, home: Path) -> TrackTable:
    """Our tracks from these detections, only rows that were seen."""
    return ours(mode, home).tracks


@cache
def ours(mode: str, home: Path) -> Ours:
    """Analyse PETS once in a mode and keep it for this process."""
    if mode not in WAYS:
        raise AssertionError(f"modes: {', '.join(WAYS)}")
    return WAYS[mode](home)


def detections_of(sides: Sequence[Side], *, rate_hz: float) -> DetectionTable:
    """What a tracker was given frame by frame, as the table that peers get; confidence 1."""
    counts = [len(side) for side in sides]
    return DetectionTable(
        frames=len(sides),
        rate_hz=rate_hz,
        frame=np.repeat(np.arange(1, len(sides) + 1), counts),
        boxes_px=np.concatenate([side.boxes_px for side in sides]),
        confidence=np.ones(sum(counts)),
        ground_m=np.concatenate([side.positions for side in sides]),
        covariance_m2=np.concatenate([side.covariances for side in sides]),
    )


def tracks_of(tracks: Sequence[Track], frame_pts: Sequence[int], *, name: str, seconds: float) -> TrackTable:
    """Every row of our tracks as a table; frames are counted from 1 in the order of ``frame_pts``."""
    numbers = {pts: number for number, pts in enumerate(frame_pts, start=1)}
    return TrackTable(
        name=name,
        frame=np.array([numbers[pts] for track in tracks for pts in track.pts.tolist()], dtype=np.int64),
        identity=np.repeat(np.arange(len(tracks)), [len(track.pts) for track in tracks]),
        boxes_px=np.concatenate([track.boxes_px for track in tracks]),
        ground_m=np.concatenate([track.en_m for track in tracks]),
        seconds=seconds,
    )


def _files(home: Path) -> Ours:
    """Two passes over the file, as ``truceline scan`` does."""
    return _listened(home, files, mode=analyse, causal=False)


def _causal(home: Path) -> Ours:
    """One pass, each row as it was told at its own frame, as ``truceline scan --causal`` tells it."""
    return _listened(home, causal_mode, mode=analyse_causally, causal=True)


def _listened(home: Path, module: ModuleType, *, mode: Callable[..., Analysis], causal: bool) -> Ours:
    given: list[Side] = []
    spent: list[float] = []

    class Listening(PlaneTracker):
        """Our tracker; it notes what it is given, and how long it takes."""

        def step(self, seconds: float, detections: Side) -> None:
            given.append(detections)
            started = time.perf_counter()
            super().step(seconds, detections)
            spent.append(time.perf_counter() - started)

    with tempfile.TemporaryDirectory() as scratch:
        opened, _ = pets.opened(home, Path(scratch))
    config = AnalysisConfig(causal=causal)
    with mock.patch.object(module, "PlaneTracker", Listening):
        found = mode(opened.reader, opened.camera, config=config, run_id="accuracy", progress=silent)
    name = f"Truceline, {'causal' if causal else 'files'}"
    whole = tracks_of(found.tracks, sorted(found.boxes_px), name=name, seconds=sum(spent))
    observed = np.concatenate([track.observed for track in found.tracks])
    return Ours(detections_of(given, rate_hz=pets.RATE_HZ), whole.where(observed), whole)


WAYS: dict[str, Callable[[Path], Ours]] = {"files": _files, "causal": _causal}
"""How each mode of tracking is measured."""
