"""The median of many pictures at each pixel, and the median distance from it, fast.

Method: a median of bytes is found bit by bit: eight times over all samples, count how many lie below a trial
value. Every pass is a plain loop over bytes that the compiler turns into vector instructions; sorting each
pixel's samples took four times as long.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Image = NDArray[np.uint8]

MOST_SAMPLES = 255
_BLOCK = 2048
_BANDS = 4


def median_and_deviation(stack: Image, valid: Image) -> tuple[Image, Image]:
    """Median (p,) of samples (n, p), and median absolute deviation from it (p,), of the valid ones.

    Args:
        stack: (n, p) at most ``MOST_SAMPLES`` samples of p bytes.
        valid: (n, p) 1 where a sample counts, 0 where it does not; a byte without valid samples gives 255
            twice: with that deviation nothing can be told from it.

    The middle one of an even number is the upper one.
    """
    edges = np.linspace(0, stack.shape[1], _BANDS + 1).round().astype(int)
    parts = [(stack[:, first:last], valid[:, first:last]) for first, last in pairwise(edges)]
    with ThreadPoolExecutor(max_workers=_BANDS) as threads:
        found = list(threads.map(lambda part: _medians(*part), parts))
    return np.concatenate([one[0] for one in found]), np.concatenate([one[1] for one in found])


@jit
def _medians(stack: Image, valid: Image) -> tuple[Image, Image]:
    count, size = stack.shape
    median = np.empty(size, np.uint8)
    deviation = np.empty(size, np.uint8)
    apart = np.empty((count, _BLOCK), np.uint8)
    for start in range(0, size, _BLOCK):
        stop = min(start + _BLOCK, size)
        half = _halves(valid[:, start:stop])
        _search(stack[:, start:stop], valid[:, start:stop], half, median[start:stop])
        for sample in range(count):
            for place in range(stop - start):
                value, middle = stack[sample, start + place], median[start + place]
                apart[sample, place] = (
                    np.uint8(value - middle) if value > middle else np.uint8(middle - value)
                )
        _search(apart[:, : stop - start], valid[:, start:stop], half, deviation[start:stop])
    return median, deviation


@jit
def _halves(valid: Image) -> Image:
    half = np.zeros(valid.shape[1], np.uint8)
    for sample in range(len(valid)):
        row = valid[sample]
        for place in range(len(half)):
            half[place] = np.uint8(half[place] + row[place])
    for place in range(len(half)):
        half[place] = half[place] >> 1
    return half


@jit
def _search(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    values: Image, valid: Image, half: Image, found: Image
) -> None:
    """Write into ``found`` the largest value that at most ``half`` of the valid samples lie below."""
    trial = np.empty(len(found), np.uint8)
    below = np.empty(len(found), np.uint8)
    found[:] = 0
    for bit in range(7, -1, -1):
        step = np.uint8(1 << bit)
        for place in range(len(found)):
            trial[place] = found[place] | step
            below[place] = 0
        for sample in range(len(values)):
            row, counts = values[sample], valid[sample]
            for place in range(len(found)):
                below[place] = np.uint8(below[place] + (np.uint8(row[place] < trial[place]) & counts[place]))
        for place in range(len(found)):
            if below[place] <= half[place]:
                found[place] = trial[place]
