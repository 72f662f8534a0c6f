"""The page of a scan: everything that one analysis of one site's footage says, in one file."""

from dataclasses import dataclass

import numpy as np

from truceline.geometry.line import signed_distance_m
from truceline.present.counts import counted_words, counts_of
from truceline.present.coverage import CameraCoverage, cameras_coverage, total_share, whole_interval
from truceline.present.drawing.map_svg import MapContent, drawn_words, render_map
from truceline.present.drawing.plane import LINE_95, track_of
from truceline.present.drawing.timeline_svg import TimelineContent, render_timeline
from truceline.present.modes import mode_words
from truceline.present.pages.document import render_document
from truceline.present.pages.facts import Fact, crossing_card
from truceline.present.pages.found import found_words, with_findings
from truceline.present.pages.legend import legend_of
from truceline.present.quantities import (
    clock,
    day,
    duration,
    instant,
    line_name,
    local_clock,
    number,
    percent,
    plural,
    plus_minus,
    sentence,
    size,
)
from truceline.present.views.chronicle import ChronicleView, chronicle_view, summary_words
from truceline.present.views.footage import Recording
from truceline.present.views.place import place_of
from truceline.present.views.scan import OtherRun, ScanView
from truceline.present.views.subjects import CrossingView, TrackView, crossed_tracks
from truceline.records.chronicles import Chronicle
from truceline.records.site import Line, Permit


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """Coverage of one camera with its share in words."""

    camera_id: str
    share_words: str
    unobserved: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class TrackRow:
    """One row of the table of tracks."""

    label: str
    kind: str
    camera: str
    first: str
    last: str
    rows: str
    seen: str
    nearest: str


@dataclass(frozen=True, slots=True)
class FootageRow:
    """One row of the table of footage."""

    name: str
    run: str
    size: str
    picture: str
    camera: str
    covers: str
    frames: str
    rate: str
    clock: str
    digest: str


@dataclass(frozen=True, slots=True)
class OtherRunRow:
    """One row of the table of runs that are not counted."""

    name: str
    run: str
    start: str
    held: str
    counted_run: str


@dataclass(frozen=True, slots=True)
class PermitRow:
    """One row of the table of permits."""

    permit_id: str
    revoked: bool
    holder: str
    authority: str
    zone: str
    valid: str
    directions: str
    persons: str
    covers: str


DANGER_NOT_ASSESSED = (
    "Whether anybody was pursued, fired on, injured, carried or rescuing was not assessed for this page."
)
DANGER_NOT_WEIGHED = (
    "Who was in danger is told from all cameras; candidates are judged without it by this version."
)
SOUND_NOT_ANALYSED = "No sound was given to listen to."


def render_scan_page(view: ScanView) -> str:
    """Render the page of a scan as one HTML document that needs no network and no script.

    Args:
        view: What was found; ``view.private`` decides whether cameras are drawn.

    Returns:
        The document, UTF-8 text.
    """
    place = place_of(view.site)
    cameras = view.site.cameras if view.private else ()
    camera_ids = tuple(camera.camera_id for camera in view.site.cameras)
    coverages = cameras_coverage(view.recordings, view.gaps, camera_ids=camera_ids)
    cards = [
        crossing_card(
            crossing,
            track=track_of(crossing, view.tracks),
            line=view.site.line,
            local_offset_minutes=view.site.local_offset_minutes,
            permits=view.permits,
        )
        for crossing in view.crossings
    ]
    site_map = MapContent(place, view.tracks, view.crossings, cameras)
    timeline = TimelineContent(
        view.recordings, view.gaps, view.tracks, view.crossings, view.site.local_offset_minutes, camera_ids
    )
    together = None if view.chronicle is None else _chronicle_view(view, view.chronicle)
    context: dict[str, object] = {
        "title": view.title,
        "site": view.site,
        "private": view.private,
        "when": when_words(view.recordings, view.site.local_offset_minutes),
        "summary": _summary(view, coverages),
        "figures": _figures(view, coverages),
        "map": render_map(site_map),
        "map_note": f"{drawn_words(site_map)}, site metres, north up",
        "legend": legend_of(site_map),
        "timeline": render_timeline(timeline),
        "coverages": coverage_rows(coverages),
        "not_observed": [
            *unseen_sentences(view.crossings),
            *_withdrawn_sentences(view.withdrawn),
            DANGER_NOT_ASSESSED if view.chronicle is None else DANGER_NOT_WEIGHED,
            *_sound_sentences(view.chronicle),
            "No person is named and no face was matched.",
        ],
        "crossings": [with_findings(card, view.findings) for card in cards],
        "empty": _empty_words(coverages),
        "chronicle": together,
        "chronicle_summary": "" if together is None else summary_words(together),
        "permits": [_permit_row(permit, view=view) for permit in view.permits],
        "tracks": _track_rows(view),
        "tracks_note": f"{plural(len(view.tracks), 'track')}, coverage {percent(total_share(coverages))}",
        "remarks": [sentence(words) for words in view.remarks],
        "footage": [footage_row(recording) for recording in view.recordings],
        "other_runs": [_other_run_row(one) for one in view.others],
        "made": _made(view),
        "export_commands": view.export_commands,
        "software": view.software,
    }
    return render_document("scan.html.j2", context)


