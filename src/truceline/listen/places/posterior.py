"""Posterior: how probable each place on the ground is, given when a sound reached several microphones.

Frame: site east-north, metres; the source is taken to lie 1.5 m above the ground.

Method: the moment of the sound is unknown and is integrated out; what is left are differences of arrival
(Fang 1990; Gustafsson and Gunnarsson 2003). Errors are normal: each clock and pick on its own; the speed of
sound and the wind in common, which moves all arrivals together and by more the farther the source is. No
place is held more probable beforehand: regions are those that the arrivals do not contradict.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.listen.places.air import Air

Array = NDArray[np.float64]

SOURCE_M: Final = 1.5
FARTHEST_M: Final = 1_500.0
"""A discharge farther than this is not heard by several camera microphones at once."""
NEAREST_M: Final = 1.0
RANGES, BEARINGS = 220, 480
STEP: Final = (FARTHEST_M / NEAREST_M) ** (1.0 / (RANGES - 1))
"""Each range of the grid is so many times the one before it."""
FINE: Final = 121
FINE_SIGMAS: Final = 5.0
FEWEST: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """When one sound reached several microphones.

    Attributes:
        ears_enu_m: (m, 3) their places.
        at_s: (m,) arrivals, seconds from any common moment.
        sigma_s: (m,) standard deviations: clock, pick and place together.
    """

    ears_enu_m: Array
    at_s: Array
    sigma_s: Array

    def __post_init__(self) -> None:
        """Refuse what leaves more than a curve."""
        if len(self.at_s) < FEWEST:
            raise InputError(
                f"{len(self.at_s)} microphones do not make a place",
                do="Three at least must hear it: two leave a curve on the ground.",
            )
        if not np.all(self.sigma_s > 0):
            raise InputError("no clock is exact: standard deviations must be above 0")

    @property
    def middle_en_m(self) -> Array:
        """(2,) the middle of the microphones."""
        middle: Array = self.ears_enu_m[:, :2].mean(axis=0)
        return middle


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Places of a grid.

    Attributes:
        places_en_m: (n, 2) site metres.
        share: (n,) the share of the likelihood that each stands for; they sum to 1.
        misfit: (n,) squared Mahalanobis distance of the arrivals from what a source there would give.
    """

    places_en_m: Array
    share: Array
    misfit: Array


def over_everywhere(arrivals: Arrivals, air: Air) -> Posterior:
    """The posterior on a polar grid about the middle of the microphones, out to ``FARTHEST_M``."""
    ranges = np.geomspace(NEAREST_M, FARTHEST_M, RANGES)
    bearings = (np.arange(BEARINGS) + 0.5) * 2.0 * np.pi / BEARINGS
    away, turn = (grid.ravel() for grid in np.meshgrid(ranges, bearings, indexing="ij"))
    places = arrivals.middle_en_m + away[:, None] * np.stack([np.sin(turn), np.cos(turn)], axis=1)
    return _posterior(arrivals, air, places=places, area=away**2)


def about(arrivals: Arrivals, air: Air, *, rough: Posterior) -> Posterior:
    """The posterior on a fine grid about the bulk of a rough one."""
    centre, covariance = moments(rough)
    values, axes = np.linalg.eigh(covariance)
    reach = FINE_SIGMAS * np.sqrt(np.maximum(values, 0.25))
    steps = np.linspace(-1.0, 1.0, FINE)
    first, second = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
    places = centre + np.stack([first * reach[0], second * reach[1]], axis=1) @ axes.T
    return _posterior(arrivals, air, places=places, area=np.ones(len(places)))


def moments(posterior: Posterior) -> tuple[Array, Array]:
    """Mean (2,) and covariance (2, 2) of the place."""
    mean = posterior.share @ posterior.places_en_m
    off = posterior.places_en_m - mean
    return mean, (off * posterior.share[:, None]).T @ off


def _posterior(arrivals: Arrivals, air: Air, *, places: Array, area: Array) -> Posterior:
    misfit, log_density = _misfit(arrivals, air, places=places)
    log_share = log_density + np.log(area)
    share = np.exp(log_share - log_share.max())
    return Posterior(places, share / share.sum(), misfit)


def _misfit(arrivals: Arrivals, air: Air, *, places: Array) -> tuple[Array, Array]:
    """Squared Mahalanobis distance (n,) of the differences of arrival at places (n, 2), and log densities."""
    travel, per_speed, per_wind = _travel(arrivals, air, places=places)
    off = arrivals.at_s - travel
    differences = off[:, 1:] - off[:, :1]
    spread = np.broadcast_to(
        np.diag(arrivals.sigma_s**2), (len(places), *np.diag(arrivals.sigma_s).shape)
    ).copy()
    spread += air.sound_sigma_mps**2 * per_speed[:, :, None] * per_speed[:, None, :]
    spread += air.wind_sigma_mps**2 * np.einsum("nia,nja->nij", per_wind, per_wind)
    count = arrivals.ears_enu_m.shape[0]
    contrast = np.hstack([-np.ones((count - 1, 1)), np.eye(count - 1)])
    covariance = contrast @ spread @ contrast.T
    solved = np.linalg.solve(covariance, differences[:, :, None])[:, :, 0]
    misfit: Array = np.sum(differences * solved, axis=1)
    return misfit, -0.5 * (misfit + np.linalg.slogdet(covariance)[1])


def _travel(arrivals: Arrivals, air: Air, *, places: Array) -> tuple[Array, Array, Array]:
    """Times of travel (n, m), and how they change with the speed of sound and with the wind (n, m, 2)."""
    sources = np.concatenate([places, np.full((len(places), 1), SOURCE_M)], axis=1)
    way = arrivals.ears_enu_m[None] - sources[:, None]
    length = np.maximum(np.linalg.norm(way, axis=2), 0.1)
    along = way[:, :, :2] / length[:, :, None]
    speed = air.sound_mps + along @ np.asarray(air.wind_en_mps)
    travel = length / speed
    slope = -length / speed**2
    return travel, slope, slope[:, :, None] * along


def emitted_s(arrivals: Arrivals, air: Air, *, place_en_m: Array) -> tuple[float, float]:
    """When the sound was made at a place (2,), on the arrivals' own scale, and its standard deviation."""
    travel, per_speed, _ = _travel(arrivals, air, places=place_en_m[None])
    weight = 1.0 / arrivals.sigma_s**2
    at_s = float(np.sum(weight * (arrivals.at_s - travel[0])) / weight.sum())
    common = air.sound_sigma_mps * float(np.abs(per_speed[0]).mean())
    return at_s, float(np.hypot(1.0 / np.sqrt(weight.sum()), common))
