"""How well outlines fit a silhouette: pixels in convex hulls and in a rim around them, compiled."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Array = NDArray[np.float64]

RIM_SHARE = 0.2
"""The rim around an outline is so much of its own size wide: what goes on there is no part of a vehicle."""


@dataclass(frozen=True, slots=True, eq=False)
class Silhouette:
    """One silhouette in a window of a picture.

    Attributes:
        sums: (h, w + 1) its pixels to the left of each column of the window, row by row.
        place: (4,) left and top of the window, width and height of the picture.
        box: (4,) left, top, right, bottom of its body in the picture: where a vehicle may stand in it.
    """

    sums: NDArray[np.int32]
    place: NDArray[np.int64]
    box: Array

    @classmethod
    def of(
        cls, pixels: NDArray[np.uint8], place: NDArray[np.int64], *, body: NDArray[np.uint8]
    ) -> "Silhouette":
        """The silhouette of a 0/1 window, and its body in the same window, which is not empty."""
        rows, columns = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
        sums = np.zeros((pixels.shape[0], pixels.shape[1] + 1), np.int32)
        np.cumsum(pixels, axis=1, out=sums[:, 1:])
        box = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float64)
        return cls(sums, place, box + np.tile(place[:2], 2))

    def counted(self, corners_px: Array) -> Array:
        """For each outline, the hull of corners (n, c, 2): how it fills, (n, 5) pixels.

        Silhouette in the outline, outline in the picture, outline wherever it lies, silhouette in the rim
        around it, rim in the picture. An outline with a corner that has no pixel gives zeros.
        """
        return _counted(self.sums, self.place, corners_px)


@jit
def _counted(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    sums: NDArray[np.int32], place: NDArray[np.int64], corners: Array
) -> Array:
    table = np.zeros((len(corners), 5))
    for index in range(len(corners)):
        points = corners[index]
        if not np.all(np.isfinite(points)):
            continue
        held, inside, whole = _filled(sums, place, points)
        middle = np.array([np.mean(points[:, 0]), np.mean(points[:, 1])])
        wider = middle + (points - middle) * (1 + 2 * RIM_SHARE)
        more, around, _ = _filled(sums, place, wider)
        table[index] = (held, inside, whole, more - held, around - inside)
    return table


@jit
def _filled(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    sums: NDArray[np.int32], place: NDArray[np.int64], points: Array
) -> tuple[float, float, float]:
    """Silhouette pixels, picture pixels and all pixels in the hull of points (c, 2)."""
    left_most, top_most, width, height = place
    hull = _hull(points)
    held, inside, whole = 0.0, 0.0, 0.0
    for edge in range(len(hull)):
        one, other = hull[edge], hull[(edge + 1) % len(hull)]
        whole += (one[0] * other[1] - other[0] * one[1]) / 2
    first_row = max(0, int(np.ceil(np.min(points[:, 1]))))
    last_row = min(height - 1, int(np.floor(np.max(points[:, 1]))))
    spans = _spans(hull, (first_row, last_row))
    for row in range(first_row, last_row + 1):
        left, right = spans[row - first_row]
        first, last = max(0, int(np.ceil(left))), min(width, int(np.floor(right)) + 1)
        if last <= first:
            continue
        inside += last - first
        if top_most <= row < top_most + sums.shape[0]:
            first = min(max(first - left_most, 0), sums.shape[1] - 1)
            last = min(max(last - left_most, 0), sums.shape[1] - 1)
            held += sums[row - top_most, last] - sums[row - top_most, first]
    return held, inside, max(abs(whole), inside)


@jit
def _spans(hull: Array, rows: tuple[int, int]) -> Array:
    """Where each row, from the first to the last, enters and leaves a convex hull (k, 2)."""
    first_row, last_row = rows
    spans = np.empty((max(0, last_row + 1 - first_row), 2))
    spans[:, 0], spans[:, 1] = 1e18, -1e18
    for edge in range(len(hull)):
        one, other = hull[edge], hull[(edge + 1) % len(hull)]
        first = max(first_row, int(np.ceil(min(one[1], other[1]))))
        last = min(last_row, int(np.floor(max(one[1], other[1]))))
        for row in range(first, last + 1):
            span = spans[row - first_row]
            if one[1] == other[1]:
                span[0], span[1] = min(span[0], one[0], other[0]), max(span[1], one[0], other[0])
                continue
            at = one[0] + (row - one[1]) / (other[1] - one[1]) * (other[0] - one[0])
            span[0], span[1] = min(span[0], at), max(span[1], at)
    return spans


@jit
def _hull(points: Array) -> Array:
    """The convex hull (k, 2) of points (c, 2), in order. Method: Andrew's monotone chain (1979)."""
    order = np.argsort(points[:, 0] + 1e-9 * points[:, 1])
    chain = np.empty((2 * len(points) + 1, 2))
    size = 0
    for turn in range(2):
        least = size + 1
        for place in range(len(order)):
            point = points[order[place if turn == 0 else len(order) - 1 - place]]
            while size > least and _turn(chain[size - 2], chain[size - 1], point) <= 0:
                size -= 1
            chain[size] = point
            size += 1
        size -= 1
    return chain[:size].copy()


@jit
def _turn(one: Array, middle: Array, other: Array) -> float:  # noqa: PLR0917 - compiled
    area: float = (middle[0] - one[0]) * (other[1] - one[1]) - (middle[1] - one[1]) * (other[0] - one[0])
    return area
