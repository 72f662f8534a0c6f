"""Candidates and decisions in the form that is signed, and their signatures."""

from truceline.errors import InputError, IntegrityError
from truceline.evidence.canonical import canonical_json, json_ready
from truceline.evidence.keys import SigningKey, is_known_demonstration, signature_holds
from truceline.records.digests import Sha256, sha256_of
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.reviews import CandidateRecord, Decision, JsonObject, SignedDecision, Verdict
from truceline.records.time import format_utc, parse_utc

DECISION_FORMAT = "truceline-decision/1"


def candidate_record(judgement: Judgement, event: Crossing) -> CandidateRecord:
    """The candidate as reviewers sign it. Its digest covers the event's values through ``event_sha256``.

    Raises:
        InputError: The judgement is no candidate (recorded, not proposed), or judges another event.
    """
    where = f"judgement {judgement.judgement_id}"
    if not judgement.is_candidate:
        raise InputError("this judgement is no candidate; it is recorded and not proposed", where=where)
    if judgement.event_id != event.event_id:
        raise InputError(f"it judges event {judgement.event_id}, not {event.event_id}", where=where)
    event_json, judgement_json = json_ready(event), json_ready(judgement)
    if not isinstance(event_json, dict) or not isinstance(judgement_json, dict):
        raise InputError("a judgement and an event must be records", where=where)
    candidate = {**judgement_json, "event_sha256": sha256_of(canonical_json(event_json)).hex}
    return CandidateRecord(
        judgement_id=judgement.judgement_id,
        candidate=candidate,
        event=event_json,
        digest=sha256_of(canonical_json(candidate)),
    )


def sign_decision(decision: Decision, key: SigningKey) -> SignedDecision:
    """Sign a decision with the reviewer's own key.

    Raises:
        InputError: The decision names another key, or does not say that the key is for demonstration only.
    """
    where = f"decision on {decision.judgement_id}"
    if decision.reviewer_key != key.public.hex:
        raise InputError(f"the decision names another key than {key.public.key_id}", where=where)
    if decision.demonstration_key != key.demonstration:
        raise InputError("the decision must say whether its key is a demonstration key", where=where)
    return SignedDecision(decision, key.sign(_message(decision)))


def decision_is_genuine(signed: SignedDecision) -> bool:
    """Whether the signature was made over this decision with the key it names.

    A decision signed with a built-in demonstration key that does not say so is not genuine.
    """
    decision = signed.decision
    if is_known_demonstration(decision.reviewer_key) and not decision.demonstration_key:
        return False
    return signature_holds(decision.reviewer_key, signature=signed.signature, message=_message(decision))


def decision_json(signed: SignedDecision) -> JsonObject:
    """The signed decision as it stands in a pack: the signed statement and ``signature``."""
    return {**_statement(signed.decision), "signature": signed.signature}


def read_decision(value: JsonObject) -> SignedDecision:
    """Read a signed decision from a pack, refusing missing and unknown fields.

    Raises:
        IntegrityError: A field is missing, unknown, or not what it should be.
    """
    text = {name: item for name, item in value.items() if isinstance(item, str)}
    scripted, demonstration = value.get("scripted"), value.get("demonstration_key")
    if not isinstance(scripted, bool) or not isinstance(demonstration, bool):
        raise IntegrityError("a decision must say true or false for scripted and demonstration_key")
    try:
        decision = Decision(
            judgement_id=text["judgement_id"],
            subject=Sha256(text["subject_sha256"]),
            verdict=Verdict(text["verdict"]),
            reason=text["reason"],
            decided_utc_ns=parse_utc(text["decided_utc"]),
            reviewer_key=text["reviewer_key"],
            scripted=scripted,
            demonstration_key=demonstration,
        )
        signed = SignedDecision(decision, text["signature"])
    except (KeyError, ValueError, InputError) as error:
        raise IntegrityError(f"a decision cannot be read: {error}") from error
    if decision_json(signed) != value:
        raise IntegrityError("a decision has fields that were never signed, or a time in another spelling")
    return signed


def _statement(decision: Decision) -> dict[str, str | bool]:
    return {
        "format": DECISION_FORMAT,
        "judgement_id": decision.judgement_id,
        "subject_sha256": decision.subject.hex,
        "verdict": decision.verdict.value,
        "reason": decision.reason,
        "decided_utc": format_utc(decision.decided_utc_ns, digits=9),
        "reviewer_key": decision.reviewer_key,
        "scripted": decision.scripted,
        "demonstration_key": decision.demonstration_key,
    }


def _message(decision: Decision) -> bytes:
    return canonical_json(_statement(decision))
