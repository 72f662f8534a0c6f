"""Truth: what a drawn incident knows exactly, for its own code drew it. Never an input of the analysis."""

from dataclasses import dataclass
from fractions import Fraction

from truceline.records.columns import FloatColumn, IntColumn
from truceline.records.time import UtcNs


@dataclass(frozen=True, slots=True)
class TrueCrossing:
    """One passage over the true line, with the return if there was one.

    Attributes:
        role: What the person does in the scene: ``guard``, ``visitor``, ``patrol`` …
        crossed_utc_ns: True instant at which the ground point passes the true line.
        returned_utc_ns: True instant of coming back, or None.
        dwell_s: Time between the two, or None.
        depth_m: Largest distance beyond the true line in the footage.
        place_en_m: Where the true line was passed, site metres.
        permit_id: The permit that covers it, or None.
    """

    person_id: str
    role: str
    from_side: str
    to_side: str
    crossed_utc_ns: UtcNs
    returned_utc_ns: UtcNs | None
    dwell_s: float | None
    depth_m: float
    place_en_m: tuple[float, float]
    permit_id: str | None


@dataclass(frozen=True, slots=True, eq=False)
class PersonTruth:
    """Where one drawn person is, one row a frame in which any of the person lies in the picture.

    Attributes:
        height_m: Body height.
        frame: (n,) 0-based frame numbers, increasing.
        en_m: (n, 2) the point midway between the feet on the ground, site metres.
        foot_px: (n, 2) its pixel, through the true calibration.
        boxes_px: (n, 4) left, top, right, bottom of the whole figure, cut at the picture's border.
        visible: (n,) share of the figure's area that is in the picture and not hidden behind something.
        distance_m: (n,) signed distance to the true line, positive on its left.
    """

    person_id: str
    role: str
    height_m: float
    frame: IntColumn
    en_m: FloatColumn
    foot_px: FloatColumn
    boxes_px: FloatColumn
    visible: FloatColumn
    distance_m: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class DrawnTruth:
    """The exact truth of a drawn incident.

    Attributes:
        clock_error_s: True UTC minus declared UTC; the analysis knows only its bound.
        start_utc_ns: True UTC of frame 0.
        line_vertices_en_m: (n, 2) the true line: the declared one moved to its left by ``line_offset_m``.
        calibration_delta: (10,) true minus declared calibration parameters (order: CALIBRATION_PARAMETERS).
    """

    seed: int
    rate_hz: Fraction
    frame_count: int
    start_utc_ns: UtcNs
    clock_error_s: float
    line_vertices_en_m: FloatColumn
    line_offset_m: float
    calibration_delta: FloatColumn
    people: tuple[PersonTruth, ...]
    crossings: tuple[TrueCrossing, ...]
