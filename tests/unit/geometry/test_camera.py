from dataclasses import replace

import numpy as np
import pytest

from tests.unit.geometry.cameras import mast
from truceline.errors import InputError
from truceline.geometry.camera import (
    MIN_DEPRESSION_RAD,
    ground_bias_jacobian,
    ground_covariance,
    ground_from_pixel,
    ground_pixel_jacobian,
    look_at_rotation,
    perturbed,
    pixel_from_site,
    rotation_from_vector,
    scaled,
    site_rays,
)
from truceline.geometry.lens import distort, undistort
from truceline.records.site import Distortion

MODELS = [
    pytest.param(0.0, Distortion.BROWN, id="straight"),
    pytest.param(-0.2, Distortion.BROWN, id="brown barrel"),
    pytest.param(0.1, Distortion.BROWN, id="brown pincushion"),
    pytest.param(-0.2, Distortion.TSAI, id="tsai pincushion"),
    pytest.param(0.2, Distortion.TSAI, id="tsai barrel"),
]


def grid(width_px=320, height_px=240):
    u, v = np.meshgrid(np.linspace(0, width_px - 1, 7), np.linspace(0, height_px - 1, 5))
    return np.stack([u.ravel(), v.ravel()], axis=1)


def places():
    east, north = np.meshgrid(np.linspace(-6, 6, 5), np.linspace(-8, 20, 6))
    return np.stack([east.ravel(), north.ravel()], axis=1)


def lifted(points_en_m, height_m=0.0):
    return np.concatenate([points_en_m, np.full((len(points_en_m), 1), height_m)], axis=1)


@pytest.mark.parametrize(("k1", "distortion"), MODELS)
def test_distortion_there_and_back(k1, distortion):
    camera = mast(k1=k1, distortion=distortion)
    np.testing.assert_allclose(distort(camera, undistort(camera, grid())), grid(), atol=1e-4)


@pytest.mark.parametrize(("k1", "distortion"), MODELS)
@pytest.mark.parametrize("height_m", [0.0, 1.7, -0.4])
def test_ground_to_pixel_and_back(k1, distortion, height_m):
    camera = mast(k1=k1, distortion=distortion)
    pixels = pixel_from_site(camera, lifted(places(), height_m))
    np.testing.assert_allclose(ground_from_pixel(camera, pixels, height_m=height_m), places(), atol=2e-4)


def test_the_middle_of_the_picture_is_what_the_camera_looks_at():
    camera = mast()
    np.testing.assert_allclose(pixel_from_site(camera, np.zeros((1, 3))), [camera.centre_px], atol=1e-9)
    np.testing.assert_allclose(ground_from_pixel(camera, camera.centre_px[None]), [[0, 0]], atol=1e-9)


def test_up_in_the_world_is_up_in_the_picture_and_east_is_right():
    camera = mast()
    foot, head, right = pixel_from_site(camera, np.array([[0, 0, 0], [0, 0, 1.7], [1.0, 0, 0]]))
    assert head[1] < foot[1]
    assert right[0] > foot[0]


@pytest.mark.counterpart("opencv")
@pytest.mark.parametrize("k1", [0.0, -0.2, 0.1])
def test_pixels_are_those_of_opencv(k1):
    import cv2

    camera = mast(k1=k1)
    points = lifted(places(), 1.2)
    matrix = np.array(
        [
            [camera.focal_px[0], 0, camera.centre_px[0]],
            [0, camera.focal_px[1], camera.centre_px[1]],
            [0, 0, 1],
        ]
    )
    rotation, _ = cv2.Rodrigues(camera.rotation)
    translation = -camera.rotation @ camera.position_enu_m
    theirs, _ = cv2.projectPoints(points, rotation, translation, matrix, np.array([k1, 0, 0, 0]))
    np.testing.assert_allclose(pixel_from_site(camera, points), theirs.reshape(-1, 2), atol=1e-6)


@pytest.mark.counterpart("opencv")
def test_opencv_puts_back_what_we_straighten():
    import cv2

    camera = mast(k1=-0.2)
    matrix = np.array(
        [
            [camera.focal_px[0], 0, camera.centre_px[0]],
            [0, camera.focal_px[1], camera.centre_px[1]],
            [0, 0, 1],
        ]
    )
    straight = undistort(camera, grid())
    rays = np.concatenate([straight, np.ones((len(straight), 1))], axis=1)
    again, _ = cv2.projectPoints(rays, np.zeros(3), np.zeros(3), matrix, np.array([-0.2, 0, 0, 0]))
    np.testing.assert_allclose(again.reshape(-1, 2), grid(), atol=1e-4)


