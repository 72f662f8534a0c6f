"""Making: which happenings of a play sound, from where, how, and what they send ahead of them."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from truceline.simulate.model.actors import STEP_S, Action, Happening, HappeningKind, Performance
from truceline.simulate.model.scenario import Play
from truceline.simulate.sound.catalogue import SHOT, Sound, sound_named
from truceline.simulate.sound.paths.obstacles import reach_m
from truceline.simulate.sound.paths.response import Beam, Place
from truceline.simulate.sound.paths.shock import Flight, Missile

Array = NDArray[np.float64]

ON_GROUND_M = 0.1
"""A place lower than this above the ground says where the actor stands, not where the sound is made."""
PRONE_M = 0.3
FARTHEST_M = 1_500.0
"""Missiles are followed so far."""


@dataclass(frozen=True, slots=True, eq=False)
class Making:
    """A happening that sounds.

    Attributes:
        sound: Which sound.
        source_enu_m: (3,) where it is made.
        beam: Its directivity.
        flight: The missile, where it is faster than sound, else None.
        seed: Of all chance in it.
    """

    happening: Happening
    sound: Sound
    source_enu_m: Array
    beam: Beam
    flight: Flight | None
    seed: tuple[int, ...]

    def random(self) -> Generator:
        """The same stream of chance whoever asks."""
        return np.random.default_rng(self.seed)


def makings(play: Play, place: Place) -> Iterator[Making]:
    """The happenings of a play that sound, in their order.

    A shot sounds as one unless it names another sound; anything else is silent unless it names one.

    Raises:
        InputError: A happening names a sound that the catalogue does not hold.
    """
    actors = {one.actor.actor_id: one for one in play.performances}
    for happening in play.happenings:
        name = happening.sound
        if name is None and happening.kind is HappeningKind.SHOT:
            name = SHOT
        if name is None:
            continue
        sound = sound_named(name, where=f"{happening.kind} at {happening.start_s:.2f} s")
        doer = actors.get(happening.actor_ids[0]) if happening.actor_ids else None
        source = _source(happening, doer, place=place, height_m=sound.height_m)
        seed = (play.setting.seed, 0x50_40, _key(name), _key(" ".join(happening.actor_ids)))
        yield Making(
            happening,
            sound,
            source,
            Beam(_axis(happening, doer), sound.behind_db),
            _flight(play, happening, place=place, source_enu_m=source),
            (*seed, round(happening.start_s * 1_000.0)),
        )


def _key(text: str) -> int:
    """A number that stands for a text."""
    return zlib.crc32(text.encode())


def _row(performance: Performance, at_s: float) -> int:
    """The sample of a performance nearest to a time."""
    return int(np.clip(round(at_s / STEP_S), 0, len(performance.heading_rad) - 1))


def _source(happening: Happening, doer: Performance | None, *, place: Place, height_m: float) -> Array:
    """Where the sound is made: as told, or at its own height above a place on the ground."""
    told = np.array(happening.place_enu_m, dtype=np.float64)
    ground_m = float(place.world.terrain.height_m(told[:2]))
    if told[2] - ground_m >= ON_GROUND_M:
        return told
    lying = False
    if doer is not None:
        action = int(doer.action[_row(doer, happening.start_s)])
        lying = action in (Action.PRONE, Action.CRAWL, Action.LIE, Action.AIM_PRONE)
    return np.array([told[0], told[1], ground_m + (min(PRONE_M, height_m) if lying else height_m)])


def _axis(happening: Happening, doer: Performance | None) -> Array | None:
    """Where the sound is loudest: along a shot, else where the actor faces."""
    if happening.direction is not None:
        return np.asarray(happening.direction, dtype=np.float64)
    if doer is None:
        return None
    heading = float(doer.heading_rad[_row(doer, happening.start_s)])
    return np.array([np.cos(heading), np.sin(heading), 0.0])


def _flight(play: Play, happening: Happening, *, place: Place, source_enu_m: Array) -> Flight | None:
    """The missile of a shot: each actor's is a little other than the next one's."""
    if not happening.supersonic or happening.direction is None:
        return None
    owner = happening.actor_ids[0] if happening.actor_ids else ""
    random = np.random.default_rng([play.setting.seed, 0x50_41, _key(owner)])
    missile = Missile(start_mps=random.uniform(690.0, 880.0), slowing_m=random.uniform(650.0, 950.0))
    direction = np.asarray(happening.direction, dtype=np.float64)
    reach = reach_m(
        place.world, place.boxes, start_enu_m=source_enu_m, direction=direction, longest_m=FARTHEST_M
    )
    return Flight(missile, source_enu_m, direction, reach)
