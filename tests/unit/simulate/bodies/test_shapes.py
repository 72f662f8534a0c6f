"""Shapes of people, vehicles and animals: sizes, lengths of limbs, continuity, and who is away."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.raster.acting import TONES, performance, person, vehicle
from truceline.simulate.bodies.shape import shape_at
from truceline.simulate.model.actors import STEP_S, Action, Actor, ActorKind

UPRIGHT = [Action.STAND, Action.WALK, Action.AIM]
FLAT = [Action.PRONE, Action.AIM_PRONE, Action.CRAWL, Action.LIE, Action.DRAGGED]
THIGHS, SHANKS = [14, 15], [16, 17]


def _top_m(shape):
    ends = np.concatenate(
        [shape.capsules[:, 2] + shape.capsules[:, 6], shape.capsules[:, 5] + shape.capsules[:, 7]]
    )
    return float(ends.max())


def _low_m(shape):
    ends = np.concatenate(
        [shape.capsules[:, 2] - shape.capsules[:, 6], shape.capsules[:, 5] - shape.capsules[:, 7]]
    )
    return float(ends.min())


@pytest.mark.parametrize("action", UPRIGHT)
def test_people_on_their_feet_are_as_tall_as_they_are(action):
    shape = shape_at(performance(person(), action), 2.0)
    assert _top_m(shape) == pytest.approx(1.75, abs=0.09)


@pytest.mark.parametrize("action", FLAT)
def test_people_on_the_ground_are_low_long_and_not_in_it(action):
    shape = shape_at(performance(person(), action, heading_rad=0.5), 2.0)
    assert _top_m(shape) < 0.85
    assert _low_m(shape) >= -1e-9
    along = shape.capsules[:, :2] @ np.array([np.cos(0.5), np.sin(0.5)])
    assert along.max() - along.min() > 1.2


@pytest.mark.parametrize("action", [one for one in Action if one not in {Action.AWAY, Action.FLY}])
@pytest.mark.parametrize("carries", [False, True])
def test_limbs_keep_their_length_in_every_action(action, carries):
    shape = shape_at(performance(person(carries=carries), action, speed_mps=1.0), 2.0)
    lengths = np.linalg.norm(shape.capsules[:, 3:6] - shape.capsules[:, :3], axis=1) / 1.75
    # Who lies rests on the ground: what would sink into it is lifted.
    if action not in {*FLAT, Action.FALL}:
        assert lengths[THIGHS] == pytest.approx(0.245, abs=1e-6)
        assert lengths[SHANKS] == pytest.approx(0.246, abs=1e-6)
    assert np.isfinite(shape.capsules).all()
    assert len(shape.capsules) == (22 if carries else 20)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Action.STAND, Action.WALK),
        (Action.RUN, Action.FALL),
        (Action.STAND, Action.PRONE),
        (Action.PRONE, Action.STAND),
        (Action.LIE, Action.DRAGGED),
        (Action.STAND, Action.AIM),
        (Action.CROUCH, Action.AIM_PRONE),
    ],
)
def test_a_change_of_action_never_jumps(before, after):
    samples = 300
    share = np.clip((np.arange(samples) - 100) / 60, 0.0, 1.0)
    action = np.where(np.arange(samples) < 100, int(before), int(after)).astype(np.int8)
    changing = replace(
        performance(person(), after, samples=samples),
        action=action,
        before=np.full(samples, int(before), dtype=np.int8),
        share=np.where(np.arange(samples) < 100, 1.0, share),
    )
    places = np.stack([shape_at(changing, at).capsules for at in np.arange(1.5, 4.0, STEP_S)])
    assert np.abs(np.diff(places, axis=0)).max() < 0.16


def test_away_has_no_body():
    shape = shape_at(performance(person(), Action.AWAY), 1.0)
    assert len(shape.capsules) == len(shape.boxes) == len(shape.cylinders) == 0


@pytest.mark.parametrize(
    ("kind", "height_m", "length_m"),
    [(ActorKind.JEEP, 1.85, 3.8), (ActorKind.TRUCK, 2.8, 7.2), (ActorKind.CAR, 1.45, 4.4)],
)
def test_vehicles_have_their_size_and_stand_on_their_wheels(kind, height_m, length_m):
    shape = shape_at(performance(vehicle(kind, height_m=height_m), Action.PARKED, heading_rad=1.0), 1.0)
    reach = np.abs(shape.boxes[:, 3:12].reshape(-1, 3, 3))
    ends = shape.boxes[:, :3] + reach.sum(axis=1)
    assert ends[:, 2].max() == pytest.approx(height_m, rel=0.03)
    along = np.array([np.cos(1.0), np.sin(1.0), 0.0])
    half = np.abs(shape.boxes[:, 3:12].reshape(-1, 3, 3) @ along).sum(axis=1)
    middle = shape.boxes[:, :3] @ along
    assert (middle + half).max() - (middle - half).min() == pytest.approx(length_m, rel=0.05)
    wheels = shape.cylinders[shape.cylinders[:, 6] > 0.25]
    assert (wheels[:, 2] - wheels[:, 6]).min() == pytest.approx(0.0, abs=1e-9)


def test_wheels_turn_with_the_way_and_front_wheels_steer():
    driving = replace(
        performance(vehicle(), Action.DRIVE, speed_mps=2.0),
        steer_rad=np.full(300, 0.3),
        phase_rad=np.arange(300, dtype=np.float64) * 0.1,
    )
    early, late = shape_at(driving, 1.0), shape_at(driving, 1.04)
    turned = np.arccos(np.sum(early.cylinders[2, 7:] * late.cylinders[2, 7:]))
    assert turned == pytest.approx(0.2, abs=1e-6)
    axis = early.cylinders[0, 3:6] - early.cylinders[0, :3]
    assert np.arctan2(axis[1], axis[0]) - np.pi / 2 == pytest.approx(0.3, abs=1e-6)
    rear = early.cylinders[2, 3:6] - early.cylinders[2, :3]
    assert np.arctan2(rear[1], rear[0]) - np.pi / 2 == pytest.approx(0.0, abs=1e-6)


def test_the_drivers_door_opens_to_the_left_about_its_front_edge():
    shut = performance(vehicle(), Action.PARKED)
    wide = replace(shut, door=np.ones(300))
    closed, opened = shape_at(shut, 1.0).boxes[-1], shape_at(wide, 1.0).boxes[-1]
    assert opened[1] > closed[1] + 0.2
    assert opened[:3] + opened[3:6] == pytest.approx(closed[:3] + closed[3:6], abs=1e-9)


def test_nose_down_lowers_the_front_and_roll_the_right():
    level = performance(vehicle(), Action.PARKED)
    tilted = replace(level, pitch_rad=np.full(300, 0.1), roll_rad=np.full(300, 0.05))
    before, after = shape_at(level, 1.0), shape_at(tilted, 1.0)
    front_left, front_right = after.cylinders[0, 2], after.cylinders[1, 2]
    assert front_right < front_left
    assert (front_left + front_right) / 2 < before.cylinders[0, 2] - 0.05


def test_an_engine_that_has_run_is_warm():
    driven = shape_at(performance(vehicle(), Action.DRIVE, speed_mps=5.0), 4.0)
    parked = shape_at(performance(vehicle(), Action.PARKED), 4.0)
    assert driven.box_heat_c.max() > 8.0
    assert parked.box_heat_c.max() < 1.0


@pytest.mark.parametrize("kind", [ActorKind.DOG, ActorKind.DEER])
def test_four_legs_stand_and_step(kind):
    animal = Actor("a", kind, None, 0.8, TONES[:4])
    walking = performance(animal, Action.WALK, speed_mps=1.2)
    lows = []
    for at_s in np.arange(1.0, 3.0, 0.05):
        shape = shape_at(walking, at_s)
        lows.append(_low_m(shape))
        assert np.isfinite(shape.capsules).all()
    assert np.abs(lows).max() < 0.05


def test_a_bird_beats_its_wings_where_it_flies():
    bird = Actor("b", ActorKind.BIRD, None, 0.3, TONES[:4])
    flying = replace(
        performance(bird, Action.FLY, at_enu_m=(0.0, 0.0, 9.0)),
        phase_rad=np.arange(300, dtype=np.float64) * STEP_S * 2 * np.pi * 3,
    )
    tips = [shape_at(flying, at).capsules[:, 5].max() for at in np.arange(1.0, 1.35, 0.02)]
    assert max(tips) - min(tips) > 0.15
    assert min(tips) > 8.9


def test_the_same_instant_has_the_same_shape_bit_for_bit():
    walking = performance(person(carries=True), Action.RUN, speed_mps=4.0)
    first, second = shape_at(walking, 2.345), shape_at(walking, 2.345)
    assert first.capsules.tobytes() == second.capsules.tobytes()
