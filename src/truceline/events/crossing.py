"""Crossings of the line: a probability, and what was measured, each with its uncertainty."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.events.passages import Excursion, excursions
from truceline.geometry.camera import ground_bias_jacobian
from truceline.geometry.line import left_normal, signed_distance_m
from truceline.records.digests import Sha256
from truceline.records.events import Crossing, EvidenceFrame, Interval, UncertaintyBudget
from truceline.records.site import Camera, Line
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.records.tracks import Track

Array = NDArray[np.float64]

PERSON_BAND_M = 0.25
"""A person is across when the foot point is this far beyond: half a shoulder's width."""
REPORTED_FROM = 0.05
"""Less probable crossings are not reported: below lies one chance in twenty."""
SAME_CROSSING_S = 1.5
"""Samples that enter within this of each other tell of one crossing: nobody goes out, back and out faster."""
RETURNED_FROM = 0.5
"""From this share of samples on, an instant of return and a dwell are stated."""
STEP_SIGMA_S = 0.15
"""Nobody passes a line at one instant: the leading foot is about half a step, a quarter of a second, ahead of
the trailing one, and the lower of the two in the picture is the one that is measured. Standard deviation."""
FAR_SIGMAS = 6.0
"""A track that stays this many standard deviations away from the line did not cross it."""


@dataclass(frozen=True, slots=True, eq=False)
class Viewpoint:
    """Where a track was seen from: the camera, its footage, and the 95 % bound on its UTC in seconds."""

    camera: Camera
    source: Sha256
    clock_bound_s: float


@dataclass(frozen=True, slots=True)
class CrossingSettings:
    """Band in metres, and the seed from which calibration and line are drawn."""

    band_m: float
    seed: int


def find_crossings(
    track: Track, paths_en_m: Array, *, viewpoint: Viewpoint, line: Line, settings: CrossingSettings
) -> tuple[Crossing, ...]:
    """Crossings of one line by one track, in order of time.

    Args:
        track: The smoothed track.
        paths_en_m: (k, n, 2) paths drawn jointly from the smoother, pixel noise only.
        viewpoint: The camera's calibration is drawn once for each path: its error is shared by all rows.
        line: Drawn once for each path as well, moved across itself by its standard deviation.
        settings: Band and seed.

    Method: Monte Carlo over path, calibration and line; each sample runs through a side automaton with a band
    in metres. Crossed, returned, depth, time and dwell are statistics of the samples: maxima over a path are
    taken in each sample, never of the mean path.
    """
    # (1) A track that stays far from the line is left alone.
    camera = viewpoint.camera
    if not _comes_near(track, camera, line=line, band_m=settings.band_m):
        return ()
    # (2) One calibration and one line for each path.
    generator = np.random.default_rng(settings.seed)
    draws = len(paths_en_m)
    shift = _calibration_shift(track, camera, draws=draws, generator=generator)
    offsets = generator.normal(0.0, line.sigma_m, draws)
    # (3) Every sample through the automaton.
    seconds = (track.utc_ns - track.utc_ns[0]) / NS_PER_S
    found = excursions(
        seconds, paths_en_m + shift, offsets_m=offsets, line=line.vertices_en_m, band_m=settings.band_m
    )
    found = _within_a_step(found, generator)
    # (4) Samples that tell of the same crossing are gathered; what is too improbable is dropped.
    context = _Context(track, viewpoint, line, draws)
    groups = [group for group in _gathered(found) if len(group) / draws >= REPORTED_FROM]
    crossings = [_crossing(group, context) for group in groups]
    return tuple(sorted(crossings, key=lambda crossing: (crossing.crossed_utc_ns, crossing.event_id)))


@dataclass(frozen=True, slots=True, eq=False)
class _Context:
    track: Track
    viewpoint: Viewpoint
    line: Line
    draws: int


