"""The camera: what goes from the ground to the picture comes back, wherever the camera stands."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.geometry.cameras import mast, moved
from truceline.geometry.camera import (
    ground_bias_jacobian,
    ground_from_pixel,
    perturbed,
    pixel_from_site,
    rotation_from_vector,
)
from truceline.records.site import Distortion

PLACES = st.lists(st.tuples(st.floats(-5, 5), st.floats(-8, 25)), min_size=1, max_size=5).map(
    lambda rows: np.array(rows, float)
)
TURN = st.floats(-3, 3)
SHIFT = st.tuples(st.floats(-200, 200), st.floats(-200, 200))


def lifted(points_en_m):
    return np.concatenate([points_en_m, np.zeros((len(points_en_m), 1))], axis=1)


@given(PLACES, st.floats(-0.2, 0.2), st.sampled_from(Distortion), TURN, SHIFT)
def test_there_and_back(places, k1, distortion, turn_rad, by_m):
    camera = moved(mast(k1=k1, distortion=distortion), turn_rad=turn_rad, by_m=by_m)
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    there = places @ np.array([[cos, sin], [-sin, cos]]) + by_m
    pixels = pixel_from_site(camera, lifted(there))
    np.testing.assert_allclose(ground_from_pixel(camera, pixels), there, atol=1e-3)
    # The turned world looks the same to the turned camera.
    straight = pixel_from_site(mast(k1=k1, distortion=distortion), lifted(places))
    np.testing.assert_allclose(pixels, straight, atol=1e-6)


@given(st.floats(-100, 340), st.floats(-400, 400))
def test_whatever_meets_the_ground_lies_in_front_of_the_camera_and_below_it(u, v):
    camera = mast()
    ground = ground_from_pixel(camera, np.array([[u, v]]))
    if np.isfinite(ground).all():
        ahead = (lifted(ground) - camera.position_enu_m) @ camera.rotation[2]
        assert ahead[0] > 0
        np.testing.assert_allclose(pixel_from_site(camera, lifted(ground)), [[u, v]], atol=1e-5)


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_rotation_vectors_make_rotations(vector):
    rotation = rotation_from_vector(np.array(vector))
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) > 0


@given(PLACES, st.integers(0, 2**32 - 1))
def test_a_small_error_of_the_calibration_moves_the_ground_as_predicted(places, seed):
    camera = mast(k1=-0.05)
    delta = np.random.default_rng(seed).normal(0, 0.02 * np.sqrt(np.diag(camera.covariance)))
    pixels = pixel_from_site(camera, lifted(places))
    moved_m = ground_from_pixel(perturbed(camera, delta), pixels) - places
    predicted = ground_bias_jacobian(camera, places) @ delta
    assert np.max(np.abs(moved_m - predicted)) < 1e-3 + 0.02 * np.max(np.abs(predicted))
