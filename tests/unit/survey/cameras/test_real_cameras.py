"""Cameras that others calibrated, of the open footage: do our fit and our imports agree with them?"""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.survey.cameras.surveys import ORIGIN
from truceline.errors import InputError
from truceline.geometry.camera import ground_bias_jacobian, ground_from_pixel, pixel_from_site
from truceline.geometry.projective import calibration_from_homography
from truceline.geometry.tsai import calibration_from_tsai
from truceline.records.digests import sha256_of
from truceline.records.site import Camera
from truceline.records.surveyed_points import SurveyedPoints
from truceline.survey.cameras.foreign.tsai_xml import read_tsai_xml
from truceline.survey.cameras.from_points.calibration import Known, calibrate_from_points

NO_ERROR = np.zeros((10, 10))
COUNT = 12


def pets(footage, view):
    tsai = read_tsai_xml(footage / "pets2009_s2l1" / "calibration" / f"View_00{view}.xml")
    calibration = calibration_from_tsai(tsai, width_px=tsai.width_px, covariance=NO_ERROR, source="PETS 2009")
    return Camera(f"view-{view}", "PETS 2009", "visible", tsai.width_px, tsai.height_px, calibration)


def surveyed(camera, *, seed):
    """Points that this camera sees, marked to a pixel and surveyed to two centimetres, within 60 m of it."""
    rng = np.random.default_rng(seed)
    pixels = rng.uniform((10, 10), (camera.width_px - 10, camera.height_px - 10), (4000, 2))
    up = rng.choice([0.0, 0.0, 1.5, 2.4], 4000)
    places = np.concatenate(
        [
            ground_from_pixel(camera.calibration, pixel[None], height_m=high)
            for pixel, high in zip(pixels, up, strict=True)
        ]
    )
    away = np.linalg.norm(places - camera.calibration.position_enu_m[:2], axis=1)
    rows = np.flatnonzero(away < 60)[:COUNT]
    true_m = np.concatenate([places[rows], up[rows, None]], axis=1)
    return SurveyedPoints(
        names=tuple(str(row) for row in range(COUNT)),
        pixels=pixel_from_site(camera.calibration, true_m) + rng.normal(0, 1.0, (COUNT, 2)),
        places_enu_m=true_m + rng.normal(0, 0.02, (COUNT, 3)),
        sigma_px=np.ones(COUNT),
        sigma_m=np.full(COUNT, 0.02),
        source="points.csv",
        digest=sha256_of(b""),
        lines=tuple(range(COUNT)),
    )


@pytest.mark.footage
@pytest.mark.parametrize("view", [1, 2, 3, 4])
def test_a_fit_of_points_agrees_with_tsais_own_calibration_as_far_as_it_says(footage, view):
    """Another lens model, real geometry. The mean of 12 squares with two degrees of freedom each, of one draw
    of the calibration, is about 2; 8 is one in fifty."""
    camera = pets(footage, view)
    points = surveyed(camera, seed=view)
    aspect = float(camera.calibration.focal_px[0] / camera.calibration.focal_px[1])  # analogue pictures
    found = calibrate_from_points(points, camera, origin=ORIGIN, known=Known(aspect=aspect)).calibration
    ground = points.places_enu_m[:, :2]
    pixels = pixel_from_site(camera.calibration, np.concatenate([ground, np.zeros((COUNT, 1))], axis=1))
    missed = ground_from_pixel(replace(found, covariance=NO_ERROR), pixels) - ground
    jacobian = ground_bias_jacobian(found, ground)
    covariance = jacobian @ found.covariance @ np.swapaxes(jacobian, 1, 2)
    squares = np.einsum("ni,nij,nj->n", missed, np.linalg.inv(covariance), missed)
    assert float(np.median(np.linalg.norm(missed, axis=1))) < 0.25
    assert float(np.mean(squares)) < 8.0


@pytest.mark.footage
def test_the_homography_of_eth_is_a_camera_on_a_roof(footage):
    """Its picture coordinates are row, column; as column, row it is a mirrored world, seen from below."""
    world_from_pixel = np.loadtxt(footage / "trajectories" / "eth_seq_eth" / "H.txt")
    turned = world_from_pixel[:, [1, 0, 2]]
    camera = calibration_from_homography(
        np.array(np.linalg.inv(turned), float), size_px=(640, 480), covariance=NO_ERROR, source="ETH"
    )
    assert 15 < camera.position_enu_m[2] < 35
    pixels = np.array([[100.0, 400.0], [320, 240], [600, 450]])
    ours = ground_from_pixel(camera, pixels)
    lifted = np.concatenate([pixels, np.ones((3, 1))], axis=1) @ turned.T
    np.testing.assert_allclose(ours, lifted[:, :2] / lifted[:, 2:], atol=0.05)


@pytest.mark.footage
def test_the_parallel_homography_of_zara_is_no_camera(footage):
    world_from_pixel = np.loadtxt(footage / "trajectories" / "ucy_zara01" / "H.txt")
    with pytest.raises(InputError, match="no camera with square pixels"):
        calibration_from_homography(
            np.array(np.linalg.inv(world_from_pixel), float),
            size_px=(720, 576),
            covariance=NO_ERROR,
            source="UCY",
        )
