import numpy as np
import pytest

from tests.unit.survey.folders import SITE, collection, feature, write_site
from truceline.errors import InputError
from truceline.records.site import Landmark, LandmarkKind, LandmarkShape
from truceline.survey.load import load_site, read_site_files

WITH = SITE.replace("[[camera]]", '[landmarks]\nfile = "places.geojson"\n[[camera]]')
DITCH = feature("LineString", [[-5, 1], [5, 1.5]], id="drain", kind="ditch", name="Drain", height_m=-0.6)
POST = feature("Point", [12.0, -3.0, 99.0], id="kp-5", kind="post")
HUT = feature("Polygon", [[[0, 9], [6, 9], [6, 12], [0, 9]]], id="t2", kind="building", height_m=4)


def site(tmp_path, *features, **top):
    folder = write_site(tmp_path, WITH)
    (folder / "places.geojson").write_text(collection(*features, **top))
    return load_site(folder)


def test_points_paths_and_areas(tmp_path):
    drain, post, hut = site(tmp_path, DITCH, POST, HUT).landmarks
    assert (drain.kind, drain.shape, drain.name, drain.height_m) == ("ditch", "path", "Drain", -0.6)
    assert (post.name, post.shape, post.height_m) == ("kp-5", LandmarkShape.POINT, None)
    assert post.points_en_m.tolist() == [[12, -3]]
    assert hut.points_en_m.tolist() == [[0, 9], [6, 9], [6, 12]]
    assert "places.geojson" in read_site_files(tmp_path)


def test_a_road_may_have_a_limit(tmp_path):
    road = feature("LineString", [[-5, 1], [5, 1.5]], id="road", kind="road", limit_kmh=36)
    free = feature("LineString", [[-5, 3], [5, 3.5]], id="lane", kind="road")
    assert [one.limit_mps for one in site(tmp_path, road, free).landmarks] == [10.0, None]


def test_a_site_needs_none(tmp_path):
    assert load_site(write_site(tmp_path)).landmarks == ()


def test_degrees_become_metres(tmp_path):
    post = feature("Point", [127.0, 38.001], id="p", kind="post")
    (found,) = site(tmp_path, post, frame="wgs84").landmarks
    assert found.points_en_m[0].tolist() == pytest.approx([0.0, 111.0], abs=0.2)


@pytest.mark.parametrize(
    ("features", "words"),
    [
        pytest.param([feature("Point", [1, 2], id="a", kind="bunker")], "kind is 'bunker'", id="kind"),
        pytest.param([feature("Point", [1, 2], id="a")], "'kind' is missing", id="no kind"),
        pytest.param([feature("Point", [1, 2], kind="post")], "'id' is missing", id="no id"),
        pytest.param([POST, POST], "stands twice", id="twice"),
        pytest.param([feature("LineString", [[1, 2]], id="a", kind="wall")], "at least two", id="short"),
        pytest.param(
            [feature("Polygon", [[[1, 2], [3, 4]]], id="a", kind="wall")], "three corners", id="area"
        ),
        pytest.param([feature("Point", [1e6, 2], id="a", kind="post")], "km from the origin", id="far"),
        pytest.param(
            [feature("Point", [127.0, 38.0], id="a", kind="post")], "look like longitude", id="degrees"
        ),
        pytest.param(
            [feature("MultiPoint", [[1, 2]], id="a", kind="post")], "type is 'MultiPoint'", id="type"
        ),
        pytest.param(
            [feature("Point", [1, 2], id="a", kind="post", height_m=4000)], "height_m is 4000", id="mm"
        ),
        pytest.param(
            [feature("Point", [1, 2], id="a", kind="post", limit_kmh=40)], "no speed limit", id="limit"
        ),
        pytest.param(
            [feature("LineString", [[1, 2], [3, 4]], id="a", kind="road", limit_kmh=0)],
            "limit_kmh is 0",
            id="no speed",
        ),
    ],
)
def test_each_fault_is_refused_with_its_line(tmp_path, features, words):
    with pytest.raises(InputError) as caught:
        site(tmp_path, *features)
    assert words in caught.value.what
    assert "places.geojson:1" in caught.value.where


@pytest.mark.parametrize(("shape", "rows"), [("point", 2), ("path", 1), ("area", 2)])
def test_the_record_itself_checks_its_shape(shape, rows):
    with pytest.raises(InputError, match="do not make a"):
        Landmark("a", "A", LandmarkKind.WALL, LandmarkShape(shape), np.zeros((rows, 2)))


def test_only_a_road_has_a_limit():
    points = np.array([[0.0, 0.0], [1.0, 0.0]])
    with pytest.raises(InputError, match="no limit of a wall"):
        Landmark("a", "A", LandmarkKind.WALL, LandmarkShape.PATH, points, limit_mps=5.0)
    with pytest.raises(InputError, match="no limit of a road"):
        Landmark("a", "A", LandmarkKind.ROAD, LandmarkShape.PATH, points, limit_mps=0.0)
