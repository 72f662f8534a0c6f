"""What stands alone and is too low for an upright person: an animal, a child, somebody who crawls or lies.

A silhouette counts when it is whole (no border cuts it), solid, large enough to be measured, lower than
``HIGHEST_M`` at the place where it stands, and when nothing hangs above or below it: the legs of somebody
whose trunk does not stand out from the scene are no animal.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.detect.pieces import pieces_of
from truceline.records.outlines import is_long

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

SURE = 255
"""Only whole evidence: soft shadows on the ground are low as well."""
HIGHEST_M = 1.3
"""A roe deer's or a calf's back is below 1.2 m, a child of eight is 1.3 m tall."""
LOWEST_M = 0.3
"""Below this are birds, bags in the wind, and what is left of shadows."""
WIDEST_M = 2.6
LEAST_AREA_M2 = 0.1
LEAST_AREA_PX = 40
LEAST_HEIGHT_PX = 12
"""As for people: of fewer rows nothing can be told."""
LEAST_SOLID = 0.45
"""Share of its own box: branches and ropes fill less."""
MOST_ABOVE = 0.1
PERSON_M = 1.72
BORDER_PX = 2


@dataclass(frozen=True, slots=True, eq=False)
class LowThings:
    """Boxes (n, 4) in pixels, heights (n,) and widths (n,) in metres."""

    boxes_px: Array
    height_m: Array
    width_m: Array

    @property
    def is_long(self) -> NDArray[np.bool_]:
        """(n,) which are longer than tall, as no part of an upright person is."""
        return is_long(self.width_m, self.height_m)

    def take(self, rows: NDArray[np.int64]) -> "LowThings":
        """The given rows."""
        return LowThings(self.boxes_px[rows], self.height_m[rows], self.width_m[rows])


def find_low(strength: Image, *, scale_at: Array) -> LowThings:
    """Low silhouettes of the evidence (height, width).

    Args:
        strength: 0 to 255; of what vehicles explain nothing is left in it.
        scale_at: (height,) pixels that an upright metre has which stands at each row in the picture's middle,
            NaN where there is no ground.
    """
    table = pieces_of(strength, least=SURE).table
    kept = np.flatnonzero(_is_low(table, scale_at=scale_at, size=strength.shape))
    kept = np.array(
        [one for one in kept if not _hangs_together(strength, table[one], scale_at=scale_at)], np.int64
    )
    chosen = table[kept]
    boxes = np.stack(
        [chosen[:, 0], chosen[:, 1], chosen[:, 0] + chosen[:, 2], chosen[:, 1] + chosen[:, 3]], axis=1
    ).astype(np.float64)
    scale = scale_at[np.minimum(chosen[:, 1] + chosen[:, 3], len(scale_at) - 1)]
    return LowThings(boxes, chosen[:, 3] / scale, chosen[:, 2] / scale)


def share_ground(low_px: Array, people_px: Array) -> NDArray[np.bool_]:
    """Which low boxes (n, 4) and people's boxes (m, 4) are of one thing, (n, m).

    The middle of the low one lies in the person's box, or the lower quarter of the person in the low one.
    """
    middle = (low_px[:, :2] + low_px[:, 2:]) / 2
    columns = (people_px[:, 0] + people_px[:, 2]) / 2
    lower = np.stack([columns, people_px[:, 1] * 0.25 + people_px[:, 3] * 0.75], axis=1)
    one = (middle[:, None] >= people_px[None, :, :2]) & (middle[:, None] <= people_px[None, :, 2:])
    other = (lower[None] >= low_px[:, None, :2]) & (lower[None] <= low_px[:, None, 2:])
    return np.asarray(one.all(axis=2) | other.all(axis=2))


def _is_low(table: NDArray[np.int64], *, scale_at: Array, size: tuple[int, ...]) -> NDArray[np.bool_]:
    left, top, wide, tall, area = table.T[:5]
    scale = scale_at[np.minimum(top + tall, len(scale_at) - 1)]
    whole = np.asarray(
        (left >= BORDER_PX)
        & (top >= BORDER_PX)
        & (left + wide <= size[1] - BORDER_PX)
        & (top + tall <= size[0] - BORDER_PX)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        height, width = tall / scale, wide / scale
        metric = np.asarray((height >= LOWEST_M) & (height <= HIGHEST_M) & (width <= WIDEST_M))
        dense = np.asarray(area >= LEAST_AREA_M2 * scale**2)
    large = (area >= LEAST_AREA_PX) & (tall >= LEAST_HEIGHT_PX)
    return np.asarray(whole & metric & dense & large & (area >= LEAST_SOLID * wide * tall))


def _hangs_together(strength: Image, row: NDArray[np.int64], *, scale_at: Array) -> bool:
    """Whether something else stands out where the rest of a person would be, above it or below it.

    What is longer than tall is no part of an upright person; only what is above it counts.
    """
    left, top, wide, tall, area = row.tolist()
    bottom = top + tall
    person_px = 1.1 * PERSON_M * scale_at[min(bottom, len(scale_at) - 1)]
    upper, lower = max(0, int(bottom - person_px)), bottom if wide > tall else int(top + person_px)
    there = np.count_nonzero(strength[upper:lower, left : left + wide] >= SURE)
    # All of its own pixels lie in its box.
    return bool(there - area > MOST_ABOVE * area)
