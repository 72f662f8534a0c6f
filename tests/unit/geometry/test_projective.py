from dataclasses import replace

import numpy as np
import pytest

from tests.unit.geometry.cameras import mast
from truceline.errors import InputError
from truceline.geometry.camera import ground_from_pixel, pixel_from_site
from truceline.geometry.projective import calibration_from_homography, calibration_from_projection
from truceline.survey.cameras.pose import rotation_from_pan_tilt_roll

SIZE = (320, 240)
NO_ERROR = np.zeros((10, 10))


def camera(tilt_deg=-18.0, roll_deg=3.0, focal_px=300.0, centre_px=(159.5, 119.5)):
    rotation = rotation_from_pan_tilt_roll(pan_deg=40, tilt_deg=tilt_deg, roll_deg=roll_deg)
    return replace(
        mast(),
        rotation=rotation,
        focal_px=np.array([focal_px, focal_px]),
        centre_px=np.array(centre_px),
        position_enu_m=np.array([-12.0, 5.0, 7.5]),
    )


def projection_of(calibration):
    matrix = np.diag([*calibration.focal_px, 1.0])
    matrix[:2, 2] = calibration.centre_px
    offset = -calibration.rotation @ calibration.position_enu_m
    return matrix @ np.concatenate([calibration.rotation, offset[:, None]], axis=1)


@pytest.mark.parametrize("factor", [1.0, -1.0, 37.5, -1e-4])
def test_a_projection_is_taken_apart_whatever_its_scale(factor):
    given = replace(camera(), focal_px=np.array([300.0, 310.0]))
    got = calibration_from_projection(factor * projection_of(given), covariance=NO_ERROR, source="test")
    np.testing.assert_allclose(got.focal_px, given.focal_px, rtol=1e-9)
    np.testing.assert_allclose(got.centre_px, given.centre_px, rtol=1e-9)
    np.testing.assert_allclose(got.rotation, given.rotation, atol=1e-9)
    np.testing.assert_allclose(got.position_enu_m, given.position_enu_m, atol=1e-7)


def test_an_affine_projection_is_refused():
    flat = np.array([[10.0, 0, 0, 160], [0, -8, -5, 120], [0, 0, 0, 1]])
    with pytest.raises(InputError, match="no camera at a finite place"):
        calibration_from_projection(flat, covariance=NO_ERROR, source="test")


def test_skewed_pixels_are_refused():
    skewed = np.array([[1, 0.05, 0], [0, 1, 0], [0, 0, 1.0]]) @ projection_of(camera())
    with pytest.raises(InputError, match="skewed pixels"):
        calibration_from_projection(skewed, covariance=NO_ERROR, source="test")


@pytest.mark.parametrize("tilt_deg", [-8.0, -18.0, -55.0])
@pytest.mark.parametrize("focal_px", [180.0, 300.0, 1500.0])
def test_the_pinhole_behind_a_homography_is_found(tilt_deg, focal_px):
    given = camera(tilt_deg=tilt_deg, focal_px=focal_px)
    plane = -3.0 * projection_of(given)[:, [0, 1, 3]]
    got = calibration_from_homography(plane, size_px=SIZE, covariance=NO_ERROR, source="test")
    low = np.stack([np.linspace(0, 319, 6), np.full(6, 230.0)], axis=1)
    np.testing.assert_allclose(ground_from_pixel(got, low), ground_from_pixel(given, low), atol=0.02)
    heads = np.concatenate([ground_from_pixel(given, low), np.full((6, 1), 1.7)], axis=1)
    np.testing.assert_allclose(pixel_from_site(got, heads), pixel_from_site(given, heads), atol=0.5)


def test_a_principal_point_beside_the_middle_keeps_the_ground():
    given = camera(centre_px=(164.0, 114.0))
    plane = projection_of(given)[:, [0, 1, 3]]
    got = calibration_from_homography(plane, size_px=SIZE, covariance=NO_ERROR, source="test")
    low = np.stack([np.linspace(0, 319, 6), np.full(6, 200.0)], axis=1)
    np.testing.assert_allclose(ground_from_pixel(got, low), ground_from_pixel(given, low), atol=0.1)


@pytest.mark.parametrize(
    "plane",
    [
        pytest.param([[10.0, 0, 160], [3, -8, 120], [0, 0, 1]], id="parallel"),
        pytest.param([[0, 0.7, 120], [300, 4, 160], [1e-3, 2e-2, 1]], id="u and v swapped"),
    ],
)
def test_what_no_pinhole_sees_is_refused(plane):
    with pytest.raises(InputError, match="no camera with square pixels"):
        calibration_from_homography(np.array(plane), size_px=SIZE, covariance=NO_ERROR, source="test")


def test_a_homography_without_an_inverse_is_refused():
    with pytest.raises(InputError, match="no inverse"):
        calibration_from_homography(
            np.outer([1.0, 2, 3], [4.0, 5, 6]), size_px=SIZE, covariance=NO_ERROR, source="test"
        )
