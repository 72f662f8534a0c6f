"""Judgements by the machine under a rule. It raises candidates; people make findings. Needs no NumPy."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the machine may say of an event under a rule; it never says more."""

    MET = "CONDITIONS MET"
    NOT_MET = "CONDITIONS NOT MET"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition of the rule: which, whether it held (None: not decided), and the values in words."""

    condition: str
    holds: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One event judged under one rule. It is a *candidate* when ``is_candidate``.

    Attributes:
        permit_id: The valid permit that covers the crossing, or None.
        is_candidate: Outcome MET or UNDECIDED, and no valid permit: a person must look.
    """

    judgement_id: str
    event_id: str
    rule_id: str
    instrument: str
    paragraph: str
    quotation: str
    quotation_source: str
    rule_pack_sha256: str
    outcome: Outcome
    probability: float
    statement: str
    reasons: tuple[Reason, ...]
    permit_id: str | None
    is_candidate: bool
