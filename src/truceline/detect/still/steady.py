"""A camera that sways in the wind, is knocked, or was turned away: how a frame lies on its still scene.

Strong edges of the scene, spread over the picture, are looked for in each frame. A frame that lies beside
its scene by more than a third of a pixel is moved back before it is compared; a frame in which those edges
are not to be found shows another scene, and nothing is measured in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.detect.still.scene import Sketch, sketch
from truceline.geometry.compiled import jit

Image = NDArray[np.uint8]
Field = NDArray[np.float32]
Shift = tuple[float, float]

SMALLEST_SHIFT_PX = 0.3
"""A smaller shift is left alone: moving a picture blurs it, and a footprint is not known that well."""
LARGEST_SHIFT_SHARE = 0.12
"""A camera that lies beside its scene by more of the picture's smaller side than this was moved."""
LEFT_OVER_PX = 0.25
"""A picture that was moved back may still be off by this (interpolation, turning, haste of the sensor's
rows): edges of the scene must differ by so much more to count, and feet are known so much less well."""

MOST_ANCHORS = 1500
SMALLEST_CELL_PX = 8
LEAST_SLOPE = 4.0
"""Grey levels a pixel: below it lies noise. The strongest edge of each cell of the picture is followed."""
FEWEST_ANCHORS = 60
"""A scene with fewer edges than this tells neither a shift nor another scene."""

FOLLOWED = 0.75
NEAR_PX = 1.0
"""From this likeness on, and within this distance, the edges were found where they were looked for."""
LOST = 0.3
"""Below it they were found nowhere. PETS 2009 S2.L1, frames 1 to 300, against their own scene: 0.97 and more;
the same frames mirrored, enlarged or turned by 20 degrees: 0.23 and less."""

_ROUNDS = 5
_SETTLED_PX = 0.01
_KEPT_DEVIATIONS = 2.5
_DEVIATION_PER_MEDIAN = 1.4826
_LEAST_RESIDUAL = 1.0
_SHIFT_PULL = 1.0
"""Pull of the shift towards none, squared grey levels a pixel and anchor: edges of one direction only tell
nothing of the other."""


@dataclass(frozen=True, slots=True, eq=False)
class Anchors:
    """Strong edges of a still scene.

    Attributes:
        places: (n, 2) int64 column and row.
        grey: (n,) float32 softened grey value there.
        slopes: (n, 2) float32 grey levels a pixel to the right and down.
        outline: The scene's sketch, for far shifts.
        size_px: Width and height of the picture.
    """

    places: NDArray[np.int64]
    grey: Field
    slopes: Field
    outline: Sketch
    size_px: tuple[int, int]

    @property
    def tell(self) -> bool:
        """Whether there are enough of them to tell anything."""
        return len(self.places) >= FEWEST_ANCHORS


@dataclass(frozen=True, slots=True)
class Sway:
    """How a frame lies on its scene.

    Attributes:
        shift_px: By how much it lies to the right of and below it, pixels; zeros below the smallest shift.
        lost: Whether it shows another scene, or lies too far off.
    """

    shift_px: Shift
    lost: bool


STILL = Sway((0.0, 0.0), lost=False)


def anchors_of(bgr: Image) -> Anchors:
    """The strongest edge of each cell of a still picture (height, width, 3)."""
    grey = _softened(bgr)
    height, width = grey.shape
    values = grey.astype(np.float32)
    right = cv2.Sobel(values, cv2.CV_32F, 1, 0, ksize=1, scale=0.5)
    down = cv2.Sobel(values, cv2.CV_32F, 0, 1, ksize=1, scale=0.5)
    cell = max(SMALLEST_CELL_PX, int(np.ceil(np.sqrt(height * width / MOST_ANCHORS))))
    places = _strongest(np.hypot(right, down), cell)
    columns, rows = places[:, 0], places[:, 1]
    slopes = np.stack([right[rows, columns], down[rows, columns]], axis=1).astype(np.float32)
    return Anchors(places, values[rows, columns], slopes, sketch(bgr), (width, height))


