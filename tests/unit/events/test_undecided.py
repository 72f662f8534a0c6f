"""At the horizon nothing is decided, and that is said."""

import numpy as np
import pytest

from tests.unit.events.walks import at_s, crossings_of, line_of, seconds_of, track_of, viewpoint_of
from truceline.events.undecided import HORIZON, undecided_stretches

FAR_M = 2000.0
"""From a mast of 8 m: a quarter of a degree below the horizon."""


def walk(north):
    return np.stack([np.zeros(len(north)), np.array(north, float)], axis=1)


def test_near_the_camera_there_is_none():
    seconds = seconds_of(3)
    assert undecided_stretches(track_of(seconds, walk(seconds)), viewpoint_of().camera) == ()


@pytest.mark.parametrize(
    ("far", "spans"),
    [
        pytest.param(range(10, 20), [(1.0, 2.0)], id="in the middle"),
        pytest.param(range(10), [(0.0, 1.0)], id="at the start"),
        pytest.param(range(25, 30), [(2.5, 2.9)], id="at the end"),
        pytest.param([5, 6, 20], [(0.5, 0.7), (2.0, 2.1)], id="twice"),
        pytest.param(range(30), [(0.0, 2.9)], id="all of it"),
    ],
)
def test_stretches_at_the_horizon(far, spans):
    seconds = seconds_of(3)
    north = np.zeros(30)
    north[list(far)] = FAR_M
    gaps = undecided_stretches(track_of(seconds, walk(north)), viewpoint_of().camera)
    got = [(at_s(gap.span.start_utc_ns), at_s(gap.span.end_utc_ns)) for gap in gaps]
    assert got == [pytest.approx(span, abs=1e-6) for span in spans]
    assert {gap.reason.kind for gap in gaps} == {HORIZON}
    assert all(gap.camera_id == "west" and "t1" in gap.reason.sentence for gap in gaps)
    assert len({gap.event_id for gap in gaps}) == len(gaps)


def test_a_line_at_the_horizon_is_not_decided_and_not_silent():
    seconds = seconds_of(3)
    places = walk(FAR_M + 20 * (seconds - 1.5))
    line = line_of([(-8, FAR_M), (8, FAR_M)])
    assert crossings_of(seconds, places, line=line) == ()
    assert len(undecided_stretches(track_of(seconds, places), viewpoint_of().camera)) == 1


def test_a_stretch_at_the_horizon_does_not_hide_a_crossing_before_it():
    seconds = seconds_of(6)
    north = 1.5 * (seconds - 2.5)
    north[50:] = FAR_M
    (crossing,) = crossings_of(seconds, walk(north))
    assert crossing.probability == 1.0
    assert at_s(crossing.crossed_utc_ns) == pytest.approx(2.5, abs=0.05)
