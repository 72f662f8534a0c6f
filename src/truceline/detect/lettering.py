"""Burnt-in lettering: clocks and names that a recorder writes into the picture, where nobody can be seen.

A digit that changes looks like something that came and went. Lettering is told from the scene by what no lens
draws: strokes that jump from dark to bright within two pixels, several a letter, in one line of text at the
upper or lower edge of the picture. Under it nothing is detected.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

BRIGHT, JUMP = 180, 110
"""Grey levels of a stroke, and by how much it stands over the darkest pixel two pixels away."""
EDGE_SHARE = 0.16
"""Of the picture's height: recorders write at the upper and the lower edge."""
HEIGHTS = (0.011, 0.09)
"""Of the picture's height: letters smaller than this cannot be read, larger ones are no caption."""
LONGEST_SPACE = 0.06
"""Of the picture's width: digits that change are weak in the scene's median, and leave a space so long."""
LEAST_ASPECT = 3.5
"""A line of text is so many times as long as it is high: four digits."""
INK = (0.06, 0.6)
"""Share of a line's rectangle that is strokes: less is a few bright stones, more is a wall."""
STROKES = 0.7
"""A row of pixels crosses at least so many strokes for each letter's height of it; a wall has two in all."""
AROUND = 0.5
"""Of the letters' height: outlines and coding spread so far."""


def lettering(scene_bgr: Image) -> Image:
    """(height, width) 1 where the picture of a scene is covered by burnt-in lettering, else 0.

    Args:
        scene_bgr: (height, width, 3) the scene without what moves.
    """
    height, width = scene_bgr.shape[:2]
    covered = np.zeros((height, width), np.uint8)
    rows = round(EDGE_SHARE * height)
    grey = cv2.cvtColor(scene_bgr, cv2.COLOR_BGR2GRAY)
    for top, part in ((0, grey[:rows]), (height - rows, grey[height - rows :])):
        for left, upper, right, lower in _lines(np.ascontiguousarray(part), size=(height, width)):
            margin = round(AROUND * (lower - upper))
            window = slice(max(0, top + upper - margin), top + lower + margin)
            covered[window, max(0, left - 2 * margin) : right + 2 * margin] = 1
    return covered


def _lines(grey: Image, *, size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Rectangles (left, top, right, bottom) of what looks like a line of text."""
    height, width = size
    darkest = cv2.erode(grey, np.ones((5, 5), np.uint8))
    strokes = ((grey >= BRIGHT) & (cv2.subtract(grey, darkest) >= JUMP)).astype(np.uint8)
    if not strokes.any():
        return []
    reach = max(3, round(LONGEST_SPACE * width))
    # What lies beyond the part is no stroke: closing at the border would stretch lines to it.
    padded = cv2.copyMakeBorder(strokes, 2, 2, reach, reach, cv2.BORDER_CONSTANT, value=0)
    joined = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((3, reach), np.uint8))[2:-2, reach:-reach]
    number, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(joined), connectivity=8)
    found = []
    for label in range(1, number):
        left, upper, across, down = (int(one) for one in stats[label, :4])
        if not HEIGHTS[0] * height <= down <= HEIGHTS[1] * height or across < LEAST_ASPECT * down:
            continue
        window = slice(upper, upper + down), slice(left, left + across)
        if _is_text(np.where(labels[window] == label, strokes[window], 0).astype(np.uint8)):
            found.append((left, upper, left + across, upper + down))
    return found


def _is_text(strokes: Image) -> bool:
    """Whether strokes (down, across) within the rectangle of a line are as many as letters have."""
    begun = np.count_nonzero(np.diff(strokes, axis=1, prepend=0) == 1)
    return bool(INK[0] <= strokes.mean() <= INK[1]) and begun >= STROKES * strokes.shape[1]
