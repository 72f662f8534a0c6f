"""What the page of a look is made from: a clip without a site, where nothing is metric."""

from dataclasses import dataclass
from typing import Literal

from truceline.present.views.footage import Picture
from truceline.records.digests import Sha256
from truceline.records.frames import GapReason
from truceline.records.time import UtcNs


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """A clip without a site: nothing here is metric and nothing here is UTC unless ``start_utc_ns`` is given.

    Attributes:
        container_rate_hz: The frame rate that the container claims, 0 when it claims none.
        duration_s: From the first frame's presentation to the end of the last, seconds.
        start_bound_s: Bound on the start's error (95 %), seconds; None without a start.
    """

    name: str
    digest: Sha256
    size_bytes: int
    codec: str
    width_px: int
    height_px: int
    container_rate_hz: float
    duration_s: float
    frames: int
    start_utc_ns: UtcNs | None = None
    start_bound_s: float | None = None


@dataclass(frozen=True, slots=True)
class ClipTrack:
    """One subject in the picture: first and last seen (presentation seconds), rows, rows observed.

    Attributes:
        kind: ``person``, ``vehicle``, ``animal`` or ``unknown``.
        probability: Of that kind; None where none is claimed.
    """

    label: str
    kind: str
    first_s: float
    last_s: float
    rows: int
    rows_observed: int
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class ClipCrossing:
    """A subject's foot passed the line drawn in the picture from A to B.

    Attributes:
        from_side: The side it left, seen by somebody who stands at A and looks towards B, in the picture.
        at_s: Presentation time of passing, seconds; ``bound_s`` its bound (at least one frame interval).
        place_px: Where it passed, pixels.
    """

    label: str
    kind: str
    from_side: Literal["left", "right"]
    at_s: float
    bound_s: float
    pts: int
    place_px: tuple[float, float]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class ClipGap:
    """A stretch of the clip that was not observed, in presentation seconds."""

    start_s: float
    end_s: float
    reason: GapReason


@dataclass(frozen=True, slots=True)
class LookView:
    """Everything on the page of a look.

    Attributes:
        line_px: The line as drawn, from A (x1, y1) to B (x2, y2), pixels; None when none was given.
        video_name: File name of the annotated video beside the page, or None.
        trails: The clip's background with every trail and the line (``trail_picture``), or None.
        notes: Sentences on what limits this look (the camera moved), shown among what was not observed.
    """

    clip: ClipFacts
    line_px: tuple[float, float, float, float] | None
    video_name: str | None
    trails: Picture | None
    tracks: tuple[ClipTrack, ...]
    crossings: tuple[ClipCrossing, ...]
    gaps: tuple[ClipGap, ...]
    software: str
    notes: tuple[str, ...] = ()
