"""The lens: straight image coordinates from distorted ones and back, and where its polynomial ends.

A radial polynomial describes a lens in the picture only. Farther out it turns back on itself, and a point far
beside the view would get a pixel inside it. Beyond that turning point both directions give NaN.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.records.site import Calibration, Distortion

Array = NDArray[np.float64]

_NEWTON_STEPS = 20
_NEWTON_CLOSE = 1e-12
_FLATTEST_SLOPE = 1e-6
_SMALLEST_RADIUS = 1e-300
_RETURNS = 1e-7
"""Largest error of a way back, on the normalised image plane: far below a thousandth of a pixel."""
_REAL = 1e-9
_FLATTEST = 1e3
"""A fold farther out than this on the normalised image plane (3.5 arc minutes beside the camera) is none."""


class _Fold(NamedTuple):
    """Where the polynomial turns back: the largest radius it takes, and the largest that it gives."""

    taken: float
    given: float


def undistort(calibration: Calibration, pixels: Array) -> Array:
    """Normalised, undistorted image coordinates (n, 2) from pixels (n, 2); NaN beyond the lens's fold.

    Method: Tsai's radial term is explicit in this direction; Brown's terms are inverted by Newton's method.
    """
    distorted: Array = (pixels - calibration.centre_px) / calibration.focal_px
    if _is_straight(calibration):
        return distorted
    if calibration.distortion is Distortion.TSAI:
        return _bounded(_radial(calibration, distorted), distorted, largest=_fold(calibration).taken)
    return _inverse(calibration, distorted)


def distort(calibration: Calibration, straight: Array) -> Array:
    """Pixels (n, 2) from normalised, undistorted image coordinates (n, 2); the inverse of ``undistort``."""
    distorted = straight
    if not _is_straight(calibration):
        if calibration.distortion is Distortion.TSAI:
            distorted = _inverse(calibration, straight)
        else:
            distorted = _bounded(_forward(calibration, straight), straight, largest=_fold(calibration).taken)
    return distorted * calibration.focal_px + calibration.centre_px


def straight_jacobian(calibration: Calibration, straight: Array, *, distorted: Array) -> Array:
    """Derivative (n, 2, 2) of straight coordinates by distorted ones, both on the normalised image plane."""
    if calibration.distortion is Distortion.TSAI:
        return _forward_jacobian(calibration, distorted)
    return _inverted(_forward_jacobian(calibration, straight))


def distorted_jacobian(calibration: Calibration, straight: Array) -> Array:
    """Derivative (n, 2, 2) of distorted coordinates by straight ones, for Brown's lens."""
    return _forward_jacobian(calibration, straight)


def straight_by_k1(calibration: Calibration, straight: Array, *, distorted: Array) -> Array:
    """Derivative (n, 2) of straight coordinates by k1, the pixel held fixed."""
    if calibration.distortion is Distortion.TSAI:
        explicit: Array = distorted * np.sum(distorted**2, axis=1, keepdims=True)
        return explicit
    stretched = straight * np.sum(straight**2, axis=1, keepdims=True)
    inverse = _inverted(_forward_jacobian(calibration, straight))
    return -np.asarray(np.einsum("nij,nj->ni", inverse, stretched))


def _is_straight(calibration: Calibration) -> bool:
    return not (calibration.k1 or calibration.k2 or calibration.k3 or calibration.p1 or calibration.p2)


def _radial(calibration: Calibration, points: Array) -> Array:
    radius2 = np.sum(points**2, axis=-1, keepdims=True)
    k1, k2, k3 = calibration.k1, calibration.k2, calibration.k3
    stretched: Array = points * (1.0 + radius2 * (k1 + radius2 * (k2 + radius2 * k3)))
    return stretched


def _forward(calibration: Calibration, points: Array) -> Array:
    """The explicit direction of the model, on the normalised image plane."""
    moved = _radial(calibration, points)
    if not (calibration.p1 or calibration.p2):
        return moved
    x, y = points[:, 0], points[:, 1]
    radius2 = x**2 + y**2
    p1, p2 = calibration.p1, calibration.p2
    aside = np.stack(
        [2 * p1 * x * y + p2 * (radius2 + 2 * x**2), p1 * (radius2 + 2 * y**2) + 2 * p2 * x * y], axis=1
    )
    tangential: Array = moved + aside
    return tangential


