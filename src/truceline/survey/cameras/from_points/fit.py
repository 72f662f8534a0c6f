"""The fit: the camera that sees surveyed points where they were marked, and its parameters' covariance."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import (
    perturbed,
    pixel_bias_jacobian,
    pixel_from_site,
    pixel_place_jacobian,
)
from truceline.records.site import CALIBRATION_PARAMETERS, Calibration
from truceline.records.surveyed_points import SurveyedPoints

Array = NDArray[np.float64]

HUBER = 2.0
"""Beyond so many of its own standard deviations (2 px where one is a pixel) a point counts less."""

_STEPS = 200
_SMALL_STEP = 1e-6
_MOST_DAMPING = 1e12
_SIZE = len(CALIBRATION_PARAMETERS)
_POSITION = slice(7, 10)


@dataclass(frozen=True, slots=True, eq=False)
class Priors:
    """What is known of the camera beside the points: a mean and a standard deviation for some parameters.

    Attributes:
        focal_px: Focal length along v; ``focal_sigma`` is that of its logarithm.
        centre_px: (2,) principal point, with ``centre_sigma_px``.
        k1_sigma: About 0.
        position_enu_m: (3,) place of the camera; ``position_sigma_m`` (3,) may be infinite: not known.
        aspect: Focal length along u over that along v, taken as exact.
    """

    focal_px: float
    focal_sigma: float
    centre_px: Array
    centre_sigma_px: float
    k1_sigma: float
    position_enu_m: Array
    position_sigma_m: Array
    aspect: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted calibration; ``scale`` (>= 1) is the s by which the points' stated errors were too small.

    ``misfit2`` is chi^2 over the degrees of freedom, of which ``scale`` is the root where it exceeds 1.
    """

    calibration: Calibration
    scale: float
    cost: float
    misfit2: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class _Linear:
    """The problem around one calibration, everything in standard deviations."""

    residuals: Array
    jacobian: Array
    prior_residuals: Array
    prior_jacobian: Array


def fit_camera(start: Calibration, points: SurveyedPoints, *, priors: Priors, steps: int = _STEPS) -> Fit:
    """The camera that agrees best with points and priors, from a start that sees all points in front of it.

    Method: Levenberg's and Marquardt's, on rotations by small turns, with Huber's loss on each point
    (iteratively reweighted). The survey's error enters through its pixels: sigma_px^2 + J sigma_m^2 J'.
    The covariance is s^2 (J' W J + prior)^-1 with s^2 = max(1, chi^2 / degrees of freedom).
    """
    calibration, damping = start, 1e-3
    cost = _cost(calibration, points, priors=priors)
    for _ in range(steps):
        linear = _linear(calibration, points, priors=priors)
        normal, slope = _normal_equations(linear)
        moved, better = calibration, cost
        while damping < _MOST_DAMPING:
            damped = normal + damping * np.diag(np.diag(normal))
            step: Array = np.asarray(-np.linalg.solve(damped, slope), dtype=np.float64)
            moved = perturbed(calibration, step)
            better = _cost(moved, points, priors=priors)
            if better <= cost:
                break
            damping *= 10.0
        else:
            break
        small = float(step @ normal @ step) < _SMALL_STEP**2
        calibration, cost, damping = moved, better, max(damping / 10.0, 1e-12)
        if small:
            break
    return _finished(calibration, points, priors=priors, cost=cost)


def _finished(calibration: Calibration, points: SurveyedPoints, *, priors: Priors, cost: float) -> Fit:
    linear = _linear(calibration, points, priors=priors)
    normal, _ = _normal_equations(linear)
    # Without the robust weights: a point that is off speaks for the errors of the others too.
    chi2 = float(np.sum(linear.residuals**2) + np.sum(linear.prior_residuals**2))
    freedom = 2 * len(points) + len(linear.prior_residuals) - _SIZE
    misfit2 = chi2 / freedom if freedom > 0 else 1.0
    scale2 = max(1.0, misfit2)
    covariance = scale2 * np.linalg.inv(normal)
    fitted = replace(calibration, covariance=(covariance + covariance.T) / 2)
    return Fit(fitted, float(np.sqrt(scale2)), cost, misfit2)


def pixel_sigma(calibration: Calibration, points: SurveyedPoints) -> Array:
    """Covariance (n, 2, 2) of each point's residual from marking and survey, square pixels."""
    by_place = pixel_place_jacobian(calibration, points.places_enu_m)
    surveyed = by_place @ np.swapaxes(by_place, 1, 2) * points.sigma_m[:, None, None] ** 2
    covariance: Array = surveyed + np.eye(2) * points.sigma_px[:, None, None] ** 2
    return covariance


def _linear(calibration: Calibration, points: SurveyedPoints, *, priors: Priors) -> _Linear:
    missed = pixel_from_site(calibration, points.places_enu_m) - points.pixels
    root = np.linalg.cholesky(pixel_sigma(calibration, points))
    whitened = np.linalg.solve(root, missed[:, :, None])[:, :, 0]
    jacobian = np.linalg.solve(root, pixel_bias_jacobian(calibration, points.places_enu_m))
    return _Linear(whitened, jacobian, *_prior(calibration, priors))


def _prior(calibration: Calibration, priors: Priors) -> tuple[Array, Array]:
    """Residuals (m,) and derivative (m, 10) of what is known beside the points."""
    known = np.concatenate([[0.0], calibration.centre_px - priors.centre_px, [calibration.k1], np.zeros(3)])
    known[0] = np.log(calibration.focal_px[1] / priors.focal_px)
    offsets = np.concatenate([known, calibration.position_enu_m - priors.position_enu_m])
    sigmas = np.full(_SIZE, np.inf)
    sigmas[0], sigmas[1:3], sigmas[3] = priors.focal_sigma, priors.centre_sigma_px, priors.k1_sigma
    sigmas[_POSITION] = priors.position_sigma_m
    held = np.isfinite(sigmas)
    return offsets[held] / sigmas[held], np.diag(1.0 / sigmas)[held]


def _normal_equations(linear: _Linear) -> tuple[Array, Array]:
    weights = np.repeat(_weights(linear.residuals), 2)
    jacobian = linear.jacobian.reshape(-1, _SIZE)
    normal = jacobian.T @ (jacobian * weights[:, None]) + linear.prior_jacobian.T @ linear.prior_jacobian
    slope = (
        jacobian.T @ (weights * linear.residuals.ravel()) + linear.prior_jacobian.T @ linear.prior_residuals
    )
    return normal, slope


def _weights(residuals: Array) -> Array:
    length = np.linalg.norm(residuals, axis=1)
    weights: Array = np.minimum(1.0, HUBER / np.maximum(length, 1e-12))
    return weights


def _cost(calibration: Calibration, points: SurveyedPoints, *, priors: Priors) -> float:
    """Half the robust sum of squares; infinite where a point is not in front of the camera."""
    missed = pixel_from_site(calibration, points.places_enu_m) - points.pixels
    if not np.isfinite(missed).all():
        return float("inf")
    root = np.linalg.cholesky(pixel_sigma(calibration, points))
    length = np.linalg.norm(np.linalg.solve(root, missed[:, :, None])[:, :, 0], axis=1)
    loss = np.where(length <= HUBER, length**2 / 2, HUBER * (length - HUBER / 2))
    prior, _ = _prior(calibration, priors)
    return float(np.sum(loss) + np.sum(prior**2) / 2)
