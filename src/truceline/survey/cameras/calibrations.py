"""Calibrations: reads one camera's ``[camera.calibration]`` with its covariance from the site file."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.geometry.tsai import TsaiParameters, calibration_from_tsai
from truceline.records.columns import float_column
from truceline.records.site import CALIBRATION_PARAMETERS, Basis, Calibration, Distortion
from truceline.survey.cameras.tsai_xml import read_tsai_xml
from truceline.tables.reader import Table

Array = NDArray[np.float64]

CALIBRATION_KEYS = (
    "source",
    "tsai",
    "focal_px",
    "centre_px",
    "k1",
    "distortion",
    "position_enu_m",
    "pan_deg",
    "tilt_deg",
    "roll_deg",
    "rotation",
    "sigma",
    "covariance",
    "basis",
)

SIGMA_KEYS = (
    "focal_percent",
    "centre_u_px",
    "centre_v_px",
    "k1",
    "turn_x_deg",
    "turn_y_deg",
    "turn_z_deg",
    "east_m",
    "north_m",
    "up_m",
)
"""Standard deviations in the order of ``CALIBRATION_PARAMETERS``, in the units that people measure in."""

_SIGMA_LIMITS = (50.0, 1000.0, 1000.0, 5.0, 45.0, 45.0, 45.0, 1000.0, 1000.0, 1000.0)

_TO_RECORD = tuple(
    0.01 if key.endswith("_percent") else math.pi / 180 if key.endswith("_deg") else 1.0 for key in SIGMA_KEYS
)

_ASPECT_TOLERANCE = 0.01
_ROTATION_TOLERANCE = 1e-3
"""Rounding that a person may do in nine numbers; the nearest rotation is taken."""
_EIGENVALUE_TOLERANCE = 1e-12
_FARTHEST_CAMERA_M = 50_000.0


def read_calibration(
    table: Table, *, width_px: int, height_px: int, find: Callable[[str, Table], Path]
) -> Calibration:
    """The calibration for footage of that size; ``find`` gives the path of a file that the table names.

    Raises:
        InputError: A value is missing or cannot be, or the covariance is not stated.
    """
    covariance = _covariance(table)
    # Nobody said that the errors were measured: then they were not.
    basis = Basis(table.text("basis", choices=tuple(Basis), default=Basis.ASSUMED))
    if table.has("tsai"):
        imported = _from_tsai(table, (width_px, height_px), covariance=covariance, find=find)
        return replace(imported, basis=basis)
    return replace(_explicit(table, covariance), basis=basis)


def _explicit(table: Table, covariance: Array) -> Calibration:
    focal = table.numbers("focal_px", 2, low=10.0, high=1e6)
    position = table.numbers("position_enu_m", 3, low=-_FARTHEST_CAMERA_M, high=_FARTHEST_CAMERA_M)
    if position[2] <= 0:
        table.refuse(
            "position_enu_m", f"the camera is {position[2]:g} m above the ground, below what it looks at"
        )
    try:
        return Calibration(
            focal_px=float_column(focal, rows=2, name="focal_px"),
            centre_px=float_column(table.numbers("centre_px", 2), rows=2, name="centre_px"),
            k1=table.number("k1", low=-2.0, high=2.0),
            distortion=Distortion(table.text("distortion", choices=tuple(Distortion), default="brown")),
            rotation=_rotation(table),
            position_enu_m=float_column(position, rows=3, name="position_enu_m"),
            covariance=covariance,
            source=table.text("source"),
        )
    except InputError as error:
        raise error if error.where else table.fault("source", error.what, do=error.do) from error


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


def _rotation(table: Table) -> Array:
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


def _from_tsai(
    table: Table, size_px: tuple[int, int], *, covariance: Array, find: Callable[[str, Table], Path]
) -> Calibration:
    extra = [key for key in CALIBRATION_KEYS[2:11] if table.has(key)]
    if extra:
        table.refuse(extra[0], f"{extra[0]} beside a Tsai file", do="The file says it; remove one of them.")
    tsai = read_tsai_xml(find("tsai", table))
    _refuse_other_shape(table, tsai, size_px=size_px)
    calibration = calibration_from_tsai(
        tsai, width_px=size_px[0], covariance=covariance, source=table.text("source")
    )
    if float(calibration.position_enu_m[2]) <= 0:
        table.refuse(
            "tsai", "the Tsai file puts the camera below the ground", do="Check the signs of its axes."
        )
    return calibration


def _refuse_other_shape(table: Table, tsai: TsaiParameters, *, size_px: tuple[int, int]) -> None:
    theirs, ours = tsai.width_px / tsai.height_px, size_px[0] / size_px[1]
    if abs(theirs / ours - 1) > _ASPECT_TOLERANCE:
        table.refuse(
            "tsai",
            f"the Tsai file is for {tsai.width_px} x {tsai.height_px} px, "
            f"the camera gives {size_px[0]} x {size_px[1]}",
            do="Only pictures of the same shape can be scaled.",
        )


def _covariance(table: Table) -> Array:
    """The (10, 10) covariance, from ``covariance`` in full or from ten standard deviations."""
    if table.has("covariance") and table.has("sigma"):
        table.refuse("covariance", "both a covariance and a sigma are given", do="Keep one of them.")
    if table.has("covariance"):
        size = len(CALIBRATION_PARAMETERS)
        given = np.array(table.matrix("covariance", rows=size, columns=size))
        if not np.allclose(given, given.T, rtol=1e-6, atol=1e-15):
            table.refuse("covariance", "the covariance is not symmetric")
        if float(np.linalg.eigvalsh(given)[0]) < -_EIGENVALUE_TOLERANCE:
            table.refuse("covariance", "the covariance has a negative eigenvalue")
        symmetric: Array = (given + given.T) / 2
        return symmetric
    if not table.has("sigma"):
        table.refuse(
            "sigma",
            "the calibration states no error",
            do="Add [camera.calibration.sigma] with the ten standard deviations, or covariance (10 x 10). "
            "Where nobody measured them, state assumed ones and say so in source.",
        )
    sigmas = table.table("sigma", SIGMA_KEYS)
    values = [
        sigmas.number(key, low=0.0, high=limit) for key, limit in zip(SIGMA_KEYS, _SIGMA_LIMITS, strict=True)
    ]
    return np.diag((np.array(values) * np.array(_TO_RECORD)) ** 2)
