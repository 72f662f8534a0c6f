"""PETS 2009 S2.L1, view 001, all 795 frames at 480×360: crossings, and tracks on the ground.

Protocol. Truth: annotated boxes (MOT15 ground truth), feet at the middle of their lower edge, through the
survey's Tsai calibration on the ground. The container says 10 Hz, the true rate is 7 Hz. Line: from image
point (295, 270) to (430, 140) of the 768×576 picture, put on the ground. A passage is a change of side with a
band of 0.25 m between the line's ends; a reported one counts with probability >= 0.5 and is matched one to
one, same direction, within 1 s. Tracks: CLEAR MOT and identity scores with a radius of 1 m on the ground;
feet above row 130 (of 576) are left out on both sides, because people up there are not annotated.
"""

import csv
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.reach.footage import open_footage_folder
from truceline.evaluate.passages import Passage, Score, reported_passages, score, true_passages
from truceline.evaluate.scene import Frame
from truceline.evaluate.tracking import TrackScores, score_tracks
from truceline.geometry.camera import ground_from_pixel, pixel_from_site
from truceline.pipeline.footage import Declared, OpenedFootage, open_footage
from truceline.pipeline.progress import silent
from truceline.pipeline.scan import ScanOrder, scan
from truceline.records.runs import Run
from truceline.records.site import Calibration, Line
from truceline.records.time import parse_utc
from truceline.survey.load import load_site
from truceline.survey.new import NewSite, write_new_site

FRAMES = 795
RATE_HZ = 7.0
BAND_M = 0.25
TOLERANCE_S = 1.0
LINE_PX = np.array([[295.0, 270.0], [430.0, 140.0]])
SHARE = 480 / 768
UNANNOTATED_ABOVE_PX = 130.0
RADIUS_M = 1.0
CLIP = "vtest_480x360.mp4"
SIZE_PX = (480, 360)
START_UTC_NS = parse_utc("2009-01-01T12:00:00Z")
DECLARED = Declared(start_utc_ns=START_UTC_NS, start_bound_s=0.5, true_rate_hz=RATE_HZ)

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PetsResult:
    """One scan of PETS against its truth."""

    crossings: Score
    early: TrackScores
    late: TrackScores


@cache
def measured() -> PetsResult | None:
    """Scan PETS with the product's own command path and score it; None without the footage."""
    folder = open_footage_folder()
    if folder is None:
        return None
    home = folder / "pets2009_s2l1"
    with tempfile.TemporaryDirectory() as scratch:
        run, calibration, line = _scanned(home, Path(scratch))
    rows = truth(home / "gt_mot15.txt", calibration)
    return PetsResult(
        crossings=_crossings(rows, run, line=line),
        early=_tracks(rows, run, frames=range(1, 301), calibration=calibration),
        late=_tracks(rows, run, frames=range(301, FRAMES + 1), calibration=calibration),
    )


def _scanned(home: Path, scratch: Path) -> tuple[Run, Calibration, Array]:
    site_folder = scratch / "site"
    line = write_site(home, site_folder)
    order = ScanOrder(
        site_folder=site_folder,
        footage=(home / CLIP,),
        station_folder=scratch / "station",
        declared=DECLARED,
    )
    result = scan(order, progress=silent, notice=lambda _: None)
    return result.runs[0], result.site.cameras[0].calibration, line


def opened(
    home: Path, scratch: Path, *, clip: str = CLIP, size_px: tuple[int, int] = SIZE_PX
) -> tuple[OpenedFootage, Line]:
    """The footage under a site of its own, and that site's line."""
    folder = scratch / "opened"
    write_new_site(folder, _new_site(home / "calibration" / "View_001.xml", None, size_px=size_px))
    site = load_site(folder)
    return open_footage(home / clip, site, declared=DECLARED), site.line


def write_site(home: Path, folder: Path) -> Array:
    """Write the site of the clip at 480×360 with the protocol's line, and give its vertices (n, 2)."""
    tsai = home / "calibration" / "View_001.xml"
    # A first site, only to put the line's image points on the ground.
    with tempfile.TemporaryDirectory() as scratch:
        line = _line_on_ground(tsai, Path(scratch) / "first")
    write_new_site(folder, _new_site(tsai, tuple((float(east), float(north)) for east, north in line)))
    return line


def _new_site(
    tsai: Path, vertices: tuple[tuple[float, float], ...] | None, *, size_px: tuple[int, int] = SIZE_PX
) -> NewSite:
    return NewSite(
        site_id="pets",
        name="PETS 2009 S2.L1",
        camera_id="view-1",
        tsai=tsai,
        size_px=size_px,
        line_en_m=vertices,
        sigma_m=0.05,
        sides=("Left", "Right"),
    )


def _line_on_ground(tsai: Path, folder: Path) -> Array:
    write_new_site(folder, _new_site(tsai, None))
    calibration = load_site(folder).cameras[0].calibration
    return ground_from_pixel(calibration, LINE_PX * SHARE)


def truth(path: Path, calibration: Calibration) -> Array:
    """The annotated feet (n, 5): frame, identity, east, north, foot row in the 576-row picture."""
    with path.open(newline="") as stream:
        boxes = np.array([[float(value) for value in row[:6]] for row in csv.reader(stream) if row])
    feet = np.stack([boxes[:, 2] + boxes[:, 4] / 2, boxes[:, 3] + boxes[:, 5]], axis=1)
    ground = ground_from_pixel(calibration, feet * SHARE)
    return np.concatenate([boxes[:, :2], ground, feet[:, 1:]], axis=1)


def _crossings(rows: Array, run: Run, *, line: Array) -> Score:
    reported = reported_passages(run.crossings, left="Left", line_en_m=line, start_utc_ns=START_UTC_NS)
    return score(passages(rows, line), reported, tolerance_s=TOLERANCE_S)


def passages(rows: Array, line: Array) -> list[Passage]:
    """Every annotated passage of a line."""
    found: list[Passage] = []
    for identity in np.unique(rows[:, 1]):
        one = rows[rows[:, 1] == identity]
        one = one[np.argsort(one[:, 0])]
        found += true_passages((one[:, 0] - 1) / RATE_HZ, one[:, 2:4], line_en_m=line, band_m=BAND_M)
    return found


def _tracks(rows: Array, run: Run, *, frames: range, calibration: Calibration) -> TrackScores:
    known = rows[rows[:, 4] >= UNANNOTATED_ABOVE_PX]
    step_ns = 1e9 / RATE_HZ
    found: dict[int, list[tuple[str, Array]]] = {}
    for track in run.tracks:
        ground = np.concatenate([track.en_m, np.zeros((len(track.en_m), 1))], axis=1)
        seen = pixel_from_site(calibration, ground)[:, 1] / SHARE >= UNANNOTATED_ABOVE_PX
        numbers = np.round((track.utc_ns - START_UTC_NS) / step_ns).astype(int) + 1
        for number, place in zip(numbers[seen], track.en_m[seen], strict=True):
            found.setdefault(int(number), []).append((track.track_id, place))
    annotated = [known[known[:, 0] == frame] for frame in frames]
    return score_tracks(
        [Frame(tuple(f"{one:.0f}" for one in part[:, 1]), part[:, 2:4]) for part in annotated],
        [_frame(found.get(frame, [])) for frame in frames],
        radius_m=RADIUS_M,
    )


def _frame(rows: list[tuple[str, Array]]) -> Frame:
    positions = np.array([place for _, place in rows]).reshape(-1, 2)
    return Frame(tuple(name for name, _ in rows), positions)
