"""Footing: where and when each foot stands, worked out once for a whole performance.

A foot that stands does not slide. While the gait's phase says that a foot stands, it stays at the place that
lies below the body in the middle of that time; where the body stops, at its place in standing. Between two
such places the foot swings. Because the places come from the performance's own way and phase, they hold for
any stride length, on bends, when speeding up and walking backwards.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.bodies.gait.curves import duty
from truceline.simulate.model.actors import STEP_S, Action, ActorKind, Performance

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

FOOTED = (Action.STAND, Action.WALK, Action.RUN, Action.CROUCH, Action.AIM, Action.DRAG, Action.GRAZE)
"""Actions done on the feet."""

STILL_RAD_S = 0.8
"""A gait slower than this stands."""
TURNING_MPS = 0.3
"""Who is slower than this and turns does so by steps on the spot ..."""
STEPS_PER_TURN = 4.5
"""... two of them for a turn of 80 degrees."""
PERSON_SPREAD = 0.052
"""Half the distance between a person's feet, share of the height."""
ANIMAL_DUTY = 0.55
_SMOOTH_S = 0.16
_LONGER = 100
"""Samples by which a performance is continued at both ends: two seconds, more than a stride."""
_LEAST_STEP_RAD = 1e-3
_CACHED = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Footing:
    """When and where the feet stand.

    Attributes:
        first: (feet + 1,) rows of the columns below at which each foot's stands begin.
        stands: (c, 9) start and end of each stand in seconds, phase at both, place (3), heading, and whether
            the body rests in it (0 or 1).
        phase_rad: (n,) the gait's phase, always advancing, with steps on the spot added.
        rate: (n,) its advance a second, smoothed.
        push_mps2: (n,) acceleration along the heading, smoothed.
    """

    first: NDArray[np.int64]
    stands: Array
    phase_rad: Array
    rate: Array
    push_mps2: Array


@lru_cache(maxsize=_CACHED)
def footing_of(performance: Performance) -> Footing:
    """The footing of a person or a four-legged animal; the last thousand are remembered."""
    heading = np.unwrap(performance.heading_rad)
    turning = np.where(np.abs(performance.speed_mps) < TURNING_MPS, np.abs(_steps(heading)), 0.0)
    gait = np.abs(_steps(np.unwrap(performance.phase_rad)))
    phase = performance.phase_rad[0] + np.cumsum(gait + STEPS_PER_TURN * turning)
    rate = _smooth(_slope(phase))
    footed = _lengthened(np.isin(performance.action, FOOTED).astype(np.float64)) > 0
    still = (_lengthened(rate) < STILL_RAD_S) & footed
    animal = performance.actor.kind.is_animal
    stands_for = _lengthened(np.full(len(phase), ANIMAL_DUTY) if animal else duty(performance.speed_mps))
    long_phase, long_heading = _lengthened(phase), _lengthened(heading)
    ground = np.stack([_lengthened(performance.enu_m[:, axis]) for axis in range(3)], axis=1)
    rows, first = [], [0]
    for offset, ahead_m, aside_m in _animal_feet(performance) if animal else _person_feet(performance):
        turn = np.mod((long_phase + offset) / (2 * np.pi), 1.0)
        stands = still | ~footed | (turn < stands_for)
        # In which phase the foot is in the middle of the stand that it is in, or nearest to.
        middle = long_phase + 2 * np.pi * (stands_for / 2 - turn)
        place = _placed(ground, long_heading, ahead_m=ahead_m, aside_m=aside_m)
        columns = np.column_stack([long_phase, place, long_heading, middle])
        rows += _stands(stands, footed, still=still, columns=columns)
        first.append(len(rows))
    push = _smooth(_slope(performance.speed_mps))
    return Footing(np.array(first), np.array(rows).reshape(-1, 9), phase, rate, push)


def _person_feet(performance: Performance) -> tuple[tuple[float, float, float], ...]:
    spread = PERSON_SPREAD * performance.actor.height_m
    return ((0.0, 0.0, spread), (np.pi, 0.0, -spread))


