"""Runs: what one analysis of one footage under one site gave."""

from dataclasses import dataclass

from truceline.errors import InputError
from truceline.records.digests import Sha256
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.frames import Footage, Gap
from truceline.records.time import UtcSpan
from truceline.records.tracks import Track


@dataclass(frozen=True, slots=True)
class RunInputs:
    """What a run was made from; its id is their digest. ``declared``: camera, start, bound, rate."""

    footage: Sha256
    declared: Sha256
    site: Sha256
    rule_pack: Sha256
    config: Sha256
    software: str


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The result of one analysis.

    Attributes:
        run_id: First sixteen digits of the digest of ``inputs``: the same inputs give the same run.
        site_folder: Name of the site's snapshot in the station.
        frames: Frames decoded; ``span`` from the first to the end of the last.
        crossings: All events that were measured; ``gaps`` what was not observed.
        clock_bound_s: Largest 95 % bound on UTC over the footage.
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

    def track(self, track_id: str) -> Track:
        """The track with that id.

        Raises:
            InputError: The run has no such track.
        """
        for track in self.tracks:
            if track.track_id == track_id:
                return track
        raise InputError(f"the run has no track {track_id!r}", where=f"run {self.run_id}")
