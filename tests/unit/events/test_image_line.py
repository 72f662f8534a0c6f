"""Passing a line drawn in the picture: one crossing where there is one, none where there is none."""

import numpy as np
import pytest

from truceline.errors import InputError
from truceline.events.image_line import left_distance_px, line_passages

UPRIGHT = (50.0, 100.0, 50.0, 0.0)
"""A at the bottom, B at the top: A's left is the picture's left."""


def passages(xs, *, ys=None, observed=None, line=UPRIGHT, band=4.0, step_s=0.1):
    rows = len(xs)
    foot = np.column_stack([np.asarray(xs, float), np.full(rows, 50.0) if ys is None else np.asarray(ys)])
    return line_passages(
        np.arange(rows) * step_s,
        foot,
        observed=np.ones(rows, bool) if observed is None else np.asarray(observed, bool),
        band_px=np.full(rows, band),
        line_px=line,
    )


@pytest.mark.parametrize(
    ("name", "xs", "sides"),
    [
        ("one row only", [40], []),
        ("stays left", [30, 35, 40, 45], []),
        ("straight over", [30, 40, 48, 52, 60, 70], ["left"]),
        ("the other way", [70, 60, 52, 48, 40, 30], ["right"]),
        ("over and back", [30, 40, 60, 70, 70, 60, 40, 30], ["left", "right"]),
        ("jitter at the line, then over", [30, 40, 49, 51, 49, 51, 49, 51, 60, 70], ["left"]),
        ("jitter at the line, then back", [30, 40, 49, 51, 49, 51, 49, 51, 40, 30], []),
        ("starts on the line", [50, 51, 49, 60, 70], []),
        ("ends within the band", [30, 40, 51, 53], []),
        ("exactly at the band is not beyond it", [30, 40, 54, 54, 54], []),
        ("beyond in one row only", [30, 40, 60, 40, 30], []),
        ("beyond in one row at the very end", [30, 40, 60], []),
        ("one row back over the line is no return", [30, 40, 60, 70, 40, 70, 80], ["left"]),
    ],
)
def test_table_of_walks(name, xs, sides):
    assert [one.from_side for one in passages(xs)] == sides, name


def test_no_row_is_no_passing():
    assert passages([]) == ()


def test_time_and_place_are_interpolated_where_the_foot_changed_its_side():
    (one,) = passages([30, 40, 60, 70])
    assert one.at_s == pytest.approx(0.15)
    assert one.place_px == pytest.approx((50.0, 50.0))
    assert (one.before_row, one.after_row) == (1, 2)
    assert one.bound_s == pytest.approx(0.05)


def test_lingering_in_the_band_widens_the_bound():
    (one,) = passages([30, 40, 49, 49, 49, 49, 51, 60, 70])
    assert one.at_s == pytest.approx(0.55)
    assert one.bound_s == pytest.approx(0.45)


def test_rows_that_were_not_seen_decide_nothing():
    seen = [1, 1, 0, 0, 1, 1]
    assert passages([30, 40, 60, 70, 40, 30], observed=seen) == ()
    (one,) = passages([30, 40, 60, 70, 80, 90], observed=seen)
    assert one.after_row == 4


@pytest.mark.parametrize(
    ("name", "ys", "crossings"),
    [
        ("at A", 100.0, 1),
        ("at B", 0.0, 1),
        ("before A", 100.5, 0),
        ("beyond B", -0.5, 0),
    ],
)
def test_going_round_an_end_is_no_passing(name, ys, crossings):
    assert len(passages([30, 40, 60, 70], ys=[ys] * 4)) == crossings, name


def test_over_and_back_where_the_way_out_goes_round_the_end():
    xs = [30, 40, 60, 70, 70, 70, 60, 40, 30]
    ys = [50, 50, 50, 50, 150, 150, 150, 150, 150]
    assert [one.from_side for one in passages(xs, ys=ys)] == ["left"]


def test_left_is_seen_at_a_looking_to_b_in_the_picture():
    to_the_right = (0.0, 50.0, 100.0, 50.0)
    above, below = np.array([[50.0, 40.0]]), np.array([[50.0, 60.0]])
    assert left_distance_px(above, to_the_right)[0] == pytest.approx(10.0)
    assert left_distance_px(below, to_the_right)[0] == pytest.approx(-10.0)


def test_a_line_of_one_point_is_refused():
    with pytest.raises(InputError, match="one point"):
        passages([30, 70], line=(5.0, 5.0, 5.0, 5.0))
