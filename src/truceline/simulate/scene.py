"""The drawn scene: ground plan, camera, cast and their movements, all from one seed.

Frame of reference: site east-north-up metres. The line runs from west to east; North lies on its left.
What is *declared* (and written into the site's files) and what is *true* (and drawn) differ by one draw from
the declared errors: the analysis meets a calibration and a line that are as wrong as they say they may be.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import look_at_rotation, perturbed
from truceline.geometry.line import left_normal, signed_distance_m
from truceline.records.site import Calibration, Distortion
from truceline.records.time import parse_utc
from truceline.simulate.motion import Motion, Pace, Route, route_through

Array = NDArray[np.float64]

WIDTH_PX, HEIGHT_PX = 960, 540
DURATION_S = 60.0
CAMERA_ID = "mast"
LEFT_SIDE, RIGHT_SIDE = "North", "South"
START_UTC_NS = parse_utc("2026-03-04T05:00:00Z")
LOCAL_OFFSET_MINUTES = 540
LINE_SIGMA_M = 0.10
CLOCK_BOUND_S = 0.05
PERMIT_ID = "permit-drawn-1"
GUARD_PEAK_MPS2 = 4.0
"""Largest acceleration asked of the guard: a sprinter's start is about 5 m/s^2."""

SIGMAS = np.array([0.003, 1.0, 1.0, 0.003, *(np.deg2rad(0.03),) * 3, 0.03, 0.03, 0.03])
"""Declared standard deviations, order of CALIBRATION_PARAMETERS: a careful survey with a total station."""

LINE_EN_M = np.array([[-45.0, -1.9], [-1.0, 0.0], [55.0, 1.6]])
GATE_EAST_M = (-8.2, -4.6)
GATE_RING_EN_M = np.array([[-8.4, -4.2], [-4.4, -4.2], [-4.4, 3.8], [-8.4, 3.8]])
HUT_EN_M = np.array([[8.2, 8.0], [12.4, 8.0], [12.4, 11.2], [8.2, 11.2]])
HUT_HEIGHT_M = 2.75

