"""Letters on pictures: small panels of text, drawn once and kept, so that a whole video can be labelled."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.present.drawing.svg import printable

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

_FACE_WEIGHT = 550
_DIGITS = frozenset("0123456789")


def panel(text: str, *, height_px: int, ink: Colour, ground: Colour) -> Image:
    """One line of text on a panel: (height, width, 3), blue-green-red.

    Digits are drawn one by one in cells of equal width, so that a running clock does not tremble and needs
    no new drawing; other runs of text are drawn once and kept.
    """
    cells = [_cell(run, height_px, ink=ink, ground=ground) for run in _runs(printable(text))]
    return np.hstack(cells) if cells else np.zeros((height_px, 0, 3), dtype=np.uint8)


def fitted(text: str, *, height_px: int, width_px: int, colours: tuple[Colour, Colour]) -> Image:
    """A panel no wider than ``width_px``; a text that does not fit loses its middle (…)."""
    ink, ground = colours
    drawn = panel(text, height_px=height_px, ink=ink, ground=ground)
    kept = len(text)
    while drawn.shape[1] > width_px and kept > 4:
        kept = max(4, min(kept - 1, int(kept * width_px / drawn.shape[1])))
        shorter = f"{text[: kept // 2]}…{text[-(kept // 2) :]}"
        drawn = panel(shorter, height_px=height_px, ink=ink, ground=ground)
    return drawn[:, :width_px]


def _runs(text: str) -> list[str]:
    runs: list[str] = []
    for letter in text:
        if letter in _DIGITS or not runs or runs[-1] in _DIGITS:
            runs.append(letter)
        else:
            runs[-1] += letter
    return runs


@lru_cache(maxsize=1)
def _face() -> cv2.FontFace:
    return cv2.FontFace("sans")


@lru_cache(maxsize=2048)
def _cell(run: str, height_px: int, *, ink: Colour, ground: Colour) -> Image:
    size = max(round(height_px * 0.68), 6)
    room = 2 * size * (len(run) + 1)
    canvas = np.zeros((height_px, room, 3), dtype=np.uint8)
    base = round(height_px * 0.72)
    end, _ = cv2.putText(canvas, run, (0, base), (255, 255, 255), _face(), size, _FACE_WEIGHT)
    width = round(size * 0.62) if run in _DIGITS else max(int(end[0]), 1)
    cover = canvas[:, :width, :1].astype(np.float32) / 255
    mixed = np.array(ground, np.float32) * (1 - cover) + np.array(ink, np.float32) * cover
    drawn: Image = mixed.round().astype(np.uint8)
    drawn.flags.writeable = False
    return drawn
