from fractions import Fraction

import pytest

from tests.unit.video.clips import START
from truceline.records.time import NS_PER_S
from truceline.video.timing import DRIFT, GAP_FACTOR, MediaClock, StepWatch


@pytest.mark.parametrize(
    ("pts", "base", "stretch", "ns"),
    [
        pytest.param(0, Fraction(1, 90_000), Fraction(1), 0, id="zero"),
        pytest.param(90_000, Fraction(1, 90_000), Fraction(1), NS_PER_S, id="a second"),
        pytest.param(-45_000, Fraction(1, 90_000), Fraction(1), -NS_PER_S // 2, id="before zero"),
        pytest.param(1, Fraction(1, 3), Fraction(1), 333_333_333, id="a third, rounded"),
        pytest.param(795, Fraction(1, 10), Fraction(10, 7), 113_571_428_571, id="10 said, 7 true"),
        pytest.param(
            10**12 + 1, Fraction(1001, 30_000), Fraction(1), 33366666666700033333, id="no drift of floats"
        ),
    ],
)
def test_ticks_to_utc(pts, base, stretch, ns):
    assert MediaClock(START, 0.5, base, stretch).utc_ns(pts) == START + ns


def test_the_bound_grows_with_the_cameras_drift():
    clock = MediaClock(START, 0.5, Fraction(1, 10), Fraction(10, 7))
    assert clock.bound_at(0) == 0.5
    assert clock.bound_at(7 * 3600) == pytest.approx(0.5 + 3600 * DRIFT)
    assert clock.bound_at(-7 * 3600) == clock.bound_at(7 * 3600)


def test_a_gap_is_more_than_the_factor():
    assert not StepWatch(4.0).is_gap(int(4 * GAP_FACTOR))
    assert StepWatch(4.0).is_gap(int(4 * GAP_FACTOR) + 1)


def test_the_usual_step_is_learnt():
    watch = StepWatch(1.0)
    for _ in range(5):
        watch.is_gap(10)
    assert not watch.is_gap(20)
    assert watch.is_gap(26)


def test_one_long_step_does_not_spoil_the_usual_one():
    watch = StepWatch(10.0)
    for step in (10, 10, 500, 10, 10, 10):
        watch.is_gap(step)
    assert watch.is_gap(26)


def test_without_a_usual_step_nothing_is_a_gap_yet():
    assert not StepWatch(0.0).is_gap(1000)
