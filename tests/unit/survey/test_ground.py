import json

import pytest

from tests.unit.survey.folders import GATE, collection, feature, line_json, zones_json
from truceline.errors import InputError
from truceline.records.site import Origin
from truceline.survey.ground import read_line_vertices, read_zones
from truceline.tables.reader import read_json

ORIGIN = Origin(38.0, 127.0, 100.0)


def read(tmp_path, text, reader=read_line_vertices, origin=ORIGIN):
    path = tmp_path / "ground.geojson"
    path.write_text(text)
    return reader(read_json(path), origin=origin)


def refusal(tmp_path, text, reader=read_line_vertices, origin=ORIGIN):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, reader, origin)
    assert caught.value.where.startswith(str(tmp_path / "ground.geojson:"))
    return caught.value


def test_the_frame_may_stand_in_the_properties(tmp_path):
    line = feature("LineString", [[0, 0], [5, 5]], frame="site-en-m")
    assert read(tmp_path, collection(line, frame=None)).tolist() == [[0, 0], [5, 5]]


def test_a_file_without_a_frame_is_refused_with_what_to_write(tmp_path):
    error = refusal(tmp_path, line_json(frame=None))
    assert "does not say in which frame" in error.what
    assert '"frame": "site-en-m"' in error.do


def test_two_frames_in_one_file_are_refused(tmp_path):
    line = feature("LineString", [[0, 0], [5, 5]], frame="wgs84")
    assert "says wgs84, the file says site-en-m" in refusal(tmp_path, collection(line)).what


def test_degrees_that_are_called_metres_are_refused(tmp_path):
    error = refusal(tmp_path, line_json([[126.9999, 38.0], [127.0001, 38.0]]))
    assert "look like longitude and latitude" in error.what
    assert '"frame": "wgs84"' in error.do


def test_metres_that_happen_to_be_near_the_numbers_of_the_origin_are_kept_when_others_are_not(tmp_path):
    assert len(read(tmp_path, line_json([[127.0, 38.0], [140.0, 38.0]]))) == 2


def test_near_latitude_and_longitude_zero_metres_are_metres(tmp_path):
    origin = Origin(0.5, 0.5, 0.0)
    assert read(tmp_path, line_json([[0.0, 0.5], [0.9, 0.5]]), origin=origin).tolist() == [
        [0.0, 0.5],
        [0.9, 0.5],
    ]


def test_metres_that_are_called_degrees_are_refused(tmp_path):
    assert "cannot be degrees" in refusal(tmp_path, line_json([[-200, 0], [40, 2]], frame="wgs84")).what


def test_degrees_become_metres_about_the_origin(tmp_path):
    vertices = read(tmp_path, line_json([[127.0, 38.0], [127.001, 38.0]], frame="wgs84"))
    assert vertices[0].tolist() == pytest.approx([0, 0], abs=1e-8)
    assert vertices[1, 0] == pytest.approx(87.84, abs=0.02)


@pytest.mark.parametrize(("reach", "refused"), [(50_000.0, False), (50_000.1, True)])
def test_a_point_beyond_fifty_kilometres_is_a_mistake(tmp_path, reach, refused):
    text = line_json([[0, 0], [reach, 0]])
    if refused:
        assert "50 km from the origin" in refusal(tmp_path, text).what
    else:
        assert len(read(tmp_path, text)) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (collection(), "0 lines, expected exactly one"),
        (
            collection(feature("LineString", [[0, 0], [1, 1]]), feature("LineString", [[0, 0], [1, 1]])),
            "2 lines",
        ),
        (collection(feature("Polygon", [[[0, 0], [1, 1], [1, 0]]])), "type is 'Polygon'"),
        (line_json([[0, 0]]), "at least two vertices"),
        (line_json([[0, 0], [0.001, 0]]), "points 1 and 2 are the same"),
        (line_json([[0, 0], [1]]), "expected a position of two numbers"),
        (line_json([[0, 0], ["1", 2]]), "expected a finite number"),
        (line_json([[0, 0], [1, 2]], frame="utm"), "frame is 'utm'"),
        (json.dumps({"type": "Feature"}), "type is 'Feature'"),
        (json.dumps({"type": "FeatureCollection"}), "0 lines"),
    ],
)
def test_each_fault_of_a_line_file_is_refused(tmp_path, text, words):
    assert words in refusal(tmp_path, text).what


def test_an_open_and_a_closed_ring_are_the_same_zone(tmp_path):
    closed = read(tmp_path, zones_json(), read_zones)[0].ring_en_m
    opened = read(tmp_path, collection(feature("Polygon", [GATE], id="gate")), read_zones)[0].ring_en_m
    assert closed.tolist() == opened.tolist() == [list(corner) for corner in GATE]


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (feature("Polygon", [GATE]), "'id' is missing"),
        (feature("Polygon", [GATE, GATE], id="z"), "2 rings, expected one"),
        (feature("Polygon", [GATE[:2]], id="z"), "at least three corners, this has 2"),
        (feature("Polygon", [[GATE[0], GATE[0], *GATE]], id="z"), "are the same"),
        (feature("LineString", GATE, id="z"), "type is 'LineString'"),
    ],
)
def test_each_fault_of_a_zone_is_refused(tmp_path, zone, words):
    assert words in refusal(tmp_path, collection(zone), read_zones).what


def test_a_zone_stands_once(tmp_path):
    zone = feature("Polygon", [GATE], id="z")
    assert "zone 'z' stands twice" in refusal(tmp_path, collection(zone, zone), read_zones).what


def test_an_error_names_the_line_of_the_feature(tmp_path):
    text = line_json([[0, 0], [1, 2, 3, 4]]).replace('"geometry"', '\n\n"geometry"')
    assert refusal(tmp_path, text).where.endswith(":3")
