"""MOT15 TUD-Campus, 71 frames, without a calibration: our tracks in the image against the best peer's.

Protocol. The boxes are those that ``truceline look`` hands its own tracker: what differs from the
background, without knowledge of people or of the ground. Peers get the same boxes with confidence 1, their
library's defaults and the frame rate. Truth is the annotated boxes; a match needs half an overlap. The
figure is over rows that were seen, nobody's gaps filled; the same with everybody's gaps filled alike stands
beside it. No constant was chosen on this clip.
"""

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np

from bench.accuracy.runners import missing_peers, peers
from bench.accuracy.tables import DetectionTable, TrackTable, filled
from bench.reach.footage import open_footage_folder
from bench.reach.row import Row, unmeasured
from truceline.evaluate.tracking import TrackScores, score_boxes
from truceline.pipeline.look import subjects as look_subjects
from truceline.pipeline.look.clip import TRACKS, look
from truceline.pipeline.progress import silent
from truceline.track.association import Side
from truceline.track.tracker import PlaneTracker

FIGURE = "TUD-Campus without calibration, look's own boxes: IDF1, ours against the best peer"
MUST, STRETCH = "not below", "+5 points"
RATE_HZ = 25.0
FRAMES = range(1, 72)
FIRST_PIXEL = 1.0
"""MOTChallenge counts pixels from one, we from zero."""


@dataclass(frozen=True, slots=True, eq=False)
class CampusResult:
    """Scores of our tracks and of each peer's by name; and the same with gaps filled."""

    ours: TrackScores
    peers: dict[str, TrackScores]
    ours_filled: TrackScores
    peers_filled: dict[str, TrackScores]


def campus() -> Sequence[Row]:
    """The row: our IDF1 is not below that of the best peer."""
    folder = open_footage_folder()
    if folder is None:
        return (unmeasured(FIGURE, must=MUST, why="TRUCELINE_FOOTAGE names no folder"),)
    if missing_peers():
        return (unmeasured(FIGURE, must=MUST, why="the peers are not installed: make peers"),)
    result = measured(folder / "mot15_tud_campus")
    whole = _against(result.ours_filled, result.peers_filled)
    value = f"{_against(result.ours, result.peers)}; gaps filled {whole}"
    good = result.ours.idf1 >= max(one.idf1 for one in result.peers.values())
    return (Row(FIGURE, value, MUST, STRETCH, good),)


def _against(ours: TrackScores, others: dict[str, TrackScores]) -> str:
    best = max(others, key=lambda name: others[name].idf1)
    ahead = 100 * (ours.idf1 - others[best].idf1)
    return f"{100 * ours.idf1:.1f} against {100 * others[best].idf1:.1f} ({best}): {ahead:+.1f} points"


@cache
def measured(home: Path) -> CampusResult:
    """Look at the clip, hand its boxes to the peers, and score all."""
    detections, ours = boxes_and_tracks(home / "TUD-Campus.mp4")
    others = peers(detections)
    rows = np.loadtxt(home / "gt" / "gt.txt", delimiter=",")
    corner = rows[:, 2:4] - FIRST_PIXEL
    truth = TrackTable(
        name="truth",
        frame=rows[:, 0].astype(np.int64),
        identity=rows[:, 1].astype(np.int64),
        boxes_px=np.concatenate([corner, corner + rows[:, 4:6]], axis=1),
        ground_m=np.full((len(rows), 2), np.nan),
    )

    def scores(tracks: TrackTable) -> TrackScores:
        return score_boxes(truth.in_the_image(FRAMES), tracks.in_the_image(FRAMES))

    return CampusResult(
        ours=scores(ours),
        peers={name: scores(one) for name, one in others.items()},
        ours_filled=scores(filled(ours)),
        peers_filled={name: scores(filled(one)) for name, one in others.items()},
    )


def boxes_and_tracks(clip: Path) -> tuple[DetectionTable, TrackTable]:
    """What ``look`` hands its tracker frame by frame, and the rows of its tracks that were seen."""
    given: list[np.ndarray] = []

    class Listening(PlaneTracker):
        """Our tracker; it notes what it is given."""

        def step(self, seconds: float, detections: Side) -> None:
            given.append(detections.boxes_px)
            super().step(seconds, detections)

    with (
        tempfile.TemporaryDirectory() as scratch,
        mock.patch.object(look_subjects, "PlaneTracker", Listening),
    ):
        out = Path(scratch) / "look"
        look(clip, out=out, line_px=None, progress=silent, notice=lambda _: None)
        with (out / TRACKS).open(newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row["observed"] == "true"]
    counts = [len(boxes) for boxes in given]
    detections = DetectionTable(
        frames=len(given),
        rate_hz=RATE_HZ,
        frame=np.repeat(np.arange(1, len(given) + 1), counts),
        boxes_px=np.concatenate(given),
        confidence=np.ones(sum(counts)),
        ground_m=np.full((sum(counts), 2), np.nan),
        covariance_m2=np.full((sum(counts), 2, 2), np.nan),
    )
    edges = ("left_px", "top_px", "right_px", "bottom_px")
    ours = TrackTable(
        name="Truceline, look",
        frame=np.array([round(float(row["presentation_s"]) * RATE_HZ) + 1 for row in rows], dtype=np.int64),
        identity=np.array([int(row["track"].removeprefix("S")) for row in rows], dtype=np.int64),
        boxes_px=np.array([[float(row[edge]) for edge in edges] for row in rows]).reshape(-1, 4),
        ground_m=np.full((len(rows), 2), np.nan),
    )
    return detections, ours
