"""What a signed distance is uncertain by: pixels, calibration, line; and where that cannot be said."""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import ground_bias_jacobian
from truceline.records.events import UncertaintyBudget
from truceline.records.site import Calibration, Camera, Line
from truceline.records.tracks import Track

Array = NDArray[np.float64]


def distance_variances_m2(
    track: Track, rows: NDArray[np.int64], *, camera: Camera, line: Line
) -> NDArray[np.float64]:
    """Variances (n, 3) of the signed distance at rows (n,), m^2: from pixels, calibration and line.

    Very large towards the horizon, NaN behind the camera.
    """
    across = _left_normals(line.vertices_en_m, track.en_m[rows])
    shared = np.einsum("ni,nij->nj", across, ground_bias_jacobian(camera.calibration, track.en_m[rows]))
    return np.stack(
        [
            np.einsum("ni,nij,nj->n", across, track.covariance[rows, :2, :2], across),
            np.einsum("ni,ij,nj->n", shared, camera.calibration.covariance, shared),
            np.full(len(rows), line.sigma_m**2),
        ],
        axis=1,
    )


def _left_normals(vertices_en_m: Array, points_en_m: Array) -> Array:
    """Unit vectors (n, 2) to the left at the segments nearest to points (n, 2)."""
    start, along = vertices_en_m[:-1], np.diff(vertices_en_m, axis=0)
    length2 = np.sum(along**2, axis=1)
    offset = points_en_m[:, None] - start
    share = np.clip(np.sum(offset * along, axis=2) / length2, 0.0, 1.0)
    away = np.sum((offset - share[..., None] * along) ** 2, axis=2)
    normals = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.sqrt(length2)[:, None]
    nearest: Array = normals[np.argmin(away, axis=1)]
    return nearest


def budget_at(track: Track, row: int, *, camera: Camera, line: Line) -> UncertaintyBudget:
    """Shares of the variance of the signed distance at a row at which it is known."""
    variances = distance_variances_m2(track, np.array([row]), camera=camera, line=line)[0]
    pixel, calibration, of_line = (variances / variances.sum()).tolist()
    return UncertaintyBudget(pixel, calibration, of_line)


def calibration_shift_m(
    calibration: Calibration, path_en_m: Array, *, draws: int, generator: np.random.Generator
) -> Array:
    """Shift (k, n, 2) of a whole path (n, 2) by one draw of the calibration for each of k samples, metres."""
    values, vectors = np.linalg.eigh(calibration.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    deltas = generator.standard_normal((draws, len(values))) @ root.T
    jacobian = ground_bias_jacobian(calibration, path_en_m)
    shift: Array = np.einsum("nij,kj->kni", jacobian, deltas)
    return shift
