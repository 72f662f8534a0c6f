"""A person: the skeleton fitted to a pose, and the capsules of its body.

Lengths of the limbs are those of Drillis and Contini (1966) as Winter (1991) prints them, shares of the
height.
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.bodies.gait.curves import RUN, foot_pitch
from truceline.simulate.bodies.gait.footing import Footing, footing_of
from truceline.simulate.bodies.instant import (
    EAST,
    HEADING,
    NORTH,
    PHASE,
    RATE,
    TIME,
    UP,
    instant,
)
from truceline.simulate.bodies.people.poses import (
    ANKLE,
    BEND,
    ELBOW,
    HAND,
    KNEE,
    LEAN,
    LOOK,
    MUZZLE,
    NOD,
    OBJECT,
    PELVIS,
    PLANTED,
    SPIN,
    TILT,
    TOES,
    TWIST,
    gait_of,
    pose_at,
    swing_way,
)
from truceline.simulate.model.actors import Performance
from truceline.simulate.model.pictures import Shape

Array = NDArray[np.float64]

COAT, SLEEVE, TROUSERS, SHOES, SKIN, CAP = range(6)
WARMTH_C = np.array([4.5, 4.0, 4.0, 2.5, 15.0, 6.0])
"""Above the air: clothes a few degrees, skin about fifteen (outdoors, cool weather)."""

THIGH, SHANK, UPPER_ARM, FOREARM = 0.245, 0.246, 0.186, 0.152
ANKLE_UP, ANKLE_BACK = 0.039, 0.030
HEEL_BACK, HEEL_THICK, BALL_AHEAD, BALL_THICK = 0.016, 0.027, 0.090, 0.020
HIP_OUT, WAIST_UP, SHOULDER_OUT, SHOULDER_UP, NECK_UP = 0.050, 0.09, 0.097, 0.168, 0.205
OBJECT_LONG = 0.55
_FULL_STRETCH = 0.998
_PITCH_FADES = 1.6
_LANDS = 0.30
_TINY = 1e-6
_STRIKES_RAD, _LEAVES_RAD = 0.9, 1.7
"""Phase after landing in which the heel is down first, and before leaving in which it rises."""

_TONES = np.repeat(
    [SKIN, CAP, SKIN, COAT, SLEEVE, SKIN, TROUSERS, SHOES],
    [1, 2, 1, 4, 4, 2, 4, 4],
)
_EMPTY_HANDED, _CAPSULES = 20, 22


def person_at(performance: Performance, at_s: float) -> Shape:
    """A person's shape at a time."""
    footing = footing_of(performance)
    now = instant(performance, at_s, footing=footing)
    actor = performance.actor
    oddness = (sum(actor.actor_id.encode()) * 0.618034) % 1.0
    capsules = np.empty((_CAPSULES, 8))
    _draw(capsules, now, (footing.first, footing.stands), (actor.height_m, oddness), actor.carries)
    count = _CAPSULES if actor.carries else _EMPTY_HANDED
    return Shape(
        capsules[:count],
        _TONES[:count],
        np.empty((0, 15)),
        WARMTH_C[: len(actor.tones)],
        ground_enu_m=now[EAST : UP + 1].copy(),
        heading_rad=float(now[HEADING]),
    )


def feet_at(performance: Performance, at_s: float) -> Array:
    """Places (2, 3) in the site below the middle of the left and the right sole, as the footing has them."""
    footing: Footing = footing_of(performance)
    now = instant(performance, at_s, footing=footing)
    feet = np.empty((2, 6))
    _feet(feet, now, (footing.first, footing.stands), performance.actor.height_m)
    cos, sin = np.cos(now[HEADING]), np.sin(now[HEADING])
    site = np.empty((2, 3))
    site[:, 0] = now[EAST] + (feet[:, 0] * cos - feet[:, 1] * sin) * performance.actor.height_m
    site[:, 1] = now[NORTH] + (feet[:, 0] * sin + feet[:, 1] * cos) * performance.actor.height_m
    site[:, 2] = now[UP] + feet[:, 2] * performance.actor.height_m
    return site


