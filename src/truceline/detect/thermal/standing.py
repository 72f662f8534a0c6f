"""Bodies that stand for most of a clip are in its scene; this takes them out again.

The most frequent value of a pixel where somebody stood for most of the time is the body's. Two things betray
it: now and then the pixel showed something else, and that other value, not the frequent one, continues the
surroundings. The rest of the body, which was never uncovered, hangs together with those pixels and stands out
from the surroundings alike: it is taken out with them.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
Mask = NDArray[np.bool_]

FEWEST_SAMPLES = 3
FEWEST_SHARE = 0.08
"""Something else must have been seen in so many samples, so that it was not just passing."""
ALIKE_SHARE = 0.6
"""And so many of those must agree within the threshold: who passes looks different each time."""
CONTINUES = 0.5
"""The other value must be nearer to the surroundings than this share of the frequent one's distance."""
STANDS_OUT = 2.0
"""The frequent value must differ from the surroundings by so many thresholds."""
SMALLEST_AREA_PX = 12
LARGEST_GROWTH = 4.0
"""The whole body may be so many times what was uncovered of it; more is scenery that happens to be alike."""
HALF = 0.5
"""A pixel belongs to the body when it stands out by half of what the uncovered part does (half height of a
blurred edge)."""


def without_standing_heat(stack: Field, scene: Field, *, threshold: Field) -> Field:
    """The scene (height, width) with those who stood for most of the samples taken out.

    Args:
        stack: (n, height, width) samples at one level.
        scene: (height, width) their most frequent value.
        threshold: (height, width) smallest difference that counts.
    """
    apart = np.abs(stack - scene) > threshold
    fewest = max(FEWEST_SAMPLES, round(FEWEST_SHARE * len(stack)))
    often = np.count_nonzero(apart, axis=0) >= fewest
    if not often.any():
        return scene
    other, alike = _other_value(stack, apart, often=often, threshold=threshold)
    mended = scene.copy()
    for area in _areas(often):
        around = _surroundings(scene, area)
        betrayed = area & alike & (np.abs(scene - around) > STANDS_OUT * threshold)
        betrayed &= np.abs(other - around) < CONTINUES * np.abs(scene - around)
        body = _body(scene - around, betrayed, area=area)
        if body is not None:
            mended[body] = np.where(betrayed | (alike & body), _nearer(other, around, scene=scene), around)[
                body
            ]
    return mended


def _other_value(stack: Field, apart: Mask, *, often: Mask, threshold: Field) -> tuple[Field, Mask]:
    """What was seen instead of the scene (height, width), and where it was seen alike."""
    other = np.zeros(often.shape, np.float32)
    alike = np.zeros(often.shape, np.bool_)
    seen = apart[:, often]
    values = np.where(seen, stack[:, often], np.nan)
    middle = np.nanmedian(values, axis=0).astype(np.float32)
    near = np.count_nonzero(np.abs(values - middle) <= threshold[often], axis=0)
    other[often] = middle
    alike[often] = near >= ALIKE_SHARE * np.count_nonzero(seen, axis=0)
    return other, alike


def _areas(often: Mask) -> list[Mask]:
    """Each connected piece of what changed, as its convex hull: a body's core may never be uncovered."""
    joined = cv2.morphologyEx(often.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    areas = []
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] < SMALLEST_AREA_PX:
            continue
        points = np.argwhere(labels == label)[:, ::-1].astype(np.int32)
        hull = np.zeros(often.shape, np.uint8)
        cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
        areas.append(np.asarray(cv2.dilate(hull, np.ones((5, 5), np.uint8)), dtype=np.bool_))
    return areas


def _surroundings(scene: Field, area: Mask) -> Field:
    """The scene with one area filled in smoothly from its rim."""
    outside = (~area).astype(np.float32)
    reach = max(3.0, 0.5 * float(np.sqrt(np.count_nonzero(area))))
    weight = cv2.GaussianBlur(outside, (0, 0), reach)
    blurred = cv2.GaussianBlur(scene * outside, (0, 0), reach)
    return np.where(area, blurred / np.maximum(weight, 1e-6), scene).astype(np.float32)


def _body(difference: Field, betrayed: Mask, *, area: Mask) -> Mask | None:
    """The pixels inside the area that stand out like those betrayed and hang together with them, or None."""
    found = np.count_nonzero(betrayed)
    if found < SMALLEST_AREA_PX:
        return None
    usual = float(np.median(difference[betrayed]))
    alike = area & (difference * np.sign(usual) > HALF * abs(usual))
    _, labels = cv2.connectedComponents((alike | betrayed).astype(np.uint8), connectivity=8)
    body = np.isin(labels, np.unique(labels[betrayed])) & (alike | betrayed)
    if np.count_nonzero(body) > LARGEST_GROWTH * found:
        return None
    # The blurred edge of what is taken out goes with it.
    edge = cv2.dilate(body.astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray(edge, dtype=np.bool_) & area


def _nearer(other: Field, around: Field, *, scene: Field) -> Field:
    """The other value where it continues the surroundings, else the surroundings."""
    continues = np.abs(other - around) < CONTINUES * np.abs(scene - around)
    return np.where(continues, other, around).astype(np.float32)
