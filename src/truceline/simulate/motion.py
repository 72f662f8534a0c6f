"""Motion in closed form: a route on the ground and a speed along it, so that the truth is exact.

The speed runs between knots on half a cosine, which bounds the acceleration at pi |v1 - v0| / (2 duration).
A change from +v to -v between two knots is exactly v cos(pi t / duration): a run that turns back, with its
deepest point v duration / pi beyond the place where the turn began.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_STRAIGHT = 1e-9
"""A corner that turns by less than this (rad) needs no rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A path on the ground: straight pieces joined by circular arcs.

    Attributes:
        starts_m: (k,) arc length at which each piece starts.
        origins_en_m: (k, 2) where each piece starts.
        headings_rad: (k,) direction there, counter-clockwise from east.
        curvatures: (k,) 1/m, positive to the left, 0 for a straight piece.
        length_m: The whole length; beyond it (and before 0) the end pieces are continued.
    """

    starts_m: Array
    origins_en_m: Array
    headings_rad: Array
    curvatures: Array
    length_m: float

    def at(self, along_m: Array) -> tuple[Array, Array]:
        """Positions (n, 2) in site metres and headings (n,) in radians at arc lengths (n,)."""
        piece = np.clip(np.searchsorted(self.starts_m, along_m, side="right") - 1, 0, len(self.starts_m) - 1)
        into = along_m - self.starts_m[piece]
        turn = self.curvatures[piece] * into
        chord = into * np.sinc(turn / (2 * np.pi))
        toward = self.headings_rad[piece] + turn / 2
        step = np.stack([np.cos(toward), np.sin(toward)], axis=-1) * chord[:, None]
        return self.origins_en_m[piece] + step, self.headings_rad[piece] + turn


def route_through(points_en_m: Array, *, corner_m: float = 1.2) -> Route:
    """The route through points (n, 2) whose corners are rounded with at most that radius, metres.

    The rounding leaves the straight pieces where they were: it takes at most 40 % of each neighbouring piece.
    """
    legs = np.diff(points_en_m, axis=0)
    lengths = np.linalg.norm(legs, axis=1)
    headings = np.arctan2(legs[:, 1], legs[:, 0])
    pieces: list[tuple[float, Array, float, float]] = []
    travelled, cut_before = 0.0, 0.0
    for index, (leg, length) in enumerate(zip(legs, lengths, strict=True)):
        turn, cut, radius = 0.0, 0.0, corner_m
        if index + 1 < len(legs):
            turn = float(np.angle(np.exp(1j * (headings[index + 1] - headings[index]))))
            tangent = np.tan(abs(turn) / 2)
            cut = min(corner_m * tangent, 0.4 * length, 0.4 * lengths[index + 1])
            radius = cut / tangent if tangent > _STRAIGHT else corner_m
        unit = leg / length
        pieces.append((travelled, points_en_m[index] + unit * cut_before, headings[index], 0.0))
        travelled += length - cut_before - cut
        if abs(turn) > _STRAIGHT:
            pieces.append(
                (travelled, points_en_m[index + 1] - unit * cut, headings[index], np.sign(turn) / radius)
            )
            travelled += radius * abs(turn)
        cut_before = cut
    starts, origins, directions, curvatures = zip(*pieces, strict=True)
    return Route(np.array(starts), np.array(origins), np.array(directions), np.array(curvatures), travelled)


@dataclass(frozen=True, slots=True, eq=False)
class Pace:
    """Speed along a route over time: knots (k,) in seconds and (k,) in m/s, half a cosine between them.

    Before the first knot and after the last the speed stays what it is there. ``start_m`` is the arc length
    at the first knot.
    """

    times_s: Array
    speeds_mps: Array
    start_m: float

    def speed_mps(self, at_s: Array) -> Array:
        """Signed speed (n,) at times (n,)."""
        piece, share, _ = self._where(at_s)
        rise = np.diff(self.speeds_mps)[piece]
        speed: Array = self.speeds_mps[piece] + rise * (1 - np.cos(np.pi * np.clip(share, 0, 1))) / 2
        return speed

    def along_m(self, at_s: Array) -> Array:
        """Arc length (n,) at times (n,): the integral of the speed in closed form."""
        durations = np.diff(self.times_s)
        means = (self.speeds_mps[:-1] + self.speeds_mps[1:]) / 2
        starts = self.start_m + np.concatenate([[0.0], np.cumsum(means * durations)])
        piece, share, duration = self._where(at_s)
        first, rise = self.speeds_mps[piece], np.diff(self.speeds_mps)[piece]
        inside = np.clip(share, 0, 1) * duration
        within = first * inside + rise / 2 * (
            inside - duration / np.pi * np.sin(np.pi * np.clip(share, 0, 1))
        )
        before = np.minimum(share, 0) * duration * self.speeds_mps[0]
        after = np.maximum(share - 1, 0) * duration * self.speeds_mps[-1]
        along: Array = starts[piece] + within + before + after
        return along

    def _where(self, at_s: Array) -> tuple[NDArray[np.intp], Array, Array]:
        piece = np.clip(np.searchsorted(self.times_s, at_s, side="right") - 1, 0, len(self.times_s) - 2)
        duration = np.diff(self.times_s)[piece]
        return piece, (at_s - self.times_s[piece]) / duration, duration


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """One body's movement: a route, a pace along it, and when the body turns half round.

    ``turns_s`` holds (start, end) in seconds of each half turn; after an odd number of them the body faces
    against the route.
    """

    route: Route
    pace: Pace
    turns_s: tuple[tuple[float, float], ...] = ()

    def position_en_m(self, at_s: Array) -> Array:
        """Ground points (n, 2) at times (n,) in seconds: midway between the feet."""
        return self.route.at(self.pace.along_m(at_s))[0]

    def facing_rad(self, at_s: Array) -> Array:
        """Where the body faces (n,), counter-clockwise from east."""
        facing = self.route.at(self.pace.along_m(at_s))[1]
        for start_s, end_s in self.turns_s:
            share = np.clip((at_s - start_s) / (end_s - start_s), 0, 1)
            facing = facing + np.pi * share * share * (3 - 2 * share)
        return facing
