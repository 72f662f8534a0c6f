"""Verifying a pack: thirteen checks in order, none of which hides another."""

from dataclasses import dataclass
from pathlib import Path

from truceline.evidence.keys import is_known_demonstration, key_id_of
from truceline.evidence.statement import PACK_FORMAT, PACK_KIND, Envelope
from truceline.evidence.verify.claims import (
    Claims,
    check_candidate,
    check_decisions,
    check_disclosures,
    check_documents,
    check_nothing_private,
    check_two_people,
)
from truceline.evidence.verify.files import (
    check_bag,
    check_bytes,
    check_file_set,
    check_names,
    check_signature,
    check_signature_file,
    check_trust,
)
from truceline.evidence.verify.snapshot import Snapshot, read_snapshot, require_pack, show
from truceline.records.releases import Check, CheckOutcome, PackVerdict, Tone, TrustedKeys, Verification

_TRUST = 4
_BYTES = frozenset({1, 2, 3, 5, 6})


@dataclass(frozen=True, slots=True)
class _Matter:
    """What a verdict rests on; ``demonstrators`` are key ids of reviewers who decided with such keys."""

    checks: tuple[Check, ...]
    envelope: Envelope | None
    demonstrators: tuple[str, ...]


def verify_pack(path: Path, trusted: TrustedKeys) -> Verification:
    """Verify a pack in a folder, without network and without trusting what it says of itself.

    1. The folder holds only plain files with plain names.
    2. ``signature.json`` is whole.
    3. Its Ed25519 signature holds over the statement in it.
    4. The signing key is one that the reader trusts.
    5. No file or folder was added or removed.
    6. Every file has the signed size and SHA-256.
    7. It is a BagIt bag whose manifests list exactly those files, the page among them.
    8. Finding and track can be read, their times parse, and they belong to this signature.
    9. The decisions were taken on this candidate, and the candidate on this event and rule.
    10. Every decision carries its reviewer's signature.
    11. Two different listed keys decided the same verdict.
    12. What is simulated, scripted or signed with a demonstration key says so.
    13. It holds nothing that a public pack may not hold.

    Args:
        path: The pack's folder.
        trusted: Whom the reader trusts; without any the answer is never green.

    Raises:
        InputError: The path is no pack.
        ServiceError: The pack cannot be read, so that nothing can be said.
    """
    return verify_snapshot(read_snapshot(path), trusted)


def verify_snapshot(snapshot: Snapshot, trusted: TrustedKeys) -> Verification:
    """Verify a pack that was read already; see ``verify_pack``.

    Raises:
        InputError: It is no pack.
    """
    require_pack(snapshot)
    names = check_names(snapshot)  # (1)
    whole, read = check_signature_file(snapshot)  # (2)
    signed, envelope = check_signature(snapshot, read)  # (3)
    trust = check_trust(envelope, trusted)  # (4)
    file_set = check_file_set(snapshot, envelope)  # (5)
    as_signed, intact = check_bytes(snapshot, envelope)  # (6)
    bag = check_bag(snapshot, envelope=envelope, intact=intact)  # (7)
    documents, claims = check_documents(snapshot, envelope=envelope, intact=intact)  # (8)
    checks = (
        *(names, whole, signed, trust, file_set, as_signed, bag, documents),
        check_candidate(claims),  # (9)
        check_decisions(claims),  # (10)
        check_two_people(claims),  # (11)
        check_disclosures(claims),  # (12)
        check_nothing_private(claims),  # (13)
    )
    matter = _Matter(checks, envelope, _demonstration_reviewers(claims))
    return _conclude(snapshot, matter=matter, trusted=trusted)


def _demonstration_reviewers(claims: Claims | None) -> tuple[str, ...]:
    decisions = [signed.decision for signed in claims.document.decisions] if claims else []
    return tuple(
        key_id_of(decision.reviewer_key)
        for decision in decisions
        if decision.demonstration_key or is_known_demonstration(decision.reviewer_key)
    )