@jit
def _feet(feet: Array, now: Array, stands: tuple[NDArray[np.int64], Array], tall: float) -> None:  # noqa: PLR0917 - compiled
    """Each foot (2, 6): middle of the sole (3, shares of the height), toes up and turned, and its hold.

    The hold is 1 for a foot that stands and falls to 0 in the middle of its swing.
    """
    first, rows = stands
    time, gait = now[TIME], gait_of(now)
    cos, sin = np.cos(now[HEADING]), np.sin(now[HEADING])
    for foot in range(2):
        low, high = first[foot], first[foot + 1]
        row = low + np.searchsorted(rows[low:high, 0], time + 1e-9) - 1
        row = max(row, low)
        here = rows[row]
        place, turned, hold = here[4:7].copy(), here[7], 1.0
        toes = _stance_pitch(here, now, gait)
        if time > here[1] and row + 1 < high:
            following = rows[row + 1]
            span = following[2] - here[3]
            part = (now[PHASE] - here[3]) / span if span > _TINY else 1.0
            part = min(max(part, 0.0), 1.0)
            duty = min(max(1.0 - span / (2.0 * np.pi), 0.2), 0.8)
            progress, lift = swing_way(gait, duty, part)
            going = min(max(now[RATE] / 3.0, 0.25), 1.0) * min(span / 2.0, 1.0)
            place += (following[4:7] - place) * progress
            place[2] += max(lift, 0.0) * tall * going
            turned += (following[7] - turned) * part
            toes = foot_pitch(gait, duty + part * (1.0 - duty)) * going
            hold = max(0.0, 1.0 - min(part, 1.0 - part) / _LANDS)
        east, north = place[0] - now[EAST], place[1] - now[NORTH]
        feet[foot, 0] = (east * cos + north * sin) / tall
        feet[foot, 1] = (-east * sin + north * cos) / tall
        feet[foot, 2] = (place[2] - now[UP]) / tall
        feet[foot, 3] = toes
        feet[foot, 4] = turned - now[HEADING]
        feet[foot, 5] = hold


@jit
def _stance_pitch(stand: Array, now: Array, gait: int) -> float:  # noqa: PLR0917 - compiled
    """How far the toes of a standing foot point up: it strikes with the heel and leaves from the ball."""
    going = min(max((now[RATE] - 0.8) / _PITCH_FADES, 0.0), 1.0)
    since, left = now[PHASE] - stand[2], stand[3] - now[PHASE]
    if since < _STRIKES_RAD and not stand[8]:
        pitch = max(foot_pitch(gait, max(since, 0.0) / (2.0 * np.pi)), 0.0) * max(1.0 - since / 0.6, 0.0)
        return float(pitch * going)
    if left < _LEAVES_RAD:
        duty = 0.38 if gait == RUN else 0.62
        pitch = foot_pitch(gait, duty - max(left, 0.0) / (2.0 * np.pi))
        return float(min(pitch, 0.0) * going * min((_LEAVES_RAD - left) / 0.5, 1.0))
    return 0.0


@jit
def _rotation(lean: float, tilt: float, spin: float) -> Array:  # noqa: PLR0917 - compiled
    """Lean about the left axis, then tilt to the right, then spin about the body's own axis."""
    cl, sl, ct, st, cs, ss = (
        np.cos(lean),
        np.sin(lean),
        np.cos(tilt),
        np.sin(tilt),
        np.cos(spin),
        np.sin(spin),
    )
    out = np.empty((3, 3))
    out[0, 0], out[0, 1], out[0, 2] = cl * cs + sl * st * ss, -cl * ss + sl * st * cs, sl * ct
    out[1, 0], out[1, 1], out[1, 2] = ct * ss, ct * cs, -st
    out[2, 0], out[2, 1], out[2, 2] = -sl * cs + cl * st * ss, sl * ss + cl * st * cs, cl * ct
    return out


