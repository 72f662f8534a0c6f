"""The station's page: all runs of one version of the site, for the people who work there."""

from pathlib import Path

from truceline import __version__
from truceline.pipeline.covariance import whole_covariance_m2
from truceline.pipeline.evidence_frames import ANNOTATED, frame_instant, kept_frame
from truceline.pipeline.review import findings_of
from truceline.present.pages.scan_page import render_scan_page
from truceline.present.views.footage import Picture, Recording
from truceline.present.views.scan import ScanView
from truceline.present.views.subjects import CrossingView, TrackView, recordings_labels
from truceline.records.events import Crossing
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
    """Write ``page.html`` of a station: every run that was made under this version of the site."""
    runs = [run for run in station.runs() if run.inputs.site == site.digest]
    tracks = tuple(track for run in runs for track in run.tracks)
    labels = recordings_labels([run.tracks for run in runs])
    view = ScanView(
        title=site.name,
        site=site,
        recordings=tuple(Recording(run.footage, run.span, run.frames) for run in runs),
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
            )
            for run in runs
            for crossing in run.crossings
        ),
        gaps=tuple(gap for run in runs for gap in run.gaps),
        findings=findings_of(station, site),
        software=SOFTWARE,
        export_commands=EXPORT_COMMANDS,
        private=True,
    )
    return station.write_page(render_scan_page(view))


def _pictures(station: Station, run: Run, *, crossing: Crossing) -> tuple[Picture, ...]:
    pictures = []
    for frame in sorted(set(crossing.frames), key=lambda one: one.pts):
        when = frame_instant(frame, run.footage)
        pictures.append(
            Picture(
                data=kept_frame(station, run.run_id, kind=ANNOTATED, pts=frame.pts),
                media_type="image/jpeg",
                alt=f"Camera {crossing.camera_id} at {when}: the subject of this crossing in its box",
                caption=f"{run.footage.name}, pts {frame.pts}, {when}",
            )
        )
    return tuple(pictures)
