"""Heard: the pressure at a microphone, of everything in a play, over any span of time."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.records.time import NS_PER_S
from truceline.simulate.model.devices import MicrophonePlan
from truceline.simulate.model.scenario import Play
from truceline.simulate.model.world import TreeKind
from truceline.simulate.sound.catalogue import CATALOGUE, pascals
from truceline.simulate.sound.making import Making, makings
from truceline.simulate.sound.moving import steps_heard, vehicle_heard
from truceline.simulate.sound.paths import air, echoes, obstacles, response, roll
from truceline.simulate.sound.sources import calls, waves, weather

Array = NDArray[np.float64]

RATE_HZ = response.RATE_HZ
LONGEST_S = 15.0
"""No sound of a happening lasts longer than this past its end, echo included."""
FULL_WOOD = 40
"""From so many trees with leaves on, the rustle is that of a wood."""
BIRD_SLOT_S = 7.0
BIRD_SHARE = 0.35
"""Share of such slots in which a bird calls by day, estimate."""
BIRD_M = (15.0, 90.0)
DAY_MINUTES = (5 * 60, 20 * 60)


@dataclass(frozen=True, slots=True, eq=False)
class Listening:
    """A microphone in a play: its surroundings, the weather, what sounds, its chance."""

    play: Play
    place: response.Place
    outdoors: weather.Outdoors
    sounding: tuple[Making, ...]
    seed: tuple[int, ...]


def listening(play: Play, microphone: MicrophonePlan) -> Listening:
    """A microphone put in its place.

    Raises:
        InputError: A happening names a sound that the catalogue does not hold.
    """
    world = play.setting.world
    seed = (play.setting.seed, zlib.crc32(microphone.microphone_id.encode()))
    ear = np.asarray(microphone.place_enu_m, dtype=np.float64)
    place = response.Place(
        world,
        obstacles.boxes_of(world),
        # About the site's origin, so that all microphones of a scenario hear the same surroundings.
        echoes.scatterers_of(world, middle_en_m=np.zeros(2), seed=play.setting.seed),
        roll.roll_of(world, seed),
        air.air_of(play.setting.weather),
        ear,
    )
    leafy = sum(tree.kind is not TreeKind.BARE for tree in world.trees)
    outdoors = weather.Outdoors(play.setting.weather, min(leafy / FULL_WOOD, 1.0), seed)
    return Listening(play, place, outdoors, tuple(makings(play, place)), seed)


def pressure_pa(ears: Listening, first: int, *, count: int) -> Array:
    """Pressure (count,) at the microphone from a sample on, counted at 48 kHz from the scenario's start."""
    pressure = weather.noise(ears.outdoors, first, count=count)
    begin_s, end_s = first / RATE_HZ, (first + count) / RATE_HZ
    pieces = []
    for making in ears.sounding:
        away_m = float(np.linalg.norm(making.source_enu_m - ears.place.ear_enu_m))
        late_s = making.happening.end_s + away_m / ears.place.air.sound_mps * 1.2 + LONGEST_S
        if making.happening.start_s < end_s and late_s > begin_s:
            pieces += _of_making(ears.place, making)
    pieces += _of_birds(ears, begin_s, end_s=end_s)
    pressure += waves.laid(((one.first, one.pressure_pa) for one in pieces), first, count=count)
    seed = ears.play.setting.seed
    for performance in ears.play.performances:
        heard = vehicle_heard if performance.actor.kind.is_vehicle else steps_heard
        pressure += heard(ears.place, performance, seed=seed, first=first, count=count)
    return pressure


def _of_making(place: response.Place, making: Making) -> list[response.Heard]:
    """A happening's sound and shock wave."""
    happening = making.happening
    wave = making.sound.make(making.random(), happening.end_s - happening.start_s)
    came = [
        response.heard(
            place,
            making.source_enu_m,
            emitted_pa=wave * pascals(making.sound.peak_db),
            start_s=happening.start_s,
            beam=making.beam,
        )
    ]
    if making.flight is not None:
        crack = response.heard_shock(place, making.flight, start_s=happening.start_s)
        came += [] if crack is None else [crack]
    return came


def _of_birds(ears: Listening, begin_s: float, *, end_s: float) -> list[response.Heard]:
    """The calls of birds, which no scenario lists: by day, about the microphone."""
    setting = ears.play.setting
    came = []
    for number in range(int(begin_s // BIRD_SLOT_S) - 1, int(end_s // BIRD_SLOT_S) + 1):
        random = np.random.default_rng([*ears.seed, 0x50_42, number + weather.EARLIEST])
        utc_s = setting.start_utc_ns // NS_PER_S + number * BIRD_SLOT_S
        minute = (utc_s / 60.0 + setting.local_offset_minutes) % (24 * 60)
        if random.random() > BIRD_SHARE or not DAY_MINUTES[0] <= minute < DAY_MINUTES[1]:
            continue
        bearing, away_m = random.uniform(0.0, 2.0 * np.pi), random.uniform(*BIRD_M)
        offset = np.array([away_m * np.cos(bearing), away_m * np.sin(bearing), random.uniform(2.0, 8.0)])
        came.append(
            response.heard(
                ears.place,
                ears.place.ear_enu_m + offset,
                emitted_pa=calls.bird(random, 0.0) * pascals(CATALOGUE["bird"].peak_db),
                start_s=(number + random.uniform(0.0, 0.8)) * BIRD_SLOT_S,
                beam=response.Beam(),
            )
        )
    return came
