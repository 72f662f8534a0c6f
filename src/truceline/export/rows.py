"""Tracks and events as flat facts: units in the names, and beside every measured value its uncertainty.

``docs/reference/exports.md`` describes every field; a test keeps page and fields equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.line import signed_distance_m
from truceline.records.columns import FloatColumn, IntColumn
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.frames import Gap
from truceline.records.runs import Run
from truceline.records.site import Line, Site
from truceline.records.time import UtcNs, format_local, format_utc
from truceline.records.tracks import Track

WHOLE_NS = 9
"""Decimals of a second in exports: nanoseconds, so that nothing is lost on the way."""

_DIGITS = {"deg": 8, "m": 4, "mps": 4, "px": 2, "s": 4}
_DIGITS_WITHOUT_UNIT = 6


@dataclass(frozen=True, slots=True, eq=False)
class ExportedTrack:
    """A track with what an export adds to it.

    Attributes:
        label: Short name, the same as on the station's page.
        covariance_m2: (n, 2, 2) of the positions, square metres, with the calibration's share.
        lonlat_deg: (n, 2) the positions as WGS 84 longitude and latitude.
        motion: (n) standing, walking, running or driving in words; ``motion_probability`` (n,) of each.
    """

    track: Track
    label: str
    covariance_m2: FloatColumn
    lonlat_deg: FloatColumn
    motion: Sequence[str]
    motion_probability: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class ExportedRun:
    """A run with its site and what an export adds to it.

    Attributes:
        tracks: In order of appearance.
        places_lonlat_deg: (m, 2) where its m crossings passed the line, WGS 84 longitude and latitude.
        frame_pts: (frames,) presentation time stamps of every decoded frame, or None when the run kept none.
        superseded_by: The run of the same footage that counts instead, or None when this one does.
    """

    run: Run
    site: Site
    tracks: tuple[ExportedTrack, ...]
    places_lonlat_deg: FloatColumn
    frame_pts: IntColumn | None
    superseded_by: str | None = None

    def label(self, track_id: str) -> str:
        """The short name of a track of this run."""
        return next(one.label for one in self.tracks if one.track.track_id == track_id)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What every value of a run rests on: footage, clock, site, line."""

    run_id: str
    mode: str
    superseded_by: str | None
    camera_id: str
    footage: str
    footage_sha256: str
    site_id: str
    site_sha256: str
    simulated: bool
    line_id: str
    line_version: str
    line_sigma_m: float
    origin_longitude_deg: float
    origin_latitude_deg: float
    local_offset_minutes: int
    start_utc: str
    end_utc: str
    frames: int
    clock_bound_s: float
    clock_source: str
    container_rate_hz: float | None
    declared_rate_hz: float | None
    withdrawn: int | None
    software: str


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """One track in short: when, how much of it was seen, how near to the line it came and how surely."""

    run_id: str
    camera_id: str
    track_id: str
    label: str
    kind: str
    kind_probability: float | None
    person_probability: float | None
    vehicle_probability: float | None
    animal_probability: float | None
    height_m: float | None
    width_m: float | None
    start_utc: str
    end_utc: str
    rows: int
    observed_fraction: float
    nearest_to_line_m: float
    nearest_sigma_m: float
    nearest_side: str


@dataclass(frozen=True, slots=True)
class TrackColumns:
    """The rows of a track by column, one value a frame; a row that is not ``observed`` is estimated."""

    utc: list[str]
    pts: list[int]
    observed: list[bool]
    east_m: list[float | None]
    north_m: list[float | None]
    sigma_east_m: list[float | None]
    sigma_north_m: list[float | None]
    correlation: list[float | None]
    longitude_deg: list[float | None]
    latitude_deg: list[float | None]
    velocity_east_mps: list[float | None]
    velocity_north_mps: list[float | None]
    motion: list[str]
    motion_probability: list[float | None]
    left_px: list[float | None]
    top_px: list[float | None]
    right_px: list[float | None]
    bottom_px: list[float | None]


@dataclass(frozen=True, slots=True)
class JudgementRow:
    """How one crossing was judged under one rule. The machine raises candidates; people make findings."""

    judgement_id: str
    rule_id: str
    instrument: str
    paragraph: str
    outcome: str
    probability: float
    is_candidate: bool
    permit_id: str | None
    statement: str


@dataclass(frozen=True, slots=True)
class CrossingRow:
    """One crossing, every value with its uncertainty. ``low`` and ``high`` enclose 95 %."""

    event_id: str
    run_id: str
    camera_id: str
    track_id: str
    label: str
    line_id: str
    line_version: str
    from_side: str
    to_side: str
    subject: str
    subject_probability: float | None
    crossed_utc: str
    crossed_local: str
    time_bound_s: float
    stated_utc: str | None
    start_utc: str
    end_utc: str
    probability: float
    returned_probability: float
    returned_utc: str | None
    returned_east_m: float | None
    returned_north_m: float | None
    place_east_m: float
    place_north_m: float
    place_sigma_m: float
    longitude_deg: float
    latitude_deg: float
    depth_m: float
    depth_sigma_m: float
    depth_low_m: float
    depth_high_m: float
    dwell_s: float | None
    dwell_sigma_s: float | None
    dwell_low_s: float | None
    dwell_high_s: float | None
    observed_fraction: float
    variance_share_pixel: float
    variance_share_calibration: float
    variance_share_line: float
    judgements: list[JudgementRow]


