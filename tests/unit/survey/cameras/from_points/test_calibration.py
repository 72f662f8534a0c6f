from dataclasses import replace

import numpy as np
import pytest

from tests.unit.survey.cameras.surveys import ORIGIN, SIZE, camera, moved, survey, true_camera
from truceline.errors import InputError
from truceline.geometry.camera import ground_bias_jacobian, ground_from_pixel, pixel_from_site
from truceline.records.site import Basis
from truceline.survey.cameras.from_points.calibration import Known, calibrate_from_points, priors_of
from truceline.survey.cameras.from_points.fit import fit_camera


def calibrated(points, *, known=None):
    return calibrate_from_points(points, camera(), origin=ORIGIN, known=known or Known())


def refusal(points):
    with pytest.raises(InputError) as caught:
        calibrated(points)
    return caught.value


LOW = np.array([[200.0, 600], [640, 500], [1000, 620], [500, 400], [900, 350]])


@pytest.mark.parametrize(
    ("pan_deg", "tilt_deg", "focal_px"), [(30, -17, 1150), (200, -35, 900), (-75, -9, 2100)]
)
def test_the_camera_is_found_without_any_start(pan_deg, tilt_deg, focal_px):
    truth = true_camera(pan_deg=pan_deg, tilt_deg=tilt_deg, focal_px=focal_px)
    points = survey(truth, count=8) if tilt_deg > -10 else survey(truth)
    found = calibrated(points)
    exact = replace(found.calibration, covariance=np.zeros((10, 10)))
    ours, theirs = ground_from_pixel(exact, LOW), ground_from_pixel(truth, LOW)
    away = np.linalg.norm(theirs - truth.position_enu_m[:2], axis=1)
    assert (np.linalg.norm(ours - theirs, axis=1) < 0.02 * away).all()
    assert found.calibration.basis is Basis.SURVEYED
    assert "points.csv (SHA-256" in found.calibration.source


def test_the_stated_errors_are_those_that_are_made():
    """Over many surveys of one camera the error on the ground has the size that each calibration states."""
    truth, squares = true_camera(), []
    place = ground_from_pixel(truth, np.array([[640.0, 460.0]]))
    pixel = pixel_from_site(truth, np.array([[*place[0], 0.0]]))
    for seed in range(30):
        # From the truth on: finding the start is another test's matter.
        found = fit_camera(truth, survey(truth, seed=seed), priors=priors_of(camera(), Known())).calibration
        missed = (ground_from_pixel(found, pixel) - place)[0]
        jacobian = ground_bias_jacobian(found, place)[0]
        squares.append(missed @ np.linalg.inv(jacobian @ found.covariance @ jacobian.T) @ missed)
    # A mean of 30 squares with two degrees of freedom: 2 +- 0.37.
    assert 1.0 < np.mean(squares) < 3.2


def test_more_points_and_known_things_make_smaller_errors():
    def height_sigma(found):
        return float(np.sqrt(found.calibration.covariance[9, 9]))

    few, many = calibrated(survey(count=6)), calibrated(survey())
    assert height_sigma(many) < height_sigma(few)
    known = calibrated(survey(count=6), known=Known(height_m=7.6, focal_px=1150.0))
    assert height_sigma(known) < height_sigma(few)
    assert "known focal length and known height" in known.calibration.source


def test_left_out_points_miss_by_more_than_fitted_ones():
    found = calibrated(survey())
    fitted = np.linalg.norm(found.residuals.fitted_px, axis=1)
    left_out = np.linalg.norm(found.residuals.left_out_px, axis=1)
    assert (left_out > fitted).mean() > 0.8
    assert found.left_out_rms_px > found.fitted_rms_px
    assert 0.3 < found.fitted_rms_px < 2.5
    assert np.isfinite(found.residuals.left_out_m).all()
    assert float(np.max(found.residuals.left_out_sigmas)) < 4.0


@pytest.mark.parametrize(
    ("row", "by_px", "by_m"),
    [
        pytest.param(4, (40.0, 0.0), (0, 0, 0), id="marked wrongly"),
        pytest.param(7, (0, 0), (0.0, 4.0, 0), id="surveyed wrongly"),
        pytest.param(0, (0, 0), (0.0, 0.0, 1.0), id="height"),
    ],
)
def test_a_point_that_contradicts_the_others_is_named(row, by_px, by_m):
    error = refusal(moved(survey(), row, by_px=by_px, by_m=by_m))
    assert f"point {row + 1} contradicts the others" in error.what
    assert error.where == f"points.csv:{row + 2}"
    assert f"--leave-out {row + 1}" in error.do
    found = calibrated(survey().without(row))
    assert len(found.points) == 11


@pytest.mark.parametrize(("one", "other"), [(4, 7), (2, 8)])
def test_two_points_that_hide_one_another_are_both_named(one, other):
    points = moved(moved(survey(), one, by_px=(25.0, -10.0)), other, by_m=(1.2, 1.5, 0.0))
    error = refusal(points)
    assert "2 points contradict the other 10" in error.what
    assert f"--leave-out {one + 1}" in error.do
    assert f"--leave-out {other + 1}" in error.do
    assert len(calibrated(points.without(one, other)).points) == 10


