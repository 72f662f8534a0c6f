"""What one frame gave before it is told: boxes, where each stands, and its outline, at working size."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.records.outlines import Outlines

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Finds:
    """Columns of n rows as in ``Detections``, in pixels at working size."""

    boxes_px: Array
    confidence: Array
    foot_px: Array
    foot_covariance_px: Array
    outlines: Outlines

    def take(self, rows: NDArray[np.int64]) -> "Finds":
        """The given rows."""
        return Finds(
            self.boxes_px[rows],
            self.confidence[rows],
            self.foot_px[rows],
            self.foot_covariance_px[rows],
            self.outlines.take(rows),
        )


NOTHING_FOUND = Finds(
    np.zeros((0, 4)), np.zeros(0), np.zeros((0, 2)), np.zeros((0, 2, 2)), Outlines.unmeasured(0)
)


def joined_finds(parts: Sequence[Finds]) -> Finds:
    """The rows of several, one after the other."""
    return Finds(
        np.concatenate([one.boxes_px for one in parts]),
        np.concatenate([one.confidence for one in parts]),
        np.concatenate([one.foot_px for one in parts]),
        np.concatenate([one.foot_covariance_px for one in parts]),
        Outlines.joined([one.outlines for one in parts]),
    )
