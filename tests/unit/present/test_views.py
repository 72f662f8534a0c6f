"""Short names of tracks: the same on page, exports and, but for the recording's number, pictures."""

from tests.unit.present.sample_views import track
from truceline.present.views import recordings_labels

TIMES_S = [0.0, 1.0]
PLACES_M = [[0.0, 0.0], [1.0, 0.0]]


def test_tracks_of_several_recordings_carry_the_recordings_number():
    first = track("a1", times_s=TIMES_S, en_m=PLACES_M)
    second = track("b1", times_s=TIMES_S, en_m=PLACES_M)
    assert recordings_labels([(first,)]) == {"a1": "P1"}
    assert recordings_labels([(first,), (second,)]) == {"a1": "1.P1", "b1": "2.P1"}