@jit
def _turned(rotation: Array, ahead: float, left: float, up: float) -> Array:  # noqa: PLR0917 - compiled
    out = np.empty(3)
    for axis in range(3):
        out[axis] = rotation[axis, 0] * ahead + rotation[axis, 1] * left + rotation[axis, 2] * up
    return out


@jit
def _reached(root: Array, target: Array, lengths: tuple[float, float], toward: Array) -> tuple[Array, Array]:  # noqa: PLR0917 - compiled
    """The middle joint and the end of a limb of two parts that reaches for a target, bent ``toward``."""
    first, second = lengths
    way = target - root
    reach = np.sqrt(np.sum(way * way)) + 1e-9
    along = way / reach
    reach = min(max(reach, abs(first - second) + 0.01), (first + second) * _FULL_STRETCH)
    foot = (first * first - second * second + reach * reach) / (2.0 * reach)
    height = np.sqrt(max(first * first - foot * foot, 0.0))
    across = toward - along * np.sum(toward * along)
    size = np.sqrt(np.sum(across * across))
    if size < _TINY:
        across = np.array([along[2], 0.0, -along[0]])
        size = np.sqrt(np.sum(across * across)) + 1e-9
    return root + along * foot + across * (height / size), root + along * reach


@jit
def _put(capsules: Array, row: int, start: Array, end: Array, radii: tuple[float, float]) -> None:  # noqa: PLR0917 - compiled
    capsules[row, 0:3] = start
    capsules[row, 3:6] = end
    capsules[row, 6], capsules[row, 7] = radii


@jit
def _ankles(pose: Array, feet: Array) -> Array:
    """(2, 6) each ankle's place, toes' rise and turn, and hold: the footing's, as far as the feet stand."""
    planted = pose[PLANTED]
    out = np.empty((2, 6))
    for side in range(2):
        own = ANKLE[0] if side == 0 else ANKLE[1]
        toes = feet[side, 3]
        cos, sin = np.cos(toes), np.sin(toes)
        # A foot rolls over its heel when it strikes and over its ball when it leaves.
        out_to, thick = (-HEEL_BACK, HEEL_THICK) if toes > 0 else (BALL_AHEAD, BALL_THICK)
        above = ANKLE_UP - thick
        ahead = out_to - ANKLE_BACK - out_to * cos - above * sin
        up = thick - out_to * sin + above * cos
        turn_cos, turn_sin = np.cos(feet[side, 4]), np.sin(feet[side, 4])
        out[side, 0] = feet[side, 0] + ahead * turn_cos
        out[side, 1] = feet[side, 1] + ahead * turn_sin
        out[side, 2] = feet[side, 2] + up
        out[side, 3], out[side, 4], out[side, 5] = toes, feet[side, 4], feet[side, 5]
        for axis in range(3):
            out[side, axis] = pose[own + axis] + planted * (out[side, axis] - pose[own + axis])
        toes_at = TOES[0] if side == 0 else TOES[1]
        out[side, 3] = pose[toes_at] + planted * (toes - pose[toes_at])
        out[side, 4] *= planted
        out[side, 5] *= planted
    return out


@jit
def _lowered(pelvis: Array, body: Array, ankles: Array) -> None:  # noqa: PLR0917 - compiled
    """Lower the pelvis until the legs that stand reach the ground."""
    lowest = pelvis[2]
    longest = (THIGH + SHANK) * _FULL_STRETCH
    for side in range(2):
        hip = _turned(body, 0.0, HIP_OUT if side == 0 else -HIP_OUT, 0.0)
        ahead = ankles[side, 0] - pelvis[0] - hip[0]
        aside = ankles[side, 1] - pelvis[1] - hip[1]
        square = longest * longest - ahead * ahead - aside * aside
        above = ankles[side, 2] + np.sqrt(max(square, 0.0004)) - hip[2]
        lowest = min(lowest, above + (1.0 - ankles[side, 5]) * 0.25)
    pelvis[2] = lowest


