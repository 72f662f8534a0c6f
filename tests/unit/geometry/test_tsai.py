import csv

import numpy as np
import pytest

from truceline.geometry.camera import ground_from_pixel, pixel_from_site
from truceline.geometry.tsai import TsaiParameters, calibration_from_tsai
from truceline.records.site import Distortion
from truceline.survey.cameras.foreign.tsai_xml import read_tsai_xml

TSAI = TsaiParameters(
    width_px=768,
    height_px=576,
    dpx_mm=0.0049,
    dpy_mm=0.0049,
    focal_mm=5.55,
    kappa1_per_mm2=0.0051,
    centre_px=(324.2, 282.6),
    sx=0.99,
    turns_rad=(1.7, 1.05, 3.14),
    translation_mm=(-4785.0, 2609.0, 35253.0),
)


def textbook(points_m):
    """Tsai's forward model step by step: camera axes, projection, undistorted to distorted, pixels."""
    rx, ry, rz = TSAI.turns_rad
    about_x = np.array([[1, 0, 0], [0, np.cos(rx), -np.sin(rx)], [0, np.sin(rx), np.cos(rx)]])
    about_y = np.array([[np.cos(ry), 0, np.sin(ry)], [0, 1, 0], [-np.sin(ry), 0, np.cos(ry)]])
    about_z = np.array([[np.cos(rz), -np.sin(rz), 0], [np.sin(rz), np.cos(rz), 0], [0, 0, 1]])
    camera = points_m * 1000 @ (about_z @ about_y @ about_x).T + np.array(TSAI.translation_mm)
    straight = TSAI.focal_mm * camera[:, :2] / camera[:, 2:]
    bent = []
    for radius in np.linalg.norm(straight, axis=1):
        roots = np.roots([TSAI.kappa1_per_mm2, 0, 1, -radius])
        real = roots[np.abs(roots.imag) < 1e-9].real
        bent.append(real[real > 0].min() / radius)
    pixels = straight * np.array(bent)[:, None] / [TSAI.dpx_mm, TSAI.dpy_mm]
    return pixels * [TSAI.sx, 1.0] + TSAI.centre_px


def test_our_camera_projects_as_the_textbook_does():
    ours = calibration_from_tsai(TSAI, width_px=768, covariance=np.eye(10), source="test")
    points = np.random.default_rng(3).uniform([-9, -9, 0], [9, 9, 2], (30, 3))
    assert ours.distortion is Distortion.TSAI
    np.testing.assert_allclose(pixel_from_site(ours, points), textbook(points), atol=1e-5)


def test_a_smaller_picture_of_the_same_camera():
    full = calibration_from_tsai(TSAI, width_px=768, covariance=np.eye(10), source="test")
    half = calibration_from_tsai(TSAI, width_px=384, covariance=np.eye(10), source="test")
    points = np.array([[1.0, 2.0, 0.0], [-3.0, 1.0, 1.7]])
    np.testing.assert_allclose(
        pixel_from_site(half, points), (pixel_from_site(full, points) + 0.5) / 2 - 0.5, atol=1e-9
    )
    np.testing.assert_array_equal(half.covariance, full.covariance)  # it is stated for the footage


@pytest.mark.footage
def test_pets_feet_lie_where_the_data_set_says(footage):
    folder = footage / "pets2009_s2l1"
    tsai = read_tsai_xml(folder / "calibration" / "View_001.xml")
    calibration = calibration_from_tsai(tsai, width_px=768, covariance=np.zeros((10, 10)), source="PETS 2009")
    with (folder / "gt_world_m.csv").open() as stream:
        rows = [
            [float(row[name]) for name in ("x_m", "y_m", "foot_u_px", "foot_v_px")]
            for row in csv.DictReader(stream)
        ]
    truth = np.array(rows)
    assert len(truth) == 4650
    error = np.linalg.norm(ground_from_pixel(calibration, truth[:, 2:]) - truth[:, :2], axis=1)
    assert np.max(error) < 0.01
