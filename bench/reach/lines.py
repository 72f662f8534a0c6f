"""PETS 2009 S2.L1 under fifty random lines: do the probabilities mean what they say?

Protocol. Lines join two annotated feet 4 to 15 m apart, drawn with a fixed seed; truth, band, tolerance and
matching as in ``pets``. Every reported crossing of at least 0.05 is compared with the truth, whatever its
probability; the expected calibration error is taken over ten bins. The truth was put on the ground through
the same calibration, so that calibration error, which the probabilities account for, is not in it: they may
look a little too careful here.
"""

import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.reach import pets
from bench.reach.footage import open_footage_folder
from truceline.config import AnalysisConfig
from truceline.evaluate.passages import Passage, reported_passages, score
from truceline.events.crossing import CrossingSettings, Viewpoint, find_crossings
from truceline.pipeline.analyse import Analysis, analyse
from truceline.pipeline.footage import OpenedFootage
from truceline.pipeline.progress import silent
from truceline.records.events import Crossing
from truceline.records.site import Line
from truceline.track.smooth import draw_paths

LINES = 50
SEED = 0
DRAWS = 400
SHORTEST_M, LONGEST_M = 4.0, 15.0
BINS = 10
SURE = 0.95

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LinesResult:
    """Fifty lines pooled.

    Attributes:
        f1: Of passages reported with probability >= 0.5.
        error: Expected calibration error of all reported crossings.
        sure: How many were reported with probability >= 0.95, and how many of those were true.
    """

    passages: int
    f1: float
    error: float
    sure: tuple[int, int]


@cache
def measured() -> LinesResult | None:
    """Analyse PETS once and lay fifty lines through it; None without the footage."""
    folder = open_footage_folder()
    if folder is None:
        return None
    home = folder / "pets2009_s2l1"
    with tempfile.TemporaryDirectory() as scratch:
        opened, declared_line = pets.opened(home, Path(scratch))
    analysis = analyse(opened.reader, opened.camera, config=AnalysisConfig(), run_id="lines", progress=silent)
    paths = [draw_paths(path, draws=DRAWS, seed=number) for number, path in enumerate(analysis.paths)]
    rows = pets.truth(home / "gt_mot15.txt", opened.camera.calibration)
    matched = wrong = 0
    claims: list[tuple[float, bool]] = []
    for vertices in _lines(rows):
        line = replace(declared_line, vertices_en_m=vertices)
        crossings = _crossings(opened, analysis, paths=paths, line=line)
        known = pets.passages(rows, vertices)
        said = reported_passages(
            crossings, left=line.sides.left, line_en_m=vertices, start_utc_ns=pets.START_UTC_NS
        )
        found = score(known, said, tolerance_s=pets.TOLERANCE_S)
        matched += found.matched
        wrong += len(found.missed) + len(found.unfounded)
        claims += _claims(crossings, known, left=line.sides.left)
    sure = [true for probability, true in claims if probability >= SURE]
    return LinesResult(
        passages=matched + wrong,
        f1=2 * matched / (2 * matched + wrong),
        error=_calibration_error(np.array(claims, dtype=np.float64)),
        sure=(len(sure), sum(sure)),
    )


def _lines(rows: Array) -> list[Array]:
    generator = np.random.default_rng(SEED)
    low = rows[rows[:, 4] > pets.UNANNOTATED_ABOVE_PX]
    lines: list[Array] = []
    while len(lines) < LINES:
        first, second = generator.integers(len(low), size=2)
        vertices = low[[first, second], 2:4]
        if SHORTEST_M < float(np.linalg.norm(vertices[1] - vertices[0])) < LONGEST_M:
            lines.append(vertices)
    return lines


def _crossings(
    opened: OpenedFootage, analysis: Analysis, *, paths: list[Array], line: Line
) -> list[Crossing]:
    viewpoint = Viewpoint(opened.camera, opened.reader.footage.digest, opened.reader.footage.start_bound_s)
    found: list[Crossing] = []
    for number, (track, drawn) in enumerate(zip(analysis.tracks, paths, strict=True)):
        settings = CrossingSettings(pets.BAND_M, number)
        found += find_crossings(track, drawn, viewpoint=viewpoint, line=line, settings=settings)
    return found


def _claims(crossings: list[Crossing], known: list[Passage], *, left: str) -> list[tuple[float, bool]]:
    """Each crossing's probability and whether it was true; the surest take their truth first."""
    claims = []
    free = list(known)
    for crossing in sorted(crossings, key=lambda one: (-one.probability, one.event_id)):
        at_s = (crossing.crossed_utc_ns - pets.START_UTC_NS) / 1e9
        towards = 1 if crossing.to_side == left else -1
        match = next(
            (one for one in free if one.towards == towards and abs(one.at_s - at_s) <= pets.TOLERANCE_S), None
        )
        if match is not None:
            free.remove(match)
        claims.append((crossing.probability, match is not None))
    return claims


def _calibration_error(claims: Array) -> float:
    bins = np.minimum((claims[:, 0] * BINS).astype(int), BINS - 1)
    parts = [claims[bins == number] for number in range(BINS)]
    gaps = [len(part) * abs(float(part[:, 0].mean() - part[:, 1].mean())) for part in parts if len(part)]
    return sum(gaps) / len(claims)
