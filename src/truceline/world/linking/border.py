"""The border of the ground out of sight: could anybody else have come in, or he have gone, unseen?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from truceline.world.views import Eyes

Array = NDArray[np.float64]

CELLS = 41
"""The ground around both places is looked at in so many cells each way."""
LEAST_REACH_M = 12.0
"""So far around both places the ground belongs to the question."""
REACH_SHARE = 0.75
INSTANTS = 12
"""So many instants of the gap are looked at."""
SEEN_SHARE = 0.5
"""Ground that is seen for less of the gap than this is out of sight."""


@dataclass(frozen=True, slots=True)
class OutOfSight:
    """The ground out of sight around two places over a stretch of time.

    Attributes:
        coverage: Share (0 to 1) of its border, by length and time, that cameras watched.
        area_m2: Its area.
        is_one: Whether both places lie in one piece of it: else nobody comes from one to the other unseen.
    """

    coverage: float
    area_m2: float
    is_one: bool


def out_of_sight(
    from_en_m: Array, to_en_m: Array, *, during_s: tuple[float, float], eyes: Eyes
) -> OutOfSight:
    """The ground out of sight that holds two places (2,), and how much of its border was watched.

    Who comes in or goes out over a watched piece of the border is seen doing so. Where a place lies in sight,
    the ground out of sight is a body's width around it: who lies still is lost by the detector alone.

    Method: cells in axes along the way from one place to the other, so that turning the site changes nothing.
    """
    way = to_en_m - from_en_m
    apart_m = float(np.linalg.norm(way))
    along = way / apart_m if apart_m > 1.0 else _toward(from_en_m, eyes)
    across = np.array([-along[1], along[0]])
    half_m = max(LEAST_REACH_M, apart_m * (0.5 + REACH_SHARE))
    steps = np.linspace(-half_m, half_m, CELLS)
    offsets = steps[None, :, None] * along + steps[:, None, None] * across
    places = ((from_en_m + to_en_m) / 2 + offsets).reshape(-1, 2)
    seconds = np.linspace(during_s[0], during_s[1], INSTANTS + 2)[1:-1]
    share = eyes.covered(places, seconds=seconds).reshape(CELLS, CELLS)
    step_m = 2 * half_m / (CELLS - 1)
    around = [
        np.linalg.norm(places - place, axis=1).reshape(CELLS, CELLS) <= max(1.0, 0.8 * step_m)
        for place in (from_en_m, to_en_m)
    ]
    labels, _ = ndimage.label((share < SEEN_SHARE) | around[0] | around[1])
    pieces = [np.unique(labels[one]) for one in around]
    held = np.isin(labels, np.concatenate(pieces))
    is_one = bool(np.isin(pieces[0], pieces[1]).any())
    return OutOfSight(_border_share(held, share), float(held.sum()) * step_m**2, is_one)


def _border_share(held: NDArray[np.bool_], share: Array) -> float:
    """Mean over the border of how long the cell beyond was watched; beyond the grid nobody watches."""
    total, watched = 0, 0.0
    padded_held = np.pad(held, 1)
    padded_share = np.pad(share, 1)
    for shift in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        beyond_held = np.roll(padded_held, shift, axis=(0, 1))
        beyond_share = np.roll(padded_share, shift, axis=(0, 1))
        edge = padded_held & ~beyond_held
        total += int(edge.sum())
        watched += float(beyond_share[edge].sum())
    return watched / total if total else 0.0


def _toward(place_en_m: Array, eyes: Eyes) -> Array:
    """A direction that turns with the site: away from the first camera."""
    names = sorted(eyes.views)
    away = place_en_m - eyes.views[names[0]].camera.calibration.position_enu_m[:2] if names else np.ones(2)
    length = float(np.linalg.norm(away))
    return away / length if length > 0 else np.array([1.0, 0.0])
