"""Do stated errors mean what they say? NEES of positions, its bounds, how often an ellipse holds the truth.

Method: Bar-Shalom, Li and Kirubarajan, Estimation with Applications to Tracking and Navigation, 2001, 5.4:
the squared error in units of its covariance has the mean of its dimension where the covariance is right.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from truceline.errors import InputError

Array = NDArray[np.float64]

ELLIPSE = 0.9
"""The ellipse of this probability is compared with how often it holds the truth."""

WITHIN = 0.95
"""The mean lies between its bounds with this probability where the covariance is right."""


@dataclass(frozen=True, slots=True)
class ConsistencyScores:
    """How well stated covariances held.

    Attributes:
        rows: Errors compared; all scores are NaN without any.
        independent: How many of them are taken as independent: the bounds rest on it.
        anees: Mean NEES; the dimension where errors are as stated, more where they are larger than stated.
        low: Bound on the mean, with ``high`` a 95 % interval, were the covariances right.
        held: Share of errors inside their 90 % ellipse.
    """

    rows: int
    independent: int
    anees: float
    low: float
    high: float
    held: float


def nees(errors: Array, covariances: Array) -> Array:
    """Normalised squared errors (n,) of errors (n, d) with stated covariances (n, d, d)."""
    scaled = np.linalg.solve(covariances, errors[..., None])[..., 0]
    return np.asarray(np.einsum("ni,ni->n", errors, scaled), dtype=np.float64)


def score_consistency(
    errors: Array, covariances: Array, *, independent: int | None = None
) -> ConsistencyScores:
    """Compare errors (n, d) with their stated covariances (n, d, d).

    Args:
        errors: Found minus true.
        covariances: As stated, positive definite.
        independent: How many errors count as independent; without it, all. Errors of one track in successive
            frames are anything but: give the number of tracks for bounds that are honest.

    Raises:
        InputError: Shapes do not agree, or a covariance cannot be inverted.
    """
    if errors.ndim != 2 or covariances.shape != (*errors.shape, errors.shape[1]):
        raise InputError(f"errors {errors.shape} do not fit covariances {covariances.shape}")
    rows, dimension = errors.shape
    count = rows if independent is None else independent
    if rows == 0 or count < 1:
        nothing = float("nan")
        return ConsistencyScores(rows, count, nothing, nothing, nothing, nothing)
    try:
        values = nees(errors, covariances)
    except np.linalg.LinAlgError as error:
        raise InputError("a stated covariance cannot be inverted") from error
    freedom = count * dimension
    return ConsistencyScores(
        rows=rows,
        independent=count,
        anees=float(values.mean()),
        low=float(chi2.ppf((1 - WITHIN) / 2, freedom)) / count,
        high=float(chi2.ppf((1 + WITHIN) / 2, freedom)) / count,
        held=float(np.mean(values <= chi2.ppf(ELLIPSE, dimension))),
    )
