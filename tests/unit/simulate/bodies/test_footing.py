"""Feet that stand do not slide, whatever the way, the speed and the direction."""

import numpy as np
import pytest

from tests.unit.simulate.raster.acting import performance, person
from truceline.simulate.bodies.gait.footing import footing_of
from truceline.simulate.bodies.people.person import feet_at
from truceline.simulate.bodies.shape import shape_at
from truceline.simulate.model.actors import STEP_S, Action

SLIDES_LESS_M = 0.01
FEET = (18, 19)


def _stands(footing, foot, at_s):
    rows = footing.stands[footing.first[foot] : footing.first[foot + 1]]
    return any(start <= at_s <= end for start, end in rows[:, :2])


@pytest.mark.parametrize(
    ("action", "speed", "turning"),
    [
        (Action.WALK, 1.4, 0.0),
        (Action.WALK, 0.6, 0.3),
        (Action.RUN, 3.5, 0.0),
        (Action.RUN, 5.5, 0.4),
        (Action.CROUCH, 0.8, 0.0),
        (Action.DRAG, -0.7, 0.0),
    ],
)
def test_a_foot_that_stands_stays_where_it_is(action, speed, turning):
    heading = 0.4 + turning * np.arange(300) * STEP_S
    going = performance(person(), action, speed_mps=speed, heading_rad=heading)
    footing = footing_of(going)
    moved = []
    for at_s in np.arange(0.5, 5.5, 0.02):
        before, after = feet_at(going, at_s), feet_at(going, at_s + 0.02)
        moved += [
            float(np.linalg.norm(after[foot] - before[foot]))
            for foot in range(2)
            if _stands(footing, foot, at_s) and _stands(footing, foot, at_s + 0.02)
        ]
    assert len(moved) > 50
    assert max(moved) < SLIDES_LESS_M


@pytest.mark.parametrize("speed", [0.8, 1.4, 2.0])
def test_the_feet_are_midway_about_the_ground_point_over_a_stride(speed):
    going = performance(person(), Action.WALK, speed_mps=speed, samples=400)
    stride_s = (0.55 + 0.6 * speed) / speed
    times = 2.0 + np.arange(40) / 40 * stride_s
    middle = np.array([feet_at(going, at).mean(axis=0)[:2] for at in times])
    ground = np.array([shape_at(going, at).ground_enu_m[:2] for at in times])
    assert np.abs((middle - ground).mean(axis=0)).max() < 0.05


def test_who_stops_stands_on_both_feet_beside_the_ground_point():
    speed = np.concatenate([np.full(120, 1.4), np.linspace(1.4, 0.0, 40), np.zeros(140)])
    going = performance(person(), Action.WALK, speed_mps=speed)
    feet = feet_at(going, 5.5)
    ground = shape_at(going, 5.5).ground_enu_m
    assert feet.mean(axis=0) == pytest.approx(ground, abs=1e-6)
    assert np.abs(feet - ground).max() < 0.15


@pytest.mark.parametrize(
    ("action", "speed"), [(Action.STAND, 0.0), (Action.AIM, 0.0), (Action.WALK, 1.3), (Action.RUN, 4.0)]
)
def test_soles_reach_the_ground_and_do_not_sink_into_it(action, speed):
    going = performance(person(), action, speed_mps=speed, at_enu_m=(0.0, 0.0, 7.0))
    lowest = []
    for at_s in np.arange(1.0, 4.0, 0.04):
        capsules = shape_at(going, at_s).capsules
        soles = np.concatenate([capsules[FEET, 2] - capsules[FEET, 6], capsules[FEET, 5] - capsules[FEET, 7]])
        lowest.append(float(soles.min()) - 7.0)
    assert min(lowest) > -0.03
    if action is not Action.RUN:
        assert max(lowest) < 0.02
    assert np.median(lowest) < 0.05


def test_turning_on_the_spot_is_done_by_steps():
    heading = np.concatenate([np.zeros(50), np.linspace(0.0, 2.5, 100), np.full(150, 2.5)])
    turning = performance(person(), Action.STAND, heading_rad=heading)
    highest = max(feet_at(turning, at_s)[:, 2].max() for at_s in np.arange(1.0, 3.0, 0.02))
    assert highest > 0.01
    last = feet_at(turning, 5.0)
    across = last[0] - last[1]
    assert np.arctan2(across[1], across[0]) == pytest.approx(2.5 + np.pi / 2 - 2 * np.pi, abs=0.1)
