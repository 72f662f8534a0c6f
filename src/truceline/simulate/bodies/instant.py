"""An instant of a performance: its columns interpolated to one time."""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.bodies.gait.footing import Footing
from truceline.simulate.model.actors import STEP_S, Performance

Array = NDArray[np.float64]

EAST, NORTH, UP, HEADING, SPEED, ACTION, BEFORE, SHARE = range(8)
PHASE, RATE, PUSH, STEER, PITCH, ROLL, DOOR, LAMPS, TIME = range(8, 17)
FIELDS = 17
"""Rows of an instant: site metres, radians, m/s, codes, shares, m/s2, and the time in seconds."""


def instant(performance: Performance, at_s: float, *, footing: Footing | None = None) -> Array:
    """The instant (``FIELDS``,) at a time; before the first sample and after the last it stays as there.

    With a footing the phase is the one that drives the feet.
    """
    phase = performance.phase_rad if footing is None else footing.phase_rad
    columns = (
        performance.speed_mps,
        performance.share,
        phase,
        phase if footing is None else footing.rate,
        phase if footing is None else footing.push_mps2,
        performance.steer_rad,
        performance.pitch_rad,
        performance.roll_rad,
        performance.door,
    )
    codes = (performance.action, performance.before)
    out: Array = _instant(
        performance.enu_m, performance.heading_rad, columns, codes, performance.lamps, float(at_s)
    )
    return out


@jit
def _instant(  # noqa: PLR0913, PLR0917 - compiled code takes its columns one by one
    enu_m: Array,
    heading_rad: Array,
    columns: tuple[Array, ...],
    codes: tuple[NDArray[np.int8], ...],
    lamps: NDArray[np.bool_],
    at_s: float,
) -> Array:
    out = np.empty(FIELDS)
    last = len(heading_rad) - 1
    place = min(max(at_s / STEP_S, 0.0), float(last))
    left = int(place)
    right = min(left + 1, last)
    part = place - left
    for axis in range(3):
        out[EAST + axis] = enu_m[left, axis] + part * (enu_m[right, axis] - enu_m[left, axis])
    turn = heading_rad[right] - heading_rad[left]
    turn -= 2.0 * np.pi * np.round(turn / (2.0 * np.pi))
    out[HEADING] = heading_rad[left] + part * turn
    action, before = codes
    out[ACTION], out[BEFORE] = action[left], before[left]
    speed, share, phase, rate, push, steer, pitch, roll, door = columns
    out[SPEED] = speed[left] + part * (speed[right] - speed[left])
    out[SHARE] = share[left]
    if action[right] == action[left] and before[right] == before[left]:
        out[SHARE] += part * (share[right] - share[left])
    out[PHASE] = phase[left] + part * (phase[right] - phase[left])
    out[RATE] = rate[left] + part * (rate[right] - rate[left])
    out[PUSH] = push[left] + part * (push[right] - push[left])
    out[STEER] = steer[left] + part * (steer[right] - steer[left])
    out[PITCH] = pitch[left] + part * (pitch[right] - pitch[left])
    out[ROLL] = roll[left] + part * (roll[right] - roll[left])
    out[DOOR] = door[left] + part * (door[right] - door[left])
    out[LAMPS] = lamps[left]
    out[TIME] = at_s
    return out
