"""PETS 2009 S2.L1 as the measure: its truth in both planes, and the scores of a table of tracks.

Protocol. Frames 301 to 795 of the 480×360 clip; no constant was chosen on them. In the image a match needs
half an overlap, on the ground 1 m (HOTA there: similarity ``max(0, 1 - distance / 2 m)``). Full image; feet
above row 130 of the 576-row picture are left out on both sides, because people up there are not annotated.
On the ground a tracked foot's row is that of its ground point in the picture.
"""

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.accuracy.runners import peers
from bench.accuracy.tables import DetectionTable, TrackTable, filled
from bench.reach import pets
from truceline.evaluate.tracking import TrackScores, score_boxes, score_tracks
from truceline.geometry.camera import pixel_from_site
from truceline.records.site import Calibration

LATE = range(301, pets.FRAMES + 1)
EARLY = range(1, 301)
LOWEST_ROW_PX = pets.UNANNOTATED_ABOVE_PX * pets.SHARE
FIRST_PIXEL = 1.0
"""MOTChallenge counts pixels from one, we from zero."""


@dataclass(frozen=True, slots=True)
class PlaneScores:
    """The same tracks scored in the image and on the ground."""

    image: TrackScores
    ground: TrackScores


@cache
def calibration_of(home: Path) -> Calibration:
    """The survey of the camera; ``home`` is the folder of PETS."""
    with tempfile.TemporaryDirectory() as scratch:
        opened, _ = pets.opened(home, Path(scratch))
    return opened.camera.calibration


@cache
def truth(home: Path) -> TrackTable:
    """The annotated boxes at 480×360, and their feet on the ground as in ``bench.reach.pets``."""
    rows = np.loadtxt(home / "gt_mot15.txt", delimiter=",")
    corner = rows[:, 2:4] - FIRST_PIXEL
    placed = pets.truth(home / "gt_mot15.txt", calibration_of(home))
    return TrackTable(
        name="truth",
        frame=rows[:, 0].astype(np.int64),
        identity=rows[:, 1].astype(np.int64),
        boxes_px=np.concatenate([corner, corner + rows[:, 4:6]], axis=1) * pets.SHARE,
        ground_m=placed[:, 2:4],
    )


def score(tracks: TrackTable, home: Path, *, frames: range = LATE) -> PlaneScores:
    """Score tracks of PETS in both planes over some frames."""
    calibration = calibration_of(home)
    true = truth(home)
    true = true.where(true.boxes_px[:, 3] >= LOWEST_ROW_PX)
    low = tracks.where(tracks.boxes_px[:, 3] >= LOWEST_ROW_PX)
    near = tracks.where(_foot_rows_px(calibration, tracks.ground_m) >= LOWEST_ROW_PX)
    return PlaneScores(
        image=score_boxes(true.in_the_image(frames), low.in_the_image(frames)),
        ground=score_tracks(true.on_the_ground(frames), near.on_the_ground(frames), radius_m=pets.RADIUS_M),
    )


def best_peer(
    detections: DetectionTable, home: Path, *, frames: range = LATE, fill: bool = False
) -> tuple[str, TrackScores]:
    """The peer with the highest IDF1 on the ground on these detections, and its scores there.

    Args:
        detections: As our own tracker had them.
        home: The folder of PETS.
        frames: Which frames are scored.
        fill: Whether peers' gaps are filled, as ``tables.filled`` does.

    Raises:
        ServiceError: A peer is not installed, or failed.
    """
    scores = {
        name: score(filled(tracks) if fill else tracks, home, frames=frames).ground
        for name, tracks in peers(detections).items()
    }
    name = max(scores, key=lambda one: scores[one].idf1)
    return name, scores[name]


def _foot_rows_px(calibration: Calibration, ground_m: NDArray[np.float64]) -> NDArray[np.float64]:
    flat = np.concatenate([ground_m, np.zeros((len(ground_m), 1))], axis=1)
    return pixel_from_site(calibration, flat)[:, 1]
