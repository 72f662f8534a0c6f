"""Identity scores: how much of every subject's path carries one and the same name.

Method: Ristani et al., ECCV workshops 2016: true and tracked identities are paired one to one over the whole
scene, so that they share the most places.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from truceline.evaluate.scene import MATCH, Scene


@dataclass(frozen=True, slots=True)
class IdentityScores:
    """Places under the right name, and the scores made of them.

    Attributes:
        truth: True places; ``found`` tracked ones; ``matched`` those under the right name.
    """

    truth: int
    found: int
    matched: int

    @property
    def idf1(self) -> float:
        """Twice the identity matches over true and tracked places; NaN when there are neither."""
        places = self.truth + self.found
        return 2 * self.matched / places if places else float("nan")

    @property
    def precision(self) -> float:
        """IDP: the share of tracked places under the right name; NaN without any."""
        return self.matched / self.found if self.found else float("nan")

    @property
    def recall(self) -> float:
        """IDR: the share of true places under the right name; NaN without any."""
        return self.matched / self.truth if self.truth else float("nan")


def identity(scene: Scene, *, threshold: float = MATCH) -> IdentityScores:
    """Score a scene; two places may be the same subject at this similarity or more."""
    together = np.zeros((scene.true_identities, scene.found_identities))
    for frame in scene.frames:
        rows, columns = np.nonzero(frame.similarity >= threshold)
        together[frame.truth[rows], frame.found[columns]] += 1
    chosen = linear_sum_assignment(together, maximize=True)
    return IdentityScores(scene.truth, scene.found, int(together[chosen].sum()))
