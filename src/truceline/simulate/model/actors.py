"""Actors: who and what moves, how it looked at every instant, what happened. Site east-north-up, metres."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.int8]

STEP_S = 0.02
"""Performances are sampled at this step; between samples they are interpolated."""


class ActorKind(StrEnum):
    """What moves."""

    PERSON = "person"
    JEEP = "jeep"
    TRUCK = "truck"
    CAR = "car"
    DOG = "dog"
    DEER = "deer"
    BIRD = "bird"

    @property
    def is_vehicle(self) -> bool:
        """Whether it has wheels."""
        return self in (ActorKind.JEEP, ActorKind.TRUCK, ActorKind.CAR)

    @property
    def is_animal(self) -> bool:
        """Whether it is an animal."""
        return self in (ActorKind.DOG, ActorKind.DEER, ActorKind.BIRD)


class Action(IntEnum):
    """What an actor does; the body's shape follows from it."""

    AWAY = 0  # not in the scene: not yet there, gone, or inside a vehicle
    STAND = 1
    WALK = 2
    RUN = 3
    CROUCH = 4
    PRONE = 5
    CRAWL = 6
    FALL = 7
    LIE = 8
    AIM = 9
    AIM_PRONE = 10
    DRAG = 11  # bent, pulling somebody
    DRAGGED = 12
    DRIVE = 13
    PARKED = 14
    STUCK = 15  # wheels turn, the body rocks
    FLY = 16
    GRAZE = 17


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """One who moves.

    Attributes:
        party: The side it belongs to, or None.
        height_m: Body height of a person, height at the shoulder of an animal, roof of a vehicle.
        tones: (k, 3) reflectances 0 to 1, red-green-blue, linear. Person: coat, sleeve, trousers, shoes,
            skin, cap. Vehicle: body, roof, glass, tyre, lamp, trim. Animal: back, belly, legs, head.
        carries: Whether a person carries a long object (of no named kind).
    """

    actor_id: str
    kind: ActorKind
    party: str | None
    height_m: float
    tones: Array
    carries: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """One actor over time, sampled every ``STEP_S`` from the start of the scenario.

    Attributes:
        enu_m: (n, 3) the ground point: midway between the feet, the middle of the wheels, below the belly; of
            one who lies, below the hips. A bird's is where it flies.
        heading_rad: (n,) where the body faces, counter-clockwise from east; of one who lies, to the head.
        speed_mps: (n,) along the heading, negative backwards.
        action: (n,) values of ``Action``.
        share: (n,) progress of the change into ``action`` from ``before``, 0 to 1 (1: completed).
        before: (n,) the action before the present one.
        phase_rad: (n,) gait phase of legs (2 pi a stride) or turn of wheels, advancing with the way.
        steer_rad: (n,) turn of a vehicle's front wheels to the left; of a person, turn of the arms' aim
            against the heading.
        pitch_rad: (n,) nose down of a vehicle, for rocking and a dropped wheel; ``roll_rad`` to the right.
        door: (n,) how far a vehicle's driver door stands open, 0 to 1.
        lamps: (n,) whether headlights are lit.
    """

    actor: Actor
    enu_m: Array
    heading_rad: Array
    speed_mps: Array
    action: Codes
    share: Array
    before: Codes
    phase_rad: Array
    steer_rad: Array
    pitch_rad: Array
    roll_rad: Array
    door: Array
    lamps: NDArray[np.bool_]

    @property
    def at_s(self) -> Array:
        """(n,) times of the samples, seconds from the scenario's start."""
        times: Array = np.arange(len(self.heading_rad), dtype=np.float64) * STEP_S
        return times


class HappeningKind(StrEnum):
    """What truth knows to have happened."""

    CROSSED = "crossed"
    RETURNED = "returned"
    PASSED_CHECKPOINT = "passed-checkpoint"
    STOPPED_AT_CHECKPOINT = "stopped-at-checkpoint"
    STUCK = "stuck"
    GOT_OUT = "got-out"
    GOT_IN = "got-in"
    STARTED_RUNNING = "started-running"
    PURSUIT = "pursuit"
    SHOT = "shot"
    DISCHARGE_LIKE = "discharge-like"  # a backfire, a firework: sounds like one and is none
    NOISE = "noise"  # a sound that resembles no discharge
    FELL = "fell"
    DOWN = "down"
    CRAWLED = "crawled"
    DRAGGED = "dragged"
    SPEEDING = "speeding"


@dataclass(frozen=True, slots=True, eq=False)
class Happening:
    """One true event.

    Attributes:
        start_s: Seconds from the scenario's start; ``end_s`` the same for what takes no time.
        actor_ids: Who; of a pursuit first the one pursued.
        place_enu_m: (3,) where, at the start.
        towards: The side entered by a crossing, else None.
        depth_m: Deepest distance beyond the line, for a crossing.
        speed_mps: Measured value of a speeding, else None.
        direction: (3,) unit vector of a shot, else None; ``supersonic`` whether its missile is.
        sound: Name of the sound that it makes (simulate.sound), or None.
    """

    kind: HappeningKind
    start_s: float
    end_s: float
    actor_ids: tuple[str, ...]
    place_enu_m: Array
    towards: str | None = None
    depth_m: float | None = None
    speed_mps: float | None = None
    direction: Array | None = None
    supersonic: bool = False
    sound: str | None = None
