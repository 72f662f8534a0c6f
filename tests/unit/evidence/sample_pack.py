"""A small pack made from records, for the tests that attack, read and write packs."""

import random
from collections.abc import Sequence
from dataclasses import replace

from truceline.evidence.decisions import candidate_record, decision_is_genuine, sign_decision
from truceline.evidence.keys import SigningKey, demonstration_key
from truceline.records.events import Crossing, EvidenceFrame, Interval, UncertaintyBudget
from truceline.records.findings import Judgement, Outcome, Reason
from truceline.records.releases import PackContents, PackFinding, PackFrame
from truceline.records.reviews import CandidateRecord, Decision, Finding, SignedDecision, Verdict
from truceline.records.time import UtcNs, UtcSpan, parse_utc
from truceline.review.two_people import find

START = parse_utc("2017-11-13T06:14:00Z")
RELEASED = parse_utc("2017-11-15T09:00:00Z")
PAGE = b"<!doctype html><title>Simulated</title><p>A guard crossed the line and returned.</p>\n" * 30


def crossing() -> Crossing:
    return Crossing(
        event_id="crossing-1",
        track_id="t-7",
        camera_id="c1",
        line_id="mdl",
        line_version="1953-07-27",
        from_side="north",
        to_side="south",
        span=UtcSpan(UtcNs(START + 10_000_000_000), UtcNs(START + 13_000_000_000)),
        probability=0.997,
        returned=0.99,
        crossed_utc_ns=UtcNs(START + 10_400_000_001),
        time_bound_s=0.12,
        place_en_m=(4.2, -1.5),
        place_sigma_m=0.2,
        depth_m=Interval(3.0, 2.6, 3.4, 0.2),
        dwell_s=Interval(2.1, 1.8, 2.4, 0.15),
        observed_fraction=1.0,
        budget=UncertaintyBudget(0.2, 0.5, 0.3),
        frames=(EvidenceFrame("ab" * 32, 9000, UtcNs(START + 11_000_000_000), (10.0, 20.0, 30.0, 80.0)),),
    )


def judgement() -> Judgement:
    return Judgement(
        judgement_id="candidate-1",
        event_id="crossing-1",
        rule_id="R-07-CROSS",
        instrument="Example Armistice",
        paragraph="7",
        quotation="No person shall be permitted to cross the line.",
        quotation_source="example",
        rule_pack_sha256="cd" * 32,
        outcome=Outcome.MET,
        probability=0.997,
        statement="possible unauthorised crossing",
        reasons=(Reason("crossed", True, "probability 0.997 is at least 0.95"),),
        permit_id=None,
        is_candidate=True,
    )


def record() -> CandidateRecord:
    return candidate_record(judgement(), crossing())


def decided(
    key: SigningKey,
    subject: CandidateRecord,
    *,
    verdict: Verdict = Verdict.BREACH,
    after_s: int = 0,
) -> SignedDecision:
    decision = Decision(
        judgement_id=subject.judgement_id,
        subject=subject.digest,
        verdict=verdict,
        reason="The guard stands beyond the line in three frames.",
        decided_utc_ns=UtcNs(START + (3_600 + after_s) * 1_000_000_000),
        reviewer_key=key.public.hex,
        scripted=key.demonstration,
        demonstration_key=key.demonstration,
    )
    return sign_decision(decision, key)


def found(keys: Sequence[SigningKey]) -> Finding:
    subject = record()
    decisions = [decided(key, subject, after_s=number) for number, key in enumerate(keys)]
    listed = [key.public.hex for key in keys]
    finding = find(subject, decisions, reviewer_keys=listed, is_genuine=decision_is_genuine)
    assert finding is not None
    return finding


def demonstration_reviewers() -> tuple[SigningKey, SigningKey]:
    return demonstration_key("reviewer-1"), demonstration_key("reviewer-2")


def contents(finding: Finding | None = None, *, frame_bytes: int = 2_500) -> PackContents:
    subject = record()
    picture = b"\x89PNG\r\n\x1a\n" + random.Random(7).randbytes(frame_bytes)
    return PackContents(
        pack_id="example-1",
        released_utc_ns=RELEASED,
        competent_body="Example Commission",
        removal_contact="removal@example.org",
        simulated=True,
        page_html=PAGE,
        finding=PackFinding(
            candidate=subject.candidate,
            event=subject.event,
            finding=finding or found(demonstration_reviewers()),
            rule={"instrument": "Example Armistice", "paragraph": "7"},
            footage=({"name": "drawn.mp4", "sha256": "ab" * 32, "start_utc": "2017-11-13T06:14:00Z"},),
            line={"line_id": "mdl", "version": "1953-07-27", "sigma_m": 0.1},
            not_observed=(),
            positions=(),
            versions={"truceline": "0.1.0"},
        ),
        track={"format": "truceline-track/1", "rows_utc": ["2017-11-13T06:14:10Z"], "en_m": [[4.2, -1.5]]},
        frames=(PackFrame("0001.png", picture),),
    )


def real_contents(reviewers: Sequence[SigningKey]) -> PackContents:
    """Contents that disclose nothing: real footage, real decisions."""
    return replace(contents(found(reviewers)), simulated=False)
