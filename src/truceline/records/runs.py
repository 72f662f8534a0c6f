"""Runs: what one analysis of one footage under one site gave."""

from dataclasses import dataclass
from typing import Literal

from truceline.errors import InputError
from truceline.records.digests import Sha256
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.flashes import Flash
from truceline.records.frames import Footage, Gap
from truceline.records.time import UtcNs, UtcSpan
from truceline.records.tracks import Track

RunMode = Literal["files", "causal", "unknown"]
"""``files``: the recording is read twice; ``causal``: every frame is told before the next one is looked at;
``unknown``: an older program made the run and did not say."""

UNIT_LENGTH_S = 600.0
UNIT_OVERLAP_S = 60.0
"""Long enough that the overlap costs a tenth, short enough that an interruption costs minutes; within the
overlap a background is learnt and everybody who is there has long been tracked when the unit begins."""


@dataclass(frozen=True, slots=True)
class UnitSettings:
    """The units of time on which a scan is defined; other lengths are another definition.

    Attributes:
        length_s: From one boundary to the next, from the first picture on.
        overlap_s: Each unit begins so long before its boundary.
    """

    length_s: float = UNIT_LENGTH_S
    overlap_s: float = UNIT_OVERLAP_S

    def __post_init__(self) -> None:
        """Refuse units that could not be put together."""
        if not 0.0 < self.overlap_s <= self.length_s:
            raise InputError(
                f"units of {self.length_s:g} s with an overlap of {self.overlap_s:g} s cannot be.",
                do="The overlap must be positive and no longer than a unit.",
            )


@dataclass(frozen=True, slots=True)
class RunInputs:
    """What a run was made from; its id is their digest. ``declared``: camera, start, bound, rate."""

    footage: Sha256
    declared: Sha256
    site: Sha256
    rule_pack: Sha256
    config: Sha256
    software: str


@dataclass(frozen=True, slots=True)
class Statement:
    """When a crossing was stated first, and when it was settled: by frames up to then, and no later ones."""

    event_id: str
    stated_utc_ns: UtcNs
    settled_utc_ns: UtcNs


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The result of one analysis.

    Attributes:
        run_id: First sixteen digits of the digest of ``inputs``: the same inputs give the same run.
        site_folder: Name of the site's snapshot in the station.
        frames: Frames decoded; ``span`` from the first to the end of the last.
        crossings: All events that were measured; ``gaps`` what was not observed.
        clock_bound_s: Largest 95 % bound on UTC over the footage.
        mode: How the footage was read.
        statements: One for each crossing in causal mode; none in files mode.
        withdrawn: Crossings that were stated and not believed any more later; None where nothing is stated
            at the time (files mode), or where an older program did not count them.
        flashes: What shone in one picture alone, in order of time; none in results of older programs.
    """

    run_id: str
    inputs: RunInputs
    site_folder: str
    footage: Footage
    frames: int
    span: UtcSpan
    clock_bound_s: float
    tracks: tuple[Track, ...]
    crossings: tuple[Crossing, ...]
    gaps: tuple[Gap, ...]
    judgements: tuple[Judgement, ...]
    mode: RunMode = "unknown"
    statements: tuple[Statement, ...] = ()
    withdrawn: int | None = None
    flashes: tuple[Flash, ...] = ()

    def stated_utc_ns(self, event_id: str) -> UtcNs | None:
        """When a crossing was stated first, or None where nobody stated it at the time."""
        return next((one.stated_utc_ns for one in self.statements if one.event_id == event_id), None)

    def track(self, track_id: str) -> Track:
        """The track with that id.

        Raises:
            InputError: The run has no such track.
        """
        for track in self.tracks:
            if track.track_id == track_id:
                return track
        raise InputError(f"the run has no track {track_id!r}", where=f"run {self.run_id}")
