"""Columns: read-only NumPy arrays with a checked shape, the building blocks of the table-like records."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from truceline.errors import InputError

FloatColumn = NDArray[np.float64]
IntColumn = NDArray[np.int64]
BoolColumn = NDArray[np.bool_]


def float_column(values: ArrayLike, *shape: int, rows: int, name: str) -> FloatColumn:
    """A read-only float64 copy with the shape ``(rows, *shape)``; refuses any other shape."""
    column = np.array(values, dtype=np.float64)
    if rows == 0 and column.size == 0:
        column = column.reshape((0, *shape))  # an empty list does not say how wide it is
    _check(column.shape, (rows, *shape), name=name)
    column.flags.writeable = False
    return column


def int_column(values: ArrayLike, *, rows: int, name: str) -> IntColumn:
    """A read-only int64 copy with the shape ``(rows,)``; refuses any other shape."""
    column = np.array(values, dtype=np.int64)
    _check(column.shape, (rows,), name=name)
    column.flags.writeable = False
    return column


def bool_column(values: ArrayLike, *, rows: int, name: str) -> BoolColumn:
    """A read-only bool copy with the shape ``(rows,)``; refuses any other shape."""
    column = np.array(values, dtype=np.bool_)
    _check(column.shape, (rows,), name=name)
    column.flags.writeable = False
    return column


def _check(got: tuple[int, ...], expected: tuple[int, ...], *, name: str) -> None:
    if got != expected:
        raise InputError(f"column {name} has shape {got}, expected {expected}")
