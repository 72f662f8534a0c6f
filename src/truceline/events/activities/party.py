"""Party: to which side somebody belongs, by where a path began and what it did; never by looks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from truceline.events.activities.ground import Ground
from truceline.geometry.line import signed_distance_m
from truceline.records.subjects import Subject

Array = NDArray[np.float64]

MOST = 0.9
"""People of one side come from the other often enough that a path's beginning says no more."""
FAR_M = 8.0
"""So near to the line a beginning says little: it fades in over this distance."""
RETURNED = 0.95
_FIRST_ROWS = 12
_FADES = 2.0


@dataclass(frozen=True, slots=True)
class PartyOpinion:
    """A side, or None where it cannot be told; with its probability and the reason in one sentence."""

    side: str | None
    probability: float
    reason: str


def party_of(subject: Subject, ground: Ground, *, came_out_of: Subject | None = None) -> PartyOpinion:
    """The side that a subject probably belongs to.

    Args:
        subject: Whose path is looked at.
        ground: Its line, with the line's error.
        came_out_of: The vehicle that it got out of: then the vehicle's path began first, and counts.
    """
    source = subject if came_out_of is None else came_out_of
    began = _beginning(source, ground)
    sides = ground.line.sides
    word = "its path began" if came_out_of is None else "the vehicle that it got out of came from"
    distance_m, left = began
    sure = 1.0 - float(np.exp(-_FADES * abs(distance_m) / FAR_M))
    probability = 0.5 + (MOST - 0.5) * sure * abs(2 * left - 1.0)
    side = sides.left if left >= 0.5 else sides.right  # noqa: PLR2004 - rather one than the other
    reason = f"{word} {abs(distance_m):.0f} m on the side of {side}"
    if _went_and_returned(subject, ground, began_left=left):
        probability = max(probability, RETURNED * abs(2 * left - 1.0))
        reason += ", and it went back there after crossing"
    if probability <= 0.55:  # noqa: PLR2004 - hardly better than even
        return PartyOpinion(None, probability, "its path began too near to the line")
    return PartyOpinion(side, float(probability), reason)


def _beginning(subject: Subject, ground: Ground) -> tuple[float, float]:
    """Median signed distance of the first rows from the line, metres, and P(left of it)."""
    rows = slice(0, _FIRST_ROWS)
    distance = float(np.median(signed_distance_m(ground.line.vertices_en_m, subject.en_m[rows])))
    spread = np.trace(subject.covariance[rows, :2, :2] + subject.bias_covariance[rows], axis1=1, axis2=2) / 2
    sigma = float(np.sqrt(np.median(spread) + ground.line.sigma_m**2))
    return distance, float(ndtr(distance / sigma))


def _went_and_returned(subject: Subject, ground: Ground, *, began_left: float) -> bool:
    """Whether it was surely beyond the line for a time and surely back at its end."""
    signed = signed_distance_m(ground.line.vertices_en_m, subject.en_m)
    spread = np.trace(subject.covariance[:, :2, :2] + subject.bias_covariance, axis1=1, axis2=2) / 2
    sigma = np.sqrt(spread + ground.line.sigma_m**2)
    own = signed if began_left >= 0.5 else -signed  # noqa: PLR2004 - rather one than the other
    beyond = bool(np.any(own < -3 * sigma))
    return beyond and bool(own[-1] > 3 * sigma[-1])
