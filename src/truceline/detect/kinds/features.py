"""The features of a track that tell kinds apart, measured from its boxes and silhouettes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.records.classes import TrackFeatures
from truceline.records.columns import BoolColumn, FloatColumn

LOWER_SHARE = 1 / 3
"""Legs are in this share of a box, from below."""

STEP_FROM_S = 0.25
STEP_TO_S = 0.8
"""Time of one step: people 0.4 to 0.7 s (1.4 to 2.4 steps a second), animals from 0.25 s."""
FEWEST_STEPS = 3.0
"""A pace is only seen over so many of the longest steps."""
SLOWEST_RATE_HZ = 6.0
"""Fewer frames a second do not show a step."""
TREND_S = 1.2
"""What changes more slowly than this is not a step: turning, coming nearer."""

_DEVIATION_PER_MEDIAN = 1.4826
_EDGE_PX = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class TrackShape:
    """One track's outline, one row a frame.

    Attributes:
        seconds: (n,) increasing.
        boxes_px: (n, 4) left, top, right, bottom.
        lower_px: (n,) width of the silhouette's lower third; NaN where there was none.
        observed: (n,).
    """

    seconds: FloatColumn
    boxes_px: FloatColumn
    lower_px: FloatColumn
    observed: BoolColumn


def lower_widths(mask: NDArray[np.uint8], boxes_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Width (n,) of what stands in the lower third of each box of a 0/1 mask (height, width), pixels."""
    height, width = mask.shape
    found = np.full(len(boxes_px), np.nan)
    for row, box in enumerate(boxes_px):
        left, top, right, bottom = np.clip(np.round(box), 0, (width, height, width, height)).astype(int)
        legs = mask[bottom - max(1, round((bottom - top) * LOWER_SHARE)) : bottom, left:right]
        columns = np.flatnonzero(legs.any(axis=0)) if legs.size else np.zeros(0, np.int64)
        if len(columns):
            found[row] = columns[-1] - columns[0] + 1
    return found


def image_features(shape: TrackShape, *, width_px: int, height_px: int) -> TrackFeatures:
    """What can be told without a survey: aspect, its spread, gait.

    Args:
        shape: The track.
        width_px: Of the picture; boxes cut by its edge show no aspect.
        height_px: Of the picture.
    """
    whole = shape.observed & _inside(shape.boxes_px, width_px=width_px, height_px=height_px)
    if not whole.any():
        return TrackFeatures()
    sides = shape.boxes_px[whole]
    logs = np.log(np.maximum(sides[:, 3] - sides[:, 1], 1.0) / np.maximum(sides[:, 2] - sides[:, 0], 1.0))
    middle = float(np.median(logs))
    relative = np.where(
        whole, shape.lower_px / np.maximum(shape.boxes_px[:, 3] - shape.boxes_px[:, 1], 1), np.nan
    )
    gait, rows = gait_of(shape.seconds, relative)
    return TrackFeatures(
        aspect=float(np.exp(middle)),
        aspect_spread=_DEVIATION_PER_MEDIAN * float(np.median(np.abs(logs - middle)))
        if len(logs) > 2
        else None,
        rows=int(np.count_nonzero(whole)),
        gait=gait,
        gait_rows=rows,
    )


def gait_of(seconds: FloatColumn, widths: FloatColumn) -> tuple[float | None, int]:
    """How well a width (n,) repeats after one step, -1 to 1, and the rows it rests on; None: it cannot tell.

    Method: the idea of Cutler and Davis (2000), on one number a frame: slow changes are taken out, and the
    autocorrelation's highest peak between 0.25 and 0.8 s is read, if a trough lies before it: a width that
    merely wanders has none.
    """
    known = np.flatnonzero(np.isfinite(widths))
    if len(known) < FEWEST_STEPS:
        return None, 0
    step_s = float(np.median(np.diff(seconds))) if len(seconds) > 1 else np.inf
    first, last = known[0], known[-1]
    if (
        step_s <= 0
        or 1 / step_s < SLOWEST_RATE_HZ
        or seconds[last] - seconds[first] < FEWEST_STEPS * STEP_TO_S
    ):
        return None, 0
    even = np.arange(seconds[first], seconds[last], step_s)
    series = np.interp(even, seconds[known], widths[known])
    return _repetition(series, step_s=step_s), len(known)


def _repetition(series: NDArray[np.float64], *, step_s: float) -> float:
    window = max(3, round(TREND_S / step_s) | 1)
    padded = np.pad(series, window // 2, mode="edge")
    quick = series - np.convolve(padded, np.full(window, 1 / window), mode="valid")
    power = float(np.sum(quick * quick))
    if power <= 0:
        return 0.0
    most = min(round(STEP_TO_S / step_s) + 1, len(series) - 2)
    agreement = np.array([np.sum(quick[lag:] * quick[: len(quick) - lag]) for lag in range(most + 1)]) / power
    agreement = agreement * len(quick) / (len(quick) - np.arange(most + 1))
    lags = np.arange(max(2, int(np.ceil(STEP_FROM_S / step_s))), most)
    peaks = [
        agreement[lag]
        for lag in lags
        if agreement[lag] >= agreement[lag - 1]
        and agreement[lag] >= agreement[lag + 1]
        and agreement[1:lag].min() < 0
    ]
    return float(np.clip(max(peaks, default=0.0), -1, 1))


def _inside(boxes_px: FloatColumn, *, width_px: int, height_px: int) -> BoolColumn:
    inside: BoolColumn = (
        (boxes_px[:, 0] > _EDGE_PX)
        & (boxes_px[:, 1] > _EDGE_PX)
        & (boxes_px[:, 2] < width_px - _EDGE_PX)
        & (boxes_px[:, 3] < height_px - _EDGE_PX)
    )
    return inside
