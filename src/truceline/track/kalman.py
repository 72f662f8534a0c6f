"""Constant velocity with white acceleration in the plane: the tracker's filter, compiled.

The tracker's state: east, north, east velocity, north velocity. See ``smooth`` for the smoother.
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Array = NDArray[np.float64]

HELD_S = 1 / 7
"""How long an acceleration lasts; the strengths of ``smooth.Motion`` were found on footage of 7 Hz."""


@jit
def transition(step_s: float) -> Array:
    """(4, 4) transition over ``step_s`` seconds."""
    matrix = np.eye(4)
    matrix[0, 2] = step_s
    matrix[1, 3] = step_s
    return matrix


@jit
def process_noise(step_s: float, acceleration: float) -> Array:
    """(4, 4) covariance gathered over a step from white acceleration; the same at any frame rate.

    Its density is that of an acceleration of standard deviation ``acceleration`` that lasts ``HELD_S``.
    """
    density = acceleration * acceleration * HELD_S
    matrix = np.zeros((4, 4))
    for axis in range(2):
        matrix[axis, axis] = density * step_s**3 / 3
        matrix[axis, axis + 2] = density * step_s**2 / 2
        matrix[axis + 2, axis] = density * step_s**2 / 2
        matrix[axis + 2, axis + 2] = density * step_s
    return matrix


@jit
def update(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    mean: Array, covariance: Array, position: Array, noise: Array
) -> tuple[Array, Array]:
    """Mean (4,) and covariance (4, 4) after a measured position (2,) with covariance (2, 2) (Joseph form)."""
    innovation = covariance[:2, :2] + noise
    determinant = innovation[0, 0] * innovation[1, 1] - innovation[0, 1] * innovation[1, 0]
    inverse = np.empty((2, 2))
    inverse[0, 0] = innovation[1, 1] / determinant
    inverse[1, 1] = innovation[0, 0] / determinant
    inverse[0, 1] = -innovation[0, 1] / determinant
    inverse[1, 0] = -innovation[1, 0] / determinant
    gain = covariance[:, :2].copy() @ inverse
    moved = mean + gain @ (position - mean[:2])
    keep = np.eye(4)
    keep[:, :2] -= gain
    shrunk = keep @ covariance @ keep.T + gain @ noise @ gain.T
    return moved, (shrunk + shrunk.T) / 2


@jit
def surprise(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    mean: Array, covariance: Array, position: Array, noise: Array
) -> float:
    """Squared Mahalanobis distance of a measured position (2,), covariance (2, 2), from what is expected."""
    innovation = covariance[:2, :2] + noise
    determinant = innovation[0, 0] * innovation[1, 1] - innovation[0, 1] * innovation[1, 0]
    east, north = position[0] - mean[0], position[1] - mean[1]
    across = (innovation[0, 1] + innovation[1, 0]) * east * north
    return float((innovation[1, 1] * east * east - across + innovation[0, 0] * north * north) / determinant)