@dataclass(frozen=True, slots=True)
class GapRow:
    """A stretch that was not observed."""

    event_id: str
    run_id: str
    camera_id: str
    start_utc: str
    end_utc: str
    length_s: float
    reason: str
    sentence: str


def run_facts(exported: ExportedRun) -> RunFacts:
    """The facts of a run."""
    run, site = exported.run, exported.site
    return RunFacts(
        run_id=run.run_id,
        mode=run.mode,
        superseded_by=exported.superseded_by,
        camera_id=run.footage.camera_id,
        footage=run.footage.name,
        footage_sha256=run.footage.digest.hex,
        site_id=site.site_id,
        site_sha256=site.digest.hex,
        simulated=site.simulated,
        line_id=site.line.line_id,
        line_version=site.line.version,
        line_sigma_m=site.line.sigma_m,
        origin_longitude_deg=site.origin.longitude_deg,
        origin_latitude_deg=site.origin.latitude_deg,
        local_offset_minutes=site.local_offset_minutes,
        start_utc=_utc(run.span.start_utc_ns),
        end_utc=_utc(run.span.end_utc_ns),
        frames=run.frames,
        clock_bound_s=rounded("clock_bound_s", run.clock_bound_s),
        clock_source=run.footage.start_source,
        container_rate_hz=run.footage.container_rate_hz or None,
        declared_rate_hz=run.footage.true_rate_hz,
        withdrawn=run.withdrawn,
        software=run.inputs.software,
    )


def track_facts(exported: ExportedTrack, *, run_id: str, line: Line) -> TrackFacts:
    """A track in short. The distance's standard deviation holds pixels, calibration and the line itself."""
    track, kinds = exported.track, exported.track.kinds
    height_m = None if track.features is None else track.features.height_m
    width_m = None if track.features is None else track.features.width_m
    distance_m = signed_distance_m(line.vertices_en_m, track.en_m)
    row = int(np.argmin(np.abs(distance_m)))
    largest_m2 = float(np.linalg.eigvalsh(exported.covariance_m2[row])[-1])
    return TrackFacts(
        run_id=run_id,
        camera_id=track.camera_id,
        track_id=track.track_id,
        label=exported.label,
        kind=track.kind,
        kind_probability=None if kinds is None else rounded("kind_probability", kinds.probability),
        person_probability=None if kinds is None else rounded("person_probability", kinds.person),
        vehicle_probability=None if kinds is None else rounded("vehicle_probability", kinds.vehicle),
        animal_probability=None if kinds is None else rounded("animal_probability", kinds.animal),
        height_m=None if height_m is None else rounded("height_m", height_m),
        width_m=None if width_m is None else rounded("width_m", width_m),
        start_utc=_utc(UtcNs(int(track.utc_ns[0]))),
        end_utc=_utc(UtcNs(int(track.utc_ns[-1]))),
        rows=len(track.utc_ns),
        observed_fraction=rounded("observed_fraction", float(np.mean(track.observed))),
        nearest_to_line_m=rounded("nearest_to_line_m", abs(float(distance_m[row]))),
        nearest_sigma_m=rounded("nearest_sigma_m", float(np.sqrt(largest_m2 + line.sigma_m**2))),
        nearest_side=line.sides.left if distance_m[row] >= 0 else line.sides.right,
    )


def track_columns(exported: ExportedTrack) -> TrackColumns:
    """The rows of a track, rounded; what is not finite is None."""
    track, covariance_m2 = exported.track, exported.covariance_m2
    sigma_m = np.sqrt(np.maximum(np.diagonal(covariance_m2, axis1=1, axis2=2), 0))
    product = sigma_m[:, 0] * sigma_m[:, 1]
    known = product > 0
    correlation = np.where(known, covariance_m2[:, 0, 1] / np.where(known, product, 1.0), 0.0)
    columns = {
        "east_m": track.state[:, 0],
        "north_m": track.state[:, 1],
        "sigma_east_m": sigma_m[:, 0],
        "sigma_north_m": sigma_m[:, 1],
        "correlation": np.clip(correlation, -1.0, 1.0),
        "longitude_deg": exported.lonlat_deg[:, 0],
        "latitude_deg": exported.lonlat_deg[:, 1],
        "velocity_east_mps": track.state[:, 2],
        "velocity_north_mps": track.state[:, 3],
        "motion_probability": exported.motion_probability,
        "left_px": track.boxes_px[:, 0],
        "top_px": track.boxes_px[:, 1],
        "right_px": track.boxes_px[:, 2],
        "bottom_px": track.boxes_px[:, 3],
    }
    return TrackColumns(
        utc=[_utc(UtcNs(int(at))) for at in track.utc_ns],
        pts=[int(at) for at in track.pts],
        observed=[bool(seen) for seen in track.observed],
        motion=list(exported.motion),
        **{name: _rounded_column(name, values) for name, values in columns.items()},
    )