@pytest.mark.counterpart("opencv")
@pytest.mark.parametrize(
    "vector", [[0.3, -1.2, 0.7], [0, 0, 0], [1e-9, 0, 0], [np.pi - 1e-6, 0, 0], [0, 0, 3.0]]
)
def test_rotation_vectors_are_those_of_opencv(vector):
    import cv2

    theirs, _ = cv2.Rodrigues(np.array(vector, float))
    np.testing.assert_allclose(rotation_from_vector(np.array(vector, float)), theirs, atol=1e-9)


def test_points_behind_the_camera_or_in_its_plane_have_no_pixel():
    camera = mast()
    behind = camera.position_enu_m - camera.rotation[2] * 3
    beside = camera.position_enu_m + camera.rotation[0] * 3
    assert np.isnan(pixel_from_site(camera, np.stack([behind, beside]))).all()


def test_no_points_give_no_points():
    camera = mast()
    none = np.zeros((0, 2))
    assert pixel_from_site(camera, np.zeros((0, 3))).shape == (0, 2)
    assert ground_from_pixel(camera, none).shape == (0, 2)
    assert ground_pixel_jacobian(camera, none).shape == (0, 2, 2)
    assert ground_bias_jacobian(camera, none).shape == (0, 2, 10)


def level_camera():
    position = np.array([0.0, 0.0, 5.0])
    return replace(
        mast(), position_enu_m=position, rotation=look_at_rotation(position, np.array([0, 9.0, 5]))
    )


@pytest.mark.parametrize(
    ("below_rad", "meets"),
    [
        pytest.param(-0.2, False, id="sky"),
        pytest.param(0.0, False, id="the horizon itself"),
        pytest.param(0.99 * MIN_DEPRESSION_RAD, False, id="just too flat"),
        pytest.param(1.01 * MIN_DEPRESSION_RAD, True, id="just steep enough"),
        pytest.param(0.3, True, id="ground"),
    ],
)
def test_the_horizon_is_never_inverted(below_rad, meets):
    camera = level_camera()
    pixel = camera.centre_px + np.array([[0.0, camera.focal_px[1] * np.tan(below_rad)]])
    ground = ground_from_pixel(camera, pixel)[0]
    assert np.isfinite(ground).all() == meets
    if meets:
        assert ground[1] == pytest.approx(5.0 / np.tan(below_rad), rel=1e-9)


def test_a_camera_below_the_plane_does_not_see_it():
    assert np.isnan(ground_from_pixel(mast(), grid(), height_m=9.0)).all()


def test_rays_have_unit_length_and_come_from_the_camera():
    camera = mast(k1=-0.1)
    rays = site_rays(camera, grid())
    np.testing.assert_allclose(np.linalg.norm(rays, axis=1), 1.0)
    np.testing.assert_allclose(pixel_from_site(camera, camera.position_enu_m + 7 * rays), grid(), atol=1e-4)


def test_the_pixel_jacobian_predicts_a_small_step():
    camera = mast(k1=-0.1)
    pixels = pixel_from_site(camera, lifted(places()))
    step = np.array([0.02, -0.03])
    got = ground_from_pixel(camera, pixels + step) - places()
    np.testing.assert_allclose(got, ground_pixel_jacobian(camera, pixels) @ step, rtol=0.02, atol=1e-5)


def test_pixel_noise_on_the_ground_is_that_of_many_noisy_pixels():
    camera = mast()
    pixel = pixel_from_site(camera, np.array([[2.0, 4.0, 0.0]]))
    noise = np.array([[0.5, 0.2], [0.2, 0.8]])
    draws = np.random.default_rng(5).multivariate_normal(pixel[0], noise, 40_000)
    expected = np.cov(ground_from_pixel(camera, draws).T)
    got = ground_covariance(camera, pixel, pixel_covariance=noise[None])[0]
    np.testing.assert_allclose(got, expected, rtol=0.06, atol=0.03 * np.abs(expected).max())


