"""Figures: a jointed body that walks, runs, stands and leans, drawn from its joints in space.

Body frame: forward, left, up from the point midway between the feet. The feet move on a triangle wave against
the body, so that a foot on the ground stands still in the site and the two feet stay symmetrical about the
ground point that the truth states.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.motion import Motion
from truceline.simulate.scene import Actor

Array = NDArray[np.float64]

_PHASE_STEP_S = 0.01

JOINTS = (
    *(
        "hip_left",
        "knee_left",
        "ankle_left",
        "toe_left",
        "hip_right",
        "knee_right",
        "ankle_right",
        "toe_right",
    ),
    *("shoulder_left", "elbow_left", "hand_left", "shoulder_right", "elbow_right", "hand_right"),
    *("pelvis", "waist", "chest", "throat", "neck", "head", "crown", "face", "hem_left", "hem_right", "hem"),
)
AT = {name: index for index, name in enumerate(JOINTS)}

COAT, SLEEVE, TROUSERS, SHOES, SKIN, CAP = range(6)

LIMBS = (
    ("ankle_left", "toe_left", 0.026, 0.020, SHOES),
    ("ankle_right", "toe_right", 0.026, 0.020, SHOES),
    ("knee_left", "ankle_left", 0.036, 0.026, TROUSERS),
    ("knee_right", "ankle_right", 0.036, 0.026, TROUSERS),
    ("hip_left", "knee_left", 0.056, 0.038, TROUSERS),
    ("hip_right", "knee_right", 0.056, 0.038, TROUSERS),
    ("hip_left", "hem_left", 0.062, 0.060, COAT),
    ("hip_right", "hem_right", 0.062, 0.060, COAT),
    ("shoulder_left", "elbow_left", 0.036, 0.029, SLEEVE),
    ("shoulder_right", "elbow_right", 0.036, 0.029, SLEEVE),
    ("elbow_left", "hand_left", 0.028, 0.021, SLEEVE),
    ("elbow_right", "hand_right", 0.028, 0.021, SLEEVE),
    ("hand_left", "hand_left", 0.022, 0.022, SKIN),
    ("hand_right", "hand_right", 0.022, 0.022, SKIN),
    ("pelvis", "waist", 0.086, 0.082, COAT),
    ("waist", "chest", 0.080, 0.092, COAT),
    ("shoulder_left", "shoulder_right", 0.042, 0.042, COAT),
    ("hip_left", "hip_right", 0.058, 0.058, COAT),
    ("pelvis", "hem", 0.070, 0.064, COAT),
    ("throat", "neck", 0.030, 0.030, SKIN),
    ("head", "crown", 0.052, 0.050, CAP),
    ("neck", "face", 0.034, 0.040, SKIN),
)
"""From joint, to joint, radius at each as shares of the body height, tone."""


@dataclass(frozen=True, slots=True, eq=False)
class Poses:
    """A person's joints (n, joints, 3) over time in site metres, and the ground points (n, 2) below them."""

    joints_enu_m: Array
    ground_en_m: Array
    height_m: float


def poses(actor: Actor, at_s: Array) -> Poses:
    """The actor's poses at times (n,) seconds."""
    body = _body_joints(actor, at_s)
    facing = actor.motion.facing_rad(at_s)
    ground = actor.motion.position_en_m(at_s)
    cos, sin = np.cos(facing)[:, None], np.sin(facing)[:, None]
    east = ground[:, :1] + body[..., 0] * cos - body[..., 1] * sin
    north = ground[:, 1:] + body[..., 0] * sin + body[..., 1] * cos
    return Poses(np.stack([east, north, body[..., 2]], axis=-1), ground, actor.height_m)


def _body_joints(actor: Actor, at_s: Array) -> Array:
    """Joints (n, joints, 3) in the body frame."""
    tall = actor.height_m
    speed = np.abs(actor.motion.pace.speed_mps(at_s))
    phase = _gait_phase(actor.motion, at_s)
    running = np.clip((speed - 1.6) / 1.4, 0, 1)
    moving = np.clip(speed / 0.5, 0, 1)
    step_m = np.minimum(_stride_m(speed) / 4, 0.26 * tall) * moving
    wave = np.arcsin(0.97 * np.sin(phase)) / np.arcsin(0.97)
    hip_up = (
        np.sqrt(np.maximum((0.482 * tall) ** 2 - np.square(step_m * wave), 0.01))
        + (0.045 - 0.025 * running) * tall
    )
    idle = 0.012 * np.sin(0.9 * at_s + 3 * tall) * (1 - moving)
    places = _trunk(hip_up, lean=_lean(actor.motion, at_s), idle=idle, tall=tall)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        lifting = np.maximum(sign * np.cos(phase), 0) * moving
        leg = _leg(sign * wave * step_m, lifting=lifting, running=running, hip_up=hip_up, tall=tall)
        for name, place in leg.items():
            across = sign * (0.06 if name == "toe" else 0.048) * tall
            places[f"{name}_{side}"] = place + np.array([0.0, across, 0.0])
        hip, knee = places[f"hip_{side}"], places[f"knee_{side}"]
        places[f"hem_{side}"] = hip + actor.coat_length * (knee - hip)
        swing = -sign * wave * moving * (0.42 + 0.35 * running)
        arm = _arm(places["chest"], sign=sign, swing=swing, running=running, tall=tall)
        places.update({f"{name}_{side}": place for name, place in arm.items()})
    places["hem"] = (places["hem_left"] + places["hem_right"]) / 2
    return np.stack([places[name] for name in JOINTS], axis=1)


