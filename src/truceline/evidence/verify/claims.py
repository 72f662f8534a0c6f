"""The checks on what a pack claims: (8) to (13) of ``verify_pack``."""

from dataclasses import dataclass

from truceline.errors import InputError, IntegrityError
from truceline.evidence.canonical import CanonicalFault, canonical_json, read_canonical
from truceline.evidence.decisions import decision_is_genuine
from truceline.evidence.document import (
    FindingDocument,
    private_names,
    read_finding,
    two_people,
    unreadable_times,
)
from truceline.evidence.keys import is_known_demonstration, key_id_of
from truceline.evidence.statement import FINDING, SIGNATURE, TRACK, Envelope
from truceline.evidence.verify.files import check, field_damage, unchecked
from truceline.evidence.verify.snapshot import Snapshot, show
from truceline.records.digests import sha256_of
from truceline.records.releases import Check, Damage
from truceline.records.reviews import JsonObject


@dataclass(frozen=True, slots=True)
class Claims:
    """The documents of a pack whose bytes are as signed."""

    envelope: Envelope
    document: FindingDocument
    track: JsonObject


def check_documents(
    snapshot: Snapshot, *, envelope: Envelope | None, intact: frozenset[str]
) -> tuple[Check, Claims | None]:
    """(8) Finding and track can be read, their times parse, and they belong to this signature."""
    name = "the finding can be read"
    if envelope is None or not intact.issuperset((FINDING, TRACK)):
        return unchecked(8, name, why=f"{FINDING} or {TRACK} is not as signed"), None
    finding = read_canonical(snapshot.files[FINDING])
    track = read_canonical(snapshot.files[TRACK])
    if isinstance(finding, CanonicalFault):
        return check(8, name, compared="canonical JSON", damages=(_fault(FINDING, finding),)), None
    if isinstance(track, CanonicalFault):
        return check(8, name, compared="canonical JSON", damages=(_fault(TRACK, track),)), None
    try:
        document = read_finding(finding)
    except IntegrityError as error:
        return check(8, name, compared="its fields", damages=(_said(error),)), None
    damages = [
        field_damage(path, field, found="no RFC 3339 time with Z", signed="one")
        for path, value in ((FINDING, finding), (TRACK, track))
        for field in unreadable_times(value)
    ]
    damages += [
        field_damage(FINDING, field, found=show(str(finding[field])), signed=show(envelope.text(field)))
        for field in ("pack_id", "released_utc", "competent_body")
        if finding[field] != envelope.statement.get(field)
    ]
    compared = "canonical JSON, times, and pack id, release time and body against the signed statement"
    claims = Claims(envelope, document, track)
    return check(8, name, compared=compared, damages=tuple(damages)), claims


def check_candidate(claims: Claims | None) -> Check:
    """(9) The reviewers decided on this very candidate, and the candidate on this very event and rule."""
    name = "decided on this candidate"
    if claims is None:
        return unchecked(9, name, why="the finding cannot be relied on")
    document = claims.document
    digest = sha256_of(canonical_json(document.candidate)).hex
    damages = [
        field_damage(FINDING, "decisions subject_sha256", found=signed.decision.subject.hex, signed=digest)
        for signed in document.decisions
        if signed.decision.subject.hex != digest
    ]
    event = sha256_of(canonical_json(document.event)).hex
    if document.candidate.get("event_sha256") != event:
        said = show(str(document.candidate.get("event_sha256")))
        damages.append(field_damage(FINDING, "candidate event_sha256", found=said, signed=event))
    damages += [
        field_damage(
            FINDING, f"rule {show(field)}", found=show(str(value)), signed="the candidate's own value"
        )
        for field, value in document.rule.items()
        if field in document.candidate and document.candidate[field] != value
    ]
    if document.candidate.get("is_candidate") is not True:
        damages.append(field_damage(FINDING, "candidate is_candidate", found="not true", signed="true"))
    compared = f"sha256 of the candidate {digest[:12]}… and of its event {event[:12]}…"
    return check(9, name, compared=compared, damages=tuple(damages))


def check_decisions(claims: Claims | None) -> Check:
    """(10) Every decision carries its reviewer's signature."""
    name = "the reviewers' signatures hold"
    if claims is None:
        return unchecked(10, name, why="the finding cannot be relied on")
    decisions = claims.document.decisions
    damages = tuple(
        field_damage(
            FINDING,
            f"decision {number}",
            found=f"a signature that key {key_id_of(signed.decision.reviewer_key)} did not make over it",
            signed="that key's signature",
        )
        for number, signed in enumerate(decisions, 1)
        if not decision_is_genuine(signed)
    )
    keys = ", ".join(key_id_of(signed.decision.reviewer_key) for signed in decisions)
    return check(10, name, compared=f"Ed25519 by keys {keys}", damages=damages)


def check_two_people(claims: Claims | None) -> Check:
    """(11) Two different keys on the site's list decided the same verdict."""
    name = "two people decided"
    if claims is None:
        return unchecked(11, name, why="the finding cannot be relied on")
    document = claims.document
    if any(signed.decision.scripted for signed in document.decisions):
        name = "two keys decided, scripted"
    compared = (
        f"{len(document.decisions)} decisions, verdict {document.verdict.value}, "
        f"against {len(document.reviewer_keys)} listed keys"
    )
    try:
        two_people(document)
    except IntegrityError as error:
        return check(11, name, compared=compared, damages=(_said(error),))
    return check(11, name, compared=compared)


def check_disclosures(claims: Claims | None) -> Check:
    """(12) What is simulated, scripted or signed with a demonstration key says so."""
    name = "it says what it is"
    if claims is None:
        return unchecked(12, name, why="the finding cannot be relied on")
    envelope, document = claims.envelope, claims.document
    decisions = [signed.decision for signed in document.decisions]
    demonstration = is_known_demonstration(envelope.public_key)
    due = {
        "scripted_decisions": any(decision.scripted for decision in decisions),
        "demonstration_key": demonstration or any(decision.demonstration_key for decision in decisions),
        "simulated": False,
    }
    damages: list[Damage] = []
    for field, must in due.items():
        said, signed = document.disclosures.get(field), envelope.flag(field)
        if not isinstance(said, bool) or said != signed or (must and not said):
            values = f"{said} in the finding, {signed} in the signed statement"
            expected = "true in both" if must else "the same true or false in both"
            damages.append(field_damage(SIGNATURE, field, found=values, signed=expected))
    compared = "disclosures of the finding against the signed statement, the decisions and the keys"
    return check(12, name, compared=compared, damages=tuple(damages))


def check_nothing_private(claims: Claims | None) -> Check:
    """(13) A public pack holds no camera pose, view, blind zone or track of boxes."""
    name = "nothing that a public pack may not hold"
    if claims is None:
        return unchecked(13, name, why="the finding cannot be relied on")
    damages = tuple(
        field_damage(path, field, found="present", signed="absent from a public pack")
        for path, value in ((FINDING, claims.document.whole), (TRACK, claims.track))
        for field in private_names(value)
    )
    return check(13, name, compared="names of fields in the finding and the track", damages=damages)


def _fault(path: str, fault: CanonicalFault) -> Damage:
    return Damage(
        path, "changed", fault.offset, fault.sentence, "canonical JSON", f"{path}: {fault.sentence}"
    )


def _said(error: InputError | IntegrityError) -> Damage:
    sentence = show(error.what)
    return Damage(FINDING, "field", None, sentence, "", f"{FINDING}: {sentence}")