def test_the_calibrations_error_on_the_ground_is_that_of_many_calibrations():
    camera = mast(noise=0.5)
    place = np.array([[3.0, 6.0]])
    pixel = pixel_from_site(camera, lifted(place))
    draws = np.random.default_rng(6).multivariate_normal(np.zeros(10), camera.covariance, 3000)
    moved = np.array([ground_from_pixel(perturbed(camera, delta), pixel)[0] for delta in draws])
    jacobian = ground_bias_jacobian(camera, place)[0]
    expected = np.cov(moved.T)
    np.testing.assert_allclose(
        jacobian @ camera.covariance @ jacobian.T, expected, rtol=0.12, atol=0.05 * np.abs(expected).max()
    )


@pytest.mark.parametrize("parameter", range(10))
def test_each_parameter_moves_the_ground_as_its_column_says(parameter):
    camera = mast(k1=-0.1)
    place = np.array([[-2.0, 5.0]])
    delta = np.zeros(10)
    delta[parameter] = 1e-4
    moved = ground_from_pixel(perturbed(camera, delta), pixel_from_site(camera, lifted(place)))
    column = ground_bias_jacobian(camera, place)[0, :, parameter]
    np.testing.assert_allclose((moved - place)[0] / 1e-4, column, rtol=5e-3, atol=2e-4)


@pytest.mark.parametrize(
    ("parameter", "by"), [(0, 0.01), (1, 2.0), (2, -3.0), (3, 0.02), (6, 0.1), (7, 0.5), (8, -0.5), (9, 0.2)]
)
def test_moving_one_parameter_moves_that_one_only(parameter, by):
    camera = mast(k1=-0.1)
    delta = np.zeros(10)
    delta[parameter] = by
    other = perturbed(camera, delta)
    turned = camera.rotation @ rotation_from_vector(delta[4:7]).T
    np.testing.assert_allclose(other.focal_px, camera.focal_px * (np.exp(0.01) if parameter == 0 else 1.0))
    np.testing.assert_allclose(other.centre_px, camera.centre_px + delta[1:3])
    assert other.k1 == pytest.approx(camera.k1 + delta[3])
    np.testing.assert_allclose(other.rotation, turned)
    np.testing.assert_allclose(other.position_enu_m, camera.position_enu_m + delta[7:])


def test_turning_the_camera_about_the_vertical_turns_its_view_the_same_way():
    camera = mast()
    delta = np.zeros(10)
    delta[6] = 0.1  # counter-clockwise from above
    seen = ground_from_pixel(perturbed(camera, delta), camera.centre_px[None])[0]
    np.testing.assert_allclose(seen, [-20 * np.sin(0.1), 20 * np.cos(0.1) - 20], atol=1e-9)


def test_moving_the_camera_moves_what_it_sees_along():
    jacobian = ground_bias_jacobian(mast(), np.array([[1.0, 2.0]]))[0]
    np.testing.assert_allclose(jacobian[:, 7:9], np.eye(2), atol=1e-6)


@pytest.mark.parametrize("factor", [1.0, 0.5, 2.5])
def test_a_resized_picture_shows_the_same_ground(factor):
    camera = mast(k1=-0.1)
    small = scaled(camera, factor)
    pixels = pixel_from_site(camera, lifted(places()))
    # The corner of the picture, half a pixel before the first centre, stays where it is.
    np.testing.assert_allclose(
        pixel_from_site(small, lifted(places())), (pixels + 0.5) * factor - 0.5, atol=1e-6
    )
    ours = ground_bias_jacobian(small, places())
    theirs = ground_bias_jacobian(camera, places())
    np.testing.assert_allclose(
        ours @ small.covariance @ np.swapaxes(ours, 1, 2),
        theirs @ camera.covariance @ np.swapaxes(theirs, 1, 2),
        rtol=1e-3,
        atol=1e-6,
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"covariance": np.eye(9)}, "expected (10, 10)", id="shape"),
        pytest.param({"covariance": np.eye(10) + np.eye(10, k=1)}, "not symmetric", id="asymmetric"),
        pytest.param({"covariance": -np.eye(10)}, "negative eigenvalue", id="negative"),
        pytest.param({"rotation": 1.1 * np.eye(3)}, "not a rotation", id="stretched"),
    ],
)
def test_what_is_no_calibration_is_refused(change, words):
    with pytest.raises(InputError) as caught:
        replace(mast(), **change)
    assert words in caught.value.what


def test_a_mirrored_camera_is_no_rotation():
    with pytest.raises(InputError, match="not a rotation"):
        replace(mast(), rotation=np.diag([1.0, 1.0, -1.0]))
