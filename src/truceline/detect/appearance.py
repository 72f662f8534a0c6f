"""What a subject looks like for the next few seconds: colour in three stripes. Never stored, never linked."""

import itertools

import numpy as np
from numpy.typing import NDArray

STRIPES = 3
BINS = 8
LENGTH = STRIPES * 3 * BINS
_FEWEST_PIXELS = 5


def stripe_colours(
    bgr: NDArray[np.uint8], mask: NDArray[np.uint8], *, boxes_px: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Square-rooted colour histograms (n, LENGTH) of the foreground in each box; zeros where there is none.

    The inner product of two rows is their Bhattacharyya coefficient (0 to 1).
    """
    table = np.zeros((len(boxes_px), LENGTH))
    height, width = mask.shape
    for row, box in enumerate(boxes_px):
        left, top, right, bottom = np.clip(np.round(box), 0, (width, height, width, height)).astype(int)
        edges = np.linspace(top, bottom, STRIPES + 1).round().astype(int)
        parts = [
            _histogram(bgr[upper:lower, left:right], mask[upper:lower, left:right])
            for upper, lower in itertools.pairwise(edges)
        ]
        if all(part is not None for part in parts):
            table[row] = np.sqrt(np.concatenate([part for part in parts if part is not None]) / (3 * STRIPES))
    return table


def _histogram(bgr: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    pixels = bgr[mask > 0]
    if len(pixels) < _FEWEST_PIXELS:
        return None
    binned = pixels.astype(np.int64) * BINS // 256 + np.arange(3) * BINS
    counts = np.bincount(binned.reshape(-1), minlength=3 * BINS) + 0.2
    shares: NDArray[np.float64] = 3 * counts / counts.sum()
    return shares
