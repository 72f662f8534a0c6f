"""Tracks against truth on the ground: CLEAR MOT and identity scores with a distance gate.

Method: MOTA after Bernardin and Stiefelhagen (EURASIP JIVP 2008), IDF1 after Ristani et al. (ECCV workshops
2016); matches lie within a radius on the ground instead of a box overlap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from truceline.errors import InputError

Array = NDArray[np.float64]

_FAR = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame: identities and positions (n, 2) of one side, truth or tracks."""

    ids: tuple[str, ...]
    positions_m: Array


@dataclass(frozen=True, slots=True)
class TrackScores:
    """Counts over all frames, and the scores made of them."""

    truth: int
    misses: int
    unfounded: int
    switches: int
    identity_matches: int
    tracked: int
    mean_error_m: float

    @property
    def mota(self) -> float:
        """1 - (misses + unfounded + switches) / truth; NaN without truth, where it means nothing."""
        wrong = self.misses + self.unfounded + self.switches
        return 1 - wrong / self.truth if self.truth else float("nan")

    @property
    def idf1(self) -> float:
        """Twice the identity matches over true and tracked positions; NaN when there are neither."""
        positions = self.truth + self.tracked
        return 2 * self.identity_matches / positions if positions else float("nan")


def score_tracks(truth: Sequence[Frame], tracks: Sequence[Frame], *, radius_m: float) -> TrackScores:
    """Score tracks frame by frame against truth; both hold one entry a frame, in the same order.

    Args:
        truth: True identities and positions, identities unique within a frame.
        tracks: What was tracked, likewise.
        radius_m: A pair at this distance or nearer may match.

    Raises:
        InputError: One side has more frames than the other.
    """
    if len(truth) != len(tracks):
        raise InputError(f"{len(truth)} frames of truth cannot be compared with {len(tracks)} of tracks")
    last: dict[str, str] = {}
    together: dict[tuple[str, str], int] = {}
    errors: list[float] = []
    misses = unfounded = switches = 0
    for true, found in zip(truth, tracks, strict=True):
        distance = _distances(true, found)
        for row, column in zip(*np.nonzero(distance <= radius_m), strict=True):
            pair = (true.ids[row], found.ids[column])
            together[pair] = together.get(pair, 0) + 1
        pairs = _matched(true, found, distance=np.where(distance <= radius_m, distance, _FAR), last=last)
        misses += len(true.ids) - len(pairs)
        unfounded += len(found.ids) - len(pairs)
        for row, column in pairs:
            switches += last.get(true.ids[row], found.ids[column]) != found.ids[column]
            last[true.ids[row]] = found.ids[column]
            errors.append(float(distance[row, column]))
    return TrackScores(
        truth=sum(len(one.ids) for one in truth),
        misses=misses,
        unfounded=unfounded,
        switches=switches,
        identity_matches=_identity_matches(together),
        tracked=sum(len(one.ids) for one in tracks),
        mean_error_m=float(np.mean(errors)) if errors else float("nan"),
    )


def _distances(true: Frame, found: Frame) -> Array:
    apart = true.positions_m[:, None, :] - found.positions_m[None, :, :]
    distance: Array = np.linalg.norm(apart, axis=2)
    return distance


def _matched(true: Frame, found: Frame, *, distance: Array, last: Mapping[str, str]) -> list[tuple[int, int]]:
    """Pairs of this frame: those that still hold first, then the nearest of the rest."""
    kept: list[tuple[int, int]] = []
    free = set(range(len(found.ids)))
    for row, name in enumerate(true.ids):
        column = found.ids.index(last[name]) if last.get(name) in found.ids else -1
        # A track may have been the last of two subjects: the first in the frame keeps it, nobody shares it.
        if column in free and distance[row, column] < _FAR:
            kept.append((row, column))
            free.remove(column)
    cost = distance.copy()
    for row, column in kept:
        cost[row, :] = _FAR
        cost[:, column] = _FAR
    rows, columns = linear_sum_assignment(cost)
    fresh = [(int(row), int(column)) for row, column in zip(rows, columns, strict=True)]
    return kept + [(row, column) for row, column in fresh if cost[row, column] < _FAR]


def _identity_matches(together: Mapping[tuple[str, str], int]) -> int:
    """The most positions that a one-to-one pairing of true and tracked identities can share."""
    rows = sorted({true for true, _ in together})
    columns = sorted({found for _, found in together})
    table = np.zeros((len(rows), len(columns)))
    for (true, found), count in together.items():
        table[rows.index(true), columns.index(found)] = count
    chosen = linear_sum_assignment(table, maximize=True)
    return int(table[chosen].sum())
