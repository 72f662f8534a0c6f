"""Growing tracks: what is known when, and that nothing is known before."""

import numpy as np
import pytest

from tests.unit.events.walks import (
    at_s,
    crossings_of,
    line_of,
    out_and_back,
    paths_of,
    seconds_of,
    straight,
    track_of,
    viewpoint_of,
)
from truceline.events.crossing import CrossingSettings
from truceline.events.settled import SettlingSettings, settled_crossings

LAG_S, STEP_S = 2.0, 1.0


class Growing:
    """Hands out parts of a walk, keeps a list of what was asked, and hides rows in which nothing was seen."""

    def __init__(self, seconds, places, *, sigma_m=0.05, observed=None):
        self.track = track_of(seconds, places, sigma_m=sigma_m, observed=observed)
        self.seconds, self.places, self.sigma_m, self.observed = seconds, places, sigma_m, observed
        self.asked = []

    def __call__(self, first, end):
        self.asked.append((first, end))
        part = slice(first, end)
        seen = None if self.observed is None else self.observed[part]
        track = track_of(self.seconds[part], self.places[part], sigma_m=self.sigma_m, observed=seen)
        return track, lambda: paths_of(self.places[part], sigma_m=self.sigma_m)


def settled_of(growing, *, line=None, lag_s=LAG_S):
    return settled_crossings(
        growing.track.utc_ns,
        growing,
        viewpoint=viewpoint_of(),
        line=line or line_of(),
        settings=SettlingSettings(CrossingSettings(band_m=0.25, seed=1953), lag_s, STEP_S),
    )


def test_out_and_back_is_settled_within_three_seconds_of_the_return():
    seconds = seconds_of(20)
    (one,) = settled_of(Growing(seconds, out_and_back(seconds, start_s=6.0)))
    assert at_s(one.first.crossed_utc_ns) == pytest.approx(6.0, abs=0.1)
    assert LAG_S <= at_s(one.stated_utc_ns) - at_s(one.first.crossed_utc_ns) <= LAG_S + STEP_S + 0.11
    assert one.last is not None
    assert one.last.returned == 1.0
    assert LAG_S <= at_s(one.settled_utc_ns) - at_s(one.last.returned_utc_ns) <= LAG_S + STEP_S + 0.11
    assert one.last.depth_m.value == pytest.approx(3.0, abs=0.1)


def test_it_agrees_with_the_whole_track():
    seconds = seconds_of(20)
    places = out_and_back(seconds, start_s=6.0, depth_m=2.0)
    (whole,) = crossings_of(seconds, places)
    (one,) = settled_of(Growing(seconds, places))
    assert one.last.probability == whole.probability
    assert one.last.depth_m.value == pytest.approx(whole.depth_m.value, abs=0.05)
    assert at_s(one.last.returned_utc_ns) == pytest.approx(at_s(whole.returned_utc_ns), abs=0.05)


def test_what_is_stated_does_not_depend_on_what_comes_later():
    seconds = seconds_of(30)
    places = out_and_back(seconds, start_s=6.0)
    other = places.copy()
    other[110:] = straight(seconds, cross_s=15.0)[110:]
    first, second = (settled_of(Growing(seconds, one))[0] for one in (places, other))
    assert (first.first, first.stated_utc_ns) == (second.first, second.stated_utc_ns)
    assert (first.last, first.settled_utc_ns) == (second.last, second.settled_utc_ns)


def test_who_stays_beyond_is_stated_at_once_and_settled_at_the_end():
    seconds = seconds_of(30)
    (one,) = settled_of(Growing(seconds, straight(seconds, cross_s=6.0)))
    assert at_s(one.stated_utc_ns) < 9.2
    assert at_s(one.settled_utc_ns) == pytest.approx(seconds[-1])
    assert one.last.returned_utc_ns is None


def test_a_return_after_a_long_stay_belongs_to_its_crossing():
    seconds = seconds_of(80)
    north = np.interp(seconds, [0, 5, 10, 60, 65, 80], [-5, 0, 8, 8, 0, -15])
    growing = Growing(seconds, np.stack([np.zeros_like(north), north], axis=1))
    (one,) = settled_of(growing)
    assert one.last.dwell_s.value == pytest.approx(60, abs=0.3)
    assert at_s(one.settled_utc_ns) < 68.2
    deep = [first for first, end in growing.asked if 300 < end < 580]
    assert min(deep) > 150  # while nothing recent is near the line, the stay is not looked at again


def test_many_crossings_are_each_told_once():
    seconds = seconds_of(100)
    north = 6 * np.sin(2 * np.pi * seconds / 25)
    growing = Growing(seconds, np.stack([np.zeros_like(north), north - 1.0], axis=1))
    got = settled_of(growing)
    assert [one.last.returned_utc_ns is not None for one in got] == [True] * 4
    assert {one.last.to_side for one in got} == {"North"}
    assert max(end - first for first, end in growing.asked) < 400


def test_a_passing_in_the_last_seconds_is_told_at_the_end():
    seconds = seconds_of(10)
    (one,) = settled_of(Growing(seconds, straight(seconds, cross_s=9.0)))
    assert one.stated_utc_ns == one.settled_utc_ns == one.last.span.end_utc_ns


def test_far_from_the_line_nothing_is_drawn():
    seconds = seconds_of(30)
    growing = Growing(seconds, straight(seconds, cross_s=-30.0))
    growing_parts = growing.__call__

    def part(first, end):
        track, _ = growing_parts(first, end)
        return track, lambda: pytest.fail("paths were drawn")

    assert (
        settled_crossings(
            growing.track.utc_ns,
            part,
            viewpoint=viewpoint_of(),
            line=line_of(),
            settings=SettlingSettings(CrossingSettings(band_m=0.25, seed=1)),
        )
        == ()
    )


def test_a_track_of_one_row():
    assert settled_of(Growing(np.zeros(1), np.array([[0.0, -0.1]]))) == ()


def test_one_of_which_nothing_is_left_is_withdrawn():
    """What was seen up to the checkpoint looked like a crossing; with two seconds more it does not."""
    seconds = seconds_of(20)
    places = out_and_back(seconds, start_s=6.0, depth_m=0.5, before_m=4.0, beyond_s=1.0)

    def part(first, end):
        shift = [0.0, 0.0 if end < 95 else -1.0]
        moved = places[first:end] + shift
        return track_of(seconds[first:end], moved), lambda: paths_of(moved)

    growing = Growing(seconds, places)
    (one,) = settled_crossings(
        growing.track.utc_ns,
        part,
        viewpoint=viewpoint_of(),
        line=line_of(),
        settings=SettlingSettings(CrossingSettings(band_m=0.25, seed=1), 2.5, 0.5),
    )
    assert one.first.probability > 0.9
    assert one.last is None
