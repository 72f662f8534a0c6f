from dataclasses import replace

import numpy as np
import pytest

from tests.unit.events.walks import line_of
from tests.unit.present.sample_views import site
from truceline.errors import InputError


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"vertices_en_m": np.zeros((1, 2))}, "at least two vertices", id="one vertex"),
        pytest.param({"vertices_en_m": np.zeros(4)}, "at least two vertices", id="no pairs"),
        pytest.param({"sigma_m": 0.0}, "no line is known exactly", id="no error"),
        pytest.param({"sigma_m": -1.0}, "no line is known exactly", id="a negative error"),
        pytest.param({"sigma_m": float("nan")}, "no line is known exactly", id="NaN"),
    ],
)
def test_what_is_no_line_is_refused(change, words):
    with pytest.raises(InputError) as caught:
        replace(line_of(), **change)
    assert words in caught.value.what


def test_cameras_and_zones_are_found_by_their_names():
    known = site()
    assert known.camera(known.cameras[0].camera_id) is known.cameras[0]
    assert known.zone(known.zones[0].zone_id) is known.zones[0]


def test_an_unknown_name_says_which_are_known():
    with pytest.raises(InputError) as caught:
        site().camera("nowhere")
    assert site().cameras[0].camera_id in caught.value.do
    with pytest.raises(InputError, match="no zone 'nowhere'"):
        site().zone("nowhere")
