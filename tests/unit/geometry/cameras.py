"""Cameras made by hand: what the tests of geometry, detection, tracking and events look through."""

from dataclasses import replace

import numpy as np

from truceline.geometry.camera import look_at_rotation
from truceline.records.site import Calibration, Camera, Distortion

SIGMAS = np.array([3e-3, 1.0, 1.0, 5e-3, 5e-4, 5e-4, 5e-4, 0.03, 0.03, 0.03])
"""Standard deviations of the ten calibration parameters, in their order."""


def mast(*, k1=0.0, distortion=Distortion.BROWN, noise=1.0, width_px=320, height_px=240):
    """A camera on an 8 m mast, 20 m south of the origin, looking at it; ``noise`` scales its sigmas."""
    position = np.array([0.0, -20.0, 8.0])
    return Calibration(
        focal_px=np.array([0.9, 0.9]) * width_px,
        centre_px=np.array([(width_px - 1) / 2, (height_px - 1) / 2]),
        k1=k1,
        distortion=distortion,
        rotation=look_at_rotation(position, np.zeros(3)),
        position_enu_m=position,
        covariance=np.diag((noise * SIGMAS) ** 2),
        source="made for a test",
    )


def camera_of(calibration, *, width_px=320, height_px=240):
    return Camera("west", "West mast", "visible", width_px, height_px, calibration)


def moved(calibration, *, turn_rad, by_m):
    """The same camera after the world was turned about the origin's vertical and shifted."""
    turn = np.array(
        [[np.cos(turn_rad), -np.sin(turn_rad), 0], [np.sin(turn_rad), np.cos(turn_rad), 0], [0, 0, 1]]
    )
    shift = np.array([*by_m, 0.0])
    return replace(
        calibration,
        rotation=calibration.rotation @ turn.T,
        position_enu_m=turn @ calibration.position_enu_m + shift,
    )
