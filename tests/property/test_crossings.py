"""Crossings: what must not change the verdict, and what may only make it less certain."""

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
