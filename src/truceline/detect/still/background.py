"""The background of a recorded file: a temporal median with each pixel's own noise.

Two passes: the first takes samples spread over the file, the second compares every frame with the median of
the samples around it. Someone who stands still for less than half of that time does not fade into it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.detect.still.ghosts import without_standing
from truceline.detect.still.median import median_and_deviation
from truceline.detect.thermal.scene import ThermalScene, patched
from truceline.errors import InputError
from truceline.geometry.compiled import jit
from truceline.records.time import UtcNs

Image = NDArray[np.uint8]

SAMPLES_A_WINDOW = 60
"""Samples in one median: enough that a person who stands for a third of the time leaves no ghost."""

FLOOR_VISIBLE = 24
FLOOR_THERMAL = 12
"""Smallest difference (of 255) that counts: below it lie compression noise and soft shadows."""

NOISE_FACTOR = 5.0
"""A pixel must differ by so many of its own standard deviations (foliage, flags, water)."""

CHANGED_SHARE = 0.4
"""When more of the picture than this differs at once, the light or the camera changed, not the scene."""

FEWEST_FREE = 2
FEWEST_FREE_SHARE = 0.1
"""A pixel free in fewer samples than this has somebody there all the time."""

_DEVIATION_PER_MAD = 1.4826
_LEVEL_SAMPLES = 4000
_LEVEL_ROUNDS = 3
_BYTES = 256
_BINS_A_LEVEL = 16
_BINS = _BYTES * _BINS_A_LEVEL


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """What the scene looks like without what moves.

    Attributes:
        bgr: (height, width, 3) median.
        threshold: (height, width) smallest largest-channel difference that is foreground.
        centre_utc_ns: Middle of the samples' time.
        thermal: The scene that a thermal camera's frames are levelled against; None in colour.
    """

    bgr: Image
    threshold: Image
    centre_utc_ns: UtcNs
    thermal: ThermalScene | None = None


def median_background(
    samples: Sequence[Image], *, centre_utc_ns: UtcNs, floor: int, free: Sequence[Image] | None = None
) -> Background:
    """The background from pictures of equal size.

    Args:
        samples: (height, width, 3) each, at most 255.
        centre_utc_ns: Middle of their time.
        floor: Smallest difference that counts.
        free: (height, width) each, 1 where a sample shows the scene, 0 where it is known to show somebody;
            None: everywhere. A pixel that is hardly ever free is taken from all samples.

    Raises:
        InputError: No samples.
    """
    if not samples:
        raise InputError("a background needs at least one picture")
    shape = samples[0].shape
    stack = np.stack(samples).reshape(len(samples), -1)
    median, noise = (
        part.reshape(shape)
        for part in median_and_deviation(stack, _valid(samples, free).reshape(stack.shape))
    )
    largest = noise.max(axis=2).astype(np.float32)
    threshold = np.clip(NOISE_FACTOR * _DEVIATION_PER_MAD * largest, floor, 255).astype(np.uint8)
    mended = without_standing(samples, median, threshold=floor)
    # Where somebody stood, the samples' spread is that of the person coming and going, not of the scene.
    threshold[np.any(mended != median, axis=2)] = floor
    return Background(mended, threshold, centre_utc_ns)


def filled_in(samples: Sequence[Image], free: Sequence[Image]) -> list[Image]:
    """Samples (height, width, 3) with what each does not show taken from the median of the others.

    What a swaying camera does not show of its scene is no other content, which somebody would have hidden.
    ``free`` is (height, width) each, 0 where a sample does not show the scene.
    """
    stack = np.stack(samples)
    median, _ = median_and_deviation(
        stack.reshape(len(stack), -1), _valid(samples, free).reshape(len(stack), -1)
    )
    return list(np.where(np.stack(free)[..., None] > 0, stack, median.reshape(samples[0].shape)))


def _valid(samples: Sequence[Image], free: Sequence[Image] | None) -> Image:
    """(n, height, width, 3) which bytes count."""
    shape = samples[0].shape
    if free is None:
        return np.ones((len(samples), *shape), np.uint8)
    stack = np.where(hardly_free(free), np.uint8(1), np.stack(free))
    return np.repeat(stack[..., None], shape[2], axis=3)


def hardly_free(free: Sequence[Image]) -> NDArray[np.bool_]:
    """(height, width) where so few of the samples show the scene that they do not tell it."""
    times = np.count_nonzero(np.stack(free), axis=0)
    rare: NDArray[np.bool_] = times < max(FEWEST_FREE, FEWEST_FREE_SHARE * len(free))
    return rare


def kept_where_hidden(fresh: Background, before: Background, *, hidden: NDArray[np.bool_]) -> Background:
    """A background with what was known before where it was hidden (height, width) all the time."""
    thermal = None
    if fresh.thermal is not None and before.thermal is not None:
        thermal = patched(fresh.thermal, before.thermal, where=hidden)
    bgr = np.where(hidden[..., None], before.bgr, fresh.bgr)
    threshold = np.where(hidden, before.threshold, fresh.threshold)
    return Background(bgr, threshold, fresh.centre_utc_ns, thermal)


def level_against(frame: Image, background: Image) -> NDArray[np.float32]:
    """Gain and offset (2,) from the background's level to the frame's, fitted robustly on spread pixels."""
    stride = max(1, int(np.sqrt(frame.shape[0] * frame.shape[1] / _LEVEL_SAMPLES)))
    ours = background[::stride, ::stride].reshape(-1)
    theirs = frame[::stride, ::stride].reshape(-1)
    gain, offset = _level(ours, theirs)
    return np.array([gain, offset], dtype=np.float32)


@jit
def _level(ours: Image, theirs: Image) -> tuple[float, float]:
    """Gain and offset of bytes (n,) by least squares, values far from the fit left out."""
    gain, offset = 1.0, _median_difference(ours, theirs)
    residual = np.empty(len(ours))
    for _ in range(_LEVEL_ROUNDS):
        for index in range(len(ours)):
            residual[index] = abs(theirs[index] - gain * ours[index] - offset)
        limit = 3.0 * max(_median(residual), 1.0)
        # Sums of whole numbers: exact, so one pass is enough for variance and covariance.
        count, own, other, square, both = 0, 0, 0, 0, 0
        for index in range(len(ours)):
            held = int(residual[index] <= limit)
            one, two = held * int(ours[index]), int(theirs[index])
            count += held
            own += one
            other += held * two
            square += one * one
            both += one * two
        spread = square / count - (own / count) ** 2
        if spread < 1.0:
            break
        gain = (both / count - float(own) * float(other) / count**2) / spread
        offset = (other - gain * own) / count
    return gain, offset


@jit
def _median_difference(ours: Image, theirs: Image) -> float:
    """The median of theirs minus ours, by counting."""
    times = np.zeros(2 * _BYTES, np.int64)
    for index in range(len(ours)):
        times[int(theirs[index]) - int(ours[index]) + _BYTES] += 1
    passed, lower = 0, -1
    for place in range(len(times)):
        passed += times[place]
        if lower < 0 and 2 * passed >= len(ours):
            lower = place
        if 2 * passed > len(ours):
            return (lower + place) / 2 - _BYTES
    return 0.0


@jit
def _median(values: NDArray[np.float64]) -> float:
    """The median of values (n,), none negative: only what lies in the same bin as the middle is sorted."""
    bins = np.empty(len(values), np.int64)
    times = np.zeros(_BINS, np.int64)
    for index in range(len(values)):
        bins[index] = int(min(values[index] * _BINS_A_LEVEL, _BINS - 1.0))
        times[bins[index]] += 1
    lower, upper = (len(values) - 1) // 2, len(values) // 2
    first, below = 0, 0
    while below + times[first] <= lower:
        below += times[first]
        first += 1
    last, passed = first, below + times[first]
    while passed <= upper:
        last += 1
        passed += times[last]
    middle = np.empty(passed - below)
    count = 0
    for index in range(len(values)):
        if first <= bins[index] <= last:
            middle[count] = values[index]
            count += 1
    # In the first round whole grey levels are apart, and a bin holds one value.
    if middle.min() == middle.max():
        return float(middle[0])
    middle.sort()
    return float((middle[lower - below] + middle[upper - below]) / 2)
