"""Blunders: points that no camera explains together with most of the others, several of them at once.

Two gross mistakes hide one another: leave one out, and the other still bends the fit and swells the errors
that it is measured in. So a camera is looked for that fits three quarters of the points, whichever they are,
and the rest is measured against that one.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_bias_jacobian, pixel_from_site
from truceline.records.site import Calibration
from truceline.records.surveyed_points import SurveyedPoints
from truceline.survey.cameras.from_points.fit import Fit, Priors, fit_camera, pixel_sigma

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

CONTRADICTS_SIGMAS = 5.3
"""A point that the others put farther off than this contradicts them: one in a million does so by chance
(two dimensions: exp(-5.3^2 / 2))."""

FEWEST = 8
"""Of fewer points a quarter is one, and leaving each out in turn finds that one."""

MOST_SHARE = 4
"""At most one point in so many may be a blunder; of a survey that is worse nothing is believed."""

_STARTS, _START_POINTS = 40, 5
_SHORT, _LONG = 8, 60
_FINALISTS, _MOST_ROUNDS = 4, 10
_SEED = 20_060


def contradicting(fit: Fit, points: SurveyedPoints, *, priors: Priors) -> tuple[Rows, Fit]:
    """Rows of the points that contradict the others, worst first, and the fit to those that do not.

    Method: least trimmed squares with concentration steps from random fives (Rousseeuw and Van Driessen,
    FAST-LTS, 2006), then a forward search: the nearest point that was left out comes back as long as it is
    within ``CONTRADICTS_SIGMAS`` of where the others put it, in errors of the points, of that fit, and of how
    badly the points agree (corrected for having chosen the best of them).
    """
    count = len(points)
    if count < FEWEST:
        return np.zeros(0, dtype=np.intp), fit
    kept = _core(fit.calibration, points, most=count - count // MOST_SHARE, priors=priors)
    while True:
        found = _fit(fit.calibration, points, rows=kept, priors=priors)
        left = np.setdiff1d(np.arange(count), kept)
        if not len(left):
            return left, found
        away = sigmas_off(found, points, rows=left, share=len(kept) / count)
        if float(np.min(away)) > CONTRADICTS_SIGMAS:
            return left[np.argsort(-away)], found
        kept = np.sort(np.append(kept, left[int(np.argmin(away))]))


def sigmas_off(fit: Fit, points: SurveyedPoints, *, rows: Rows, share: float = 1.0) -> Array:
    """How many standard deviations (k,) some points are from where a fit made without them puts them.

    Args:
        fit: Made without these points.
        points: All points.
        rows: (k,) which of them.
        share: What share of all points the fit was made from, the best of them.
    """
    calibration, places = fit.calibration, points.places_enu_m[rows]
    missed = pixel_from_site(calibration, places) - points.pixels[rows]
    scale2 = max(1.0, fit.misfit2 / _share_of_variance(share))
    by_parameter = pixel_bias_jacobian(calibration, places)
    spread = by_parameter @ (calibration.covariance / fit.scale**2) @ np.swapaxes(by_parameter, 1, 2)
    covariance = (spread + pixel_sigma(calibration, points)[rows]) * scale2
    away = np.full(len(rows), np.inf)
    seen = np.isfinite(missed).all(axis=1) & np.isfinite(covariance).all(axis=(1, 2))
    inverse = np.linalg.inv(covariance[seen])
    away[seen] = np.sqrt(np.einsum("ni,nij,nj->n", missed[seen], inverse, missed[seen]))
    return away


def _share_of_variance(share: float) -> float:
    """What is left of the variance of two normal dimensions in the best ``share`` of points.

    Their squared lengths are exponential with mean 2; cut off at the quantile q = -2 ln(1 - share) their mean
    is 2 - q (1 - share) / share.
    """
    if share >= 1.0:
        return 1.0
    return 1.0 + math.log(1.0 - share) * (1.0 - share) / share


def _core(start: Calibration, points: SurveyedPoints, *, most: int, priors: Priors) -> Rows:
    """Rows (most,) of the points that agree best with one camera."""
    random = np.random.default_rng(_SEED)
    starts = [np.arange(len(points))]
    starts += [random.choice(len(points), _START_POINTS, replace=False) for _ in range(_STARTS)]
    found = []
    for rows in starts:
        best = rows
        for _ in range(3):
            best, cost = _nearest(
                _fit(start, points, rows=best, priors=priors, steps=_SHORT), points, most=most
            )
        found.append((cost, best))
    finalists = sorted(found, key=lambda one: one[0])[:_FINALISTS]
    finished = [_settled(start, points, rows=rows, most=most, priors=priors) for _, rows in finalists]
    return min(finished, key=lambda one: one[0])[1]


def _settled(
    start: Calibration, points: SurveyedPoints, *, rows: Rows, most: int, priors: Priors
) -> tuple[float, Rows]:
    """Concentration steps until the same points stay the nearest."""
    cost = float("inf")
    for _ in range(_MOST_ROUNDS):
        fit = _fit(start, points, rows=rows, priors=priors, steps=_LONG)
        nearest, cost = _nearest(fit, points, most=most)
        if np.array_equal(nearest, rows):
            break
        rows = nearest
    return cost, rows


def _nearest(fit: Fit, points: SurveyedPoints, *, most: int) -> tuple[Rows, float]:
    """The ``most`` rows nearest to a camera, and the sum of their squares."""
    missed = pixel_from_site(fit.calibration, points.places_enu_m) - points.pixels
    covariance = pixel_sigma(fit.calibration, points)
    squares = np.full(len(points), np.inf)
    seen = np.isfinite(missed).all(axis=1)
    inverse = np.linalg.inv(covariance[seen])
    squares[seen] = np.einsum("ni,nij,nj->n", missed[seen], inverse, missed[seen])
    nearest = np.sort(np.argsort(squares, kind="stable")[:most])
    return nearest, float(np.sum(squares[nearest]))


def _fit(
    start: Calibration, points: SurveyedPoints, *, rows: Rows, priors: Priors, steps: int = _LONG * 3
) -> Fit:
    others = np.setdiff1d(np.arange(len(points)), rows)
    beginning = replace(start, covariance=np.zeros_like(start.covariance))
    return fit_camera(beginning, points.without(*others.tolist()), priors=priors, steps=steps)
