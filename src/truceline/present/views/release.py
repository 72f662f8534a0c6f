"""What the public page of one finding is made from."""

from dataclasses import dataclass
from typing import Literal

from truceline.present.views.footage import Recording
from truceline.present.views.place import Place
from truceline.present.views.subjects import CrossingView, TrackView
from truceline.records.digests import Sha256
from truceline.records.frames import Gap
from truceline.records.rules import Position
from truceline.records.time import UtcNs


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One reviewer's decision. ``reviewer`` is a role ("Reviewer 1"), never a name."""

    reviewer: str
    key_id: str
    verdict: Literal["BREACH", "NO BREACH", "UNDECIDED"]
    reason: str
    decided_utc_ns: UtcNs
    scripted: bool


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file of the pack: its path relative to the page, what it is, its digest and size."""

    path: str
    what: str
    digest: Sha256
    size_bytes: int


@dataclass(frozen=True, slots=True, eq=False)
class ReleaseView:
    """Everything on the public page of one finding.

    Attributes:
        crossing: The crossing, with masked pictures only, and the one judgement that was decided.
        track: Cut to what the finding rests on.
        demonstration: Signed by a demonstration key or decided by a script: said in a banner.
        adopted_by: The competent body that adopted the finding; empty: not adopted.
        not_observed: Further sentences on what was not observed, beside the gaps.
        verify_command: The command line that checks the pack.
        positions: What has been said of the instrument, printed with every finding.
        signed_in_demonstration: The key that signs the pack is itself a demonstration key.
        signing_key_id: First digits of the SHA-256 of the key that signs the pack.
    """

    release_id: str
    place: Place
    crossing: CrossingView
    decisions: tuple[DecisionView, ...]
    track: TrackView
    recordings: tuple[Recording, ...]
    gaps: tuple[Gap, ...]
    evidence: tuple[EvidenceFile, ...]
    software: str
    verify_command: str
    signing_key_id: str
    demonstration: bool
    released_utc_ns: UtcNs | None = None
    adopted_by: str = ""
    not_observed: tuple[str, ...] = ()
    positions: tuple[Position, ...] = ()
    signed_in_demonstration: bool = False
