"""Poses: what a person does, as places and angles that a skeleton is then fitted to.

A pose is a row of numbers (``POSE``), lengths as shares of the body height. Places of pelvis and ankles are
in the ground frame (ahead, left, up from the ground point); of hands and of a carried object in the chest's
frame (front, left, to the head), hands from their shoulder. Poses blend number by number, and limbs keep
their length because the skeleton is fitted afterwards.
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.bodies.gait.curves import RUN as RUN_CURVES
from truceline.simulate.bodies.gait.curves import WALK as WALK_CURVES
from truceline.simulate.bodies.gait.curves import WALKING_DUTY, angle
from truceline.simulate.bodies.instant import ACTION, BEFORE, PHASE, PUSH, RATE, SHARE, SPEED, STEER, TIME
from truceline.simulate.model.actors import Action

Array = NDArray[np.float64]

PELVIS, LEAN, TILT, SPIN, BEND, TWIST, NOD, LOOK = 0, 3, 4, 5, 6, 7, 8, 9
HAND, ELBOW = (10, 13), (16, 19)
ANKLE, TOES, KNEE = (22, 25), (28, 29), (30, 33)
OBJECT, MUZZLE, PLANTED = 36, 39, 42
POSE = 43
"""Where in a row: pelvis (3); lean forward, tilt to the right, spin about its own axis; bend and twist of the
chest, nod and look of the head; left and right hand, elbow's direction, ankle, rise of the toes, knee's
direction; an object's middle and direction; and how far the feet stand where the footing says."""

_HALF = np.pi / 2
_UPRIGHT = {
    "pelvis": (0.0, 0.0, 0.522),
    "turns": (0.0, 0.0, 0.0),
    "chest": (0.03, 0.0),
    "head": (0.02, 0.0),
    "hands": (0.03, 0.045, -0.325, 0.03, -0.045, -0.325),
    "elbows": (-1.0, 0.5, 0.0, -1.0, -0.5, 0.0),
    "ankles": (-0.03, 0.052, 0.039, -0.03, -0.052, 0.039),
    "toes": (0.0, 0.0),
    "knees": (1.0, 0.12, 0.0, 1.0, -0.12, 0.0),
    "object": (0.115, 0.02, 0.10, 0.35, 0.65, -0.67),
    "planted": (1.0,),
}
_CARRYING = {
    "hands": (0.13, -0.01, -0.17, 0.09, 0.06, -0.10),
    "elbows": (-0.6, 1.0, -0.5, -0.9, -0.8, -0.4),
}
_FLAT = {
    "planted": (0.0,),
    "turns": (_HALF, 0.0, 0.0),
    "pelvis": (0.0, 0.0, 0.070),
    "ankles": (-0.49, 0.085, 0.045, -0.49, -0.085, 0.045),
    "toes": (-2.9, -2.9),
    "knees": (0.0, 0.5, -1.0, 0.0, -0.5, -1.0),
}
_AIMING = {
    "hands": (0.27, -0.155, -0.01, 0.165, 0.035, -0.02),
    "elbows": (-0.2, 0.5, -1.0, -0.3, -1.0, -0.5),
    "object": (0.29, -0.07, 0.215, 1.0, 0.0, 0.0),
}
_KNEELING = {
    "pelvis": (0.0, 0.0, 0.27),
    "turns": (0.85, 0.0, 0.0),
    "chest": (0.25, 0.0),
    "head": (-0.3, 0.0),
    "hands": (0.16, 0.02, -0.26, 0.16, -0.02, -0.26),
    "ankles": (-0.20, 0.06, 0.05, 0.02, -0.06, 0.039),
    "toes": (-1.2, 0.0),
    "knees": (1.0, 0.2, 0.0, 1.0, -0.2, 0.2),
    "planted": (0.0,),
}
_CRUMPLING = _KNEELING | {
    "pelvis": (0.02, 0.0, 0.30),
    "turns": (0.65, 0.2, 0.3),
    "head": (0.5, 0.2),
    "hands": (0.22, 0.03, -0.16, 0.12, -0.06, -0.27),
    "ankles": (-0.16, 0.06, 0.045, -0.05, -0.07, 0.039),
    "toes": (-0.8, -0.2),
}
_LYING = _FLAT | {
    "pelvis": (0.0, 0.0, 0.078),
    "turns": (_HALF, 0.0, 0.55),
    "chest": (0.0, 0.1),
    "head": (0.1, 0.9),
    "hands": (0.05, 0.12, 0.24, 0.10, -0.02, -0.28),
    "elbows": (0.2, 1.0, 0.0, 0.3, -1.0, 0.0),
    "ankles": (-0.36, 0.20, 0.045, -0.49, -0.05, 0.04),
    "knees": (0.3, 1.0, 0.0, 0.0, -0.5, -0.6),
    "object": (0.05, -0.30, -0.10, 0.3, 0.1, 1.0),
}
_PRONE = _FLAT | {
    "chest": (-0.20, 0.0),
    "head": (-0.75, 0.0),
    "hands": (0.10, -0.06, 0.18, 0.10, 0.06, 0.18),
    "elbows": (0.4, 1.0, 0.0, 0.4, -1.0, 0.0),
    "object": (0.10, -0.03, 0.36, -0.1, 0.5, 1.0),
}
_KEYS: dict[Action, dict[str, tuple[float, ...]]] = {
    Action.CROUCH: {
        "pelvis": (-0.05, 0.0, 0.33),
        "turns": (0.62, 0.0, 0.0),
        "chest": (0.10, 0.0),
        "head": (-0.55, 0.0),
        "hands": (0.20, 0.0, -0.20, 0.20, 0.0, -0.20),
    },
    Action.PRONE: _PRONE,
    Action.CRAWL: _PRONE,
    Action.AIM_PRONE: _PRONE
    | {
        "chest": (-0.34, 0.0),
        "head": (-0.95, 0.0),
        "hands": (0.06, -0.14, 0.25, 0.06, 0.05, 0.12),
        "elbows": (1.0, 0.5, 0.0, 1.0, -0.6, 0.0),
        "object": (0.085, -0.06, 0.47, 0.30, 0.0, 1.0),
        "ankles": (-0.46, 0.15, 0.045, -0.46, -0.16, 0.045),
    },
    Action.FALL: _LYING,
    Action.LIE: _LYING,
    Action.AIM: _AIMING | {"turns": (0.09, 0.0, 0.0), "head": (0.10, -0.1), "pelvis": (0.02, 0.0, 0.508)},
    Action.DRAG: {
        "pelvis": (-0.10, 0.0, 0.43),
        "turns": (0.70, 0.0, 0.0),
        "chest": (0.28, 0.0),
        "head": (-0.35, 0.0),
        "hands": (0.25, -0.04, -0.205, 0.25, 0.04, -0.205),
        "object": (-0.10, 0.0, 0.05, 0.0, 0.6, -0.8),
    },
    Action.DRAGGED: _FLAT
    | {
        "pelvis": (0.0, 0.0, 0.078),
        "turns": (_HALF - 0.16, 0.0, np.pi),
        "chest": (0.12, 0.0),
        "head": (-0.45, 0.35),
        "hands": (0.10, 0.05, 0.305, 0.10, -0.05, 0.305),
        "elbows": (-0.3, 1.0, 0.0, -0.3, -1.0, 0.0),
        "ankles": (-0.485, 0.07, 0.04, -0.485, -0.10, 0.04),
        "toes": (1.15, 1.05),
        "knees": (0.0, 0.3, 1.0, 0.0, -0.3, 1.0),
        "object": (0.05, -0.30, -0.10, 0.3, 0.1, 1.0),
    },
}


