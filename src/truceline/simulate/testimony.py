"""Testimony: the exact truth of a drawn scene, taken from its motions and its cels, not from its pixels."""

import json
from dataclasses import fields, is_dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.line import signed_distance_m
from truceline.records.columns import float_column, int_column
from truceline.records.time import UtcNs, format_utc, utc_ns_from_seconds
from truceline.records.truth import DrawnTruth, PersonTruth, TrueCrossing
from truceline.simulate.cast.cels import Cels, Performance
from truceline.simulate.motion import Motion
from truceline.simulate.scene import (
    HEIGHT_PX,
    LEFT_SIDE,
    PERMIT_ID,
    RIGHT_SIDE,
    START_UTC_NS,
    WIDTH_PX,
    Actor,
    Scene,
)

Array = NDArray[np.float64]

_SEARCH_STEP_S = 0.01
_RESOLUTION_S = 1e-10


def drawn_truth(scene: Scene, cels: Cels, *, at_s: Array, rate_hz: Fraction) -> DrawnTruth:
    """The truth of the frames at times (n,) seconds after the true start."""
    start = UtcNs(START_UTC_NS + utc_ns_from_seconds(scene.clock_error_s))
    crossings = true_crossings(scene, end_s=float(at_s[-1]), start_utc_ns=start)
    people = [_person(performance, scene.line_true_en_m) for performance in cels.cast]
    return DrawnTruth(
        seed=scene.seed,
        rate_hz=rate_hz,
        frame_count=len(at_s),
        start_utc_ns=start,
        clock_error_s=scene.clock_error_s,
        line_vertices_en_m=float_column(scene.line_true_en_m, 2, rows=len(scene.line_true_en_m), name="line"),
        line_offset_m=scene.line_offset_m,
        calibration_delta=float_column(
            scene.calibration_delta, rows=len(scene.calibration_delta), name="delta"
        ),
        people=tuple(person for person in people if len(person.frame)),
        crossings=crossings,
    )


def true_crossings(scene: Scene, *, end_s: float, start_utc_ns: UtcNs) -> tuple[TrueCrossing, ...]:
    """Every passage of the true line in the first ``end_s`` seconds, in the order of time."""
    found = [
        crossing
        for actor in scene.cast
        for crossing in _crossings(actor, scene, end_s=end_s, start_utc_ns=start_utc_ns)
    ]
    return tuple(sorted(found, key=lambda one: one.crossed_utc_ns))


def _person(performance: Performance, line_en_m: Array) -> PersonTruth:
    """One person's rows, from the first frame in which anything of the person is visible to the last."""
    shown = np.flatnonzero(performance.visible > 0)
    frames = np.arange(shown[0], shown[-1] + 1) if len(shown) else shown
    frames = frames[performance.projection.seen[frames]]
    size = np.array([WIDTH_PX, HEIGHT_PX, WIDTH_PX, HEIGHT_PX]) - 1.0
    count = len(frames)
    places = performance.en_m[frames]
    return PersonTruth(
        person_id=performance.actor.person_id,
        role=performance.actor.role,
        height_m=performance.actor.height_m,
        frame=int_column(frames, rows=count, name="frame"),
        en_m=float_column(places, 2, rows=count, name="en_m"),
        foot_px=float_column(performance.projection.foot_px[frames], 2, rows=count, name="foot_px"),
        boxes_px=float_column(
            np.clip(performance.projection.boxes_px[frames], 0, size), 4, rows=count, name="boxes_px"
        ),
        visible=float_column(performance.visible[frames], rows=count, name="visible"),
        distance_m=float_column(signed_distance_m(line_en_m, places), rows=count, name="distance_m"),
    )


def _crossings(actor: Actor, scene: Scene, *, end_s: float, start_utc_ns: UtcNs) -> list[TrueCrossing]:
    """Every passage of the true line up to ``end_s``; a passage back closes the one before it."""
    at_s = np.arange(0.0, end_s + _SEARCH_STEP_S / 2, _SEARCH_STEP_S)
    distance = _distance(actor.motion, scene, at_s=at_s)
    changes = np.flatnonzero(np.diff(np.sign(distance)) != 0)
    instants = [
        _passing_s(actor.motion, scene, low_s=float(at_s[i]), high_s=float(at_s[i + 1])) for i in changes
    ]
    found = []
    for index in range(0, len(instants), 2):
        crossed_s = instants[index]
        returned_s = instants[index + 1] if index + 1 < len(instants) else None
        leftward = bool(distance[changes[index]] < 0)
        beyond = at_s[(at_s >= crossed_s) & (at_s <= (end_s if returned_s is None else returned_s))]
        depth_m = _deepest_m(actor.motion, scene, at_s=beyond)
        place = actor.motion.position_en_m(np.array([crossed_s]))[0]
        found.append(
            TrueCrossing(
                person_id=actor.person_id,
                role=actor.role,
                from_side=RIGHT_SIDE if leftward else LEFT_SIDE,
                to_side=LEFT_SIDE if leftward else RIGHT_SIDE,
                crossed_utc_ns=UtcNs(start_utc_ns + utc_ns_from_seconds(crossed_s)),
                returned_utc_ns=None
                if returned_s is None
                else UtcNs(start_utc_ns + utc_ns_from_seconds(returned_s)),
                dwell_s=None if returned_s is None else returned_s - crossed_s,
                depth_m=depth_m,
                place_en_m=(float(place[0]), float(place[1])),
                permit_id=PERMIT_ID if actor.role == "visitor" else None,
            )
        )
    return found


def _distance(motion: Motion, scene: Scene, *, at_s: Array) -> Array:
    return signed_distance_m(scene.line_true_en_m, motion.position_en_m(at_s))


def _passing_s(motion: Motion, scene: Scene, *, low_s: float, high_s: float) -> float:
    """The instant of passing between two times on different sides, by bisection to a nanosecond."""
    sign = np.sign(_distance(motion, scene, at_s=np.array([low_s]))[0])
    while high_s - low_s > _RESOLUTION_S:
        middle = (low_s + high_s) / 2
        if np.sign(_distance(motion, scene, at_s=np.array([middle]))[0]) == sign:
            low_s = middle
        else:
            high_s = middle
    return (low_s + high_s) / 2


def _deepest_m(motion: Motion, scene: Scene, *, at_s: Array) -> float:
    """The largest distance at times (n,), refined by a parabola through the three samples about it."""
    if len(at_s) == 0:
        return 0.0
    depth = np.abs(_distance(motion, scene, at_s=at_s))
    top = int(np.argmax(depth))
    if not 0 < top < len(depth) - 1:
        return float(depth[top])
    before, here, after = depth[top - 1 : top + 2]
    bend = before - 2 * here + after
    return float(here if bend == 0 else here - (after - before) ** 2 / (8 * bend))


def truth_as_json(truth: DrawnTruth) -> str:
    """The truth as JSON text with sorted keys; times as RFC 3339, columns as lists rounded to 0.1 mm."""
    return json.dumps(_plain(truth), indent=1, sort_keys=True) + "\n"


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _named(field.name, getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        return np.round(value, 4).tolist() if value.dtype.kind == "f" else value.tolist()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value


def _named(name: str, value: object) -> object:
    if name == "calibration_delta" and isinstance(value, np.ndarray):
        return [float(f"{one:.9g}") for one in value]
    if name.endswith("_utc_ns") and isinstance(value, int):
        return format_utc(UtcNs(value), digits=9)
    return _plain(value)
