"""A frame brought to the level of its scene: gain, offset, the slow drift of a thermal sensor, a small knock.

A thermal camera sets its gain and level by itself, drifts smoothly between two closings of its shutter, and
is knocked by wind. None of that is something that moves. All of it is fitted and taken out, robustly, so that
a subject that fills a part of the picture does not pull the fit.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Field = NDArray[np.float32]

FIT_PIXELS = 2000
FIT_ROUNDS = 6
SETTLED = 0.05
"""Grey levels: a fit that moves no pixel by more than this has settled."""
KEPT_DEVIATIONS = 2.5
"""A pixel further from the fit than this (robust standard deviations of all pixels) shows something else."""
DRIFT_PULL = 1e-3
"""Pull of the surface towards none, a share of the pixels. The gain is pulled towards 1 by the variance of
the noise: where the scene is flat, gain and offset explain it equally well, and the offset is the truer."""
SHIFT_PULL = 0.1
"""Pull of the shift towards none, a share of the noise's variance: a scene without edges tells no shift."""
QUANTISATION = 0.5
"""Largest rounding error of an 8-bit value: no spread is taken as smaller."""

WHITE = 255.0
CLEARLY = 0.1
"""A coarse shift or the other polarity is believed when frame and scene correlate by so much more then."""

LARGEST_GAIN = 4.0
"""A fit with a gain above this, or below its inverse, is of another scene."""
FAR_WORSE = 2.0
LEAST_LIKENESS = 0.5
"""And so is one that deviates by so many times the usual while frame and scene correlate by less than this.
A scene without structure correlates with nothing, but then its frames deviate by no more than usual."""

REGISTER_WIDTH_PX = 384
"""Wider pictures are reduced before they are registered: a tenth of a pixel is still told."""
REGISTER_BLUR_PX = 6.0
REGISTER_CLIP = 3.0
LEAST_RESPONSE = 0.05
"""Peak of the phase correlation (0 to 1): below this it is noise. The fit that follows decides."""
WORSE_THAN_USUAL = 1.3
"""A frame that deviates from the scene by so many times the usual may be shifted by more than a pixel."""
SHIFT_ROUNDS = 3
SMALLEST_SHIFT_PX = 0.15
"""A smaller shift is taken for noise: moving a picture by less blurs it for nothing."""
LARGEST_SHIFT_SHARE = 0.12
"""A camera knocked by more of the picture's smaller side than this is not put back."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A scene prepared for frames to be levelled against it: see ``reference_of``.

    Attributes:
        grey: (height, width) float32 the scene.
        structure: Its fine structure, reduced.
        deviation: Usual standard deviation of a levelled frame about the scene, grey levels; None while it
            is not known.
        terms: (n, 9) the scene, a quadratic surface, and the scene's slope to the left and upwards, at pixels
            spread over the picture.
    """

    grey: Field
    structure: Field
    deviation: float | None
    terms: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Levelled:
    """A frame as the scene's own level would show it.

    Attributes:
        grey: (height, width) float32, the frame moved onto the scene and brought to its level.
        shown: (height, width) whether the frame shows that pixel of the scene at all; None: it shows all.
        shift_px: By how much the frame lies to the right of and below the scene (x, y).
        gain: Of the frame against the scene; ``offset`` the drift in the picture's middle, grey levels.
    """

    grey: Field
    shown: NDArray[np.bool_] | None
    shift_px: tuple[float, float]
    gain: float
    offset: float


def reference_of(scene: Field, *, deviation: float | None = None) -> Reference:
    """A scene (height, width) float32, prepared; ``deviation`` as in ``Reference``."""
    spread = _spread(scene.shape)
    down, right = np.meshgrid(
        *(np.linspace(-1, 1, size)[some] for size, some in zip(scene.shape, spread, strict=True)),
        indexing="ij",
    )
    surface = [np.ones_like(right), right, down, right * right, right * down, down * down]
    slopes = [-cv2.Sobel(scene, cv2.CV_32F, *axes, scale=1 / 8)[spread] for axes in ((1, 0), (0, 1))]
    terms = np.stack([scene[spread], *surface, *slopes], axis=-1).astype(np.float64)
    return Reference(scene, _structure(scene), deviation, terms.reshape(-1, 9))