def _row(fields: dict[str, tuple[float, ...]]) -> Array:
    return np.concatenate([np.array(fields[name], dtype=np.float64) for name in _UPRIGHT])


def _table() -> Array:
    """(2, actions, ``POSE``) poses with empty hands and with an object."""
    carried = (Action.AIM, Action.AIM_PRONE, Action.DRAG, Action.DRAGGED, Action.LIE, Action.FALL)
    empty = [_row(_UPRIGHT | _KEYS.get(one, {})) for one in Action]
    full = [
        _row(_UPRIGHT | ({} if one in carried or one in _FLAT_ACTIONS else _CARRYING) | _KEYS.get(one, {}))
        for one in Action
    ]
    full[Action.CROUCH] = _row(_UPRIGHT | _KEYS[Action.CROUCH] | _CARRYING)
    return np.stack([np.stack(empty), np.stack(full)])


_FLAT_ACTIONS = tuple(
    int(one)
    for one in (Action.PRONE, Action.CRAWL, Action.LIE, Action.AIM_PRONE, Action.FALL, Action.DRAGGED)
)
_TABLE = _table()
_IS_FLAT = np.array([int(one) in _FLAT_ACTIONS for one in Action])
_KNEEL = _row(_UPRIGHT | _KNEELING)
_CRUMPLE = _row(_UPRIGHT | _CRUMPLING)

_WALK, _RUN, _CROUCH, _DRAG = int(Action.WALK), int(Action.RUN), int(Action.CROUCH), int(Action.DRAG)
_STAND, _AIM, _CRAWL, _FALL = int(Action.STAND), int(Action.AIM), int(Action.CRAWL), int(Action.FALL)
_AIM_PRONE = int(Action.AIM_PRONE)

