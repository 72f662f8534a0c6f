"""Runs made by hand, ready to be written: the site and the subjects of the pages' tests."""

from dataclasses import replace

import numpy as np

from tests.unit.present import sample_views as sample
from truceline.export.rows import ExportedRun, ExportedTrack
from truceline.records.digests import sha256_of
from truceline.records.runs import Run, RunInputs
from truceline.survey.wgs84 import lonlat_from_en

FIRST_PTS = 512
STEP_PTS = 1024


def exported(**changes: object) -> ExportedRun:
    """Guard (not seen in rows 90 to 95), patrol and visitor, two crossings and a gap."""
    site = sample.site()
    tracks = [sample.patrol_track(), sample.guard_track(), sample.visitor_track()]
    tracks = [replace(one, pts=pts_of(one.utc_ns)) for one in tracks]
    crossings = (sample.guard_crossing(), sample.visitor_crossing())
    digest = sha256_of(b"run")
    run = Run(
        run_id="0123456789abcdef",
        inputs=RunInputs(digest, digest, site.digest, digest, digest, "truceline test"),
        site_folder="site",
        footage=sample.recording().footage,
        frames=750,
        span=sample.span(0, 60),
        clock_bound_s=0.056,
        tracks=tuple(tracks),
        crossings=crossings,
        gaps=(sample.gap(),),
        judgements=(sample.judgement(paragraph="7"), sample.visitor_judgement()),
    )
    places = np.array([one.place_en_m for one in crossings])
    whole = ExportedRun(
        run=run,
        site=site,
        tracks=tuple(
            ExportedTrack(
                one,
                label,
                sample.total_covariance(one),
                lonlat_from_en(one.en_m, origin=site.origin),
                ["walking"] * len(one.utc_ns),
                np.full(len(one.utc_ns), 0.9),
            )
            for one, label in zip(tracks, ("P1", "P2", "P3"), strict=True)
        ),
        places_lonlat_deg=lonlat_from_en(places, origin=site.origin),
        frame_pts=pts_of(np.array([sample.at(0.08 * index) for index in range(750)])),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def pts_of(utc_ns):
    """The presentation time stamps of instants: ticks that are neither frame numbers nor start at zero."""
    return FIRST_PTS + np.round((utc_ns - sample.START) / 8e7).astype(np.int64) * STEP_PTS
