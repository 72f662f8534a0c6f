"""The camera: pixels to the ground plane and back, with the white and the shared part of the error.

Frames: image pixels (u right, v down, origin at the centre of the first pixel), normalised image plane,
camera axes (x right, y down, z forward), site east-north-up metres. See docs/design/frames.md.

The horizon is never inverted: a ray above it, or so little below it that the calibration's own error could
lift it there, has no ground position (``least_depression_rad``). A place on the ground in front of the camera
always has derivatives, however far out it lies, so that what is hard to see is uncertain and not absent;
``is_measurable`` says where a camera can measure at all.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.lens import distort, distorted_jacobian, straight_by_k1, straight_jacobian, undistort
from truceline.records.site import CALIBRATION_PARAMETERS, Calibration

Array = NDArray[np.float64]

MIN_DEPRESSION_RAD = np.deg2rad(1.0)
"""Rays flatter than this below the horizon are not intersected with the ground: their error is unbounded."""

TILT_SIGMAS = 3.0
"""Nor are rays that an error of the calibration of so many standard deviations would lift to the horizon."""

SMALLEST_DEPTH_M = 1e-6
"""Points nearer to the camera's plane than this, or behind it, have no pixel."""

_SMALLEST_TURN_RAD = 1e-14
_TURNS = slice(4, 7)
_RAY_PARAMETERS = 7


def pixel_from_site(calibration: Calibration, points_enu_m: Array) -> Array:
    """Pixels (n, 2) of site points (n, 3); NaN for points not in front of the camera.

    NaN as well for points so far beside the picture that the lens's polynomial no longer describes them.
    """
    camera = (points_enu_m - calibration.position_enu_m) @ calibration.rotation.T
    depth = camera[:, 2:3]
    with np.errstate(divide="ignore", invalid="ignore"):
        straight = np.where(depth > SMALLEST_DEPTH_M, camera[:, :2] / depth, np.nan)
    return distort(calibration, straight)


def pixel_place_jacobian(calibration: Calibration, points_enu_m: Array) -> Array:
    """Derivative (n, 2, 3) of the pixels of site points by the points' place, pixels per metre."""
    jacobian: Array = _pixel_by_camera_axes(calibration, points_enu_m) @ calibration.rotation
    return jacobian


def pixel_bias_jacobian(calibration: Calibration, points_enu_m: Array) -> Array:
    """Derivative (n, 2, 10) of the pixels of site points by the calibration's parameters.

    For Brown's lens; that is what calibrations are fitted with.
    """
    offset = points_enu_m - calibration.position_enu_m
    camera = offset @ calibration.rotation.T
    straight = camera[:, :2] / camera[:, 2:]
    pixels = distort(calibration, straight)
    by_camera = _pixel_by_camera_axes(calibration, points_enu_m)
    jacobian = np.zeros((len(points_enu_m), 2, len(CALIBRATION_PARAMETERS)))
    jacobian[:, :, 0] = pixels - calibration.centre_px
    jacobian[:, :, 1:3] = np.eye(2)
    radius2 = np.sum(straight**2, axis=1, keepdims=True)
    jacobian[:, :, 3] = calibration.focal_px * straight * radius2
    # The world turns the other way when the camera turns.
    jacobian[:, :, _TURNS] = -by_camera @ (calibration.rotation @ _cross(offset))
    jacobian[:, :, 7:] = -by_camera @ calibration.rotation
    return jacobian


def _pixel_by_camera_axes(calibration: Calibration, points_enu_m: Array) -> Array:
    """Derivative (n, 2, 3) of pixels by the points' coordinates in the camera's axes."""
    camera = (points_enu_m - calibration.position_enu_m) @ calibration.rotation.T
    depth = camera[:, 2]
    straight = camera[:, :2] / depth[:, None]
    by_camera = np.zeros((len(camera), 2, 3))
    by_camera[:, 0, 0] = by_camera[:, 1, 1] = 1.0 / depth
    by_camera[:, :, 2] = -straight / depth[:, None]
    by_straight = distorted_jacobian(calibration, straight) * calibration.focal_px[:, None]
    jacobian: Array = by_straight @ by_camera
    return jacobian