def _comes_near(track: Track, camera: Camera, *, line: Line, band_m: float) -> bool:
    distance = signed_distance_m(line.vertices_en_m, track.en_m)
    if np.any(np.sign(distance) != np.sign(distance[0])):
        return True
    # The nearest row, and the nearest in its own sigmas: where nobody was seen, much was possible.
    spread = np.sqrt(np.trace(track.covariance[:, :2, :2], axis1=1, axis2=2))
    in_sigmas = np.abs(distance) / np.maximum(spread, 1e-9)
    rows = (int(np.argmin(np.abs(distance))), int(np.argmin(in_sigmas)))
    for row in rows:
        sigma_m = np.sqrt(sum(_variances(track, row, camera=camera, line=line)))
        if abs(distance[row]) < FAR_SIGMAS * sigma_m + band_m:
            return True
    return False


def _variances(track: Track, row: int, *, camera: Camera, line: Line) -> tuple[float, float, float]:
    """Variance of the signed distance at a row, m^2: from the pixels, from the calibration, from the line."""
    normal = left_normal(line.vertices_en_m, track.en_m[row])
    jacobian = normal @ ground_bias_jacobian(camera.calibration, track.en_m[[row]])[0]
    pixel = float(normal @ track.covariance[row, :2, :2] @ normal)
    return pixel, float(jacobian @ camera.calibration.covariance @ jacobian), line.sigma_m**2


