"""Pose: reads where a camera stands and how it is turned from its table in the site file."""

import numpy as np
from numpy.typing import NDArray

from truceline.records.columns import FloatColumn, float_column
from truceline.tables.reader import Table

Array = NDArray[np.float64]

POSE_KEYS = ("position_enu_m", "pan_deg", "tilt_deg", "roll_deg", "rotation")

FARTHEST_CAMERA_M = 50_000.0

_ROTATION_TOLERANCE = 1e-3
"""Rounding that a person may do in nine numbers; the nearest rotation is taken."""


def read_position(table: Table) -> FloatColumn:
    """The camera's centre (3,) in site metres.

    Raises:
        InputError: It is missing, too far away, or not above the ground.
    """
    position = table.numbers("position_enu_m", 3, low=-FARTHEST_CAMERA_M, high=FARTHEST_CAMERA_M)
    if position[2] <= 0:
        table.refuse(
            "position_enu_m", f"the camera is {position[2]:g} m above the ground, below what it looks at"
        )
    return float_column(position, rows=3, name="position_enu_m")


def rotation_from_pan_tilt_roll(*, pan_deg: float, tilt_deg: float, roll_deg: float) -> Array:
    """Rotation (3, 3), camera from site.

    Pan is the heading of the view, clockwise from north; tilt is positive above the horizon; roll turns the
    camera clockwise as seen from behind it.
    """
    pan, tilt, roll = np.deg2rad([pan_deg, tilt_deg, roll_deg])
    forward = np.array([np.sin(pan) * np.cos(tilt), np.cos(pan) * np.cos(tilt), np.sin(tilt)])
    level_right = np.array([np.cos(pan), -np.sin(pan), 0.0])
    level_down = np.cross(forward, level_right)
    right = np.cos(roll) * level_right + np.sin(roll) * level_down
    down = np.cos(roll) * level_down - np.sin(roll) * level_right
    return np.stack([right, down, forward])


def read_rotation(table: Table) -> Array:
    """The rotation (3, 3), camera from site, from three angles or nine numbers.

    Raises:
        InputError: Neither or both are there, or the nine numbers are no rotation.
    """
    angles = [key for key in ("pan_deg", "tilt_deg", "roll_deg") if table.has(key)]
    if table.has("rotation"):
        if angles:
            table.refuse("rotation", f"both a rotation and {angles[0]} are given", do="Keep one of them.")
        return _nearest_rotation(table, np.array(table.matrix("rotation", rows=3, columns=3)))
    return rotation_from_pan_tilt_roll(
        pan_deg=table.number("pan_deg", low=-360.0, high=360.0),
        tilt_deg=table.number("tilt_deg", low=-90.0, high=90.0),
        roll_deg=table.number("roll_deg", low=-180.0, high=180.0, default=0.0),
    )


def _nearest_rotation(table: Table, given: Array) -> Array:
    """The rotation nearest to a matrix that was written with few digits (Schönemann 1966)."""
    left, _, right = np.linalg.svd(given)
    nearest: Array = left @ right
    if float(np.max(np.abs(nearest - given))) > _ROTATION_TOLERANCE or float(np.linalg.det(nearest)) < 0:
        table.refuse(
            "rotation", "the rotation is no rotation", do="Rows: camera right, down, forward in site axes."
        )
    return nearest