def sway_of(bgr: Image, anchors: Anchors) -> Sway:
    """How a frame (height, width, 3) lies on the scene that the anchors are of.

    1. Gain, offset and shift that take the scene's edges to the frame's, by least squares with rejection
       (Lucas and Kanade 1981), from no shift: right below two pixels or so.
    2. Where the edges are not alike then, or far away, from a far shift too: phase correlation (Kuglin and
       Hines 1975) of the two sketches.
    """
    if not anchors.tell:
        return STILL
    # (1)
    grey = _softened(bgr)
    right, down, likeness = _follow(grey, anchors.places, anchors.grey, anchors.slopes, (0.0, 0.0))
    # (2)
    if likeness < FOLLOWED or np.hypot(right, down) > NEAR_PX:
        far = _follow(grey, anchors.places, anchors.grey, anchors.slopes, _far_shift(bgr, anchors))
        if far[2] > likeness:
            right, down, likeness = far
    if likeness < LOST:
        return Sway((0.0, 0.0), lost=True)
    length = float(np.hypot(right, down))
    if length <= SMALLEST_SHIFT_PX:
        return STILL
    return Sway((right, down), lost=length > LARGEST_SHIFT_SHARE * min(anchors.size_px))


def moved_back(bgr: Image, shift_px: Shift) -> Image:
    """A frame or a mask (height, width, …) moved onto its scene; beyond its edge the edge is repeated."""
    if shift_px == (0.0, 0.0):
        return bgr
    matrix = np.array([[1.0, 0.0, -shift_px[0]], [0.0, 1.0, -shift_px[1]]])
    size = (bgr.shape[1], bgr.shape[0])
    moved = cv2.warpAffine(bgr, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.uint8)


def rest_of(shifts_px: Sequence[Shift]) -> Shift:
    """Where a swaying camera rests, from shifts against any one of its pictures; the surveyed place."""
    if not shifts_px:
        return 0.0, 0.0
    right, down = np.median(np.array(shifts_px), axis=0)
    return (float(right), float(down)) if np.hypot(right, down) > SMALLEST_SHIFT_PX else (0.0, 0.0)


def where_shown(picture: Image, shift_px: Shift) -> Image:
    """A picture or mask in the scene's place, 0 where a frame with this shift does not show the scene."""
    kept = np.zeros_like(picture)
    columns, rows = (
        slice(int(np.ceil(max(-shift, 0.0))), size - int(np.ceil(max(shift, 0.0))))
        for size, shift in zip(picture.shape[1::-1], shift_px, strict=True)
    )
    kept[rows, columns] = picture[rows, columns]
    return kept


def steepness(bgr: Image) -> Field:
    """Grey levels a pixel (height, width) of a picture, along the steeper axis."""
    grey = _softened(bgr).astype(np.float32)
    along = [np.abs(cv2.Sobel(grey, cv2.CV_32F, *axes, ksize=1, scale=0.5)) for axes in ((1, 0), (0, 1))]
    return np.asarray(np.maximum(*along), dtype=np.float32)


def _softened(bgr: Image) -> Image:
    grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.blur(grey, (3, 3)), dtype=np.uint8)


def _far_shift(bgr: Image, anchors: Anchors) -> Shift:
    """A shift of a sketch's pixel or more, in pixels of the picture."""
    outline = sketch(bgr)
    height, width = outline.shape
    # OpenCV multiplies the window into its arguments where their size suits its transform: it gets copies.
    window = _window(width, height).copy()
    (right, down), _ = cv2.phaseCorrelate(anchors.outline.copy(), outline, window)
    return right * anchors.size_px[0] / width, down * anchors.size_px[1] / height


@lru_cache(maxsize=8)
def _window(width: int, height: int) -> Field:
    return np.asarray(cv2.createHanningWindow((width, height), cv2.CV_32F), dtype=np.float32)


