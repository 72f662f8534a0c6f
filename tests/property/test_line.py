"""The line's sides: what reversing, turning and shifting may change, and what they may not."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from truceline.geometry.line import beside_line, extend, signed_distance_m

METRES = st.floats(-50, 50).map(lambda value: round(value, 3))
POINTS = st.lists(st.tuples(METRES, METRES), min_size=1, max_size=8).map(
    lambda rows: np.array(rows, dtype=float)
)
ANGLES = st.floats(-np.pi, np.pi)


@st.composite
def lines(draw, most=5):
    """Polylines whose segments are at least a metre long and turn by half a radian at most."""
    steps = draw(st.lists(st.tuples(st.floats(1, 20), st.floats(-0.5, 0.5)), min_size=1, max_size=most - 1))
    heading = draw(ANGLES)
    vertices = [np.array(draw(st.tuples(METRES, METRES)))]
    for length, turn in steps:
        heading += turn
        vertices.append(vertices[-1] + length * np.array([np.cos(heading), np.sin(heading)]))
    return np.array(vertices)


@pytest.mark.counterpart("shapely")
@given(lines(), POINTS)
def test_the_distance_is_that_of_shapely(line, points):
    import shapely

    theirs = shapely.distance(shapely.LineString(extend(line)), shapely.points(points))
    np.testing.assert_allclose(np.abs(signed_distance_m(line, points)), theirs, atol=1e-7)


@pytest.mark.counterpart("shapely")
@given(lines(), POINTS)
def test_the_side_is_that_of_a_polygon_left_of_the_line(line, points):
    import shapely

    extended = extend(line, by_m=1000.0)
    ahead = extended[-1] - extended[-2]
    back = extended[0] - extended[1]
    left = np.array([[-ahead[1], ahead[0]], [back[1], -back[0]]])
    far = left / np.linalg.norm(left, axis=1, keepdims=True) * 1000.0
    ring = shapely.Polygon([*extended, extended[-1] + far[0], extended[0] + far[1]])
    assume(ring.is_valid)
    distance = signed_distance_m(line, points)
    inside = shapely.contains(ring, shapely.points(points))
    clear = np.abs(distance) > 1e-6
    np.testing.assert_array_equal((distance > 0)[clear], inside[clear])


@given(lines(), POINTS)
def test_reversing_the_line_swaps_the_sides(line, points):
    np.testing.assert_allclose(
        signed_distance_m(line[::-1], points), -signed_distance_m(line, points), atol=1e-8
    )
    np.testing.assert_array_equal(beside_line(line[::-1], points), beside_line(line, points))


@given(lines(), POINTS, ANGLES, st.tuples(METRES, METRES))
def test_shifting_and_turning_the_world_changes_nothing(line, points, angle, shift):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    here = signed_distance_m(line, points)
    there = signed_distance_m(line @ turn.T + shift, points @ turn.T + shift)
    np.testing.assert_allclose(there, here, atol=1e-7)


@given(lines(), POINTS)
def test_the_side_changes_only_at_the_line(line, points):
    """Walking straight from one point to the next, the distance changes no faster than one goes."""
    walk = np.linspace(points[0], points[-1], 200)
    step = np.linalg.norm(walk[1] - walk[0])
    assert np.max(np.abs(np.diff(signed_distance_m(line, walk)))) <= step + 1e-6
