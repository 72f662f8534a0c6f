from dataclasses import replace

import numpy as np
import pytest

from tests.unit.events.walks import seconds_of, straight, track_of
from tests.unit.store.records_of_a_run import run
from truceline.errors import InputError

TRACK = track_of(seconds_of(1), straight(seconds_of(1)))

COLUMNS = ("utc_ns", "pts", "state", "covariance", "boxes_px", "observed")


def test_places_are_the_first_half_of_the_state():
    np.testing.assert_array_equal(TRACK.en_m, TRACK.state[:, :2])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"pts": np.zeros(3, np.int64)}, "pts", id="short"),
        pytest.param({"state": np.zeros((10, 6))}, "state", id="wide"),
        pytest.param({"covariance": np.zeros((10, 2, 2))}, "covariance", id="small"),
        pytest.param(
            {"boxes_px": np.zeros((9, 4)), "observed": np.ones(9, np.bool_)}, "boxes_px, observed", id="two"
        ),
        pytest.param({"utc_ns": np.full(10, 5, np.int64)}, "time does not run", id="time stands"),
        pytest.param({"utc_ns": TRACK.utc_ns[::-1]}, "time does not run", id="time runs back"),
    ],
)
def test_what_is_no_track_is_refused(change, words):
    with pytest.raises(InputError) as caught:
        replace(TRACK, **change)
    assert words in caught.value.what


def test_a_track_has_rows():
    with pytest.raises(InputError, match="no rows"):
        replace(
            TRACK,
            **{name: getattr(TRACK, name)[:0] for name in COLUMNS},
        )


def test_a_run_finds_its_tracks():
    assert run().track("t1") is not None
    with pytest.raises(InputError, match="no track 'other'"):
        run().track("other")
