"""Files of truth and tracks: what is read, and what is refused with its line."""

import re
from pathlib import Path

import numpy as np
import pytest

from truceline.errors import InputError
from truceline.evaluate.files import PlaceTable, read_places


def written(folder: Path, text: str) -> Path:
    path = folder / "places.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_motchallenge_boxes_count_pixels_from_zero(tmp_path: Path):
    table = read_places(written(tmp_path, "3,7,11,21,30,40,1,-1,-1,-1\n1,7,1,1,2,2,1,-1,-1,-1\n"))
    assert table.frames.tolist() == [3, 1]
    assert table.ids == ("7", "7")
    assert table.boxes_px is not None
    assert table.boxes_px.tolist() == [[10, 20, 40, 60], [0, 0, 2, 2]]
    assert table.ground_m is None
    assert len(table) == 2


def test_ten_columns_with_metres_stand_on_the_ground(tmp_path: Path):
    table = read_places(written(tmp_path, "1,1,1,1,2,2,1,-4.5,7.25,0\n1,2,1,1,2,2,1,-1,-1,-1\n"))
    assert table.ground_m is not None
    assert table.ground_m.tolist() == [[-4.5, 7.25], [-1, -1]]


def test_class_and_visibility_are_no_metres(tmp_path: Path):
    assert read_places(written(tmp_path, "1,1,1,1,2,2,1,1,0.5\n")).ground_m is None


@pytest.mark.parametrize(
    ("row", "counted"),
    [("1,1,1,1,2,2,0", False), ("1,1,1,1,2,2,1", True), ("1,1,1,1,2,2,-1", True), ("1,1,1,1,2,2", True)],
)
def test_confidence_zero_is_not_counted(row: str, counted: bool, tmp_path: Path):
    assert read_places(written(tmp_path, row)).counted.tolist() == [counted]


@pytest.mark.parametrize("names", ["x_m,y_m", "east_m,north_m"])
def test_metric_columns_are_found_by_name(names: str, tmp_path: Path):
    table = read_places(written(tmp_path, f"id,{names},frame,more\n4,1.5,-2,9,hat\n\n5,2,3,9,cap\n"))
    assert table.ground_m is not None
    assert table.ground_m.tolist() == [[1.5, -2], [2, 3]]
    assert (table.frames.tolist(), table.ids, table.boxes_px) == ([9, 9], ("4", "5"), None)


def test_rows_are_chosen_with_all_their_columns():
    table = PlaceTable(
        "t",
        np.array([1, 2]),
        ("a", "b"),
        np.array([True, False]),
        np.eye(2, 4),
        np.eye(2),
        np.tile(np.eye(2), (2, 1, 1)),
    )
    second = table.where(np.array([False, True]))
    assert second.ids == ("b",)
    assert second.boxes_px is not None
    assert second.boxes_px.tolist() == [[0, 1, 0, 0]]
    assert second.covariance_m2 is not None
    assert second.covariance_m2.shape == (1, 2, 2)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "holds no row", id="empty"),
        pytest.param("\n \n", "holds no row", id="blank"),
        pytest.param("frame,id,x_m,y_m\n", "holds no row", id="only a header"),
        pytest.param("1,2,3,4\n", r"places.txt:1: 4 columns are no MOTChallenge row", id="too few columns"),
        pytest.param("1,1,1,1,2,2\n1,2,1,1,2\n", r"places.txt:2: 5 columns", id="ragged"),
        pytest.param("1,1,1,1,2,wide\n", r"places.txt:1: 'wide' is not a number", id="a word"),
        pytest.param("1,1,1,1,2,nan\n", r"'nan' is not a number", id="not finite"),
        pytest.param("0,1,1,1,2,2\n", r"frame 0, id 1: both are whole numbers", id="frame zero"),
        pytest.param("1.5,1,1,1,2,2\n", "frame 1.5", id="half a frame"),
        pytest.param(
            "1,1,1,1,2,2\n\n1,1,1,1,2,2\n", r"places.txt:3: id 1 stands twice in frame 1", id="twice"
        ),
        pytest.param(
            "frame,id,x_mm,y_mm\n1,1,2,3\n", r"x_mm, y_mm: positions are read in metres", id="millimetres"
        ),
        pytest.param("frame,id,lon,lat\n1,1,2,3\n", "lon, lat: positions are read in metres", id="degrees"),
        pytest.param("who,where\n1,1\n", "names no frame, id and position", id="another table"),
        pytest.param("frame,id,x_m,y_m\n1,1,2\n", r"places.txt:2: 3 columns", id="ragged metric"),
    ],
)
def test_refused(text: str, says: str, tmp_path: Path):
    with pytest.raises(InputError) as refusal:
        read_places(written(tmp_path, text))
    assert re.search(says, str(refusal.value))


def test_no_such_file(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        read_places(tmp_path / "absent.txt")


def test_a_folder_and_a_picture_are_no_tables(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read"):
        read_places(tmp_path)
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    with pytest.raises(InputError, match="not a table of text"):
        read_places(tmp_path / "picture.jpg")
