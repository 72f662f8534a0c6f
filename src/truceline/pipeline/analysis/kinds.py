"""What kind of thing a track is: its outlines over time, measured on the ground, and the answer."""

import numpy as np
from numpy.typing import NDArray

from truceline.detect.kinds.classify import classify
from truceline.detect.kinds.features import gait_of
from truceline.records.classes import ClassPosterior, TrackFeatures
from truceline.records.outlines import FORMS, LOW, UPRIGHT, VEHICLE, Outlines

Array = NDArray[np.float64]

FEWEST_UPRIGHT = 5
UPRIGHT_SHARE = 0.1
"""Whoever stood upright in so many rows, and in this share of them, is measured there: somebody who falls or
crawls is as tall as before."""
SPEED_QUANTILE = 75


def told_kind(
    seconds: Array, outlines: Outlines, *, whole: NDArray[np.bool_], speeds_mps: Array
) -> tuple[ClassPosterior, TrackFeatures]:
    """A probability for each kind, and what it rests on.

    Args:
        seconds: (n,) increasing, of the rows in which it was seen.
        outlines: Its n rows.
        whole: (n,) in which its box lies inside the picture. What was never whole has no kind: a bumper that
            leaves the picture fills a person's rectangle as well as a person does.
        speeds_mps: (m,) speed on the ground in all its rows.
    """
    features = ground_features(seconds, outlines, speeds_mps=speeds_mps)
    if not whole.any() and features.forms is not None and features.forms[VEHICLE] == 0:
        features = TrackFeatures(speed_mps=features.speed_mps)
    return classify(features), features


def ground_features(seconds: Array, outlines: Outlines, *, speeds_mps: Array) -> TrackFeatures:
    """What was measured of a track: sizes are medians over the rows of its decisive form."""
    shares = np.bincount(outlines.form, minlength=len(FORMS)) / max(len(outlines), 1)
    rows = np.flatnonzero(outlines.form == _decisive(outlines, shares))
    whole = rows[np.isfinite(outlines.height_m[rows])]
    upright = outlines.form == UPRIGHT
    legs = np.where(upright, outlines.lower_m / outlines.height_m, np.nan)
    gait, gait_rows = gait_of(seconds, legs)
    return TrackFeatures(
        rows=len(whole),
        gait=gait,
        gait_rows=gait_rows,
        height_m=_median(outlines.height_m[rows]),
        width_m=_median(outlines.width_m[rows]),
        speed_mps=float(np.percentile(speeds_mps, SPEED_QUANTILE)) if len(speeds_mps) else None,
        forms=(float(shares[UPRIGHT]), float(shares[LOW]), float(shares[VEHICLE])),
    )


def _decisive(outlines: Outlines, shares: Array) -> int:
    """The form in whose rows a track is measured."""
    if shares[VEHICLE] >= max(shares[UPRIGHT], shares[LOW]):
        return VEHICLE
    often = np.count_nonzero(outlines.form == UPRIGHT) >= FEWEST_UPRIGHT and shares[UPRIGHT] >= UPRIGHT_SHARE
    return UPRIGHT if often or shares[UPRIGHT] >= shares[LOW] else LOW


def _median(values: Array) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None