def _animal_feet(performance: Performance) -> tuple[tuple[float, float, float], ...]:
    """Left hind, right hind, left fore, right fore: a walk that is nearly a trot."""
    tall = performance.actor.height_m
    long, wide = (0.44, 0.13) if performance.actor.kind is ActorKind.DOG else (0.40, 0.10)
    return (
        (0.0, -long * tall, wide * tall),
        (np.pi, -long * tall, -wide * tall),
        (1.2 * np.pi, long * tall, wide * tall),
        (0.2 * np.pi, long * tall, -wide * tall),
    )


def _placed(ground: Array, heading: Array, *, ahead_m: float, aside_m: float) -> Array:
    """(n, 3) where a foot would stand at each instant."""
    cos, sin = np.cos(heading), np.sin(heading)
    offset = np.stack(
        [ahead_m * cos - aside_m * sin, ahead_m * sin + aside_m * cos, np.zeros_like(cos)], axis=1
    )
    place: Array = ground + offset
    return place


def _stands(stands: Mask, footed: Mask, *, still: Mask, columns: Array) -> list[Array]:
    """Rows of ``Footing.stands`` of one foot from the samples at which it stands."""
    label = np.where(stands, 1 + footed, 0)
    cuts = np.concatenate([[0], np.flatnonzero(np.diff(label)) + 1, [len(label)]])
    rows = []
    for begin, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        if not label[begin]:
            continue
        resting = begin + np.flatnonzero(still[begin:end])
        if not footed[begin]:
            place = columns[begin, 1:5]
        elif len(resting):
            place = columns[resting[len(resting) // 2], 1:5]
        else:
            place = _in_the_middle(columns[begin:end])
        times = ((begin - _LONGER) * STEP_S, (end - 1 - _LONGER) * STEP_S)
        phases = (columns[begin, 0], columns[end - 1, 0])
        rows.append(np.array([*times, *phases, *place, float(len(resting) > 0)]))
    return rows


def _in_the_middle(columns: Array) -> Array:
    """Place and heading in the middle of a stand; where it is cut short, as if the body had gone on."""
    phase = columns[:, 0]
    middle = float(columns[len(columns) // 2, 5])
    row = min(max(int(np.searchsorted(phase, middle)), 0), len(phase) - 1)
    if phase[0] <= middle <= phase[-1] or len(phase) < 2:
        return np.asarray(columns[row, 1:5])
    first, last = (0, 1) if row == 0 else (-2, -1)
    step = max(float(phase[last] - phase[first]), _LEAST_STEP_RAD)
    onward = np.clip((middle - phase[row]) / step, -_LONGER / 2, _LONGER / 2)
    return np.asarray(columns[row, 1:5] + (columns[last, 1:5] - columns[first, 1:5]) * onward)


def _lengthened(values: Array) -> Array:
    """A column continued evenly at both ends, so that the steps before and after have a place to go."""
    if len(values) < 2:
        return np.pad(values, _LONGER, mode="edge")
    reach = np.arange(1, _LONGER + 1)
    before = values[0] - (values[1] - values[0]) * reach[::-1]
    after = values[-1] + (values[-1] - values[-2]) * reach
    return np.concatenate([before, values, after])


def _slope(values: Array) -> Array:
    return np.asarray(np.gradient(values, STEP_S)) if len(values) > 1 else np.zeros(1)


def _steps(values: Array) -> Array:
    return np.diff(values, prepend=values[:1])


def _smooth(values: Array) -> Array:
    """The mean over ``_SMOOTH_S`` around each sample, edges continued."""
    reach = round(_SMOOTH_S / STEP_S / 2)
    padded = np.pad(values, reach + 1, mode="edge")
    total = np.cumsum(padded)
    smooth: Array = (total[2 * reach + 1 :] - total[: -2 * reach - 1]) / (2 * reach + 1)
    return smooth[: len(values)]
