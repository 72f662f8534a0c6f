"""Crossings: what must not change the verdict, and what may only make it less certain."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.events.walks import LINE, crossings_of, line_of, out_and_back, seconds_of, viewpoint_of
from tests.unit.geometry.cameras import mast, moved

DEPTHS = st.floats(0.1, 1.5)
MONTE_CARLO = 0.08
"""About two standard errors of the difference of two shares of 200 samples near one half."""


def probability(crossings):
    return crossings[0].probability if crossings else 0.0


@settings(max_examples=25)
@given(DEPTHS, st.floats(0.1, 0.8), st.floats(1.2, 3.0))
def test_more_noise_in_the_calibration_never_makes_it_more_certain(depth_m, noise, more):
    """Up to half a metre of error: far less than the four metres that the walk begins away from the line."""
    seconds = seconds_of(8)
    places = out_and_back(seconds, depth_m=depth_m + 0.3)
    sure = probability(crossings_of(seconds, places, viewpoint=viewpoint_of(noise=noise)))
    less = probability(crossings_of(seconds, places, viewpoint=viewpoint_of(noise=noise * more)))
    if sure > 0.5:
        assert less <= sure + MONTE_CARLO
    else:
        assert less >= sure - MONTE_CARLO


@settings(max_examples=25)
@given(DEPTHS, st.floats(0.02, 0.3), st.floats(1.2, 3.0), st.sampled_from(["path", "line"]))
def test_more_noise_of_the_path_or_the_line_never_makes_it_more_certain(depth_m, sigma_m, more, of):
    """The walk comes from four metres away: where it begins is beyond doubt under any of this noise."""
    seconds = seconds_of(8)
    places = out_and_back(seconds, depth_m=4.0) - np.array([0.0, 4.0 - depth_m])

    def at(value):
        if of == "line":
            return probability(crossings_of(seconds, places, line=line_of(sigma_m=value)))
        return probability(crossings_of(seconds, places, sigma_m=value))

    sure, less = at(sigma_m), at(sigma_m * more)
    if sure > 0.5:
        assert less <= sure + MONTE_CARLO
    else:
        assert less >= sure - MONTE_CARLO


@settings(max_examples=40)
@given(
    st.lists(st.floats(-3, 3), min_size=3, max_size=8),
    st.lists(st.tuples(st.floats(-6, 6), st.floats(-1, 1)), min_size=0, max_size=2),
    st.floats(0.02, 0.4),
)
def test_reversing_the_line_swaps_the_sides_and_no_other_byte(north, bends, sigma_m):
    seconds = seconds_of(8)
    track = np.interp(seconds, np.linspace(0, 8, len(north)), north)
    places = np.stack([0.3 * (seconds - 4), track], axis=1)
    vertices = np.array([LINE[0], *sorted(bends), LINE[1]])
    vertices = vertices[np.concatenate([[True], np.diff(vertices[:, 0]) > 0.5])]
    ahead = crossings_of(seconds, places, line=line_of(vertices), sigma_m=sigma_m)
    back = crossings_of(seconds, places, line=line_of(vertices[::-1]), sigma_m=sigma_m)
    swapped = [replace(one, from_side=one.to_side, to_side=one.from_side) for one in back]
    assert repr(swapped) == repr(list(ahead))


@settings(max_examples=25)
@given(st.floats(0.0, 0.1), st.floats(0.5, 20), st.integers(0, 100))
def test_jitter_on_the_line_is_no_crossing(amplitude_m, rad_per_s, seed):
    seconds = seconds_of(8)
    jitter = np.random.default_rng(seed).normal(0, 0.03, len(seconds))
    north = amplitude_m * np.sin(seconds * rad_per_s) + np.clip(jitter, -0.09, 0.09)
    places = np.stack([seconds - 4, north], axis=1)
    quiet = line_of(sigma_m=0.01)
    viewpoint = viewpoint_of(noise=0.02)
    assert crossings_of(seconds, places, sigma_m=0.01, line=quiet, viewpoint=viewpoint) == ()


@settings(max_examples=25)
@given(st.floats(-3, 3), st.floats(2.0, 4.0), st.floats(0.02, 0.15))
def test_three_metres_in_two_seconds_are_caught_wherever_they_lie(east_m, start_s, sigma_m):
    seconds = seconds_of(8)
    places = out_and_back(seconds, depth_m=3.0, beyond_s=2.0, start_s=start_s) + np.array([east_m, 0.0])
    (crossing,) = crossings_of(seconds, places, sigma_m=sigma_m)
    assert crossing.probability > 0.99
    assert crossing.returned > 0.99
    assert crossing.depth_m.low < 3.0 < crossing.depth_m.high + 0.15  # the turn itself lies between rows


@settings(max_examples=25)
@given(DEPTHS, st.floats(-3, 3), st.tuples(st.floats(-100, 100), st.floats(-100, 100)))
def test_turning_and_shifting_the_world_changes_no_verdict(depth_m, turn_rad, by_m):
    seconds = seconds_of(8)
    places = out_and_back(seconds, depth_m=depth_m)
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    turn = np.array([[cos, sin], [-sin, cos]])
    viewpoint = viewpoint_of(calibration=moved(mast(), turn_rad=turn_rad, by_m=by_m))
    here = crossings_of(seconds, places)
    there = crossings_of(seconds, places @ turn + by_m, line=line_of(LINE @ turn + by_m), viewpoint=viewpoint)
    assert abs(probability(here) - probability(there)) <= 2 * MONTE_CARLO
    if probability(here) > 0.5:
        assert there[0].to_side == here[0].to_side
        assert abs(there[0].depth_m.value - here[0].depth_m.value) < 0.05


@settings(max_examples=25)
@given(DEPTHS, st.floats(1.0, 4.0))
def test_what_is_measured_fits_together(depth_m, beyond_s):
    seconds = seconds_of(9)
    for crossing in crossings_of(seconds, out_and_back(seconds, depth_m=depth_m, beyond_s=beyond_s)):
        assert 0 < crossing.probability <= 1
        assert 0 <= crossing.returned <= 1
        assert (crossing.returned >= 0.5) == (crossing.returned_utc_ns is not None)
        assert (crossing.dwell_s is None) == (crossing.returned_utc_ns is None)
        assert crossing.depth_m.low <= crossing.depth_m.value <= crossing.depth_m.high
        assert crossing.depth_m.low >= 0.25
        assert crossing.span.contains(crossing.crossed_utc_ns)
        assert 0 <= crossing.observed_fraction <= 1
