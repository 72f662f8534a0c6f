"""Point pairs: reads surveyed points from CSV, and refuses what cannot be a survey of this camera."""

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.records.columns import float_column
from truceline.records.digests import sha256_of
from truceline.records.site import Camera, Origin
from truceline.records.surveyed_points import SurveyedPoints
from truceline.tables.reader import read_bytes

Array = NDArray[np.float64]

NEEDED = ("u", "v", "east", "north", "up")
OPTIONAL = ("sigma_m", "sigma_px", "name")

FEWEST = 4
MARKED_SIGMA_PX = 1.0
"""A careful hand marks a sharp corner to about a pixel; better ones are stated in the file."""

SURVEYED_SIGMA_M = 0.02
"""Tape and level over a site reach two centimetres; what is worse, or better, is stated in the file."""

WIDEST_M = 5_000.0
HIGHEST_M = 500.0
"""No camera sees surveyed points farther apart or higher than this: there a unit is wrong."""

LEAST_SPREAD = 0.01
"""Second spread of the points over the first, below which they stand in one line."""

_HALF_PX = 0.5
_NEAR_ZERO_DEG = 2.0
"""An origin this near to latitude and longitude zero: degrees cannot be told from metres there."""
_SAME_PX = 0.5
_SAME_M = 0.005
_LARGEST_SIGMA_PX = 50.0
_LARGEST_SIGMA_M = 20.0
_LARGEST = 1e12


def read_points(path: Path) -> SurveyedPoints:
    """Point pairs from a CSV file with a heading line.

    Needed columns: u, v, east, north, up; others: sigma_m, sigma_px, name. Lines that begin with ``#`` are
    remarks.

    Raises:
        InputError: The file or a column is missing, or a column unknown, or a value no number (FILE:LINE).
    """
    data = read_bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8 text.", where=str(path), do="Save it as UTF-8.") from error
    rows = list(_rows(path, text))
    if not rows:
        raise InputError("the file is empty.", where=str(path), do=f"First line: {','.join(NEEDED)}.")
    (heading_line, heading), *body = rows
    columns = _columns(heading, where=f"{path}:{heading_line}")
    names: list[str] = []
    table: list[list[float]] = []
    for line, cells in body:
        if len(cells) != len(columns):
            raise InputError(f"{len(cells)} values, expected {len(columns)}", where=f"{path}:{line}")
        values = dict(zip(columns, cells, strict=True))
        names.append(values.get("name", "") or str(len(names) + 1))
        table.append([_number(values, column, where=f"{path}:{line}") for column in (*NEEDED, *OPTIONAL[:2])])
    _refuse_same_names(names, [line for line, _ in body], path=path)
    numbers = np.array(table, dtype=np.float64).reshape(-1, len(NEEDED) + 2)
    count = len(names)
    return SurveyedPoints(
        names=tuple(names),
        pixels=float_column(numbers[:, :2], 2, rows=count, name="pixels"),
        places_enu_m=float_column(numbers[:, 2:5], 3, rows=count, name="places_enu_m"),
        sigma_px=float_column(numbers[:, 6], rows=count, name="sigma_px"),
        sigma_m=float_column(numbers[:, 5], rows=count, name="sigma_m"),
        source=path.name,
        digest=sha256_of(data),
        lines=tuple(line for line, _ in body),
    )


def check_points(points: SurveyedPoints, camera: Camera, *, origin: Origin) -> None:
    """Refuse points from which this camera cannot be calibrated, before anything is fitted.

    Raises:
        InputError: Fewer than four points, points outside the picture, in the wrong unit, twice the same, or
            in one line.
    """
    if len(points) < FEWEST:
        raise InputError(
            f"{len(points)} points, {FEWEST} needed",
            where=points.source,
            do="Six or more, over the whole depth of the view and near the line, are to rely on.",
        )
    _refuse_outside(points, camera)
    _refuse_units(points, origin)
    _refuse_repeats(points)
    for what, rows in (("on the ground", points.places_enu_m), ("in the picture", points.pixels)):
        spread = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False)
        if spread[1] < LEAST_SPREAD * spread[0]:
            raise InputError(
                f"all points stand in one line {what}: the camera may turn about it",
                where=points.source,
                do="Add points beside it.",
            )


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not stripped[0].startswith("#"):
                yield reader.line_num, stripped
    except csv.Error as error:
        raise InputError(f"not valid CSV: {error}", where=f"{path}:{reader.line_num}") from error


