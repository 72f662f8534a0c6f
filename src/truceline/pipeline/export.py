"""What a station holds, in forms that other programs read: ``truceline tracks`` and ``truceline events``."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import numpy as np

from truceline.errors import InputError, IntegrityError
from truceline.export.geojson import events_as_geojson, tracks_as_geojson
from truceline.export.mot import tracks_as_mot
from truceline.export.rows import ExportedRun, ExportedTrack
from truceline.export.text import events_as_csv, events_as_json, tracks_as_csv, tracks_as_json
from truceline.pipeline.covariance import whole_covariance_m2
from truceline.pipeline.progress import Progress, told
from truceline.pipeline.standing import superseded_runs
from truceline.present.views.subjects import recordings_labels, track_labels
from truceline.records.columns import IntColumn
from truceline.records.runs import Run
from truceline.records.site import Site
from truceline.records.tracks import Track
from truceline.store.station import Station, disk_errors
from truceline.survey.load import load_site
from truceline.survey.wgs84 import lonlat_from_en
from truceline.track.moving import motions_of


class Form(StrEnum):
    """A form that both tracks and events have beside the table for people."""

    JSON = "json"
    GEOJSON = "geojson"
    CSV = "csv"
    MOT = "mot"


def export_runs(station_folder: Path, *, run_id: str = "", progress: Progress) -> tuple[ExportedRun, ...]:
    """The runs of a station in order of time, each with its site and its positions on the globe.

    Each footage counts once: of several runs of one footage the one that was scanned last has its tracks and
    events; the others are named without them, unless ``run_id`` asks for one.

    Args:
        station_folder: The station.
        run_id: Only this run; empty: all.
        progress: Told as runs are read.

    Raises:
        InputError: There is no station, or no such run.
        IntegrityError: A run, or the site that it was made under, differs from what was kept.
    """
    station = Station.open(station_folder)
    names = station.run_ids()
    if run_id and run_id not in names:
        raise InputError(
            f"there is no run {run_id!r} in this station.",
            where=str(station_folder),
            do=f"Known runs: {', '.join(names) or 'none'}.",
        )
    runs = [station.run(name) for name in told(names, "reading runs", total=len(names), progress=progress)]
    runs.sort(key=lambda run: (run.span.start_utc_ns, run.run_id))
    sites = {run.site_folder: _site_of(station, run) for run in runs}
    superseded = superseded_runs(station, runs)
    labels = _labels(station, runs)
    exported = []
    for run in runs:
        if run_id not in ("", run.run_id):
            continue
        counted, pts = superseded.get(run.run_id), station.frame_pts(run.run_id)
        rows = _without_rows(run) if counted and not run_id else run
        one = exported_run(rows, sites[run.site_folder], labels=labels, frame_pts=pts)
        exported.append(replace(one, superseded_by=counted))
    return tuple(exported)


def _without_rows(run: Run) -> Run:
    return replace(run, tracks=(), crossings=(), gaps=(), judgements=(), statements=())


def exported_run(
    run: Run,
    site: Site,
    *,
    labels: dict[str, str],
    frame_pts: IntColumn | None,
) -> ExportedRun:
    """A run with its positions on the globe and their whole error."""
    tracks = [
        _exported_track(track, site, label=labels[track.track_id])
        for track in sorted(run.tracks, key=lambda one: (int(one.utc_ns[0]), one.track_id))
    ]
    places = np.array([crossing.place_en_m for crossing in run.crossings], dtype=np.float64).reshape(-1, 2)
    return ExportedRun(run, site, tuple(tracks), lonlat_from_en(places, origin=site.origin), frame_pts)


def _exported_track(track: Track, site: Site, *, label: str) -> ExportedTrack:
    motions = motions_of(track)
    return ExportedTrack(
        track,
        label,
        whole_covariance_m2(track, site.camera(track.camera_id)),
        lonlat_from_en(track.en_m, origin=site.origin),
        motions.words,
        motions.probability,
    )


def tracks_in_form(
    runs: Sequence[ExportedRun], form: Form, *, with_unobserved: bool = False
) -> Iterator[str]:
    """The tracks as text, in pieces. ``with_unobserved`` is for MOTChallenge; the others give every row."""
    if form is Form.MOT:
        return tracks_as_mot(runs, with_unobserved=with_unobserved)
    write = {Form.JSON: tracks_as_json, Form.GEOJSON: tracks_as_geojson, Form.CSV: tracks_as_csv}[form]
    return write(runs)


def events_in_form(runs: Sequence[ExportedRun], form: Form) -> Iterator[str]:
    """Crossings and gaps as text, in pieces.

    Raises:
        InputError: The form knows no events.
    """
    forms = {Form.JSON: events_as_json, Form.GEOJSON: events_as_geojson, Form.CSV: events_as_csv}
    if form not in forms:
        raise InputError(f"events have no form {form.value!r}.", do=f"Take one of: {', '.join(forms)}.")
    return forms[form](runs)


def write_export(path: Path, pieces: Iterable[str]) -> None:
    """Write a file, whole or not at all.

    Raises:
        ServiceError: The disk refuses.
    """
    partial = path.with_name(f".{path.name}.partial")
    with disk_errors(path):
        try:
            with partial.open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(pieces)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def _site_of(station: Station, run: Run) -> Site:
    """The site as it was when the run was made."""
    folder = station.site_folder(run.site_folder)
    try:
        site = load_site(folder)
    except InputError as error:
        raise IntegrityError(f"the site kept with the run: {error.what}", where=error.where) from error
    if site.digest != run.inputs.site:
        raise IntegrityError(
            f"the site kept with run {run.run_id} is not the one it was made under.",
            where=str(folder),
            do="Restore the station from a copy, or scan again into a new one.",
        )
    return site


def _labels(station: Station, runs: Sequence[Run]) -> dict[str, str]:
    """Short names as on the page, which shows the recordings of one version of a site, each once."""
    labels: dict[str, str] = {}
    for site in {run.inputs.site for run in runs}:
        of_site = [run for run in runs if run.inputs.site == site]
        others = superseded_runs(station, of_site)
        labels |= recordings_labels([run.tracks for run in of_site if run.run_id not in others])
        for run in of_site:
            labels |= track_labels(run.tracks) if run.run_id in others else {}
    return labels
