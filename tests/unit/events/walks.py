"""Walks past a line: tracks whose truth is known, and paths drawn around them."""

from dataclasses import replace

import numpy as np

from tests.unit.geometry.cameras import camera_of, mast
from tests.unit.video.clips import START
from truceline.events.crossing import CrossingSettings, Viewpoint, find_crossings
from truceline.geometry.camera import pixel_from_site
from truceline.records.digests import sha256_of
from truceline.records.site import Line, Sides
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.records.tracks import Track

RATE_HZ = 10
LINE = np.array([[-8.0, 0.0], [8.0, 0.0]])  # runs east: north is left


def seconds_of(length_s):
    return np.arange(0, length_s, 1 / RATE_HZ)


def out_and_back(seconds, *, depth_m=3.0, start_s=2.0, beyond_s=2.4, before_m=4.0):
    """North of the line from ``start_s`` on for ``beyond_s``, as deep as said, at even speed each way."""
    middle = start_s + beyond_s / 2
    speed = depth_m / (beyond_s / 2)
    north = depth_m - speed * np.abs(seconds - middle)
    return np.stack([np.zeros_like(seconds), np.maximum(north, -before_m)], axis=1)


def straight(seconds, *, speed=1.5, cross_s=2.5):
    return np.stack([0.3 * (seconds - cross_s), speed * (seconds - cross_s)], axis=1)


def line_of(vertices=LINE, *, sigma_m=0.02):
    return Line(
        line_id="L",
        version="1",
        source="a test",
        valid=UtcSpan(UtcNs(0), UtcNs(4 * 10**18)),
        sides=Sides("North", "South"),
        vertices_en_m=np.array(vertices, float),
        sigma_m=sigma_m,
    )


def track_of(seconds, places, *, sigma_m=0.05, observed=None):
    """A track that was measured with a white error of ``sigma_m``."""
    rows = len(seconds)
    camera = mast()
    feet = pixel_from_site(camera, np.concatenate([places, np.zeros((rows, 1))], axis=1))
    speed = np.gradient(places, axis=0) * RATE_HZ if rows > 1 else np.zeros((1, 2))
    covariance = np.tile(np.diag([sigma_m**2, sigma_m**2, 0.1, 0.1]), (rows, 1, 1))
    return Track(
        track_id="t1",
        camera_id="west",
        utc_ns=np.array([START + round(second * NS_PER_S) for second in seconds], dtype=np.int64),
        pts=np.arange(rows, dtype=np.int64) * 100,
        state=np.concatenate([places, speed], axis=1),
        covariance=covariance,
        boxes_px=np.stack([feet[:, 0] - 5, feet[:, 1] - 30, feet[:, 0] + 5, feet[:, 1]], axis=1),
        observed=np.ones(rows, np.bool_) if observed is None else observed,
        kind="person",
    )


def paths_of(places, *, draws=200, sigma_m=0.05, seed=4):
    """Each path is the walk moved as a whole: an error that lasts."""
    shift = np.random.default_rng(seed).normal(0, sigma_m, (draws, 1, 2))
    return places + shift


def viewpoint_of(*, noise=0.1, clock_bound_s=0.5, calibration=None):
    """The mast's camera; ``noise`` scales the standard deviations of its calibration."""
    camera = mast() if calibration is None else calibration
    camera = replace(camera, covariance=camera.covariance * noise**2)
    return Viewpoint(camera_of(camera), sha256_of(b"clip"), clock_bound_s)


def crossings_of(seconds, places, *, line=None, viewpoint=None, seed=1953, sigma_m=0.05, observed=None):
    return find_crossings(
        track_of(seconds, places, sigma_m=sigma_m, observed=observed),
        paths_of(places, sigma_m=sigma_m),
        viewpoint=viewpoint or viewpoint_of(),
        line=line or line_of(),
        settings=CrossingSettings(band_m=0.25, seed=seed),
    )


def at_s(utc_ns):
    return (utc_ns - START) / NS_PER_S
