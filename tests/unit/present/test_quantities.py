"""Numbers and times in words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.present import quantities
from truceline.records.events import Interval
from truceline.records.time import NS_PER_S, UtcNs, parse_utc

AT = parse_utc("2017-11-13T06:15:24.678Z")


@pytest.mark.parametrize(
    ("value", "sigma", "words"),
    [
        (3.42, 0.41, "3.4 ± 0.4 m"),
        (3.42, 0.12, "3.42 ± 0.12 m"),
        (3.42, 0.0951, "3.42 ± 0.10 m"),
        (12.3, 4.2, "12 ± 4 m"),
        (123.0, 25.0, "123 ± 25 m"),
        (-0.04, 0.2, "0.0 ± 0.2 m"),
        (-3.46, 0.2, "−3.5 ± 0.2 m"),
        (1.0, 0.0, "1.000 ± 0.001 m"),
        (1.0, math.nan, "1.000 ± not known m"),
        (math.nan, 0.4, "not known ± 0.4 m"),
    ],
)
def test_value_and_sigma_share_their_decimals(value: float, sigma: float, words: str):
    assert quantities.plus_minus(value, sigma, unit="m") == words


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e3))
def test_rounding_loses_less_than_half_a_sigma(value: float, sigma: float):
    number, _, rest = quantities.plus_minus(value, sigma, unit="m").partition(" ± ")
    assert abs(float(number.replace("−", "-")) - value) <= 0.5001 * sigma
    assert 0.6 * sigma <= float(rest.removesuffix(" m")) <= 1.5 * sigma


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "< 0.001"),
        (0.001, "0.001"),
        (0.5, "0.50"),
        (0.95, "0.950"),
        (0.9876, "0.988"),
        (0.999, "0.999"),
        (0.9991, "> 0.999"),
        (1.0, "> 0.999"),
    ],
)
def test_probability(value: float, words: str):
    assert quantities.probability(value) == words


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_share_below_all_is_never_called_all(share: float):
    assert quantities.percent(share) not in {"100 %", "0 %"}


def test_a_clock_and_its_bound_share_their_decimals():
    assert quantities.instant(AT, bound_s=0.12) == "06:15:24.68 UTC ± 0.12 s"
    assert quantities.instant(AT, bound_s=9.0) == "06:15:25 UTC ± 9 s"


@pytest.mark.parametrize(
    ("seconds", "digits", "words"),
    [
        (59.94, 1, "00:00:59.9"),
        (59.96, 1, "00:01:00.0"),
        (59.96, 2, "00:00:59.96"),
        (59.96, 0, "00:01:00"),
        (3599.96, 1, "01:00:00.0"),
        (86399.96, 1, "23:59:59.9"),
    ],
)
def test_a_clock_is_rounded_into_the_next_minute_but_not_into_the_next_day(
    seconds: float, digits: int, words: str
):
    assert quantities.clock(UtcNs(round(seconds * NS_PER_S)), digits=digits) == words


def test_local_time_shows_the_minute_of_the_utc_time_beside_it():
    assert quantities.local_clock(UtcNs(59_960_000_000), offset_minutes=0) == "00:01:00.0 UTC+0"
    assert quantities.local_clock(UtcNs(59_940_000_000), offset_minutes=0) == "00:00:59.9 UTC+0"


def test_dates_are_words_and_local_time_has_its_offset():
    assert quantities.day(AT) == "13 Nov 2017"
    assert quantities.local_clock(AT, offset_minutes=510, digits=0) == "14:45:25 UTC+8:30"
    assert quantities.local_clock(AT, offset_minutes=-210, digits=0) == "02:45:25 UTC−3:30"


@pytest.mark.parametrize(
    ("size_bytes", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (4_812_345, "4.8 MB")]
)
def test_sizes(size_bytes: int, words: str):
    assert quantities.size(size_bytes) == words


def test_interval_uses_the_decimals_of_its_sigma():
    assert quantities.interval_95(Interval(3.0, 2.63, 3.41, 0.2), unit="m") == "2.6 to 3.4 m"


@pytest.mark.parametrize(("seconds", "words"), [(0, "00:00.00"), (12.4, "00:12.40"), (59.999, "01:00.00")])
def test_clip_time(seconds: float, words: str):
    assert quantities.clip_time(seconds) == words


def test_counts_bend_their_noun():
    assert quantities.plural(1, "gap") == "1 gap"
    assert quantities.plural(0, "stretch", many="stretches") == "0 stretches"