COATS = {
    "guard": np.array([[66.0, 84.0, 82.0], [84.0, 84.0, 76.0], [62.0, 74.0, 86.0], [92.0, 90.0, 84.0]]),
    "visitor": np.array([[96.0, 118.0, 140.0], [112.0, 88.0, 74.0], [90.0, 90.0, 88.0]]),
}
TROUSERS = np.array([[58.0, 64.0, 66.0], [72.0, 70.0, 64.0], [50.0, 58.0, 70.0]])


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """One person of the cast.

    Attributes:
        tones: (6, 3) display colours, blue-green-red 0 to 255: coat, sleeve, trousers, shoes, skin, cap.
        coat_length: How far the coat reaches down the thigh, 0 to 1.
    """

    person_id: str
    role: str
    height_m: float
    motion: Motion
    tones: Array
    coat_length: float


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything that is decided before the first pixel is drawn."""

    seed: int
    declared: Calibration
    pan_deg: float
    tilt_deg: float
    true: Calibration
    calibration_delta: Array
    line_true_en_m: Array
    line_offset_m: float
    clock_error_s: float
    cast: tuple[Actor, ...]
    hue: float


def scene_from_seed(seed: int) -> Scene:
    """The scene of a seed; the same seed gives the same scene on any machine."""
    random = np.random.default_rng([seed, 0x7A])
    declared, pan_deg, tilt_deg = _declared_camera(random)
    delta = random.normal(size=len(SIGMAS)) * SIGMAS
    offset = float(random.normal() * LINE_SIGMA_M)
    error = float(np.clip(random.normal() * CLOCK_BOUND_S / 2, -CLOCK_BOUND_S, CLOCK_BOUND_S))
    line = shifted_line(LINE_EN_M, offset)
    cast = (*_patrol(random), *_guards(random, line), _visitor(random))
    return Scene(
        seed=seed,
        declared=declared,
        pan_deg=pan_deg,
        tilt_deg=tilt_deg,
        true=perturbed(declared, delta),
        calibration_delta=delta,
        line_true_en_m=line,
        line_offset_m=offset,
        clock_error_s=error,
        cast=cast,
        hue=float(random.uniform()),
    )


def shifted_line(vertices_en_m: Array, offset_m: float) -> Array:
    """The polyline (n, 2) moved to its left by ``offset_m``: parallel, with the corners on the bisectors."""
    along = np.diff(vertices_en_m, axis=0)
    normals = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.linalg.norm(along, axis=1, keepdims=True)
    first, last = np.vstack([normals[:1], normals]), np.vstack([normals, normals[-1:]])
    bisector = first + last
    moved: Array = vertices_en_m + offset_m * 2 * bisector / np.sum(bisector**2, axis=1, keepdims=True)
    return moved


def _declared_camera(random: np.random.Generator) -> tuple[Calibration, float, float]:
    """The camera as surveyed, with its pan and tilt in degrees; it stands upright."""
    position = np.round(np.array([-12.0, -26.5, 8.0]) + random.uniform(-1, 1, 3) * (1.0, 1.0, 0.4), 3)
    target = np.array([0.6, 5.2, 0.0]) + random.uniform(-0.5, 0.5, 3) * (1.0, 1.0, 0.0)
    east, north, up = target - position
    pan_deg = round(float(np.rad2deg(np.arctan2(east, north))), 4)
    tilt_deg = round(float(np.rad2deg(np.arctan2(up, np.hypot(east, north)))), 4)
    pan, tilt = np.deg2rad([pan_deg, tilt_deg])
    forward = np.array([np.sin(pan) * np.cos(tilt), np.cos(pan) * np.cos(tilt), np.sin(tilt)])
    calibration = Calibration(
        focal_px=np.full(2, round(float(random.uniform(965, 1000)), 1)),
        centre_px=np.array([(WIDTH_PX - 1) / 2, (HEIGHT_PX - 1) / 2]),
        k1=-0.03,
        distortion=Distortion.BROWN,
        rotation=look_at_rotation(position, position + forward),
        position_enu_m=position,
        covariance=np.diag(SIGMAS**2),
        source="drawn: the errors are those that the truth was drawn with",
    )
    return calibration, pan_deg, tilt_deg


def _patrol(random: np.random.Generator) -> tuple[Actor, Actor]:
    """Two guards of the North walk east along the line, turn, and walk back."""
    pace_mps = float(random.uniform(1.22, 1.36))
    start_s = float(random.uniform(4.0, 4.8))
    pause_s = float(random.uniform(0.8, 1.4))
    reach_m = float(random.uniform(13.5, 14.8))
    turn_s = start_s + reach_m / pace_mps
    pair = []
    for index, (aside_m, behind_m) in enumerate([(2.9, 0.0), (3.5, 2.4)]):
        clear_m = aside_m + float(random.uniform(0.0, 0.25))
        route = route_through(_beside_line(clear_m, from_east_m=-15.5, to_east_m=12.0))
        lag_s = float(random.uniform(0.0, 0.3)) + 0.25 * index
        times = turn_s + lag_s + np.cumsum([-0.9, 0.9, pause_s, 0.9])
        speeds = np.array([pace_mps, 0.0, 0.0, -pace_mps])
        pace = Pace(times, speeds, pace_mps * (times[0] - start_s) - behind_m)
        turning = (float(times[1]) - 0.3, float(times[2]) + 0.2)
        motion = Motion(route, pace, (turning,))
        pair.append(_actor(random, f"patrol-{index + 1}", role="patrol", motion=motion))
    return pair[0], pair[1]


def _beside_line(clear_m: float, *, from_east_m: float, to_east_m: float) -> Array:
    """The part (3, 2) of the declared line's parallel, ``clear_m`` to its left, between two eastings."""
    parallel = shifted_line(LINE_EN_M, clear_m)
    ends = np.array([from_east_m, to_east_m])
    norths = np.interp(ends, parallel[:, 0], parallel[:, 1])
    return np.array([[ends[0], norths[0]], parallel[1], [ends[1], norths[1]]])


def _guards(random: np.random.Generator, line_en_m: Array) -> tuple[Actor, Actor]:
    """Two guards come round the hut; one runs over the line, turns and runs back."""
    arrive_s = float(random.uniform(18.0, 20.0))
    post = np.array([5.2, 6.2]) + random.uniform(-0.3, 0.3, 2)
    behind = np.array([12.0, 12.9])
    corner = np.array([6.6, 12.6])
    beside = post + np.array([1.8, 0.7])
    partner_route = route_through(
        np.array([behind + np.array([1.1, 0.3]), corner + np.array([0.8, 0.4]), beside])
    )
    partner = Motion(partner_route, _walk_up(partner_route.length_m, arrive_s=arrive_s + 1.8))
    toward = -left_normal(LINE_EN_M, post)
    slant = float(random.uniform(-0.2, 0.2))
    toward = np.array([[np.cos(slant), -np.sin(slant)], [np.sin(slant), np.cos(slant)]]) @ toward
    route = route_through(np.array([behind, corner, post, post + 12.0 * toward]))
    motion = _sortie(random, route, line_en_m=line_en_m, arrive_s=arrive_s)
    return (
        _actor(random, "guard", role="guard", motion=motion),
        _actor(random, "partner", role="guard_at_post", motion=partner),
    )


