"""Motion in closed form agrees with its own derivatives, and its turns are what they say."""

import numpy as np
import pytest

from truceline.simulate.motion import Motion, Pace, route_through

STEP_S = 1e-4


def test_a_straight_route_goes_from_its_start_to_its_end():
    route = route_through(np.array([[1.0, 2.0], [4.0, 6.0]]))
    assert route.length_m == pytest.approx(5.0)
    places, headings = route.at(np.array([-1.0, 0.0, 5.0, 6.0]))
    np.testing.assert_allclose(places, [[0.4, 1.2], [1.0, 2.0], [4.0, 6.0], [4.6, 6.8]], atol=1e-12)
    np.testing.assert_allclose(headings, np.arctan2(4, 3))


@pytest.mark.parametrize(
    ("points", "radius_m"),
    [
        pytest.param([[0, 0], [10, 0], [10, 10]], 1.2, id="left turn"),
        pytest.param([[0, 0], [10, 0], [10, -10]], 1.2, id="right turn"),
        pytest.param([[0, 0], [10, 0], [20, 0], [20, 5]], 2.0, id="a corner that is none"),
        pytest.param([[0, 0], [2, 0], [2, 2], [4, 2]], 5.0, id="legs too short for the radius"),
    ],
)
def test_a_route_is_smooth_and_its_arc_length_is_true(points: list[list[float]], radius_m: float):
    route = route_through(np.array(points, dtype=np.float64), corner_m=radius_m)
    along = np.linspace(0.0, route.length_m, 20_001)
    places, headings = route.at(along)
    steps = np.diff(places, axis=0)
    np.testing.assert_allclose(np.linalg.norm(steps, axis=1), np.diff(along), rtol=1e-5)
    middle = (headings[1:] + headings[:-1]) / 2
    unit = np.stack([np.cos(middle), np.sin(middle)], axis=1)
    np.testing.assert_allclose(steps / np.diff(along)[:, None], unit, atol=1e-3)
    np.testing.assert_allclose(places[-1], points[-1], atol=1e-9)


def test_the_arc_length_is_the_integral_of_the_speed():
    pace = Pace(np.array([1.0, 2.0, 5.0, 6.5, 9.0]), np.array([0.0, 3.0, 3.0, -3.0, 0.0]), 4.0)
    at_s = np.linspace(-1.0, 12.0, 4001)
    slope = (pace.along_m(at_s + STEP_S) - pace.along_m(at_s - STEP_S)) / (2 * STEP_S)
    np.testing.assert_allclose(slope, pace.speed_mps(at_s), atol=1e-6)
    assert pace.along_m(np.array([1.0]))[0] == pytest.approx(4.0)


def test_beyond_its_knots_the_speed_stays():
    pace = Pace(np.array([0.0, 1.0]), np.array([2.0, 1.0]), 0.0)
    np.testing.assert_allclose(pace.speed_mps(np.array([-5.0, 9.0])), [2.0, 1.0])
    np.testing.assert_allclose(pace.along_m(np.array([-5.0, 3.0])), [-10.0, 1.5 + 2.0])


def test_a_turn_back_is_as_deep_as_its_formula_says():
    speed_mps, dwell_s = 3.4, 2.7
    pace = Pace(np.array([0.0, dwell_s]), np.array([speed_mps, -speed_mps]), 0.0)
    assert pace.along_m(np.array([dwell_s / 2]))[0] == pytest.approx(speed_mps * dwell_s / np.pi)
    assert pace.along_m(np.array([dwell_s]))[0] == pytest.approx(0.0, abs=1e-12)


def test_a_body_turns_half_round_once_for_each_turn():
    route = route_through(np.array([[0.0, 0.0], [10.0, 0.0]]))
    pace = Pace(np.array([0.0, 1.0]), np.array([1.0, -1.0]), 0.0)
    motion = Motion(route, pace, ((0.3, 0.7), (2.0, 3.0)))
    facing = motion.facing_rad(np.array([0.0, 0.5, 1.0, 4.0]))
    np.testing.assert_allclose(facing, [0.0, np.pi / 2, np.pi, 2 * np.pi])
