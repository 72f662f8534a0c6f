"""Vehicles: jeep, truck and car as boxes, wheels as cylinders, from measures of common models.

A vehicle stands on its wheels at the ground point; its own frame is ahead, left, up. Boxes may be oblique, so
that a windscreen slopes. Measures hold for the nominal height and scale with the actor's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.bodies.instant import (
    ACTION,
    DOOR,
    EAST,
    HEADING,
    LAMPS,
    PHASE,
    PITCH,
    ROLL,
    STEER,
    UP,
    instant,
)
from truceline.simulate.bodies.warming import engine_heat
from truceline.simulate.model.actors import Action, ActorKind, Performance
from truceline.simulate.model.pictures import Shape

Array = NDArray[np.float64]
Rows = tuple[tuple[float, ...], ...]

BODY, ROOF, GLASS, TYRE, LAMP, TRIM = range(6)
DOOR_OPENS_RAD = 1.15
TYRE_HEAT_C, TRIM_HEAT_C = 9.0, 3.0
_RESTING_C = np.array([1.0, 0.5, -0.5, 1.0, 1.0, 1.0])
_LIT_LAMP_C = 25.0


@dataclass(frozen=True, slots=True)
class Model:
    """A vehicle's measures.

    Attributes:
        height_m: Nominal height to which the rest belongs.
        boxes: Middle (3), half sizes (3), how far the top lies ahead of the bottom (half, metres), tones of
            top, sides and ends, and the engine's heat on it, degrees at full warmth.
        door: The driver's door as such a row; it turns about its front edge.
        wheels: Middle (3), radius, half width, whether it steers. ``spare`` the same with its axis ahead.
        lamps: Round lamps: front end of the axis (3) and radius.
        driver: The driver's head, (3).
    """

    height_m: float
    boxes: Rows
    door: tuple[float, ...]
    wheels: Rows
    spare: Rows
    lamps: Rows
    driver: tuple[float, float, float]


JEEP = Model(
    height_m=1.85,
    boxes=(
        (-0.46, 0.0, 0.80, 1.20, 0.74, 0.25, 0.0, BODY, BODY, BODY, 0.0),
        (1.14, 0.0, 0.91, 0.58, 0.50, 0.14, 0.0, BODY, BODY, BODY, 14.0),
        (1.14, 0.0, 0.66, 0.54, 0.42, 0.14, 0.0, TRIM, TRIM, TRIM, 8.0),
        (1.735, 0.0, 0.85, 0.02, 0.47, 0.19, 0.0, BODY, TRIM, TRIM, 10.0),
        (1.17, 0.64, 0.885, 0.55, 0.13, 0.035, 0.0, BODY, BODY, BODY, 2.0),
        (1.17, -0.64, 0.885, 0.55, 0.13, 0.035, 0.0, BODY, BODY, BODY, 2.0),
        (1.84, 0.0, 0.56, 0.05, 0.76, 0.07, 0.0, TRIM, TRIM, TRIM, 0.0),
        (-1.72, 0.0, 0.56, 0.05, 0.70, 0.06, 0.0, TRIM, TRIM, TRIM, 0.0),
        (0.55, 0.0, 1.25, 0.025, 0.68, 0.22, -0.05, BODY, BODY, GLASS, 0.0),
        (-0.58, 0.0, 1.65, 1.08, 0.71, 0.17, 0.0, ROOF, ROOF, ROOF, 0.0),
        (-1.05, 0.705, 1.27, 0.58, 0.02, 0.23, 0.0, ROOF, ROOF, ROOF, 0.0),
        (-1.05, -0.705, 1.27, 0.58, 0.02, 0.23, 0.0, ROOF, ROOF, ROOF, 0.0),
        (-1.63, 0.0, 1.27, 0.025, 0.68, 0.23, 0.0, ROOF, ROOF, GLASS, 0.0),
        (-0.42, 0.0, 1.15, 0.09, 0.60, 0.20, -0.04, TYRE, TYRE, TYRE, -8.0),
        (1.86, 0.0, 0.70, 0.01, 0.22, 0.055, 0.0, ROOF, ROOF, ROOF, 0.0),
        (-1.67, -0.52, 0.84, 0.02, 0.09, 0.05, 0.0, LAMP, LAMP, LAMP, 0.0),
    ),
    door=(0.16, 0.755, 0.80, 0.36, 0.02, 0.245, 0.0, BODY, BODY, BODY, 0.0),
    wheels=(
        (1.18, 0.68, 0.37, 0.37, 0.11, 1.0),
        (1.18, -0.68, 0.37, 0.37, 0.11, 1.0),
        (-1.12, 0.68, 0.37, 0.37, 0.11, 0.0),
        (-1.12, -0.68, 0.37, 0.37, 0.11, 0.0),
    ),
    spare=((-1.78, 0.12, 0.98, 0.35, 0.10, 0.0),),
    lamps=((1.775, 0.34, 0.90, 0.105), (1.775, -0.34, 0.90, 0.105)),
    driver=(-0.18, 0.36, 1.42),
)

TRUCK = Model(
    height_m=2.8,
    boxes=(
        (0.10, 0.0, 0.76, 3.15, 0.42, 0.13, 0.0, TRIM, TRIM, TRIM, 3.0),
        (1.95, 0.0, 1.30, 0.72, 1.10, 0.42, 0.0, BODY, BODY, BODY, 0.0),
        (1.80, 0.0, 2.02, 0.58, 1.00, 0.32, 0.0, BODY, GLASS, BODY, 0.0),
        (2.42, 0.0, 2.02, 0.14, 0.98, 0.31, -0.12, BODY, GLASS, GLASS, 0.0),
        (1.86, 0.0, 2.36, 0.70, 1.02, 0.045, 0.0, BODY, BODY, BODY, 0.0),
        (3.10, 0.0, 1.33, 0.48, 0.60, 0.36, 0.0, BODY, BODY, BODY, 16.0),
        (3.00, 0.84, 1.13, 0.50, 0.24, 0.06, 0.0, BODY, BODY, BODY, 3.0),
        (3.00, -0.84, 1.13, 0.50, 0.24, 0.06, 0.0, BODY, BODY, BODY, 3.0),
        (3.60, 0.0, 1.25, 0.02, 0.52, 0.30, 0.0, TRIM, TRIM, TRIM, 12.0),
        (3.68, 0.0, 0.76, 0.06, 1.08, 0.12, 0.0, TRIM, TRIM, TRIM, 0.0),
        (-1.20, 0.0, 1.10, 2.15, 1.14, 0.09, 0.0, BODY, BODY, BODY, 0.0),
        (-1.20, 1.12, 1.42, 2.15, 0.03, 0.28, 0.0, BODY, BODY, BODY, 0.0),
        (-1.20, -1.12, 1.42, 2.15, 0.03, 0.28, 0.0, BODY, BODY, BODY, 0.0),
        (-1.20, 0.0, 2.18, 2.13, 1.10, 0.52, 0.0, ROOF, ROOF, ROOF, 0.0),
        (-1.20, 0.0, 2.74, 2.11, 0.72, 0.06, 0.0, ROOF, ROOF, ROOF, 0.0),
        (-3.36, 0.0, 1.95, 0.015, 0.85, 0.62, 0.0, TYRE, TYRE, TYRE, -8.0),
        (3.75, 0.0, 0.76, 0.01, 0.24, 0.06, 0.0, ROOF, ROOF, ROOF, 0.0),
    ),
    door=(1.98, 1.115, 1.34, 0.50, 0.02, 0.40, 0.0, BODY, BODY, BODY, 0.0),
    wheels=(
        (2.95, 0.96, 0.50, 0.50, 0.14, 1.0),
        (2.95, -0.96, 0.50, 0.50, 0.14, 1.0),
        (-1.05, 0.92, 0.50, 0.50, 0.20, 0.0),
        (-1.05, -0.92, 0.50, 0.50, 0.20, 0.0),
        (-2.25, 0.92, 0.50, 0.50, 0.20, 0.0),
        (-2.25, -0.92, 0.50, 0.50, 0.20, 0.0),
    ),
    spare=(),
    lamps=((3.66, 0.82, 1.18, 0.13), (3.66, -0.82, 1.18, 0.13)),
    driver=(1.75, 0.48, 2.02),
)

CAR = Model(
    height_m=1.45,
    boxes=(
        (0.0, 0.0, 0.56, 2.08, 0.85, 0.26, 0.0, BODY, BODY, BODY, 0.0),
        (1.45, 0.0, 0.80, 0.64, 0.78, 0.07, -0.03, BODY, BODY, BODY, 12.0),
        (-1.72, 0.0, 0.85, 0.36, 0.76, 0.06, 0.03, BODY, BODY, BODY, 0.0),
        (-0.32, 0.0, 1.11, 0.72, 0.74, 0.30, 0.0, BODY, GLASS, GLASS, 0.0),
        (0.60, 0.0, 1.11, 0.26, 0.72, 0.29, -0.27, BODY, GLASS, GLASS, 0.0),
        (-1.18, 0.0, 1.11, 0.20, 0.72, 0.29, 0.20, BODY, GLASS, GLASS, 0.0),
        (-0.32, 0.0, 1.42, 0.70, 0.70, 0.03, 0.0, BODY, BODY, BODY, 0.0),
        (-0.30, 0.742, 1.11, 0.045, 0.01, 0.28, -0.02, BODY, BODY, BODY, 0.0),
        (-0.30, -0.742, 1.11, 0.045, 0.01, 0.28, -0.02, BODY, BODY, BODY, 0.0),
        (2.11, 0.0, 0.46, 0.07, 0.82, 0.13, 0.0, TRIM, TRIM, TRIM, 0.0),
        (-2.11, 0.0, 0.46, 0.07, 0.82, 0.13, 0.0, TRIM, TRIM, TRIM, 0.0),
        (2.085, 0.0, 0.68, 0.02, 0.34, 0.06, 0.0, TRIM, TRIM, TRIM, 8.0),
        (2.08, 0.60, 0.69, 0.025, 0.17, 0.07, 0.0, LAMP, LAMP, LAMP, 0.0),
        (2.08, -0.60, 0.69, 0.025, 0.17, 0.07, 0.0, LAMP, LAMP, LAMP, 0.0),
        (2.19, 0.0, 0.47, 0.01, 0.25, 0.055, 0.0, ROOF, ROOF, ROOF, 0.0),
        (-2.09, 0.0, 0.72, 0.02, 0.25, 0.055, 0.0, ROOF, ROOF, ROOF, 0.0),
    ),
    door=(0.12, 0.862, 0.62, 0.52, 0.02, 0.24, 0.0, BODY, BODY, BODY, 0.0),
    wheels=(
        (1.32, 0.77, 0.32, 0.32, 0.10, 1.0),
        (1.32, -0.77, 0.32, 0.32, 0.10, 1.0),
        (-1.32, 0.77, 0.32, 0.32, 0.10, 0.0),
        (-1.32, -0.77, 0.32, 0.32, 0.10, 0.0),
    ),
    spare=(),
    lamps=(),
    driver=(-0.20, 0.36, 1.12),
)

MODELS = {ActorKind.JEEP: JEEP, ActorKind.TRUCK: TRUCK, ActorKind.CAR: CAR}


def vehicle_at(performance: Performance, at_s: float) -> Shape:
    """A vehicle's shape at a time."""
    model = MODELS[performance.actor.kind]
    now = instant(performance, at_s)
    scale = performance.actor.height_m / model.height_m
    turn = _attitude(now)
    ground = now[EAST : UP + 1].copy()
    boxes, heat = _boxes(model, door=float(now[DOOR]))
    boxes[:, :12] = (boxes[:, :12].reshape(-1, 4, 3) @ turn.T * scale).reshape(-1, 12)
    boxes[:, :3] += ground
    cylinders, tones = _cylinders(model, now)
    placed = cylinders.copy()
    placed[:, 0:3] = cylinders[:, 0:3] @ turn.T * scale + ground
    placed[:, 3:6] = cylinders[:, 3:6] @ turn.T * scale + ground
    placed[:, 6] *= scale
    placed[:, 7:10] = cylinders[:, 7:10] @ turn.T
    capsules, capsule_tones = _driver(model, turn * scale, ground=ground, drives=now[ACTION] == Action.DRIVE)
    warm = engine_heat(performance, at_s)
    lit = bool(now[LAMPS])
    warmth = _RESTING_C.copy()
    warmth[TYRE] += TYRE_HEAT_C * warm
    warmth[TRIM] += TRIM_HEAT_C * warm
    warmth[LAMP] += _LIT_LAMP_C * lit
    return Shape(
        capsules,
        capsule_tones,
        boxes,
        warmth[: len(performance.actor.tones)],
        cylinders=placed,
        cylinder_tones=tones,
        box_heat_c=heat * warm,
        ground_enu_m=ground,
        heading_rad=float(now[HEADING]),
        lit=lit,
    )


