"""Sightings: rows at any time, and the size of outlines on the ground."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.world.walkers import SITE, START, given, seconds_of, track_of, walk
from truceline.track.boxes import PERSON_HEIGHT_M
from truceline.world.sightings import outlines_of, traces_of

SECONDS = seconds_of(0, 4)
PATH = walk((0, -2, 0), (4, 2, 1), seconds=SECONDS)


def trace_of(track):
    (trace,) = traces_of([given("south", [track], watched=[(0, 5)])], SITE, epoch_utc_ns=START)
    return trace


def test_a_trace_is_the_track_in_seconds_of_the_world():
    trace = trace_of(track_of("a", SECONDS, PATH))
    np.testing.assert_allclose(trace.seconds, SECONDS, atol=1e-9)
    np.testing.assert_array_equal(trace.positions, PATH)
    assert trace.bias_jacobian.shape == (len(SECONDS), 2, 10)
    moved = trace.moved(2.5)
    np.testing.assert_allclose(moved.seconds, SECONDS + 2.5, atol=1e-9)
    np.testing.assert_array_equal(moved.utc_ns, trace.utc_ns + 2_500_000_000)


@pytest.mark.parametrize(
    ("at_s", "known"),
    [
        pytest.param(-0.1, False, id="before"),
        pytest.param(0.0, True, id="the first row"),
        pytest.param(1.13, True, id="between rows"),
        pytest.param(4.0, True, id="the last row"),
        pytest.param(4.1, False, id="after"),
    ],
)
def test_rows_are_known_within_the_track_alone(at_s, known):
    rows = trace_of(track_of("a", SECONDS, PATH)).at(np.array([at_s]))
    assert bool(rows.known[0]) is known
    if known:
        np.testing.assert_allclose(
            rows.positions[0], walk((0, -2, 0), (4, 2, 1), seconds=[at_s])[0], atol=1e-9
        )


def test_what_was_coasted_is_known_and_not_seen():
    track = track_of("a", SECONDS, PATH)
    observed = track.observed.copy()
    observed[5:10] = False
    rows = trace_of(replace(track, observed=observed)).at(SECONDS)
    assert rows.known.all()
    np.testing.assert_array_equal(rows.seen, observed)


def test_nothing_is_interpolated_over_a_long_pause():
    seconds = np.concatenate([seconds_of(0, 1), seconds_of(4, 5)])
    trace = trace_of(track_of("a", seconds, walk((0, 0, 0), (5, 3, 0), seconds=seconds)))
    assert not trace.at(np.array([2.5])).known[0]


def test_an_upright_box_is_as_high_as_a_person():
    track = track_of("a", SECONDS, PATH)
    heights, widths = outlines_of(track, SITE.camera("south"), others=(track,))
    np.testing.assert_allclose(heights, PERSON_HEIGHT_M, atol=0.02)
    assert np.all((widths > 0.3) & (widths < 0.8))


def test_half_a_box_is_half_as_high():
    track = track_of("a", SECONDS, PATH)
    boxes = track.boxes_px.copy()
    boxes[:, 1] = (boxes[:, 1] + boxes[:, 3]) / 2
    heights, _ = outlines_of(replace(track, boxes_px=boxes), SITE.camera("south"), others=())
    np.testing.assert_allclose(heights, PERSON_HEIGHT_M / 2, atol=0.06)


def _cut(track):
    boxes = track.boxes_px.copy()
    boxes[3, 1] = 0.5
    return replace(track, boxes_px=boxes)


def _coasted(track):
    observed = track.observed.copy()
    observed[3] = False
    return replace(track, observed=observed)


@pytest.mark.parametrize("changed", [pytest.param(_cut, id="cut"), pytest.param(_coasted, id="not observed")])
def test_a_row_that_was_not_whole_has_no_size(changed):
    track = changed(track_of("a", SECONDS, PATH))
    heights, widths = outlines_of(track, SITE.camera("south"), others=())
    assert np.flatnonzero(np.isnan(heights)).tolist() == [3]
    assert np.flatnonzero(np.isnan(widths)).tolist() == [3]


def test_who_is_hidden_by_somebody_nearer_has_no_size_and_who_hides_has():
    far = track_of("far", SECONDS, PATH)
    near = track_of("near", SECONDS, PATH - np.array([0.0, 0.3]))
    camera = SITE.camera("south")
    assert np.isnan(outlines_of(far, camera, others=(far, near))[0]).all()
    assert np.isfinite(outlines_of(near, camera, others=(far, near))[0]).all()