def levelled(grey: Field, reference: Reference) -> Levelled | None:
    """The frame (height, width) at the level of the scene, or None where it shows another scene.

    1. ``frame = gain · scene + quadratic surface - shift · slope of the scene`` by least squares with
       rejection; the shift part is Lucas and Kanade's (1981). It is right below a pixel, where the fixed
       pattern of a thermal sensor, which never moves, holds the phase correlation back.
    2. Where that leaves more than is usual: the other polarity (white-hot or black-hot, somebody switched);
       then a coarse shift by phase correlation (Kuglin and Hines 1975) of the clipped fine structure.
    3. A frame that is shifted is moved back and fitted again.

    A surface of second order follows a lens and a housing that warm up and cannot follow a subject.
    """
    # (1)
    fit = _fit(grey, reference, shown=None)
    # (2)
    if fit.likeness < LEAST_LIKENESS and _is_worse(fit, reference, times=FAR_WORSE):
        negative = np.asarray(WHITE - grey, dtype=np.float32)
        turned = _fit(negative, reference, shown=None)
        if turned.likeness > max(fit.likeness + CLEARLY, LEAST_LIKENESS):
            grey, fit = negative, turned
    shift, moved, shown = (0.0, 0.0), grey, None
    if _is_worse(fit, reference, times=WORSE_THAN_USUAL):
        coarse = _coarse_shift(reference, grey)
        moved_far, shown_far = _moved_back(grey, coarse)
        far = _fit(moved_far, reference, shown=shown_far)
        if far.likeness > max(fit.likeness + CLEARLY, LEAST_LIKENESS):
            fit, shift, moved, shown = far, coarse, moved_far, shown_far
    # (3)
    for _ in range(SHIFT_ROUNDS):
        if max(abs(fit.shift_px[0]), abs(fit.shift_px[1])) < SMALLEST_SHIFT_PX:
            break
        shift = (shift[0] + fit.shift_px[0], shift[1] + fit.shift_px[1])
        moved, shown = _moved_back(grey, shift)
        fit = _fit(moved, reference, shown=shown)
    too_far = max(abs(shift[0]), abs(shift[1])) > LARGEST_SHIFT_SHARE * min(grey.shape)
    if too_far or not 1 / LARGEST_GAIN <= fit.gain <= LARGEST_GAIN:
        return None
    known = reference.deviation is not None
    if known and fit.likeness < LEAST_LIKENESS and _is_worse(fit, reference, times=FAR_WORSE):
        return None
    return Levelled(_without(moved, fit.gain, fit.surface), shown, shift, fit.gain, float(fit.surface[0]))


def _is_worse(fit: "_Fit", reference: Reference, *, times: float) -> bool:
    """Whether the frame deviates from the scene by so many times the usual; always where unknown."""
    usual = (reference.deviation or 0.0) + QUANTISATION
    return reference.deviation is None or fit.deviation > times * usual * max(fit.gain, 0.0)


def _coarse_shift(reference: Reference, grey: Field) -> tuple[float, float]:
    """By how much ``grey`` lies to the right of and below the scene, pixels; zeros below one, or unsure."""
    structure = _structure(grey)
    height, width = structure.shape
    # OpenCV multiplies the window into its arguments where their size suits its transform: it gets copies.
    ours, window = reference.structure.copy(), _window(width, height).copy()
    (right, down), response = cv2.phaseCorrelate(ours, structure, window)
    right, down = right * grey.shape[1] / width, down * grey.shape[0] / height
    if response < LEAST_RESPONSE or max(abs(right), abs(down)) < 1:
        return 0.0, 0.0
    return float(right), float(down)


@lru_cache(maxsize=8)
def _window(width: int, height: int) -> Field:
    return np.asarray(cv2.createHanningWindow((width, height), cv2.CV_32F), dtype=np.float32)


def _structure(grey: Field) -> Field:
    """Fine structure, clipped so that a hot subject weighs no more than a twig."""
    height, width = grey.shape
    if width > REGISTER_WIDTH_PX:
        size = (REGISTER_WIDTH_PX, max(8, round(REGISTER_WIDTH_PX * height / width)))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    detail = grey - cv2.GaussianBlur(grey, (0, 0), REGISTER_BLUR_PX)
    limit = REGISTER_CLIP * float(np.median(np.abs(detail[::2, ::2]))) + QUANTISATION
    return np.asarray(np.clip(detail, -limit, limit), dtype=np.float32)