def _attitude(now: Array) -> Array:
    """Rotation (3, 3) site from vehicle: nose down, roll to the right, then the heading."""
    pitch, roll, heading = now[PITCH], now[ROLL], now[HEADING]
    down = np.array(
        [[np.cos(pitch), 0.0, np.sin(pitch)], [0.0, 1.0, 0.0], [-np.sin(pitch), 0.0, np.cos(pitch)]]
    )
    over = np.array([[1.0, 0.0, 0.0], [0.0, np.cos(roll), -np.sin(roll)], [0.0, np.sin(roll), np.cos(roll)]])
    turned: Array = _about_up(heading) @ down @ over
    return turned


def _about_up(angle: float) -> Array:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])


def _boxes(model: Model, *, door: float) -> tuple[Array, Array]:
    """Boxes (m, 15) in the vehicle's frame and the engine's heat on each (m,)."""
    rows = np.array([*model.boxes, model.door])
    boxes = np.zeros((len(rows), 15))
    boxes[:, 0:3] = rows[:, 0:3]
    boxes[:, 3], boxes[:, 7], boxes[:, 11] = rows[:, 3], rows[:, 4], rows[:, 5]
    boxes[:, 9] = rows[:, 6]
    boxes[:, 12:15] = rows[:, 7:10]
    if door > 0:
        hinge = np.array([model.door[0] + model.door[3], model.door[1], model.door[2]])
        # The driver's door is on the left and turns outwards about its front edge.
        turn = _about_up(-door * DOOR_OPENS_RAD)
        boxes[-1, 0:3] = hinge + turn @ (boxes[-1, 0:3] - hinge)
        boxes[-1, 3:12] = (boxes[-1, 3:12].reshape(3, 3) @ turn.T).ravel()
    return boxes, rows[:, 10]


