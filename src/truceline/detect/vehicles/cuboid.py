"""What vehicles measure, and the outline that one at a place and heading draws in the picture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.records.site import Calibration

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Build:
    """The outline of a class of vehicles, whatever its make.

    Attributes:
        length_m: Of the whole; ``width_m`` without mirrors; ``height_m`` of the roof.
        shoulder: Height of the full footprint's upper edge, as a share of the height.
        roof: Length of the roof as a share of the length, and its width as a share of the width.
    """

    length_m: float
    width_m: float
    height_m: float
    shoulder: float
    roof: tuple[float, float]


BUILDS = (
    Build(3.6, 1.65, 1.5, 0.62, (0.55, 0.78)),
    Build(4.5, 1.8, 1.45, 0.62, (0.45, 0.75)),
    Build(4.6, 1.85, 1.75, 0.62, (0.6, 0.8)),
    Build(3.6, 1.65, 1.9, 0.6, (0.75, 0.9)),
    Build(5.4, 2.0, 2.1, 0.6, (0.75, 0.9)),
    Build(7.5, 2.4, 3.0, 0.9, (0.95, 1.0)),
    Build(11.5, 2.55, 3.2, 0.9, (1.0, 1.0)),
)
"""A small car, a saloon, a tall car, a light cross-country car, a van, a lorry, a bus: common measures,
rounded, none fitted to footage."""

CORNERS = 12
"""Points whose hull is the outline: four on the ground, four at the shoulder, four at the roof."""

_SIGNS = np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]], np.float64) / 2


def _corner_table() -> Array:
    table = np.zeros((len(BUILDS), CORNERS, 3))
    for row, build in enumerate(BUILDS):
        foot = _SIGNS * (build.length_m, build.width_m)
        roof = foot * build.roof
        table[row, :, :2] = np.concatenate([foot, foot, roof])
        table[row, :, 2] = np.repeat([0.0, build.shoulder * build.height_m, build.height_m], 4)
    return table


_TABLE = _corner_table()


@dataclass(frozen=True, slots=True, eq=False)
class Poses:
    """Vehicles that may stand there, n rows.

    Attributes:
        centres_en_m: (n, 2) of their footprints.
        headings_rad: (n,) counter-clockwise from east; either end may be the front.
        builds: (n,) rows of ``BUILDS``.
    """

    centres_en_m: Array
    headings_rad: Array
    builds: NDArray[np.int64]

    def __len__(self) -> int:
        """How many."""
        return len(self.headings_rad)


def corners_px(calibration: Calibration, poses: Poses) -> Array:
    """Pixels (n, ``CORNERS``, 2) whose hull is each vehicle's outline; NaN for what is behind the camera."""
    local = _TABLE[poses.builds]
    cos, sin = np.cos(poses.headings_rad)[:, None], np.sin(poses.headings_rad)[:, None]
    east = poses.centres_en_m[:, :1] + local[:, :, 0] * cos - local[:, :, 1] * sin
    north = poses.centres_en_m[:, 1:] + local[:, :, 0] * sin + local[:, :, 1] * cos
    points = np.stack([east, north, local[:, :, 2]], axis=2).reshape(-1, 3)
    return pixel_from_site(calibration, points).reshape(-1, CORNERS, 2)
