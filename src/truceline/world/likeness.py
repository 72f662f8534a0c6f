"""Likeness: how much likelier two paths are as one subject's, seen twice, than as two strangers'."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from truceline.records.site import CALIBRATION_PARAMETERS, Site
from truceline.world.sightings import Rows, Trace

Array = NDArray[np.float64]

MEMORY_S = 1.2
"""A fitted foot is wrong in the same direction for about so long (docs/design/tracking.md)."""
BODY_M = 0.25
VEHICLE_M = 0.8
FOOT_PX = 2.0
CENTRE_V = CALIBRATION_PARAMETERS.index("centre_v_px")
"""How far a whole track's feet may be off in the picture: hidden feet, shadows, shoes in grass."""
"""Two cameras do not mean the same point by a body's place, nor by a vehicle's; it lasts while both look."""
STRANGER_M = 8.0
"""Standard deviation of how far apart strangers are whom one could take for each other."""
STRANGER_MPS = 1.3
STRANGER_MEMORY_S = 5.0
"""How their distance changes: an Ornstein-Uhlenbeck speed; people who go the same way differ by less."""
SAME_CLOCK_S = 0.1
"""Cameras of one recorder or network differ by about so much: a frame or two, and the way of the pictures."""
KIND_SHARES = (0.7, 0.1, 0.1, 0.1)
"""Of all things that are tracked: people, vehicles, animals, and what is none of them or not known."""
LEAST_KIND_ODDS = 1e-3
MOST_SAMPLES = 24
SAMPLE_S = 0.5
"""Paths are compared at this step or a longer one."""
SHORTEST_S = 0.4
"""Paths that share less time are not compared."""
FLOOR = -60.0


@dataclass(frozen=True, slots=True, eq=False)
class Differ:
    """What paths of two cameras may differ by, besides their own white errors.

    Attributes:
        calibrations: Covariance (10, 10) of each camera's calibration, by camera id.
        clock_sigmas_s: Standard deviation of what is left of the difference of two clocks, by their ids in
            order; ``SAME_CLOCK_S`` where nothing is said.
    """

    calibrations: dict[str, Array]
    clock_sigmas_s: dict[tuple[str, str], float] = field(default_factory=dict)

    @classmethod
    def of(cls, site: Site) -> "Differ":
        """By the survey, the clocks taken as one."""
        return cls({one.camera_id: one.calibration.covariance for one in site.cameras})

    def clock_sigma_s(self, first: Trace, second: Trace) -> float:
        """Of the difference of two traces' clocks; 0 by one camera."""
        if first.camera_id == second.camera_id:
            return 0.0
        low, high = sorted((first.clock_id, second.clock_id))
        return self.clock_sigmas_s.get((low, high), SAME_CLOCK_S)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Natural logarithm of the odds, and what it rests on: shared ``seconds``, ``way_m`` that was moved."""

    log_odds: float
    seconds: float
    way_m: float
    apart_m: float


NOTHING = Likeness(0.0, 0.0, 0.0, np.inf)
"""Paths that share no time say nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """Two paths at k common times by the first one's clock.

    Attributes:
        first: Rows of the first; ``second`` of the other.
        noise: (2k, 2k) covariance of the differences from white errors, which last, and from the body.
    """

    seconds: Array
    first: Rows
    second: Rows
    noise: Array

    @property
    def apart(self) -> Array:
        """(k, 2) first less second."""
        difference: Array = self.first.positions - self.second.positions
        return difference

    @property
    def velocities(self) -> Array:
        """(k, 2) their mean."""
        mean: Array = (self.first.velocities + self.second.velocities) / 2
        return mean


def common_rows(first: Trace, second: Trace, *, ahead_s: float = 0.0) -> Common | None:
    """Two paths where both were seen, the second by a clock that is ``ahead_s`` ahead; None: too short."""
    start = max(first.seconds[first.first], second.seconds[second.first] - ahead_s)
    end = min(first.seconds[first.last], second.seconds[second.last] - ahead_s)
    if end - start < SHORTEST_S:
        return None
    count = int(np.clip((end - start) / SAMPLE_S + 1, 3, MOST_SAMPLES))
    seconds = np.linspace(start, end, count)
    one, other = first.at(seconds), second.at(seconds + ahead_s)
    rows = np.flatnonzero(one.held & other.held)
    if len(rows) < 3:
        return None
    one, other = one.take(rows), other.take(rows)
    noise = _lasting(seconds[rows], one.covariance[:, :2, :2] + other.covariance[:, :2, :2])
    body_m = VEHICLE_M if first.is_vehicle or second.is_vehicle else BODY_M
    noise += body_m**2 * np.kron(np.ones((len(rows), len(rows))), np.eye(2))
    for both in (one, other):
        # To a place on the ground an error of the foot's row is an error of the picture's centre.
        foot = both.bias_jacobian[:, :, CENTRE_V].reshape(-1, 1)
        noise += FOOT_PX**2 * (foot @ foot.T)
    return Common(seconds[rows], one, other, noise)


