"""Reviews: what a person decided on a candidate, and the finding that two people make. Needs no NumPy."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from truceline.errors import InputError
from truceline.records.digests import Sha256
from truceline.records.time import UtcNs

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
"""A value that can be written as JSON."""

JsonObject = Mapping[str, Json]
"""A JSON object."""

SHORTEST_REASON = 10
"""A reason shorter than this many characters says nothing that another person could check."""

REVIEWERS_NEEDED = 2

_KEY = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")


class Verdict(StrEnum):
    """What a person may find of a candidate. The machine never uses these words."""

    BREACH = "BREACH"
    NO_BREACH = "NO BREACH"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True)
class CandidateRecord:
    """A candidate as reviewers see and sign it: JSON-ready, with the digest of its canonical form.

    Attributes:
        candidate: The judgement, JSON-ready, with ``event_sha256``: the digest of the canonical event, so
            that whoever signs the candidate signs the measured values as well.
        event: The event it judges, JSON-ready.
        digest: SHA-256 of the canonical (RFC 8785) form of ``candidate``: the subject of decisions.
    """

    judgement_id: str
    candidate: JsonObject
    event: JsonObject
    digest: Sha256


@dataclass(frozen=True, slots=True)
class Decision:
    """What one reviewer decided on one candidate.

    Attributes:
        subject: Digest of the canonical candidate record that the reviewer saw.
        reviewer_key: The reviewer's raw Ed25519 public key, 64 lower-case hex digits.
        scripted: True when no person decided: a demonstration's decision, said wherever it is shown.
        demonstration_key: True when the reviewer's key is a demonstration key.
    """

    judgement_id: str
    subject: Sha256
    verdict: Verdict
    reason: str
    decided_utc_ns: UtcNs
    reviewer_key: str
    scripted: bool
    demonstration_key: bool

    def __post_init__(self) -> None:
        """Refuse a decision without a reason, and a key that is none."""
        if len(self.reason.strip()) < SHORTEST_REASON:
            raise InputError(
                f"the reason {self.reason!r} is shorter than {SHORTEST_REASON} characters",
                where=f"decision on {self.judgement_id}",
                do="Say in words why, so that another person can check it.",
            )
        if _KEY.fullmatch(self.reviewer_key) is None:
            raise InputError(
                f"{self.reviewer_key!r} is not an Ed25519 public key (64 lower-case hex digits)",
                where=f"decision on {self.judgement_id}",
            )


@dataclass(frozen=True, slots=True)
class SignedDecision:
    """A decision with its Ed25519 signature, 128 lower-case hex digits."""

    decision: Decision
    signature: str

    def __post_init__(self) -> None:
        """Refuse a signature that cannot be one."""
        if _SIGNATURE.fullmatch(self.signature) is None:
            raise InputError(
                "the signature is not 128 lower-case hex digits",
                where=f"decision on {self.decision.judgement_id}",
            )


@dataclass(frozen=True, slots=True)
class Finding:
    """What two people found. It cannot exist unless two different listed keys decided the same verdict.

    Attributes:
        decisions: Every decision that counts, the newest of each key, dissent included, in order of time.
        reviewer_keys: The site's listed reviewers' keys at the time, 64 hex digits each.
    """

    judgement_id: str
    subject: Sha256
    verdict: Verdict
    decisions: tuple[SignedDecision, ...]
    reviewer_keys: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a finding that fewer than two people made."""
        where = f"finding on {self.judgement_id}"
        keys = [signed.decision.reviewer_key for signed in self.decisions]
        if len(set(keys)) != len(keys):
            raise InputError("one reviewer's key decided twice; two different people are needed", where=where)
        strangers = sorted(set(keys) - set(self.reviewer_keys))
        if strangers:
            raise InputError(f"key {strangers[0][:16]}… is not one of the site's reviewer keys", where=where)
        for signed in self.decisions:
            if signed.decision.subject != self.subject or signed.decision.judgement_id != self.judgement_id:
                raise InputError("a decision was taken on another candidate record", where=where)
        counts = {verdict: self._count(verdict) for verdict in Verdict}
        agreed = [verdict for verdict, count in counts.items() if count >= REVIEWERS_NEEDED]
        if agreed != [self.verdict]:
            raise InputError(
                f"{counts[self.verdict]} reviewer(s) decided {self.verdict.value}; a finding needs "
                f"{REVIEWERS_NEEDED}, and no other verdict with as many",
                where=where,
            )

    def _count(self, verdict: Verdict) -> int:
        return sum(signed.decision.verdict is verdict for signed in self.decisions)

    @property
    def scripted(self) -> bool:
        """Whether any of its decisions was scripted."""
        return any(signed.decision.scripted for signed in self.decisions)

    @property
    def demonstration_key(self) -> bool:
        """Whether any of its decisions was signed with a demonstration key."""
        return any(signed.decision.demonstration_key for signed in self.decisions)
