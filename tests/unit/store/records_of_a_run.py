"""A run made by hand: one of everything that a station keeps."""

from dataclasses import replace

import numpy as np

from tests.unit.events.walks import crossings_of, out_and_back, seconds_of, track_of
from tests.unit.video.clips import START
from truceline.records.digests import sha256_of
from truceline.records.findings import Judgement, Outcome, Reason
from truceline.records.frames import Footage, Gap, GapReason
from truceline.records.runs import Run, RunInputs
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan

SECONDS = seconds_of(8)
OBSERVED = (SECONDS < 2.2) | (SECONDS > 2.5)


def at(second):
    return UtcNs(START + round(second * NS_PER_S))


def judgement(permit_id=None):
    return Judgement(
        judgement_id="j1",
        event_id="e1",
        rule_id="crossing",
        instrument="korea-1953",
        paragraph="7",
        quotation="No person …",
        quotation_source="S/3079",
        rule_pack_sha256=sha256_of(b"pack").hex,
        outcome=Outcome.MET,
        probability=0.997,
        statement="A person crossed.",
        reasons=(Reason("across", True, "3.0 m"), Reason("permit", None, "no register")),
        permit_id=permit_id,
        is_candidate=permit_id is None,
    )


def run(run_id="0123456789abcdef", start_s=0.0):
    digest = sha256_of(b"clip")
    place = out_and_back(SECONDS)
    return Run(
        run_id=run_id,
        inputs=RunInputs(
            footage=digest,
            declared=sha256_of(b"declared"),
            site=sha256_of(b"site"),
            rule_pack=sha256_of(b"pack"),
            config=sha256_of(b"config"),
            software="truceline test",
        ),
        site_folder="site-1",
        footage=Footage("clip.mp4", digest, 4, "west", 320, 240, 10.0, None, START, 0.5, "a test"),
        frames=80,
        span=UtcSpan(at(start_s), at(start_s + 8)),
        clock_bound_s=0.5,
        tracks=(track_of(SECONDS, place, observed=OBSERVED),),
        crossings=crossings_of(SECONDS, place, observed=OBSERVED),
        gaps=(Gap("g1", "west", UtcSpan(at(1), at(2)), GapReason("missing", "Frames are missing.")),),
        judgements=(judgement(), judgement("P-1")),
    )


def with_nan(one):
    """The run with a box that could not be told."""
    boxes = one.tracks[0].boxes_px.copy()
    boxes[3] = np.nan
    return replace(one, tracks=(replace(one.tracks[0], boxes_px=boxes),))
