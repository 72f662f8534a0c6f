"""Biases: what subjects seen by several cameras at one time say of the calibrations, and of a clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.world.likeness import Common, Differ, common_rows
from truceline.world.sightings import Trace

Array = NDArray[np.float64]

PARAMETERS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Biases:
    """The errors of all calibrations, given what was seen.

    Attributes:
        cameras: Ids, in the order of the blocks.
        errors: (c, 10) expected errors, in the order of ``CALIBRATION_PARAMETERS``.
        covariance: (10 c, 10 c) of them all: cameras that saw the same subjects depend on one another.
        slip_s: How much farther ahead the second clock is than was assumed; ``slip_sigma_s`` its error.
    """

    cameras: tuple[str, ...]
    errors: Array
    covariance: Array
    slip_s: float = 0.0
    slip_sigma_s: float = 0.0

    def block(self, camera_id: str) -> slice:
        """Where a camera's parameters stand in the covariance."""
        place = self.cameras.index(camera_id)
        return slice(PARAMETERS * place, PARAMETERS * (place + 1))

    def of_camera(self, camera_id: str) -> Array:
        """(10, 10) of one camera."""
        block = self.block(camera_id)
        return self.covariance[block, block]

    def corrected(self, trace: Trace) -> Trace:
        """The trace where it is expected, its camera's expected error taken off."""
        errors = self.errors[self.cameras.index(trace.camera_id)]
        if not np.any(errors):
            return trace
        return replace(trace, positions=trace.positions - trace.bias_jacobian @ errors)

    def differ(self, before: Differ) -> Differ:
        """What paths differ by, given this."""
        return replace(before, calibrations={name: self.of_camera(name) for name in self.cameras})


def settle(
    pairs: Sequence[tuple[Trace, Trace]],
    differ: Differ,
    *,
    ahead_s: float = 0.0,
    slip_sigma_s: float | None = None,
) -> Biases:
    """The calibrations' errors, and a slip of the second clocks, from pairs that show the same subjects.

    Args:
        pairs: Of traces by different cameras.
        differ: The calibrations' covariances before.
        ahead_s: How far the clocks of the second traces are taken to be ahead.
        slip_sigma_s: Standard deviation of the slip before; None: it is not asked for.

    Method: generalised least squares with a prior (a Kalman update of all parameters at once): the difference
    of two paths is J_a e_a - J_b e_b + v slip + noise, with one error e per camera for all its paths.
    """
    cameras = tuple(sorted(differ.calibrations))
    roots = [_root(differ.calibrations[name]) for name in cameras]
    size = PARAMETERS * len(cameras) + 1
    information, pull = np.eye(size), np.zeros(size)
    information[-1, -1] = 1.0
    for first, second in pairs:
        common = common_rows(first, second, ahead_s=ahead_s)
        if common is None:
            continue
        design = np.zeros((2 * len(common.seconds), size))
        for trace, rows, sign in ((first, common.first, 1.0), (second, common.second, -1.0)):
            place = cameras.index(trace.camera_id)
            flat = rows.bias_jacobian.reshape(-1, PARAMETERS) @ roots[place]
            design[:, PARAMETERS * place : PARAMETERS * (place + 1)] += sign * flat
        if slip_sigma_s is not None:
            design[:, -1] = common.velocities.ravel() * slip_sigma_s
        _gather(common, design, information=information, pull=pull)
    covariance = np.linalg.inv(information)
    mean = covariance @ pull
    spread = np.zeros((size, size))
    for place, root in enumerate(roots):
        block = slice(PARAMETERS * place, PARAMETERS * (place + 1))
        spread[block, block] = root
    spread[-1, -1] = slip_sigma_s or 0.0
    joint = spread @ covariance @ spread.T
    return Biases(
        cameras,
        (spread @ mean)[:-1].reshape(-1, PARAMETERS),
        joint[:-1, :-1],
        float((spread @ mean)[-1]),
        float(np.sqrt(joint[-1, -1])),
    )


def _gather(common: Common, design: Array, *, information: Array, pull: Array) -> None:
    """Add what one pair says."""
    weighted = np.linalg.solve(common.noise, np.column_stack([design, common.apart.ravel()]))
    information += design.T @ weighted[:, :-1]
    pull += design.T @ weighted[:, -1]


def _root(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    root: Array = vectors * np.sqrt(np.maximum(values, 0.0))
    return root