def test_of_two_blunders_the_lesser_is_named_once_the_greater_is_left_out():
    points = moved(moved(survey(), 0, by_px=(25.0, -10.0)), 10, by_m=(1.2, 1.5, 0.0))
    assert "point 11 contradicts the others" in refusal(points).what
    assert "point 1 contradicts the others" in refusal(points.without(10)).what


def test_points_far_worse_than_stated_are_refused_without_a_culprit():
    points = survey(sigma_px=7.0, sigma_m=0.0)
    error = refusal(replace(points, sigma_px=np.full(12, 1.0), sigma_m=np.full(12, 0.02)))
    assert "times worse than their stated errors; the worst" in error.what
    assert "state sigma_px and sigma_m" in error.do


def test_a_point_behind_the_camera_is_named():
    behind = true_camera().position_enu_m * 2
    points = survey(count=7)
    error = refusal(moved(points, 3, by_m=(*(behind[:2] - points.places_enu_m[3, :2]), 0.0)))
    assert "point 4 contradicts the others" in error.what
    assert error.where == "points.csv:5"


def test_four_points_are_enough_and_called_few():
    found = calibrated(survey(count=4), known=Known(height_m=7.6))
    assert any("Only 4 points" in remark for remark in found.remarks)


def test_points_of_one_height_are_remarked_on():
    assert any(
        "All points have one height" in remark
        for remark in calibrated(survey(heights=False, sigma_m=0)).remarks
    )


def test_errors_that_were_stated_too_small_are_enlarged():
    points = survey(sigma_px=3.0)
    found = calibrated(replace(points, sigma_px=np.full(12, 1.0)))
    assert found.scale > 2.0
    assert any("times worse than their stated errors" in remark for remark in found.remarks)


SWAPS = [
    pytest.param(
        lambda p: replace(p, pixels=np.array([0, SIZE[1] - 1]) + p.pixels * (1, -1)), "v counts", id="v"
    ),
    pytest.param(lambda p: replace(p, places_enu_m=p.places_enu_m[:, [1, 0, 2]]), "east and north", id="e n"),
]


@pytest.mark.parametrize(("mix_up", "words"), SWAPS)
def test_a_mix_up_is_told_by_the_way_that_fits(mix_up, words):
    error = refusal(mix_up(survey()))
    assert "They would fit if" in error.do
    assert words in error.do


def test_points_that_fit_nothing():
    rng = np.random.default_rng(1)
    points = survey()
    error = refusal(replace(points, pixels=rng.uniform((0, 0), SIZE, (12, 2))))
    assert "fit no camera" in error.what or "below the ground" in error.what or "behind it" in error.what
    assert "Check their order" in error.do


CHECKS = [
    pytest.param(lambda p: p.without(*range(3, 12)), "3 points, 4 needed", id="few"),
    pytest.param(lambda p: moved(p, 2, by_px=(400, 0)), "point 3 at u 1", id="outside"),
    pytest.param(lambda p: replace(p, places_enu_m=p.places_enu_m * 1000), "are these millimetres?", id="mm"),
    pytest.param(
        lambda p: replace(p, places_enu_m=np.array([127.0, 38.0, 0]) + p.places_enu_m * (1e-5, 1e-5, 1)),
        "longitude and latitude",
        id="degrees",
    ),
    pytest.param(
        lambda p: replace(p, places_enu_m=np.array([38.0, 127.0, 0]) + p.places_enu_m * (1e-5, 1e-5, 1)),
        "longitude and latitude",
        id="latitude first",
    ),
    pytest.param(
        lambda p: replace(p, places_enu_m=np.linspace((0, 0, 0), (9, 3, 1), 12)),
        "in one line on the ground",
        id="map",
    ),
    pytest.param(
        lambda p: replace(p, pixels=np.linspace((10, 20), (900, 600), 12)),
        "in one line in the picture",
        id="pixels",
    ),
    pytest.param(
        lambda p: replace(p, pixels=p.pixels[[0, 0, *range(2, 12)]]),
        "points 1 and 2 have the same pixel",
        id="twice",
    ),
    pytest.param(
        lambda p: replace(p, places_enu_m=p.places_enu_m[[0, 1, 1, *range(3, 12)]]),
        "the same place",
        id="place",
    ),
]


@pytest.mark.parametrize(("change", "words"), CHECKS)
def test_what_cannot_be_a_survey_is_refused_before_the_fit(change, words):
    error = refusal(change(survey()))
    assert words in error.what
    assert error.where.startswith("points.csv")


def test_swapped_pixels_that_leave_the_picture_are_called_swapped():
    points = survey()
    error = refusal(replace(points, pixels=points.pixels[:, ::-1]))
    assert "look swapped" in error.do
