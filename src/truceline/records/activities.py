"""Activities: what people and vehicles did, other than crossing; a closed vocabulary with measured values."""

from dataclasses import dataclass
from enum import StrEnum

from truceline.errors import InputError
from truceline.records.events import EvidenceFrame, Interval
from truceline.records.time import UtcNs, UtcSpan


class ActivityKind(StrEnum):
    """What was done. Definitions and thresholds: ``events.vocabulary``; none is a violation by itself."""

    SPEEDING = "speeding"
    CHECKPOINT_RUN = "checkpoint run"
    CHECKPOINT_STOP = "checkpoint stop"
    STOPPED = "stopped"
    STUCK = "stuck"
    ABANDONED = "abandoned"
    GOT_OUT = "got out"
    GOT_IN = "got in"
    RUNNING = "running"
    PURSUIT = "pursuit"
    GATHERING = "gathering"
    PRONE = "prone"
    CRAWLING = "crawling"
    FELL = "fell"
    DOWN = "down"
    DRAGGED = "dragged"
    CARRIED = "carried"
    DISCHARGE = "discharge"
    IN_DANGER = "in danger"


class Role(StrEnum):
    """A subject's part in an activity."""

    ACTOR = "actor"
    VEHICLE = "vehicle"
    PURSUER = "pursuer"
    PURSUED = "pursued"
    MOVER = "mover"
    CASUALTY = "casualty"
    MEMBER = "member"


class DangerReason(StrEnum):
    """Why somebody is in danger: the closed list of docs/misuse.md."""

    PURSUED = "pursued"
    FIRED_ON = "fired on"
    INJURED = "injured"
    CARRIED = "carried"
    RESCUING = "rescuing"


@dataclass(frozen=True, slots=True)
class Part:
    """Who took part, and how."""

    role: Role
    subject_id: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured value of an activity: its name and unit are the vocabulary's."""

    name: str
    unit: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that was done, as a probability with what was measured.

    Attributes:
        span: From its first to its last instant, as far as it was seen.
        at_utc_ns: The instant that names it (the stop, the fall, the first shot); ``time_bound_s`` its 95 %
            bound, clock included.
        place_en_m: Where at that instant, site metres; None where no place was found. ``place_sigma_m``: root
            mean square of east and north, calibration included.
        parts: Subjects with their roles, the named one first; empty where nobody was seen (a shot heard).
        probability: That it happened as the vocabulary defines it.
        measures: Measured values.
        cues: What it rests on, one sentence each, the weightiest first.
        not_observed: What could not be seen or heard of it, one sentence each.
        site_place: Name of the checkpoint, obstacle, road or zone that it happened at, or None.
        reasons: Of being in danger; empty for every other kind.
    """

    event_id: str
    kind: ActivityKind
    span: UtcSpan
    at_utc_ns: UtcNs
    time_bound_s: float
    place_en_m: tuple[float, float] | None
    place_sigma_m: float | None
    parts: tuple[Part, ...]
    probability: float
    measures: tuple[Measure, ...]
    cues: tuple[str, ...]
    not_observed: tuple[str, ...] = ()
    camera_ids: tuple[str, ...] = ()
    frames: tuple[EvidenceFrame, ...] = ()
    site_place: str | None = None
    reasons: tuple[DangerReason, ...] = ()

    def __post_init__(self) -> None:
        """Check that the probability is one and that a place has its error."""
        if not 0.0 <= self.probability <= 1.0:
            raise InputError(f"{self.kind} has a probability of {self.probability}")
        if (self.place_en_m is None) != (self.place_sigma_m is None):
            raise InputError(f"{self.kind} has a place without its error, or an error without its place")

    def subject_of(self, role: Role) -> str | None:
        """The first subject in that role, or None."""
        return next((part.subject_id for part in self.parts if part.role is role), None)

    def measure(self, name: str) -> Interval | None:
        """The measured value of that name, or None."""
        return next((one.interval for one in self.measures if one.name == name), None)
