"""Tracks and crossings against truth that people annotated: ``truceline evaluate``."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.evaluate.clear import matched_rows, matches
from truceline.evaluate.consistency import ConsistencyScores, score_consistency
from truceline.evaluate.files import PlaceTable
from truceline.evaluate.scene import MATCH, BoxFrame, Frame, Scene, ground_scene, image_scene
from truceline.evaluate.tracking import TrackScores, score_scene
from truceline.pipeline.evaluation.crossings import CrossingScores, score_crossings
from truceline.pipeline.evaluation.sides import EvaluateOrder, Sides, read_sides
from truceline.pipeline.export import write_export
from truceline.pipeline.progress import Progress
from truceline.present.drawing.reliability_svg import ReliabilityPoint, reliability_svg
from truceline.present.quantities import plural

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SideFacts:
    """What one side holds in the frames that count."""

    name: str
    rows: int
    identities: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the comparison gave.

    Attributes:
        image: Scores of boxes; None when one side has none.
        ground: Scores on the ground; None when one side cannot be put there. ``mean_error_m`` is the mean
            distance of its matched pairs.
        positions: Whether stated errors hold, of matched pairs; None when none are stated.
        crossings: Of the station's line; None without a station or without truth on the ground.
        notes: What was left out, in sentences.
    """

    truth: SideFacts
    tracks: SideFacts
    frames: tuple[int, int]
    radius_m: float
    image: TrackScores | None
    ground: TrackScores | None
    mean_error_m: float | None
    positions: ConsistencyScores | None
    crossings: CrossingScores | None
    notes: tuple[str, ...]


def evaluate(order: EvaluateOrder, *, progress: Progress) -> Evaluation:
    """Compare tracks with truth in every plane that both sides can be put in.

    1. Both sides are read and fitted to one another; what does not fit is refused.
    2. Scores in the image, on the ground, of stated errors, and of a station's crossings.

    Raises:
        InputError: A file cannot be read, or the two sides do not fit; says what to do.
        IntegrityError: A run of the station differs from what was kept.
    """
    # (1)
    sides = read_sides(order, progress=progress)
    image, ground = _image(sides), _ground(sides, radius_m=order.radius_m)
    if image is None and ground is None:
        raise InputError(
            f"{sides.truth.name} and {sides.tracks.name} have no plane in common: pixels and metres.",
            do="Name the site whose camera puts boxes on the ground: --site SITE.",
        )
    _check_met(image, ground, sides=sides)
    # (2)
    scores = None if ground is None else score_scene(ground)
    crossings = None
    if sides.run is not None and ground is not None:
        crossings = score_crossings(sides.run, sides.truth, frames=sides.frames)
    return Evaluation(
        truth=_facts(sides.truth),
        tracks=_facts(sides.tracks),
        frames=(sides.frames[0], sides.frames[-1]),
        radius_m=order.radius_m,
        image=None if image is None else score_scene(image),
        ground=scores,
        mean_error_m=None if scores is None else scores.mean_error_m(reach_m=order.radius_m / MATCH),
        positions=None if ground is None else _positions(sides, ground),
        crossings=crossings,
        notes=sides.notes,
    )


def _facts(side: PlaceTable) -> SideFacts:
    return SideFacts(side.name, len(side), len(set(side.ids)))


def _rows(side: PlaceTable, frames: range, *, places: Array) -> list[Index]:
    """The rows of every frame that have a place."""
    order = np.argsort(side.frames, kind="stable")
    order = order[np.isfinite(places[order]).all(axis=1)]
    edges = np.searchsorted(side.frames[order], [*frames, frames[-1] + 1])
    return [order[start:end] for start, end in pairwise(edges)]


def _names(side: PlaceTable, rows: Index) -> tuple[str, ...]:
    return tuple(side.ids[row] for row in rows.tolist())


def _image(sides: Sides) -> Scene | None:
    truth, tracks, frames = sides.truth, sides.tracks, sides.frames
    if truth.boxes_px is None or tracks.boxes_px is None:
        return None
    return image_scene(
        _box_frames(truth, truth.boxes_px, frames=frames), _box_frames(tracks, tracks.boxes_px, frames=frames)
    )


def _box_frames(side: PlaceTable, boxes_px: Array, *, frames: range) -> list[BoxFrame]:
    return [BoxFrame(_names(side, rows), boxes_px[rows]) for rows in _rows(side, frames, places=boxes_px)]


def _ground(sides: Sides, *, radius_m: float) -> Scene | None:
    truth, tracks, frames = sides.truth, sides.tracks, sides.frames
    if truth.ground_m is None or tracks.ground_m is None:
        return None
    return ground_scene(
        _frames(truth, truth.ground_m, frames=frames),
        _frames(tracks, tracks.ground_m, frames=frames),
        reach_m=radius_m / MATCH,
    )


def _frames(side: PlaceTable, ground_m: Array, *, frames: range) -> list[Frame]:
    return [Frame(_names(side, rows), ground_m[rows]) for rows in _rows(side, frames, places=ground_m)]


def _check_met(*scenes: Scene | None, sides: Sides) -> None:
    """Refuse two sides of which no pair ever meets: a score of nothing would only hide a mistake."""
    known = [scene for scene in scenes if scene is not None]
    if all(scene.found == 0 or scene.truth == 0 for scene in known):
        return
    if not any(np.any(frame.similarity > 0) for scene in known for frame in scene.frames):
        raise InputError(
            "no true place lies near a tracked one in any frame.",
            where=f"{sides.truth.name}, {sides.tracks.name}",
            do="Do they share the recording, the count of frames (from 1), the picture's size, the origin?",
        )


def _positions(sides: Sides, scene: Scene) -> ConsistencyScores | None:
    """Whether the errors that tracks state hold; one track counts as one independent error."""
    truth, tracks = sides.truth, sides.tracks
    if truth.ground_m is None or tracks.ground_m is None or tracks.covariance_m2 is None:
        return None
    true_rows = _rows(truth, sides.frames, places=truth.ground_m)
    track_rows = _rows(tracks, sides.frames, places=tracks.ground_m)
    pairs = matched_rows(scene, matches(scene))
    true = np.array([true_rows[frame][row] for frame, row, _ in pairs], dtype=np.int64)
    found = np.array([track_rows[frame][row] for frame, _, row in pairs], dtype=np.int64)
    return score_consistency(
        tracks.ground_m[found] - truth.ground_m[true],
        tracks.covariance_m2[found],
        independent=len({tracks.ids[row] for row in found.tolist()}),
    )


def write_reliability(path: Path, found: Evaluation) -> None:
    """Draw the stated probabilities of crossings against what was true, as an SVG file.

    Raises:
        InputError: There is no crossing to draw.
        ServiceError: The disk refuses.
    """
    if found.crossings is None or not found.crossings.probabilities.claims:
        raise InputError(
            "there is no crossing whose probability could be drawn.",
            where=str(path),
            do="Evaluate a station whose run holds crossings, against truth that can be put on the ground.",
        )
    scores = found.crossings.probabilities
    points = [ReliabilityPoint(one.claims, one.stated, one.true) for one in scores.bins]
    title = f"Line {found.crossings.line_id}: {plural(scores.claims, 'crossing')}"
    write_export(path, [reliability_svg(points, title=title)])