def likeness(first: Trace, second: Trace, *, differ: Differ, ahead_s: float = 0.0) -> Likeness:
    """Compare two paths, the second by a clock that is ``ahead_s`` ahead of the first's.

    Method: both answers are zero-mean Gaussians of the differences at common times. As one subject: white
    errors that last ``MEMORY_S``, each camera's calibration (one draw for the whole path), the clocks' rest
    along the velocity, and a constant offset of the body. As strangers: that, plus a distance and an
    integrated Ornstein-Uhlenbeck motion between them.
    """
    common = common_rows(first, second, ahead_s=ahead_s)
    if common is None:
        return NOTHING
    seconds, one, other, apart = common.seconds, common.first, common.second, common.apart
    same = common.noise
    same = same + _shared(one.bias_jacobian, differ.calibrations[first.camera_id])
    same += _shared(other.bias_jacobian, differ.calibrations[second.camera_id])
    slip = common.velocities.reshape(-1, 1)
    same += differ.clock_sigma_s(first, second) ** 2 * (slip @ slip.T)
    together = np.kron(np.ones((len(seconds), len(seconds))), np.eye(2))
    strangers = same + STRANGER_M**2 * together + np.kron(_drifted(seconds), np.eye(2))
    odds = _log_density(apart.ravel(), same) - _log_density(apart.ravel(), strangers)
    way = float(np.sum(np.linalg.norm(np.diff(one.positions, axis=0), axis=1)))
    median = float(np.median(np.linalg.norm(apart, axis=1)))
    return Likeness(max(odds, FLOOR), float(seconds[-1] - seconds[0]), way, median)


def kinds_odds(first: Trace, second: Trace) -> float:
    """How much likelier the kinds of two tracks are as one thing's than as two things'."""
    if first.track.kinds is None or second.track.kinds is None:
        return 1.0
    both = np.array(first.track.kinds.values) * np.array(second.track.kinds.values)
    return max(float(np.sum(both / np.array(KIND_SHARES))), LEAST_KIND_ODDS)


def _lasting(seconds: Array, white: Array) -> Array:
    """Covariance (2k, 2k) of errors with marginals (k, 2, 2) whose correlation decays with time."""
    roots = np.linalg.cholesky(white)
    decay = np.exp(-np.abs(seconds[:, None] - seconds[None]) / MEMORY_S)
    blocks = decay[:, :, None, None] * (roots[:, None] @ np.swapaxes(roots, -1, -2)[None])
    size = 2 * len(seconds)
    joined: Array = blocks.transpose(0, 2, 1, 3).reshape(size, size)
    return joined + 1e-6 * np.eye(size)


def _shared(jacobian: Array, covariance: Array) -> Array:
    flat = jacobian.reshape(-1, jacobian.shape[-1])
    spread: Array = flat @ covariance @ flat.T
    return spread


def _drifted(seconds: Array) -> Array:
    """Covariance (k, k) of an integrated Ornstein-Uhlenbeck speed since the first time, per axis."""
    since, memory = seconds - seconds[0], STRANGER_MEMORY_S
    decays = np.exp(-since / memory)
    between = np.exp(-np.abs(since[:, None] - since[None]) / memory)
    grown = (
        2 * np.minimum(since[:, None], since[None]) / memory + decays[:, None] + decays[None] - 1 - between
    )
    drifted: Array = STRANGER_MPS**2 * memory**2 * grown
    return drifted


def _log_density(values: Array, covariance: Array) -> float:
    root = np.linalg.cholesky(covariance)
    whitened = solve_triangular(root, values, lower=True)
    return float(-0.5 * whitened @ whitened - np.sum(np.log(np.diag(root))))
