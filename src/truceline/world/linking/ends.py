"""Ends: where and how a group of tracks begins and ends, and how likely a way is between the two."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.world.likeness import BODY_M, CENTRE_V, FOOT_PX, VEHICLE_M, Differ
from truceline.world.linking.meetings import Group
from truceline.world.sightings import Trace

Array = NDArray[np.float64]

STILL_M = 1.0
"""Who has not been farther than this from where he is stays there."""
STILL_MPS = 0.5
LOW_M, UPRIGHT_M = 0.75, 0.95
"""Outlines lower than the first lie or crawl; higher than the second kneel, stoop or stand."""
POSTURE_S = 3.0
LOW_STAYS = 10.0
"""Who lies stays so many times longer than who stands: asleep, in cover, or hurt."""
HALTS = 0.3
HALT_M = 2.0
"""So many of those who move halt soon and stay: in cover, at a post, hurt; nearer than this is as near."""
SAME_PLACE = 9.21
"""Squared Mahalanobis distance: 99 % of chi-square with two degrees of freedom."""
SHIFTED_M = 0.4
"""Who stays shifts by so much, and is measured anew."""
SHUFFLED_M, SHUFFLED_S = 1.5, 2.0
"""Who has company may have changed places with it over a longer gap than this."""


@dataclass(frozen=True, slots=True)
class Gait:
    """How a kind moves while nobody looks.

    Attributes:
        speed_mps: Standard deviation of the speed along one axis; ``memory_s`` how long it lasts.
        most_mps: Nobody of the kind is faster over a gap.
    """

    speed_mps: float
    memory_s: float
    most_mps: float


PERSON = Gait(1.6, 4.0, 8.0)
"""Walks, runs, stops and turns; 8 m/s is a sprint."""
VEHICLE = Gait(7.0, 10.0, 45.0)
ANIMAL = Gait(3.0, 4.0, 16.0)


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """One end of a group.

    Attributes:
        trace: The one that it is taken from; ``row`` of it.
        at_s: When; ``place_en_m`` (2,) where.
        velocity_mps: (2,) there, of the way in time; ``covariance`` (4, 4) white.
        still_s: For how long it had been, or would be, within ``STILL_M``; 0 while it moves.
        height_m: Median of the outline nearby; NaN: not measured.
        has_company: Whether others are beside it.
    """

    trace: Trace
    row: int
    at_s: float
    place_en_m: Array
    velocity_mps: Array
    covariance: Array
    still_s: float
    height_m: float
    has_company: bool = False

    @property
    def is_low(self) -> bool:
        """Whether it lies or crawls."""
        return self.height_m < LOW_M

    @property
    def is_upright(self) -> bool:
        """Whether it stands."""
        return self.height_m > UPRIGHT_M

    @property
    def bias_jacobian(self) -> Array:
        """(2, 10) of the place."""
        jacobian: Array = self.trace.bias_jacobian[self.row]
        return jacobian


def ends_of(group: Group, traces: Sequence[Trace]) -> tuple[End, End]:
    """A group's beginning and its end, from the traces seen first and last."""
    own = [traces[one.trace] for one in group.members]
    first = min(own, key=lambda one: (one.seconds[one.first], one.name))
    last = max(own, key=lambda one: (one.seconds[one.last], one.name))
    return _end(first, first.first), _end(last, last.last)


def _end(trace: Trace, row: int) -> End:
    near = np.abs(trace.seconds - trace.seconds[row]) <= POSTURE_S
    heights = trace.height_m[near & np.isfinite(trace.height_m)]
    speed = float(np.linalg.norm(trace.track.state[row, 2:]))
    far = np.linalg.norm(trace.positions - trace.positions[row], axis=1) > STILL_M
    # From the row on (or back) to where it was last farther away.
    ahead = far[row:] if row == trace.first else far[row::-1]
    steps = int(np.argmax(ahead)) if ahead.any() else len(ahead) - 1
    other = row + steps if row == trace.first else row - steps
    still_s = abs(float(trace.seconds[other] - trace.seconds[row])) if speed < STILL_MPS else 0.0
    return End(
        trace=trace,
        row=row,
        at_s=float(trace.seconds[row]),
        place_en_m=trace.positions[row],
        velocity_mps=trace.track.state[row, 2:],
        covariance=trace.track.covariance[row],
        still_s=still_s,
        height_m=float(np.median(heights)) if len(heights) else float("nan"),
    )


def rewound(end: End, to_s: float) -> End:
    """The same trace's last row up to a time: one camera may see somebody before another loses him."""
    trace = end.trace
    row = int(np.clip(np.searchsorted(trace.seconds, to_s, side="right") - 1, trace.first, end.row))
    return end if row == end.row else replace(_end(trace, row), still_s=end.still_s, height_m=end.height_m)


def gait_of(end: End) -> Gait:
    """By the kind of its track."""
    return {"vehicle": VEHICLE, "animal": ANIMAL}.get(end.trace.track.kind, PERSON)


@dataclass(frozen=True, slots=True)
class Passage:
    """From an end to a beginning, if they are one subject's.

    Attributes:
        gap_s: Time between; ``apart_m`` way.
        density: Probability density of the beginning's place, 1/m^2; 0 beyond reach.
        in_place: Whether it is where it was still and alone, within what is known of both places.
        stays: Share (0 to 1) of the density that is of having stayed there.
    """

    gap_s: float
    apart_m: float
    density: float
    in_place: bool
    stays: float