@jit
def _draw(  # noqa: PLR0917 - compiled
    capsules: Array,
    now: Array,
    stands: tuple[NDArray[np.int64], Array],
    build: tuple[float, float],
    carries: bool,
) -> None:
    """Fill the capsules (22, 8) in site metres."""
    tall, oddness = build
    pose = pose_at(now, carries, oddness)
    feet = np.empty((2, 6))
    _feet(feet, now, stands, tall)
    body = _rotation(pose[LEAN], pose[TILT], pose[SPIN])
    pelvis = pose[PELVIS : PELVIS + 3].copy()
    ankles = _ankles(pose, feet)
    _lowered(pelvis, body, ankles)
    chest = body @ _rotation(pose[BEND], 0.0, pose[TWIST])
    waist = pelvis + _turned(body, 0.0, 0.0, WAIST_UP)
    _trunk(capsules, pose, (pelvis, waist), (body, chest))
    for side in range(2):
        lateral = 1.0 if side == 0 else -1.0
        shoulder = waist + _turned(chest, -0.005, lateral * SHOULDER_OUT, SHOULDER_UP)
        _arm(capsules, pose, side, shoulder, chest)
        _leg(capsules, pose, side, pelvis + _turned(body, 0.0, lateral * HIP_OUT, 0.0), ankles)
    _object(capsules, pose, waist, chest)
    if pose[PLANTED] < 1.0:
        _rest(capsules)
    _place(capsules, now, tall)


@jit
def _trunk(capsules: Array, pose: Array, spine: tuple[Array, Array], frames: tuple[Array, Array]) -> None:  # noqa: PLR0917 - compiled
    pelvis, waist = spine
    body, chest = frames
    neck = waist + _turned(chest, -0.005, 0.0, NECK_UP)
    skull = chest @ _rotation(pose[NOD], 0.0, pose[LOOK])
    head = neck + _turned(skull, 0.016, 0.0, 0.085)
    _put(
        capsules,
        0,
        head + _turned(skull, 0.010, 0.0, -0.022),
        head + _turned(skull, 0.0, 0.0, 0.022),
        (0.040, 0.047),
    )
    _put(
        capsules,
        1,
        head + _turned(skull, 0.006, 0.0, 0.034),
        head + _turned(skull, -0.014, 0.0, 0.030),
        (0.050, 0.051),
    )
    _put(
        capsules,
        2,
        head + _turned(skull, 0.045, 0.018, 0.022),
        head + _turned(skull, 0.045, -0.018, 0.022),
        (0.016, 0.016),
    )
    _put(
        capsules,
        3,
        neck + _turned(chest, 0.0, 0.0, -0.01),
        head + _turned(skull, -0.006, 0.0, -0.02),
        (0.036, 0.031),
    )
    for side in range(2):
        lateral = 1.0 if side == 0 else -1.0
        low = pelvis + _turned(body, 0.0, lateral * 0.034, 0.03)
        # To the root of the neck: shoulders slope.
        high = waist + _turned(chest, 0.0, lateral * 0.034, 0.143)
        _put(capsules, 4 + side, low, high, (0.062, 0.066))
    _put(
        capsules,
        6,
        pelvis + _turned(body, -0.004, 0.040, -0.030),
        pelvis + _turned(body, -0.004, -0.040, -0.030),
        (0.068, 0.068),
    )
    _put(
        capsules,
        7,
        waist + _turned(chest, -0.004, 0.072, 0.158),
        waist + _turned(chest, -0.004, -0.072, 0.158),
        (0.045, 0.045),
    )


