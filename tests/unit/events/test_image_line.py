import numpy as np
import pytest

from truceline.errors import InputError
from truceline.events.image_line import left_distance_px, line_passages

LINE = (10.0, 50.0, 90.0, 50.0)  # drawn to the right: its left is up, where v is small


def found(foot_v, *, foot_u=50.0, observed=None, band_px=3.0, line=LINE, rate_hz=10):
    """Passages of a foot at the given heights in the picture."""
    rows = len(foot_v)
    places = np.stack([np.broadcast_to(foot_u, rows), np.array(foot_v, float)], axis=1)
    return line_passages(
        np.arange(rows) / rate_hz,
        places,
        observed=np.ones(rows, np.bool_) if observed is None else np.array(observed, np.bool_),
        band_px=np.full(rows, band_px),
        line_px=line,
    )


@pytest.mark.parametrize(
    ("point", "line", "distance"),
    [
        pytest.param((50, 40), LINE, 10.0, id="above a line to the right is left"),
        pytest.param((50, 60), LINE, -10.0, id="below it is right"),
        pytest.param((50, 40), (90, 50, 10, 50), -10.0, id="drawn the other way"),
        pytest.param((500, 40), LINE, 10.0, id="beyond its end"),
        pytest.param((30, 30), (0, 0, 60, 60), 0.0, id="on a slanted line"),
        pytest.param((40, 20), (0, 0, 60, 60), np.sqrt(200), id="beside a slanted line"),
    ],
)
def test_distance(point, line, distance):
    assert left_distance_px(np.array([point], float), line)[0] == pytest.approx(distance)


@pytest.mark.parametrize(
    ("foot_v", "passages"),
    [
        pytest.param([], [], id="no rows"),
        pytest.param([60], [], id="one row"),
        pytest.param([60, 60, 60], [], id="stays"),
        pytest.param([60, 55, 45, 40], [("right", 0.15)], id="up over the line"),
        pytest.param([40, 45, 55, 60], [("left", 0.15)], id="down over the line"),
        pytest.param([60, 55, 45, 55, 60], [], id="one row beyond is not enough"),
        pytest.param(
            [60, 55, 45, 44, 55, 60], [("right", 0.15), ("left", 0.3 + 0.1 * 6 / 11)], id="there and back"
        ),
        pytest.param([60, 53, 47, 53, 47, 53], [], id="flicker in the band"),
        pytest.param([60, 52, 48, 52, 48, 40, 40], [("right", 0.35)], id="flicker, then over: the last one"),
        pytest.param([50, 50, 50], [], id="on the line"),
    ],
)
def test_passages(foot_v, passages):
    got = found(foot_v)
    assert [one.from_side for one in got] == [side for side, _ in passages]
    assert [one.at_s for one in got] == pytest.approx([at_s for _, at_s in passages])


def test_a_passage_says_where_and_how_surely():
    (passage,) = found([60, 56, 52, 46, 40, 36], foot_u=np.array([20.0, 24, 28, 32, 36, 40]))
    assert passage.place_px == pytest.approx((28 + 4 / 3, 50.0))
    assert (passage.before_row, passage.after_row) == (1, 3)
    assert passage.at_s == pytest.approx(0.2 + 0.1 / 3)
    assert passage.bound_s == pytest.approx(0.1 + 0.1 / 3)


def test_going_round_the_end_is_no_passage():
    assert found([60, 55, 45, 40], foot_u=95.0) == ()
    assert found([60, 55, 45, 40], foot_u=90.0) != ()


def test_after_going_round_the_end_the_way_back_over_the_line_is_one():
    foot_u = np.array([95.0, 95, 95, 80, 60, 50, 50])
    got = found([60, 55, 40, 40, 42, 56, 60], foot_u=foot_u)
    assert [one.from_side for one in got] == ["left"]


def test_rows_that_were_not_seen_decide_nothing_and_widen_the_bound():
    foot_v = [60, 56, 54, 46, 44, 42, 40]
    whole = found(foot_v)[0]
    gap = found(foot_v, observed=[1, 1, 0, 0, 0, 1, 1])[0]
    assert gap.at_s == pytest.approx(whole.at_s)
    assert gap.bound_s > whole.bound_s
    assert found(foot_v, observed=[1, 1, 0, 0, 0, 0, 1]) == ()


def test_a_wider_band_needs_a_clearer_passage():
    assert len(found([60, 55, 45, 44], band_px=4.0)) == 1
    assert found([60, 55, 45, 44], band_px=7.0) == ()


def test_a_line_needs_two_points():
    with pytest.raises(InputError, match="one point"):
        found([60, 40], line=(5.0, 5.0, 5.0, 5.0))