def passage(end: End, start: End, *, differ: Differ, confined_m2: float | None = None) -> Passage:
    """How likely a beginning's place is for one who ended somewhere.

    Args:
        end: Where somebody was seen last.
        start: Where somebody is seen first.
        differ: What cameras and clocks differ by.
        confined_m2: Area of the ground out of sight, where its border was watched; who went into it is in it.

    Method: who was still stays with a probability that falls with the gap as 1 / (1 + gap / so long as he was
    still) (Lomax, 1954); who moves goes on by an integrated Ornstein-Uhlenbeck speed, or halts somewhere on
    the way, at a distance of which nothing is known but its reach (log-uniform).
    """
    clock_s = differ.clock_sigma_s(end.trace, start.trace)
    gap_s = max(start.at_s - end.at_s, 0.0) + clock_s
    way = start.place_en_m - end.place_en_m
    apart_m = float(np.linalg.norm(way))
    spread = _place_spread(end, start, differ=differ)
    gait = gait_of(end)
    reach_m = gait.most_mps * gap_s + 3.0 * float(np.sqrt(np.trace(spread))) + STILL_M
    if apart_m > reach_m:
        return Passage(gap_s, apart_m, 0.0, False, 0.0)
    staying = stays_after(end, gap_s)
    shuffled = end.has_company and gap_s > SHUFFLED_S
    shifted_m = SHUFFLED_M if shuffled else SHIFTED_M
    spot = spread + shifted_m**2 * np.eye(2)
    moved = _moved_density(end, way, gap_s=gap_s, spread=spread)
    elsewhere = (1 - HALTS) * moved + HALTS * _halted_density(
        apart_m, within_m=2 * gait.speed_mps * gap_s + 3 * float(np.sqrt(np.trace(spread)))
    )
    if confined_m2 is not None:
        elsewhere = max(elsewhere, 1.0 / max(confined_m2, 1.0))
    kept = staying * _density(way, spot)
    density = kept + (1.0 - staying) * elsewhere
    near = float(way @ np.linalg.solve(spot, way)) <= SAME_PLACE
    return Passage(
        gap_s, apart_m, density, bool(near and end.still_s > 0 and not shuffled), kept / max(density, 1e-300)
    )


def _place_spread(end: End, start: End, *, differ: Differ) -> Array:
    spread: Array = end.covariance[:2, :2] + start.covariance[:2, :2]
    first = differ.calibrations[end.trace.camera_id]
    if end.trace.camera_id == start.trace.camera_id:
        # One camera's calibration moves both places together.
        apart = end.bias_jacobian - start.bias_jacobian
        return spread + apart @ first @ apart.T + 0.05**2 * np.eye(2)
    second = differ.calibrations[start.trace.camera_id]
    for one in (end, start):
        foot = one.bias_jacobian[:, CENTRE_V]
        spread = spread + FOOT_PX**2 * np.outer(foot, foot)
    body_m = VEHICLE_M if end.trace.is_vehicle else BODY_M
    spread = spread + end.bias_jacobian @ first @ end.bias_jacobian.T
    return spread + start.bias_jacobian @ second @ start.bias_jacobian.T + body_m**2 * np.eye(2)


def stays_after(end: End, gap_s: float) -> float:
    """The chance (0 to 1) that one who was still when he was seen last is there after a gap."""
    if end.still_s <= 0:
        return 0.0
    lasting = end.trace.is_vehicle or (end.is_low and not end.has_company)
    held_s = end.still_s * (LOW_STAYS if lasting else 1.0)
    return min(held_s / (held_s + gap_s), 0.98)


def _moved_density(end: End, way: Array, *, gap_s: float, spread: Array) -> float:
    gait = gait_of(end)
    decay = float(np.exp(-gap_s / gait.memory_s))
    carried_s = gait.memory_s * (1.0 - decay)
    grown = 2 * gap_s / gait.memory_s - 3 + 4 * decay - decay**2
    noise = gait.speed_mps**2 * gait.memory_s**2 * max(grown, 0.0) * np.eye(2)
    velocity = end.covariance[2:, 2:] * carried_s**2
    cross = end.covariance[:2, 2:] * carried_s
    return _density(way - end.velocity_mps * carried_s, spread + velocity + cross + cross.T + noise)


def _halted_density(apart_m: float, *, within_m: float) -> float:
    """Density 1 / (2 pi c (d + HALT_M)^2) of a halt at a distance d, c making it whole."""
    if apart_m > within_m:
        return 0.0
    far = max(within_m, HALT_M)
    whole = np.log((far + HALT_M) / HALT_M) - far / (far + HALT_M)
    return float(1.0 / (2 * np.pi * whole * (apart_m + HALT_M) ** 2))


def _density(way: Array, covariance: Array) -> float:
    distance2 = float(way @ np.linalg.solve(covariance, way))
    return float(
        np.exp(-0.5 * distance2) / (2 * np.pi * np.sqrt(max(float(np.linalg.det(covariance)), 1e-12)))
    )
