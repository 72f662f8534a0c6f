"""The band without colour: a scene learnt from grey pictures, and what stands out from it, warm or cold.

Made for thermal cameras and right for night cameras too: no polarity (a body can be colder than the ground),
no fixed gain, thresholds from the noise of the clip itself. Method: docs/design/thermal.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.detect.thermal.level import Field, Levelled, Reference, levelled, reference_of
from truceline.detect.thermal.standing import without_standing_heat
from truceline.errors import InputError
from truceline.geometry.compiled import jit
from truceline.records.time import UtcNs

SOFTENING_PX = 0.7
"""Blur before anything is compared: a thermal lens resolves no more, and half of the pixel noise goes."""

NOISE_FACTOR = 5.0
"""A pixel must differ by so many of its own standard deviations."""
FLOOR = 8.0
"""And by so many grey levels (of 255): five standard deviations of what an encoder leaves (1.5 levels)."""
SEED_FACTOR = 1.6
"""A piece of foreground must hold a pixel that differs by so many thresholds: warm ground drifts as a whole
and just reaches the threshold, bodies have an edge."""

MODE_WIDTH = 2.0
"""The most frequent value is that of the densest window of so many standard deviations."""
ROUGH_SAMPLES = 21
"""The first guess at the scene is made of so many samples."""
ROUNDS = 2
"""Levels are fitted to the scene and the scene is learnt from what was levelled, so often."""

LEFT_OVER_PX = 0.25
"""A frame that was moved back may still be off by this: edges of the scene must differ by so much more."""

CHANGED_SHARE = 0.5
"""When more of the picture than this stands out, it is another scene or another light."""

OWN_STRIDE = 4
"""What only needs a usual pixel is taken from every so many-th row and column."""

_DEVIATION_PER_MEDIAN = 1.4826


@dataclass(frozen=True, slots=True, eq=False)
class ThermalScene:
    """What a grey scene looks like without what moves in it.

    Attributes:
        reference: The softened scene, prepared for frames to be levelled against it.
        noise: (height, width) float32 standard deviation of a softened pixel about it after levelling.
        centre_utc_ns: Middle of the samples' time.
    """

    reference: Reference
    noise: Field
    centre_utc_ns: UtcNs

    @property
    def grey(self) -> Field:
        """(height, width) float32, softened."""
        return self.reference.grey

    @property
    def least_difference(self) -> Field:
        """(height, width) float32 grey levels: smaller differences are noise."""
        return np.asarray(np.maximum(FLOOR, NOISE_FACTOR * self.noise), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """A frame against its scene.

    Attributes:
        difference: (height, width) float32 grey levels, positive where brighter than the scene; 0 where the
            frame does not show the scene.
        threshold: (height, width) float32 smallest difference that counts.
        shift_px: By how much the frame lies to the right of and below the scene; add it to places found.
        changed: The frame shows another scene, and the rest means nothing.
    """

    difference: Field
    threshold: Field
    shift_px: tuple[float, float]
    changed: bool


def grey_of(bgr: NDArray[np.uint8]) -> Field:
    """Luma (height, width) float32 of a picture (height, width, 3) or of one without colour, softened."""
    grey = bgr if bgr.ndim == 2 else cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), SOFTENING_PX), dtype=np.float32)


def thermal_scene(
    samples: Sequence[Field],
    *,
    centre_utc_ns: UtcNs,
    lag: int = 1,
    free: Sequence[NDArray[np.uint8]] | None = None,
) -> ThermalScene:
    """The scene from softened grey pictures of equal size, in order of time.

    1. Every sample is brought to the level and place of the usual picture.
    2. The scene is each pixel's most frequent value; both again, with the better scene.
    3. Bodies that stood for most of the time are taken out of it.

    Args:
        samples: From ``grey_of``, spread over the time that the scene stands for.
        centre_utc_ns: Middle of that time.
        lag: So many samples apart, moving leaves are in another place.
        free: (height, width) each, 0 where a sample is known to show somebody; None: nobody is known. A pixel
            that is never free is taken from all samples.

    Raises:
        InputError: No samples.
    """
    if not samples:
        raise InputError("a scene needs at least one picture")
    scene = _rough(samples if free is None else _without_known(samples, free))
    stack = np.stack(samples)
    for _ in range(ROUNDS):
        # (1)
        reference = reference_of(scene)
        level = [levelled(sample, reference) for sample in samples]
        known = [one for one in level if one is not None]
        stack = np.stack([_filled(one, scene) for one in known]) if known else stack
        if free is not None and known:
            own = [mask for mask, one in zip(free, level, strict=True) if one is not None]
            stack = np.stack(_without_known(list(stack), own))
        # (2)
        spread = _usual_spread(stack)
        scene = _most_frequent(stack, max(MODE_WIDTH * spread, 1.0))
    noise = _noise(stack, scene, lag=max(1, min(lag, len(stack) // 2)))
    # (3)
    mended = without_standing_heat(stack, scene, threshold=np.maximum(FLOOR, NOISE_FACTOR * noise))
    usual = float(np.median(noise))
    return ThermalScene(reference_of(mended, deviation=usual), noise, centre_utc_ns)


def contrast(grey: Field, scene: ThermalScene) -> Contrast:
    """A softened frame against its scene, level, drift and small knocks taken out."""
    level = levelled(grey, scene.reference)
    if level is None:
        nothing = np.zeros_like(grey)
        return Contrast(nothing, np.full_like(grey, FLOOR), (0.0, 0.0), changed=True)
    difference = level.grey - scene.grey
    if level.shown is not None:
        difference[~level.shown] = 0
    # A frame may be noisier than the samples were: its own spread counts too.
    own = _DEVIATION_PER_MEDIAN * float(np.median(np.abs(difference[::OWN_STRIDE, ::OWN_STRIDE])))
    least = np.float32(max(FLOOR, NOISE_FACTOR * own))
    threshold = np.maximum(least, np.float32(NOISE_FACTOR) * scene.noise)
    if level.shift_px != (0.0, 0.0):
        threshold = threshold + np.float32(LEFT_OVER_PX) * _slope(scene.grey)
    changed = bool(np.count_nonzero(np.abs(difference) > threshold) > CHANGED_SHARE * difference.size)
    return Contrast(difference, threshold, level.shift_px, changed)


def _slope(grey: Field) -> Field:
    """Grey levels a pixel (height, width), along the steeper axis."""
    along = [np.abs(cv2.Sobel(grey, cv2.CV_32F, *axes, scale=1 / 8)) for axes in ((1, 0), (0, 1))]
    return np.asarray(np.maximum(*along), dtype=np.float32)


def _filled(level: Levelled, scene: Field) -> Field:
    """A levelled sample, with the scene where it shows nothing."""
    return level.grey if level.shown is None else np.where(level.shown, level.grey, scene)


def patched(scene: ThermalScene, other: ThermalScene, *, where: NDArray[np.bool_]) -> ThermalScene:
    """A scene with another one's content at some pixels (height, width)."""
    grey = np.where(where, other.grey, scene.grey)
    noise = np.where(where, other.noise, scene.noise)
    reference = reference_of(grey, deviation=scene.reference.deviation)
    return ThermalScene(reference, noise, scene.centre_utc_ns)


