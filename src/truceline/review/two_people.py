"""The rule of two people: one finding needs two different listed keys that decided the same verdict."""

from collections.abc import Sequence
from typing import Protocol

from truceline.errors import InputError, IntegrityError
from truceline.records.reviews import (
    REVIEWERS_NEEDED,
    CandidateRecord,
    Finding,
    SignedDecision,
    Verdict,
)


class SignatureCheck(Protocol):
    """Says whether a decision carries its reviewer's own signature."""

    def __call__(self, signed: SignedDecision, /) -> bool:
        """True when it does."""
        ...


def find(
    record: CandidateRecord,
    decisions: Sequence[SignedDecision],
    *,
    reviewer_keys: Sequence[str],
    is_genuine: SignatureCheck,
) -> Finding | None:
    """What two people found of a candidate, or None while they have not.

    Decisions on other candidates are left aside. Of each key the newest decision counts. There is no finding
    while fewer than two keys agree, nor when two verdicts have two keys each.

    Args:
        record: The candidate as it was signed.
        decisions: Every decision there is.
        reviewer_keys: The site's listed keys, 64 hex digits each.
        is_genuine: Checks one signature.

    Raises:
        InputError: The site lists fewer than two different keys, or a key not listed decided.
        IntegrityError: A signature does not hold, or was made on another state of this candidate.
    """
    where = f"candidate {record.judgement_id}"
    if len(set(reviewer_keys)) < REVIEWERS_NEEDED:
        raise InputError(
            f"the site lists {len(set(reviewer_keys))} reviewer key(s); a finding needs two people",
            where=where,
            do="List two different keys under [release] reviewer_keys.",
        )
    counted: dict[str, SignedDecision] = {}
    for signed in sorted(decisions, key=lambda item: item.decision.decided_utc_ns):
        if signed.decision.judgement_id != record.judgement_id:
            continue
        _require_valid(signed, record=record, reviewer_keys=reviewer_keys, is_genuine=is_genuine)
        counted[signed.decision.reviewer_key] = signed
    verdict = _agreed(list(counted.values()))
    if verdict is None:
        return None
    newest = sorted(
        counted.values(), key=lambda item: (item.decision.decided_utc_ns, item.decision.reviewer_key)
    )
    return Finding(record.judgement_id, record.digest, verdict, tuple(newest), tuple(reviewer_keys))


def _require_valid(
    signed: SignedDecision,
    *,
    record: CandidateRecord,
    reviewer_keys: Sequence[str],
    is_genuine: SignatureCheck,
) -> None:
    where = f"candidate {record.judgement_id}"
    key = signed.decision.reviewer_key
    if key not in reviewer_keys:
        raise InputError(
            f"key {key[:16]}… decided and is not one of the site's reviewer keys",
            where=where,
            do="Only listed reviewers decide; list the key or leave the decision out.",
        )
    if not is_genuine(signed):
        raise IntegrityError(f"the signature of key {key[:16]}… does not hold over its decision", where=where)
    if signed.decision.subject != record.digest:
        raise IntegrityError(
            f"it was decided on {signed.decision.subject.short}…, the candidate is {record.digest.short}…",
            where=where,
            do="The candidate changed since: ask the reviewer to decide again.",
        )


def _agreed(decisions: Sequence[SignedDecision]) -> Verdict | None:
    verdicts = [signed.decision.verdict for signed in decisions]
    agreed = [verdict for verdict in Verdict if verdicts.count(verdict) >= REVIEWERS_NEEDED]
    return agreed[0] if len(agreed) == 1 else None