def _cross(vectors: Array) -> Array:
    """Matrices (n, 3, 3) that take a small turn w to its cross product w x v with vectors (n, 3)."""
    zero, (east, north, up) = np.zeros(len(vectors)), vectors.T
    matrices = np.array([[zero, up, -north], [-up, zero, east], [north, -east, zero]])
    return np.moveaxis(matrices, -1, 0)


def site_rays(calibration: Calibration, pixels: Array) -> Array:
    """Unit directions (n, 3) in site axes of the rays through pixels (n, 2)."""
    rays = _rays(calibration, undistort(calibration, pixels))
    unit: Array = rays / np.linalg.norm(rays, axis=1, keepdims=True)
    return unit


def ground_from_pixel(calibration: Calibration, pixels: Array, *, height_m: float = 0.0) -> Array:
    """Site east-north (n, 2) metres where the rays through pixels (n, 2) meet the plane up = ``height_m``.

    Rays at or above the horizon, or flatter below it than ``least_depression_rad`` allows, give NaN: the
    horizon is never inverted.
    """
    straight = undistort(calibration, pixels)
    rays = _rays(calibration, straight)
    meets = _meets(calibration, straight, rays=rays, pixels=pixels)
    drop = calibration.position_enu_m[2] - height_m
    reach = np.full(len(rays), np.nan)
    if drop > 0:
        reach[meets] = drop / -rays[meets, 2]
    ground: Array = calibration.position_enu_m[:2] + rays[:, :2] * reach[:, None]
    return ground


def depression_rad(calibration: Calibration, pixels: Array) -> Array:
    """How far below the horizon (n,) the rays through pixels (n, 2) fall, radians; negative above it."""
    return _depression(_rays(calibration, undistort(calibration, pixels)))


def depression_sigma_rad(calibration: Calibration, pixels: Array) -> Array:
    """Standard deviation (n,) of ``depression_rad`` from the calibration's covariance, radians.

    Method: first order in all parameters that turn a ray, with their correlations: a tilt and a principal
    point that were fitted together make up for each other.
    """
    straight = undistort(calibration, pixels)
    return _depression_sigma(calibration, straight, rays=_rays(calibration, straight), pixels=pixels)


def least_depression_rad(calibration: Calibration, pixels: Array) -> Array:
    """Depression (n,) below which the rays through pixels (n, 2) are not taken to the ground, radians."""
    least: Array = np.maximum(MIN_DEPRESSION_RAD, TILT_SIGMAS * depression_sigma_rad(calibration, pixels))
    return least


def is_measurable(calibration: Calibration, points_en_m: Array) -> NDArray[np.bool_]:
    """Whether the camera can measure a place (n,) at all: a pixel there would have a ground position.

    Says nothing of the picture's border: a place beside the picture may be measurable.
    """
    pixels = pixel_from_site(calibration, _on_ground(points_en_m))
    return np.asarray(np.isfinite(ground_from_pixel(calibration, pixels)).all(axis=1))


def ground_pixel_jacobian(calibration: Calibration, pixels: Array) -> Array:
    """Derivative (n, 2, 2) of the ground point (east, north) by the pixel (u, v), metres per pixel.

    NaN where ``ground_from_pixel`` is.
    """
    straight = undistort(calibration, pixels)
    rays = _rays(calibration, straight)
    by_ray = _ground_by_ray(calibration, rays)
    by_ray[~_meets(calibration, straight, rays=rays, pixels=pixels)] = np.nan
    by_pixel = (
        straight_jacobian(calibration, straight, distorted=_plane(calibration, pixels)) / calibration.focal_px
    )
    jacobian: Array = by_ray @ calibration.rotation[:2].T @ by_pixel
    return jacobian


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
        rotation=calibration.rotation @ rotation_from_vector(delta[_TURNS]).T,
        position_enu_m=calibration.position_enu_m + delta[7:10],
    )


def ground_bias_jacobian(calibration: Calibration, points_en_m: Array) -> Array:
    """Derivative (n, 2, 10) of ground points by the calibration parameters, the pixels held fixed.

    One draw of the parameters moves all points of a camera together: a bias, not noise. It is finite for
    every place in front of the camera, beyond the reach of ``ground_from_pixel`` too, where it is very
    large; NaN for places behind the camera.
    """
    pixels = pixel_from_site(calibration, _on_ground(points_en_m))
    straight = undistort(calibration, pixels)
    rays = _rays(calibration, straight)
    by_ray = _ground_by_ray(calibration, rays)
    jacobian = np.empty((len(points_en_m), 2, len(CALIBRATION_PARAMETERS)))
    jacobian[:, :, :_RAY_PARAMETERS] = by_ray @ _ray_jacobian(calibration, straight, rays=rays, pixels=pixels)
    jacobian[:, :, 7:9] = np.eye(2)
    with np.errstate(divide="ignore", invalid="ignore"):
        jacobian[:, :, 9] = -rays[:, :2] / rays[:, 2:3]
    return jacobian


