"""Bodies stand on the ground, keep their size, and their ground point is midway between their feet."""

import numpy as np
import pytest

from truceline.simulate.cast.figure import AT, poses
from truceline.simulate.scene import Actor, scene_from_seed

STEP_S = 0.02
MOMENTS_S = np.arange(0.0, 60.0, STEP_S)
CAST = scene_from_seed(3).cast


@pytest.mark.parametrize("actor", CAST, ids=lambda actor: actor.person_id)
def test_the_ground_point_is_midway_between_the_feet(actor: Actor):
    figure = poses(actor, MOMENTS_S)
    ankles = figure.joints_enu_m[:, [AT["ankle_left"], AT["ankle_right"]], :2]
    np.testing.assert_allclose(ankles.mean(axis=1), figure.ground_en_m, atol=0.02 * actor.height_m + 1e-9)


@pytest.mark.parametrize("actor", CAST, ids=lambda actor: actor.person_id)
def test_feet_touch_the_ground_and_never_sink(actor: Actor):
    figure = poses(actor, MOMENTS_S)
    soles = figure.joints_enu_m[:, [AT["toe_left"], AT["toe_right"]], 2]
    assert soles.min() >= 0.019 * actor.height_m
    assert np.all(soles.min(axis=1) <= 0.03 * actor.height_m)


@pytest.mark.parametrize("actor", CAST, ids=lambda actor: actor.person_id)
def test_limbs_keep_their_length(actor: Actor):
    joints = poses(actor, MOMENTS_S).joints_enu_m
    for side in ("left", "right"):
        shank = np.linalg.norm(joints[:, AT[f"knee_{side}"]] - joints[:, AT[f"ankle_{side}"]], axis=1)
        thigh = np.linalg.norm(joints[:, AT[f"hip_{side}"]] - joints[:, AT[f"knee_{side}"]], axis=1)
        np.testing.assert_allclose(shank / actor.height_m, 0.246, atol=0.012)
        np.testing.assert_allclose(thigh, shank, atol=0.02)


@pytest.mark.parametrize("actor", CAST, ids=lambda actor: actor.person_id)
def test_the_crown_stands_at_the_body_height(actor: Actor):
    figure = poses(actor, MOMENTS_S)
    top = figure.joints_enu_m[:, AT["crown"], 2] + 0.05 * actor.height_m
    assert top.max() <= 1.01 * actor.height_m
    assert top.min() >= 0.88 * actor.height_m


def test_a_foot_on_the_ground_stands_still():
    """While one foot swings the other does not slide: it moves at under a fifth of the body's speed."""
    walker = next(actor for actor in CAST if actor.role == "patrol")
    at_s = np.arange(6.0, 12.0, STEP_S)
    ankles = poses(walker, at_s).joints_enu_m[:, [AT["ankle_left"], AT["ankle_right"]]]
    planted = np.argmin(ankles[1:-1, :, 2], axis=1)
    speeds = np.linalg.norm(ankles[2:, :, :2] - ankles[:-2, :, :2], axis=2) / (2 * STEP_S)
    slide = speeds[np.arange(len(planted)), planted]
    body_mps = float(np.abs(walker.motion.pace.speed_mps(np.array([8.0])))[0])
    assert np.median(slide) < 0.2 * body_mps


def test_hands_and_feet_are_one_body_long_at_most():
    for actor in CAST:
        joints = poses(actor, MOMENTS_S).joints_enu_m
        away = np.linalg.norm(joints[..., :2] - poses(actor, MOMENTS_S).ground_en_m[:, None], axis=2)
        assert away.max() < 0.62 * actor.height_m
