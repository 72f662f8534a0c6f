"""Detections: boxes in one frame with the foot point on the ground."""

from dataclasses import dataclass, field

from truceline.records.columns import FloatColumn
from truceline.records.frames import FrameStamp
from truceline.records.outlines import Outlines


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """What was detected in one frame, one row each.

    Attributes:
        boxes_px: (n, 4) left, top, right, bottom.
        confidence: (n,) 0 to 1.
        foot_px: (n, 2) the point where the object meets the ground.
        foot_covariance_px: (n, 2, 2).
        outlines: What was measured of each; nothing, unless it is given.
    """

    stamp: FrameStamp
    boxes_px: FloatColumn
    confidence: FloatColumn
    foot_px: FloatColumn
    foot_covariance_px: FloatColumn
    outlines: Outlines = field(default_factory=lambda: Outlines.unmeasured(0))

    def __post_init__(self) -> None:
        """Nothing was measured where nothing is given."""
        if len(self.outlines) != len(self.boxes_px):
            object.__setattr__(self, "outlines", Outlines.unmeasured(len(self.boxes_px)))

    def __len__(self) -> int:
        """How many."""
        return len(self.boxes_px)
