"""A new site: writes a commented folder that loads as it stands and that a surveyor then edits."""

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError, ServiceError
from truceline.geometry.camera import ground_from_pixel
from truceline.geometry.line import left_normal
from truceline.geometry.tsai import calibration_from_tsai
from truceline.records.site import CALIBRATION_PARAMETERS, Basis
from truceline.survey.cameras.calibrations import SIGMA_KEYS
from truceline.survey.cameras.foreign.tsai_xml import read_tsai_xml
from truceline.survey.load import SITE_FILE, load_site
from truceline.survey.template import (
    EXAMPLE_LINE_SOURCE,
    EXAMPLE_ZONE_NAME,
    GIVEN_LINE_SOURCE,
    INSTRUMENT,
    LINE_ID,
    LOCAL_OFFSET,
    ORIGIN,
    SITE_TEMPLATE,
)

Array = NDArray[np.float64]

ASSUMED_SIGMAS = (0.5, 3.0, 3.0, 0.01, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05)
"""Errors of a careful calibration by hand, in the order and units of ``SIGMA_KEYS``; assumed ones."""

EXAMPLE_LINE_EN_M = ((-40.0, 0.0), (0.0, 0.0), (40.0, 1.5))
EXAMPLE_VALID_FROM = "2020-01-01"
"""Nobody reads a clock here: the same command writes the same folder, and the surveyor knows the day."""
EXAMPLE_HEIGHT_M = 7.5
EXAMPLE_DISTANCE_M = 30.0

_ZONE_HALF_WIDTH_M = 2.0
_ZONE_HALF_DEPTH_M = 3.0


@dataclass(frozen=True, slots=True)
class NewSite:
    """What is known of a new site.

    Attributes:
        line_en_m: None stands for an example where the camera sees it.
        valid_from: From when on the line's survey is in force: a day, or an RFC 3339 time with an offset.
        line_id: Short name of the line, as it stands in findings.
        origin: Latitude, longitude in degrees and ellipsoid height in metres of site (0, 0, 0).
        local_offset: Local time beside UTC, like ``+09:00``.
    """

    site_id: str = "example"
    name: str = "Example site"
    camera_id: str = "camera-1"
    tsai: Path | None = None
    size_px: tuple[int, int] = (1280, 720)
    line_en_m: tuple[tuple[float, float], ...] | None = None
    sigma_m: float = 0.1
    sides: tuple[str, str] = ("North", "South")
    valid_from: str = EXAMPLE_VALID_FROM
    line_id: str = LINE_ID
    origin: tuple[float, float, float] = ORIGIN
    local_offset: str = LOCAL_OFFSET
    instrument: str = INSTRUMENT


