"""HOTA: detection, association and localisation in one score, over all thresholds of similarity.

Method: Luiten et al., IJCV 2021, as in TrackEval: nineteen thresholds .05 to .95; in each frame the pairs
with the greatest similarity, weighted by how alike the two identities are over the whole scene.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from truceline.evaluate.scene import Scene

Array = NDArray[np.float64]

THRESHOLDS: Array = np.arange(0.05, 0.99, 0.05)

_EXACT = float(np.finfo(np.float64).eps)
"""A similarity at a threshold counts as beyond it, as in TrackEval."""


@dataclass(frozen=True, slots=True)
class HotaScores:
    """Means over the thresholds, 0 to 1.

    Attributes:
        hota: Mean of the geometric means of detection and association.
        detection: DetA; ``association`` AssA; ``localisation`` LocA.
    """

    hota: float
    detection: float
    association: float
    localisation: float


def hota(scene: Scene) -> HotaScores:
    """Score a scene; all scores are NaN without truth and tracks."""
    if not scene.truth and not scene.found:
        nothing = float("nan")
        return HotaScores(nothing, nothing, nothing, nothing)
    true_counts, found_counts, alike = _identities(scene)
    shape = (len(THRESHOLDS), scene.true_identities, scene.found_identities)
    together = np.zeros(shape)
    hits, similarity = np.zeros(len(THRESHOLDS)), np.zeros(len(THRESHOLDS))
    for frame in scene.frames:
        weighted = alike[np.ix_(frame.truth, frame.found)] * frame.similarity
        rows, columns = linear_sum_assignment(weighted, maximize=True)
        values = frame.similarity[rows, columns]
        passed = values[None] >= THRESHOLDS[:, None] - _EXACT
        hits += passed.sum(axis=1)
        similarity += (passed * values[None]).sum(axis=1)
        # One to one within a frame: no cell is met twice.
        together[:, frame.truth[rows], frame.found[columns]] += passed
    detection = hits / np.maximum(1, scene.truth + scene.found - hits)
    either = true_counts[None, :, None] + found_counts[None, None, :] - together
    association = (together * together / np.maximum(1, either)).sum(axis=(1, 2)) / np.maximum(1, hits)
    localisation = np.where(hits > 0, similarity / np.maximum(1, hits), 1.0)
    return HotaScores(
        hota=float(np.mean(np.sqrt(detection * association))),
        detection=float(np.mean(detection)),
        association=float(np.mean(association)),
        localisation=float(np.mean(localisation)),
    )


def _identities(scene: Scene) -> tuple[Array, Array, Array]:
    """How often each identity is there, and how alike (n, m) identities are over the scene (Jaccard)."""
    true_counts, found_counts = np.zeros(scene.true_identities), np.zeros(scene.found_identities)
    possible = np.zeros((scene.true_identities, scene.found_identities))
    for frame in scene.frames:
        true_counts[frame.truth] += 1
        found_counts[frame.found] += 1
        rivals = frame.similarity.sum(axis=0)[None] + frame.similarity.sum(axis=1)[:, None] - frame.similarity
        share = np.divide(frame.similarity, rivals, out=np.zeros_like(rivals), where=rivals > _EXACT)
        possible[np.ix_(frame.truth, frame.found)] += share
    either = true_counts[:, None] + found_counts[None] - possible
    return true_counts, found_counts, possible / np.maximum(either, _EXACT)
