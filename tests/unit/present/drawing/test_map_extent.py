"""What a map shows: the crossings and what is near, not where somebody walked on to."""

from dataclasses import replace

import numpy as np

from tests.unit.present import sample_views as sample
from truceline.present.drawing.map_extent import REACH_M, extent_of


def test_a_track_that_walks_on_does_not_press_the_crossings_into_a_clump():
    view = sample.scan_view()
    line = view.site.line
    near = extent_of(line, view.tracks, crossings=view.crossings, cameras=())
    first = view.tracks[0]
    state = first.track.state.copy()
    state[-1, :2] += 500.0
    away = replace(first, track=replace(first.track, state=state))
    far = extent_of(line, (away, *view.tracks[1:]), crossings=view.crossings, cameras=())
    assert np.ptp(far, axis=0).max() < np.ptp(near, axis=0).max() + REACH_M
    free = extent_of(line, (away, *view.tracks[1:]), crossings=(), cameras=())
    assert np.ptp(free, axis=0).max() > 400
    for one in view.crossings:
        assert (far.min(axis=0) <= one.crossing.place_en_m).all()
        assert (far.max(axis=0) >= one.crossing.place_en_m).all()
