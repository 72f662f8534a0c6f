"""Imports: calibrations that other programs made, each turned into our one camera model."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.geometry.camera import ground_from_pixel, scaled
from truceline.geometry.projective import calibration_from_homography, calibration_from_projection
from truceline.geometry.tsai import calibration_from_tsai
from truceline.records.site import Calibration, Distortion
from truceline.survey.cameras.foreign.matrices import read_matrix
from truceline.survey.cameras.foreign.opencv_storage import OpencvCamera, read_opencv
from truceline.survey.cameras.foreign.tsai_xml import read_tsai_xml
from truceline.survey.cameras.pose import FARTHEST_CAMERA_M, POSE_KEYS, read_position, read_rotation
from truceline.tables.reader import Table

Array = NDArray[np.float64]
Find = Callable[[str, Table], Path]

KINDS = ("tsai", "opencv", "projection", "homography")
"""One key for each kind of calibration that is taken over."""

IMPORT_KEYS = (*KINDS, "unit_m", "homography_from")
LENS_KEYS = ("focal_px", "centre_px", "k1", "k2", "k3", "p1", "p2", "distortion")

FROM_GROUND, FROM_PIXEL = "ground", "pixel"

_ASPECT_TOLERANCE = 0.01
_GRID = 25


@dataclass(frozen=True, slots=True, eq=False)
class _Import:
    """What every importer is handed."""

    table: Table
    size_px: tuple[int, int]
    covariance: Array
    find: Find


def imported(table: Table, size_px: tuple[int, int], *, covariance: Array, find: Find) -> Calibration | None:
    """The calibration that the table takes over from another program, or None when it states its own.

    Args:
        table: ``[camera.calibration]``.
        size_px: Width and height of the footage.
        covariance: (10, 10), for footage of that size: what is imported states no error of its own.
        find: Gives the path of a file that the table names.

    Raises:
        InputError: More than one kind is named, keys stand beside it that it says itself, the file cannot be
            read, or what it describes cannot be a camera that looks at the ground.
    """
    kinds = [kind for kind in KINDS if table.has(kind)]
    if not kinds:
        for key in ("unit_m", "homography_from"):
            if table.has(key):
                table.refuse(key, f"{key} stands alone", do="It belongs to an import.")
        return None
    if len(kinds) > 1:
        table.refuse(kinds[1], f"both {kinds[0]} and {kinds[1]} are given", do="Keep one of them.")
    kind = kinds[0]
    given = _Import(table, size_px, covariance, find)
    importers = {
        "tsai": _from_tsai,
        "opencv": _from_opencv,
        "projection": _from_projection,
        "homography": _from_homography,
    }
    try:
        calibration = importers[kind](given)
    except InputError as error:
        raise error if error.where else table.fault(kind, error.what, do=error.do) from error
    _refuse_blind(calibration, given, kind=kind)
    return calibration


def _from_tsai(given: _Import) -> Calibration:
    _refuse_keys(given.table, (*LENS_KEYS, *POSE_KEYS, "unit_m", "homography_from"), what="a Tsai file")
    tsai = read_tsai_xml(given.find("tsai", given.table))
    _refuse_other_shape(given, (tsai.width_px, tsai.height_px), kind="tsai")
    return calibration_from_tsai(
        tsai, width_px=given.size_px[0], covariance=given.covariance, source=given.table.text("source")
    )


def _from_opencv(given: _Import) -> Calibration:
    table = given.table
    _refuse_keys(table, (*LENS_KEYS, "homography_from"), what="an OpenCV file")
    opencv = read_opencv(given.find("opencv", table))
    rotation, position = _opencv_pose(given, opencv)
    k1, k2, p1, p2, k3 = opencv.lens
    calibration = Calibration(
        focal_px=opencv.focal_px,
        centre_px=opencv.centre_px,
        k1=k1,
        distortion=Distortion.BROWN,
        rotation=rotation,
        position_enu_m=position,
        covariance=given.covariance,
        source=table.text("source"),
        k2=k2,
        k3=k3,
        p1=p1,
        p2=p2,
    )
    if opencv.size_px is None or opencv.size_px == given.size_px:
        return calibration
    _refuse_other_shape(given, opencv.size_px, kind="opencv")
    return replace(scaled(calibration, given.size_px[0] / opencv.size_px[0]), covariance=given.covariance)


def _opencv_pose(given: _Import, opencv: OpencvCamera) -> tuple[Array, Array]:
    """Rotation and position: the file's own, or, where it describes the lens only, the table's."""
    table = given.table
    if opencv.rotation is None or opencv.offset is None:
        if table.has("unit_m"):
            table.refuse("unit_m", "the OpenCV file holds no pose: nothing has a unit", do="Remove unit_m.")
        return read_rotation(table), read_position(table)
    _refuse_keys(table, POSE_KEYS, what="an OpenCV file with a pose")
    unit_m = table.number("unit_m", low=1e-6, high=1e4, default=1.0)
    return opencv.rotation, -opencv.rotation.T @ opencv.offset * unit_m


def _from_projection(given: _Import) -> Calibration:
    _refuse_keys(
        given.table, (*LENS_KEYS, *POSE_KEYS, "unit_m", "homography_from"), what="a projection matrix"
    )
    matrix = _matrix(given, "projection", columns=4)
    return calibration_from_projection(matrix, covariance=given.covariance, source=given.table.text("source"))


def _from_homography(given: _Import) -> Calibration:
    _refuse_keys(given.table, (*LENS_KEYS, *POSE_KEYS, "unit_m"), what="a homography")
    matrix = _matrix(given, "homography", columns=3)
    if given.table.text("homography_from", choices=(FROM_GROUND, FROM_PIXEL), default=FROM_GROUND) == (
        FROM_PIXEL
    ):
        if np.linalg.matrix_rank(matrix) < len(matrix):
            given.table.refuse("homography", "the homography has no inverse")
        matrix = np.array(np.linalg.inv(matrix), dtype=np.float64)
    return calibration_from_homography(
        matrix, size_px=given.size_px, covariance=given.covariance, source=given.table.text("source")
    )


def _matrix(given: _Import, key: str, *, columns: int) -> Array:
    """A matrix of three rows, written into the site file or into a file that it names."""
    if isinstance(given.table.values[key], str):
        return read_matrix(given.find(key, given.table), rows=3, columns=columns)
    return np.array(given.table.matrix(key, rows=3, columns=columns))


def _refuse_keys(table: Table, keys: tuple[str, ...], *, what: str) -> None:
    extra = [key for key in keys if table.has(key)]
    if extra:
        do = (
            "The import says it; remove one of them." if extra[0] not in ("unit_m", "homography_from") else ""
        )
        table.refuse(extra[0], f"{extra[0]} beside {what}", do=do or f"Remove {extra[0]}.")


def _refuse_other_shape(given: _Import, size_px: tuple[int, int], *, kind: str) -> None:
    theirs, ours = size_px[0] / size_px[1], given.size_px[0] / given.size_px[1]
    if abs(theirs / ours - 1) > _ASPECT_TOLERANCE:
        given.table.refuse(
            kind,
            f"the {kind} file is for {size_px[0]} x {size_px[1]} px, "
            f"the camera gives {given.size_px[0]} x {given.size_px[1]}",
            do="Only pictures of the same shape can be scaled.",
        )


def _refuse_blind(calibration: Calibration, given: _Import, *, kind: str) -> None:
    """Refuse an import that puts the camera where it cannot be: there its axes or its unit are others."""
    east, north, up = calibration.position_enu_m.tolist()
    if up <= 0:
        given.table.refuse(
            kind,
            f"it puts the camera below the ground ({up:.3g} m)",
            do="Check its axes: east, north and up in metres, right-handed (not north first, not z down).",
        )
    if max(abs(east), abs(north), up) > FARTHEST_CAMERA_M:
        given.table.refuse(
            kind,
            f"it puts the camera {max(abs(east), abs(north), up):.3g} m from the origin",
            do="Is it in millimetres, or in a national grid? The frame is the site's, in metres"
            + (" (OpenCV: unit_m = 0.001)." if kind == "opencv" else "."),
        )
    across = np.linspace(0, given.size_px[0] - 1, _GRID)
    down = np.linspace(0, given.size_px[1] - 1, _GRID)
    pixels = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    exact = replace(calibration, covariance=np.zeros_like(calibration.covariance))
    if not bool(np.any(np.isfinite(ground_from_pixel(exact, pixels)))):
        given.table.refuse(
            kind,
            "no ground is in its picture: the camera looks up",
            do="Check its axes: the camera's right, down, forward; the site's east, north, up.",
        )