@jit
def _strongest(slope: Field, cell: int) -> NDArray[np.int64]:
    """Column and row (n, 2) of the steepest pixel of each cell that is steep enough, none at the border."""
    height, width = slope.shape
    found = np.empty(((height // cell + 1) * (width // cell + 1), 2), np.int64)
    count = 0
    for top in range(0, height, cell):
        for left in range(0, width, cell):
            best = np.float32(LEAST_SLOPE)
            place = (-1, -1)
            for row in range(max(top, 3), min(top + cell, height - 3)):
                for column in range(max(left, 3), min(left + cell, width - 3)):
                    if slope[row, column] > best:
                        best, place = slope[row, column], (column, row)
            if place[0] >= 0:
                found[count, 0], found[count, 1] = place
                count += 1
    return found[:count]


@jit
def _at(grey: Image, right: float, down: float) -> float:  # noqa: PLR0917 - compiled
    """The grey value between four pixels."""
    column, row = int(right), int(down)
    across, along = right - column, down - row
    upper = grey[row, column] * (1 - across) + grey[row, column + 1] * across
    lower = grey[row + 1, column] * (1 - across) + grey[row + 1, column + 1] * across
    value: float = upper * (1 - along) + lower * along
    return value


@jit
def _looked_up(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    grey: Image, places: NDArray[np.int64], right: float, down: float
) -> NDArray[np.float64]:
    """The frame's value and its two slopes (n, 3) at the shifted places; NaN outside."""
    height, width = grey.shape
    seen = np.full((len(places), 3), np.nan)
    for index in range(len(places)):
        column, row = places[index, 0] + right, places[index, 1] + down
        if column < 1 or row < 1 or column >= width - 2 or row >= height - 2:
            continue
        seen[index, 0] = _at(grey, column, row)
        seen[index, 1] = (_at(grey, column + 1, row) - _at(grey, column - 1, row)) / 2
        seen[index, 2] = (_at(grey, column, row + 1) - _at(grey, column, row - 1)) / 2
    return seen


@jit
def _follow(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    grey: Image, places: NDArray[np.int64], values: Field, slopes: Field, start: tuple[float, float]
) -> tuple[float, float, float]:
    """The shift that takes the scene's edges to the frame's, and how alike they are then (-1 to 1)."""
    right, down = start
    seen = _looked_up(grey, places, right, down)
    for _ in range(_ROUNDS):
        step = _step(seen, values, slopes)
        right += step[0]
        down += step[1]
        seen = _looked_up(grey, places, right, down)
        if abs(step[0]) < _SETTLED_PX and abs(step[1]) < _SETTLED_PX:
            break
    product, own, other = 0.0, 1e-9, 1e-9
    for index in range(len(places)):
        if np.isnan(seen[index, 0]):
            continue
        for axis in range(2):
            product += seen[index, axis + 1] * slopes[index, axis]
            own += seen[index, axis + 1] ** 2
            other += slopes[index, axis] ** 2
    return right, down, product / np.sqrt(own * other)


@jit
def _step(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    seen: NDArray[np.float64], values: Field, slopes: Field
) -> tuple[float, float]:
    """One step of the least squares: seen = gain · value + offset - gain · slope · step; at most a pixel."""
    inside = np.flatnonzero(~np.isnan(seen[:, 0]))
    if len(inside) < FEWEST_ANCHORS:
        return 0.0, 0.0
    terms = np.ones((len(inside), 4))
    target = np.empty(len(inside))
    for place in range(len(inside)):
        index = inside[place]
        terms[place, 0] = values[index]
        terms[place, 2] = -slopes[index, 0]
        terms[place, 3] = -slopes[index, 1]
        target[place] = seen[index, 0]
    found = np.array([1.0, np.median(target - terms[:, 0]), 0.0, 0.0])
    pull = np.diag(np.array([1e-6, 1e-6, _SHIFT_PULL, _SHIFT_PULL]))
    for _ in range(2):
        residual = np.abs(target - terms @ found)
        limit = _KEPT_DEVIATIONS * max(_DEVIATION_PER_MEDIAN * np.median(residual), _LEAST_RESIDUAL)
        kept = residual <= limit
        own, aim = terms[kept], target[kept]
        found = np.linalg.solve(own.T @ own + len(own) * pull, own.T @ aim)
    gain = max(found[0], 0.1)
    return min(max(found[2] / gain, -1.0), 1.0), min(max(found[3] / gain, -1.0), 1.0)
