"""The view: the camera's rays for every pixel in and around the picture, and the way of points into it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.geometry.lens import undistort
from truceline.records.site import Calibration, Distortion
from truceline.simulate.model.devices import CameraPlan

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

MARGIN_SHARE = 4
"""Bodies are drawn this part (1/4) of the width and height beyond the border, to know how much of them is
in."""

OFFSETS_PX = np.array([[-0.125, -0.375], [0.375, -0.125], [-0.375, 0.125], [0.125, 0.375]])
"""Four samples of a pixel on a rotated 2 x 2 grid: edges of any direction get all four steps."""
SAMPLES = len(OFFSETS_PX)
SAMPLE_REACH_PX = 0.125
"""Half the distance between the samples' columns (and rows): how far a body may reach past its last
sample."""

_NEWTON_STEPS = 12
_TSAI = 1
_SMALLEST_RADIUS = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A camera's geometry, ready for drawing.

    Attributes:
        rays: (rows, columns, 2) straight image coordinates (x / z, y / z in the camera's axes) of the pixel
            centres of the picture with its margin.
        margin_px: Columns and rows of margin before the picture's first pixel.
        size_px: Width and height of the picture itself.
        lens: (13,) what ``pixel_of`` needs: focal (2), centre (2), k1, k2, k3, p1, p2, whether it is Tsai's,
            the largest straight radius of the rays, the distortion there, and pixels a unit at most.
        rotation: (3, 3) camera from site; ``position_enu_m`` (3,).
    """

    rays: Float32
    margin_px: tuple[int, int]
    size_px: tuple[int, int]
    lens: Array
    rotation: Array
    position_enu_m: Array


def view_of(camera: CameraPlan) -> View:
    """The view of a camera through its true calibration."""
    calibration = camera.true
    across, down = camera.width_px // MARGIN_SHARE, camera.height_px // MARGIN_SHARE
    columns = np.arange(-across, camera.width_px + across, dtype=np.float64)
    rows = np.arange(-down, camera.height_px + down, dtype=np.float64)
    pixels = np.stack(np.meshgrid(columns, rows), axis=-1)
    straight = undistort(calibration, pixels.reshape(-1, 2))
    straight, farthest = _continued(calibration, pixels.reshape(-1, 2), straight=straight)
    rays = straight.reshape(pixels.shape)
    across_step = np.linalg.norm(np.diff(rays, axis=1), axis=-1)
    down_step = np.linalg.norm(np.diff(rays, axis=0), axis=-1)
    densest = 1.0 / min(float(across_step.min()), float(down_step.min()))
    lens = np.array(
        [
            *calibration.focal_px,
            *calibration.centre_px,
            *(calibration.k1, calibration.k2, calibration.k3, calibration.p1, calibration.p2),
            float(calibration.distortion is Distortion.TSAI),
            farthest,
            densest,
        ]
    )
    return View(
        rays=np.ascontiguousarray(rays, dtype=np.float32),
        margin_px=(across, down),
        size_px=(camera.width_px, camera.height_px),
        lens=lens,
        rotation=np.ascontiguousarray(calibration.rotation, dtype=np.float64),
        position_enu_m=np.asarray(calibration.position_enu_m, dtype=np.float64),
    )


def _continued(calibration: Calibration, pixels: Array, *, straight: Array) -> tuple[Array, float]:
    """Rays continued beyond the lens's fold in proportion to the radius, and the largest real radius."""
    finite: NDArray[np.bool_] = np.asarray(np.isfinite(straight).all(axis=1))
    radius = np.linalg.norm(straight[finite], axis=1)
    farthest = float(radius.max())
    if finite.all():
        return straight, farthest
    plane = (pixels - calibration.centre_px) / calibration.focal_px
    at = np.linalg.norm(plane, axis=1)
    edge = int(np.argmax(radius))
    ratio = farthest / at[finite][edge]
    return np.where(finite[:, None], straight, plane * ratio), farthest


@jit
def pixel_of(lens: Array, x: float, y: float) -> tuple[float, float]:  # noqa: PLR0917 - compiled
    """The pixel of straight image coordinates; beyond the real rays the lens goes on in proportion."""
    radius = np.sqrt(x * x + y * y)
    farthest = lens[10]
    over = radius / farthest if radius > farthest else 1.0
    sx, sy = x / over, y / over
    if lens[9] > 0:
        target = min(radius, farthest)
        distorted = target
        for _ in range(_NEWTON_STEPS):
            square = distorted * distorted
            miss = distorted * (1.0 + lens[4] * square) - target
            distorted -= miss / (1.0 + 3.0 * lens[4] * square)
        share = distorted / max(target, _SMALLEST_RADIUS)
        dx, dy = sx * share, sy * share
    else:
        square = sx * sx + sy * sy
        radial = 1.0 + square * (lens[4] + square * (lens[5] + square * lens[6]))
        dx = sx * radial + 2.0 * lens[7] * sx * sy + lens[8] * (square + 2.0 * sx * sx)
        dy = sy * radial + lens[7] * (square + 2.0 * sy * sy) + 2.0 * lens[8] * sx * sy
    return dx * over * lens[0] + lens[2], dy * over * lens[1] + lens[3]
