"""A role: one actor while the scenario is played, with all that it has done so far."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.line import signed_distance_m
from truceline.records.site import Sides
from truceline.simulate.model.actors import Action, ActorKind
from truceline.simulate.scenario.script import ActorPlan, Deed, Step
from truceline.simulate.staging.motion.bodies import STILL_ACTION, Now
from truceline.simulate.staging.motion.clips import Clip, still
from truceline.simulate.staging.motion.company import Follower

Array = NDArray[np.float64]

STARTS = {Deed.PARK: Action.PARKED}


@dataclass(frozen=True, slots=True)
class Shot:
    """A round: when, from which clip's stance, how far it strays (aside, up), whether supersonic."""

    at_s: float
    step: Step
    stray_rad: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Noise:
    """A sound that a step makes as it begins."""

    at_s: float
    sound: str


@dataclass(slots=True, eq=False)
class Role:
    """One actor in play.

    Attributes:
        clips: Its pieces so far, each later one beginning where it cuts the one before.
        live: What it does when that is decided from sample to sample.
        active: Index of the step that it is at, -1 before the first.
        begun: Step to the index at which it began; ``ended`` likewise.
        crossings: Samples right after which it is on the other side, and that side's name.
        latched: For triggers (by identity) the sample at which they came true.
        doors: When the driver's door was opened, and closed (None: left open).
        lamps: From which sample the headlights are lit or not.
    """

    plan: ActorPlan
    clips: list[Clip]
    live: Follower | None = None
    active: int = -1
    done: bool = True
    begun: dict[int, int] = field(default_factory=dict)
    ended: dict[int, int] = field(default_factory=dict)
    crossings: list[tuple[int, str]] = field(default_factory=list)
    latched: dict[int, int] = field(default_factory=dict)
    shots: list[Shot] = field(default_factory=list)
    noises: list[Noise] = field(default_factory=list)
    doors: list[tuple[int, int | None]] = field(default_factory=list)
    lamps: list[tuple[int, bool]] = field(default_factory=list)
    stuck_at: int | None = None
    seat: int = 0
    in_vehicle: str | None = None

    @property
    def step(self) -> Step | None:
        """The step that it is at."""
        return self.plan.steps[self.active] if self.active >= 0 else None

    @property
    def next_step(self) -> Step | None:
        """The step that comes."""
        return self.plan.steps[self.active + 1] if self.active + 1 < len(self.plan.steps) else None

    def now(self, index: int) -> Now:
        """How it is at a sample."""
        if self.live is not None:
            return self.live.now(index)
        clip = self.clips[-1]
        row = clip.row(index)
        action = Action(int(clip.action[row]))
        heading = float(clip.headings_rad[row])
        velocity = clip.velocity_mps(index)
        if action is Action.AWAY:
            velocity = self.plan.speed_mps * np.array([np.cos(heading), np.sin(heading)])
        return Now(
            index=index,
            actor=self.plan.actor,
            place_en_m=clip.places_en_m[row].copy(),
            heading_rad=heading,
            velocity_mps=velocity,
            action=action,
            up_m=self.plan.up_m if clip.heights_m is None else float(clip.heights_m[row]),
        )

    def add(self, clip: Clip, *, line_en_m: Array, sides: Sides) -> None:
        """Go on with a clip; crossings that the one before would have made later are forgotten."""
        self.crossings = [one for one in self.crossings if one[0] <= clip.first]
        before = self.clips[-1]
        row = before.row(clip.first)
        self.clips.append(clip)
        there = np.concatenate([before.action[row : row + 1], clip.action]) != Action.AWAY
        places = np.concatenate([before.places_en_m[row : row + 1], clip.places_en_m])
        self.note_crossings(places, clip.first, there=there, line_en_m=line_en_m, sides=sides)

    def note_crossings(
        self, places_en_m: Array, first: int, *, there: NDArray[np.bool_], line_en_m: Array, sides: Sides
    ) -> None:
        """Note where a row of places, the first of them before sample ``first``, passes the line.

        Nobody crosses by coming into the scene somewhere else, nor while not ``there``: in a vehicle.
        """
        if self.plan.actor.kind is ActorKind.BIRD:
            return
        left = signed_distance_m(line_en_m, places_en_m) >= 0
        passes = (left[1:] != left[:-1]) & there[1:] & there[:-1]
        for row in np.flatnonzero(passes):
            self.crossings.append((first + int(row), sides.left if left[row + 1] else sides.right))


def role_of(plan: ActorPlan) -> Role:
    """The role at the start."""
    action = STARTS.get(plan.posture) or STILL_ACTION[plan.posture]
    first = still(0, plan.at_en_m, heading_rad=plan.facing_rad, action=action, ends=None)
    return Role(plan=plan, clips=[first], lamps=[(0, plan.lamps)], in_vehicle=plan.inside)