def _trunk(hip_up: Array, *, lean: Array, idle: Array, tall: float) -> dict[str, Array]:
    """Pelvis to crown (n, 3): a leaning stack above the hips that sways a little when it stands."""
    places = {}
    shares = {"pelvis": 0.02, "waist": 0.11, "chest": 0.235, "throat": 0.295, "neck": 0.32}
    shares |= {"face": 0.352, "head": 0.37, "crown": 0.405}
    for name, share in shares.items():
        up = share * tall
        ahead = 0.022 * tall if name == "face" else 0.0
        places[name] = np.stack([up * np.tan(lean) + ahead, idle * share * 4, hip_up + up], axis=-1)
    return places


def _leg(ahead_m: Array, *, lifting: Array, running: Array, hip_up: Array, tall: float) -> dict[str, Array]:
    """Hip, knee, ankle, toe (n, 3) of one leg, its foot ``ahead_m`` of the body; the knee bends forward."""
    rows = np.zeros_like(ahead_m)
    lift = lifting * (0.045 + 0.13 * running) * tall
    ankle = np.stack([ahead_m - 0.02 * tall, rows, 0.045 * tall + lift], axis=-1)
    hip = np.stack([rows, rows, hip_up], axis=-1)
    along = ankle - hip
    reach = np.linalg.norm(along, axis=1)
    bend = np.sqrt(np.maximum((0.246 * tall) ** 2 - (reach / 2) ** 2, 0.0))
    front = np.stack([-along[:, 2], rows, along[:, 0]], axis=-1) / reach[:, None]
    knee = (hip + ankle) / 2 + front * bend[:, None]
    pitch = lifting * (0.35 + 0.5 * running)
    toe = ankle + np.stack([np.cos(pitch), rows, -0.3 - 0.4 * np.sin(pitch)], axis=-1) * 0.085 * tall
    toe[:, 2] = np.maximum(toe[:, 2], 0.02 * tall)
    return {"hip": hip, "knee": knee, "ankle": ankle, "toe": toe}


def _arm(chest: Array, *, sign: float, swing: Array, running: Array, tall: float) -> dict[str, Array]:
    """Shoulder, elbow and hand (n, 3) of one arm; ``swing`` is the upper arm's angle forward, radians."""
    shoulder = chest + np.array([0.0, sign * 0.1, 0.035]) * tall
    bend = swing + 0.22 + 1.2 * running
    out = np.full_like(swing, sign * 0.13)
    upper = np.stack([np.sin(swing), out, -np.cos(swing)], axis=-1) * 0.165 * tall
    lower = np.stack([np.sin(bend), -out / 2, -np.cos(bend)], axis=-1) * 0.16 * tall
    return {"shoulder": shoulder, "elbow": shoulder + upper, "hand": shoulder + upper + lower}


def _stride_m(speed_mps: Array) -> Array:
    """Two steps, metres: 1.4 m at an easy walk, 2.4 m at a run."""
    stride: Array = np.minimum(0.55 + 0.64 * speed_mps, 2.4)
    return stride


def _gait_phase(motion: Motion, at_s: Array) -> Array:
    """Phase of the gait (n,) radians: it advances with the distance walked, whichever way."""
    dense = np.arange(min(0.0, float(at_s[0])), float(at_s[-1]) + _PHASE_STEP_S, _PHASE_STEP_S)
    speed = np.abs(motion.pace.speed_mps(dense))
    turned = np.cumsum(2 * np.pi * speed / _stride_m(speed) * _PHASE_STEP_S)
    phase: Array = np.interp(at_s, dense, turned)
    return phase


def _lean(motion: Motion, at_s: Array) -> Array:
    """Lean of the trunk (n,) radians, forward positive: into a run, and against the body's acceleration."""
    step = 0.02
    speed = motion.pace.speed_mps(at_s)
    push = (motion.pace.speed_mps(at_s + step) - motion.pace.speed_mps(at_s - step)) / (2 * step)
    along = np.cos(motion.facing_rad(at_s) - motion.route.at(motion.pace.along_m(at_s))[1])
    lean: Array = 0.03 + 0.10 * np.clip(np.abs(speed) / 3.4, 0, 1) + 0.7 * np.arctan(push * along / 9.81)
    return lean
