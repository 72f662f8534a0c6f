"""Region: a posterior told as an ellipse where it is one, as a sector where the geometry allows no point."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.listen.places.air import Air
from truceline.listen.places.posterior import (
    BEARINGS,
    FARTHEST_M,
    STEP,
    Arrivals,
    Posterior,
    about,
    moments,
    over_everywhere,
)
from truceline.records.sounds import Place, PlaceEllipse, PlaceSector

Array = NDArray[np.float64]

CONFIDENCE: Final = 0.95
WITHIN: Final = 5.99
"""Misfit above the least one that the true place exceeds once in twenty times (two degrees of freedom)."""
POINT_SHARE: Final = 1.0 / 3.0
"""Off by more than a third of its distance, what is called a point is a direction."""
POINT_M: Final = 15.0
"""Amid the microphones, where distance means little, a point may be off by so much."""
CONTRADICTION: Final = 18.4
"""Misfit that honest errors reach once in ten thousand times (two degrees of freedom)."""


def place_of(arrivals: Arrivals, air: Air) -> tuple[Place | None, float]:
    """Where a sound came from, and the least misfit; None where the arrivals contradict every place."""
    rough = over_everywhere(arrivals, air)
    least = float(rough.misfit.min())
    if least > CONTRADICTION + 6.0 * (len(arrivals.at_s) - 3):
        return None, least
    middle = arrivals.middle_en_m
    if is_point(rough, middle):
        fine = about(arrivals, air, rough=rough)
        return _ellipse(fine), float(fine.misfit.min())
    return _sector(rough, middle), least


def is_point(posterior: Posterior, middle_en_m: Array) -> bool:
    """Whether a place is known well enough for its distance to be called a point."""
    centre, _ = moments(posterior)
    inside = posterior.places_en_m[_not_contradicted(posterior)]
    reach = float(np.linalg.norm(inside - centre, axis=1).max())
    away = float(np.linalg.norm(centre - middle_en_m))
    return reach <= max(POINT_SHARE * away, POINT_M)


def _not_contradicted(posterior: Posterior) -> NDArray[np.bool_]:
    """Places (n,) at which the arrivals are as probable as 95 % of arrivals are at the true place."""
    inside: NDArray[np.bool_] = posterior.misfit <= posterior.misfit.min() + WITHIN
    return inside


def _ellipse(posterior: Posterior) -> PlaceEllipse:
    """Mean and covariance, and the scale at which the ellipse holds 95 % of the likelihood."""
    centre, covariance = moments(posterior)
    off = posterior.places_en_m - centre
    squared = np.sum(off * np.linalg.solve(covariance, off.T).T, axis=1)
    order = np.argsort(squared)
    held = np.cumsum(posterior.share[order])
    scale = float(np.sqrt(squared[order][min(int(np.searchsorted(held, CONFIDENCE)), len(order) - 1)]))
    return PlaceEllipse(centre, covariance, CONFIDENCE, max(scale, 1.0))


def _sector(posterior: Posterior, middle_en_m: Array) -> PlaceSector:
    """The bearings and distances of every place that the arrivals do not contradict."""
    inside = _not_contradicted(posterior)
    east, north = (posterior.places_en_m[inside] - middle_en_m).T
    share = posterior.share[inside]
    bearing, away = np.arctan2(east, north), np.hypot(east, north)
    middle = float(np.arctan2(share @ np.sin(bearing), share @ np.cos(bearing)))
    turn = (bearing - middle + np.pi) % (2.0 * np.pi) - np.pi
    # The grid's own step is part of what is not known.
    step = 2.0 * np.pi / BEARINGS
    low, high = float(turn.min()) - step, float(turn.max()) + step
    far = STEP * float(away.max())
    return PlaceSector(
        middle_en_m,
        (middle + 0.5 * (low + high)) % (2.0 * np.pi),
        min(0.5 * (high - low), np.pi),
        float(away.min()) / STEP,
        None if far >= FARTHEST_M else far,
    )
