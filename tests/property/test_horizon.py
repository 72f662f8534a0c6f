"""The horizon: never inverted, whatever the camera; what lies too far out is uncertain and said so."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.geometry.cameras import mast
from truceline.geometry.camera import (
    MIN_DEPRESSION_RAD,
    TILT_SIGMAS,
    depression_rad,
    depression_sigma_rad,
    ground_bias_jacobian,
    ground_covariance,
    ground_from_pixel,
    is_measurable,
    least_depression_rad,
    pixel_from_site,
)
from truceline.records.site import Distortion
from truceline.survey.cameras.pose import rotation_from_pan_tilt_roll

CAMERAS = st.builds(
    lambda tilt, roll, k1, distortion, noise: replace(
        mast(k1=k1, distortion=distortion, noise=noise),
        rotation=rotation_from_pan_tilt_roll(pan_deg=0, tilt_deg=tilt, roll_deg=roll),
    ),
    st.floats(-60, 20),
    st.floats(-30, 30),
    st.floats(-0.2, 0.2),
    st.sampled_from(Distortion),
    st.floats(0, 40),
)
PIXELS = st.lists(st.tuples(st.floats(-50, 370), st.floats(-50, 290)), min_size=1, max_size=6).map(
    lambda rows: np.array(rows, float)
)


@given(CAMERAS, PIXELS)
def test_a_ground_position_is_given_exactly_where_the_ray_falls_steeply_enough(camera, pixels):
    falls = depression_rad(camera, pixels)
    least = least_depression_rad(camera, pixels)
    with np.errstate(invalid="ignore"):
        expected = falls > least
    ground = ground_from_pixel(camera, pixels)
    np.testing.assert_array_equal(np.isfinite(ground).all(axis=1), expected)
    covariance = ground_covariance(camera, pixels, pixel_covariance=np.tile(np.eye(2), (len(pixels), 1, 1)))
    np.testing.assert_array_equal(np.isfinite(covariance).all(axis=(1, 2)), expected)
    assert (least[np.isfinite(least)] >= MIN_DEPRESSION_RAD).all()


@given(CAMERAS, PIXELS)
def test_what_has_a_ground_position_is_in_front_and_no_farther_than_the_margin_allows(camera, pixels):
    ground = ground_from_pixel(camera, pixels)
    met = np.isfinite(ground).all(axis=1)
    offset = ground[met] - camera.position_enu_m[:2]
    reach = np.linalg.norm(offset, axis=1)
    assert (reach <= camera.position_enu_m[2] / np.tan(MIN_DEPRESSION_RAD) + 1e-6).all()
    ahead = np.concatenate([offset, np.full((len(offset), 1), -camera.position_enu_m[2])], axis=1)
    assert (ahead @ camera.rotation[2] > 0).all()


@given(CAMERAS, PIXELS, st.floats(1, 5))
def test_more_error_never_makes_more_ground(camera, pixels, factor):
    worse = replace(camera, covariance=camera.covariance * factor**2)
    here = np.isfinite(ground_from_pixel(camera, pixels)).all(axis=1)
    there = np.isfinite(ground_from_pixel(worse, pixels)).all(axis=1)
    assert not (there & ~here).any()


@given(CAMERAS, st.lists(st.tuples(st.floats(-300, 300), st.floats(-100, 5000)), min_size=1, max_size=5))
def test_every_place_with_a_pixel_has_a_calibration_error_and_an_answer(camera, rows):
    """Towards the horizon the error grows without end, but it is a number: nothing is silently left out."""
    places = np.array(rows, float)
    pixels = pixel_from_site(camera, np.concatenate([places, np.zeros((len(places), 1))], axis=1))
    seen = np.isfinite(pixels).all(axis=1)
    bias = ground_bias_jacobian(camera, places)
    assert np.isfinite(bias[seen]).all()
    falls, sigma = depression_rad(camera, pixels[seen]), depression_sigma_rad(camera, pixels[seen])
    expected = np.zeros(len(places), bool)
    expected[seen] = falls > np.maximum(MIN_DEPRESSION_RAD, TILT_SIGMAS * sigma)
    np.testing.assert_array_equal(is_measurable(camera, places), expected)
