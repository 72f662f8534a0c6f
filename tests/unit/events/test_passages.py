import numpy as np
import pytest

from tests.unit.events.walks import LINE, out_and_back, seconds_of, straight
from truceline.events.passages import excursions

BAND_M = 0.25


def found(seconds, *paths, line=LINE, offsets=None, band_m=BAND_M):
    return excursions(
        seconds,
        np.stack(paths).astype(float),
        offsets_m=np.zeros(len(paths)) if offsets is None else np.array(offsets, float),
        line=np.array(line, float),
        band_m=band_m,
    )


def along(*north, east=0.0):
    """A path at whole seconds with the given distances to the north of the line."""
    return np.arange(len(north), dtype=float), np.stack(
        [np.full(len(north), east), np.array(north, float)], axis=1
    )


@pytest.mark.parametrize(
    ("north", "stays"),
    [
        pytest.param([-1], [], id="one row"),
        pytest.param([-3, -2, -1], [], id="never near"),
        pytest.param([-2, -1, 0.25, -1], [], id="to the edge of the band and back"),
        pytest.param([-2, -1, 0.26, -1], [(1, 1 + 1 / 1.26, 2 + 0.26 / 1.26)], id="just beyond the band"),
        pytest.param([-1, 1], [(1, 0.5, None)], id="straight over"),
        pytest.param([1, -1], [(-1, 0.5, None)], id="straight over the other way"),
        pytest.param([-1, 1, 3, 1, -1], [(1, 0.5, 3.5)], id="out and back"),
        pytest.param([1, 2, 1], [], id="starts beyond and stays"),
        pytest.param([1, -1, 1], [(-1, 0.5, 1.5)], id="starts beyond, leaves and returns"),
        pytest.param([0.1, -0.1, 0.2, -0.2, 0.1], [], id="flicker on the line, never settled"),
        pytest.param([0.1, -0.1, 1, 2], [], id="starts on the line: no side was left"),
        pytest.param(
            [-1, 0.1, -0.1, 0.1, 1], [(1, 3 - 0.5, None)], id="flicker, then over: the last passing counts"
        ),
        pytest.param([-1, 1, -1, 1], [(1, 0.5, 1.5), (1, 2.5, None)], id="twice"),
        pytest.param([-1, 1, -0.2, 1], [(1, 0.5, None)], id="a step back within the band"),
    ],
)
def test_stays_beyond_the_line(north, stays):
    seconds, path = along(*north)
    got = [(one.towards, one.entered_s, one.left_s) for one in found(seconds, path)]
    assert len(got) == len(stays)
    for one, expected in zip(got, stays, strict=True):
        assert one == pytest.approx(expected)


def test_depth_and_place_are_those_of_the_path():
    seconds, path = along(-1, 1, 3, 2, -2, east=2.5)
    (stay,) = found(seconds, path)
    assert (stay.depth_m, stay.deepest_row) == (3.0, 2)
    assert stay.place_en_m == pytest.approx((2.5, 0.0))
    assert stay.sample == 0


def test_each_sample_has_its_own_line():
    seconds, path = along(-1, 0.5)
    stays = found(seconds, path, path, path, offsets=[0.0, 0.2, 0.3])
    assert [stay.sample for stay in stays] == [0, 1]
    assert [stay.depth_m for stay in stays] == pytest.approx([0.5, 0.3])
    assert stays[1].entered_s == pytest.approx(1.2 / 1.5)


@pytest.mark.parametrize("start", [-1, 1], ids=["northward", "southward"])
def test_passing_round_the_end_is_no_crossing(start):
    seconds, path = along(start, -start, -2 * start, east=8.5)
    assert found(seconds, path) == []


def test_over_the_line_and_back_round_its_end_was_a_crossing():
    seconds = np.arange(5.0)
    path = np.array([[7, -1], [7, 1], [9, 1], [9, -1], [9, -2]])
    (stay,) = found(seconds, path)
    assert (stay.towards, stay.entered_s, stay.left_s) == pytest.approx((1, 0.5, 2.5))


def test_round_the_end_and_back_over_the_line_is_a_crossing_of_the_way_back():
    seconds = np.arange(5.0)
    path = np.array([[9, -1], [9, 1], [7, 1], [7, -1], [7, -2]])
    (stay,) = found(seconds, path)
    assert (stay.towards, stay.entered_s, stay.left_s) == pytest.approx((-1, 2.5, None))


def test_a_bent_line_is_crossed_on_each_of_its_arms():
    bend = [(-8, 0), (0, 0), (0, 8)]  # turns left: inside is north-west
    seconds = np.arange(4.0)
    east = found(seconds, np.array([[3, 4], [1, 4], [-1, 4], [-3, 4]]), line=bend)
    south = found(seconds, np.array([[-4, -3], [-4, -1], [-4, 1], [-4, 3]]), line=bend)
    assert [(stay.towards, stay.entered_s) for stay in east + south] == [(1, 1.5), (1, 1.5)]
    assert east[0].place_en_m == pytest.approx((0, 4))
    assert south[0].depth_m == pytest.approx(3.0)


def test_walking_along_a_bent_line_outside_is_no_crossing():
    bend = [(-8, 0), (0, 0), (0, 8)]
    path = np.array([[-7, -0.5], [-3, -0.5], [0.5, -0.5], [0.5, 3], [0.5, 7]])
    assert found(np.arange(5.0), path, line=bend) == []


def test_nobody():
    assert found(np.arange(3.0), *np.zeros((1, 3, 2))) == []
    assert (
        excursions(np.arange(3.0), np.zeros((0, 3, 2)), offsets_m=np.zeros(0), line=LINE, band_m=BAND_M) == []
    )


def test_rows_without_a_place_are_passed_over():
    seconds, path = along(-2, -1, 0, 1, 2)
    path[2] = np.nan
    stays = found(seconds, path)
    assert len(stays) <= 1  # never two, never an error


def test_the_instant_does_not_depend_on_the_rate():
    for rate_hz in (3, 10, 30):
        seconds = np.arange(0, 5, 1 / rate_hz)
        (stay,) = found(seconds, straight(seconds))
        assert stay.entered_s == pytest.approx(2.5, abs=1e-9)


def test_three_metres_in_two_seconds_and_a_bit():
    seconds = seconds_of(7)
    (stay,) = found(seconds, out_and_back(seconds))
    assert stay.depth_m == pytest.approx(3.0, abs=0.1)
    assert stay.entered_s == pytest.approx(2.0, abs=0.02)
    assert stay.left_s == pytest.approx(4.4, abs=0.02)
