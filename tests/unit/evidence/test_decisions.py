"""Decisions: signed over every field, read back strictly, and tied to the event's values."""

from dataclasses import replace

import pytest

from tests.unit.evidence.sample_pack import crossing, decided, judgement, record
from truceline.errors import InputError, IntegrityError
from truceline.evidence.decisions import (
    candidate_record,
    decision_is_genuine,
    decision_json,
    read_decision,
    sign_decision,
)
from truceline.evidence.keys import demonstration_key, new_signing_key
from truceline.records.digests import sha256_of
from truceline.records.reviews import SignedDecision, Verdict
from truceline.records.time import UtcNs


def test_the_candidate_covers_the_events_values():
    deeper = replace(crossing(), depth_m=replace(crossing().depth_m, value=3.01))
    assert candidate_record(judgement(), deeper).digest != record().digest
    assert candidate_record(judgement(), crossing()).digest == record().digest


def test_what_is_no_candidate_cannot_be_decided_on():
    with pytest.raises(InputError, match="not proposed"):
        candidate_record(replace(judgement(), is_candidate=False), crossing())
    with pytest.raises(InputError, match="judges event"):
        candidate_record(replace(judgement(), event_id="another"), crossing())


@pytest.mark.parametrize(
    "changes",
    [
        {"judgement_id": "candidate-2"},
        {"subject": sha256_of(b"another candidate")},
        {"verdict": Verdict.NO_BREACH},
        {"reason": "Another reason that was never given."},
        {"decided_utc_ns": UtcNs(1)},
        {"scripted": True},
        {"demonstration_key": True},
        {"reviewer_key": new_signing_key("other").public.hex},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_signature_covers_every_field(changes):
    signed = decided(new_signing_key("alpha"), record())
    assert decision_is_genuine(signed)
    assert not decision_is_genuine(SignedDecision(replace(signed.decision, **changes), signed.signature))


def test_one_signs_with_ones_own_key_and_says_what_it_is():
    key = demonstration_key("reviewer-1")
    decision = decided(key, record()).decision
    with pytest.raises(InputError, match="another key"):
        sign_decision(decision, new_signing_key("alpha"))
    with pytest.raises(InputError, match="demonstration"):
        sign_decision(replace(decision, demonstration_key=False), key)


def test_a_known_demonstration_key_cannot_pass_for_a_real_one():
    key = demonstration_key("reviewer-1")
    signed = decided(replace(key, demonstration=False), record())
    assert not decision_is_genuine(signed)


@pytest.mark.parametrize("reason", ["", "too short", " " * 20, "a        b"[:9]])
def test_a_decision_needs_a_reason(reason):
    with pytest.raises(InputError, match="reason"):
        replace(decided(new_signing_key("alpha"), record()).decision, reason=reason)


def test_ten_characters_are_a_reason():
    assert replace(decided(new_signing_key("alpha"), record()).decision, reason="0123456789").reason


def test_reads_what_it_writes_and_nothing_else():
    signed = decided(new_signing_key("alpha"), record())
    value = dict(decision_json(signed))
    assert read_decision(value) == signed
    for name in value:
        with pytest.raises(IntegrityError):
            read_decision({key: item for key, item in value.items() if key != name})
    with pytest.raises(IntegrityError, match="never signed"):
        read_decision({**value, "remark": "added later"})
    with pytest.raises(IntegrityError, match="spelling"):
        read_decision({**value, "decided_utc": str(value["decided_utc"]).replace("T", " ")})