def _forward_jacobian(calibration: Calibration, points: Array) -> Array:
    """Derivative (n, 2, 2) of ``_forward``."""
    k1, k2, k3, p1, p2 = calibration.k1, calibration.k2, calibration.k3, calibration.p1, calibration.p2
    x, y = points[:, 0], points[:, 1]
    radius2 = x**2 + y**2
    scale = 1.0 + radius2 * (k1 + radius2 * (k2 + radius2 * k3))
    slope = 2.0 * (k1 + radius2 * (2 * k2 + radius2 * 3 * k3))
    mixed = slope * x * y + 2 * p1 * x + 2 * p2 * y
    jacobian = np.empty((len(points), 2, 2))
    jacobian[:, 0, 0] = scale + slope * x**2 + 2 * p1 * y + 6 * p2 * x
    jacobian[:, 1, 1] = scale + slope * y**2 + 6 * p1 * y + 2 * p2 * x
    jacobian[:, 0, 1] = jacobian[:, 1, 0] = mixed
    return jacobian


def _inverse(calibration: Calibration, wanted: Array) -> Array:
    """Points (n, 2) that ``_forward`` takes to ``wanted``, inside the fold; NaN where there are none."""
    points = _radial_inverse(calibration, wanted)
    if not (calibration.p1 or calibration.p2):
        return points
    # The tangential terms are small: the radial answer is a start from which Newton's method converges.
    for _ in range(_NEWTON_STEPS):
        short = _forward(calibration, points) - wanted
        if not np.any(np.abs(short) > _NEWTON_CLOSE):
            break
        points = points - np.einsum("nij,nj->ni", _inverted(_forward_jacobian(calibration, points)), short)
    missed = np.max(np.abs(_forward(calibration, points) - wanted), axis=1, initial=0.0)
    found: Array = np.where((missed < _RETURNS)[:, None], points, np.nan)
    return _bounded(found, found, largest=_fold(calibration).taken)


def _radial_inverse(calibration: Calibration, wanted: Array) -> Array:
    """The points (n, 2) whose radius the polynomial takes to that of ``wanted``."""
    fold = _fold(calibration)
    given = np.hypot(wanted[:, 0], wanted[:, 1])
    radius = _radii(given, fold.taken, (calibration.k1, calibration.k2, calibration.k3))
    reached = np.where(given <= fold.given, radius, np.nan)
    found: Array = wanted * (reached / np.maximum(given, _SMALLEST_RADIUS))[:, None]
    return found


@jit
def _radii(given: Array, largest: float, coefficients: tuple[float, float, float]) -> Array:  # noqa: PLR0917
    """The radii (n,), at most the largest, that the polynomial takes to the given ones (n,)."""
    k1, k2, k3 = coefficients
    radius = np.minimum(given, largest)
    for _ in range(_NEWTON_STEPS):
        settled = True
        for index in range(len(given)):
            square = radius[index] * radius[index]
            short = radius[index] * (1.0 + square * (k1 + square * (k2 + square * k3))) - given[index]
            slope = 1.0 + square * (3 * k1 + square * (5 * k2 + square * 7 * k3))
            # A step never leaves the stretch in which the polynomial grows.
            step = np.minimum(short / np.maximum(slope, _FLATTEST_SLOPE), radius[index])
            radius[index] = np.minimum(radius[index] - step, largest)
            settled = settled and not abs(step) > _NEWTON_CLOSE
        if settled:
            break
    return radius


def _bounded(moved: Array, points: Array, *, largest: float) -> Array:
    if np.isinf(largest):
        return moved
    radius = np.hypot(points[..., 0], points[..., 1])
    bounded: Array = np.where((radius <= largest)[..., None], moved, np.nan)
    return bounded


def _inverted(matrices: Array) -> Array:
    """Inverses of (n, 2, 2) matrices; infinite or NaN where there is none, never an error."""
    (a, b), (c, d) = np.moveaxis(matrices, 0, -1)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse: Array = np.array([[d, -b], [-c, a]]) / (a * d - b * c)
    return np.moveaxis(inverse, -1, 0)


def _fold(calibration: Calibration) -> _Fold:
    return _fold_of((calibration.k1, calibration.k2, calibration.k3))


@lru_cache(maxsize=256)
def _fold_of(coefficients: tuple[float, float, float]) -> _Fold:
    """First radius at which r (1 + k1 r^2 + k2 r^4 + k3 r^6) stops growing; infinite when it never does."""
    k1, k2, k3 = coefficients
    if k1 >= 0 and k2 >= 0 and k3 >= 0:
        return _Fold(float("inf"), float("inf"))
    # In the inverse of the squared radius the leading coefficient is 1: tiny coefficients do no harm.
    roots = np.roots([1.0, 3 * k1, 5 * k2, 7 * k3])
    inverses = [float(root.real) for root in roots if abs(root.imag) < _REAL and root.real > _FLATTEST**-2]
    if not inverses:
        return _Fold(float("inf"), float("inf"))
    radius = float(max(inverses)) ** -0.5
    given = radius * (1 + k1 * radius**2 + k2 * radius**4 + k3 * radius**6)
    return _Fold(radius, given)
