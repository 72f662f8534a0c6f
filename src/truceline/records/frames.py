"""Footage and its frames: media time and wall time are different things."""

from dataclasses import dataclass

from truceline.records.digests import Sha256
from truceline.records.time import UtcNs, UtcSpan


@dataclass(frozen=True, slots=True)
class Footage:
    """One recording of one camera, as found.

    Attributes:
        name: File name without its folder.
        container_rate_hz: The frame rate that the container claims, 0 when it claims none.
        true_rate_hz: The rate that a person declared instead, or None when the container is believed.
        start_utc_ns: UTC of the first picture of the footage.
        start_bound_s: Bound on the error of every UTC made from it (95 %), seconds.
        start_source: Where the start and its bound come from, in words.
    """

    name: str
    digest: Sha256
    size_bytes: int
    camera_id: str
    width_px: int
    height_px: int
    container_rate_hz: float
    true_rate_hz: float | None
    start_utc_ns: UtcNs
    start_bound_s: float
    start_source: str


@dataclass(frozen=True, slots=True)
class FrameStamp:
    """The identity of one frame: the footage it came from, its place in media time, its place in UTC.

    Attributes:
        index: 0-based place among the file's frames, damaged ones counted; for display only, never a clock.
        pts: Presentation time stamp in the stream's own time base; made to run on where stamps start anew.
        utc_ns: Corrected time; ``bound_s`` bounds its error (95 %), seconds.
    """

    camera_id: str
    source: Sha256
    index: int
    pts: int
    utc_ns: UtcNs
    bound_s: float


@dataclass(frozen=True, slots=True)
class FrameAccount:
    """How many frames a reading should have given, and how many it gave.

    Attributes:
        expected: Frames that the file should show, by its packets.
        given: Frames that were given.
        shaken: Frames among them that may rest on a damaged picture (none after the next keyframe does).
        surplus: Frames that were decoded and left out, because their time had passed already.
    """

    expected: int
    given: int
    shaken: int
    surplus: int

    @property
    def lost(self) -> int:
        """Frames that could not be decoded or had no valid time."""
        return self.expected - self.given


@dataclass(frozen=True, slots=True)
class GapReason:
    """Why a stretch was not observed: a closed word and one sentence."""

    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch that was not observed. A gap is an event, never silence."""

    event_id: str
    camera_id: str
    span: UtcSpan
    reason: GapReason
