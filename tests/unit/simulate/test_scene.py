"""The story holds for every seed: who crosses, how deep, how long, and that bodies can move like that."""

import numpy as np
import pytest

from truceline.geometry.camera import pixel_from_site
from truceline.geometry.line import signed_distance_m
from truceline.records.time import UtcNs
from truceline.records.truth import TrueCrossing
from truceline.simulate import scene as story
from truceline.simulate.scene import LINE_EN_M, Scene, scene_from_seed, shifted_line
from truceline.simulate.testimony import true_crossings

SEEDS = [*range(24), 2**31]
STEP_S = 0.01


def moments(step_s: float = STEP_S) -> np.ndarray:
    return np.arange(0.0, story.DURATION_S, step_s)


def crossings(scene: Scene) -> dict[str, list[TrueCrossing]]:
    found: dict[str, list[TrueCrossing]] = {}
    for one in true_crossings(scene, end_s=story.DURATION_S, start_utc_ns=UtcNs(0)):
        found.setdefault(one.person_id, []).append(one)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_exactly_the_guard_and_the_visitor_cross(seed: int):
    found = crossings(scene_from_seed(seed))
    assert sorted(found) == ["guard", "visitor"]
    (guard,), (visitor,) = found["guard"], found["visitor"]
    assert (guard.from_side, guard.to_side, guard.permit_id) == ("North", "South", None)
    assert guard.dwell_s is not None
    assert 2.0 <= guard.dwell_s <= 3.0
    assert 2.8 <= guard.depth_m <= 3.25
    assert (visitor.from_side, visitor.to_side, visitor.permit_id) == ("South", "North", story.PERMIT_ID)
    assert visitor.returned_utc_ns is None
    assert visitor.dwell_s is None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_stated_depth_and_dwell_agree_with_the_sampled_path(seed: int):
    scene = scene_from_seed(seed)
    guard = next(actor for actor in scene.cast if actor.person_id == "guard")
    at_s = moments(0.001)
    distance = signed_distance_m(scene.line_true_en_m, guard.motion.position_en_m(at_s))
    beyond = at_s[distance < 0]
    (truth,) = crossings(scene)["guard"]
    assert truth.dwell_s is not None
    assert truth.returned_utc_ns is not None
    assert truth.depth_m == pytest.approx(-distance.min(), abs=1e-5)
    assert truth.crossed_utc_ns / 1e9 == pytest.approx(beyond[0], abs=0.0011)
    assert truth.returned_utc_ns / 1e9 == pytest.approx(beyond[-1], abs=0.0011)
    assert truth.dwell_s == pytest.approx((truth.returned_utc_ns - truth.crossed_utc_ns) / 1e9, abs=1e-8)
    place = np.array([truth.place_en_m])
    assert signed_distance_m(scene.line_true_en_m, place)[0] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_body_is_asked_for_more_than_a_body_can_do(seed: int):
    at_s = moments()
    for actor in scene_from_seed(seed).cast:
        places = actor.motion.position_en_m(at_s)
        velocity = np.gradient(places, STEP_S, axis=0)
        acceleration = np.linalg.norm(np.diff(places, 2, axis=0), axis=1) / STEP_S**2
        assert acceleration.max() <= 4.5, actor.person_id
        assert np.linalg.norm(velocity, axis=1).max() <= 4.0, actor.person_id


@pytest.mark.parametrize("seed", SEEDS)
def test_only_the_guard_and_the_visitor_come_near_the_line(seed: int):
    scene = scene_from_seed(seed)
    for actor in scene.cast:
        nearest = signed_distance_m(scene.line_true_en_m, actor.motion.position_en_m(moments(0.05))).min()
        if actor.role == "patrol":
            assert nearest >= 1.0
        elif actor.role == "guard_at_post":
            assert nearest >= 4.0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_visitor_passes_well_inside_the_permitted_zone(seed: int):
    (visitor,) = crossings(scene_from_seed(seed))["visitor"]
    (west, south), (east, north) = story.GATE_RING_EN_M.min(axis=0), story.GATE_RING_EN_M.max(axis=0)
    assert west + 1.0 < visitor.place_en_m[0] < east - 1.0
    assert south + 1.0 < visitor.place_en_m[1] < north - 1.0


@pytest.mark.parametrize("seed", SEEDS)
def test_people_keep_apart(seed: int):
    places = [actor.motion.position_en_m(moments(0.04)) for actor in scene_from_seed(seed).cast]
    for index, one in enumerate(places):
        for other in places[index + 1 :]:
            assert np.linalg.norm(one - other, axis=1).min() > 0.55


@pytest.mark.parametrize("seed", SEEDS)
def test_a_person_at_the_line_is_large_enough_and_the_camera_stands_right(seed: int):
    scene = scene_from_seed(seed)
    (guard,) = crossings(scene)["guard"]
    body = np.array([[*guard.place_en_m, 0.0], [*guard.place_en_m, 1.72]])
    foot, head = pixel_from_site(scene.true, body)
    assert 45 <= foot[1] - head[1] <= 70
    position = scene.declared.position_enu_m
    assert 7 <= position[2] <= 9
    assert 24 <= -signed_distance_m(LINE_EN_M, position[None, :2])[0] <= 35


def test_what_is_true_differs_from_what_is_declared_as_declared():
    scenes = [scene_from_seed(seed) for seed in range(200)]
    normalised = np.array([scene.calibration_delta / story.SIGMAS for scene in scenes])
    assert np.all(np.abs(normalised.mean(axis=0)) < 4 / np.sqrt(len(scenes)))
    assert np.all(np.abs(normalised.std(axis=0) - 1) < 0.25)
    offsets = np.array([scene.line_offset_m for scene in scenes]) / story.LINE_SIGMA_M
    assert abs(offsets.mean()) < 0.3
    assert abs(offsets.std() - 1) < 0.25
    errors_s = np.array([scene.clock_error_s for scene in scenes])
    assert np.abs(errors_s).max() <= story.CLOCK_BOUND_S
    assert errors_s.std() > 0.01


@pytest.mark.parametrize("offset_m", [-0.4, 0.0, 0.25, 3.0])
def test_a_shifted_line_keeps_its_distance(offset_m: float):
    moved = shifted_line(LINE_EN_M, offset_m)
    np.testing.assert_allclose(signed_distance_m(LINE_EN_M, moved), offset_m, atol=1e-3)


def test_the_same_seed_gives_the_same_scene_and_another_does_not():
    one, again, other = scene_from_seed(5), scene_from_seed(5), scene_from_seed(6)
    np.testing.assert_array_equal(one.true.rotation, again.true.rotation)
    assert [actor.height_m for actor in one.cast] == [actor.height_m for actor in again.cast]
    assert [actor.height_m for actor in one.cast] != [actor.height_m for actor in other.cast]
