"""People who stand for most of a clip are in its median; this takes them out again.

Where somebody stood for more than half of the samples, the median shows the person, and the samples without
the person differ from it: a ghost. Pixels of one ghost differ in the same samples: by that they are told from
those beside them, where others only passed. Which of the two is the scene is told by the outline: a person in
front of the scene has edges there, the scene itself has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Image = NDArray[np.uint8]
Array = NDArray[np.float64]

FEWEST_SAMPLES = 3
FEWEST_SHARE = 0.08
"""Something else must have been seen in so many samples, so that it was not just passing."""
SAME_SHARE = 0.6
"""And in so many of those it must have looked alike: who passes looks different each time."""
SAME_TIMES_SHARE = 0.5
"""Pixels are of one ghost when of the samples in which either differs they share so many: more than not."""
REACH_ROWS_PX = 4
REACH_COLUMNS_PX = 2
"""Pixels of one ghost may lie so far apart: dark legs on dark ground leave gaps."""
SMALLEST_AREA_PX = 20
MARGIN_PX = 6
"""So much of the picture about a piece is looked at with it."""
EDGE_RATIO = 1.25
"""The outline's edges must be so much stronger in the median than in the other picture."""


def without_standing(samples: Sequence[Image], background: Image, *, threshold: int) -> Image:
    """The background (height, width, 3) with those who stood for most of the samples taken out.

    Args:
        samples: The pictures that the background is the median of.
        background: That median.
        threshold: Smallest largest-channel difference that counts.
    """
    stack = np.stack(samples)
    apart = np.stack([_largest_difference(sample, background) > threshold for sample in samples])
    alike = _seen_alike(stack, apart, threshold=threshold)
    mended = background.copy()
    for piece in _pieces(alike, apart):
        _mend(mended, piece, stack=stack, apart=apart)
    return mended


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Pixels that differ in the same samples: ``corner`` (top, left) and ``inside`` (h, w) from there."""

    corner: tuple[int, int]
    inside: NDArray[np.bool_]


def _pieces(alike: NDArray[np.uint8], apart: NDArray[np.bool_]) -> list[_Piece]:
    """The pieces of the picture (height, width) that differ together, in no particular order."""
    rows, columns = np.nonzero(alike)
    if len(rows) == 0:
        return []
    seen = np.ascontiguousarray(apart[:, rows, columns].T)
    place = np.full(alike.shape, -1, np.int64)
    place[rows, columns] = np.arange(len(rows))
    labels = _same_times(seen, place, np.stack([rows, columns], axis=1))
    order = np.argsort(labels, kind="stable")
    bounds = np.flatnonzero(np.diff(labels[order])) + 1
    groups = [group for group in np.split(order, bounds) if len(group) >= SMALLEST_AREA_PX]
    return [_piece(rows[group], columns[group], shape=alike.shape) for group in groups]


def _piece(rows: NDArray[np.int64], columns: NDArray[np.int64], *, shape: tuple[int, ...]) -> _Piece:
    top, left = max(int(rows.min()) - MARGIN_PX, 0), max(int(columns.min()) - MARGIN_PX, 0)
    bottom = min(int(rows.max()) + MARGIN_PX + 1, shape[0])
    right = min(int(columns.max()) + MARGIN_PX + 1, shape[1])
    inside = np.zeros((bottom - top, right - left), np.uint8)
    inside[rows - top, columns - left] = 1
    closed = cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((5, 3), np.uint8))
    return _Piece((top, left), np.asarray(closed, dtype=np.bool_))


@jit
def _same_times(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    seen: NDArray[np.bool_], place: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Labels (p,) of pixels: each grows from one pixel over those near by that were seen at its times.

    ``seen`` (p, n) says in which samples, ``place`` (height, width) which pixel lies where, -1 none, ``at``
    (p, 2) the row and column of each. The pixel is begun with that agrees with most of those near by.
    """
    near = np.empty((2 * REACH_ROWS_PX + 1) * (2 * REACH_COLUMNS_PX + 1), np.int64)
    agreeing = np.zeros(len(at), np.int64)
    for one in range(len(at)):
        for other in near[: _near(place, at[one], near)]:
            agreeing[one] += _share_times(seen[one], seen[other])
    labels = np.full(len(at), -1, np.int64)
    queue = np.empty(len(at), np.int64)
    for seed in np.argsort(-agreeing, kind="mergesort"):
        if labels[seed] >= 0:
            continue
        labels[seed] = seed
        queue[0], length, done = seed, 1, 0
        while done < length:
            count = _near(place, at[queue[done]], near)
            done += 1
            for other in near[:count]:
                if labels[other] < 0 and _share_times(seen[seed], seen[other]):
                    labels[other] = seed
                    queue[length] = other
                    length += 1
    return labels


@jit
def _near(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    place: NDArray[np.int64], at: NDArray[np.int64], near: NDArray[np.int64]
) -> int:
    """Write into ``near`` which pixels lie within reach of a row and column; how many."""
    height, width = place.shape
    count = 0
    for row in range(max(at[0] - REACH_ROWS_PX, 0), min(at[0] + REACH_ROWS_PX + 1, height)):
        for column in range(max(at[1] - REACH_COLUMNS_PX, 0), min(at[1] + REACH_COLUMNS_PX + 1, width)):
            if place[row, column] >= 0:
                near[count] = place[row, column]
                count += 1
    return count


