"""People who stand for most of a clip are in its median; this takes them out again.

Where somebody stood for more than half of the samples, the median shows the person, and the samples without
the person differ from it: a ghost. Which of the two is the scene is told by the outline: a person in front of
the scene has edges there, the scene itself has none.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Image = NDArray[np.uint8]

FEWEST_SAMPLES = 3
FEWEST_SHARE = 0.08
"""Something else must have been seen in so many samples, so that it was not just passing."""
SAME_SHARE = 0.6
"""And in so many of those it must have looked alike: who passes looks different each time."""
SMALLEST_AREA_PX = 20
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
    joined = np.asarray(cv2.morphologyEx(alike, cv2.MORPH_CLOSE, np.ones((5, 3), np.uint8)), dtype=np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    mended = background.copy()
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] >= SMALLEST_AREA_PX:
            _mend(mended, np.asarray(labels == label), stack=stack, apart=apart)
    return mended


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


def _mend(background: Image, piece: NDArray[np.bool_], *, stack: Image, apart: NDArray[np.bool_]) -> None:
    """Put what the other samples show into one piece, in place, if its outline shows fewer edges then."""
    others = apart[:, piece].mean(axis=1) > SAME_SHARE
    if np.count_nonzero(others) < FEWEST_SAMPLES:
        return
    top, left, bottom, right = _around(piece)
    inside = _grown(piece[top:bottom, left:right], by=2)
    content = np.median(stack[others, top:bottom, left:right], axis=0).astype(np.uint8)
    before = background[top:bottom, left:right]
    after = np.where(inside[..., None], content, before)
    ring = _grown(inside, by=1) & _grown(~inside, by=3)
    if _edges(before, ring) > EDGE_RATIO * _edges(after, ring):
        background[top:bottom, left:right] = after


def _grown(area: NDArray[np.bool_], *, by: int) -> NDArray[np.bool_]:
    kernel = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    return np.asarray(cv2.dilate(area.astype(np.uint8), kernel), dtype=np.bool_)


def _around(piece: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(piece)
    margin = 6
    height, width = piece.shape
    return (
        max(int(rows.min()) - margin, 0),
        max(int(columns.min()) - margin, 0),
        min(int(rows.max()) + margin + 1, height),
        min(int(columns.max()) + margin + 1, width),
    )


def _edges(picture: Image, where: NDArray[np.bool_]) -> float:
    """Mean gradient magnitude over some pixels."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    along_u = cv2.Sobel(grey, cv2.CV_32F, 1, 0)
    along_v = cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return float(np.mean(np.hypot(along_u, along_v)[where])) if bool(where.any()) else 0.0


def _largest_difference(first: Image, second: Image) -> Image:
    apart = cv2.absdiff(first, second)
    return np.asarray(np.maximum(np.maximum(apart[..., 0], apart[..., 1]), apart[..., 2]), dtype=np.uint8)
