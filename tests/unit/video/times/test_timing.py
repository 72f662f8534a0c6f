from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.video.clips import START
from truceline.records.time import NS_PER_S, UtcNs
from truceline.video.times.timing import DRIFT, MediaClock


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


def test_time_counts_from_the_first_picture():
    clock = MediaClock(START, 0.5, Fraction(1, 90_000), Fraction(1), origin=-9_000)
    assert clock.utc_ns(-9_000) == START
    assert clock.media_s(0) == pytest.approx(0.1)
    assert clock.bound_at(-9_000) == 0.5


def test_the_bound_grows_with_the_cameras_drift():
    clock = MediaClock(START, 0.5, Fraction(1, 10), Fraction(10, 7))
    assert clock.bound_at(0) == 0.5
    assert clock.bound_at(7 * 3600) == pytest.approx(0.5 + 3600 * DRIFT)
    assert clock.bound_at(-7 * 3600) == clock.bound_at(7 * 3600)


@given(
    st.integers(-(10**6), 10**6),
    st.integers(-3, 3),
    st.fractions(min_value=Fraction(1, 100_000), max_value=Fraction(1, 2)),
    st.fractions(min_value=Fraction(1, 3), max_value=3, max_denominator=1000),
)
def test_the_first_tick_at_an_instant_is_the_least_that_is_not_before_it(tick, off_ns, base, stretch):
    clock = MediaClock(START, 0.5, base, stretch, origin=17)
    at = UtcNs(clock.utc_ns(tick) + off_ns)
    first = clock.first_tick_at(at)
    assert clock.utc_ns(first) >= at
    assert clock.utc_ns(first - 1) < at