_MIDSTANCE = WALKING_DUTY * np.pi
_RUN_MIDSTANCE = 0.36 * np.pi
_FULL_RATE = 3.5
"""Gait phase a second, radians, from which arms swing fully."""
_LEAN_PER_PUSH = 0.055
_KNEEL_AT = 0.5
_CRUMPLE_AT = 0.42
_MOST_TWIST = 1.1
_WALKED_MPS = 1.9


@jit
def pose_at(now: Array, carries: bool, oddness: float) -> Array:  # noqa: PLR0917 - compiled
    """The pose (``POSE``,) of a person at an instant; ``oddness`` in 0 to 1 keeps two from moving alike."""
    action, before, share = int(now[ACTION]), int(now[BEFORE]), now[SHARE]
    pose = _of(action, now, carries, oddness)
    if share >= 1.0:
        return pose
    start = _of(before, now, carries, oddness)
    between = action == _FALL or _IS_FLAT[action] != _IS_FLAT[before]
    if not between:
        eased = share * share * (3.0 - 2.0 * share)
        return np.asarray(start + (pose - start) * eased)
    middle = _CRUMPLE if action == _FALL else _KNEEL
    half = _CRUMPLE_AT if action == _FALL else _KNEEL_AT
    if share < half:
        part = share / half
        eased = part * part if action == _FALL else part * part * (3.0 - 2.0 * part)
        return np.asarray(start + (middle - start) * eased)
    part = (share - half) / (1.0 - half)
    eased = part * part if action == _FALL else part * part * (3.0 - 2.0 * part)
    return np.asarray(middle + (pose - middle) * eased)


@jit
def _of(action: int, now: Array, carries: bool, oddness: float) -> Array:  # noqa: PLR0917 - compiled
    pose: Array = _TABLE[1 if carries else 0, action].copy()
    if action == _WALK and abs(now[SPEED]) > _WALKED_MPS + 1.0:
        action = _RUN
    _idle(pose, now, oddness)
    if action == _RUN:
        _run(pose, now, carries)
    elif action in (_WALK, _CROUCH, _DRAG, _STAND, _AIM):
        _walk(pose, action, now, carries)
    elif action == _CRAWL:
        _crawl(pose, now, carries)
    if action in (_AIM, _AIM_PRONE):
        turn = min(max(now[STEER], -_MOST_TWIST), _MOST_TWIST)
        if action == _AIM:
            pose[TWIST] += 0.75 * turn
            pose[SPIN] += 0.25 * turn
        else:
            pose[TWIST] += 0.4 * turn
            pose[OBJECT + 4] += 0.6 * turn
    return pose


@jit
def _idle(pose: Array, now: Array, oddness: float) -> None:  # noqa: PLR0917 - compiled
    """Breathing, shifting the weight, looking about: what nobody who stands can help."""
    time, own = now[TIME] * (0.85 + 0.3 * oddness), 40.0 * oddness
    upright = pose[PLANTED]
    pose[PELVIS + 1] += 0.010 * np.sin(0.71 * time + own) * upright
    pose[TILT] += 0.018 * np.sin(0.71 * time + own + 0.4) * upright
    pose[LEAN] += 0.012 * np.sin(0.43 * time + 2.0 * own)
    pose[BEND] += 0.010 * np.sin(1.6 * time + own)
    pose[LOOK] += (0.30 * np.sin(0.37 * time + own) + 0.16 * np.sin(0.91 * time + 3.0 * own)) * upright
    pose[HAND[0]] += 0.010 * np.sin(0.63 * time + own) * upright
    pose[HAND[1]] += 0.010 * np.sin(0.57 * time + 2.0 * own) * upright


@jit
def _walk(pose: Array, action: int, now: Array, carries: bool) -> None:  # noqa: PLR0917 - compiled
    """Rise and fall, sway, counter-swing of hips and shoulders; arms where hands are free."""
    phase, going = now[PHASE], min(max((now[RATE] - 0.8) / _FULL_RATE, 0.0), 1.0)
    pose[PELVIS + 2] += going * (0.012 * np.cos(2.0 * (phase - _MIDSTANCE)) - 0.012)
    pose[PELVIS + 1] += going * 0.014 * np.cos(phase - _MIDSTANCE)
    pose[SPIN] -= going * 0.09 * np.cos(phase)
    pose[TWIST] += going * 0.17 * np.cos(phase)
    pose[LEAN] += going * 0.04 + min(max(_LEAN_PER_PUSH * now[PUSH], -0.22), 0.25)
    if carries or action in (_CROUCH, _DRAG, _AIM):
        return
    for side in range(2):
        back = np.cos(phase) if side == 0 else -np.cos(phase)
        _swing_arm(pose, side, 0.05 - going * 0.36 * back, 0.22 + going * (0.16 - 0.14 * back))


