"""The line in the picture: turning it round swaps the sides; moving the world changes nothing."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from truceline.events.image_line import line_passages

LINE = (60.0, 200.0, 40.0, -100.0)
SWAP = {"left": "right", "right": "left"}

walks = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=2, max_size=30).map(
    lambda points: np.array(points, dtype=np.float64)
)


def passages(foot, line=LINE, band=3.0):
    rows = len(foot)
    return line_passages(
        0.1 * np.arange(rows, dtype=np.float64),
        foot,
        observed=np.ones(rows, bool),
        band_px=np.full(rows, band),
        line_px=line,
    )


@given(walks)
def test_turning_the_line_round_swaps_the_sides(foot):
    turned = passages(foot, (*LINE[2:], *LINE[:2]))
    assert [SWAP[one.from_side] for one in turned] == [one.from_side for one in passages(foot)]


@given(walks)
def test_passings_that_all_lie_on_the_segment_alternate(foot):
    sides = [one.from_side for one in passages(foot)]
    assert all(first != second for first, second in pairwise(sides))


@given(walks, st.integers(-500, 500), st.integers(-500, 500))
def test_moving_walk_and_line_together_changes_nothing(foot, right, down):
    by = np.array([right, down], float)
    moved = passages(foot + by, tuple(np.add(LINE, np.tile(by, 2))))
    assert [one.from_side for one in moved] == [one.from_side for one in passages(foot)]


@given(walks)
def test_a_passing_lies_between_its_rows(foot):
    for one in passages(foot):
        assert one.before_row * 0.1 <= one.at_s <= one.after_row * 0.1
        assert one.bound_s >= (one.after_row - one.before_row) * 0.05 - 1e-9