def _columns(heading: list[str], *, where: str) -> list[str]:
    for column in heading:
        if column not in (*NEEDED, *OPTIONAL) or heading.count(column) > 1:
            raise InputError(
                f"unknown or repeated column {column!r}",
                where=where,
                do=f"Columns: {', '.join(NEEDED)}; and, where known, {', '.join(OPTIONAL)}.",
            )
    missing = [column for column in NEEDED if column not in heading]
    if missing:
        raise InputError(
            f"no column {missing[0]!r}",
            where=where,
            do=f"The first line names the columns: {','.join(NEEDED)}.",
        )
    return heading


def _number(values: dict[str, str], column: str, *, where: str) -> float:
    text = values.get(column, "")
    if not text and column in OPTIONAL:
        return SURVEYED_SIGMA_M if column == "sigma_m" else MARKED_SIGMA_PX
    try:
        value = float(text)
    except ValueError as error:
        raise InputError(f"{column} is {text!r}, expected a number", where=where) from error
    low, high = {
        "sigma_m": (0.0, _LARGEST_SIGMA_M),
        "sigma_px": (0.01, _LARGEST_SIGMA_PX),
    }.get(column, (-_LARGEST, _LARGEST))
    if not math.isfinite(value) or not low <= value <= high:
        raise InputError(f"{column} is {text}", where=where, do=f"Expected {low:g} to {high:g}.")
    return value


def _refuse_same_names(names: list[str], lines: list[int], *, path: Path) -> None:
    for row, name in enumerate(names):
        if name in names[:row]:
            raise InputError(f"the point {name!r} stands twice", where=f"{path}:{lines[row]}")


def _refuse_outside(points: SurveyedPoints, camera: Camera) -> None:
    size = np.array([camera.width_px, camera.height_px])
    inside = _inside(points.pixels, size)
    if inside.all():
        return
    row = int(np.argmin(inside))
    u, v = points.pixels[row].tolist()
    swapped = bool(_inside(points.pixels[:, ::-1], size).all())
    raise InputError(
        f"point {points.names[row]} at u {u:g}, v {v:g} is outside the picture of {size[0]} x {size[1]} px",
        where=points.where(row),
        do="u is to the right, v down: they look swapped."
        if swapped
        else "Mark points in footage of the camera's own size.",
    )


def _inside(pixels: Array, size_px: Array) -> NDArray[np.bool_]:
    return np.asarray(np.all((pixels >= -_HALF_PX) & (pixels <= size_px - _HALF_PX), axis=1))


def _refuse_units(points: SurveyedPoints, origin: Origin) -> None:
    places = points.places_enu_m
    here = np.array([origin.longitude_deg, origin.latitude_deg])
    if float(np.max(np.abs(here))) > _NEAR_ZERO_DEG:
        for order in (here, here[::-1]):
            if bool(np.all(np.abs(places[:, :2] - order) < 1.0)):
                raise InputError(
                    "east and north look like longitude and latitude in degrees",
                    where=points.where(0),
                    do="Give metres from the site's origin.",
                )
    apart_m = float(np.max(np.ptp(places[:, :2], axis=0)))
    high_m = float(np.max(np.abs(places[:, 2])))
    if apart_m > WIDEST_M or high_m > HIGHEST_M:
        what = f"{apart_m:g} m apart" if apart_m > WIDEST_M else f"{high_m:g} m up"
        raise InputError(
            f"the points are {what}: are these millimetres?",
            where=points.where(0),
            do="East, north and up are metres from the site's origin.",
        )


def _refuse_repeats(points: SurveyedPoints) -> None:
    for columns, near, what in (
        (points.pixels, _SAME_PX, "the same pixel"),
        (points.places_enu_m, _SAME_M, "the same place"),
    ):
        for row in range(1, len(points)):
            apart = np.linalg.norm(columns[:row] - columns[row], axis=1)
            if float(np.min(apart)) < near:
                other = points.names[int(np.argmin(apart))]
                raise InputError(
                    f"points {other} and {points.names[row]} have {what}",
                    where=points.where(row),
                    do="Remove one of them.",
                )
