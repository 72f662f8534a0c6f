"""A bare stage for tests of sound: flat ground, still air, one microphone; nothing about it is drawn."""

from dataclasses import replace

import numpy as np

from truceline.records.site import Line, Origin, Sides
from truceline.records.time import UtcNs, UtcSpan
from truceline.simulate.model.actors import (
    STEP_S,
    Action,
    Actor,
    ActorKind,
    Happening,
    HappeningKind,
    Performance,
)
from truceline.simulate.model.devices import MicrophonePlan
from truceline.simulate.model.scenario import Play, Setting
from truceline.simulate.model.world import Material, Solid, SolidKind, Terrain, Weather, World

STILL = Weather(air_c=15.0, humidity=0.5, wind_mps=(0.0, 0.0))
EAR = np.array([0.0, 0.0, 2.0])


def world(*, solids: tuple[Solid, ...] = (), ground: Material = Material.GRASS) -> World:
    terrain = Terrain(np.array([-1_000.0, -1_000.0]), 1_000.0, np.zeros((3, 3)))
    return World(terrain, ground, solids=solids)


def wall(centre: tuple[float, float], half: tuple[float, float, float], *, yaw: float = 0.0) -> Solid:
    middle = np.array([*centre, half[2]])
    return Solid("wall", SolidKind.BUILDING, Material.PLASTER, middle, np.array(half), yaw)


def microphone(**changes: object) -> MicrophonePlan:
    return replace(MicrophonePlan("m1", EAR), **changes)  # type: ignore[arg-type]


def play(*happenings: Happening, place: World | None = None, weather: Weather = STILL, seed: int = 7) -> Play:
    span = UtcSpan(UtcNs(0), UtcNs(10**18))
    line = Line("line", "1", "t", span, Sides("North", "South"), np.array([[-9.0, 0.0], [9.0, 0.0]]), 1.0)
    setting = Setting(
        name="stage",
        title="",
        story="",
        seed=seed,
        start_utc_ns=UtcNs(0),  # midnight: no birds
        duration_s=60.0,
        local_offset_minutes=0,
        origin=Origin(38.0, 126.7, 0.0),
        instrument="",
        world=place or world(),
        weather=weather,
        line=line,
        line_offset_m=0.0,
    )
    return Play(setting, (), happenings)


def shot(at_s: float, where: tuple[float, float, float], **changes: object) -> Happening:
    happening = Happening(
        HappeningKind.SHOT, at_s, at_s, ("p1",), np.array(where), direction=np.array([1.0, 0.0, 0.0])
    )
    return replace(happening, **changes)  # type: ignore[arg-type]


def noise(name: str, at_s: float, where: tuple[float, float, float], *, length_s: float = 0.0) -> Happening:
    return Happening(HappeningKind.DISCHARGE_LIKE, at_s, at_s + length_s, (), np.array(where), sound=name)


def performance(
    enu_m: np.ndarray, speed_mps: float, action: Action, *, kind: ActorKind = ActorKind.JEEP
) -> Performance:
    count = len(enu_m)
    none = np.zeros(count)
    codes = np.full(count, action, dtype=np.int8)
    return Performance(
        actor=Actor("a1", kind, None, 1.8, np.zeros((6, 3))),
        enu_m=enu_m,
        heading_rad=none,
        speed_mps=none + speed_mps,
        action=codes,
        share=none + 1.0,
        before=codes,
        phase_rad=np.linspace(0.0, count * STEP_S * 2.0 * np.pi, count),
        steer_rad=none,
        pitch_rad=none,
        roll_rad=none,
        door=none,
        lamps=np.zeros(count, dtype=np.bool_),
    )
