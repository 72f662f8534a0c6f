"""Projective matrices turned into our camera: a 3 x 4 projection, or a plain homography of the ground.

A projection is a pinhole camera exactly. A homography of the ground says nothing of heights; yet a real
camera with square pixels and its principal point near the middle leaves little choice, and the pinhole that
gives the same homography is found by a fit. Where no pinhole does, there is no camera here: bodies have
heights, and a plane alone cannot say where a head stands above a foot.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import rq
from scipy.optimize import least_squares

from truceline.errors import InputError
from truceline.geometry.camera import perturbed, pixel_from_site
from truceline.records.site import CALIBRATION_PARAMETERS, Calibration, Distortion

Array = NDArray[np.float64]

MOST_SKEW = 2e-3
"""Of the focal length: pixels of real cameras are rectangles."""

HOMOGRAPHY_MOST_PX = 1.0
"""Root mean square, over the ground in the picture, by which the pinhole may miss the homography."""

CENTRE_PRIOR_WIDTHS = 0.02
"""How far the principal point lies from the middle of the picture: standard deviation, in picture widths."""

_SMALLEST_DETERMINANT = 1e-12
_EXACT_PX = 0.05
_GRID = 12
_FOCALS = np.geomspace(0.3, 15.0, 14)
_BEST_STARTS = 3
_FARTHEST = 300.0
"""Ground farther away than this many times the nearest ground in the picture has no say in the fit."""


def calibration_from_projection(projection: Array, *, covariance: Array, source: str) -> Calibration:
    """Our calibration from a 3 x 4 matrix that takes site east, north, up (metres) and 1 to pixels.

    Raises:
        InputError: The matrix is no finite pinhole camera with rectangular pixels.

    Method: RQ decomposition (Hartley and Zisserman, 2nd edition, section 6.2.4), the sign of the matrix taken
    such that the rotation is one.
    """
    scaled = projection / np.linalg.norm(projection[2, :3]) if np.any(projection[2, :3]) else projection
    sides = np.linalg.norm(scaled[:, :3], axis=1)
    if float(abs(np.linalg.det(scaled[:, :3]))) <= _SMALLEST_DETERMINANT * float(np.prod(sides)):
        raise InputError(
            "the matrix is no camera at a finite place: its left 3 x 3 part has no inverse",
            do="An affine (parallel) projection cannot be used.",
        )
    if float(np.linalg.det(scaled[:, :3])) < 0:
        scaled = -scaled
    upper, rotation = rq(scaled[:, :3])
    signs = np.diag(np.sign(np.diag(upper)))
    upper, rotation = upper @ signs, signs @ rotation
    upper = upper / upper[2, 2]
    if abs(float(upper[0, 1])) > MOST_SKEW * float(upper[0, 0]):
        raise InputError(
            f"the matrix has skewed pixels (skew {float(upper[0, 1]):.3g} px)",
            do="Pixels of a camera are rectangles: check the order of rows and columns.",
        )
    return Calibration(
        focal_px=np.array([upper[0, 0], upper[1, 1]]),
        centre_px=np.array(upper[:2, 2]),
        k1=0.0,
        distortion=Distortion.BROWN,
        rotation=np.array(rotation),
        position_enu_m=np.array(-np.linalg.solve(scaled[:, :3], scaled[:, 3]), dtype=np.float64),
        covariance=covariance,
        source=source,
    )


def calibration_from_homography(
    pixel_from_ground: Array, *, size_px: tuple[int, int], covariance: Array, source: str
) -> Calibration:
    """The pinhole camera with square pixels that sees the ground as a 3 x 3 homography says.

    Args:
        pixel_from_ground: Takes site east, north (metres) and 1 to pixels.
        size_px: Width and height of the picture; its lower edge is taken to show ground.
        covariance: Of the ten parameters; the homography itself states no error.
        source: Where it comes from.

    Raises:
        InputError: The matrix has no inverse, or no such camera comes within ``HOMOGRAPHY_MOST_PX``.

    Method: pose from the homography for a row of focal lengths (Zhang 2000, section 3.1), then least squares
    over focal length, attitude, place and principal point, the latter with a prior at the middle.
    """
    ground, pixels = _seen_ground(pixel_from_ground, size_px)
    starts = [_pose(pixel_from_ground, focal * size_px[0], size_px=size_px) for focal in _FOCALS]
    starts.sort(key=lambda start: _miss_px(start, ground, pixels=pixels))
    fits = [_refined(start, ground, pixels=pixels, width_px=size_px[0]) for start in starts[:_BEST_STARTS]]
    best = min(fits, key=lambda fit: _miss_px(fit, ground, pixels=pixels))
    missed_px = _miss_px(best, ground, pixels=pixels)
    if not missed_px <= HOMOGRAPHY_MOST_PX:
        raise InputError(
            f"no camera with square pixels sees the ground like this: the nearest is {missed_px:.1f} px off",
            do="Check its direction and the order of u and v, give a 3 x 4 projection, or calibrate from "
            "surveyed points: truceline site calibrate.",
        )
    return Calibration(
        focal_px=best.focal_px,
        centre_px=best.centre_px,
        k1=0.0,
        distortion=Distortion.BROWN,
        rotation=best.rotation,
        position_enu_m=best.position_enu_m,
        covariance=covariance,
        source=source,
    )


def _seen_ground(pixel_from_ground: Array, size_px: tuple[int, int]) -> tuple[Array, Array]:
    """Ground points (n, 2) and their pixels (n, 2), over the part of the picture below the horizon."""
    sides = np.prod(np.linalg.norm(pixel_from_ground, axis=1))
    if float(abs(np.linalg.det(pixel_from_ground))) <= _SMALLEST_DETERMINANT * float(sides):
        raise InputError("the homography has no inverse")
    width_px, height_px = size_px
    across, down = np.meshgrid(np.linspace(0, width_px - 1, _GRID), np.linspace(0, height_px - 1, _GRID))
    pixels = np.stack([across.ravel(), down.ravel()], axis=1)
    ones = np.ones((len(pixels), 1))
    lifted = np.concatenate([pixels, ones], axis=1) @ np.linalg.inv(pixel_from_ground).T
    lowest = lifted[-(_GRID // 2) - 1, 2]
    # Depth goes with the inverse of the last component: its sign changes at the horizon.
    nearness = lifted[:, 2] * np.sign(lowest)
    seen = nearness > np.max(nearness) / _FARTHEST
    return lifted[seen, :2] / lifted[seen, 2:], pixels[seen]


def _pose(pixel_from_ground: Array, focal_px: float, *, size_px: tuple[int, int]) -> Calibration:
    """The camera nearest to a homography for one focal length, the principal point in the middle."""
    centre = (np.array(size_px) - 1) / 2
    matrix = np.diag([focal_px, focal_px, 1.0])
    matrix[:2, 2] = centre
    columns = np.linalg.solve(matrix, pixel_from_ground)
    columns = columns / np.mean(np.linalg.norm(columns[:, :2], axis=0))
    low = np.linalg.solve(pixel_from_ground, np.array([centre[0], size_px[1] - 1.0, 1.0]))
    if float((columns @ (low / low[2]))[2]) < 0:
        columns = -columns
    third = np.cross(columns[:, 0], columns[:, 1])
    left, _, right = np.linalg.svd(np.stack([columns[:, 0], columns[:, 1], third], axis=1))
    rotation = left @ np.diag([1.0, 1.0, np.linalg.det(left @ right)]) @ right
    size = len(CALIBRATION_PARAMETERS)
    return Calibration(
        focal_px=np.array([focal_px, focal_px]),
        centre_px=centre,
        k1=0.0,
        distortion=Distortion.BROWN,
        rotation=rotation,
        position_enu_m=-rotation.T @ columns[:, 2],
        covariance=np.zeros((size, size)),
        source="start of a fit",
    )


def _moved(start: Calibration, nine: Array) -> Calibration:
    return perturbed(start, np.concatenate([nine[:3], [0.0], nine[3:]]))


def _refined(start: Calibration, ground_m: Array, *, pixels: Array, width_px: int) -> Calibration:
    points = np.concatenate([ground_m, np.zeros((len(ground_m), 1))], axis=1)
    behind_px = float(width_px)

    def residuals(nine: Array) -> Array:
        seen = pixel_from_site(_moved(start, nine), points) - pixels
        prior = nine[1:3] / (CENTRE_PRIOR_WIDTHS * width_px)
        return np.concatenate([np.nan_to_num(seen, nan=behind_px).ravel() / _EXACT_PX, prior])

    scale = np.array([0.1, 10.0, 10.0, 0.1, 0.1, 0.1, 1.0, 1.0, 1.0])
    fit = least_squares(residuals, np.zeros(9), x_scale=scale, max_nfev=60)
    return _moved(start, fit.x)


def _miss_px(calibration: Calibration, ground_m: Array, *, pixels: Array) -> float:
    """Root mean square distance between where the camera sees ground points and their pixels."""
    seen = pixel_from_site(calibration, np.concatenate([ground_m, np.zeros((len(ground_m), 1))], axis=1))
    missed = np.sum((seen - pixels) ** 2, axis=1)
    return float(np.sqrt(np.mean(missed))) if np.isfinite(missed).all() else float("inf")