@jit
def _arm(capsules: Array, pose: Array, side: int, shoulder: Array, chest: Array) -> None:  # noqa: PLR0917 - compiled
    hand = HAND[0] if side == 0 else HAND[1]
    pole = ELBOW[0] if side == 0 else ELBOW[1]
    target = shoulder + _turned(chest, pose[hand], pose[hand + 1], pose[hand + 2])
    toward = _turned(chest, pose[pole], pose[pole + 1], pose[pole + 2])
    elbow, wrist = _reached(shoulder, target, (UPPER_ARM, FOREARM), toward)
    _put(capsules, 8 + side, shoulder, elbow, (0.035, 0.030))
    _put(capsules, 10 + side, elbow, wrist, (0.030, 0.023))
    along = (wrist - elbow) / FOREARM
    _put(capsules, 12 + side, wrist + along * 0.012, wrist + along * 0.055, (0.021, 0.022))


@jit
def _leg(capsules: Array, pose: Array, side: int, hip: Array, ankles: Array) -> None:  # noqa: PLR0917 - compiled
    pole = KNEE[0] if side == 0 else KNEE[1]
    toes, turn = ankles[side, 3], ankles[side, 4]
    knee, ankle = _reached(hip, ankles[side, 0:3], (THIGH, SHANK), pose[pole : pole + 3])
    _put(capsules, 14 + side, hip, knee, (0.056, 0.041))
    _put(capsules, 16 + side, knee, ankle, (0.040, 0.028))
    # The sole lies ``ANKLE_UP`` below the ankle, across the foot's own direction.
    cos, sin = np.cos(toes), np.sin(toes)
    ahead = np.array([cos * np.cos(turn), cos * np.sin(turn), sin])
    down = np.array([sin * np.cos(turn), sin * np.sin(turn), -cos])
    heel = ankle - ahead * HEEL_BACK + down * (ANKLE_UP - HEEL_THICK)
    ball = ankle + ahead * BALL_AHEAD + down * (ANKLE_UP - BALL_THICK)
    _put(capsules, 18 + side, heel, ball, (HEEL_THICK, BALL_THICK))


@jit
def _object(capsules: Array, pose: Array, waist: Array, chest: Array) -> None:  # noqa: PLR0917 - compiled
    middle = waist + _turned(chest, pose[OBJECT], pose[OBJECT + 1], pose[OBJECT + 2])
    muzzle = pose[MUZZLE : MUZZLE + 3]
    along = _turned(chest, muzzle[0], muzzle[1], muzzle[2]) / np.sqrt(np.sum(muzzle * muzzle))
    butt = middle - along * (OBJECT_LONG / 2)
    _put(capsules, 20, butt, butt + along * (0.55 * OBJECT_LONG), (0.019, 0.013))
    _put(capsules, 21, butt + along * (0.5 * OBJECT_LONG), butt + along * OBJECT_LONG, (0.010, 0.007))


@jit
def _rest(capsules: Array) -> None:
    """Let nothing of one who is not on his feet sink into the ground."""
    for row in range(len(capsules)):
        capsules[row, 2] = max(capsules[row, 2], capsules[row, 6])
        capsules[row, 5] = max(capsules[row, 5], capsules[row, 7])


@jit
def _place(capsules: Array, now: Array, tall: float) -> None:  # noqa: PLR0917 - compiled
    """From shares of the height in the ground frame to metres in the site."""
    cos, sin = np.cos(now[HEADING]), np.sin(now[HEADING])
    for row in range(len(capsules)):
        for at in (0, 3):
            ahead, left = capsules[row, at] * tall, capsules[row, at + 1] * tall
            capsules[row, at] = now[EAST] + ahead * cos - left * sin
            capsules[row, at + 1] = now[NORTH] + ahead * sin + left * cos
            capsules[row, at + 2] = now[UP] + capsules[row, at + 2] * tall
        capsules[row, 6] *= tall
        capsules[row, 7] *= tall
