"""CLEAR MOT: misses, what is unfounded, switches and fragmentations, and the scores made of them.

Method: Bernardin and Stiefelhagen, EURASIP JIVP 2008. A pair that was the last to hold keeps holding while
it may, also after a gap, as in py-motmetrics (TrackEval keeps only pairs of the frame before). The rest is
paired with the greatest total similarity.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from truceline.evaluate.scene import MATCH, FramePair, Scene

Array = NDArray[np.float64]
Pairs = list[tuple[int, int]]

_NEVER = 1e9


@dataclass(frozen=True, slots=True)
class ClearScores:
    """Counts over all frames, and the scores made of them.

    Attributes:
        truth: True places; ``found`` tracked ones.
        misses: True places without a track; ``unfounded`` tracked ones without truth.
        switches: A subject's track is another one than the last that it had.
        fragments: A subject is lost and found again, under whatever name.
        similarity: Mean over matched pairs; NaN without any.
    """

    truth: int
    found: int
    misses: int
    unfounded: int
    switches: int
    fragments: int
    similarity: float

    @property
    def mota(self) -> float:
        """1 - (misses + unfounded + switches) / truth; NaN without truth, where it means nothing."""
        wrong = self.misses + self.unfounded + self.switches
        return 1 - wrong / self.truth if self.truth else float("nan")

    @property
    def motp(self) -> float:
        """The mean similarity of matched pairs: box overlap, or 1 - distance / reach on the ground."""
        return self.similarity


def clear(scene: Scene, *, threshold: float = MATCH) -> ClearScores:
    """Score a scene; a pair may match at this similarity or more."""
    matched = matches(scene, threshold=threshold)
    last: dict[int, int] = {}
    lost: set[int] = set()
    switches = fragments = hits = 0
    total = 0.0
    for frame, pairs in zip(scene.frames, matched, strict=True):
        rows = {row for row, _ in pairs}
        lost |= {int(one) for row, one in enumerate(frame.truth) if row not in rows and int(one) in last}
        for row, column in pairs:
            true, found = int(frame.truth[row]), int(frame.found[column])
            switches += last.get(true, found) != found
            fragments += true in lost
            lost.discard(true)
            last[true] = found
            total += float(frame.similarity[row, column])
        hits += len(pairs)
    return ClearScores(
        truth=scene.truth,
        found=scene.found,
        misses=scene.truth - hits,
        unfounded=scene.found - hits,
        switches=switches,
        fragments=fragments,
        similarity=total / hits if hits else float("nan"),
    )


def matches(scene: Scene, *, threshold: float = MATCH) -> tuple[Pairs, ...]:
    """The pairs (true row, tracked row) of every frame, one to one."""
    last: dict[int, int] = {}
    found = []
    for frame in scene.frames:
        pairs = _matched(frame, threshold=threshold, last=last)
        last |= {int(frame.truth[row]): int(frame.found[column]) for row, column in pairs}
        found.append(pairs)
    return tuple(found)


def _matched(frame: FramePair, *, threshold: float, last: dict[int, int]) -> Pairs:
    """Pairs of one frame: those that still hold first, then the most alike of the rest."""
    allowed = frame.similarity >= threshold
    columns = {int(one): column for column, one in enumerate(frame.found)}
    kept: Pairs = []
    for row, one in enumerate(frame.truth):
        column = columns.get(last.get(int(one), -1), -1)
        # A track may have been the last of two subjects: the first in the frame keeps it, nobody shares it.
        if column >= 0 and allowed[row, column]:
            kept.append((row, column))
            allowed[row, :] = False
            allowed[:, column] = False
    return kept + assigned(np.where(allowed, 1 - frame.similarity, _NEVER))


def assigned(cost: Array) -> Pairs:
    """The cheapest one-to-one pairs of a cost matrix (n, m); what costs ``_NEVER`` is no pair."""
    rows, columns = linear_sum_assignment(cost)
    return [
        (int(row), int(column))
        for row, column in zip(rows, columns, strict=True)
        if cost[row, column] < _NEVER
    ]


def matched_rows(scene: Scene, pairs: Sequence[Pairs]) -> NDArray[np.int64]:
    """All matched pairs (k, 3): index of the frame, true row, tracked row."""
    if len(pairs) != len(scene.frames):
        raise AssertionError("one list of pairs a frame")
    rows = [(index, row, column) for index, one in enumerate(pairs) for row, column in one]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)