@jit
def _share_times(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> bool:
    both, either = 0, 0
    for sample in range(len(one)):
        both += one[sample] and other[sample]
        either += one[sample] or other[sample]
    return both >= SAME_TIMES_SHARE * either


def _seen_alike(stack: Image, apart: NDArray[np.bool_], *, threshold: int) -> NDArray[np.uint8]:
    """Where something other than the median was seen, often enough and alike (height, width), 0/1."""
    where = np.zeros(apart.shape[1:], np.uint8)
    times = np.count_nonzero(apart, axis=0)
    rows, columns = np.nonzero(times >= max(FEWEST_SAMPLES, round(FEWEST_SHARE * len(stack))))
    if len(rows) == 0:
        return where
    near = _times_alike(stack[:, rows, columns], apart[:, rows, columns], threshold)
    alike = near >= SAME_SHARE * times[rows, columns]
    where[rows[alike], columns[alike]] = 1
    return where


@jit
def _times_alike(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    values: Image, seen: NDArray[np.bool_], threshold: int
) -> NDArray[np.int64]:
    """In how many of the samples (n, p, 3) in which a pixel was seen (n, p) it is near their median (p,)."""
    count, pixels, channels = values.shape
    alike = np.zeros(pixels, np.int64)
    kept = np.empty((channels, count), np.float32)
    middle = np.empty(channels, np.float32)
    for pixel in range(pixels):
        times = 0
        for sample in range(count):
            if seen[sample, pixel]:
                for channel in range(channels):
                    kept[channel, times] = values[sample, pixel, channel]
                times += 1
        if times == 0:
            continue
        for channel in range(channels):
            ordered = np.sort(kept[channel, :times])
            middle[channel] = (ordered[(times - 1) // 2] + ordered[times // 2]) / np.float32(2)
        for sample in range(times):
            furthest = np.float32(0)
            for channel in range(channels):
                furthest = max(furthest, abs(kept[channel, sample] - middle[channel]))
            if furthest <= threshold:
                alike[pixel] += 1
    return alike


def _mend(background: Image, piece: _Piece, *, stack: Image, apart: NDArray[np.bool_]) -> None:
    """Put what the other samples show into one piece, in place, if its outline shows fewer edges then."""
    (top, left), (height, width) = piece.corner, piece.inside.shape
    rows, columns = slice(top, top + height), slice(left, left + width)
    others = apart[:, rows, columns][:, piece.inside].mean(axis=1) > SAME_SHARE
    if np.count_nonzero(others) < FEWEST_SAMPLES:
        return
    inside = _grown(piece.inside, by=2)
    content = np.median(stack[others, rows, columns], axis=0).astype(np.uint8)
    before = background[rows, columns]
    after = np.where(inside[..., None], content, before)
    ring = _grown(inside, by=1) & _grown(~inside, by=3)
    ghost = _ghost_columns(*((_edges(one) * ring).sum(axis=0) for one in (before, after)))
    background[rows, columns][:, ghost] = after[:, ghost]


def _ghost_columns(before: Array, after: Array) -> slice:
    """Which columns of a piece are a ghost, by the edges on each column's outline before and after (w,).

    All or none. Where neither picture has clearly more: who moved a step aside left at one time the place
    where he stood and came to the one where he stands. One cut may then part a ghost from what is none.
    """
    if before.sum() > EDGE_RATIO * after.sum():
        return slice(0, len(before))
    if after.sum() > EDGE_RATIO * before.sum():
        return slice(0, 0)
    gain = np.cumsum(before - after)[:-1]
    if len(gain) == 0:
        return slice(0, 0)
    cut = int(np.argmax(np.abs(gain) + np.abs(before.sum() - after.sum() - gain))) + 1
    left, right = slice(0, cut), slice(cut, len(before))
    ghost, scene = (left, right) if gain[cut - 1] > 0 else (right, left)
    clear = before[ghost].sum() > EDGE_RATIO * after[ghost].sum()
    clear &= after[scene].sum() > EDGE_RATIO * before[scene].sum()
    return ghost if clear else slice(0, 0)


def _grown(area: NDArray[np.bool_], *, by: int) -> NDArray[np.bool_]:
    kernel = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    return np.asarray(cv2.dilate(area.astype(np.uint8), kernel), dtype=np.bool_)


def _edges(picture: Image) -> Array:
    """Gradient magnitude (height, width), the largest of the channels: clothes may be as bright as grass."""
    along_u = cv2.Sobel(picture, cv2.CV_32F, 1, 0)
    along_v = cv2.Sobel(picture, cv2.CV_32F, 0, 1)
    largest: Array = np.hypot(along_u, along_v).max(axis=2).astype(np.float64)
    return largest


def _largest_difference(first: Image, second: Image) -> Image:
    apart = cv2.absdiff(first, second)
    return np.asarray(np.maximum(np.maximum(apart[..., 0], apart[..., 1]), apart[..., 2]), dtype=np.uint8)
