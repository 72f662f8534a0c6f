"""Gait: how hip, knee and ankle turn over a stride, and for which share of it a foot stands.

Walking: D. A. Winter, The Biomechanics and Motor Control of Human Gait (1991), natural cadence. Running:
T. F. Novacheck, The biomechanics of running, Gait and Posture 7 (1998), about 3 m/s. The published curves
were read off at a tenth to a twentieth of a stride, to a degree or two, and are kept as Fourier series of
three terms fitted to those readings by least squares: no reading is missed by more than
``LARGEST_MISFIT_DEG``.

A stride starts where the foot strikes the ground. Flexion of hip and knee and dorsiflexion of the ankle are
positive.
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Array = NDArray[np.float64]

TERMS = 3
LARGEST_MISFIT_DEG = 9.0

WALKING_DUTY = 0.62
"""Share of a stride for which a foot stands, at an easy walk (Winter 1991)."""

_WALK_AT = (0, 5, 10, 15, 20, 30, 40, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
_WALK_HIP = (20, 18, 16, 13, 9, 1, -6, -11, -9, -5, 3, 11, 17, 21, 22, 22, 20)
_WALK_KNEE = (4, 10, 17, 20, 19, 12, 7, 13, 24, 38, 53, 63, 64, 53, 36, 18, 5)
_WALK_ANKLE = (0, -4, -3, 1, 4, 7, 9, 5, -4, -15, -19, -14, -8, -3, 0, 1, 1)
_RUN_AT = (0, 5, 10, 15, 20, 30, 38, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
_RUN_HIP = (34, 33, 30, 25, 19, 4, -6, -7, -2, 6, 16, 28, 39, 48, 53, 51, 45, 38)
_RUN_KNEE = (17, 29, 39, 43, 41, 28, 20, 33, 51, 71, 89, 100, 102, 92, 71, 45, 23, 14)
_RUN_ANKLE = (7, 13, 20, 24, 24, 8, -18, -21, -15, -8, -3, 0, 2, 3, 4, 5, 6, 7)


def fourier(at_percent: tuple[int, ...], values_deg: tuple[int, ...]) -> Array:
    """Coefficients (2 ``TERMS`` + 1,) in radians of the series nearest to readings over a stride."""
    turn = 2 * np.pi * np.array(at_percent) / 100
    rows = [np.ones_like(turn)]
    for order in range(1, TERMS + 1):
        rows += [np.cos(order * turn), np.sin(order * turn)]
    coefficients: Array = np.linalg.lstsq(np.stack(rows, axis=1), np.deg2rad(values_deg), rcond=None)[0]
    return coefficients


WALK, RUN = 0, 1
CURVES = np.stack(
    [
        np.stack([fourier(_WALK_AT, one) for one in (_WALK_HIP, _WALK_KNEE, _WALK_ANKLE)]),
        np.stack([fourier(_RUN_AT, one) for one in (_RUN_HIP, _RUN_KNEE, _RUN_ANKLE)]),
    ]
)
"""(2, 3, 7): walking and running; hip, knee and ankle; the series' coefficients, radians."""

READINGS = (
    (_WALK_AT, (_WALK_HIP, _WALK_KNEE, _WALK_ANKLE)),
    (_RUN_AT, (_RUN_HIP, _RUN_KNEE, _RUN_ANKLE)),
)


@jit
def angle(gait: int, joint: int, share: float) -> float:  # noqa: PLR0917 - compiled
    """A joint's angle, radians, at a share of the stride."""
    turn = 2.0 * np.pi * share
    row = CURVES[gait, joint]
    value = row[0]
    for order in range(1, TERMS + 1):
        value += row[2 * order - 1] * np.cos(order * turn) + row[2 * order] * np.sin(order * turn)
    return float(value)


@jit
def foot_pitch(gait: int, share: float) -> float:
    """How far the toes point up, radians, at a share of the stride; standing flat is 0."""
    return angle(gait, 0, share) - angle(gait, 1, share) + angle(gait, 2, share)


def duty(speed_mps: Array) -> Array:
    """Share of a stride for which a foot stands (n,), by speed.

    0.62 walking, 0.39 at 3.2 m/s and 0.22 sprinting (Novacheck 1998, toe-off at 62, 39 and 22 % of the
    cycle).
    """
    share: Array = np.interp(
        np.abs(speed_mps), (1.6, 2.2, 3.2, 5.0, 9.0), (WALKING_DUTY, 0.5, 0.39, 0.31, 0.22)
    )
    return share
