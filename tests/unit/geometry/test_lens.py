from dataclasses import replace

import numpy as np
import pytest

from tests.unit.geometry.cameras import mast
from truceline.errors import InputError
from truceline.geometry.lens import distort, straight_by_k1, straight_jacobian, undistort
from truceline.records.site import Distortion

LENSES = [
    pytest.param({"k1": -0.3, "k2": 0.12}, id="two radial"),
    pytest.param({"k1": -0.3, "k2": 0.12, "k3": -0.01}, id="three radial"),
    pytest.param({"k1": -0.2, "p1": 1e-3, "p2": -2e-3}, id="tangential"),
    pytest.param({"p1": 1e-3, "p2": -2e-3}, id="tangential alone"),
    pytest.param({"k1": 0.15, "distortion": Distortion.TSAI}, id="tsai barrel"),
    pytest.param({"k1": -0.15, "distortion": Distortion.TSAI}, id="tsai pincushion"),
]


def pixels():
    u, v = np.meshgrid(np.linspace(0, 319, 9), np.linspace(0, 239, 7))
    return np.stack([u.ravel(), v.ravel()], axis=1)


def plane(camera):
    return (pixels() - camera.centre_px) / camera.focal_px


@pytest.mark.parametrize("terms", LENSES)
def test_there_and_back(terms):
    camera = replace(mast(), **terms)
    np.testing.assert_allclose(distort(camera, undistort(camera, pixels())), pixels(), atol=1e-5)


@pytest.mark.counterpart("opencv")
@pytest.mark.parametrize("terms", LENSES[:4])
def test_the_lens_is_that_of_opencv(terms):
    import cv2

    camera = replace(mast(), **terms)
    straight = np.concatenate([undistort(camera, pixels()), np.ones((63, 1))], axis=1)
    matrix = np.diag([*camera.focal_px, 1.0])
    matrix[:2, 2] = camera.centre_px
    five = np.array([camera.k1, camera.k2, camera.p1, camera.p2, camera.k3])
    theirs, _ = cv2.projectPoints(straight, np.zeros(3), np.zeros(3), matrix, five)
    np.testing.assert_allclose(theirs.reshape(-1, 2), pixels(), atol=1e-5)


@pytest.mark.parametrize("terms", LENSES)
def test_derivatives_are_those_of_small_steps(terms):
    camera = replace(mast(), **terms)
    straight, step = undistort(camera, pixels()), 1e-4
    got = straight_jacobian(camera, straight, distorted=plane(camera))
    for axis in range(2):
        shift = np.eye(2)[axis] * step * camera.focal_px
        measured = (undistort(camera, pixels() + shift) - undistort(camera, pixels() - shift)) / (2 * step)
        np.testing.assert_allclose(got[:, :, axis], measured, atol=1e-5)
    ahead, behind = (replace(camera, k1=camera.k1 + sign * step) for sign in (1, -1))
    measured = (undistort(ahead, pixels()) - undistort(behind, pixels())) / (2 * step)
    np.testing.assert_allclose(straight_by_k1(camera, straight, distorted=plane(camera)), measured, atol=1e-5)


@pytest.mark.parametrize("distortion", Distortion)
def test_beyond_the_fold_there_is_nothing(distortion):
    """r (1 - r^2 / 3) grows up to r = 1, where it is 2/3."""
    camera = replace(mast(), k1=-1 / 3, distortion=distortion)
    explicit, inverse = (distort, undistort) if distortion is Distortion.BROWN else (undistort, distort)

    def met(function, radius):
        point = np.array([[radius, 0.0]])
        if function is undistort:
            return undistort(camera, point * camera.focal_px + camera.centre_px)[0, 0]
        return (distort(camera, point)[0, 0] - camera.centre_px[0]) / camera.focal_px[0]

    assert met(explicit, 0.999) == pytest.approx(0.999 * (1 - 0.999**2 / 3))
    assert np.isnan(met(explicit, 1.001))
    assert met(inverse, 0.6666) == pytest.approx(0.985, abs=0.01)
    assert np.isnan(met(inverse, 0.667))


def test_a_point_far_beside_the_view_gets_no_pixel_inside_it():
    camera = replace(mast(), k1=-0.35)
    far = np.stack([np.linspace(1.0, 9.0, 50), np.zeros(50)], axis=1)
    assert np.isnan(distort(camera, far)).all()


def test_a_lens_that_only_stretches_has_no_fold():
    camera = replace(mast(), k1=0.1, k2=0.05)
    assert np.isfinite(distort(camera, np.array([[50.0, 20.0]]))).all()


def test_the_smallest_coefficient_does_no_harm():
    camera = replace(mast(), k1=-2.2e-308)
    np.testing.assert_allclose(distort(camera, undistort(camera, pixels())), pixels(), atol=1e-9)


def test_tsai_has_one_coefficient():
    with pytest.raises(InputError, match="one radial coefficient"):
        replace(mast(distortion=Distortion.TSAI), k2=0.1)
