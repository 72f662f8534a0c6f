"""Clips: pieces of an actor's performance, one after the other, as they are decided while playing.

A clip is sampled every ``STEP_S``; after its last row it lasts on as that row until the next clip begins.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import STEP_S, Action
from truceline.simulate.scenario.script import Step

Array = NDArray[np.float64]
Codes = NDArray[np.int8]

UPRIGHT = (Action.STAND, Action.WALK, Action.RUN, Action.AIM, Action.DRAG, Action.GRAZE)
LYING = (Action.PRONE, Action.CRAWL, Action.AIM_PRONE, Action.LIE, Action.DRAGGED, Action.FALL)

FALL_S = 0.9
_CHANGES_S = {
    ("up", "up"): 0.35,
    ("up", "low"): 0.6,
    ("up", "down"): 1.3,
    ("low", "up"): 0.6,
    ("low", "low"): 0.3,
    ("low", "down"): 0.9,
    ("down", "up"): 1.6,
    ("down", "low"): 1.0,
    ("down", "down"): 0.7,
}
"""Seconds that a body takes from one posture to another; upright, crouched, on the ground."""


def change_s(before: Action, after: Action) -> float:
    """Seconds that the change from one action to another takes."""
    if Action.AWAY in (before, after) or before == after:
        # Nobody sees who is away change: who climbs out of a vehicle is bent from the start.
        return 0.0
    if after is Action.FALL:
        return FALL_S
    return _CHANGES_S[(_level(before), _level(after))]


def _level(action: Action) -> str:
    if action in LYING:
        return "down"
    return "low" if action is Action.CROUCH else "up"


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One piece.

    Attributes:
        first: Index of its first sample.
        places_en_m: (m, 2), ``headings_rad`` (m,) where it goes or faces, ``way_mps`` (m,) signed along it,
            ``action`` (m,).
        steer_rad: (m,) of a vehicle's front wheels; zero otherwise. ``rock_rad`` (m,) how it nods, stuck.
        heights_m: (m,) of one who flies, else None: on the ground.
        ends: Index at which the step is done, or None: when something else makes it end.
        face_actor: Whom the body faces all the while, instead of ``headings_rad``.
        aboard: The vehicle inside of which it is, whose places it takes.
        step: The step that it plays, or None.
    """

    first: int
    places_en_m: Array
    headings_rad: Array
    way_mps: Array
    action: Codes
    ends: int | None
    steer_rad: Array = field(default_factory=lambda: np.zeros(1))
    rock_rad: Array = field(default_factory=lambda: np.zeros(1))
    heights_m: Array | None = None
    face_actor: str | None = None
    aboard: str | None = None
    step: Step | None = None

    def row(self, index: int) -> int:
        """The row that holds at a sample."""
        return min(max(index - self.first, 0), len(self.headings_rad) - 1)

    def velocity_mps(self, index: int) -> Array:
        """Velocity (2,) at a sample, from the neighbouring rows; zero after the last one."""
        row = index - self.first
        last = len(self.headings_rad) - 1
        if last < 1 or row > last or (row == last and self.ends is not None and index > self.ends):
            return np.zeros(2)
        begin = min(max(row - 1, 0), last - 1)
        velocity: Array = (self.places_en_m[begin + 1] - self.places_en_m[begin]) / STEP_S
        return velocity


def samples(seconds: float) -> int:
    """How many samples a time takes, at least one."""
    return max(1, round(seconds / STEP_S))


def still(first: int, place_en_m: Array, *, heading_rad: float, action: Action, ends: int | None) -> Clip:
    """A clip of one row: somebody stays."""
    return Clip(
        first=first,
        places_en_m=place_en_m[None].copy(),
        headings_rad=np.array([heading_rad]),
        way_mps=np.zeros(1),
        action=np.array([action], dtype=np.int8),
        ends=ends,
    )


def joined(before: Clip, after: Clip) -> Clip:
    """One clip of two that follow each other; the second begins where the rows of the first end."""
    return Clip(
        first=before.first,
        places_en_m=np.concatenate([before.places_en_m, after.places_en_m]),
        headings_rad=np.concatenate([before.headings_rad, after.headings_rad]),
        way_mps=np.concatenate([before.way_mps, after.way_mps]),
        action=np.concatenate([before.action, after.action]),
        ends=after.ends,
        face_actor=after.face_actor,
        step=after.step,
    )
