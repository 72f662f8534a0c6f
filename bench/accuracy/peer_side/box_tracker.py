"""SORT, ByteTrack, OC-SORT and C-BIoU of ``trackers``: defaults, told the frame rate."""

from collections.abc import Callable

import numpy as np
import supervision  # type: ignore[import-not-found]
import trackers  # type: ignore[import-not-found]
from numpy.typing import NDArray

MADE = {
    "SORT": trackers.SORTTracker,
    "ByteTrack": trackers.ByteTrackTracker,
    "OC-SORT": trackers.OCSORTTracker,
    "C-BIoU": trackers.CBIoUTracker,
}


def tracker(name: str, rate_hz: float) -> Callable[[int, NDArray[np.float64]], list[tuple[int, int]]]:
    """A step that takes a frame's number and detections (n, 10) and gives identities and rows."""
    made = MADE[name](frame_rate=rate_hz)

    def step(_number: int, rows: NDArray[np.float64]) -> list[tuple[int, int]]:
        given = supervision.Detections(
            xyxy=rows[:, :4], confidence=rows[:, 4], data={"row": np.arange(len(rows))}
        )
        found = made.update(given)
        if len(found) == 0:
            return []
        pairs = zip(found.tracker_id.tolist(), found.data["row"].tolist(), strict=True)
        # Below 0: seen, but not yet believed to be anybody.
        return [(identity, row) for identity, row in pairs if identity >= 0]

    return step
