"""Calibrations: reads one camera's ``[camera.calibration]`` with its covariance from the site file."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.records.columns import float_column
from truceline.records.site import CALIBRATION_PARAMETERS, Basis, Calibration, Distortion
from truceline.survey.cameras.foreign.imports import IMPORT_KEYS, LENS_KEYS, imported
from truceline.survey.cameras.pose import POSE_KEYS, read_position, read_rotation
from truceline.tables.reader import Table, read_toml

Array = NDArray[np.float64]

CALIBRATION_KEYS = (
    "source",
    "basis",
    "file",
    *IMPORT_KEYS,
    *LENS_KEYS,
    *POSE_KEYS,
    "sigma",
    "covariance",
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

FURTHER_TERMS = ("k2", "k3", "p1", "p2")

_EIGENVALUE_TOLERANCE = 1e-12


def read_calibration(
    table: Table, *, width_px: int, height_px: int, find: Callable[[str, Table], Path]
) -> Calibration:
    """The calibration for footage of that size; ``find`` gives the path of a file that the table names.

    Raises:
        InputError: A value is missing or cannot be, or the covariance is not stated.
    """
    if table.has("file"):
        table = _own_file(table, find)
    covariance = _covariance(table)
    # Nobody said that the errors were measured: then they were not.
    basis = Basis(table.text("basis", choices=tuple(Basis), default=Basis.ASSUMED))
    calibration = imported(table, (width_px, height_px), covariance=covariance, find=find)
    if calibration is None:
        calibration = _explicit(table, covariance)
    return replace(calibration, basis=basis)


def _own_file(table: Table, find: Callable[[str, Table], Path]) -> Table:
    """The table that stands in a file of its own, as ``site calibrate`` writes it."""
    others = [key for key in table.values if key != "file"]
    if others:
        table.refuse(
            others[0], f"{others[0]} beside a calibration file", do="The file says it; remove one of them."
        )
    return read_toml(find("file", table)).only(key for key in CALIBRATION_KEYS if key != "file")


def _explicit(table: Table, covariance: Array) -> Calibration:
    focal = table.numbers("focal_px", 2, low=10.0, high=1e6)
    k2, k3, p1, p2 = (table.number(key, low=-10.0, high=10.0, default=0.0) for key in FURTHER_TERMS)
    try:
        return Calibration(
            focal_px=float_column(focal, rows=2, name="focal_px"),
            centre_px=float_column(table.numbers("centre_px", 2), rows=2, name="centre_px"),
            k1=table.number("k1", low=-2.0, high=2.0),
            distortion=Distortion(table.text("distortion", choices=tuple(Distortion), default="brown")),
            rotation=read_rotation(table),
            position_enu_m=read_position(table),
            covariance=covariance,
            source=table.text("source"),
            k2=k2,
            k3=k3,
            p1=p1,
            p2=p2,
        )
    except InputError as error:
        raise error if error.where else table.fault("source", error.what, do=error.do) from error


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
