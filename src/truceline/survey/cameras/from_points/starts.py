"""Starts: from where a fit may begin, when nothing but point pairs is known of the camera."""

import numpy as np
from numpy.typing import NDArray

from truceline.records.site import CALIBRATION_PARAMETERS, Calibration, Distortion
from truceline.records.surveyed_points import SurveyedPoints
from truceline.survey.cameras.from_points.fit import Fit, Priors, fit_camera
from truceline.survey.cameras.pose import rotation_from_pan_tilt_roll

Array = NDArray[np.float64]

_PANS_DEG = np.arange(0.0, 360.0, 15.0)
_TILTS_DEG = (4.0, 10.0, 20.0, 35.0, 60.0)
_FOCAL_WIDTHS = np.geomspace(0.4, 10.0, 7)
_FIRST, _FIRST_STEPS = 12, 12
_SECOND = 3
_LARGEST_MISS_WIDTHS = 0.3


def best_fit(points: SurveyedPoints, *, size_px: tuple[int, int], priors: Priors) -> Fit | None:
    """The best fit from a grid of starts; None when no start sees all points in front of it.

    Method: for every heading, tilt and focal length of a grid the distance follows from how far the points
    lie apart on the ground and in the picture, and the ray of their centre is laid through its pixel. The
    starts that come nearest are fitted in short, the best of them to the end.
    """
    focals = np.array([priors.focal_px]) if priors.focal_sigma < 1.0 else _FOCAL_WIDTHS * size_px[0]
    starts = [
        start
        for focal_px in focals
        for tilt_deg in _TILTS_DEG
        for pan_deg in _PANS_DEG
        if (start := _start(points, float(focal_px), view_deg=(float(pan_deg), tilt_deg), priors=priors))
    ]
    largest_px = _LARGEST_MISS_WIDTHS * size_px[0]
    starts.sort(key=lambda start: _miss_px(start, points, largest_px=largest_px))
    first = [fit_camera(start, points, priors=priors, steps=_FIRST_STEPS) for start in starts[:_FIRST]]
    first = sorted((fit for fit in first if np.isfinite(fit.cost)), key=lambda fit: fit.cost)[:_SECOND]
    finished = [fit_camera(fit.calibration, points, priors=priors) for fit in first]
    return min(finished, key=lambda fit: fit.cost, default=None)


def _start(
    points: SurveyedPoints, focal_px: float, *, view_deg: tuple[float, float], priors: Priors
) -> Calibration | None:
    pan, below = np.deg2rad(view_deg)
    towards = np.array([np.sin(pan) * np.cos(below), np.cos(pan) * np.cos(below), -np.sin(below)])
    middle_m, middle_px = points.places_enu_m.mean(axis=0), points.pixels.mean(axis=0)
    offset_m = points.places_enu_m - middle_m
    across_m = offset_m - (offset_m @ towards)[:, None] * towards
    apart_px = np.sqrt(np.mean(np.sum((points.pixels - middle_px) ** 2, axis=1)))
    away_m = focal_px * np.sqrt(np.mean(np.sum(across_m**2, axis=1))) / apart_px
    aside = np.arctan2(middle_px - priors.centre_px, focal_px)
    rotation = rotation_from_pan_tilt_roll(
        pan_deg=float(np.rad2deg(pan - aside[0])),
        tilt_deg=float(np.rad2deg(aside[1] - below)),
        roll_deg=0.0,
    )
    position = middle_m - away_m * towards
    if np.min(((points.places_enu_m - position) @ rotation.T)[:, 2]) <= 0:
        return None
    size = len(CALIBRATION_PARAMETERS)
    return Calibration(
        focal_px=np.array([focal_px * priors.aspect, focal_px]),
        centre_px=priors.centre_px.copy(),
        k1=0.0,
        distortion=Distortion.BROWN,
        rotation=rotation,
        position_enu_m=position,
        covariance=np.zeros((size, size)),
        source="start of a fit",
    )


def _miss_px(start: Calibration, points: SurveyedPoints, *, largest_px: float) -> float:
    camera = (points.places_enu_m - start.position_enu_m) @ start.rotation.T
    pixels = camera[:, :2] / camera[:, 2:] * start.focal_px + start.centre_px
    return float(np.mean(np.minimum(np.linalg.norm(pixels - points.pixels, axis=1), largest_px)))
