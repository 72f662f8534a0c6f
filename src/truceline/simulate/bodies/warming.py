"""Warming: how warm an engine is from how it ran, for thermal cameras."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.model.actors import STEP_S, Action, Performance

Array = NDArray[np.float64]

WARMS_IN_S, COOLS_IN_S = 240.0, 1800.0
"""Time constants of an engine's bonnet: it warms in minutes and cools in half an hour."""
WARM_ON_ARRIVAL = 0.8
"""Who drives when the scenario begins has driven for a while."""
RUNNING = (Action.DRIVE, Action.STUCK)


def engine_heat(performance: Performance, at_s: float) -> float:
    """Warmth of the engine at a time, 0 cold to 1."""
    heat = _course(performance)
    return float(heat[min(max(round(at_s / STEP_S), 0), len(heat) - 1)])


@lru_cache(maxsize=256)
def _course(performance: Performance) -> Array:
    runs = np.isin(performance.action, RUNNING)
    present = performance.action != Action.AWAY
    drove = bool(present.any()) and bool(runs[np.argmax(present)])
    return _integrated(runs, WARM_ON_ARRIVAL if drove else 0.0)


@jit
def _integrated(runs: NDArray[np.bool_], start: float) -> Array:
    heat = np.empty(len(runs))
    now = start
    for row in range(len(runs)):
        if runs[row]:
            now += (1.0 - now) * STEP_S / WARMS_IN_S
        else:
            now -= now * STEP_S / COOLS_IN_S
        heat[row] = now
    return heat
