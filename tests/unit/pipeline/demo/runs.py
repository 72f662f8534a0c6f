"""Runs of two cameras of a story in which one person flees over the line and another is back at once."""

from dataclasses import replace
from fractions import Fraction

import tests.unit.present.sample_views as sample
from truceline.pipeline.demo.story import Part, Story
from truceline.records.digests import sha256_of
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.frames import Footage
from truceline.records.reviews import Verdict
from truceline.records.runs import Run, RunInputs
from truceline.records.time import UtcNs

STORY = Story(
    "no-such-scenario",
    "a story",
    "1",
    (
        Part("fugitive", Verdict.NO_BREACH, "She fled under fire.", because="under fire"),
        Part("pursuer", Verdict.BREACH, "Clear of the line."),
    ),
)
ANY = sha256_of(b"any")

FLEES = replace(
    sample.guard_crossing(),
    event_id="e2",
    track_id="c3",
    crossed_utc_ns=sample.at(22.0),
    depth_m=replace(sample.guard_crossing().depth_m, value=9.0),
    dwell_s=None,
)
RETURNS = sample.guard_crossing()


def judged(crossing: Crossing, **changes: object) -> Judgement:
    changes = {"judgement_id": f"j-{crossing.event_id}", "event_id": crossing.event_id, **changes}
    return sample.judgement(**changes)


def run_of(camera_id: str, *crossings: Crossing, judgements: tuple[Judgement, ...] | None = None) -> Run:
    """A run of one camera with these crossings, each a candidate unless judgements say otherwise."""
    footage = Footage(
        f"{camera_id}_001.mp4",
        ANY,
        1,
        camera_id,
        960,
        540,
        float(Fraction(25)),
        None,
        UtcNs(sample.at(0)),
        0.5,
        "",
    )
    return Run(
        run_id="r" + camera_id,
        inputs=RunInputs(ANY, ANY, ANY, ANY, ANY, "truceline"),
        site_folder="s",
        footage=footage,
        frames=750,
        span=sample.span(0.0, 60.0),
        clock_bound_s=0.5,
        tracks=(sample.guard_track(), sample.patrol_track(), sample.visitor_track()),
        crossings=tuple(replace(one, camera_id=camera_id) for one in crossings),
        gaps=(),
        judgements=tuple(map(judged, crossings)) if judgements is None else judgements,
    )