def _calibration_shift(track: Track, camera: Camera, *, draws: int, generator: np.random.Generator) -> Array:
    """Shift (k, n, 2) of the whole path by one draw of the calibration for each of k samples."""
    values, vectors = np.linalg.eigh(camera.calibration.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    deltas = generator.standard_normal((draws, len(values))) @ root.T
    jacobian = ground_bias_jacobian(camera.calibration, track.en_m)
    shift: Array = np.einsum("nij,kj->kni", jacobian, deltas)
    return shift


def _within_a_step(found: Sequence[Excursion], generator: np.random.Generator) -> list[Excursion]:
    """The same excursions with the instants of passing blurred by a step."""
    blur = generator.normal(0.0, STEP_SIGMA_S, (len(found), 2))
    return [
        replace(
            one,
            entered_s=one.entered_s + float(enter),
            left_s=None
            if one.left_s is None
            else max(one.left_s + float(leave), one.entered_s + float(enter)),
        )
        for one, (enter, leave) in zip(found, blur, strict=True)
    ]


def _gathered(found: Sequence[Excursion]) -> list[list[Excursion]]:
    """Excursions by direction and time, the deepest of each sample in each group."""
    groups: list[list[Excursion]] = []
    for towards in (1, -1):
        ordered = sorted((one for one in found if one.towards == towards), key=lambda one: one.entered_s)
        current: list[Excursion] = []
        for excursion in ordered:
            if current and excursion.entered_s - current[-1].entered_s > SAME_CROSSING_S:
                groups.append(current)
                current = []
            current.append(excursion)
        if current:
            groups.append(current)
    return [_deepest_of_each(group) for group in groups]


def _deepest_of_each(group: list[Excursion]) -> list[Excursion]:
    deepest: dict[int, Excursion] = {}
    for excursion in group:
        known = deepest.get(excursion.sample)
        if known is None or excursion.depth_m > known.depth_m:
            deepest[excursion.sample] = excursion
    return list(deepest.values())


def _crossing(group: list[Excursion], context: _Context) -> Crossing:
    track, line = context.track, context.line
    towards = group[0].towards
    from_side, to_side = (
        (line.sides.right, line.sides.left) if towards > 0 else (line.sides.left, line.sides.right)
    )
    entered = np.array([one.entered_s for one in group])
    came_back = [one for one in group if one.left_s is not None]
    returned = len(came_back) / len(group)
    entry_s = float(np.median(entered))
    exit_s = float(np.median([one.left_s for one in came_back])) if returned >= RETURNED_FROM else None
    places = np.array([one.place_en_m for one in group])
    deepest_row = int(np.median([one.deepest_row for one in group]))
    last_row = _row_at(track, exit_s) if exit_s is not None else len(track.utc_ns) - 1
    first_row = _row_at(track, entry_s)
    half_width_s = float(np.max(np.abs(np.quantile(entered, [0.025, 0.975]) - entry_s)))
    crossed_utc_ns = _utc(track, entry_s)
    end_utc_ns = UtcNs(int(track.utc_ns[-1])) if exit_s is None else _utc(track, exit_s)
    rows = dict.fromkeys([max(first_row - 1, 0), first_row, deepest_row, last_row])
    return Crossing(
        event_id=_event_id(track, towards, at_utc_ns=crossed_utc_ns),
        track_id=track.track_id,
        camera_id=track.camera_id,
        line_id=line.line_id,
        line_version=line.version,
        from_side=from_side,
        to_side=to_side,
        span=UtcSpan(crossed_utc_ns, max(end_utc_ns, crossed_utc_ns)),
        probability=len(group) / context.draws,
        returned=returned,
        crossed_utc_ns=crossed_utc_ns,
        time_bound_s=float(np.hypot(half_width_s, context.viewpoint.clock_bound_s)),
        place_en_m=(float(np.median(places[:, 0])), float(np.median(places[:, 1]))),
        place_sigma_m=float(np.sqrt(np.mean(np.var(places, axis=0)))),
        depth_m=_interval([one.depth_m for one in group]),
        dwell_s=None if exit_s is None else _interval([_dwell(one) for one in came_back]),
        observed_fraction=float(np.mean(track.observed[first_row : last_row + 1])),
        budget=_budget(context, deepest_row),
        frames=tuple(_evidence(track, row, source=context.viewpoint.source) for row in rows),
        returned_utc_ns=None if exit_s is None else end_utc_ns,
        returned_place_en_m=None
        if exit_s is None
        else _middle_of([one.left_place_en_m for one in came_back]),
    )


def _middle_of(places: Sequence[tuple[float, float] | None]) -> tuple[float, float]:
    east, north = np.median(np.array([place for place in places if place is not None]), axis=0)
    return float(east), float(north)


def _dwell(excursion: Excursion) -> float:
    return (excursion.left_s if excursion.left_s is not None else excursion.entered_s) - excursion.entered_s


def _interval(values: Sequence[float]) -> Interval:
    low, middle, high = (float(one) for one in np.quantile(np.array(values), [0.025, 0.5, 0.975]))
    return Interval(middle, low, high, float(np.std(np.array(values))))


def _row_at(track: Track, seconds: float) -> int:
    at_utc_ns = track.utc_ns[0] + round(seconds * NS_PER_S)
    return int(min(np.searchsorted(track.utc_ns, at_utc_ns), len(track.utc_ns) - 1))


def _utc(track: Track, seconds: float) -> UtcNs:
    return UtcNs(int(track.utc_ns[0]) + round(seconds * NS_PER_S))


def _evidence(track: Track, row: int, *, source: Sha256) -> EvidenceFrame:
    """The observed frame nearest to a row."""
    seen = np.flatnonzero(track.observed)
    nearest = int(seen[np.argmin(np.abs(seen - row))]) if len(seen) else row
    left, top, right, bottom = (float(value) for value in track.boxes_px[nearest])
    return EvidenceFrame(
        source_sha256=source.hex,
        pts=int(track.pts[nearest]),
        utc_ns=UtcNs(int(track.utc_ns[nearest])),
        box_px=(left, top, right, bottom),
    )


def _budget(context: _Context, row: int) -> UncertaintyBudget:
    """Shares of the variance of the signed distance at a row."""
    camera = context.viewpoint.camera
    pixel, shared, of_line = _variances(context.track, row, camera=camera, line=context.line)
    total = pixel + shared + of_line
    return UncertaintyBudget(pixel / total, shared / total, of_line / total)


def _event_id(track: Track, towards: int, *, at_utc_ns: UtcNs) -> str:
    return hashlib.sha256(f"crossing {track.track_id} {towards} {at_utc_ns}".encode()).hexdigest()[:16]
