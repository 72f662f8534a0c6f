"""What is drawn on one frame, and what stands below it."""

from dataclasses import dataclass

from truceline.records.columns import BoolColumn, FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class SubjectMark:
    """One subject in one frame.

    Attributes:
        box_px: Left, top, right, bottom.
        observed: False: the box was predicted or interpolated and is drawn dashed.
        trail_px: (k, 2) foot points, oldest first; ``trail_observed`` (k,) says which were seen.
        foot_ellipse_px: (m, 2) outline of the 95 % ellipse of the foot on the ground, pixels, or None.
        selected: The subject of a crossing: drawn in the colour of the selected subject.
        note: Second line of its label, with its uncertainty ("3.4 ± 0.4 m south"), or empty.
    """

    label: str
    kind: str
    box_px: tuple[float, float, float, float]
    observed: bool
    trail_px: FloatColumn
    trail_observed: BoolColumn
    foot_ellipse_px: FloatColumn | None = None
    selected: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LineMark:
    """The line in the picture.

    Attributes:
        path_px: (m, 2) pixels; rows with NaN break it.
        band_px: The two edges of its 95 % band, like ``path_px``, or None where nothing is metric.
        ends: Letters printed beside its two ends ("A", "B"), or None.
    """

    path_px: FloatColumn
    band_px: tuple[FloatColumn, FloatColumn] | None
    label: str
    ends: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FrameCaption:
    """What stands in the strip below the picture, never on it.

    Attributes:
        clock: Time with its bound, in words ("06:15:24.60 UTC ± 0.12 s", or "00:12.40 of the clip").
        local_clock: The site's local time, or empty.
        statement: "simulated", "not metric" or empty: printed in the colour of attention.
    """

    clock: str
    local_clock: str
    camera: str
    file: str
    statement: str


@dataclass(frozen=True, slots=True, eq=False)
class FrameScene:
    """Everything that is drawn on one frame."""

    subjects: tuple[SubjectMark, ...]
    line: LineMark | None
    caption: FrameCaption


@dataclass(frozen=True, slots=True, eq=False)
class TrailPath:
    """One subject's whole path in the picture: (n, 2) foot points in pixels and (n,) whether seen."""

    label: str
    kind: str
    path_px: FloatColumn
    observed: BoolColumn
    selected: bool = False
