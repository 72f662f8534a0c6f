import numpy as np
import pytest

from tests.unit.survey.cameras.surveys import csv_text, survey
from truceline.errors import InputError
from truceline.survey.cameras.from_points.points import MARKED_SIGMA_PX, SURVEYED_SIGMA_M, read_points

HEAD = "u,v,east,north,up"


def read(tmp_path, text):
    path = tmp_path / "points.csv"
    path.write_text(text)
    return read_points(path)


def test_every_column_arrives_whatever_their_order(tmp_path):
    points = survey()
    text = csv_text(points, columns=("name", "up", "north", "east", "v", "u", "sigma_px", "sigma_m"))
    got = read(tmp_path, text)
    np.testing.assert_array_equal(got.pixels, points.pixels)
    np.testing.assert_array_equal(got.places_enu_m, points.places_enu_m)
    assert got.names == points.names
    assert got.source == "points.csv"
    assert got.where(0) == "points.csv:2"


def test_what_is_not_stated_is_taken_for_careful_work(tmp_path):
    got = read(tmp_path, f"# by hand\n\n{HEAD},sigma_m\n 1, 2 ,3,4,5,\n6,7,8,9,10,0.5\n")
    assert got.names == ("1", "2")
    assert got.sigma_m.tolist() == [SURVEYED_SIGMA_M, 0.5]
    assert got.sigma_px.tolist() == [MARKED_SIGMA_PX] * 2
    assert got.lines == (4, 5)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("", "", "is empty", id="empty"),
        pytest.param("u,v,east,north\n1,2,3,4\n", ":1", "no column 'up'", id="missing"),
        pytest.param(f"{HEAD},height\n", ":1", "unknown or repeated column 'height'", id="unknown"),
        pytest.param(f"{HEAD},u\n", ":1", "unknown or repeated column 'u'", id="repeated"),
        pytest.param(f"{HEAD}\n1,2,3,4\n", ":2", "4 values, expected 5", id="short"),
        pytest.param(f"{HEAD}\n1,2,x,4,5\n", ":2", "east is 'x'", id="word"),
        pytest.param(f"{HEAD}\n1,2,nan,4,5\n", ":2", "east is nan", id="nan"),
        pytest.param(f"{HEAD}\n1,2,,4,5\n", ":2", "east is ''", id="nothing"),
        pytest.param(f"{HEAD},sigma_m\n1,2,3,4,5,-1\n", ":2", "sigma_m is -1", id="negative"),
        pytest.param(f"{HEAD},sigma_px\n1,2,3,4,5,0\n", ":2", "sigma_px is 0", id="exact"),
        pytest.param(f"{HEAD},name\n1,2,3,4,5,a\n1,2,3,4,5,a\n", ":3", "'a' stands twice", id="name"),
        pytest.param(f'{HEAD}\n"1,2,3,4,5\n', "", "not valid CSV", id="quote"),
    ],
)
def test_each_fault_is_refused_with_its_line(tmp_path, text, line, words):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert words in caught.value.what
    assert caught.value.where.endswith(f"points.csv{line}") or not line


def test_other_bytes_are_refused(tmp_path):
    (tmp_path / "points.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read_points(tmp_path / "points.csv")
