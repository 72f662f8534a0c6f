from dataclasses import replace

import numpy as np
import pytest

from tests.unit.survey.folders import write_site
from truceline.geometry.camera import ground_from_pixel, perturbed, pixel_from_site
from truceline.survey.cameras.pose import rotation_from_pan_tilt_roll
from truceline.survey.cameras.views import (
    foot_sigma_px,
    line_view,
    place_covariance,
    sees_ground,
)
from truceline.survey.load import load_site


@pytest.fixture
def site(tmp_path):
    return load_site(write_site(tmp_path))


def turned(camera, **angles):
    rotation = rotation_from_pan_tilt_roll(**{"pan_deg": 0.0, "tilt_deg": -15.0, "roll_deg": 0.0, **angles})
    return replace(camera, calibration=replace(camera.calibration, rotation=rotation))


def test_the_covariance_of_a_place_agrees_with_drawing_lots(site):
    """Monte Carlo: one draw of calibration and foot error each time, pushed through the camera itself."""
    camera, places = site.cameras[0], np.array([[2.0, 0.5], [-9.0, 4.0]])
    rng = np.random.default_rng(7)
    pixels = pixel_from_site(camera.calibration, np.column_stack([places, np.zeros(2)]))
    deltas = rng.multivariate_normal(np.zeros(10), camera.calibration.covariance, size=2000)
    drawn = np.array(
        [
            ground_from_pixel(
                perturbed(camera.calibration, delta),
                pixels + rng.normal(0, foot_sigma_px(camera, places)[:, None], pixels.shape),
            )
            for delta in deltas
        ]
    )
    for index, covariance in enumerate(place_covariance(camera, places)):
        measured = np.cov(drawn[:, index].T)
        np.testing.assert_allclose(covariance, measured, atol=0.08 * np.trace(measured))


def test_a_view_of_the_line(site):
    view = line_view(site.cameras[0], site.line)
    assert view is not None
    width_at_line = 960 / 950 * np.hypot(30, 8)
    assert view.seen_m == pytest.approx(width_at_line, rel=0.06)
    assert 0 < view.best_across_m <= view.worst_across_m <= view.worst_m
    assert 0 < view.best_m <= view.worst_m < 1.0


def test_better_calibration_sees_better(site):
    camera = site.cameras[0]
    coarse = replace(
        camera, calibration=replace(camera.calibration, covariance=camera.calibration.covariance * 100)
    )
    fine_view, coarse_view = line_view(camera, site.line), line_view(coarse, site.line)
    assert fine_view is not None
    assert coarse_view is not None
    assert fine_view.worst_across_m < coarse_view.best_across_m


def test_a_camera_that_looks_away_sees_no_line(site):
    away = turned(site.cameras[0], pan_deg=180.0)
    assert line_view(away, site.line) is None
    assert sees_ground(away)


def test_a_camera_that_looks_up_sees_neither(site):
    up = turned(site.cameras[0], tilt_deg=30.0)
    assert line_view(up, site.line) is None
    assert not sees_ground(up)


def test_the_far_branch_of_a_strong_distortion_is_not_taken_for_the_picture(site):
    """With k1 = -0.5 the polynomial folds back: points far outside project into the picture by mistake."""
    camera = site.cameras[0]
    folded = replace(camera, calibration=replace(camera.calibration, k1=-0.5))
    line = replace(site.line, vertices_en_m=np.array([[-60.0, 0.0], [60.0, 0.0]]))
    view = line_view(folded, line)
    assert view is not None
    assert view.seen_m == pytest.approx(37, abs=3)  # and not 73, with the parts that fold back
