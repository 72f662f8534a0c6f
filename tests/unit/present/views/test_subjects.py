"""Short names of tracks: the same on page, exports and, but for the recording's number, pictures."""

import numpy as np
import pytest

from tests.unit.present import sample_views as sample
from truceline.errors import InputError
from truceline.present.views.subjects import TrackView, recordings_labels, track_labels

TIMES_S = [0.0, 1.0]
PLACES_M = [[0.0, 0.0], [1.0, 0.0]]


def test_tracks_of_several_recordings_carry_the_recordings_number():
    first = sample.track("a1", times_s=TIMES_S, en_m=PLACES_M)
    second = sample.track("b1", times_s=TIMES_S, en_m=PLACES_M)
    assert recordings_labels([(first,)]) == {"a1": "P1"}
    assert recordings_labels([(first,), (second,)]) == {"a1": "1.P1", "b1": "2.P1"}


def test_labels_follow_kind_and_first_appearance():
    tracks = (sample.visitor_track(), sample.patrol_track(), sample.vehicle_track())
    assert track_labels(tracks) == {"b2": "P1", "d4": "V1", "c3": "P2"}


def test_a_covariance_of_another_track_is_refused():
    with pytest.raises(InputError, match="position covariance"):
        TrackView(sample.guard_track(), "P2", np.zeros((3, 2, 2)))
