"""Connected pieces of evidence: box, area and pixels of each, without a picture of labels.

Method: each row's pixels as runs, runs that touch in neighbouring rows joined by union and find (Rosenfeld
and Pfaltz, 1966). Most of a frame's evidence is nothing, and stretches of nothing are passed over.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Image = NDArray[np.uint8]
Table = NDArray[np.int64]

_STRETCH_PX = 32


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Pieces whose pixels touch at edges or corners, the one with the uppermost pixel first.

    Attributes:
        table: (n, 5) left, top, width, height and area of each, pixels.
        runs: (m, 4) row, first column, column after the last, and piece, from above.
    """

    table: Table
    runs: Table

    def alone(self, index: int) -> Image:
        """The pixels of one piece, 0 or 1, in its box (height, width)."""
        return _painted(self.runs, self.table[index], index)


def pieces_of(strength: Image, *, least: int) -> Pieces:
    """Pieces of the pixels (height, width) that are ``least`` or more."""
    table, runs = _pieces(np.ascontiguousarray(strength), least)
    return Pieces(table, runs)


@jit
def _painted(runs: Table, box: Table, index: int) -> Image:  # noqa: PLR0917 - compiled
    left, top, wide, tall = box[:4]
    pixels = np.zeros((tall, wide), np.uint8)
    for place in range(len(runs)):
        row, first, last, piece = runs[place]
        if piece == index:
            pixels[row - top, first - left : last - left] = 1
    return pixels


@jit
def _pieces(strength: Image, least: int) -> tuple[Table, Table]:
    runs = _runs(strength, least)
    parents = _joined(runs)
    # A piece's number is the order of its first run.
    count = 0
    for place in range(len(runs)):
        if parents[place] == place:
            runs[place, 3] = count
            count += 1
        else:
            runs[place, 3] = runs[_root(parents, place), 3]
    height, width = strength.shape
    table = np.empty((count, 5), np.int64)
    table[:] = np.array([width, height, 0, 0, 0])
    for place in range(len(runs)):
        row, first, last, piece = runs[place]
        box = table[piece]
        box[0], box[1] = min(box[0], first), min(box[1], row)
        box[2], box[3] = max(box[2], last), max(box[3], row + 1)
        box[4] += last - first
    table[:, 2:4] -= table[:, :2]
    return table, runs


@jit
def _runs(strength: Image, least: int) -> Table:
    """Runs (m, 4) of row, first column, column after the last, and 0."""
    height, width = strength.shape
    runs = np.empty((height * ((width + 1) // 2), 4), np.int64)
    count = 0
    for row in range(height):
        if _most(strength[row]) < least:
            continue
        first = -1
        for start in range(0, width, _STRETCH_PX):
            stretch = strength[row, start : start + _STRETCH_PX]
            if first < 0 and _most(stretch) < least:
                continue
            for place in range(len(stretch)):
                held = stretch[place] >= least
                if held and first < 0:
                    first = start + place
                elif not held and first >= 0:
                    runs[count] = (row, first, start + place, 0)
                    count += 1
                    first = -1
        if first >= 0:
            runs[count] = (row, first, width, 0)
            count += 1
    return runs[:count].copy()


@jit
def _most(pixels: Image) -> np.uint8:
    most = np.uint8(0)
    for place in range(len(pixels)):
        most = max(most, pixels[place])
    return most


@jit
def _joined(runs: Table) -> Table:
    """For each run one that it hangs together with, itself for the first of a piece."""
    parents = np.arange(len(runs))
    above = 0
    for place in range(len(runs)):
        row, first, last, _ = runs[place]
        while runs[above, 0] < row - 1 or (runs[above, 0] == row - 1 and runs[above, 2] < first):
            above += 1
        # The last run that touches this one may touch the next one as well.
        other = above
        while runs[other, 0] == row - 1 and runs[other, 1] <= last:
            one, two = _root(parents, place), _root(parents, other)
            parents[max(one, two)] = min(one, two)
            other += 1
    return parents


@jit
def _root(parents: Table, place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place