def _cylinders(model: Model, now: Array) -> tuple[Array, NDArray[np.int64]]:
    """Wheels, spare wheel and lamps (c, 10) in the vehicle's frame, and the tones of rim and hub."""
    rows, tones = [], []
    for ahead, left, up, radius, half, steers in model.wheels:
        turn = _about_up(float(now[STEER]) * steers)
        axis = turn @ np.array([0.0, half, 0.0])
        middle = np.array([ahead, left, up])
        spoke = turn @ np.array([np.cos(now[PHASE]), 0.0, -np.sin(now[PHASE])])
        rows.append(np.concatenate([middle - axis, middle + axis, [radius], spoke]))
        tones.append((TYRE, TRIM))
    for ahead, left, up, radius, half, _ in model.spare:
        rows.append(np.array([ahead - half, left, up, ahead + half, left, up, radius, 0.0, 1.0, 0.0]))
        tones.append((TYRE, TRIM))
    for ahead, left, up, radius in model.lamps:
        rows.append(np.array([ahead - 0.06, left, up, ahead, left, up, radius, 0.0, 1.0, 0.0]))
        tones.append((TRIM, LAMP))
    return np.array(rows), np.array(tones, dtype=np.int64)


def _driver(model: Model, turn: Array, *, ground: Array, drives: bool) -> tuple[Array, NDArray[np.int64]]:
    """A dark head and shoulders behind the wheel while somebody drives."""
    if not drives:
        return np.empty((0, 8)), np.empty(0, dtype=np.int64)
    ahead, left, up = model.driver
    ends = np.array(
        [
            [[ahead, left, up - 0.03], [ahead, left, up + 0.05]],
            [[ahead - 0.04, left - 0.15, up - 0.26], [ahead - 0.04, left + 0.15, up - 0.26]],
        ]
    )
    placed = ends @ turn.T + ground
    radii = np.array([[0.095, 0.095], [0.12, 0.12]])
    return np.concatenate([placed.reshape(2, 6), radii], axis=1), np.array([TYRE, TYRE])
