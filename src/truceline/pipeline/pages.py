"""The station's page: all runs of one version of the site, for the people who work there."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from truceline import __version__
from truceline.pipeline.chronicle import is_of
from truceline.pipeline.covariance import whole_covariance_m2
from truceline.pipeline.evidence_frames import ANNOTATED, frame_instant, kept_frame
from truceline.pipeline.review import findings_of
from truceline.pipeline.scan_checks import partly_seen_words, validity_words
from truceline.pipeline.standing import superseded_runs
from truceline.present.frames.lighter import lighter_jpeg
from truceline.present.pages.scan_page import render_scan_page
from truceline.present.views.footage import Picture, Recording
from truceline.present.views.scan import OtherRun, ScanView
from truceline.present.views.subjects import CrossingView, TrackView, recordings_labels
from truceline.records.chronicles import Chronicle
from truceline.records.events import Crossing
from truceline.records.reviews import Finding
from truceline.records.runs import Run
from truceline.records.site import Site
from truceline.store.station import Station

SOFTWARE = f"truceline {__version__}"
EXPORT_COMMANDS = (
    "truceline events --station . --format geojson",
    "truceline tracks --station . --format geojson",
)
"""For a shell in the station's folder: a page that named its station would differ from one to the other."""


def write_station_page(station: Station, site: Site) -> Path:
    """Write ``page.html`` of a station: the runs that were made under this version of the site.

    Of several runs of one footage the one that was scanned last is shown; the others are listed. What all of
    them show together is on it where the station keeps it of these very runs.
    """
    every = [run for run in station.runs() if run.inputs.site == site.digest]
    superseded = superseded_runs(station, every)
    runs = [run for run in every if run.run_id not in superseded]
    findings = findings_of(station, site)
    tracks = tuple(track for run in runs for track in run.tracks)
    labels = recordings_labels([run.tracks for run in runs])
    view = ScanView(
        title=site.name,
        site=site,
        recordings=tuple(Recording(run.footage, run.span, run.frames, run.run_id, run.mode) for run in runs),
        tracks=tuple(
            TrackView(track, labels[track.track_id], whole_covariance_m2(track, site.camera(track.camera_id)))
            for track in tracks
        ),
        crossings=tuple(
            CrossingView(
                crossing=crossing,
                label=labels[crossing.track_id],
                judgements=tuple(one for one in run.judgements if one.event_id == crossing.event_id),
                pictures=_pictures(station, run, crossing=crossing),
                stated_utc_ns=run.stated_utc_ns(crossing.event_id),
            )
            for run in runs
            for crossing in run.crossings
        ),
        gaps=tuple(gap for run in runs for gap in run.gaps),
        findings=_findings_of_runs(findings, runs),
        software=SOFTWARE,
        export_commands=EXPORT_COMMANDS,
        private=True,
        remarks=_remarks(runs, site),
        others=tuple(
            _other_run(run, counted=superseded[run.run_id], findings=findings)
            for run in every
            if run.run_id in superseded
        ),
        withdrawn=_withdrawn(runs),
        chronicle=_chronicle_of(station, runs, site=site),
    )
    return station.write_page(render_scan_page(view))


def _chronicle_of(station: Station, runs: Sequence[Run], *, site: Site) -> Chronicle | None:
    kept = station.chronicle()
    return kept if kept is not None and is_of(kept, runs, site=site) else None


def _remarks(runs: Sequence[Run], site: Site) -> tuple[str, ...]:
    """What bounds everything that the page tells of these runs."""
    cameras = dict.fromkeys(run.footage.camera_id for run in runs)
    said = [partly_seen_words(site.camera(camera_id), site.line) for camera_id in cameras]
    said += [validity_words(run.footage.name, run.span, line=site.line) for run in runs]
    return tuple(words for words in said if words)


def _other_run(run: Run, *, counted: str, findings: Mapping[str, Finding]) -> OtherRun:
    return OtherRun(
        run_id=run.run_id,
        mode=run.mode,
        footage=run.footage,
        crossings=len(run.crossings),
        candidates=sum(one.is_candidate for one in run.judgements),
        counted_run_id=counted,
        findings=tuple(_findings_of_runs(findings, [run]).values()),
    )


def _findings_of_runs(findings: Mapping[str, Finding], runs: Sequence[Run]) -> dict[str, Finding]:
    judged = {one.judgement_id for run in runs for one in run.judgements}
    return {name: finding for name, finding in findings.items() if name in judged}


def _withdrawn(runs: Sequence[Run]) -> int | None:
    counted = [run.withdrawn for run in runs if run.withdrawn is not None]
    return sum(counted) if counted else None


def _pictures(station: Station, run: Run, *, crossing: Crossing) -> tuple[Picture, ...]:
    pictures = []
    for frame in sorted(set(crossing.frames), key=lambda one: one.pts):
        when = frame_instant(frame, run.footage)
        pictures.append(
            Picture(
                data=lighter_jpeg(kept_frame(station, run.run_id, kind=ANNOTATED, pts=frame.pts)),
                media_type="image/jpeg",
                alt=f"Camera {crossing.camera_id} at {when}: the subject of this crossing in its box",
                caption=f"{run.footage.name}, pts {frame.pts}, {when}",
            )
        )
    return tuple(pictures)
