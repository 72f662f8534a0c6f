"""How many pixels an upright metre has, anywhere in a picture: worked out once for a camera."""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import ground_from_pixel, pixel_from_site
from truceline.records.site import Calibration

Array = NDArray[np.float64]

LARGEST_RANGE_M = 300.0
STEP_PX = 8
"""Between the columns of the table. Along a row the scale bends so little that a straight line between them
is right to a ten-thousandth on PETS 2009 and on two motorways."""


class UprightScales:
    """The scale at each place where something may stand.

    Args:
        calibration: Of pictures of ``size_px`` (width, height).
    """

    def __init__(self, calibration: Calibration, size_px: tuple[int, int]) -> None:
        columns = np.arange(0, size_px[0] + STEP_PX + 1, STEP_PX, dtype=np.float64)
        foot = np.stack(np.meshgrid(columns, np.arange(size_px[1] + 1, dtype=np.float64)), axis=2)
        self._table = _scales(calibration, foot.reshape(-1, 2)).reshape(foot.shape[:2])

    def at(self, across_px: Array, rows: NDArray[np.int64]) -> Array:
        """Pixels (n,) of a metre that stands in the picture at ``across_px`` (n,) and in ``rows`` (n,).

        NaN where there is no ground, or only ground beyond ``LARGEST_RANGE_M``.
        """
        place = across_px / STEP_PX
        column = place.astype(np.int64)
        share = place - column
        scale: Array = (1 - share) * self._table[rows, column] + share * self._table[rows, column + 1]
        return scale


def _scales(calibration: Calibration, foot_px: Array) -> Array:
    ground = ground_from_pixel(calibration, foot_px)
    reach = np.linalg.norm(ground - calibration.position_enu_m[:2], axis=1)
    ground[reach > LARGEST_RANGE_M] = np.nan
    upper = pixel_from_site(calibration, np.concatenate([ground, np.ones((len(ground), 1))], axis=1))
    scales: Array = foot_px[:, 1] - upper[:, 1]
    return np.where(scales > 0, scales, np.nan)