def crossing_row(exported: ExportedRun, crossing: Crossing) -> CrossingRow:
    """One crossing of a run."""
    at, back = crossing.crossed_utc_ns, crossing.returned_place_en_m
    stated = exported.run.stated_utc_ns(crossing.event_id)
    longitude_deg, latitude_deg = exported.places_lonlat_deg[exported.run.crossings.index(crossing)]
    depth, dwell, share = crossing.depth_m, crossing.dwell_s, crossing.budget
    return CrossingRow(
        event_id=crossing.event_id,
        run_id=exported.run.run_id,
        camera_id=crossing.camera_id,
        track_id=crossing.track_id,
        label=exported.label(crossing.track_id),
        line_id=crossing.line_id,
        line_version=crossing.line_version,
        from_side=crossing.from_side,
        to_side=crossing.to_side,
        subject="unknown" if crossing.subject is None else crossing.subject.kind,
        subject_probability=None
        if crossing.subject is None
        else rounded("subject_probability", crossing.subject.probability),
        crossed_utc=_utc(at),
        crossed_local=format_local(at, offset_minutes=exported.site.local_offset_minutes, digits=WHOLE_NS),
        time_bound_s=rounded("time_bound_s", crossing.time_bound_s),
        stated_utc=None if stated is None else _utc(stated),
        start_utc=_utc(crossing.span.start_utc_ns),
        end_utc=_utc(crossing.span.end_utc_ns),
        probability=rounded("probability", crossing.probability),
        returned_probability=rounded("returned_probability", crossing.returned),
        returned_utc=None if crossing.returned_utc_ns is None else _utc(crossing.returned_utc_ns),
        returned_east_m=None if back is None else rounded("returned_east_m", back[0]),
        returned_north_m=None if back is None else rounded("returned_north_m", back[1]),
        place_east_m=rounded("place_east_m", crossing.place_en_m[0]),
        place_north_m=rounded("place_north_m", crossing.place_en_m[1]),
        place_sigma_m=rounded("place_sigma_m", crossing.place_sigma_m),
        longitude_deg=rounded("longitude_deg", float(longitude_deg)),
        latitude_deg=rounded("latitude_deg", float(latitude_deg)),
        depth_m=rounded("depth_m", depth.value),
        depth_sigma_m=rounded("depth_sigma_m", depth.sigma),
        depth_low_m=rounded("depth_low_m", depth.low),
        depth_high_m=rounded("depth_high_m", depth.high),
        dwell_s=None if dwell is None else rounded("dwell_s", dwell.value),
        dwell_sigma_s=None if dwell is None else rounded("dwell_sigma_s", dwell.sigma),
        dwell_low_s=None if dwell is None else rounded("dwell_low_s", dwell.low),
        dwell_high_s=None if dwell is None else rounded("dwell_high_s", dwell.high),
        observed_fraction=rounded("observed_fraction", crossing.observed_fraction),
        variance_share_pixel=rounded("variance_share_pixel", share.pixel),
        variance_share_calibration=rounded("variance_share_calibration", share.calibration),
        variance_share_line=rounded("variance_share_line", share.line),
        judgements=[
            judgement_row(one) for one in exported.run.judgements if one.event_id == crossing.event_id
        ],
    )


def judgement_row(judgement: Judgement) -> JudgementRow:
    """One judgement; the rule's exact words and the reasons are on the station's page."""
    return JudgementRow(
        judgement_id=judgement.judgement_id,
        rule_id=judgement.rule_id,
        instrument=judgement.instrument,
        paragraph=judgement.paragraph,
        outcome=judgement.outcome.value,
        probability=rounded("probability", judgement.probability),
        is_candidate=judgement.is_candidate,
        permit_id=judgement.permit_id,
        statement=judgement.statement,
    )


def gap_row(gap: Gap, *, run_id: str) -> GapRow:
    """One gap."""
    return GapRow(
        event_id=gap.event_id,
        run_id=run_id,
        camera_id=gap.camera_id,
        start_utc=_utc(gap.span.start_utc_ns),
        end_utc=_utc(gap.span.end_utc_ns),
        length_s=rounded("length_s", gap.span.seconds),
        reason=gap.reason.kind,
        sentence=gap.reason.sentence,
    )


def rounded(name: str, value: float) -> float:
    """A value rounded to what its unit deserves: 0.1 mm, 0.1 ms, 0.01 pixel, 1e-8 degrees."""
    return round(float(value), _DIGITS.get(name.rpartition("_")[2], _DIGITS_WITHOUT_UNIT)) + 0.0


def _rounded_column(name: str, values: NDArray[np.float64]) -> list[float | None]:
    return [rounded(name, value) if np.isfinite(value) else None for value in values.tolist()]


def _utc(at_utc_ns: UtcNs) -> str:
    return format_utc(at_utc_ns, digits=WHOLE_NS)
