"""The background of a short or busy clip: each pixel's most frequent value, not its median.

A median fails where somebody stands for half of the time. The scene itself keeps its colour while those who
come and go differ from one another, so its value is the most frequent one long before it is the middle one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.detect.background import NOISE_FACTOR, Background
from truceline.errors import InputError
from truceline.geometry.compiled import jit
from truceline.records.time import UtcNs

Image = NDArray[np.uint8]

_DEVIATION_PER_MAD = 1.4826
_PROBES = 4000


def frequent_background(samples: Sequence[Image], *, centre_utc_ns: UtcNs, floor: int) -> Background:
    """The background from pictures (height, width, 3) of equal size, in order of time.

    Args:
        samples: Pictures; those of another brightness (automatic gain) are first brought to a common one.
        centre_utc_ns: Middle of their time.
        floor: Smallest difference that counts; values as near as this are one value.

    Method: half-sample mode in spirit (Bickel and Frühwirth 2006): the densest window of brightness, then the
    median of its members in each channel. A pixel's noise is the smaller of two median absolute deviations,
    from the background and from one sample to the next: somebody who stands there swells the first, foliage
    swells both.

    Raises:
        InputError: No samples.
    """
    if not samples:
        raise InputError("a background needs at least one picture")
    stack = _levelled(np.stack(samples))
    mode, noise = _mode_and_noise(stack, floor)
    threshold = np.clip(NOISE_FACTOR * _DEVIATION_PER_MAD * noise, floor, 255).astype(np.uint8)
    return Background(mode, threshold, centre_utc_ns)


def _levelled(stack: Image) -> Image:
    """The samples, each moved by one offset to the brightness that the pixels usually have."""
    stride = max(1, int(np.sqrt(stack.shape[1] * stack.shape[2] / _PROBES)))
    probes = stack[:, ::stride, ::stride].astype(np.int16)
    usual = np.median(probes, axis=0)
    offsets = np.round(np.median(probes - usual, axis=(1, 2, 3))).astype(np.int16)
    if not np.any(offsets):
        return stack
    return np.clip(stack.astype(np.int16) - offsets[:, None, None, None], 0, 255).astype(np.uint8)


@jit
def _mode_and_noise(stack: Image, window: int) -> tuple[Image, NDArray[np.float32]]:
    count, height, width, channels = stack.shape
    mode = np.empty((height, width, channels), np.uint8)
    noise = np.empty((height, width), np.float32)
    grey = np.empty(count, np.int32)
    values = np.empty(count, np.int16)
    for row in range(height):
        for column in range(width):
            for index in range(count):
                total = 0
                for channel in range(channels):
                    total += stack[index, row, column, channel]
                grey[index] = total
            ordered = np.sort(grey)
            low, most, first = ordered[0], 0, 0
            reach = window * channels
            for last in range(count):
                while ordered[last] - ordered[first] > reach:
                    first += 1
                if last - first + 1 > most:
                    most, low = last - first + 1, ordered[first]
            largest = 0.0
            for channel in range(channels):
                members = 0
                for index in range(count):
                    if low <= grey[index] <= low + reach:
                        values[members] = stack[index, row, column, channel]
                        members += 1
                middle = np.sort(values[:members])[members // 2]
                mode[row, column, channel] = middle
                for index in range(count):
                    values[index] = abs(np.int16(stack[index, row, column, channel]) - middle)
                about = float(np.sort(values)[count // 2])
                for index in range(count - 1):
                    values[index] = abs(
                        np.int16(stack[index + 1, row, column, channel])
                        - np.int16(stack[index, row, column, channel])
                    )
                steps = about
                if count > 2:
                    steps = float(np.sort(values[: count - 1])[(count - 1) // 2]) / np.sqrt(2.0)
                largest = max(largest, min(about, steps))
            noise[row, column] = largest
    return mode, noise
