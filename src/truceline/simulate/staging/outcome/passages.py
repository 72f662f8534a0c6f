"""Passages: vehicles at checkpoints, and faster than allowed."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import STEP_S, Action, Happening, HappeningKind, Performance
from truceline.simulate.scenario.script import Checkpoint, SpeedLimit
from truceline.simulate.staging.motion.ground import distance_m

Array = NDArray[np.float64]

STOPPED_MPS = 0.15
STOPPED_S = 0.5
"""Slower than this for so long is a stop."""
BEFORE_GATE_M = 15.0
"""A stop counts within this distance of the gate ..."""
BEHIND_GATE_M = 3.0
"""... until the vehicle's middle is so far past it."""


def checkpoint_happenings(checkpoints: Sequence[Checkpoint], performance: Performance) -> Iterator[Happening]:
    """Every passage of a gate: with a stop before it, or without."""
    there = performance.action != Action.AWAY
    for checkpoint in checkpoints:
        for row in _passes(checkpoint.gate_en_m, performance.enu_m[:, :2]):
            if not (there[row] and there[row + 1]):
                continue
            halt = _halt(checkpoint, performance, row=row)
            kind = HappeningKind.PASSED_CHECKPOINT if halt is None else HappeningKind.STOPPED_AT_CHECKPOINT
            begin, end = (row, row) if halt is None else halt
            yield Happening(
                kind,
                begin * STEP_S,
                end * STEP_S,
                (performance.actor.actor_id,),
                performance.enu_m[begin].copy(),
                speed_mps=float(abs(performance.speed_mps[row])),
            )


def _passes(gate_en_m: Array, places_en_m: Array) -> list[int]:
    """Samples right before the middle of a vehicle passes between the two ends of a gate."""
    along = gate_en_m[1] - gate_en_m[0]
    length2 = float(along @ along)
    offset = places_en_m - gate_en_m[0]
    side = offset[:, 1] * along[0] - offset[:, 0] * along[1] >= 0
    share = offset @ along / length2
    rows = np.flatnonzero((side[1:] != side[:-1]) & (share[1:] >= 0) & (share[1:] <= 1))
    return [int(row) for row in rows]


def _halt(checkpoint: Checkpoint, performance: Performance, *, row: int) -> tuple[int, int] | None:
    """The last stop near the gate up to its passage, as first and last sample."""
    near = distance_m(checkpoint.gate_en_m, performance.enu_m[: row + 1, :2]) <= BEFORE_GATE_M
    still = near & (np.abs(performance.speed_mps[: row + 1]) < STOPPED_MPS)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]]).astype(np.int8)))
    stops = [
        (int(begin), int(end) - 1)
        for begin, end in zip(edges[::2], edges[1::2], strict=True)
        if (end - begin) * STEP_S >= STOPPED_S
    ]
    return stops[-1] if stops else None


def speeding_happenings(limits: Sequence[SpeedLimit], performance: Performance) -> Iterator[Happening]:
    """Every stretch of time above the limit of the road on which the vehicle drives."""
    for limit in limits:
        on_road = distance_m(limit.path_en_m, performance.enu_m[:, :2]) <= limit.width_m / 2
        fast = (
            on_road & (np.abs(performance.speed_mps) > limit.limit_mps) & (performance.action != Action.AWAY)
        )
        edges = np.flatnonzero(np.diff(np.concatenate([[False], fast, [False]]).astype(np.int8)))
        for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            yield Happening(
                HappeningKind.SPEEDING,
                begin * STEP_S,
                (end - 1) * STEP_S,
                (performance.actor.actor_id,),
                performance.enu_m[begin].copy(),
                speed_mps=float(np.abs(performance.speed_mps[begin:end]).max()),
            )
