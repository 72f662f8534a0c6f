"""One row of a suite: a figure, its value, what it must be, and whether it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A measured figure.

    Attributes:
        value: As measured, in words with its unit, or ``not measured`` with the reason.
        must: What it must be, in words; ``stretch`` what would be better, or empty.
        good: Whether the must holds; None when it was not measured.
    """

    figure: str
    value: str
    must: str
    stretch: str
    good: bool | None

    @property
    def word(self) -> str:
        """``ok``, ``SHORT`` or ``not measured``."""
        return {True: "ok", False: "SHORT", None: "not measured"}[self.good]


Measurement = Callable[[], Sequence[Row]]


def unmeasured(figure: str, *, must: str, why: str) -> Row:
    """A row that could not be measured, with the reason."""
    return Row(figure, f"not measured: {why}", must, "", None)


def table(rows: Sequence[Row]) -> str:
    """The rows as one Markdown table."""
    lines = ["| figure | value | must | stretch | ok |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.figure} | {row.value} | {row.must} | {row.stretch or '–'} | {row.word} |" for row in rows
    ]
    return "\n".join(lines)
