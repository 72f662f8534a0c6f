"""What a subject looks like for the next few seconds: colour in five stripes. Never stored, never linked.

Each stripe of the body, from the head down, has three histograms: brightness, red against green, and yellow
against blue. Chosen on PETS 2009 S2.L1, frames 31 to 300, over stripes of red, green and blue: people in dark
clothes differ by their tint.
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

STRIPES = 5
BINS = (12, 10, 10)
"""Of brightness, of red against green, of yellow against blue; a value counts in the two bins around it."""
LENGTH = STRIPES * sum(BINS)

_LOWEST = (0.0, -40.0, -60.0)
_HIGHEST = (255.0, 40.0, 60.0)
"""Middles of the outermost bins; what lies beyond counts there."""
_PRIOR = 0.2
"""Counts in every bin before the first pixel, so that a stripe without pixels says nothing."""
_FEWEST_PIXELS = 15


def stripe_colours(
    bgr: NDArray[np.uint8], mask: NDArray[np.uint8], *, boxes_px: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Square-rooted colour histograms (n, LENGTH) of the foreground in each box; zeros where there is none.

    The inner product of two rows is their Bhattacharyya coefficient (0 to 1).
    """
    height, width = mask.shape
    rounded = np.clip(np.round(boxes_px), 0, (width, height, width, height)).astype(np.int64)
    return _histograms(bgr, mask, rounded.reshape(-1, 4))


@jit
def _histograms(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    bgr: NDArray[np.uint8], mask: NDArray[np.uint8], boxes: NDArray[np.int64]
) -> NDArray[np.float64]:
    table = np.zeros((len(boxes), LENGTH))
    length = LENGTH // STRIPES
    for index in range(len(boxes)):
        left, top, right, bottom = boxes[index]
        if np.sum(mask[top:bottom, left:right]) < _FEWEST_PIXELS:
            continue
        for stripe in range(STRIPES):
            upper = top + round((bottom - top) * stripe / STRIPES)
            lower = top + round((bottom - top) * (stripe + 1) / STRIPES)
            part = table[index, stripe * length : (stripe + 1) * length]
            _fill(bgr[upper:lower, left:right], mask[upper:lower, left:right], part)
        table[index] = np.sqrt(table[index])
    return table


@jit
def _fill(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    bgr: NDArray[np.uint8], mask: NDArray[np.uint8], counts: NDArray[np.float64]
) -> None:
    """Write one stripe's three histograms, each of sum 1 / (3 stripes), into ``counts``."""
    counts[:] = _PRIOR
    for row in range(mask.shape[0]):
        for column in range(mask.shape[1]):
            if mask[row, column] == 0:
                continue
            blue, green, red = bgr[row, column]
            first = 0
            for channel in range(len(BINS)):
                value = float(red) - float(green)
                if channel == 0:
                    value = (float(blue) + float(green) + float(red)) / 3
                elif channel == 2:
                    value = (float(red) + float(green)) / 2 - float(blue)
                _count(value, channel, counts[first : first + BINS[channel]])
                first += BINS[channel]
    first = 0
    for bins in BINS:
        counts[first : first + bins] /= np.sum(counts[first : first + bins]) * len(BINS) * STRIPES
        first += bins


@jit
def _count(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    value: float, channel: int, counts: NDArray[np.float64]
) -> None:
    lowest, highest = _LOWEST[channel], _HIGHEST[channel]
    place = (min(max(value, lowest), highest) - lowest) / (highest - lowest) * (len(counts) - 1)
    lower = min(int(place), len(counts) - 2)
    counts[lower] += 1 - (place - lower)
    counts[lower + 1] += place - lower
