"""What a signed distance is uncertain by: pixels, calibration, line; and where that cannot be said."""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import ground_bias_jacobian
from truceline.geometry.line import left_normal
from truceline.records.events import UncertaintyBudget
from truceline.records.site import Camera, Line
from truceline.records.tracks import Track

Array = NDArray[np.float64]


def distance_variances_m2(
    track: Track, rows: NDArray[np.int64], *, camera: Camera, line: Line
) -> NDArray[np.float64]:
    """Variances (n, 3) of the signed distance at rows (n,), m^2: from pixels, calibration and line.

    NaN where the calibration's error has no bound.
    """
    jacobians = ground_bias_jacobian(camera.calibration, track.en_m[rows])
    variances = np.empty((len(rows), 3))
    for number, (row, jacobian) in enumerate(zip(rows.tolist(), jacobians, strict=True)):
        normal = left_normal(line.vertices_en_m, track.en_m[row])
        across = normal @ jacobian
        pixel = float(normal @ track.covariance[row, :2, :2] @ normal)
        shared = float(across @ camera.calibration.covariance @ across)
        variances[number] = (pixel, shared, line.sigma_m**2)
    return variances


def budget_at(track: Track, row: int, *, camera: Camera, line: Line) -> UncertaintyBudget:
    """Shares of the variance of the signed distance at a row at which it is known."""
    variances = distance_variances_m2(track, np.array([row]), camera=camera, line=line)[0]
    pixel, calibration, of_line = (variances / variances.sum()).tolist()
    return UncertaintyBudget(pixel, calibration, of_line)


def calibration_shift_m(
    jacobian: Array, covariance: Array, *, draws: int, generator: np.random.Generator
) -> Array:
    """Shift (k, n, 2) of a whole path by one draw of the calibration for each of k samples, metres.

    Args:
        jacobian: (n, 2, 10), as ``ground_bias_jacobian`` gives it at the path's rows.
        covariance: (10, 10) of the calibration's parameters.
        draws: k.
        generator: Where the draws come from.
    """
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    deltas = generator.standard_normal((draws, len(values))) @ root.T
    shift: Array = np.einsum("nij,kj->kni", jacobian, deltas)
    return shift
