"""Letters as recorders draw them: five by seven dots, bright with a dark rim."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

ROWS, COLUMNS = 7, 5

_DOTS = {
    " ": "00 00 00 00 00 00 00",
    "0": "0E 11 13 15 19 11 0E",
    "1": "04 0C 04 04 04 04 0E",
    "2": "0E 11 01 02 04 08 1F",
    "3": "1F 02 04 02 01 11 0E",
    "4": "02 06 0A 12 1F 02 02",
    "5": "1F 10 1E 01 01 11 0E",
    "6": "06 08 10 1E 11 11 0E",
    "7": "1F 01 02 04 08 08 08",
    "8": "0E 11 11 0E 11 11 0E",
    "9": "0E 11 11 0F 01 02 0C",
    "A": "0E 11 11 11 1F 11 11",
    "B": "1E 11 11 1E 11 11 1E",
    "C": "0E 11 10 10 10 11 0E",
    "D": "1C 12 11 11 11 12 1C",
    "E": "1F 10 10 1E 10 10 1F",
    "F": "1F 10 10 1E 10 10 10",
    "G": "0E 11 10 17 11 11 0F",
    "H": "11 11 11 1F 11 11 11",
    "I": "0E 04 04 04 04 04 0E",
    "J": "07 02 02 02 02 12 0C",
    "K": "11 12 14 18 14 12 11",
    "L": "10 10 10 10 10 10 1F",
    "M": "11 1B 15 15 11 11 11",
    "N": "11 11 19 15 13 11 11",
    "O": "0E 11 11 11 11 11 0E",
    "P": "1E 11 11 1E 10 10 10",
    "Q": "0E 11 11 11 15 12 0D",
    "R": "1E 11 11 1E 14 12 11",
    "S": "0F 10 10 0E 01 01 1E",
    "T": "1F 04 04 04 04 04 04",
    "U": "11 11 11 11 11 11 0E",
    "V": "11 11 11 11 11 0A 04",
    "W": "11 11 11 15 15 15 0A",
    "X": "11 11 0A 04 0A 11 11",
    "Y": "11 11 11 0A 04 04 04",
    "Z": "1F 01 02 04 08 10 1F",
    "-": "00 00 00 1F 00 00 00",
    "+": "00 04 04 1F 04 04 00",
    ":": "00 0C 0C 00 0C 0C 00",
    ".": "00 00 00 00 00 0C 0C",
    ",": "00 00 00 00 0C 04 08",
    "/": "00 01 02 04 08 10 00",
    "(": "02 04 08 08 08 04 02",
    ")": "08 04 02 02 02 04 08",
    "_": "00 00 00 00 00 00 1F",
    "#": "0A 0A 1F 0A 1F 0A 0A",
    "?": "0E 11 01 02 04 00 04",
}
"""Rows from the top, five bits each, the leftmost dot the highest: the letters of dot matrix displays."""


def letters(text: str, *, dot_px: int) -> Mask:
    """Which pixels (h, w) of a line of text are bright: capitals, a question mark for unknown signs.

    >>> letters("I", dot_px=1).sum(axis=1).tolist()
    [3, 1, 1, 1, 1, 1, 3]
    """
    glyphs = [_glyph(sign) for sign in text.upper()]
    gap = np.zeros((ROWS, 1), dtype=np.bool_)
    parts = [part for glyph in glyphs for part in (glyph, gap)][:-1]
    line = np.concatenate(parts, axis=1) if parts else np.zeros((ROWS, 0), dtype=np.bool_)
    return np.repeat(np.repeat(line, dot_px, axis=0), dot_px, axis=1)


@cache
def _glyph(sign: str) -> Mask:
    rows = [int(row, 16) for row in _DOTS.get(sign, _DOTS["?"]).split()]
    bits = 1 << np.arange(COLUMNS - 1, -1, -1)
    return np.asarray((np.array(rows)[:, None] & bits) != 0, dtype=np.bool_)