def _conclude(snapshot: Snapshot, *, matter: _Matter, trusted: TrustedKeys) -> Verification:
    envelope = matter.envelope
    disclosures = _disclosures(envelope, trusted)
    verdict = _verdict(matter, disclosures=disclosures, trusted=trusted)
    tone = Tone.NEUTRAL
    if verdict in {PackVerdict.DIFFERS, PackVerdict.OTHER_KEY}:
        tone = Tone.RED
    elif verdict is PackVerdict.ONE_BODY and not disclosures:
        tone = Tone.GREEN
    return Verification(
        path=show(snapshot.path),
        pack_id=show(envelope.text("pack_id")) if envelope else "",
        verdict=verdict,
        tone=tone,
        sentence=_sentence(verdict, matter),
        key_id=envelope.key_id if envelope else "",
        disclosures=disclosures,
        checks=matter.checks,
    )


def _verdict(matter: _Matter, *, disclosures: tuple[str, ...], trusted: TrustedKeys) -> PackVerdict:
    envelope = matter.envelope
    failed = {item.number for item in matter.checks if item.outcome is CheckOutcome.FAILED}
    unchecked = {item.number for item in matter.checks if item.outcome is CheckOutcome.UNCHECKED}
    if envelope is not None and not _is_known(envelope) and not failed & _BYTES:
        # A later format, properly signed: this program cannot judge it, and does not say that it differs.
        return PackVerdict.UNCHECKED
    if failed - {_TRUST}:
        return PackVerdict.DIFFERS
    if unchecked - {_TRUST}:
        return PackVerdict.UNCHECKED
    if failed:
        return PackVerdict.OTHER_KEY
    if "demonstration key" in disclosures:
        # The statement has one flag for all keys: where reviewers' decisions account for it, they are named.
        theirs = matter.demonstrators and not _signed_in_demonstration(envelope, trusted)
        return PackVerdict.DEMONSTRATION_REVIEWERS if theirs else PackVerdict.DEMONSTRATION
    return PackVerdict.NO_KEY_NAMED if unchecked else PackVerdict.ONE_BODY


def _is_known(envelope: Envelope) -> bool:
    return (envelope.text("format"), envelope.text("kind")) == (PACK_FORMAT, PACK_KIND)


def _disclosures(envelope: Envelope | None, trusted: TrustedKeys) -> tuple[str, ...]:
    if envelope is None:
        return ()
    demonstration = envelope.flag("demonstration_key") is not False or _signed_in_demonstration(
        envelope, trusted
    )
    said = {
        "simulated footage": envelope.flag("simulated") is not False,
        "scripted decisions": envelope.flag("scripted_decisions") is not False,
        "demonstration key": demonstration,
    }
    return tuple(name for name, holds in said.items() if holds)


def _signed_in_demonstration(envelope: Envelope | None, trusted: TrustedKeys) -> bool:
    return envelope is not None and (
        is_known_demonstration(envelope.public_key) or envelope.public_key in trusted.demonstration
    )


def _sentence(verdict: PackVerdict, matter: _Matter) -> str:
    envelope = matter.envelope
    failed = [item for item in matter.checks if item.outcome is CheckOutcome.FAILED]
    key = f"key {envelope.key_id}" if envelope else "no key"
    body = show(envelope.text("competent_body")) if envelope else ""
    if verdict is PackVerdict.DIFFERS:
        places = [damage.sentence for item in failed for damage in item.damages]
        more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
        return f"This pack {verdict.value}: {places[0]}{more}."
    if verdict is PackVerdict.UNCHECKED:
        known = envelope is not None and _is_known(envelope)
        why = "a check could not be made" if known else "this program does not know its format"
        return f"This pack {verdict.value}: {why}. It is signed by {key}."
    endings = {
        PackVerdict.OTHER_KEY: f"it is signed by {key}, as {body}.",
        PackVerdict.NO_KEY_NAMED: f"signed by {key}, as {body}. Anybody can make a key and a name.",
        PackVerdict.DEMONSTRATION: f"{key}. It shows how a pack works and is evidence of nothing.",
        PackVerdict.DEMONSTRATION_REVIEWERS: (
            f"reviewers' keys {', '.join(matter.demonstrators)}; signed by {key}, as {body}. "
            "It shows how a pack works and is evidence of nothing."
        ),
        PackVerdict.ONE_BODY: f"{body}, {key}, which you trust. Neither side has signed it.",
    }
    return f"This pack {verdict.value}: {endings[verdict]}"
