"""The script: the setting, and for every actor the steps that it is told to take, with their triggers.

All draws are made: a script holds numbers only. Frames of reference: site east-north-up metres; angles in
radians counter-clockwise from east; times in seconds from the scenario's start.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import Actor
from truceline.simulate.model.scenario import Setting

Array = NDArray[np.float64]

NOWHERE: Array = np.zeros((0, 2))
NOWHERE.setflags(write=False)


class Deed(StrEnum):
    """What a step tells an actor to do."""

    WAIT = "wait"  # stay as one is
    STAND = "stand"
    CROUCH = "crouch"
    PRONE = "prone"
    LIE = "lie"
    FALL = "fall"
    AIM = "aim"
    SHOOT = "shoot"
    WALK = "walk"
    RUN = "run"
    CRAWL = "crawl"
    DRAG = "drag"
    FOLLOW = "follow"
    GET_OUT = "get-out"
    GET_IN = "get-in"
    DRIVE = "drive"
    PARK = "park"
    ROCK = "rock"
    GRAZE = "graze"
    FLY = "fly"
    COME = "come"
    LEAVE = "leave"

    @property
    def moves(self) -> bool:
        """Whether it is movement along waypoints that the scenario gives."""
        return self in MOVING


MOVING = (Deed.WALK, Deed.RUN, Deed.CRAWL, Deed.DRAG, Deed.DRIVE, Deed.FLY)


class TriggerKind(StrEnum):
    """What a step waits for."""

    AT = "at"
    CROSSES = "crosses"
    WITHIN = "within"
    BEYOND = "beyond"
    ENTERS = "enters"
    BEGINS = "begins"
    ENDS = "ends"


@dataclass(frozen=True, slots=True, eq=False)
class Trigger:
    """One condition.

    Attributes:
        text: As it was written; ``where`` is FILE:LINE.
        actor_id: Whose movement or step it looks at; for ``AT`` empty.
        other_id: The second actor of a distance, or None when ``place_en_m`` (2,) is meant.
        ring_en_m: (n, 2) the zone that is entered.
        side: The side that a crossing must enter, or None for either.
        step: Index of the other actor's step that begins or ends.
        at_s: Instant; of the other kinds how long after the condition came true.
    """

    kind: TriggerKind
    text: str
    where: str
    actor_id: str = ""
    other_id: str | None = None
    place_en_m: Array = field(default_factory=NOWHERE.copy)
    ring_en_m: Array = field(default_factory=NOWHERE.copy)
    distance_m: float = 0.0
    side: str | None = None
    step: int = -1
    at_s: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Movement:
    """How a step moves.

    Attributes:
        waypoints_en_m: (k, 2) places to pass; the last is where it stops.
        heights_m: (k,) heights of a bird's waypoints above the site's plane.
        to_actor: Instead of the last waypoint: up to this actor, ``gap_m`` short of it.
        beside_m: Of one who follows: how far to the left of the other's trail.
    """

    waypoints_en_m: Array
    speed_mps: float
    acceleration_mps2: float
    brake_mps2: float
    heights_m: Array = field(default_factory=lambda: np.zeros(0))
    to_actor: str | None = None
    gap_m: float = 1.0
    beside_m: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Fire:
    """Shots: when each falls (seconds from the first), how far each strays (n, 2: aside, up, rad)."""

    after_s: Array
    stray_rad: Array
    prone: bool
    supersonic: bool


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One thing that an actor is told to do.

    Attributes:
        when: All of these must have come true before it begins.
        until: It is cut short as soon as all of these are true; empty: never.
        for_s: How long a step without an end of its own lasts; None: until the next one's triggers.
        face_actor: Whom the body faces, else ``face_rad`` (None: as it goes).
        whom: Whom it drags, follows, or what vehicle it gets out of or into.
        pursues: Whether it is a pursuit of ``whom``.
        beside: The one together with whom it drags.
        sound: A sound made as the step begins.
        lamps: Headlights on or off from here, None: as before.
        leaves_open: Whether a vehicle's door stays open behind one who gets out.
    """

    deed: Deed
    where: str
    name: str = ""
    when: tuple[Trigger, ...] = ()
    until: tuple[Trigger, ...] = ()
    for_s: float | None = None
    movement: Movement | None = None
    fire: Fire | None = None
    face_actor: str | None = None
    face_rad: float | None = None
    face_en_m: Array | None = None
    whom: str | None = None
    pursues: str | None = None
    beside: str | None = None
    sound: str | None = None
    lamps: bool | None = None
    leaves_open: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ActorPlan:
    """An actor, where and how it is at the start, and its steps.

    Attributes:
        posture: The deed that it is at before its first step.
        inside: The vehicle in which it sits at the start, or None.
        speed_mps: How fast it comes in when it was away before its first step.
        up_m: How high a bird flies in.
    """

    actor: Actor
    where: str
    at_en_m: Array
    facing_rad: float
    posture: Deed
    steps: tuple[Step, ...]
    inside: str | None = None
    lamps: bool = False
    speed_mps: float = 0.0
    up_m: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A post on a road: the gate (2, 2) across it, and whether somebody is there who can stop a vehicle."""

    checkpoint_id: str
    gate_en_m: Array
    staffed: bool


@dataclass(frozen=True, slots=True, eq=False)
class SpeedLimit:
    """A stretch of road with a limit: its middle (n, 2), its width."""

    name: str
    path_en_m: Array
    width_m: float
    limit_mps: float


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """All that is to be played."""

    setting: Setting
    actors: tuple[ActorPlan, ...]
    checkpoints: tuple[Checkpoint, ...] = ()
    limits: tuple[SpeedLimit, ...] = ()

    def plan(self, actor_id: str) -> ActorPlan:
        """The plan of that actor; a KeyError is a fault of the program, ids were checked on loading."""
        return {one.actor.actor_id: one for one in self.actors}[actor_id]
