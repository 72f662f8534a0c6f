"""The smoother: constant velocity plus an error of the foot that lasts, compiled.

State: east, north, east velocity, north velocity, and two standardised components of the foot's lasting
error (a first-order Gauss-Markov process). A fitted foot point is wrong in the same direction for about a
second (the gait, a shadow, an arm): taken as white, a second of frames would look more certain than it is.
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.track.kalman import HELD_S, process_noise

Array = NDArray[np.float64]

STATES = 6


@jit
def step_model(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    step_s: float, acceleration: float, memory_s: float
) -> tuple[Array, Array]:
    """Transition (6, 6) and process noise (6, 6) over ``step_s`` seconds."""
    matrix = np.eye(STATES)
    noise = np.zeros((STATES, STATES))
    kept = np.exp(-step_s / memory_s)
    noise[:4, :4] = process_noise(step_s, acceleration)
    for axis in range(2):
        matrix[axis, axis + 2] = step_s
        matrix[axis + 4, axis + 4] = kept
        noise[axis, axis] += 1e-10
        noise[axis + 2, axis + 2] += 1e-10
        noise[axis + 4, axis + 4] = 1 - kept * kept + 1e-12
    return matrix, noise


@jit
def smoothed(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    steps_s: Array, positions: Array, noises: Array, accelerations: Array, constants: Array
) -> tuple[Array, Array, Array]:
    """Smoothed means (n, 6), covariances (n, 6, 6) and backward gains (n, 6, 6).

    Args:
        steps_s: (n,) seconds since the row before; the first is not used.
        positions: (n, 2), NaN where nothing was measured.
        noises: (n, 2, 2) whole covariance of the measured positions.
        accelerations: (n,) standard deviation of the acceleration over the step that leads to each row.
        constants: first position's and first speed's standard deviation, share of the lasting error in the
            measurement's variance, and its memory in seconds.

    Method: Kalman filter (Joseph form) and Rauch-Tung-Striebel smoother. The gain of row k carries row k + 1
    back: x_k | x_(k+1) has mean m_k + G_k (x_(k+1) - m_(k+1)) and covariance P_k - G_k P_(k+1) G_k', m and P
    smoothed.
    """
    rows = len(positions)
    means = np.zeros((rows, STATES))
    covariances = np.zeros((rows, STATES, STATES))
    ahead_means = np.zeros((rows, STATES))
    ahead_covariances = np.zeros((rows, STATES, STATES))
    mean = np.zeros(STATES)
    mean[:2] = positions[0]
    covariance = np.eye(STATES)
    covariance[0, 0] = covariance[1, 1] = constants[0] ** 2
    covariance[2, 2] = covariance[3, 3] = constants[1] ** 2
    for row in range(rows):
        if row > 0:
            matrix, noise = step_model(steps_s[row], accelerations[row], constants[3])
            mean = matrix @ mean
            covariance = matrix @ covariance @ matrix.T + noise
        ahead_means[row] = mean
        ahead_covariances[row] = covariance
        if not np.isnan(positions[row, 0]):
            mean, covariance = _updated(mean, covariance, positions[row], noises[row], constants[2])
        means[row] = mean
        covariances[row] = covariance
    gains = np.zeros((rows, STATES, STATES))
    for row in range(rows - 2, -1, -1):
        matrix, noise = step_model(steps_s[row + 1], accelerations[row + 1], constants[3])
        gain = covariances[row] @ matrix.T @ np.linalg.inv(ahead_covariances[row + 1])
        gains[row] = gain
        means[row] += gain @ (means[row + 1] - ahead_means[row + 1])
        change = covariances[row + 1] - ahead_covariances[row + 1]
        covariance = covariances[row] + gain @ change @ gain.T
        covariances[row] = (covariance + covariance.T) / 2
    return means, covariances, gains


@jit
def squared_jumps(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    steps_s: Array, means: Array, covariances: Array, gains: Array, memory_s: float
) -> Array:
    """Expected squared length (n,) of each step in standard deviations at unit acceleration; first 0.

    Args:
        steps_s: (n,) seconds since the row before.
        means: (n, 6), as ``smoothed`` gives them.
        covariances: (n, 6, 6), as ``smoothed`` gives them.
        gains: (n, 6, 6), as ``smoothed`` gives them.
        memory_s: Of the foot's lasting error.
    """
    squares = np.zeros(len(steps_s))
    for row in range(1, len(steps_s)):
        step = steps_s[row]
        matrix = step_model(step, 1.0, memory_s)[0]
        jump = means[row] - matrix @ means[row - 1]
        cross = covariances[row] @ gains[row - 1].T @ matrix.T
        spread = covariances[row] + matrix @ covariances[row - 1] @ matrix.T - cross - cross.T
        for axis in range(2):
            place = spread[axis, axis] + jump[axis] * jump[axis]
            speed = spread[axis + 2, axis + 2] + jump[axis + 2] * jump[axis + 2]
            both = spread[axis, axis + 2] + spread[axis + 2, axis] + 2 * jump[axis] * jump[axis + 2]
            squares[row] += (12 / step**3 * place - 6 / step**2 * both + 4 / step * speed) / HELD_S
    return squares


@jit
def _updated(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    mean: Array, covariance: Array, position: Array, noise: Array, lasting: float
) -> tuple[Array, Array]:
    root = np.linalg.cholesky(noise * lasting)
    measure = np.zeros((2, STATES))
    measure[0, 0] = measure[1, 1] = 1.0
    measure[:, 4:] = root
    white = noise * (1 - lasting)
    gain = covariance @ measure.T @ np.linalg.inv(measure @ covariance @ measure.T + white)
    keep = np.eye(STATES) - gain @ measure
    shrunk = keep @ covariance @ keep.T + gain @ white @ gain.T
    return mean + gain @ (position - measure @ mean), (shrunk + shrunk.T) / 2


@jit
def drawn_paths(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    means: Array, covariances: Array, gains: Array, normals: Array
) -> Array:
    """Positions (k, n, 2) of k paths drawn jointly from the smoother's result.

    Args:
        means: (n, 6), as ``smoothed`` gives them.
        covariances: (n, 6, 6), as ``smoothed`` gives them.
        gains: (n, 6, 6), as ``smoothed`` gives them.
        normals: (n, k, 6) standard normal draws.

    Method: forward filtering, backward sampling (Frühwirth-Schnatter 1994), written with smoothed moments.
    """
    rows, draws = normals.shape[0], normals.shape[1]
    paths = np.empty((draws, rows, 2))
    last = rows - 1
    state = normals[last] @ _root(covariances[last]).T + means[last]
    paths[:, last] = state[:, :2]
    for row in range(rows - 2, -1, -1):
        gain = gains[row]
        spread = covariances[row] - gain @ covariances[row + 1] @ gain.T
        root = _root((spread + spread.T) / 2)
        state = (state - means[row + 1]) @ gain.T + normals[row] @ root.T + means[row]
        paths[:, row] = state[:, :2]
    return paths


@jit
def _root(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    root: Array = vectors * np.sqrt(np.maximum(values, 0.0))
    return root
