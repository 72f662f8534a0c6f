"""Engines: firing orders by speed and gear, tyres on the road, as pressures at 1 m over a vehicle's time."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import STEP_S, Action, ActorKind, Performance

Array = NDArray[np.float64]

IDLE_RPM = 750.0
GEARS_MPS = (4.5, 9.0, 14.0, 20.0, 28.0)
"""Speeds at which the next gear is taken."""
SHIFT_RPM = 3_200.0
STUCK_RPM = 2_700.0
ROCKING_S, ROCKING_MPS = 1.5, 0.03
OPEN = 0.5
RUSH_DB = 17.0
"""Intake and fan below the engine's firing."""
EVEN_ORDERS = 6.0
"""Firing orders up to this are about equally strong, as recorded engines show from 30 to 250 Hz idling."""
TABLE = 4_096
ORDERS = 24


@dataclass(frozen=True, slots=True)
class Drive:
    """How a kind of vehicle sounds.

    Attributes:
        cylinders: Number; half of them fire a turn.
        idle_db: Engine at idle, 1 m; ``full_db`` when it works hard.
        tyre_db: Tyres at 10 m/s, 1 m, growing with the third power of the speed (30 log v).
    """

    cylinders: int
    idle_db: float
    full_db: float
    tyre_db: float


DRIVES: Final = {
    ActorKind.JEEP: Drive(4, 76.0, 98.0, 86.0),
    ActorKind.CAR: Drive(4, 68.0, 92.0, 85.0),
    ActorKind.TRUCK: Drive(6, 82.0, 105.0, 91.0),
}
"""Levels at 1 m (root mean square), from pass-by levels of 70 to 85 dB(A) at 7.5 m (UN Regulation 51)."""


@dataclass(frozen=True, slots=True, eq=False)
class Running:
    """A vehicle's engine and tyres at the samples of its performance.

    Attributes:
        turns: (n,) turns of the crankshaft since the start.
        engine_pa: (n,) root mean square pressure of the engine at 1 m; ``rush_pa`` of tyres and intake.
    """

    turns: Array
    engine_pa: Array
    rush_pa: Array


def running(performance: Performance) -> Running:
    """What a vehicle's engine does; silent while away and parked."""
    drive = DRIVES[performance.actor.kind]
    speed = np.abs(performance.speed_mps)
    # Who is stuck revs while the vehicle rocks, and idles between.
    stuck = (performance.action == Action.STUCK) & (_eased(speed, ROCKING_S) > ROCKING_MPS)
    on = np.isin(performance.action, (Action.DRIVE, Action.STUCK)) & ~_left(performance, speed)
    rpm = _rpm(speed)
    revving = STUCK_RPM * (0.7 + 0.3 * np.sin(2.0 * np.pi * 0.45 * performance.at_s))
    rpm = _eased(np.where(stuck, revving, rpm), 0.25)
    push = np.maximum(np.gradient(speed, STEP_S), 0.0) / 2.0
    work = np.clip(0.6 * (rpm - IDLE_RPM) / (SHIFT_RPM - IDLE_RPM) + 0.5 * np.minimum(push, 1.0), 0.0, 1.0)
    level = drive.idle_db + (drive.full_db - drive.idle_db) * np.where(stuck, 0.9, work)
    fade = _eased(on.astype(np.float64), 0.2)
    rolling = drive.tyre_db + 30.0 * np.log10(np.maximum(speed, 0.1) / 10.0)
    return Running(
        turns=np.cumsum(rpm) / 60.0 * STEP_S,
        engine_pa=fade * 20e-6 * 10.0 ** (_eased(level, 0.15) / 20.0),
        rush_pa=fade * 20e-6 * 10.0 ** (np.maximum(rolling, level - RUSH_DB) / 20.0),
    )


def _left(performance: Performance, speed_mps: Array) -> NDArray[np.bool_]:
    """Whether the driver has got out, (n,): from the door's opening until the vehicle moves again."""
    rows = np.arange(len(speed_mps))
    opened = np.maximum.accumulate(np.where(performance.door >= OPEN, rows, -1))
    moved = np.maximum.accumulate(np.where(speed_mps > ROCKING_MPS, rows, -1))
    left: NDArray[np.bool_] = opened > moved
    return left


def firing_table(kind: ActorKind, seed: int) -> Array:
    """One turn of the crankshaft as a wave of root mean square 1: firing orders and their unevenness."""
    drive = DRIVES[kind]
    random = np.random.default_rng([seed, 0x50_20])
    turn = np.arange(TABLE) / TABLE
    wave = np.zeros(TABLE)
    firing = drive.cylinders // 2
    for order in range(1, ORDERS * firing + 1):
        strength = 1.0 if order % firing == 0 else 0.12
        strength *= random.lognormal(0.0, 0.35) / (1.0 + (order / firing / EVEN_ORDERS) ** 3)
        wave += strength * np.sin(2.0 * np.pi * (order * turn + random.random()))
    table: Array = wave / np.sqrt(np.mean(wave**2))
    return table


def _rpm(speed_mps: Array) -> Array:
    """Turns a minute by speed: each gear from the last one's end up to the shift."""
    below = np.zeros_like(speed_mps)
    above = np.full_like(speed_mps, GEARS_MPS[-1] * 1.5)
    for low, high in zip((0.0, *GEARS_MPS), (*GEARS_MPS, GEARS_MPS[-1] * 1.5), strict=True):
        inside = (speed_mps >= low) & (speed_mps < high)
        below, above = np.where(inside, low, below), np.where(inside, high, above)
    rpm: Array = np.maximum(SHIFT_RPM * speed_mps / above, IDLE_RPM)
    return rpm


def _eased(values: Array, time_s: float) -> Array:
    """A running mean over ``time_s``: no engine changes at once."""
    width = max(round(time_s / STEP_S), 1) | 1
    padded = np.pad(values, width // 2, mode="edge")
    eased: Array = np.convolve(padded, np.ones(width) / width, mode="valid")
    return eased
