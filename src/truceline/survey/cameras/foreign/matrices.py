"""Matrices from files: plain text, JSON or TOML, one matrix a file."""

import json
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.tables.reader import read_bytes, read_json, read_toml

Array = NDArray[np.float64]

MATRIX_KEY = "matrix"


def read_matrix(path: Path, *, rows: int, columns: int) -> Array:
    """One matrix of that size.

    ``.toml`` and ``.json`` hold it under ``matrix``, as a list of rows (JSON may be that list alone); any
    other file is text with one row a line, numbers set apart by blanks, tabs, commas or semicolons, ``#``
    before remarks.

    Raises:
        InputError: The file cannot be read or holds something else, with FILE:LINE.
    """
    suffix = path.suffix.lower()
    if suffix == ".toml":
        table = read_toml(path).only((MATRIX_KEY,))
        return np.array(table.matrix(MATRIX_KEY, rows=rows, columns=columns))
    text = _text(path)
    if suffix == ".json" and text.lstrip().startswith("{"):
        return np.array(read_json(path).only((MATRIX_KEY,)).matrix(MATRIX_KEY, rows=rows, columns=columns))
    if suffix == ".json":
        found, lines = _json_rows(path, text), [1] * rows
    else:
        found, lines = _text_rows(path, text)
    if len(found) != rows:
        raise InputError(f"{len(found)} rows, expected {rows}", where=str(path))
    for row, line in zip(found, lines, strict=True):
        if len(row) != columns:
            raise InputError(f"{len(row)} numbers in a row, expected {columns}", where=f"{path}:{line}")
    matrix = np.array(found)
    if not np.isfinite(matrix).all():
        raise InputError("a number is not finite", where=str(path))
    return matrix


def _text(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8 text.", where=str(path), do="Save it as UTF-8.") from error


def _text_rows(path: Path, text: str) -> tuple[list[list[float]], list[int]]:
    rows, lines = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        words = [word for word in re.split(r"[\s,;\[\]]+", line.partition("#")[0]) if word]
        if not words:
            continue
        try:
            rows.append([float(word) for word in words])
        except ValueError as error:
            raise InputError(f"no row of numbers: {line.strip()[:40]!r}", where=f"{path}:{number}") from error
        lines.append(number)
    return rows, lines


def _json_rows(path: Path, text: str) -> list[list[float]]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"not valid JSON: {error.msg}", where=f"{path}:{error.lineno}") from error
    except (ValueError, RecursionError) as error:
        raise InputError("not valid JSON", where=f"{path}:1") from error
    is_rows = isinstance(value, list) and all(isinstance(row, list) for row in value)
    numbers = [item for row in value for item in row] if is_rows else [None]
    if not all(isinstance(item, int | float) and not isinstance(item, bool) for item in numbers):
        raise InputError("no list of rows of numbers", where=f"{path}:1")
    return [[float(item) for item in row] for row in value]
