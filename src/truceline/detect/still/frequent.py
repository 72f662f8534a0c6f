"""The background of a short or busy clip: each pixel's most frequent value, not its median.

A median fails where somebody stands for half of the time. The scene itself keeps its colour while those who
come and go differ from one another, so its value is the most frequent one long before it is the middle one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.detect.still.background import NOISE_FACTOR, Background
from truceline.errors import InputError
from truceline.geometry.compiled import jit
from truceline.records.time import UtcNs

Image = NDArray[np.uint8]

_DEVIATION_PER_MEDIAN = 1.4826
_PROBES = 4000


@dataclass(frozen=True, slots=True)
class NoiseSettings:
    """How a pixel's own noise is told from those who pass over it.

    Attributes:
        lag: Samples this far apart show moving leaves in another place, and who stands still in the same.
        share: The noise is what this share of the samples stay within; less than half where a subject may
            cover a pixel for longer than that.
    """

    lag: int = 1
    share: float = 0.5


def frequent_background(
    samples: Sequence[Image], *, centre_utc_ns: UtcNs, floor: int, noise: NoiseSettings
) -> Background:
    """The background from pictures (height, width, 3) of equal size, in order of time.

    Args:
        samples: Pictures; those of another brightness (automatic gain) are first brought to a common one.
        centre_utc_ns: Middle of their time.
        floor: Smallest difference that counts; values as near as this are one value.
        noise: How each pixel's threshold is found.

    Method: the densest window of brightness, as in a half-sample mode, then the mean of its members. A
    pixel's noise is the smaller of two quantiles of the largest channel's difference: from the background,
    and from the sample ``lag`` before. Somebody who stands there swells the first, foliage swells both.

    Raises:
        InputError: No samples.
    """
    if not samples:
        raise InputError("a background needs at least one picture")
    stack = _levelled(np.stack(samples))
    lag = min(noise.lag, max(len(stack) // 2, 1))
    mode, spread = _mode_and_noise(stack, floor, np.array([lag, noise.share]))
    threshold = np.clip(NOISE_FACTOR * _DEVIATION_PER_MEDIAN * spread, floor, 255).astype(np.uint8)
    return Background(mode, threshold, centre_utc_ns)


def _levelled(stack: Image) -> Image:
    """The samples, each moved by one offset to the brightness that the pixels usually have."""
    stride = max(1, int(np.sqrt(stack.shape[1] * stack.shape[2] / _PROBES)))
    probes = stack[:, ::stride, ::stride].astype(np.int16)
    usual = np.median(probes, axis=0)
    offsets = np.round(np.median(probes - usual, axis=(1, 2, 3))).astype(np.int16)
    if not np.any(offsets):
        return stack
    levelled = np.clip(stack.astype(np.int16) - offsets[:, None, None, None], 0, 255)
    return np.asarray(levelled, dtype=np.uint8)


@jit
def _mode_and_noise(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    stack: Image, window: int, how: NDArray[np.float64]
) -> tuple[Image, NDArray[np.float32]]:
    count, height, width, channels = stack.shape
    mode = np.empty((height, width, channels), np.uint8)
    noise = np.empty((height, width), np.float32)
    grey = np.empty(count, np.int32)
    for row in range(height):
        for column in range(width):
            pixel = stack[:, row, column]
            for index in range(count):
                grey[index] = np.int32(pixel[index, 0]) + pixel[index, 1] + pixel[index, 2]
            grey.sort()
            low = _densest(grey, window * channels)
            _mean_of_members(pixel, low, low + window * channels, mode[row, column])
            noise[row, column] = _noise(pixel, mode[row, column], how)
    return mode, noise


@jit
def _densest(ordered: NDArray[np.int32], reach: int) -> int:
    """Where the window of this reach that holds most of the ordered values begins; the lowest such."""
    low, most, first = ordered[0], 0, 0
    for last in range(len(ordered)):
        while ordered[last] - ordered[first] > reach:
            first += 1
        if last - first + 1 > most:
            most, low = last - first + 1, ordered[first]
    begins: int = low
    return begins


@jit
def _mean_of_members(pixel: Image, low: int, high: int, mean: Image) -> None:  # noqa: PLR0917
    """Write into ``mean`` (3,): compiled code that makes an array for each pixel is slow."""
    total = np.zeros(3)
    members = 0
    for index in range(len(pixel)):
        grey = np.int32(pixel[index, 0]) + pixel[index, 1] + pixel[index, 2]
        if low <= grey <= high:
            members += 1
            for channel in range(3):
                total[channel] += pixel[index, channel]
    for channel in range(3):
        mean[channel] = np.uint8(round(total[channel] / members))


@jit
def _noise(pixel: Image, mode: Image, how: NDArray[np.float64]) -> float:  # noqa: PLR0917 - compiled
    """The smaller of two quantiles; ``how`` is the lag and the share."""
    count, lag, share = len(pixel), int(how[0]), how[1]
    about = np.zeros(count, np.float32)
    steps = np.zeros(max(count - lag, 1), np.float32)
    for index in range(count):
        for channel in range(3):
            value = np.float32(pixel[index, channel])
            about[index] = max(about[index], abs(value - mode[channel]))
            if index >= lag:
                steps[index - lag] = max(steps[index - lag], abs(value - pixel[index - lag, channel]))
    about.sort()
    smaller: float = about[int(share * count)]
    if count > lag:
        steps.sort()
        smaller = min(smaller, steps[int(share * len(steps))] / np.float32(1.41421356))
    return smaller