def _sound_sentences(chronicle: Chronicle | None) -> list[str]:
    return [SOUND_NOT_ANALYSED] if chronicle is None or not chronicle.sounds else []


def _chronicle_view(view: ScanView, chronicle: Chronicle) -> ChronicleView:
    return chronicle_view(
        chronicle,
        local_offset_minutes=view.site.local_offset_minutes,
        track_labels={one.track.track_id: one.label for one in view.tracks},
    )


def when_words(recordings: tuple[Recording, ...], local_offset_minutes: int) -> str:
    """The interval of the footage: date, UTC, and local time beside it."""
    span = whole_interval(recordings, ())
    if span is None:
        return "No footage was given."
    start, end = span.start_utc_ns, span.end_utc_ns
    local = local_clock(start, offset_minutes=local_offset_minutes)
    end_day = "" if day(start) == day(end) else day(end) + " "
    return (
        f"{day(start)} {clock(start)} to {end_day}{clock(end)} UTC "
        f"({local} at its start), {duration(span.seconds)}"
    )


def coverage_rows(coverages: tuple[CameraCoverage, ...]) -> list[CoverageRow]:
    """Coverage with shares in words."""
    return [CoverageRow(one.camera_id, percent(one.share), tuple(one.unobserved)) for one in coverages]


def unseen_sentences(crossings: tuple[CrossingView, ...]) -> list[str]:
    """For each crossing: in how much of it the subject was not seen."""
    sentences = []
    for view in crossings:
        hidden = 1 - view.crossing.observed_fraction
        when = instant(view.crossing.crossed_utc_ns, bound_s=view.crossing.time_bound_s)
        if hidden > 0:
            sentences.append(
                f"{view.label}, crossing at {when}: "
                f"not seen in {percent(hidden)} of the frames beyond the line."
            )
    return sentences


def footage_row(recording: Recording) -> FootageRow:
    """One footage in words, its rate and clock with where they come from."""
    footage = recording.footage
    rate = (
        f"container says {footage.container_rate_hz:g} Hz" if footage.container_rate_hz else "no rate claimed"
    )
    if footage.true_rate_hz is not None:
        rate += f", declared {footage.true_rate_hz:g} Hz"
    return FootageRow(
        name=footage.name,
        run=f"run {recording.run_id}, {mode_words(recording.mode)}" if recording.run_id else "",
        size=size(footage.size_bytes),
        picture=f"{footage.width_px} × {footage.height_px} px",
        camera=footage.camera_id,
        covers=(
            f"{day(recording.span.start_utc_ns)} {clock(recording.span.start_utc_ns)}"
            f" to {clock(recording.span.end_utc_ns)}"
        ),
        frames=str(recording.frames),
        rate=rate,
        clock=f"± {number(footage.start_bound_s, 2)} s (95 %), {footage.start_source}",
        digest=footage.digest.hex,
    )


def _other_run_row(one: OtherRun) -> OtherRunRow:
    held = f"{plural(one.crossings, 'crossing')}, {plural(one.candidates, 'candidate')}"
    found = ", ".join(found_words(finding) for finding in one.findings)
    return OtherRunRow(
        name=one.footage.name,
        run=f"{one.run_id}, {mode_words(one.mode)}",
        start=f"{day(one.footage.start_utc_ns)} {clock(one.footage.start_utc_ns)}",
        held=f"{held}: {found}" if found else held,
        counted_run=one.counted_run_id,
    )


def _withdrawn_sentences(withdrawn: int | None) -> list[str]:
    if withdrawn is None:
        return []
    return [f"{plural(withdrawn, 'crossing')} stated at the time and withdrawn later."]


def _summary(view: ScanView, coverages: tuple[CameraCoverage, ...]) -> str:
    words = _counted_words(view, coverages)
    if not view.others:
        return words
    others = plural(len(view.others), "other run")
    return f"{words} Each footage counts once: {others} of the same footage not counted."


def _counted_words(view: ScanView, coverages: tuple[CameraCoverage, ...]) -> str:
    if not view.crossings:
        return _empty_words(coverages)
    candidates = sum(any(one.is_candidate for one in crossing.judgements) for crossing in view.crossings)
    line = view.site.line
    of_line = f" of {line_name(line.line_id)}, version {line.version},"
    return (
        f"{counted_words((one.crossing for one in view.crossings), of_what=of_line)} "
        f"at a coverage of {percent(total_share(coverages))}. "
        f"{_decided_words(view, candidates)}; the machine decides nothing."
    )


