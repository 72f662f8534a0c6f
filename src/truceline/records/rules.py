"""Rules: an agreement as data. One pack is one instrument in one version."""

from dataclasses import dataclass
from enum import StrEnum

from truceline.records.digests import Sha256
from truceline.records.time import UtcSpan


class RuleKind(StrEnum):
    """What a rule judges. A closed set: each kind has its own judging code."""

    CROSSING = "crossing"


@dataclass(frozen=True, slots=True)
class Position:
    """What a party said of the instrument, dated; printed wherever the instrument is cited.

    Attributes:
        day: ISO 8601 calendar day of the statement.
        checked: The statement was proof-read against the original, not only against a report of it.
    """

    party: str
    day: str
    statement: str
    source: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities from which an event is considered at all, is undecided, and meets the condition.

    Each with the reason for it; 0 < considered < undecided < met < 1.
    """

    considered: float
    considered_reason: str
    undecided: float
    undecided_reason: str
    met: float
    met_reason: str


@dataclass(frozen=True, slots=True)
class Statements:
    """Wordings for the four ways a judgement can end, with fields in curly brackets."""

    met: str
    undecided: str
    not_met: str
    permitted: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of an instrument.

    Attributes:
        quotation: The paragraph's exact words; ``quotation_source`` the document they stand in.
        permit_authority: Who may authorise what the rule forbids, in words.
        min_frames: The smallest number of different frames in which the subject must be shown.
    """

    rule_id: str
    paragraph: str
    title: str
    kind: RuleKind
    quotation: str
    quotation_source: str
    permit_authority: str
    thresholds: Thresholds
    min_frames: int
    min_frames_reason: str
    statements: Statements


@dataclass(frozen=True, slots=True)
class RulePack:
    """An instrument with its rules. ``digest`` is that of the pack's file."""

    pack_id: str
    version: str
    instrument_id: str
    instrument: str
    signatories: tuple[str, ...]
    valid: UtcSpan
    valid_source: str
    positions: tuple[Position, ...]
    rules: tuple[Rule, ...]
    digest: Sha256
