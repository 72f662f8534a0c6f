import numpy as np
import pytest

from truceline.geometry.line import beside_line, extend, left_normal, signed_distance_m

STRAIGHT = np.array([[0.0, 0.0], [10.0, 0.0]])
BEND = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]])  # turns left
HOOK = np.array([[0.0, 0.0], [10.0, 0.0], [2.0, 2.0]])  # turns back sharply


@pytest.mark.parametrize(
    ("line", "point", "distance"),
    [
        pytest.param(STRAIGHT, (5, 2), 2.0, id="left"),
        pytest.param(STRAIGHT, (5, -3), -3.0, id="right"),
        pytest.param(STRAIGHT, (5, 0), 0.0, id="on the line"),
        pytest.param(STRAIGHT, (-4, 1), 1.0, id="before the start the line goes on"),
        pytest.param(STRAIGHT, (14, -1), -1.0, id="beyond the end the line goes on"),
        pytest.param(BEND, (8, 3), 2.0, id="inside the bend"),
        pytest.param(BEND, (12, 5), -2.0, id="outside, beside the second segment"),
        pytest.param(BEND, (13, -4), -5.0, id="outside, nearest to the corner"),
        pytest.param(BEND, (10, 0), 0.0, id="the corner"),
        pytest.param(BEND[::-1], (13, -4), 5.0, id="the corner of the reversed line"),
        pytest.param(HOOK, (13, -0.5), -np.hypot(3, 0.5), id="a sharp corner, from outside"),
        pytest.param(
            HOOK, (11, 1), -np.sqrt(2), id="a sharp corner, from outside, left of its first segment"
        ),
        pytest.param(HOOK[::-1], (11, 1), np.sqrt(2), id="and the same reversed"),
        pytest.param(HOOK, (6, 0.4), 0.4, id="within a sharp corner"),
    ],
)
def test_signed_distance(line, point, distance):
    assert signed_distance_m(line, np.array([point], float))[0] == pytest.approx(distance, abs=1e-9)


def test_no_points_give_no_distances():
    assert signed_distance_m(BEND, np.zeros((0, 2))).shape == (0,)
    assert beside_line(BEND, np.zeros((0, 2))).shape == (0,)


def test_nan_stays_nan():
    got = signed_distance_m(BEND, np.array([[np.nan, 1.0], [5.0, 1.0]]))
    assert np.isnan(got[0])
    assert got[1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("line", "point", "beside"),
    [
        pytest.param(STRAIGHT, (5, 3), True, id="beside"),
        pytest.param(STRAIGHT, (0, 3), True, id="level with the start"),
        pytest.param(STRAIGHT, (10, -3), True, id="level with the end"),
        pytest.param(STRAIGHT, (-0.01, 3), False, id="before the start"),
        pytest.param(STRAIGHT, (10.01, -3), False, id="after the end"),
        pytest.param(BEND, (11, -1), True, id="outside the corner"),
        pytest.param(BEND, (-1, 0), False, id="before the start of a bent line"),
        pytest.param(BEND, (10, 10.5), False, id="after the end of a bent line"),
        pytest.param(BEND, (9, 9), True, id="far along the second segment"),
        pytest.param(HOOK, (1.5, 0.2), True, id="level with the start, the end behind it"),
    ],
)
def test_beside_the_line_or_beyond_its_ends(line, point, beside):
    assert beside_line(line, np.array([point], float))[0] == beside


@pytest.mark.parametrize(
    ("point", "normal"),
    [
        pytest.param((5, 3), (0, 1), id="first segment"),
        pytest.param((8, 9), (-1, 0), id="second segment"),
        pytest.param((-5, 0), (0, 1), id="before the start"),
    ],
)
def test_the_left_normal_is_that_of_the_nearest_segment(point, normal):
    np.testing.assert_allclose(left_normal(BEND, np.array(point, float)), normal, atol=1e-12)


def test_extending_keeps_the_line_and_its_direction():
    longer = extend(BEND, by_m=5)
    np.testing.assert_allclose(longer, [[-5, 0], [10, 0], [10, 15]])
    np.testing.assert_array_equal(BEND[0], [0, 0])  # the argument is untouched


def test_extending_takes_whole_numbers():
    np.testing.assert_allclose(extend(np.array([[0, 0], [3, 4]]), by_m=2.5), [[-1.5, -2], [4.5, 6]])
