"""The error on the ground against drawing lots, at the ranges where crossings are decided."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.geometry.cameras import mast
from truceline.geometry.camera import (
    ground_bias_jacobian,
    ground_covariance,
    ground_from_pixel,
    perturbed,
    pixel_from_site,
)
from truceline.survey.cameras.pose import rotation_from_pan_tilt_roll

FOOT_SIGMA_PX = 2.0


def tower():
    """6 m high, 1100 px of focal length, 8 degrees down; errors 8 px, 0.1 degrees, 5 cm in height."""
    turn = np.deg2rad(0.1)
    sigmas = np.array([8 / 1100, 0, 0, 0, turn, turn, turn, 0, 0, 0.05])
    return replace(
        mast(),
        focal_px=np.array([1100.0, 1100.0]),
        centre_px=np.array([639.5, 359.5]),
        rotation=rotation_from_pan_tilt_roll(pan_deg=0, tilt_deg=-8, roll_deg=0),
        position_enu_m=np.array([0.0, 0.0, 6.0]),
        covariance=np.diag(sigmas**2),
    )


# Range; along the view: metres a pixel, and sigma in all. The published prototype's table, second decimal.
TABLE = [(20.0, 0.06, 0.26), (40.0, 0.25, 0.77), (60.0, 0.55, 1.62), (80.0, 0.97, 2.82), (100.0, 1.51, 4.39)]


@pytest.mark.parametrize(("range_m", "a_pixel_m", "total_m"), TABLE)
def test_first_order_agrees_with_lots_and_with_the_table(range_m, a_pixel_m, total_m):
    camera, place = tower(), np.array([[0.0, range_m]])
    pixel = pixel_from_site(camera, np.array([[0.0, range_m, 0.0]]))
    white = ground_covariance(camera, pixel, pixel_covariance=np.eye(2)[None] * FOOT_SIGMA_PX**2)[0]
    bias = ground_bias_jacobian(camera, place)[0]
    total = white + bias @ camera.covariance @ bias.T
    assert np.sqrt(white[1, 1]) / FOOT_SIGMA_PX == pytest.approx(a_pixel_m, abs=0.006)
    assert np.sqrt(total[1, 1]) == pytest.approx(total_m, rel=0.02)

    rng = np.random.default_rng(11)
    known = replace(camera, covariance=np.zeros((10, 10)))  # lots are not cut at the horizon's margin
    deltas = rng.multivariate_normal(np.zeros(10), camera.covariance, 3000)
    drawn = [
        ground_from_pixel(perturbed(known, delta), pixel + rng.normal(0, FOOT_SIGMA_PX, (1, 2)))[0]
        for delta in deltas
    ]
    np.testing.assert_allclose(
        np.sqrt(np.diag(np.cov(np.array(drawn).T))), np.sqrt(np.diag(total)), rtol=0.06
    )


def test_white_and_shared_parts_stay_apart():
    """Two looks at one place: their white errors differ, the calibration's is the same in both."""
    camera, place = tower(), np.array([[3.0, 50.0]])
    bias = ground_bias_jacobian(camera, place)[0]
    rng = np.random.default_rng(3)
    known = replace(camera, covariance=np.zeros((10, 10)))
    pixel = pixel_from_site(camera, np.array([[3.0, 50.0, 0.0]]))
    first, second = [], []
    for delta in rng.multivariate_normal(np.zeros(10), camera.covariance, 3000):
        moved = perturbed(known, delta)
        noise = rng.normal(0, FOOT_SIGMA_PX, (2, 2))
        both = ground_from_pixel(moved, pixel + noise)
        first.append(both[0])
        second.append(both[1])
    shared = np.cov(np.array(first)[:, 1], np.array(second)[:, 1])[0, 1]
    assert shared == pytest.approx((bias @ camera.covariance @ bias.T)[1, 1], rel=0.12)
