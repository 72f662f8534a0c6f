"""Norfair: boxes as two corners, their overlap as distance, the threshold of its examples, else defaults.

Only identities that were given to a detection of the frame count; what Norfair extrapolates would count as
unfounded more often than as found.
"""

from collections.abc import Callable

import norfair  # type: ignore[import-not-found]
import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.7


def tracker(_name: str, _rate_hz: float) -> Callable[[int, NDArray[np.float64]], list[tuple[int, int]]]:
    """A step that takes a frame's number and detections (n, 10) and gives identities and rows."""
    made = norfair.Tracker(distance_function="iou", distance_threshold=THRESHOLD)

    def step(number: int, rows: NDArray[np.float64]) -> list[tuple[int, int]]:
        given = [
            norfair.Detection(row[:4].reshape(2, 2), scores=np.full(2, row[4]), data=(number, index))
            for index, row in enumerate(rows)
        ]
        found = [(one.id, one.last_detection.data) for one in made.update(given)]
        return [(identity, row) for identity, (seen, row) in found if seen == number]

    return step
