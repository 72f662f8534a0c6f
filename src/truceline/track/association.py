"""Who is who: the cost of every pair of track and detection, and the best one-to-one assignment."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from truceline.records.outlines import UPRIGHT, VEHICLE, Outlines

Array = NDArray[np.float64]

_FORBIDDEN = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One side of an association: predicted tracks, or detections. All have n rows.

    Attributes:
        positions: (n, 2) in the plane; ``covariances`` (n, 2, 2).
        boxes_px: (n, 4) left, top, right, bottom.
        appearance: (n, a) square-rooted histograms; a row of zeros is unknown and costs nothing.
        outlines: What was measured of each; nothing, unless it is given.
    """

    positions: Array
    covariances: Array
    boxes_px: Array
    appearance: Array
    outlines: Outlines = field(default_factory=lambda: Outlines.unmeasured(0))

    def __post_init__(self) -> None:
        """Nothing was measured where nothing is given."""
        if len(self.outlines) != len(self.positions):
            object.__setattr__(self, "outlines", Outlines.unmeasured(len(self.positions)))

    def take(self, rows: NDArray[np.int64]) -> "Side":
        """The given rows."""
        return Side(
            self.positions[rows],
            self.covariances[rows],
            self.boxes_px[rows],
            self.appearance[rows],
            self.outlines.take(rows),
        )

    def vaguer(self, factor: float) -> "Side":
        """The same with every covariance multiplied."""
        return replace(self, covariances=self.covariances * factor)

    @property
    def is_vehicle(self) -> NDArray[np.bool_]:
        """(n,) which rows are vehicles."""
        vehicles: NDArray[np.bool_] = self.outlines.form == VEHICLE
        return vehicles

    def __len__(self) -> int:
        """How many rows."""
        return len(self.positions)


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much.

    Attributes:
        gate: Largest squared Mahalanobis distance (13.8 is 99.9 % of chi-square with two degrees of freedom).
        overlap: Cost of boxes that do not overlap at all.
        appearance: Cost of colours that are twice as unlike a track's own as those usually are among
            themselves; it grows with the square of what exceeds that.
        strangest: Largest cost of colours: light changes, and people turn round.
        alone: Cost of a track left without a detection: a bad pair is worse than none.
        metre: Length of a metre in units of the plane, so that costs mean the same in a picture.
    """

    gate: float = 13.8
    overlap: float = 2.0
    appearance: float = 4.0
    strangest: float = 20.0
    alone: float = 20.0
    metre: float = 1.0


USUAL_UNLIKENESS = 0.08
LEAST_UNLIKENESS = 0.04
"""One minus the likeness of somebody's colours to their own mean: before it is known, and at the least.
Chosen on PETS 2009 S2.L1, frames 31 to 300."""


def associate(
    tracks: Side, detections: Side, *, weights: Weights, usual: Array | None = None
) -> list[tuple[int, int]]:
    """Pairs (track row, detection row) of the assignment with the smallest total cost inside the gate.

    Args:
        tracks: Where each track is expected.
        detections: What one frame gave.
        weights: What counts how much.
        usual: (t,) how unlike its own mean each track's colours usually are (0 to 1); None: not known.

    Method: squared Mahalanobis distance plus log determinant on the ground (UCMCTrack, Yi et al. 2024), plus
    a box-overlap term in the image (decides at low camera heights, where the ground is uncertain) and colour.
    """
    if len(tracks) == 0 or len(detections) == 0:
        return []
    apart = detections.positions[None] - tracks.positions[:, None]
    spread = tracks.covariances[:, None] + detections.covariances[None]
    distance2 = np.einsum("tdi,tdij,tdj->td", apart, np.linalg.inv(spread), apart)
    cost = distance2 + np.log(np.linalg.det(spread)) - 4 * np.log(weights.metre)
    cost += weights.overlap * (1 - overlap_of_boxes(tracks.boxes_px, detections.boxes_px))
    cost += _strangeness(tracks, detections, weights=weights, usual=usual)
    # A vehicle does not turn into a person: whoever gets out is somebody else.
    alike = tracks.is_vehicle[:, None] == detections.is_vehicle[None]
    # Nor does somebody upright shrink: what is low and narrow there is somebody's legs, at a wrong place.
    alike &= ~((tracks.outlines.form == UPRIGHT)[:, None] & detections.outlines.is_part_like[None])
    allowed = (distance2 <= weights.gate) & alike
    nobody = np.where(np.eye(len(tracks), dtype=bool), weights.alone, _FORBIDDEN)
    rows, columns = linear_sum_assignment(np.hstack([np.where(allowed, cost, _FORBIDDEN), nobody]))
    return [
        (int(row), int(column))
        for row, column in zip(rows, columns, strict=True)
        if column < len(detections) and allowed[row, column]
    ]


def unlikeness(first: Array, second: Array) -> Array:
    """One minus the likeness (0 to 1) of rows of colours (n, a) and (m, a), as (n, m)."""
    apart: Array = 1 - first @ second.T
    return apart


def _strangeness(tracks: Side, detections: Side, *, weights: Weights, usual: Array | None) -> Array:
    """What unlike colours cost (t, d): people dressed alike are told apart by small differences that last."""
    known = np.any(tracks.appearance > 0, axis=1)[:, None] & np.any(detections.appearance > 0, axis=1)[None]
    own = np.full(len(tracks), USUAL_UNLIKENESS) if usual is None else np.maximum(usual, LEAST_UNLIKENESS)
    excess = np.maximum(unlikeness(tracks.appearance, detections.appearance) / own[:, None] - 1, 0.0)
    return np.where(known, np.minimum(weights.appearance * excess**2, weights.strangest), 0.0)


def overlap_of_boxes(first: Array, second: Array) -> Array:
    """Intersection over union (n, m) of boxes (n, 4) and (m, 4); 0 where a box is empty."""
    upper = np.maximum(first[:, None, :2], second[None, :, :2])
    lower = np.minimum(first[:, None, 2:], second[None, :, 2:])
    common = np.prod(np.clip(lower - upper, 0, None), axis=2)
    area_first = np.prod(np.clip(first[:, 2:] - first[:, :2], 0, None), axis=1)
    area_second = np.prod(np.clip(second[:, 2:] - second[:, :2], 0, None), axis=1)
    union = area_first[:, None] + area_second[None] - common
    return np.where(union > 0, common / np.maximum(union, 1e-12), 0.0)
