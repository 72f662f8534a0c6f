"""The one configuration of an analysis, made of the stages' own parameters. No behaviour."""

import dataclasses
import json
from dataclasses import dataclass, field

from truceline.events.crossing import PERSON_BAND_M
from truceline.records.digests import Sha256, sha256_of
from truceline.records.runs import UnitSettings
from truceline.track.tracker import TrackerSettings


@dataclass(frozen=True, slots=True)
class AnalysisConfig:
    """Everything that a scan can be told beside its inputs.

    Attributes:
        tracker: See ``TrackerSettings``.
        band_m: How far beyond the line a person must be to be across.
        draws: Paths sampled for each track that comes near the line.
        seed: Start of every random draw; the same seed gives the same bytes.
        causal: Whether each frame is told before the next one is looked at, as live does; else in two passes.
        units: The units of time on which the scan is defined; not how it is worked through.
    """

    tracker: TrackerSettings = field(default_factory=TrackerSettings)
    band_m: float = PERSON_BAND_M
    draws: int = 600
    seed: int = 1953
    causal: bool = False
    units: UnitSettings = field(default_factory=UnitSettings)

    @property
    def digest(self) -> Sha256:
        """Digest of all values, so that a run can say what it ran with.

        The usual units are left out: most footage is one unit, and has the ids that it had without units.
        """
        values = dataclasses.asdict(self)
        if self.units == UnitSettings():
            del values["units"]
        return sha256_of(json.dumps(values, sort_keys=True).encode())
