"""From a chain of matched detections to a smoothed track that follows sudden turns and states its doubt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.track.smoother import drawn_paths, smoothed, squared_jumps

Array = NDArray[np.float64]

LASTING_SHARE = 0.7
LASTING_MEMORY_S = 1.2
"""Share of a fitted foot's variance that lasts, and for how long: measured on PETS 2009 S2.L1, frames 1 to
300, against the annotated feet (autocorrelation 0.70 after a frame, 0.39 after a second, 0.2 after two)."""

DEGREES_OF_FREEDOM = 0.3
"""Of the Student t of accelerations: people mostly walk evenly and seldom start, stop or turn hard. With 3 a
run out and back (4.5 m/s, braking at 4 m/s^2, feet 0.2 to 0.35 m off) came out 0.2 to 0.5 m too shallow."""
STATES_DRIVEN = 4.0
"""Position and velocity, east and north: the dimensions of that Student t."""
ROUNDS = 8
WINDOW_S = 0.25
"""Accelerations last: their size is estimated over this time on either side."""
SMALLEST_ACCELERATION_FACTOR = 0.65
LARGEST_ACCELERATION_FACTOR = 6.0
_FIRST_POSITION_FACTOR = 3.0
_TIME_ROUNDING_S = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class SmoothedPath:
    """States (n, 6), covariances (n, 6, 6) and backward gains (n, 6, 6); see ``smoother``."""

    state: Array
    covariance: Array
    gain: Array


@dataclass(frozen=True, slots=True)
class Motion:
    """How subjects move, in units of the plane (metres, or pixels where nothing is metric).

    Attributes:
        acceleration: Usual standard deviation of acceleration, units/s^2.
        speed: Standard deviation of the speed of a new subject, units/s.
    """

    acceleration: float
    speed: float


PEOPLE = Motion(acceleration=1.2, speed=1.5)
"""Walking people, metres."""

VEHICLES = Motion(acceleration=2.0, speed=12.0)
"""Vehicles, metres: usual braking and cornering is 2 m/s^2 (hard braking, 8, is within the Student t); most
drive at less than 25 m/s."""


def smooth(seconds: Array, positions: Array, *, noises: Array, motion: Motion) -> SmoothedPath:
    """Smooth positions (n, 2) with covariances (n, 2, 2) at times (n,) s; NaN rows were not seen.

    Method: expectation-maximisation over the scale of each step's process noise (Piché, Särkkä and
    Hartikainen, MLSP 2012): smooth, take the expected squared jump of each step, set the scale to
    that of a Student t, repeat.
    """
    steps = np.diff(seconds, prepend=seconds[0])
    first_sigma = _FIRST_POSITION_FACTOR * np.sqrt(max(float(np.trace(noises[0])) / 2, 1e-12))
    constants = np.array([first_sigma, motion.speed, LASTING_SHARE, LASTING_MEMORY_S])
    accelerations = np.full(len(seconds), motion.acceleration)
    path = smoothed(steps, positions, noises, accelerations, constants)
    for _ in range(ROUNDS):
        jumps = squared_jumps(steps, *path, LASTING_MEMORY_S)
        squares = _mean_over(seconds, jumps / motion.acceleration**2)
        scale = np.sqrt((DEGREES_OF_FREEDOM + squares) / (DEGREES_OF_FREEDOM + STATES_DRIVEN))
        factor = np.clip(scale, SMALLEST_ACCELERATION_FACTOR, LARGEST_ACCELERATION_FACTOR)
        accelerations = motion.acceleration * factor
        path = smoothed(steps, positions, noises, accelerations, constants)
    return SmoothedPath(*path)


def draw_paths(path: SmoothedPath, *, draws: int, seed: int) -> Array:
    """``draws`` paths (draws, n, 2) drawn jointly from a smoothed path; the seed makes them repeatable."""
    generator = np.random.default_rng(seed)
    normals = generator.standard_normal((len(path.state), draws, path.state.shape[1]))
    paths: Array = drawn_paths(path.state, path.covariance, path.gain, normals)
    return paths


def _mean_over(seconds: Array, values: Array) -> Array:
    """Mean of the values within ``WINDOW_S`` on either side, by time."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    # Frames often lie just so far apart: which ones count must not hang on how their times are rounded.
    reach_s = WINDOW_S + _TIME_ROUNDING_S
    first = np.searchsorted(seconds, seconds - reach_s, side="left")
    last = np.searchsorted(seconds, seconds + reach_s, side="right")
    means: Array = (total[last] - total[first]) / (last - first)
    return means
