"""Our own tracks on PETS 2009 S2.L1, and the detections that they were made from, in the form peers get."""

import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bench.accuracy.tables import DetectionTable, TrackTable
from bench.reach import pets
from truceline.config import AnalysisConfig
from truceline.detect.people import PeopleDetector
from truceline.pipeline.analyse import Analysis, _observe, _on_the_ground, analyse
from truceline.pipeline.footage import OpenedFootage
from truceline.pipeline.progress import silent
from truceline.records.frames import FrameStamp
from truceline.track.association import Side
from truceline.track.boxes import person_boxes
from truceline.track.tracker import PlaneTracker

MODES = ("files",)


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
    """The detections of a mode (``files``) on PETS at 480×360, confidence 1; ``home`` is its folder."""
    return ours(mode, home).detections


def our_tracks(mode: str, *, home: Path) -> TrackTable:
    """Our tracks from these detections, only rows that were seen."""
    return ours(mode, home).tracks


@cache
def ours(mode: str, home: Path) -> Ours:
    """Analyse PETS once in a mode and keep it for this process."""
    if mode not in MODES:
        raise AssertionError(f"modes: {MODES}")
    with tempfile.TemporaryDirectory() as scratch:
        opened, _ = pets.opened(home, Path(scratch))
    analysis = analyse(
        opened.reader, opened.camera, config=AnalysisConfig(), run_id="accuracy", progress=silent
    )
    detector = PeopleDetector(opened.camera)
    stamps, seen = _observe(opened.reader.frames(), detector, backgrounds=analysis.backgrounds)
    sides = [_on_the_ground(one, opened.camera) for one in seen]
    whole = _tracks(analysis, stamps, seconds=_tracking_seconds(opened, stamps, sides=sides))
    observed = np.concatenate([track.observed for track in analysis.tracks])
    return Ours(_detections(sides), whole.where(observed), whole)


def _detections(sides: list[Side]) -> DetectionTable:
    counts = [len(side) for side in sides]
    return DetectionTable(
        frames=len(sides),
        rate_hz=pets.RATE_HZ,
        frame=np.repeat(np.arange(1, len(sides) + 1), counts),
        boxes_px=np.concatenate([side.boxes_px for side in sides]),
        confidence=np.ones(sum(counts)),
        ground_m=np.concatenate([side.positions for side in sides]),
        covariance_m2=np.concatenate([side.covariances for side in sides]),
    )


def _tracks(analysis: Analysis, stamps: list[FrameStamp], *, seconds: float) -> TrackTable:
    numbers = {stamp.pts: number for number, stamp in enumerate(stamps, start=1)}
    tracks = analysis.tracks
    return TrackTable(
        name="Truceline, files",
        frame=np.array([numbers[pts] for track in tracks for pts in track.pts.tolist()]),
        identity=np.repeat(np.arange(len(tracks)), [len(track.pts) for track in tracks]),
        boxes_px=np.concatenate([track.boxes_px for track in tracks]),
        ground_m=np.concatenate([track.en_m for track in tracks]),
        seconds=seconds,
    )


def _tracking_seconds(opened: OpenedFootage, stamps: list[FrameStamp], *, sides: list[Side]) -> float:
    """How long the tracker alone takes, as peers are timed."""
    calibration = opened.camera.calibration
    tracker = PlaneTracker(AnalysisConfig().tracker, lambda places, _: person_boxes(calibration, places))
    started = time.perf_counter()
    for stamp, side in zip(stamps, sides, strict=True):
        tracker.step((stamp.utc_ns - stamps[0].utc_ns) / 1e9, side)
    tracker.finish()
    return time.perf_counter() - started
