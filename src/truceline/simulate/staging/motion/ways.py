"""Ways: smooth paths on the ground, and a speed along them that a body can have.

A path is a polyline whose corners are rounded by averaging it twice along its length, so that its curvature
has no jumps. The speed is the largest that nowhere exceeds what is asked, what the bends allow (lateral
acceleration) and what speeding up and braking allow: one pass forwards, one backwards (Bobrow, Dubowsky and
Gibson 1985, for limits that do not depend on the speed).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import STEP_S

Array = NDArray[np.float64]

_SHORTEST_M = 1e-6
_STOPS_MPS = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A path sampled closely.

    Attributes:
        along_m: (n,) way from the start, rising.
        places_en_m: (n, 2), ``headings_rad`` (n,) unwrapped, ``curvature`` (n,) 1/m, positive to the left.
    """

    along_m: Array
    places_en_m: Array
    headings_rad: Array
    curvature: Array

    def at(self, along_m: Array) -> tuple[Array, Array, Array]:
        """Places (k, 2), headings (k,) and curvatures (k,) at ways (k,) from the start."""
        places = np.stack([np.interp(along_m, self.along_m, self.places_en_m[:, i]) for i in (0, 1)], axis=1)
        return (
            places,
            np.interp(along_m, self.along_m, self.headings_rad),
            np.interp(along_m, self.along_m, self.curvature),
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """What a body can do: speeds at both ends and at most, accelerations along the way and across it."""

    first_mps: float
    last_mps: float
    most_mps: float
    faster_mps2: float
    slower_mps2: float
    across_mps2: float


def way_through(points_en_m: Array, *, round_m: float, spacing_m: float) -> Way:
    """The way through points (k, 2), its corners rounded over about ``round_m``; both ends are kept."""
    kept = [points_en_m[0]]
    for point in points_en_m[1:]:
        if np.linalg.norm(point - kept[-1]) > _SHORTEST_M:
            kept.append(point)
    corners = np.array(kept)
    if len(corners) == 1:
        return Way(np.zeros(1), corners, np.zeros(1), np.zeros(1))
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    count = max(int(np.ceil(lengths[-1] / spacing_m)), 2) + 1
    places = np.stack(
        [np.interp(np.linspace(0.0, lengths[-1], count), lengths, corners[:, i]) for i in (0, 1)], axis=1
    )
    reach = min(round_m / 4 / (lengths[-1] / (count - 1)), (count - 1) / 2)
    for _ in (0, 1):
        places = averaged(places, reach)
    return _measured(places)


def averaged(rows: Array, reach: float) -> Array:
    """The mean (n, k) of the polyline over about ``reach`` rows to both sides of each, less near the ends.

    So both ends stay where they are, and the direction in which the first and last pieces run. The reach
    changes smoothly, and the mean is the exact integral of the polyline: the result has no kinks.
    """
    if reach < 1:
        return rows
    last = len(rows) - 1
    at = np.arange(last + 1, dtype=np.float64)
    room = at * (last - at) / last
    reaches = reach * -np.expm1(-room / reach)
    total = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum((rows[1:] + rows[:-1]) / 2, axis=0)])
    mean = rows.copy()
    inner = slice(1, last)
    mean[inner] = (
        _integral(total, rows, at=(at + reaches)[inner]) - _integral(total, rows, at=(at - reaches)[inner])
    ) / (2 * reaches[inner])[:, None]
    return mean


def _integral(total: Array, rows: Array, *, at: Array) -> Array:
    """The integral (m, k) of the polyline from its first row to places (m,) between its rows."""
    whole = np.clip(at.astype(np.int64), 0, len(rows) - 2)
    part = (at - whole)[:, None]
    value: Array = total[whole] + rows[whole] * part + (rows[whole + 1] - rows[whole]) * part**2 / 2
    return value


def _measured(places: Array) -> Way:
    steps = np.diff(places, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    along = np.concatenate([[0.0], np.cumsum(np.maximum(lengths, 1e-9))])
    directions = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    middles = (along[:-1] + along[1:]) / 2
    headings = np.interp(along, middles, directions) if len(middles) > 1 else np.full(2, directions[0])
    curvature = np.gradient(headings, along)
    return Way(along, places, headings, curvature)


def timed(way: Way, limits: Limits, *, hard_from_m: float = np.inf, hard_mps2: float = 0.0) -> Array:
    """The way (k,) from the start at every ``STEP_S``, from 0 to its end.

    Args:
        way: The path.
        limits: What the body can do.
        hard_from_m: From here on it is stopped from outside with ``hard_mps2``: a wheel in a drain.
        hard_mps2: See ``hard_from_m``.
    """
    if way.along_m[-1] < _SHORTEST_M:
        return np.zeros(1)
    speeds = _speeds(way, limits, slower=np.where(way.along_m >= hard_from_m, hard_mps2, limits.slower_mps2))
    steps = np.diff(way.along_m)
    durations = 2 * steps / np.maximum(speeds[:-1] + speeds[1:], 1e-6)
    times = np.concatenate([[0.0], np.cumsum(durations)])
    whole = times[-1] / STEP_S
    # Who stops comes to the very end; who goes on does so from the last whole sample.
    count = int(np.ceil(whole - 1e-9)) if speeds[-1] < _STOPS_MPS else max(int(whole + 1e-9), 1)
    at = np.arange(count + 1) * STEP_S
    piece = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(steps) - 1)
    into = at - times[piece]
    push = (speeds[1:] - speeds[:-1])[piece] / durations[piece]
    along = way.along_m[piece] + speeds[piece] * into + push * into**2 / 2
    capped: Array = np.minimum(along, way.along_m[-1])
    return capped


def _speeds(way: Way, limits: Limits, *, slower: Array) -> Array:
    """The largest speeds (n,) at the samples of the way that keep all limits."""
    bends = np.sqrt(limits.across_mps2 / np.maximum(np.abs(way.curvature), 1e-9))
    squares = np.minimum(bends, limits.most_mps) ** 2
    squares[0] = limits.first_mps**2  # what it comes with it has, bend or not
    squares[-1] = min(squares[-1], limits.last_mps**2)
    steps = np.diff(way.along_m).tolist()
    kept = squares.tolist()
    gain, loss = 2 * limits.faster_mps2, (2 * slower).tolist()
    for index in range(len(kept) - 2, -1, -1):
        kept[index] = min(kept[index], kept[index + 1] + loss[index] * steps[index])
    kept[0] = limits.first_mps**2
    for index in range(1, len(kept)):
        before = kept[index - 1]
        kept[index] = max(
            min(kept[index], before + gain * steps[index - 1]),
            before - loss[index - 1] * steps[index - 1],
            0.0,
        )
    speeds: Array = np.sqrt(np.array(kept))
    return speeds
