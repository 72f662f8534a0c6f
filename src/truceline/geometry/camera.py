"""The camera: pixels to the ground plane and back, with the white and the shared part of the error.

Frames: image pixels (u right, v down, origin at the centre of the first pixel), normalised image plane,
camera axes (x right, y down, z forward), site east-north-up metres. See docs/design/frames.md.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from truceline.records.site import CALIBRATION_PARAMETERS, Calibration, Distortion

Array = NDArray[np.float64]

MIN_DEPRESSION_RAD = np.deg2rad(1.0)
"""Rays flatter than this below the horizon are not intersected with the ground: their error is unbounded."""

SMALLEST_DEPTH_M = 1e-6
"""Points nearer to the camera's plane than this, or behind it, have no pixel."""

_SMALLEST_TURN_RAD = 1e-14
_STEPS = np.array([1e-5, 1e-2, 1e-2, 1e-5, 1e-6, 1e-6, 1e-6, 1e-4, 1e-4, 1e-4])


def undistort(calibration: Calibration, pixels: Array) -> Array:
    """Normalised, undistorted image coordinates (n, 2) from pixels (n, 2).

    Method: Tsai's radial term is explicit in this direction; Brown's is inverted by fixed-point
    iteration (Heikkilä and Silvén 1997), which converges for |k1| r^2 < 0.3.
    """
    distorted: Array = (pixels - calibration.centre_px) / calibration.focal_px
    if calibration.k1 == 0.0:
        return distorted
    if calibration.distortion is Distortion.TSAI:
        radius2 = np.sum(distorted**2, axis=-1, keepdims=True)
        straight: Array = distorted * (1.0 + calibration.k1 * radius2)
        return straight
    straight = distorted
    for _ in range(12):
        radius2 = np.sum(straight**2, axis=-1, keepdims=True)
        straight = distorted / (1.0 + calibration.k1 * radius2)
    return straight


def distort(calibration: Calibration, straight: Array) -> Array:
    """Pixels (n, 2) from normalised, undistorted image coordinates (n, 2); the inverse of ``undistort``."""
    distorted = straight
    if calibration.k1 != 0.0:
        if calibration.distortion is Distortion.TSAI:
            for _ in range(25):
                radius2 = np.sum(distorted**2, axis=-1, keepdims=True)
                distorted = straight / (1.0 + calibration.k1 * radius2)
        else:
            radius2 = np.sum(straight**2, axis=-1, keepdims=True)
            distorted = straight * (1.0 + calibration.k1 * radius2)
    return distorted * calibration.focal_px + calibration.centre_px


def pixel_from_site(calibration: Calibration, points_enu_m: Array) -> Array:
    """Pixels (n, 2) of site points (n, 3); NaN for points not in front of the camera.

    Points far outside the picture may get a wrong pixel: the radial polynomial holds in the picture only.
    """
    camera = (points_enu_m - calibration.position_enu_m) @ calibration.rotation.T
    depth = camera[:, 2:3]
    with np.errstate(divide="ignore", invalid="ignore"):
        straight = np.where(depth > SMALLEST_DEPTH_M, camera[:, :2] / depth, np.nan)
    return distort(calibration, straight)


def site_rays(calibration: Calibration, pixels: Array) -> Array:
    """Unit directions (n, 3) in site axes of the rays through pixels (n, 2)."""
    straight = undistort(calibration, pixels)
    rays = np.concatenate([straight, np.ones((len(straight), 1))], axis=1) @ calibration.rotation
    unit: Array = rays / np.linalg.norm(rays, axis=1, keepdims=True)
    return unit


def ground_from_pixel(calibration: Calibration, pixels: Array, *, height_m: float = 0.0) -> Array:
    """Site east-north (n, 2) metres where the rays through pixels (n, 2) meet the plane up = ``height_m``.

    Rays at or above the horizon, or flatter than ``MIN_DEPRESSION_RAD`` below it, give NaN: the horizon is
    never inverted.
    """
    rays = site_rays(calibration, pixels)
    drop = calibration.position_enu_m[2] - height_m
    down = -rays[:, 2]
    reach = np.full(len(rays), np.nan)
    hits = (down > np.sin(MIN_DEPRESSION_RAD)) & (drop > 0)
    reach[hits] = drop / down[hits]
    ground: Array = calibration.position_enu_m[:2] + rays[:, :2] * reach[:, None]
    return ground