def _without_known(samples: Sequence[Field], free: Sequence[NDArray[np.uint8]]) -> list[Field]:
    """Samples with each pixel that is known to show somebody taken from the nearest sample that does not."""
    clear = np.stack(free) > 0
    places = np.arange(len(clear))[:, None, None]
    before = np.maximum.accumulate(np.where(clear, places, -1), axis=0)
    after = np.minimum.accumulate(np.where(clear, places, len(clear))[::-1], axis=0)[::-1]
    earlier, later = before >= 0, after < len(clear)
    nearer = earlier & (~later | (places - before <= after - places))
    source = np.where(nearer, before, np.where(later, after, places))
    return list(np.take_along_axis(np.stack(samples), source, axis=0))


def _rough(samples: Sequence[Field]) -> Field:
    """A first scene to fit levels to: the median of a few samples, each moved to the usual brightness."""
    few = samples[:: -(-len(samples) // ROUGH_SAMPLES)]
    middles = [np.float32(np.median(sample[::OWN_STRIDE, ::OWN_STRIDE])) for sample in few]
    level = np.stack([sample - middle for sample, middle in zip(few, middles, strict=True)])
    return np.asarray(np.median(level, axis=0) + np.median(middles), dtype=np.float32)


def _usual_spread(stack: Field) -> float:
    """Standard deviation (robust) of a usual pixel about its middle."""
    some = stack[:, ::OWN_STRIDE, ::OWN_STRIDE]
    return _DEVIATION_PER_MEDIAN * float(np.median(np.abs(some - np.median(some, axis=0))))


def _noise(stack: Field, scene: Field, *, lag: int) -> Field:
    """Each pixel's own noise (height, width), where bodies pass too.

    The smaller of two spreads: about the scene, which somebody who stands there swells, and from one sample
    to another, which a slow drift does not. It is never less than the usual spread of all pixels, which holds
    the drift; and smoothed, because few samples say little about one pixel. Every second row and column is
    asked.
    """
    some = stack[:, ::2, ::2]
    about = _DEVIATION_PER_MEDIAN * np.median(np.abs(some - scene[::2, ::2]), axis=0)
    steps = about
    if len(some) > lag:
        steps = _DEVIATION_PER_MEDIAN * np.median(np.abs(some[lag:] - some[:-lag]), axis=0) / np.sqrt(2)
    own = cv2.resize(np.minimum(about, steps).astype(np.float32), (scene.shape[1], scene.shape[0]))
    return np.asarray(np.maximum(own, np.median(about)), dtype=np.float32)


@jit
def _most_frequent(stack: Field, width: float) -> Field:
    """Mean of the densest window of this width of each pixel's values (height, width)."""
    count, rows, columns = stack.shape
    found = np.empty((rows, columns), np.float32)
    for row in range(rows):
        for column in range(columns):
            values = np.sort(stack[:, row, column])
            first, most, best = 0, 0, 0
            for last in range(count):
                while values[last] - values[first] > width:
                    first += 1
                if last - first + 1 > most:
                    most, best = last - first + 1, first
            found[row, column] = values[best : best + most].mean()
    return found
