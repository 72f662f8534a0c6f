"""Crossings of the line: a probability, and what was measured, each with its uncertainty."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.events.gathering import gathered
from truceline.events.passages import Excursion, excursions
from truceline.events.uncertainty import budget_at, calibration_shift_m, distance_variances_m2
from truceline.geometry.camera import is_measurable
from truceline.geometry.line import signed_distance_m
from truceline.records.digests import Sha256
from truceline.records.events import Crossing, EvidenceFrame, Interval, TimeBudget
from truceline.records.site import Camera, Line, Sides
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.records.tracks import Track

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

PERSON_BAND_M = 0.25
"""A person is across when the foot point is this far beyond: half a shoulder's width."""
REPORTED_FROM = 0.05
"""Less probable crossings are not reported: below lies one chance in twenty."""
RETURNED_FROM = 0.5
"""From this share of samples on, an instant of return and a dwell are stated."""
STEP_SIGMA_S = 0.15
"""Nobody passes a line at one instant: the leading foot is about half a step, a quarter of a second, ahead of
the trailing one, and the lower of the two in the picture is the one that is measured. Standard deviation."""
FAR_SIGMAS = 6.0
"""A track that stays this many standard deviations away from the line did not cross it."""
BOUND_SIGMAS = 1.96
"""A 95 % bound in standard deviations."""


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
    taken in each sample, never of the mean path. Rows whose place has no bounded error take no part
    (``undecided.undecided_stretches`` says so). The line is laid in a fixed direction first, so that drawing
    it the other way round changes the names of the sides and not one other byte.
    """
    line = _laid_in_order(line)
    camera = viewpoint.camera
    # (1) Rows without a bounded error are left out, a track that stays far from the line is left alone.
    rows = np.flatnonzero(is_measurable(camera.calibration, track.en_m))
    if not _comes_near(track, rows, camera=camera, line=line, band_m=settings.band_m):
        return ()
    # (2) One calibration and one line for each path.
    generator = np.random.default_rng(settings.seed)
    draws = len(paths_en_m)
    shift = calibration_shift_m(camera.calibration, track.en_m[rows], draws=draws, generator=generator)
    offsets = generator.normal(0.0, line.sigma_m, draws)
    # (3) Every sample through the automaton.
    seconds = (track.utc_ns[rows] - track.utc_ns[0]) / NS_PER_S
    found = excursions(
        seconds,
        paths_en_m[:, rows] + shift,
        offsets_m=offsets,
        line=line.vertices_en_m,
        band_m=settings.band_m,
    )
    # (4) Samples that tell of the same crossing are gathered; what is too improbable is dropped.
    groups = gathered(found, draws=draws, least=REPORTED_FROM, end_s=float(seconds[-1]))
    context = _Context(track, rows, viewpoint, line, draws)
    crossings = [
        _crossing(group, context, generator=generator)
        for group in groups
        if len(group) / draws >= REPORTED_FROM
    ]
    return tuple(sorted(crossings, key=lambda crossing: (crossing.crossed_utc_ns, crossing.event_id)))


@dataclass(frozen=True, slots=True, eq=False)
class _Context:
    """``rows`` are those of the track that the samples have."""

    track: Track
    rows: Rows
    viewpoint: Viewpoint
    line: Line
    draws: int


def _laid_in_order(line: Line) -> Line:
    """The same line, from the end that comes first in east, then north, to the other."""
    vertices = line.vertices_en_m
    if tuple(vertices[0]) <= tuple(vertices[-1]):
        return line
    return replace(
        line,
        vertices_en_m=np.ascontiguousarray(vertices[::-1]),
        sides=Sides(line.sides.right, line.sides.left),
    )


def _comes_near(track: Track, rows: Rows, *, camera: Camera, line: Line, band_m: float) -> bool:
    if len(rows) == 0:
        return False
    distance = signed_distance_m(line.vertices_en_m, track.en_m[rows])
    if np.any(np.sign(distance) != np.sign(distance[0])):
        return True
    # The nearest row, and the nearest in its own sigmas: where nobody was seen, much was possible.
    spread = np.sqrt(np.trace(track.covariance[rows, :2, :2], axis1=1, axis2=2))
    in_sigmas = np.abs(distance) / np.maximum(spread, 1e-9)
    nearest = np.array([np.argmin(np.abs(distance)), np.argmin(in_sigmas)])
    sigma_m = np.sqrt(distance_variances_m2(track, rows[nearest], camera=camera, line=line).sum(axis=1))
    return bool(np.any(np.abs(distance[nearest]) < FAR_SIGMAS * sigma_m + band_m))


def _crossing(group: Sequence[Excursion], context: _Context, *, generator: np.random.Generator) -> Crossing:
    track, line = context.track, context.line
    towards = group[0].towards
    from_side, to_side = (
        (line.sides.right, line.sides.left) if towards > 0 else (line.sides.left, line.sides.right)
    )
    times = _Times.of(group, generator)
    entry_s, exit_s = times.entry_s, times.exit_s
    places = np.array([one.place_en_m for one in group])
    deepest_row = int(context.rows[int(np.median([one.deepest_row for one in group]))])
    last_row = _row_at(track, exit_s) if exit_s is not None else len(track.utc_ns) - 1
    first_row = _row_at(track, entry_s)
    crossed_utc_ns = _utc(track, entry_s)
    end_utc_ns = UtcNs(int(track.utc_ns[-1])) if exit_s is None else _utc(track, exit_s)
    rows = dict.fromkeys([max(first_row - 1, 0), first_row, deepest_row, last_row])
    clock_bound_s = context.viewpoint.clock_bound_s
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
        returned=times.returned,
        crossed_utc_ns=crossed_utc_ns,
        time_bound_s=float(np.hypot(times.half_width_s, clock_bound_s)),
        place_en_m=(float(np.median(places[:, 0])), float(np.median(places[:, 1]))),
        place_sigma_m=float(np.sqrt(np.mean(np.var(places, axis=0)))),
        depth_m=_interval([one.depth_m for one in group]),
        dwell_s=None if exit_s is None else _interval(times.dwells_s),
        observed_fraction=_observed_fraction(track, first_row=first_row, last_row=last_row),
        budget=budget_at(track, deepest_row, camera=context.viewpoint.camera, line=line),
        frames=tuple(_evidence(track, row, source=context.viewpoint.source) for row in rows),
        returned_utc_ns=None if exit_s is None else end_utc_ns,
        returned_place_en_m=None if exit_s is None else _middle_of([one.left_place_en_m for one in group]),
        time_budget=_time_budget(times.path_sigma_s, clock_bound_s),
        subject=track.kinds,
    )


@dataclass(frozen=True, slots=True)
class _Times:
    """When a group's samples passed and were back, in seconds from the track's first row, blurred by a step.

    Attributes:
        returned: Share of the samples that were back; ``exit_s`` their median from ``RETURNED_FROM`` on.
        half_width_s: Of the 95 % interval about ``entry_s``; ``path_sigma_s`` without the step.
        dwells_s: Of the samples that were back.
    """

    entry_s: float
    exit_s: float | None
    returned: float
    half_width_s: float
    path_sigma_s: float
    dwells_s: tuple[float, ...]

    @staticmethod
    def of(group: Sequence[Excursion], generator: np.random.Generator) -> "_Times":
        """What the samples of one crossing say of its times; each instant is blurred by a step's length."""
        exact = np.array([one.entered_s for one in group])
        blur = generator.normal(0.0, STEP_SIGMA_S, (len(group), 2))
        entered = exact + blur[:, 0]
        left = np.array([np.nan if one.left_s is None else one.left_s for one in group]) + blur[:, 1]
        back = np.isfinite(left)
        left = np.maximum(left[back], entered[back])
        returned = float(np.mean(back))
        entry_s = float(np.median(entered))
        return _Times(
            entry_s=entry_s,
            exit_s=float(np.median(left)) if returned >= RETURNED_FROM else None,
            returned=returned,
            half_width_s=float(np.max(np.abs(np.quantile(entered, [0.025, 0.975]) - entry_s))),
            path_sigma_s=float(np.std(exact)),
            dwells_s=tuple((left - entered[back]).tolist()),
        )


def _time_budget(path_sigma_s: float, clock_bound_s: float) -> TimeBudget:
    parts = np.array([path_sigma_s, STEP_SIGMA_S, clock_bound_s / BOUND_SIGMAS]) ** 2
    path, step, clock = (parts / parts.sum()).tolist()
    return TimeBudget(path, step, clock)


def _observed_fraction(track: Track, *, first_row: int, last_row: int) -> float:
    """Share of seen rows, with the unseen rows that lead up to the first and follow the last."""
    seen = np.flatnonzero(track.observed)
    before, after = seen[seen < first_row], seen[seen > last_row]
    start = int(before[-1]) + 1 if len(before) else 0
    end = int(after[0]) if len(after) else len(track.observed)
    return float(np.mean(track.observed[start:end]))


def _middle_of(places: Sequence[tuple[float, float] | None]) -> tuple[float, float]:
    east, north = np.median(np.array([place for place in places if place is not None]), axis=0)
    return float(east), float(north)


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


def _event_id(track: Track, towards: int, *, at_utc_ns: UtcNs) -> str:
    return hashlib.sha256(f"crossing {track.track_id} {towards} {at_utc_ns}".encode()).hexdigest()[:16]
