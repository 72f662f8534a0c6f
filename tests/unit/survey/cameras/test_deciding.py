from dataclasses import replace

import numpy as np
import pytest

from tests.unit.survey.folders import write_site
from truceline.events.crossing import PERSON_BAND_M
from truceline.geometry.camera import ground_from_pixel, perturbed, pixel_from_site
from truceline.geometry.line import signed_distance_m
from truceline.records.site import Landmark, LandmarkKind, LandmarkShape
from truceline.survey.cameras.deciding import decidable_ground, decidable_line, depth_by_camera_m, hidden
from truceline.survey.cameras.views import DECIDED_BAND_M, foot_sigma_px
from truceline.survey.load import load_site


@pytest.fixture
def site(tmp_path):
    return load_site(write_site(tmp_path))


def test_the_band_is_that_of_crossings():
    assert DECIDED_BAND_M == PERSON_BAND_M


def test_somebody_that_deep_is_measured_beyond_the_band_nineteen_times_in_twenty(site):
    """Drawn lots: calibration, foot and line; the depth on the map is that of the definition."""
    camera, line = site.cameras[0], site.line
    place = np.array([[-4.0, 0.0]])
    depth_m = depth_by_camera_m(camera, line=line, landmarks=(), points_en_m=place)[0]
    stands = place + np.array([0.0, depth_m])
    rng = np.random.default_rng(5)
    known = replace(camera.calibration, covariance=np.zeros((10, 10)))
    pixel = pixel_from_site(known, np.array([[*stands[0], 0.0]]))
    sigma_px = foot_sigma_px(camera, stands)[0]
    draws = rng.multivariate_normal(np.zeros(10), camera.calibration.covariance, 2500)
    measured = np.concatenate(
        [ground_from_pixel(perturbed(known, draw), pixel + rng.normal(0, sigma_px, (1, 2))) for draw in draws]
    )
    beyond = signed_distance_m(line.vertices_en_m, measured) + rng.normal(0, line.sigma_m, len(draws))
    assert np.mean(beyond > PERSON_BAND_M) == pytest.approx(0.95, abs=0.012)


def test_what_no_camera_sees_is_no_number(site):
    grid = decidable_ground(site, west_m=-40.0, north_m=20.0, cell_m=2.0, shape=(20, 40))
    assert grid.depth_m.shape == (20, 40)
    assert np.isnan(grid.depth_m[:, 0]).all()  # far to the west
    ahead = grid.depth_m[9, 20]
    assert DECIDED_BAND_M < ahead < 2.0
    assert grid.depth_m[0, 20] > ahead  # farther away: deeper


def test_the_best_camera_counts(site):
    camera = site.cameras[0]
    worse = replace(
        camera,
        camera_id="b",
        calibration=replace(camera.calibration, covariance=100 * camera.calibration.covariance),
    )
    both = replace(site, cameras=(worse, camera))
    np.testing.assert_array_equal(decidable_line(both).depth_m, decidable_line(site).depth_m)
    alone = decidable_line(replace(site, cameras=(worse,))).depth_m
    assert (np.nan_to_num(alone, nan=9) >= np.nan_to_num(decidable_line(site).depth_m, nan=9)).all()
    assert np.isnan(decidable_line(replace(site, cameras=())).depth_m).all()


def wall(height_m, *, kind=LandmarkKind.WALL):
    points = np.array([[-3.0, -10.0], [3.0, -10.0]])
    return Landmark("w", "Wall", kind, LandmarkShape.PATH, points, height_m)


@pytest.mark.parametrize(
    ("landmark", "is_hidden"),
    [
        # The camera is 8 m up and 30 m away: over the wall the ray to the origin is 8/3 m high.
        pytest.param(wall(2.6), False, id="lower than the ray"),
        pytest.param(wall(2.7), True, id="higher than the ray"),
        pytest.param(wall(2.7, kind=LandmarkKind.FENCE), False, id="a fence is seen through"),
        pytest.param(wall(None), False, id="height unknown"),
    ],
)
def test_what_stands_in_the_way_hides(site, landmark, is_hidden):
    points = np.array([[0.0, 0.0], [0.0, -20.0], [20.0, 0.0]])
    got = hidden(site.cameras[0], [landmark], points_en_m=points)
    assert got.tolist() == [is_hidden, False, False]


def test_the_ground_inside_a_building_is_hidden(site):
    ring = np.array([[-3.0, -2.0], [3.0, -2.0], [3.0, 4.0], [-3.0, 4.0]])
    hut = Landmark("h", "Hut", LandmarkKind.BUILDING, LandmarkShape.AREA, ring, 3.0)
    assert hidden(site.cameras[0], [hut], points_en_m=np.array([[0.0, 1.0]])).all()
