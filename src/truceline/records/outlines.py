"""Outlines: what was measured of each detection besides its place, one row each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.records.columns import BoolColumn, FloatColumn, IntColumn

Form = Literal["upright", "low", "vehicle"]

FORMS: tuple[Form, ...] = ("upright", "low", "vehicle")
"""By the numbers under which they stand in ``Outlines.form``: a person's rectangle was fitted; something that
stands alone and is too low for one; a vehicle's cuboid was fitted."""

UPRIGHT, LOW, VEHICLE = range(len(FORMS))


LONG_M = 0.8
"""Wider than this, and wider than tall, is nothing that stands upright, nor a part of it."""


def is_long(width_m: FloatColumn, height_m: FloatColumn) -> BoolColumn:
    """Which (n,) of what is low are longer than tall: animals from the side, people who lie or crawl."""
    long: BoolColumn = (width_m >= LONG_M) & (width_m > height_m)
    return long


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Columns of n rows; NaN: not measured (half hidden, cut by the border, or no survey).

    Attributes:
        form: (n,) places in ``FORMS``.
        height_m: (n,) above the ground; ``width_m`` (n,) across the line of sight.
        lower_m: (n,) extent of the lower third across the line of sight: legs that open and close.
        length_m: (n,) of a vehicle, along its heading.
        heading_rad: (n,) that, counter-clockwise from east, below half a turn: either end may be the front.
    """

    form: IntColumn
    height_m: FloatColumn
    width_m: FloatColumn
    lower_m: FloatColumn
    length_m: FloatColumn
    heading_rad: FloatColumn

    def __post_init__(self) -> None:
        """Check that the columns agree.

        Raises:
            InputError: They do not have the same rows.
        """
        shapes = {column.shape for column in self.columns}
        if shapes != {(len(self.form),)}:
            raise InputError(f"the columns of outlines have the shapes {sorted(shapes)}")

    @classmethod
    def unmeasured(cls, rows: int, form: int = UPRIGHT) -> "Outlines":
        """Rows of one form of which nothing was measured."""
        return cls(np.full(rows, form, np.int64), *(np.full(rows, np.nan) for _ in range(5)))

    @classmethod
    def from_table(cls, table: NDArray[np.float64]) -> "Outlines":
        """The outlines of a table (n, 6) that ``table`` gave."""
        return cls(table[:, 0].astype(np.int64), *(table[:, column] for column in range(1, 6)))

    @classmethod
    def joined(cls, parts: Sequence["Outlines"]) -> "Outlines":
        """The rows of several, one after the other."""
        if not parts:
            return cls.unmeasured(0)
        forms, *measured = zip(*(one.columns for one in parts), strict=True)
        return cls(np.concatenate(forms), *(np.concatenate(columns) for columns in measured))

    @property
    def columns(
        self,
    ) -> tuple[IntColumn, FloatColumn, FloatColumn, FloatColumn, FloatColumn, FloatColumn]:
        """All six, in order."""
        return self.form, self.height_m, self.width_m, self.lower_m, self.length_m, self.heading_rad

    @property
    def table(self) -> NDArray[np.float64]:
        """(n, 6) all of them side by side."""
        return np.stack([column.astype(np.float64) for column in self.columns], axis=1)

    @property
    def is_part_like(self) -> BoolColumn:
        """(n,) which are low and not long: a small creature, or a part of somebody who stands half hidden."""
        parts: BoolColumn = (self.form == LOW) & ~is_long(self.width_m, self.height_m)
        return parts

    def take(self, rows: NDArray[np.int64]) -> "Outlines":
        """The given rows."""
        form, *measured = self.columns
        return Outlines(form[rows], *(column[rows] for column in measured))

    def __len__(self) -> int:
        """How many."""
        return len(self.form)