def _moved_back(grey: Field, shift: tuple[float, float]) -> tuple[Field, NDArray[np.bool_] | None]:
    """The frame moved onto the scene, and which pixels of the scene it shows (None: all of them)."""
    if shift == (0.0, 0.0):
        return grey, None
    matrix = np.array([[1.0, 0.0, -shift[0]], [0.0, 1.0, -shift[1]]])
    size = (grey.shape[1], grey.shape[0])
    moved = cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.ones_like(grey), matrix, size, flags=cv2.INTER_LINEAR)
    # One pixel less: the outermost rows of many sensors are not picture.
    shown = cv2.erode((inside > 1 - 1e-3).astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1)
    return np.asarray(moved, dtype=np.float32), np.asarray(shown, dtype=np.bool_)


def _spread(shape: tuple[int, ...]) -> tuple[slice, slice]:
    stride = max(1, int(np.sqrt(shape[0] * shape[1] / FIT_PIXELS)))
    return slice(stride // 2, None, stride), slice(stride // 2, None, stride)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """Gain, the surface's six coefficients, the shift, and how well frame and scene agree where kept."""

    gain: float
    surface: NDArray[np.float64]
    shift_px: tuple[float, float]
    deviation: float
    likeness: float


def _fit(grey: Field, reference: Reference, *, shown: NDArray[np.bool_] | None) -> _Fit:
    spread = _spread(grey.shape)
    values = grey[spread].reshape(-1).astype(np.float64)
    terms = reference.terms
    if shown is not None:
        inside = shown[spread].reshape(-1)
        values, terms = values[inside], terms[inside]
    found = np.zeros(9)
    found[:2] = 1.0, float(np.median(values - terms[:, 0]))
    pull = np.array([0.0, 0.0, *[DRIFT_PULL] * 5, 0.0, 0.0])
    towards = np.array([1.0, 0, 0, 0, 0, 0, 0, 0, 0])
    deviation = 0.0
    for _ in range(FIT_ROUNDS):
        residual = values - terms @ found
        residual -= np.median(residual)
        deviation = 1.4826 * float(np.median(np.abs(residual))) + QUANTISATION
        kept = np.abs(residual) <= KEPT_DEVIATIONS * deviation
        pull[[0, 7, 8]] = deviation**2 * np.array([1.0, *[SHIFT_PULL] * 2])
        weight = pull * np.count_nonzero(kept)
        normal = terms[kept].T @ terms[kept] + np.diag(weight + 1e-9)
        before = found
        found = np.linalg.solve(normal, terms[kept].T @ values[kept] + weight * towards)
        if np.max(np.abs(terms @ (found - before))) < SETTLED:
            break
    shift = (float(found[7] / found[0]), float(found[8] / found[0])) if found[0] else (0.0, 0.0)
    likeness = _correlation(values[kept] - terms[kept, 1:7] @ found[1:7], terms[kept, 0])
    return _Fit(float(found[0]), found[1:7], shift, deviation, likeness)


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """-1 to 1; 0 where one of them does not vary."""
    spread = float(np.std(one) * np.std(other))
    return float(np.mean((one - one.mean()) * (other - other.mean()))) / spread if spread else 0.0


@jit
def _without(grey: Field, gain: float, surface: NDArray[np.float64]) -> Field:  # noqa: PLR0917 - compiled
    """The frame without gain and surface: ``(grey - surface) / gain``."""
    height, width = grey.shape
    found = np.empty((height, width), np.float32)
    for row in range(height):
        down = 2.0 * row / max(height - 1, 1) - 1.0
        constant = surface[0] + surface[2] * down + surface[5] * down * down
        slope = surface[1] + surface[4] * down
        for column in range(width):
            right = 2.0 * column / max(width - 1, 1) - 1.0
            drift = constant + (slope + surface[3] * right) * right
            found[row, column] = (grey[row, column] - drift) / gain
    return found
