"""Standing, walking, running, driving: what the speed of a track's rows says, and how surely."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr

from truceline.records.columns import FloatColumn, IntColumn
from truceline.records.tracks import Track

Motion = Literal["standing", "walking", "running", "driving", "moving"]

MOTIONS: tuple[Motion, ...] = ("standing", "walking", "running", "driving", "moving")
"""By the numbers in ``Motions.state``; ``moving`` is of what is neither a person nor a vehicle."""

STANDING_BELOW_MPS = 0.4
"""Shifting one's weight and looking round stay below it; the slowest steady walk is about 0.5 m/s."""
RUNNING_FROM_MPS = 2.1
"""Where people change from walking to running by themselves: 2.07 m/s (Hreljac, 1995)."""
CREEPING_BELOW_MPS = 0.8
"""A vehicle stands below it: its cuboid's centre is known to some decimetres and wanders."""


@dataclass(frozen=True, slots=True, eq=False)
class Motions:
    """One row a frame: ``state`` (n,) places in ``MOTIONS``, ``probability`` (n,) that the word is right."""

    state: IntColumn
    probability: FloatColumn

    @property
    def words(self) -> list[Motion]:
        """The states in words."""
        return [MOTIONS[one] for one in self.state.tolist()]


def motions_of(track: Track) -> Motions:
    """How a track moved in each row, by its speed, the speed's error and what it is.

    Method: the speed is taken as normal about its estimate, with the standard deviation of the velocity along
    its own direction; the state is the interval between thresholds with the largest probability.
    """
    velocity = track.state[:, 2:]
    speed = np.linalg.norm(velocity, axis=1)
    along = velocity / np.maximum(speed, 1e-9)[:, None]
    variance = np.einsum("ni,nij,nj->n", along, track.covariance[:, 2:, 2:], along)
    # Without a direction the mean of both axes stands for it.
    mean = np.trace(track.covariance[:, 2:, 2:], axis1=1, axis2=2) / 2
    sigma = np.sqrt(np.maximum(np.where(speed > 0, variance, mean), 1e-12))
    bounds, states = _bounds(track.kind)
    below = ndtr((np.array(bounds)[None] - speed[:, None]) / sigma[:, None])
    edges = np.concatenate([np.zeros((len(speed), 1)), below, np.ones((len(speed), 1))], axis=1)
    shares = np.diff(edges, axis=1)
    best = np.argmax(shares, axis=1)
    return Motions(np.array(states, np.int64)[best], shares[np.arange(len(speed)), best])


def _bounds(kind: str) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """The speeds between states of a kind, and those states, the slowest first."""
    if kind == "person":
        return (STANDING_BELOW_MPS, RUNNING_FROM_MPS), (0, 1, 2)
    if kind == "vehicle":
        return (CREEPING_BELOW_MPS,), (0, 3)
    return (STANDING_BELOW_MPS,), (0, 4)
