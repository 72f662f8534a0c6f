"""The calibration's own file: written in full digits, and named by the site in place of what stood there."""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError, ServiceError
from truceline.geometry.camera import depression_sigma_rad
from truceline.records.site import Calibration
from truceline.survey.load import SITE_FILE, load_site, read_site_files
from truceline.tables.reader import read_toml

Array = NDArray[np.float64]

_HEADER = "[camera.calibration]"


@dataclass(frozen=True, slots=True)
class WrittenCalibration:
    """Where a calibration was written, and the site's new text that names it."""

    path: Path
    site_path: Path


def calibration_text(calibration: Calibration, *, remarks: tuple[str, ...] = ()) -> str:
    """A calibration as TOML, every number in full; reading it gives the same calibration."""
    forward = calibration.rotation[2]
    pan_deg = float(np.rad2deg(np.arctan2(forward[0], forward[1]))) % 360.0
    tilt_deg = float(np.rad2deg(np.arcsin(np.clip(forward[2], -1.0, 1.0))))
    sigma = np.sqrt(np.diag(calibration.covariance))
    tilt_sigma_deg = float(np.rad2deg(depression_sigma_rad(calibration, calibration.centre_px[None])[0]))
    said = (
        f"# Heading {pan_deg:.2f} degrees, tilt {tilt_deg:.2f}; standard deviations: focal length "
        f"{100 * sigma[0]:.2f} %, tilt of the view {tilt_sigma_deg:.3f} degrees, place "
        f"{np.max(sigma[7:]):.3f} m. They belong together: the covariance says how."
    )
    lines = [
        "# A calibration from surveyed points. Format: docs/reference/site.md. Do not edit: calibrate again.",
        said,
        *(f"# {remark}" for remark in remarks),
        f'basis = "{calibration.basis.value}"',
        f"source = {json.dumps(calibration.source, ensure_ascii=False)}",
        f"focal_px = {_row(calibration.focal_px)}",
        f"centre_px = {_row(calibration.centre_px)}",
        f"k1 = {float(calibration.k1)!r}",
        f'distortion = "{calibration.distortion.value}"',
        f"position_enu_m = {_row(calibration.position_enu_m)}",
        f"rotation = {_rows(calibration.rotation)}",
        f"covariance = {_rows(calibration.covariance)}",
    ]
    return "\n".join(lines) + "\n"


def write_calibration(folder: Path, camera_id: str, *, text: str) -> WrittenCalibration:
    """Write a calibration into the site's folder under a new name, and make the site name it.

    Earlier calibration files stay; everything else in the site file stays as it is, remarks too. The folder
    is changed only after the new site was read back.

    Raises:
        InputError: The camera's ``[camera.calibration]`` does not stand as a table of its own.
        ServiceError: The disk or the folder's owner refuses.
    """
    path = _free_path(folder, camera_id)
    site_text = _site_text(folder, camera_id, name=path.name)
    try:
        with tempfile.TemporaryDirectory() as workplace:
            for name, data in read_site_files(folder).items():
                (Path(workplace) / name).write_bytes(data)
            (Path(workplace) / path.name).write_text(text, encoding="utf-8")
            (Path(workplace) / SITE_FILE).write_text(site_text, encoding="utf-8")
            load_site(Path(workplace))
        _put(path, text)
        _put(folder / SITE_FILE, site_text)
    except OSError as error:
        raise ServiceError(f"cannot be written: {error.strerror}.", where=str(folder)) from error
    return WrittenCalibration(path, folder / SITE_FILE)


def _free_path(folder: Path, camera_id: str) -> Path:
    number = 1
    while (folder / f"{camera_id}.calibration-{number}.toml").exists():
        number += 1
    return folder / f"{camera_id}.calibration-{number}.toml"


def _site_text(folder: Path, camera_id: str, *, name: str) -> str:
    """The site file with the camera's calibration replaced by the name of its own file."""
    top = read_toml(folder / SITE_FILE)
    text = (folder / SITE_FILE).read_text(encoding="utf-8-sig")
    lines = text.split("\n")
    index = next(
        row for row, table in enumerate(top.open_tables("camera")) if table.values.get("id") == camera_id
    )
    own = ("camera", index, "calibration")
    known = top.document.lines
    first = known.get(own, 0)
    if not first or not lines[first - 1].replace(" ", "").startswith(_HEADER):
        raise InputError(
            f"the calibration of camera {camera_id} does not stand under {_HEADER} of its own",
            where=f"{folder / SITE_FILE}:{first or 1}",
            do=f'Write: {_HEADER} and under it file = "{name}".',
        )
    after = [line for path, line in known.items() if path[: len(own)] != own and line > first]
    last = min(after, default=len(lines) + 1) - 1
    # Remarks and blanks that stand right above the next table belong to that one.
    while last > first and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    return "\n".join([*lines[:first], f"file = {json.dumps(name)}", *lines[last:]])


def _put(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        if path.exists():
            shutil.copymode(path, name)
        else:
            Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _row(values: Array) -> str:
    return "[" + ", ".join(repr(float(value)) for value in values) + "]"


def _rows(matrix: Array) -> str:
    return "[\n" + "".join(f"    {_row(row)},\n" for row in matrix) + "]"
