"""Views: which part of the line a camera sees, and how well a person's place can be measured there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import (
    ground_bias_jacobian,
    ground_covariance,
    ground_from_pixel,
    pixel_from_site,
)
from truceline.geometry.line import left_normals
from truceline.records.site import Camera, Line

Array = NDArray[np.float64]

FOOT_SIGMA_SHARE, FOOT_SIGMA_PX = 0.05, 1.5
"""Standard deviation that is assumed for one foot point, each way: a share of the body's height in the
picture, never less than so many pixels. The share is what UCMCTrack (2024) and our own detector state."""

BODY_HEIGHT_M = 1.72

DECIDED_BAND_M = 0.25
"""Half a shoulder's width, the band with which crossings of people are found."""

SIGMAS_95 = 1.645
"""One side of a normal distribution: Phi(1.645) = .95."""

MOST_SAMPLES = 2_000
SMALLEST_STEP_M = 0.25

_ROUND_TRIP_M = 0.05
_GRID = 25
_HALF_PX = 0.5


@dataclass(frozen=True, slots=True)
class LineView:
    """How a camera sees the line; standard deviations of one ground position on it, metres.

    From the foot's error (``FOOT_SIGMA_SHARE``) and the calibration's; without the line's own error.

    Attributes:
        seen_m: Length of the line in the picture.
        best_across_m: Smallest standard deviation across the line; ``worst_across_m`` the largest.
        best_m: Smallest standard deviation in the worst direction at a place; ``worst_m`` the largest.
        best_decided_m: Shallowest crossing that can be decided anywhere on the part seen, with the line's own
            error (``truceline.survey.cameras.deciding``); ``worst_decided_m`` where it is worst.
    """

    seen_m: float
    best_across_m: float
    worst_across_m: float
    best_m: float
    worst_m: float
    best_decided_m: float
    worst_decided_m: float


def sees_ground(camera: Camera) -> bool:
    """Whether any pixel of the picture lies on the ground, below the horizon."""
    across = np.linspace(0, camera.width_px - 1, _GRID)
    down = np.linspace(0, camera.height_px - 1, _GRID)
    pixels = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    return bool(np.any(np.isfinite(ground_from_pixel(camera.calibration, pixels))))


def line_view(camera: Camera, line: Line) -> LineView | None:
    """How the camera sees the line, sampled along it; None when no part of it is in the picture."""
    points, step_m = line_samples(line.vertices_en_m)
    seen = points[in_picture(camera, points)]
    if len(seen) == 0:
        return None
    covariance = place_covariance(camera, seen)
    across_m = across_sigma_m(covariance, line=line, points_en_m=seen)
    decided_m = decided_depth_m(np.hypot(across_m, line.sigma_m))
    worst_way_m = np.sqrt(np.linalg.eigvalsh(covariance)[:, -1])
    return LineView(
        seen_m=len(seen) * step_m,
        best_across_m=float(np.min(across_m)),
        worst_across_m=float(np.max(across_m)),
        best_m=float(np.min(worst_way_m)),
        worst_m=float(np.max(worst_way_m)),
        best_decided_m=float(np.min(decided_m)),
        worst_decided_m=float(np.max(decided_m)),
    )


def across_sigma_m(covariance_m2: Array, *, line: Line, points_en_m: Array) -> Array:
    """Standard deviation (n,) across the line of places with covariance (n, 2, 2), without the line's own."""
    across = left_normals(line.vertices_en_m, points_en_m)
    sigma_m: Array = np.sqrt(np.einsum("ni,nij,nj->n", across, covariance_m2, across))
    return sigma_m


def decided_depth_m(sigma_m: Array) -> Array:
    """The shallowest depth (n,) that is decided at 95 % where one look across the line has ``sigma_m`` (n,).

    A person who truly stands that deep is measured beyond the band with probability .95: one look, Gaussian,
    depth = band + 1.645 sigma. Many looks at one crossing share the calibration's and the line's error and
    average the foot's, so that this is a little worse than what a walk across gives.
    """
    depth_m: Array = DECIDED_BAND_M + SIGMAS_95 * sigma_m
    return depth_m


def place_covariance(camera: Camera, points_en_m: Array) -> Array:
    """Covariance (n, 2, 2), square metres, of one measured place at points (n, 2) in the picture."""
    calibration = camera.calibration
    pixels = _pixels(camera, points_en_m)
    foot = np.eye(2) * foot_sigma_px(camera, points_en_m)[:, None, None] ** 2
    bias = ground_bias_jacobian(calibration, points_en_m)
    shared: Array = bias @ calibration.covariance @ np.swapaxes(bias, -1, -2)
    return ground_covariance(calibration, pixels, pixel_covariance=foot) + shared


def foot_sigma_px(camera: Camera, points_en_m: Array) -> Array:
    """Standard deviation (n,) of the foot point, each way, of somebody who stands at points (n, 2)."""
    heads = np.concatenate([points_en_m, np.full((len(points_en_m), 1), BODY_HEIGHT_M)], axis=1)
    tall_px = np.linalg.norm(
        pixel_from_site(camera.calibration, heads) - _pixels(camera, points_en_m), axis=1
    )
    sigma_px: Array = np.fmax(FOOT_SIGMA_PX, FOOT_SIGMA_SHARE * tall_px)
    return sigma_px


def line_samples(vertices_en_m: Array) -> tuple[Array, float]:
    """Points (n, 2) evenly along the line, each in the middle of its step, and the step in metres."""
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(vertices_en_m, axis=0), axis=1))])
    count = int(np.clip(np.ceil(lengths[-1] / SMALLEST_STEP_M), 1, MOST_SAMPLES))
    step_m = float(lengths[-1]) / count
    at = (np.arange(count) + 0.5) * step_m
    points = np.stack([np.interp(at, lengths, vertices_en_m[:, axis]) for axis in range(2)], axis=1)
    return points, step_m


def in_picture(camera: Camera, points_en_m: Array) -> NDArray[np.bool_]:
    """Which points (n, 2) lie in the picture; the way back guards against the radial term's far branch."""
    pixels = _pixels(camera, points_en_m)
    corner = np.array([camera.width_px, camera.height_px]) - _HALF_PX
    inside = np.all((pixels >= -_HALF_PX) & (pixels < corner), axis=1)
    back = ground_from_pixel(camera.calibration, np.where(inside[:, None], pixels, 0.0))
    with np.errstate(invalid="ignore"):
        returns = np.linalg.norm(back - points_en_m, axis=1) < _ROUND_TRIP_M
    return np.asarray(inside & returns, dtype=np.bool_)


def _pixels(camera: Camera, points_en_m: Array) -> Array:
    ground = np.concatenate([points_en_m, np.zeros((len(points_en_m), 1))], axis=1)
    return pixel_from_site(camera.calibration, ground)
