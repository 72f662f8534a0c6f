"""A run's crossings against the annotated paths of people."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.config import AnalysisConfig
from truceline.evaluate.files import PlaceTable
from truceline.evaluate.passages import Passage, Score, claims, reported_passages, score, true_passages
from truceline.evaluate.probability import ProbabilityScores, score_probabilities
from truceline.export.rows import ExportedRun
from truceline.records.time import NS_PER_S

TOLERANCE_S = 1.0
"""A reported passage may be this far in time from the true one."""


@dataclass(frozen=True, slots=True)
class CrossingScores:
    """Crossings of one line.

    Attributes:
        line_id: Which, in version ``line_version``.
        passages: Changes of side found, missed and unfounded, a crossing with its return being two.
        probabilities: Whether the probabilities of reported crossings mean what they say.
    """

    line_id: str
    line_version: str
    tolerance_s: float
    passages: Score
    probabilities: ProbabilityScores


def score_crossings(run: ExportedRun, truth: PlaceTable, *, frames: range) -> CrossingScores | None:
    """Compare the crossings of a run with true paths on the ground over some frames.

    None when the run kept too little to tell the times of frames, or the truth has no place on the ground.
    """
    seconds = _seconds(run)
    if seconds is None or truth.ground_m is None:
        return None
    line, start_utc_ns = run.site.line, run.run.span.start_utc_ns
    known: list[Passage] = []
    names, placed = np.array(truth.ids), np.isfinite(truth.ground_m).all(axis=1)
    for one in sorted(set(truth.ids)):
        rows = np.flatnonzero((names == one) & placed & (truth.frames <= len(seconds)))
        rows = rows[np.argsort(truth.frames[rows])]
        known += true_passages(
            seconds[truth.frames[rows] - 1],
            truth.ground_m[rows],
            line_en_m=line.vertices_en_m,
            band_m=AnalysisConfig().band_m,
        )
    begins, ends = (seconds[min(one, len(seconds)) - 1] for one in (frames[0], frames[-1]))
    # By passage, not by crossing: the way back may lie in these frames and the way out before them.
    said = [
        one
        for one in reported_passages(
            run.run.crossings, left=line.sides.left, line_en_m=line.vertices_en_m, start_utc_ns=start_utc_ns
        )
        if begins <= one.at_s <= ends
    ]
    crossings = [
        one for one in run.run.crossings if begins <= (one.crossed_utc_ns - start_utc_ns) / NS_PER_S <= ends
    ]
    stated, true = claims(
        crossings, known, left=line.sides.left, start_utc_ns=start_utc_ns, tolerance_s=TOLERANCE_S
    )
    return CrossingScores(
        line_id=line.line_id,
        line_version=line.version,
        tolerance_s=TOLERANCE_S,
        passages=score(known, said, tolerance_s=TOLERANCE_S),
        probabilities=score_probabilities(stated, true),
    )


def _seconds(run: ExportedRun) -> NDArray[np.float64] | None:
    """Seconds of every decoded frame since the run's start, by what tracks say of their own frames."""
    if run.frame_pts is None or not run.tracks:
        return None
    pts = np.concatenate([one.track.pts for one in run.tracks])
    utc_ns = np.concatenate([one.track.utc_ns for one in run.tracks]) - run.run.span.start_utc_ns
    _, rows = np.unique(pts, return_index=True)
    if len(rows) < 2:
        return None
    # A straight line beyond the first and the last frame that any track has.
    slope = (utc_ns[rows[-1]] - utc_ns[rows[0]]) / (pts[rows[-1]] - pts[rows[0]])
    inside = np.interp(run.frame_pts, pts[rows], utc_ns[rows])
    before = np.minimum(run.frame_pts - pts[rows[0]], 0) * slope
    after = np.maximum(run.frame_pts - pts[rows[-1]], 0) * slope
    seconds: NDArray[np.float64] = (inside + before + after) / NS_PER_S
    return seconds