def _on_ground(points_en_m: Array) -> Array:
    return np.concatenate([points_en_m, np.zeros((len(points_en_m), 1))], axis=1)


def _plane(calibration: Calibration, pixels: Array) -> Array:
    """Distorted coordinates (n, 2) on the normalised image plane."""
    plane: Array = (pixels - calibration.centre_px) / calibration.focal_px
    return plane


def _rays(calibration: Calibration, straight: Array) -> Array:
    """Directions (n, 3) in site axes, one metre deep, of straight image coordinates (n, 2)."""
    rays: Array = straight @ calibration.rotation[:2] + calibration.rotation[2]
    return rays


def _depression(rays: Array) -> Array:
    depression: Array = np.arctan2(-rays[:, 2], np.hypot(rays[:, 0], rays[:, 1]))
    return depression


def _meets(calibration: Calibration, straight: Array, *, rays: Array, pixels: Array) -> NDArray[np.bool_]:
    """Which rays fall steeply enough to be taken to the ground."""
    depression = _depression(rays)
    meets: NDArray[np.bool_] = depression > MIN_DEPRESSION_RAD
    if meets.any():
        # Only what falls at all is worth the derivatives.
        sigma = _depression_sigma(calibration, straight[meets], rays=rays[meets], pixels=pixels[meets])
        meets[meets] = depression[meets] > TILT_SIGMAS * sigma
    return meets


def _depression_sigma(calibration: Calibration, straight: Array, *, rays: Array, pixels: Array) -> Array:
    flat = np.hypot(rays[:, 0], rays[:, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        by_ray = np.stack([rays[:, 0] * rays[:, 2] / flat, rays[:, 1] * rays[:, 2] / flat, -flat], axis=1)
    by_ray /= np.sum(rays**2, axis=1, keepdims=True)
    jacobian = _ray_jacobian(calibration, straight, rays=rays, pixels=pixels)
    by_parameter = (by_ray[:, None] @ jacobian)[:, 0]
    covariance = calibration.covariance[:_RAY_PARAMETERS, :_RAY_PARAMETERS]
    variance = np.sum(by_parameter @ covariance * by_parameter, axis=1)
    sigma: Array = np.sqrt(np.maximum(variance, 0.0))
    return sigma


def _ground_by_ray(calibration: Calibration, rays: Array) -> Array:
    """Derivative (n, 2, 3) of the point at which a ray meets the ground by its direction."""
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = -calibration.position_enu_m[2] / rays[:, 2]
        slope = -reach[:, None] * rays[:, :2] / rays[:, 2:3]
    by_ray = np.zeros((len(rays), 2, 3))
    by_ray[:, 0, 0] = by_ray[:, 1, 1] = reach
    by_ray[:, :, 2] = slope
    return by_ray


def _ray_jacobian(calibration: Calibration, straight: Array, *, rays: Array, pixels: Array) -> Array:
    """Derivative (n, 3, 7) of ray directions by focal scale, principal point, k1 and the three turns."""
    plane = _plane(calibration, pixels)
    by_plane = straight_jacobian(calibration, straight, distorted=plane)
    by_lens = np.empty((len(rays), 2, 4))
    by_lens[:, :, 0] = -(by_plane @ plane[:, :, None])[:, :, 0]
    by_lens[:, :, 1:3] = -by_plane / calibration.focal_px
    by_lens[:, :, 3] = straight_by_k1(calibration, straight, distorted=plane)
    jacobian = np.empty((len(rays), 3, _RAY_PARAMETERS))
    jacobian[:, :, :4] = calibration.rotation[:2].T @ by_lens
    # A turn w in site axes moves a direction d by the cross product w x d.
    jacobian[:, :, _TURNS] = _cross(rays)
    return jacobian


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
