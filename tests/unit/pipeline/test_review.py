"""Deciding on a candidate in a real station: who may, what is kept, what counts, what is refused."""

import json
from dataclasses import replace

import pytest

from tests.unit.pipeline.small_station import REASON, REVIEWERS, SCRIPTED, SmallStation, opened, vote
from tests.unit.store.records_of_a_run import run as run_by_hand
from truceline.errors import InputError, IntegrityError
from truceline.evidence.keys import new_signing_key
from truceline.pipeline.review import (
    Vote,
    decide,
    decisions_on,
    finding_on,
    findings_of,
    open_candidate,
)
from truceline.records.reviews import Verdict
from truceline.store.station import Station

ONE, TWO, THREE = REVIEWERS
B, N = Verdict.BREACH, Verdict.NO_BREACH


def test_two_listed_reviewers_make_a_finding(station: SmallStation):
    candidate = opened(station)
    assert finding_on(candidate) is None
    vote(candidate, ONE)
    assert finding_on(candidate) is None
    vote(candidate, TWO, after_h=2)
    finding = finding_on(opened(station))
    assert finding is not None
    assert finding.verdict is B
    assert [one.decision.reviewer_key for one in finding.decisions] == [ONE.public.hex, TWO.public.hex]
    assert not finding.scripted
    assert not finding.demonstration_key


def test_reviewers_who_differ_make_none_until_a_third_agrees_with_one(station: SmallStation):
    candidate = opened(station)
    vote(candidate, ONE, B)
    vote(candidate, TWO, N)
    assert finding_on(candidate) is None
    vote(candidate, THREE, N)
    finding = finding_on(candidate)
    assert finding is not None
    assert finding.verdict is N
    assert len(finding.decisions) == 3


def test_one_reviewer_twice_is_one(station: SmallStation):
    candidate = opened(station)
    paths = [vote(candidate, ONE, after_h=hours) for hours in (1, 2)]
    assert len(set(paths)) == 2, "a newer decision does not overwrite the older"
    assert finding_on(candidate) is None


def test_scripted_decisions_stay_scripted(station: SmallStation):
    candidate = opened(station)
    for key in SCRIPTED:
        vote(candidate, key)
    finding = finding_on(candidate)
    assert finding is not None
    assert finding.scripted
    assert finding.demonstration_key


def test_a_strangers_key_is_refused_and_nothing_is_kept(station: SmallStation):
    candidate = opened(station)
    with pytest.raises(InputError, match="not one of this site's reviewer keys"):
        vote(candidate, new_signing_key("stranger"))
    assert decisions_on(candidate) == ()


@pytest.mark.parametrize("reason", ["", "too short", " " * 40])
def test_a_decision_without_a_reason_is_refused(station: SmallStation, reason: str):
    candidate = opened(station)
    with pytest.raises(InputError, match="reason"):
        decide(candidate, Vote(B, reason, candidate.crossing.span.end_utc_ns), key=ONE)
    assert decisions_on(candidate) == ()


def damaged_verdict(content: bytes) -> bytes:
    return content.replace(b'"BREACH"', b'"NO BREACH"')


def damaged_time(content: bytes) -> bytes:
    return content.replace(b'"decided_utc":"2026', b'"decided_utc":"2025')


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        pytest.param(damaged_verdict, "signature", id="another verdict"),
        pytest.param(damaged_time, "signature", id="another time"),
        pytest.param(lambda content: content[:-20], "cannot be read", id="cut"),
        pytest.param(lambda _: b"[]", "no JSON object", id="a list"),
        pytest.param(lambda _: b"\xff\xfe", "cannot be read", id="no text"),
        pytest.param(
            lambda content: content[:-1] + b',"note":"x"}', "never signed", id="more than was signed"
        ),
    ],
)
def test_a_changed_decision_is_refused(station: SmallStation, damage, words: str):
    candidate = opened(station)
    path = vote(candidate, ONE)
    vote(candidate, TWO)
    changed = damage(path.read_bytes())
    assert changed != path.read_bytes()
    path.write_bytes(changed)
    with pytest.raises(IntegrityError, match=words) as refused:
        finding_on(candidate)
    assert refused.value.exit_code == 3


def test_a_decision_signed_by_a_stranger_and_put_there_by_hand_is_refused(station: SmallStation):
    candidate = opened(station)
    path = vote(candidate, ONE)
    kept = json.loads(path.read_bytes())
    kept["reviewer_key"] = new_signing_key("stranger").public.hex
    path.with_name(f"{'0' * 16}-001.json").write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(InputError, match="not one of the site's reviewer keys"):
        finding_on(candidate)


def test_a_candidate_is_found_by_its_first_digits(station: SmallStation):
    whole = open_candidate(station.folder, station.judgement_id)
    assert open_candidate(station.folder, station.judgement_id[:6]).record.digest == whole.record.digest


def test_a_candidate_is_found_by_its_crossing(station: SmallStation):
    whole = opened(station)
    by_event = open_candidate(station.folder, whole.crossing.event_id[:8])
    assert by_event.judgement.judgement_id == whole.judgement.judgement_id


def test_decisions_are_fixed_once_two_people_have_decided(station: SmallStation):
    candidate = opened(station)
    vote(candidate, ONE, B)
    vote(candidate, ONE, N, after_h=2)
    vote(candidate, TWO, B)
    for key in (ONE, TWO):
        with pytest.raises(InputError, match="can no longer be changed"):
            vote(candidate, key, B, after_h=3)
    vote(candidate, THREE, B)
    assert len(decisions_on(candidate)) == 4


def test_what_was_found_in_a_station_is_told_by_candidate(station: SmallStation):
    candidate = opened(station)
    assert findings_of(candidate.station, candidate.site) == {}
    path = vote(candidate, ONE)
    vote(candidate, TWO)
    (found,) = findings_of(candidate.station, candidate.site).items()
    assert (found[0], found[1].verdict) == (candidate.judgement.judgement_id, B)
    path.write_bytes(damaged_verdict(path.read_bytes()))
    assert findings_of(candidate.station, candidate.site) == {}


@pytest.mark.parametrize(
    ("judgement_id", "words"), [("zz", "no candidate"), ("j", "2 candidate")], ids=["unknown", "ambiguous"]
)
def test_what_is_not_one_candidate_is_refused(station: SmallStation, judgement_id: str, words: str):
    add_by_hand(station)
    with pytest.raises(InputError, match=words):
        open_candidate(station.folder, judgement_id)


def test_a_crossing_under_a_permit_cannot_be_decided_on(station: SmallStation):
    add_by_hand(station)
    with pytest.raises(InputError, match="no candidate"):
        open_candidate(station.folder, "j2")


def add_by_hand(station: SmallStation) -> None:
    """A second run with one candidate, ``j1``, and one crossing under a permit, ``j2``."""
    folder = Station.open(station.folder)
    site_folder = folder.runs()[0].site_folder
    run = run_by_hand()
    event_id = run.crossings[0].event_id
    judgements = tuple(
        replace(one, judgement_id=name, event_id=event_id)
        for one, name in zip(run.judgements, ("j1", "j2"), strict=True)
    )
    folder.write_run(replace(run, site_folder=site_folder, judgements=judgements), files={})


def test_the_reason_and_the_key_stand_in_what_is_kept(station: SmallStation):
    candidate = opened(station)
    (kept,) = (json.loads(vote(candidate, ONE).read_bytes()),)
    assert kept["reason"] == REASON
    assert kept["reviewer_key"] == ONE.public.hex
    assert kept["subject_sha256"] == candidate.record.digest.hex
