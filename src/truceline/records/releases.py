"""Releases: what goes into a pack, and what verifying one gives. Needs no NumPy and no video."""

from dataclasses import dataclass
from enum import StrEnum

from truceline.records.reviews import Finding, JsonObject
from truceline.records.time import UtcNs


@dataclass(frozen=True, slots=True)
class PackFrame:
    """A masked evidence frame: a plain file name (``0001.png``) and the encoded picture."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PackFinding:
    """What ``data/finding.json`` says, JSON-ready. Times are RFC 3339 strings.

    Attributes:
        candidate: The candidate as the reviewers signed it (``CandidateRecord.candidate``).
        event: The event as the candidate's digest covers it (``CandidateRecord.event``).
        finding: The decisions and the verdict of two people.
        rule: Instrument, paragraph, exact words, their source and the rule pack's digest.
        footage: One object per recording: name, SHA-256, size, camera, start, bound.
        line: Identity, version, source and error of the line that was measured against.
        not_observed: Gaps of the incident, same rank as evidence.
        positions: Dated positions of the parties on the instrument: party, date, statement, source.
        versions: The program and what else made the result.
    """

    candidate: JsonObject
    event: JsonObject
    finding: Finding
    rule: JsonObject
    footage: tuple[JsonObject, ...]
    line: JsonObject
    not_observed: tuple[JsonObject, ...]
    positions: tuple[JsonObject, ...]
    versions: JsonObject


@dataclass(frozen=True, slots=True)
class PackContents:
    """Everything that a public pack holds, as plain bytes and JSON-ready values.

    Attributes:
        pack_id: Letters, digits, ``.``, ``_`` and ``-``.
        released_utc_ns: Passed in, never read from a clock, so that the same inputs give the same bytes.
        simulated: The footage was drawn by a program and shows nothing that happened.
        track: The track cut to what the finding rests on, JSON-ready.
    """

    pack_id: str
    released_utc_ns: UtcNs
    competent_body: str
    removal_contact: str
    simulated: bool
    page_html: bytes
    finding: PackFinding
    track: JsonObject
    frames: tuple[PackFrame, ...]


class CheckOutcome(StrEnum):
    """How one check of a pack ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "could not be checked"


class PackVerdict(StrEnum):
    """What can be said of a pack as a whole, in the words that the pages use."""

    BOTH_SIDES = "is what both sides signed"
    ONE_BODY = "is signed by one body only"
    NO_KEY_NAMED = "is signed, but you named no key that you trust"
    OTHER_KEY = "is not signed by a key that you trust"
    DEMONSTRATION = "is signed with a demonstration key"
    DEMONSTRATION_REVIEWERS = "was decided with demonstration keys"
    DIFFERS = "differs from what was signed"
    UNCHECKED = "could not be checked"


class Tone(StrEnum):
    """How a verdict may be coloured. Green is kept for a pack signed by a key that the reader trusts."""

    GREEN = "green"
    NEUTRAL = "neutral"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Damage:
    """One place where a pack differs from what was signed.

    Attributes:
        path: The file, relative to the pack, with ``/``; odd characters escaped.
        kind: ``changed``, ``resized``, ``removed``, ``added``, ``refused`` or ``field``.
        offset: Byte offset of the first difference, or None when only the file is known.
        found: The value met there, in words (a byte as ``0x41``), or empty.
        signed: The value that was signed, in words, or empty.
        sentence: The whole in one sentence.
    """

    path: str
    kind: str
    offset: int | None
    found: str
    signed: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Check:
    """One numbered check: what was compared, how it ended, and where it failed."""

    number: int
    name: str
    outcome: CheckOutcome
    compared: str
    damages: tuple[Damage, ...]


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """Whom the reader trusts: public keys (64 hex digits) or key ids (16 hex digits).

    ``demonstration`` holds those among them that their key file marks as demonstration keys.
    """

    keys: tuple[str, ...] = ()
    demonstration: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying a pack gave.

    Attributes:
        sentence: The verdict in one sentence, as it is shown first.
        key_id: First 16 hex digits of SHA-256 of the signing key, or empty when it could not be read.
        disclosures: What the pack says of itself: simulated, scripted, demonstration key.
    """

    path: str
    pack_id: str
    verdict: PackVerdict
    tone: Tone
    sentence: str
    key_id: str
    disclosures: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def exit_code(self) -> int:
        """0 nothing differs, 3 something differs or the key is another, 4 it could not be checked."""
        if self.verdict in {PackVerdict.DIFFERS, PackVerdict.OTHER_KEY}:
            return 3
        return 4 if self.verdict is PackVerdict.UNCHECKED else 0

    @property
    def damages(self) -> tuple[Damage, ...]:
        """Every place that differs, in the order of the checks."""
        return tuple(damage for check in self.checks for damage in check.damages)