@jit
def _run(pose: Array, now: Array, carries: bool) -> None:  # noqa: PLR0917 - compiled
    phase, going = now[PHASE], min(max(now[RATE] / _FULL_RATE, 0.0), 1.0)
    hard = min(max((abs(now[SPEED]) - 2.0) / 4.5, 0.0), 1.0)
    pose[PELVIS + 2] += going * (-0.022 - 0.024 * np.cos(2.0 * (phase - _RUN_MIDSTANCE)))
    pose[PELVIS] -= going * 0.02
    pose[SPIN] -= going * 0.14 * np.cos(phase + 0.5)
    pose[TWIST] += going * (0.34 if not carries else 0.24) * np.cos(phase + 0.5)
    pose[LEAN] += going * (0.10 + 0.10 * hard) + min(max(_LEAN_PER_PUSH * now[PUSH], -0.25), 0.30)
    pose[NOD] -= going * 0.10
    if carries:
        return
    for side in range(2):
        back = np.cos(phase + 0.5) if side == 0 else -np.cos(phase + 0.5)
        forward = 0.05 - going * (0.62 + 0.30 * hard) * back
        _swing_arm(pose, side, forward, 0.3 + going * (1.25 - 0.35 * back))


@jit
def _swing_arm(pose: Array, side: int, forward: float, flexed: float) -> None:  # noqa: PLR0917 - compiled
    """Place a hand by the upper arm's angle forward and the elbow's flexion, radians."""
    lateral = 1.0 if side == 0 else -1.0
    hand = HAND[0] if side == 0 else HAND[1]
    pose[hand] = 0.186 * np.sin(forward) + 0.150 * np.sin(forward + flexed)
    pose[hand + 1] = lateral * (0.045 - 0.05 * max(np.sin(forward + flexed), 0.0))
    pose[hand + 2] = -0.184 * np.cos(forward) - 0.150 * np.cos(forward + flexed)


@jit
def _crawl(pose: Array, now: Array, carries: bool) -> None:  # noqa: PLR0917 - compiled
    """On the stomach: an arm reaches out while the other side's knee is drawn up beside the body."""
    phase, going = now[PHASE], min(max(now[RATE] / 1.5, 0.0), 1.0)
    pose[PELVIS + 1] += going * 0.03 * np.cos(phase)
    pose[SPIN] += going * 0.20 * np.cos(phase)
    pose[TWIST] -= going * 0.30 * np.cos(phase)
    for side in range(2):
        lateral = 1.0 if side == 0 else -1.0
        reach = lateral * np.cos(phase)
        hand = HAND[0] if side == 0 else HAND[1]
        if not carries:
            pose[hand + 2] = 0.19 + going * 0.11 * reach
            pose[hand + 1] = -lateral * 0.02
        else:
            pose[hand + 2] += going * 0.07 * reach
        drawn = going * max(-reach, 0.0)
        ankle = ANKLE[0] if side == 0 else ANKLE[1]
        pose[ankle] += 0.19 * drawn
        pose[ankle + 1] += lateral * 0.10 * drawn
        knee = KNEE[0] if side == 0 else KNEE[1]
        pose[knee] += 0.8 * drawn
        pose[knee + 1] += lateral * 1.2 * drawn


@jit
def swing_way(gait: int, stands_for: float, part: float) -> tuple[float, float]:  # noqa: PLR0917 - compiled
    """How a swinging ankle goes, from the published angles of hip and knee, at a part 0 to 1 of the swing.

    Returns:
        Its progress from one stand to the next, and its height over the straight way between them as a
        share of the body height.
    """
    start = _ankle(gait, stands_for)
    end = _ankle(gait, 1.0)
    here = _ankle(gait, stands_for + part * (1.0 - stands_for))
    across = (here[0] - start[0]) / (end[0] - start[0])
    progress = (1.0 - stands_for) * part + stands_for * across
    return progress, here[1] - (start[1] + (end[1] - start[1]) * part)


@jit
def _ankle(gait: int, share: float) -> tuple[float, float]:
    """The ankle ahead of and above the hip (negative), shares of the height (thigh 0.245, shank 0.246)."""
    hip = angle(gait, 0, share)
    shank = hip - angle(gait, 1, share)
    return 0.245 * np.sin(hip) + 0.246 * np.sin(shank), -0.245 * np.cos(hip) - 0.246 * np.cos(shank)


@jit
def gait_of(now: Array) -> int:
    """Whose joint curves hold: ``WALK`` or ``RUN`` of ``gait``."""
    runs = int(now[ACTION]) == _RUN or abs(now[SPEED]) > _WALKED_MPS + 1.0
    return RUN_CURVES if runs else WALK_CURVES