def ground_pixel_jacobian(calibration: Calibration, pixels: Array) -> Array:
    """Derivative (n, 2, 2) of the ground point (east, north) by the pixel (u, v), metres per pixel."""
    step = 0.25
    columns = []
    for axis in range(2):
        shift = np.zeros(2)
        shift[axis] = step
        ahead = ground_from_pixel(calibration, pixels + shift)
        behind = ground_from_pixel(calibration, pixels - shift)
        columns.append((ahead - behind) / (2 * step))
    return np.stack(columns, axis=-1)


def ground_covariance(calibration: Calibration, pixels: Array, *, pixel_covariance: Array) -> Array:
    """White covariance (n, 2, 2) of ground points from the pixel covariance (n, 2, 2), square metres.

    Method: first order, Criminisi, Reid and Zisserman (BMVC 1997), without the calibration's share, which is
    the same for all frames and is kept apart (``ground_bias_jacobian``).
    """
    jacobian = ground_pixel_jacobian(calibration, pixels)
    covariance: Array = jacobian @ pixel_covariance @ np.swapaxes(jacobian, -1, -2)
    return covariance


def perturbed(calibration: Calibration, delta: Array) -> Calibration:
    """The calibration with its ten parameters moved by ``delta`` (order: CALIBRATION_PARAMETERS)."""
    return replace(
        calibration,
        focal_px=calibration.focal_px * np.exp(delta[0]),
        centre_px=calibration.centre_px + delta[1:3],
        k1=calibration.k1 + float(delta[3]),
        rotation=calibration.rotation @ rotation_from_vector(delta[4:7]).T,
        position_enu_m=calibration.position_enu_m + delta[7:10],
    )


def ground_bias_jacobian(calibration: Calibration, points_en_m: Array) -> Array:
    """Derivative (n, 2, 10) of ground points by the calibration parameters, the pixels held fixed.

    One draw of the parameters moves all points of a camera together: a bias, not noise.
    """
    ground = np.concatenate([points_en_m, np.zeros((len(points_en_m), 1))], axis=1)
    pixels = pixel_from_site(calibration, ground)
    columns = []
    for index, step in enumerate(_STEPS):
        delta = np.zeros(len(CALIBRATION_PARAMETERS))
        delta[index] = step
        ahead = ground_from_pixel(perturbed(calibration, delta), pixels)
        behind = ground_from_pixel(perturbed(calibration, -delta), pixels)
        columns.append((ahead - behind) / (2 * step))
    return np.stack(columns, axis=-1)


def rotation_from_vector(vector: Array) -> Array:
    """Rotation matrix (3, 3) from a rotation vector in radians (Rodrigues' formula)."""
    angle = float(np.linalg.norm(vector))
    if angle < _SMALLEST_TURN_RAD:
        return np.eye(3)
    axis = vector / angle
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    rotation: Array = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)
    return rotation


def look_at_rotation(position_enu_m: Array, target_enu_m: Array) -> Array:
    """Rotation (3, 3) of an upright camera at ``position_enu_m`` that looks at ``target_enu_m``."""
    forward = (target_enu_m - position_enu_m) / np.linalg.norm(target_enu_m - position_enu_m)
    right = np.cross(forward, np.array([0.0, 0.0, 1.0]))
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    return np.stack([right, down, forward])


def scaled(calibration: Calibration, factor: float) -> Calibration:
    """The calibration of the same camera when its picture is resized by ``factor`` in both directions."""
    covariance = calibration.covariance.copy()
    covariance[1:3, :] *= factor
    covariance[:, 1:3] *= factor
    centre = (calibration.centre_px + 0.5) * factor - 0.5
    return replace(
        calibration, focal_px=calibration.focal_px * factor, centre_px=centre, covariance=covariance
    )