def write_new_site(folder: Path, new: NewSite) -> None:
    """Write the folder; it appears complete or not at all, and loads.

    Raises:
        InputError: The folder exists and is not empty, or what is asked for cannot be a site.
        ServiceError: The disk or the folder's owner refuses.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("exists and is not empty.", where=str(folder), do="Name a new folder.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        workplace = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise ServiceError(f"cannot be written: {error.strerror}.", where=str(folder)) from error
    try:
        _fill(workplace, new)
        load_site(workplace)
        workplace.chmod(0o755)
        workplace.rename(folder)
    except InputError as error:
        shown = error.where.replace(str(workplace), str(folder))
        raise InputError(error.what, where=shown, do=error.do) from error
    except OSError as error:
        raise ServiceError(f"cannot be written: {error.strerror}.", where=str(folder)) from error
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def _fill(folder: Path, new: NewSite) -> None:
    line = _checked(new.line_en_m if new.line_en_m is not None else _example_line(new))
    if new.tsai is not None:
        shutil.copyfile(new.tsai, folder / new.tsai.name)
    calibration = _tsai_lines(new.tsai) if new.tsai is not None else _example_camera_lines(line, new.size_px)
    text = SITE_TEMPLATE.format(
        id=_quoted(new.site_id),
        name=_quoted(new.name),
        instrument=_quoted(new.instrument),
        local_offset=_quoted(new.local_offset),
        latitude=repr(float(new.origin[0])),
        longitude=repr(float(new.origin[1])),
        height_m=repr(float(new.origin[2])),
        line=_quoted(new.line_id),
        line_source=_quoted(EXAMPLE_LINE_SOURCE if new.line_en_m is None else GIVEN_LINE_SOURCE),
        basis=(Basis.EXAMPLE if new.tsai is None else Basis.ASSUMED).value,
        sigma_m=repr(float(new.sigma_m)),
        valid_from=_quoted(new.valid_from),
        left=_quoted(new.sides[0]),
        right=_quoted(new.sides[1]),
        camera=_quoted(new.camera_id),
        width=new.size_px[0],
        height=new.size_px[1],
        calibration=calibration,
        sigmas="\n".join(f"{key} = {value}" for key, value in zip(SIGMA_KEYS, ASSUMED_SIGMAS, strict=True)),
    )
    (folder / SITE_FILE).write_text(text, encoding="utf-8")
    line_feature = _feature("LineString", _rounded(line), properties={})
    (folder / "line.geojson").write_text(_collection(line_feature), encoding="utf-8")
    ring = _rounded(_example_zone(line))
    properties = {"id": "crossing", "name": EXAMPLE_ZONE_NAME, "kind": "crossing"}
    zone = _feature("Polygon", [[*ring, ring[0]]], properties=properties)
    (folder / "zones.geojson").write_text(_collection(zone), encoding="utf-8")


def _checked(vertices_en_m: tuple[tuple[float, float], ...]) -> Array:
    """The vertices (n, 2) as an array; what they must be before an example camera can be put beside them."""
    line = np.array(vertices_en_m, dtype=np.float64).reshape(-1, 2)
    if len(line) < 2 or not bool(np.all(np.isfinite(line))):
        raise InputError("needs at least two vertices, all of them finite.", where="line")
    if bool(np.any(np.all(np.diff(line, axis=0) == 0, axis=1))):
        raise InputError("two vertices that follow one another are the same.", where="line")
    return line


def _example_line(new: NewSite) -> tuple[tuple[float, float], ...]:
    """Across the picture of the Tsai camera where that is ground, else a plain example."""
    if new.tsai is None:
        return EXAMPLE_LINE_EN_M
    size = len(CALIBRATION_PARAMETERS)
    calibration = calibration_from_tsai(
        read_tsai_xml(new.tsai), width_px=new.size_px[0], covariance=np.zeros((size, size)), source="example"
    )
    ends = np.array([[0.1, 0.6], [0.9, 0.6]]) * np.array(new.size_px)
    ground = ground_from_pixel(calibration, ends)
    if not bool(np.all(np.isfinite(ground))):
        return EXAMPLE_LINE_EN_M
    (east_0, north_0), (east_1, north_1) = ground.tolist()
    return ((east_0, north_0), (east_1, north_1))


def _example_camera_lines(line: Array, size_px: tuple[int, int]) -> str:
    """A camera on a mast on the right side of the line, looking at its middle."""
    middle = _middle(line)
    place = middle - EXAMPLE_DISTANCE_M * left_normal(line, middle)
    to_middle = middle - place
    pan_deg = float(np.rad2deg(np.arctan2(to_middle[0], to_middle[1])))
    tilt_deg = -float(np.rad2deg(np.arctan2(EXAMPLE_HEIGHT_M, EXAMPLE_DISTANCE_M)))
    width_px, height_px = size_px
    return "\n".join(
        [
            'source = "example, not a calibration of any camera; its errors are assumed"',
            f"focal_px = [{float(width_px)}, {float(width_px)}]",
            f"centre_px = [{(width_px - 1) / 2}, {(height_px - 1) / 2}]",
            "k1 = 0.0",
            'distortion = "brown"',
            f"position_enu_m = [{place[0]:.3f}, {place[1]:.3f}, {EXAMPLE_HEIGHT_M}]",
            "# Heading clockwise from north; above the horizon is positive; clockwise as seen from behind.",
            f"pan_deg = {pan_deg % 360.0:.3f}",
            f"tilt_deg = {tilt_deg:.3f}",
            "roll_deg = 0.0",
        ]
    )


def _tsai_lines(tsai: Path) -> str:
    source = f"Tsai file {tsai.name}; it states no errors: those below are assumed, not measured"
    return f"source = {_quoted(source)}\ntsai = {_quoted(tsai.name)}"


def _example_zone(line: Array) -> Array:
    """A small rectangle over the middle of the line."""
    middle = _middle(line)
    across = left_normal(line, middle)
    along = np.array([across[1], -across[0]])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float64)
    ring: Array = (
        middle + corners[:, :1] * _ZONE_HALF_WIDTH_M * along + corners[:, 1:] * _ZONE_HALF_DEPTH_M * across
    )
    return ring


def _middle(line: Array) -> Array:
    """The point half way along the line."""
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    half = lengths[-1] / 2
    return np.array([np.interp(half, lengths, line[:, 0]), np.interp(half, lengths, line[:, 1])])


def _feature(kind: str, coordinates: object, *, properties: dict[str, str]) -> str:
    geometry = {"type": kind, "coordinates": coordinates}
    return json.dumps({"type": "Feature", "properties": properties, "geometry": geometry}, ensure_ascii=False)


def _collection(feature: str) -> str:
    return (
        '{\n  "type": "FeatureCollection",\n  "frame": "site-en-m",\n  "features": [\n    '
        + feature
        + "\n  ]\n}\n"
    )


def _rounded(points: Array) -> list[list[float]]:
    return [[round(float(east), 3), round(float(north), 3)] for east, north in points]


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, with the one character more that TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
