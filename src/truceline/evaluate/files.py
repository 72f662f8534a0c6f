"""Truth and tracks from files: MOTChallenge boxes, or metric positions under a header."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError

Array = NDArray[np.float64]

FIRST_PIXEL = 1.0
"""MOTChallenge counts pixels from one; our boxes count pixels from zero."""

METRIC_COLUMNS = (("x_m", "y_m"), ("east_m", "north_m"))
_MOT_FEWEST, _MOT_CONFIDENCE, _MOT_METRIC = 6, 7, 10
_OTHER_UNITS = ("mm", "cm", "ft", "px", "deg", "lon", "lat")


@dataclass(frozen=True, slots=True, eq=False)
class PlaceTable:
    """One row for each subject in each frame, truth or tracks.

    Attributes:
        name: The file, or what else it came from.
        frames: (n,) counted from 1.
        ids: n identities, each once a frame.
        counted: (n,) False for truth that its file says to ignore, and for rows of tracks that were not seen.
        boxes_px: (n, 4) left, top, right, bottom, pixels from zero; None where there are none.
        ground_m: (n, 2); None where there are none.
        covariance_m2: (n, 2, 2) of these positions; None where none is stated.
    """

    name: str
    frames: NDArray[np.int64]
    ids: tuple[str, ...]
    counted: NDArray[np.bool_]
    boxes_px: Array | None
    ground_m: Array | None
    covariance_m2: Array | None = None

    def __len__(self) -> int:
        """How many rows."""
        return len(self.frames)

    def where(self, rows: NDArray[np.bool_]) -> "PlaceTable":
        """Only these rows."""

        def kept(column: Array | None) -> Array | None:
            return None if column is None else column[rows]

        return PlaceTable(
            self.name,
            self.frames[rows],
            tuple(one for one, keep in zip(self.ids, rows, strict=True) if keep),
            self.counted[rows],
            kept(self.boxes_px),
            kept(self.ground_m),
            kept(self.covariance_m2),
        )


def read_places(path: Path) -> PlaceTable:
    """Read a MOTChallenge file, or a CSV with a header ``frame, id, x_m, y_m``.

    MOTChallenge is ``frame, id, left, top, width, height[, confidence[, x, y, z]]``, pixels from one. A row
    with confidence 0 is not counted. ``x, y`` are metres where there are ten columns and they are not all -1.

    Raises:
        InputError: There is no such file, it holds no row, or a row cannot be read; says which line.
    """
    text = _read(path)
    if _is_number(text.lines[0][1][0]):
        return _mot(text)
    return _metric(_Text(path, text.lines[1:]), head=[one.strip() for one in text.lines[0][1]])


@dataclass(frozen=True, slots=True)
class _Text:
    """The cells of a file, each row with its line; rows are counted from 0."""

    path: Path
    lines: tuple[tuple[int, list[str]], ...]

    def refuse(self, row: int, what: str) -> NoReturn:
        raise InputError(what, where=f"{self.path}:{self.lines[row][0]}")

    def numbers(self, columns: Sequence[int], *, width: int) -> Array:
        """The cells of some columns as numbers (n, columns)."""
        if not self.lines:
            raise _no_row(self.path)
        for row, (_, cells) in enumerate(self.lines):
            if len(cells) != width:
                self.refuse(row, f"{len(cells)} columns, where the first line has {width}.")
            wrong = next((cells[one] for one in columns if not _is_number(cells[one])), None)
            if wrong is not None:
                self.refuse(row, f"{wrong.strip()!r} is not a number.")
        return np.array([[float(cells[one]) for one in columns] for _, cells in self.lines])

    def named(self, rows: Array) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Frames and identities from rows (n, 2), checked: whole, and each identity once a frame."""
        met: set[tuple[float, float]] = set()
        for row, (frame, identity) in enumerate(rows.tolist()):
            if frame != round(frame) or identity != round(identity) or frame < 1:
                whole = "both are whole numbers, and frames count from 1."
                self.refuse(row, f"frame {frame:g}, id {identity:g}: {whole}")
            if (frame, identity) in met:
                self.refuse(row, f"id {identity:.0f} stands twice in frame {frame:.0f}.")
            met.add((frame, identity))
        return rows[:, 0].astype(np.int64), tuple(f"{one:.0f}" for one in rows[:, 1])


def _read(path: Path) -> _Text:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.reader(stream)
            lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except FileNotFoundError as error:
        raise InputError("no such file.", where=str(path)) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}.", where=str(path)) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"not a table of text: {error}.", where=str(path)) from error
    if not lines:
        raise _no_row(path)
    return _Text(path, tuple(lines))


def _mot(text: _Text) -> PlaceTable:
    width = len(text.lines[0][1])
    if width < _MOT_FEWEST:
        text.refuse(0, f"{width} columns are no MOTChallenge row, which has 6 to 10.")
    rows = text.numbers(range(width), width=width)
    frames, ids = text.named(rows[:, :2])
    corner = rows[:, 2:4] - FIRST_PIXEL
    metric = width >= _MOT_METRIC and bool(np.any(rows[:, 7:9] != -1))
    return PlaceTable(
        name=text.path.name,
        frames=frames,
        ids=ids,
        counted=rows[:, 6] != 0 if width >= _MOT_CONFIDENCE else np.ones(len(rows), dtype=np.bool_),
        boxes_px=np.concatenate([corner, corner + rows[:, 4:6]], axis=1),
        ground_m=rows[:, 7:9] if metric else None,
    )


def _metric(text: _Text, *, head: list[str]) -> PlaceTable:
    pair = next((pair for pair in METRIC_COLUMNS if set(pair) <= set(head)), None)
    if pair is None or not {"frame", "id"} <= set(head):
        other = [name for name in head if name.rpartition("_")[2] in _OTHER_UNITS]
        units = f" {', '.join(other)}: positions are read in metres." if other else ""
        raise InputError(
            f"a header of {', '.join(head)} names no frame, id and position in metres.{units}",
            where=f"{text.path}:1",
            do="Write the columns frame, id, x_m, y_m; or give a MOTChallenge file, which has no header.",
        )
    columns = [head.index(name) for name in ("frame", "id", *pair)]
    rows = text.numbers(columns, width=len(head))
    frames, ids = text.named(rows[:, :2])
    everything = np.ones(len(rows), dtype=np.bool_)
    return PlaceTable(text.path.name, frames, ids, everything, boxes_px=None, ground_m=rows[:, 2:])


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def _no_row(path: Path) -> InputError:
    return InputError("the file holds no row.", where=str(path), do="Nothing can be compared with it.")
