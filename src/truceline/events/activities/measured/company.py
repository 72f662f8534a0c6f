"""Company: who moved along with whom."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from truceline.events.activities.measured.course import Course
from truceline.events.activities.measured.people import Person
from truceline.events.activities.thresholds import GRIP

Array = NDArray[np.float64]

_SHARED = 0.6
"""Of the time for which a body is moved, somebody who moves it is beside it at least so much."""
_SAME_MPS, _SAME_SIGMA_MPS = 0.22, 0.06
"""Velocities of two who hold on to each other differ by less, besides what their errors make."""
_USUAL = 0.5
_CRAWLS_M, _CRAWLS_SIGMA_M = 1.05, 0.1
"""Who pulls is bent, about 1.3 m; who crawls seldom reaches this height."""
_NAMED_FROM = 0.05
_LEAST_SIGMA_M = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Mover:
    """One who moved along with a body, and how probably so."""

    course: Course
    probability: float


def movers_beside(body: Person, rows: tuple[int, int], *, others: Sequence[Person]) -> tuple[Mover, ...]:
    """Who of others, not lying, kept within grip of a body and had its velocity, the surest first.

    Args:
        body: The one who is moved.
        rows: First and last row of the movement.
        others: Everybody.
    """
    found = []
    for other in others:
        if other.course.subject_id == body.course.subject_id or other.probability < _USUAL:
            continue
        probability = _together(body, rows, mover=other)
        if probability > _NAMED_FROM:
            found.append(Mover(other.course, probability))
    return tuple(sorted(found, key=lambda one: (-one.probability, one.course.subject_id)))


def _tall(heights_m: Array) -> float:
    """P(it is higher than one who crawls), from the median of its heights; even where unknown."""
    known = heights_m[np.isfinite(heights_m)]
    if not len(known):
        return _USUAL
    return float(ndtr((float(np.median(known)) - _CRAWLS_M) / _CRAWLS_SIGMA_M))


def _together(moved: Person, rows: tuple[int, int], *, mover: Person) -> float:
    body, other = moved.course, mover.course
    _, mine, theirs = np.intersect1d(body.tick[rows[0] : rows[1] + 1], other.tick, return_indices=True)
    if len(mine) < _SHARED * (rows[1] - rows[0] + 1):
        return 0.0
    mine = mine + rows[0]
    apart_m = np.linalg.norm(body.en_m[mine] - other.en_m[theirs], axis=1)
    spread = np.trace(body.covariance[mine, :2, :2] + other.covariance[theirs, :2, :2], axis1=1, axis2=2)
    sigma_m = max(float(np.median(np.sqrt(spread / 2))), _LEAST_SIGMA_M)
    away_m = float(np.median(apart_m))
    if away_m > GRIP.value + 3 * sigma_m:
        return 0.0
    close = 1.0 / (1.0 + np.exp((away_m - GRIP.value) / sigma_m))
    theirs_mps = mover.slow.velocity_mps[theirs]
    differs_mps = float(np.median(np.linalg.norm(moved.slow.velocity_mps[mine] - theirs_mps, axis=1)))
    noise = np.trace(body.covariance[mine, 2:, 2:] + other.covariance[theirs, 2:, 2:], axis1=1, axis2=2)
    allowed_mps = float(np.hypot(_SAME_MPS, np.median(np.sqrt(noise / 2))))
    same = 1.0 / (1.0 + np.exp((differs_mps - allowed_mps) / _SAME_SIGMA_MPS))
    stands = (1.0 - float(np.median(mover.postures.lying[theirs]))) * _tall(other.height_m[theirs])
    return float(close * same * stands)
