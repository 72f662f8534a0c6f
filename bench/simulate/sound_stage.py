"""A stage for one sound: a place of a drawn kind, a source and a microphone at a drawn distance."""

import io
from dataclasses import replace

import av
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

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
from truceline.simulate.model.devices import MicrophonePlan, Stretch
from truceline.simulate.model.scenario import Play, Setting
from truceline.simulate.model.world import Material, Solid, SolidKind, Terrain, Tree, Weather, World
from truceline.simulate.sound.catalogue import SHOT
from truceline.simulate.sound.codec import for_codec
from truceline.simulate.sound.record import recorded

START_S = 6.0
LENGTH_S = 2.4
NEAREST_M, FARTHEST_M = 8.0, 350.0
SUPERSONIC_SHARE = 0.6
IDLING, RAIN = "idling engine", "rain"
CODECS = ("pcm", "aac", "g711")
AAC_BIT_S = 48_000


def heard_once(name: str, number: int, *, reach_m: float = 80.0) -> tuple[NDArray[np.int16], int]:
    """Samples and rate of one sound; everything about it is drawn from its number."""
    random = np.random.default_rng([number, 0x50_99])
    far_m = float(np.exp(random.uniform(np.log(NEAREST_M), np.log(FARTHEST_M if name == SHOT else reach_m))))
    aim = random.uniform(0.0, 2.0 * np.pi)
    if name in (IDLING, RAIN):
        return _without_event(random, name, number=number)
    happening = Happening(
        HappeningKind.SHOT if name == SHOT else HappeningKind.DISCHARGE_LIKE,
        START_S,
        START_S,
        ("p1",),
        np.array([0.0, far_m, 1.4]),
        direction=np.array([np.cos(aim), np.sin(aim), 0.0]),
        supersonic=name == SHOT and random.random() < SUPERSONIC_SHARE,
        sound=name,
    )
    microphone = MicrophonePlan(
        "m1", np.array([0.0, 0.0, 3.0]), automatic_gain=number % 2 == 0, recorded_with="c1"
    )
    setting = setting_of(random, kind=number % 4, seed=number, microphone=microphone)
    begin_s = START_S + far_m / 340.0 - 0.4
    samples = recorded(
        Play(setting, (), (happening,)), microphone, stretch=Stretch(begin_s, begin_s + LENGTH_S)
    )
    kept, rate_hz = for_codec(samples, CODECS[number % 3])
    return (through_aac(kept, rate_hz) if CODECS[number % 3] == "aac" else kept), rate_hz


def _without_event(random: Generator, name: str, *, number: int) -> tuple[NDArray[np.int16], int]:
    """A vehicle that idles near by, or rain; both in calm air."""
    # A field recorder's microphone hears lower than a camera's; those recordings are from such.
    microphone = MicrophonePlan("m1", np.array([0.0, 0.0, 1.5]), automatic_gain=True)
    setting = setting_of(random, kind=0, seed=number, microphone=microphone)
    rain = random.uniform(1.0, 12.0) if name == RAIN else 0.0
    setting = replace(setting, weather=Weather(wind_mps=(0.2, 0.0), rain_mm_h=float(rain)))
    actors = () if name == RAIN else (_idling(random),)
    samples = recorded(Play(setting, actors, ()), microphone, stretch=Stretch(0.0, LENGTH_S))
    return for_codec(samples, "pcm")


def _idling(random: Generator) -> Performance:
    """A vehicle that stands with its engine running."""
    kind = (ActorKind.JEEP, ActorKind.CAR, ActorKind.TRUCK)[int(random.integers(3))]
    count = int((LENGTH_S + 5.0) / STEP_S)
    none = np.zeros(count)
    codes = np.full(count, Action.DRIVE, dtype=np.int8)
    where = np.tile(np.array([random.uniform(2.0, 12.0), 0.0, 0.0]), (count, 1))
    return Performance(
        actor=Actor("v1", kind, None, 1.8, np.zeros((6, 3))),
        enu_m=where,
        heading_rad=none,
        speed_mps=none,
        action=codes,
        share=none + 1.0,
        before=codes,
        phase_rad=none,
        steer_rad=none,
        pitch_rad=none,
        roll_rad=none,
        door=none,
        lamps=np.zeros(count, dtype=np.bool_),
    )


def through_aac(samples: NDArray[np.int16], rate_hz: int) -> NDArray[np.int16]:
    """Samples encoded as AAC at a camera's bit rate and decoded."""
    kept = io.BytesIO()
    with av.open(kept, "w", format="adts") as out:
        stream = out.add_stream("aac", rate=rate_hz, layout="mono")
        stream.bit_rate = AAC_BIT_S
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.rate = rate_hz
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    kept.seek(0)
    turner = av.AudioResampler(format="s16", layout="mono", rate=rate_hz)
    with av.open(kept, "r") as container:
        frames = [*container.decode(container.streams.audio[0])]
    return np.concatenate([piece.to_ndarray()[0] for frame in frames for piece in turner.resample(frame)])


def setting_of(random: Generator, *, kind: int, seed: int, microphone: MicrophonePlan) -> Setting:
    """In the open, among trees, among houses, or among both."""
    solids, trees = [], []
    if kind in (1, 3):
        for _ in range(60):
            east, north = random.uniform(-120.0, 120.0, 2)
            trees.append(Tree(east, north, random.uniform(5.0, 14.0), random.uniform(1.5, 3.5)))
    if kind in (2, 3):
        for _ in range(6):
            side = random.choice((-1.0, 1.0))
            centre = np.array([side * random.uniform(20.0, 70.0), random.uniform(-60.0, 200.0), 2.5])
            half = np.array([random.uniform(4.0, 12.0), random.uniform(3.0, 7.0), 2.5])
            yaw = random.uniform(0.0, np.pi)
            solids.append(Solid("house", SolidKind.BUILDING, Material.PLASTER, centre, half, yaw))
    terrain = Terrain(np.array([-600.0, -600.0]), 1_200.0, np.zeros((2, 2)))
    world = World(terrain, Material.GRASS, solids=tuple(solids), trees=tuple(trees))
    weather = Weather(
        random.uniform(-5.0, 28.0), random.uniform(0.3, 0.9), wind_mps=(random.uniform(0, 5), 0.0)
    )
    span = UtcSpan(UtcNs(0), UtcNs(10**18))
    line = Line(
        "line", "1", "drawn", span, Sides("North", "South"), np.array([[-100.0, 0.0], [100.0, 0.0]]), 1.0
    )
    return Setting(
        name="stage",
        title="",
        story="",
        seed=seed,
        start_utc_ns=UtcNs(0),
        duration_s=60.0,
        local_offset_minutes=0,
        origin=Origin(38.0, 126.7, 0.0),
        instrument="",
        world=world,
        weather=weather,
        line=line,
        line_offset_m=0.0,
        microphones=(microphone,),
    )
