"""Speeds with their errors, and the probability that a true speed lies beyond a bound.

A noisy velocity is longer than the true one, and a threshold on it turns noise into running. So a speed is
judged by its posterior: how fast people and vehicles are anyhow, times how probable the measured speed is for
each true one. The more noise, the nearer the posterior is to what was known before.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import i0e

from truceline.events.activities.measured.course import STEP_S, Course, ticks

Array = NDArray[np.float64]

_SMALLEST_SIGMA_MPS = 0.05
_HANDOVER_S = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Speeds:
    """Speeds (m,) of a course over windows about its rows, with their standard deviations (m,).

    Attributes:
        velocity_mps: (m, 2) mean velocity over the window.
        whole: (m,) whether the window is at least half inside the stretch and mostly seen.
    """

    speed_mps: Array
    sigma_mps: Array
    velocity_mps: Array
    whole: NDArray[np.bool_]

    def part(self, first: int, last: int) -> "Speeds":
        """Those of the rows from first to last."""
        rows = slice(first, last + 1)
        return Speeds(self.speed_mps[rows], self.sigma_mps[rows], self.velocity_mps[rows], self.whole[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Habit:
    """How fast something moves before anything is measured: speeds (k,) and their shares (k,), sum 1."""

    speeds_mps: Array
    shares: Array

    def usually_beyond(self, bound_mps: float) -> float:
        """P(true speed > bound) when nothing is measured."""
        return float(self.shares[self.speeds_mps > bound_mps].sum())

    def beyond(self, speeds: Speeds, bound_mps: float) -> Array:
        """P(true speed > bound) (m,).

        Method: the length of a velocity with a normal error in each axis follows Rice's law (Rice 1945).
        """
        sigma = np.maximum(speeds.sigma_mps, _SMALLEST_SIGMA_MPS)[:, None]
        measured, true = speeds.speed_mps[:, None], self.speeds_mps[None]
        product = measured * true / sigma**2
        likelihood = np.exp(-((measured - true) ** 2) / (2 * sigma**2)) * i0e(product)
        weight = likelihood * self.shares
        total = weight.sum(axis=1)
        fast = weight[:, self.speeds_mps > bound_mps].sum(axis=1)
        # Beyond everything that is known: as fast as it was measured.
        out = np.where(speeds.speed_mps > bound_mps, 1.0, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            share: Array = np.where(total > 0, fast / np.maximum(total, np.finfo(float).tiny), out)
        return share


def _normal(speeds: Array, *, mean: float, sigma: float) -> Array:
    density: Array = np.exp(-((speeds - mean) ** 2) / (2 * sigma**2))
    shares: Array = density / density.sum()
    return shares


def _even(speeds: Array, *, low: float, high: float) -> Array:
    inside = (speeds >= low) & (speeds <= high)
    shares: Array = inside.astype(np.float64) / float(inside.sum())
    return shares


_SLOWEST_RUN_MPS = 1.8
_FOOT = np.arange(0.0, 10.0, 0.05)
_WHEEL = np.concatenate([np.arange(0.0, 1.0, 0.05), np.arange(1.0, 45.0, 0.1)])

ON_FOOT = Habit(
    _FOOT,
    0.38 * _normal(_FOOT, mean=0.0, sigma=0.12)
    + 0.12 * _even(_FOOT, low=0.1, high=1.0)
    + 0.40 * _normal(_FOOT, mean=1.35, sigma=0.28)
    + 0.10 * _normal(np.where(_FOOT > _SLOWEST_RUN_MPS, _FOOT, np.inf), mean=3.6, sigma=1.3),
)
"""People: a third of the time they stand, they mostly walk, one tenth they run (walking: Bohannon 1997)."""
ON_GROUND = Habit(_FOOT, 0.75 * _normal(_FOOT, mean=0.0, sigma=0.1) + 0.25 * _even(_FOOT, low=0.1, high=2.0))
"""Who lies: mostly still, else crawling or dragged."""
ON_WHEELS = Habit(
    _WHEEL, 0.4 * _normal(_WHEEL, mean=0.0, sigma=0.1) + 0.6 * _even(_WHEEL, low=0.3, high=44.0)
)
"""Vehicles: they stand, or drive at any speed."""


def speeds_of(course: Course, *, window_s: float) -> Speeds:
    """Speeds over windows: the chord between its ends, with the error of the velocities in it.

    Neighbouring rows of a smoothed path err together. The error of a mean velocity is then bounded twice: by
    that of its rows, as if they erred as one, and by that of the chord's ends, as if they erred apart; the
    lesser bound holds.
    """
    half = max(ticks(window_s) // 2, 1)
    rows = np.arange(len(course.tick))
    first, last = _stretch_bounds(course)
    begin, end = np.maximum(rows - half, first), np.minimum(rows + half, last)
    lasts_s = (end - begin) * STEP_S
    single = lasts_s <= 0
    chord = course.en_m[end] - course.en_m[begin]
    velocity = np.where(single[:, None], course.state[:, 2:], chord / np.where(single, 1.0, lasts_s)[:, None])
    speed = np.linalg.norm(velocity, axis=1)
    covariance = course.covariance[:, 2:, 2:]
    along = velocity / np.maximum(speed, 1e-9)[:, None]
    variance = np.einsum("ni,nij,nj->n", along, covariance, along)
    mean = np.trace(covariance, axis1=1, axis2=2) / 2
    variance = np.where(speed > 0, variance, mean)
    ends = course.covariance[begin, :2, :2] + course.covariance[end, :2, :2]
    apart = np.where(
        speed > 0, np.einsum("ni,nij,nj->n", along, ends, along), np.trace(ends, axis1=1, axis2=2) / 2
    )
    variance = np.where(single, variance, np.minimum(variance, apart / np.where(single, 1.0, lasts_s) ** 2))
    # From one camera to another a path jumps by what their calibrations err: that is no movement.
    camera = _cameras(course)
    jumps = course.bias_covariance[begin] + course.bias_covariance[end]
    jump = np.where(speed > 0, np.einsum("ni,nij,nj->n", along, jumps, along), 0.0)
    handover = (camera[begin] != camera[end]) & ~single
    variance = variance + np.where(handover, jump / np.where(single, 1.0, lasts_s) ** 2, 0.0)
    seen = np.concatenate([[0], np.cumsum(course.observed)])
    share = (seen[end + 1] - seen[begin]) / (end + 1 - begin)
    whole = (end - begin >= half) & (share >= 0.5)  # noqa: PLR2004 - half
    return Speeds(speed, np.sqrt(np.maximum(variance, 0.0)), velocity, whole)


def _cameras(course: Course) -> NDArray[np.int64]:
    """The camera (m,) that gives most rows within a second; where two take turns it does not change."""
    names = [one.camera_id for one in course.subject.sightings]
    own = np.array([names.index(name) for name in names])[course.sighting]
    if len(set(own.tolist())) == 1:
        return own
    kinds = np.unique(own)
    reach = ticks(_HANDOVER_S)
    rows = np.arange(len(own))
    begin, end = np.maximum(rows - reach, 0), np.minimum(rows + reach + 1, len(own))
    totals = np.stack([np.concatenate([[0], np.cumsum(own == one)]) for one in kinds])
    most: NDArray[np.int64] = kinds[np.argmax(totals[:, end] - totals[:, begin], axis=0)]
    return most


def _stretch_bounds(course: Course) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last row (m,) of the stretch in which each row lies."""
    first = np.searchsorted(course.stretch, course.stretch, side="left")
    last = np.searchsorted(course.stretch, course.stretch, side="right") - 1
    return first.astype(np.int64), last.astype(np.int64)