def _decided_words(view: ScanView, candidates: int) -> str:
    raised = plural(candidates, "candidate")
    if not view.findings:
        return f"{raised} for two people to decide"
    return f"{raised}: {', '.join(found_words(one) for one in view.findings.values())}"


def _empty_words(coverages: tuple[CameraCoverage, ...]) -> str:
    cameras = ", ".join(f"Camera {one.camera_id} recorded {percent(one.share)}" for one in coverages)
    gaps = sum(len(one.unobserved) for one in coverages)
    if not cameras:
        return "No crossing, and no footage was given: nothing was observed."
    if total_share(coverages) == 0:
        return (
            f"Nothing was observed: whether anybody crossed cannot be told. {cameras}; {plural(gaps, 'gap')}."
        )
    return f"No crossing in this footage. {cameras}; {plural(gaps, 'gap')}."


def _figures(view: ScanView, coverages: tuple[CameraCoverage, ...]) -> list[Fact]:
    sides = view.site.line.sides
    share = f"coverage {percent(total_share(coverages))}"
    figures = []
    for origin, goal in ((sides.left, sides.right), (sides.right, sides.left)):
        count, less = counts_of(one.crossing for one in view.crossings if one.crossing.to_side == goal)
        besides = f", {less} less probable" if less else ""
        figures.append(Fact(f"{origin} to {goal}", str(count), f"crossings{besides}, {share}"))
    candidates = sum(any(one.is_candidate for one in crossing.judgements) for crossing in view.crossings)
    decided = f"{len(view.findings)} decided" if view.findings else "undecided"
    missing = [stretch.span.seconds for one in coverages for stretch in one.unobserved]
    figures.append(Fact("Candidates", str(candidates), f"raised by the machine, {decided}"))
    figures.append(Fact("Recorded", percent(total_share(coverages)), f"{plural(len(coverages), 'camera')}"))
    figures.append(Fact("Gaps", str(len(missing)), f"{duration(sum(missing))} not observed"))
    return figures


def _track_rows(view: ScanView) -> list[TrackRow]:
    crossed = crossed_tracks(one.crossing for one in view.crossings)
    return [
        _track_row(one, line=view.site.line, crossed=one.track.track_id in crossed) for one in view.tracks
    ]


def _track_row(view: TrackView, *, line: Line, crossed: bool) -> TrackRow:
    track = view.track
    distance = signed_distance_m(line.vertices_en_m, track.en_m)
    row = int(np.argmin(np.abs(distance)))
    sigma = float(np.sqrt(np.linalg.eigvalsh(view.position_covariance_m2[row])[-1] + line.sigma_m**2))
    side = line.sides.left if distance[row] >= 0 else line.sides.right
    return TrackRow(
        label=view.label,
        kind=track.kind,
        camera=track.camera_id,
        first=clock(int(track.utc_ns[0])),  # type: ignore[arg-type]
        last=clock(int(track.utc_ns[-1])),  # type: ignore[arg-type]
        rows=str(len(track.utc_ns)),
        seen=percent(float(np.mean(track.observed))),
        nearest="crossed" if crossed else f"{plus_minus(abs(float(distance[row])), sigma, unit='m')}, {side}",
    )


def _permit_row(permit: Permit, *, view: ScanView) -> PermitRow:
    covered = [
        crossing.label
        for crossing in view.crossings
        if any(one.permit_id == permit.permit_id for one in crossing.judgements)
    ]
    zones = {zone.zone_id: zone.name for zone in view.site.zones}
    start, end = permit.valid.start_utc_ns, permit.valid.end_utc_ns
    return PermitRow(
        permit_id=permit.permit_id,
        revoked=permit.revoked,
        holder=permit.holder,
        authority=permit.authority,
        zone=zones.get(permit.zone_id, permit.zone_id),
        valid=f"{day(start)} {clock(start, digits=0)} to {day(end)} {clock(end, digits=0)}",
        directions=", ".join(permit.directions),
        persons=str(permit.persons),
        covers=", ".join(covered) or "no crossing on this page",
    )


def _made(view: ScanView) -> list[Fact]:
    site, line = view.site, view.site.line
    made = [
        Fact("Software", view.software),
        Fact("Site", f"{site.name} ({site.site_id})", f"sha256 {site.digest.hex}"),
        Fact(
            "Line",
            f"{line.line_id}, version {line.version}, ± {number(LINE_95 * line.sigma_m, 2)} m (95 %)",
            line.source,
        ),
        Fact("Instrument", site.instrument),
    ]
    if view.made_utc_ns is not None:
        made.append(Fact("Made", f"{day(view.made_utc_ns)} {clock(view.made_utc_ns, digits=0)} UTC"))
    return made
