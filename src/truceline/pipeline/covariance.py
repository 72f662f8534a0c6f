"""The whole error of a track's positions: pixel noise and the calibration's share, row by row."""

import numpy as np

from truceline.geometry.camera import ground_bias_jacobian
from truceline.records.columns import FloatColumn
from truceline.records.site import Camera
from truceline.records.tracks import Track


def whole_covariance_m2(track: Track, camera: Camera) -> FloatColumn:
    """Covariance (n, 2, 2) of the positions, square metres: for drawing, where one row stands alone."""
    jacobian = ground_bias_jacobian(camera.calibration, track.en_m)
    shared = jacobian @ camera.calibration.covariance @ np.swapaxes(jacobian, -1, -2)
    whole: FloatColumn = track.covariance[:, :2, :2] + np.nan_to_num(shared)
    return whole
