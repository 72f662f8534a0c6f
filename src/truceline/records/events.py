"""Events: what happened, where, when and how surely. One closed union."""

from dataclasses import dataclass

from truceline.records.classes import ClassPosterior
from truceline.records.frames import Gap
from truceline.records.time import UtcNs, UtcSpan


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured value with its 95 % interval, and the standard deviation of its samples."""

    value: float
    low: float
    high: float
    sigma: float


@dataclass(frozen=True, slots=True)
class UncertaintyBudget:
    """Shares (they sum to 1) of the variance of the signed distance at the deepest point."""

    pixel: float
    calibration: float
    line: float


@dataclass(frozen=True, slots=True)
class TimeBudget:
    """Shares (they sum to 1) of the variance of the instant of passing.

    Attributes:
        path: From where the subject, the camera and the line are, over the speed across the line.
        step: From the step: a person passes a line over a stride, not at an instant.
        clock: From the footage's clock against UTC.
    """

    path: float
    step: float
    clock: float


@dataclass(frozen=True, slots=True)
class EvidenceFrame:
    """The frame that shows it: footage, presentation time stamp, subject's box."""

    source_sha256: str
    pts: int
    utc_ns: UtcNs
    box_px: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A subject passed from one side of the line to the other, as a probability with what was measured.

    Attributes:
        from_side: Side the track was on before; ``to_side`` the side it entered.
        probability: P(the subject was across by more than the band), against the named line version.
        returned: P(it came back | it crossed), within the track; ``returned_utc_ns`` is the most probable
            instant of being back, or None when ``returned`` is below one half; ``returned_place_en_m`` is its
            place, which lies beyond an end of the line for whoever went round it.
        crossed_utc_ns: Most probable instant of passing the line; ``time_bound_s`` is a 95 % bound that holds
            the clock's bound and the path's spread.
        place_en_m: Most probable place of passing; ``place_sigma_m`` its standard deviation (root mean square
            of east and north).
        depth_m: Deepest signed distance beyond the line, given it crossed.
        dwell_s: Time spent beyond, given it crossed; None when the track ends beyond the line.
        observed_fraction: Share of the rows from passing to return (or end) in which the subject was seen. A
            stretch of unseen rows that leads up to the passing, or follows the return, belongs to it: the
            passing may have been anywhere in it.
        budget: What the signed distance is uncertain by; ``time_budget`` what the instant of passing is.
        subject: What kind of thing crossed; None in results of older programs.
    """

    event_id: str
    track_id: str
    camera_id: str
    line_id: str
    line_version: str
    from_side: str
    to_side: str
    span: UtcSpan
    probability: float
    returned: float
    crossed_utc_ns: UtcNs
    time_bound_s: float
    place_en_m: tuple[float, float]
    place_sigma_m: float
    depth_m: Interval
    dwell_s: Interval | None
    observed_fraction: float
    budget: UncertaintyBudget
    frames: tuple[EvidenceFrame, ...]
    returned_utc_ns: UtcNs | None = None
    returned_place_en_m: tuple[float, float] | None = None
    time_budget: TimeBudget | None = None
    subject: ClassPosterior | None = None


Event = Crossing | Gap