def _walk_up(to_m: float, *, arrive_s: float, speed_mps: float = 1.25) -> Pace:
    """Stand at the start of a route, walk, and stand still at arc length ``to_m`` from ``arrive_s`` on."""
    leave_s = arrive_s - to_m / speed_mps - 0.9
    times = np.array([leave_s, leave_s + 0.9, arrive_s - 0.9, arrive_s])
    return Pace(times, np.array([0.0, speed_mps, speed_mps, 0.0]), 0.0)


def _sortie(random: np.random.Generator, route: Route, *, line_en_m: Array, arrive_s: float) -> Motion:
    """Walk to the route's last straight piece, stand, run over the line to a drawn depth, run back.

    The turn is v cos(pi t / dwell) from the true line to the true line: depth and dwell are exact.
    """
    origin, heading = route.origins_en_m[-1], route.headings_rad[-1]
    toward = np.array([np.cos(heading), np.sin(heading)])
    normal = left_normal(line_en_m, origin)
    to_line_m = float(normal @ (origin - line_en_m[1]) / -(normal @ toward))
    post_m = float(route.starts_m[-1])
    path_depth_m = float(random.uniform(2.85, 3.2)) / -float(normal @ toward)
    dwell_s = float(np.pi * np.sqrt(path_depth_m / GUARD_PEAK_MPS2) + random.uniform(0.0, 0.06))
    speed = np.pi * path_depth_m / dwell_s
    ramp_s = 2.1
    run_s = (to_line_m - speed * ramp_s / 2) / speed
    start_s = float(random.uniform(36.5, 39.0))
    line_s = start_s + ramp_s + run_s
    walk = _walk_up(post_m, arrive_s=arrive_s)
    moves = np.array([0.0, ramp_s, run_s, dwell_s, run_s, ramp_s])
    times = np.concatenate([walk.times_s, start_s + np.cumsum(moves)])
    speeds = np.concatenate([walk.speeds_mps, [0.0, speed, speed, -speed, -speed, 0.0]])
    turn = (line_s + dwell_s / 2 - 0.38, line_s + dwell_s / 2 + 0.42)
    back = (float(times[-1]) + 0.8, float(times[-1]) + 2.0)
    return Motion(route, Pace(times, speeds, 0.0), (turn, back))


def _visitor(random: np.random.Generator) -> Actor:
    """A visitor comes from the South-East, passes the line through the gate and goes into the hut."""
    gate_m = float(random.uniform(-6.8, -6.0))
    lane_m = -7.6 + float(random.uniform(-0.3, 0.3))
    door = np.array([10.3, 9.7])
    route = route_through(
        np.array([[24.0, lane_m - 0.8], [gate_m, lane_m], [gate_m, 5.5], [2.5, 9.7], door]), corner_m=1.6
    )
    speed_mps = float(random.uniform(1.02, 1.12))
    cross_s = float(random.uniform(27.0, 28.5))
    sampled = np.linspace(0, route.length_m, 4001)
    gate_along_m = float(sampled[np.argmax(signed_distance_m(LINE_EN_M, route.at(sampled)[0]) > 0)])
    stop_s = cross_s + (route.length_m - gate_along_m) / speed_mps + 0.5
    times = np.array([cross_s, stop_s - 1.0, stop_s])
    pace = Pace(times, np.array([speed_mps, speed_mps, 0.0]), gate_along_m)
    return _actor(random, "visitor", role="visitor", motion=Motion(route, pace))


def _actor(random: np.random.Generator, person_id: str, *, role: str, motion: Motion) -> Actor:
    """A person with a drawn height and muted clothes that resemble no one's uniform."""
    height_m = float(np.clip(random.normal(1.72, 0.07), 1.55, 1.90))
    base = COATS["visitor" if role == "visitor" else "guard"]
    coat = base[int(random.integers(len(base)))] + random.uniform(-8, 8, 3)
    trousers = TROUSERS[int(random.integers(len(TROUSERS)))] + random.uniform(-6, 6, 3)
    skin = np.array([120.0, 148.0, 186.0]) * float(random.uniform(0.62, 1.0))
    cap = coat * 0.62 if role != "visitor" else np.array([44.0, 50.0, 60.0]) * float(random.uniform(0.7, 1.6))
    tones = np.stack([coat, coat * 0.9, trousers, np.full(3, 42.0), skin, cap])
    return Actor(person_id, role, height_m, motion, tones, 0.7 if role == "visitor" else 0.25)
