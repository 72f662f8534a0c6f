"""Compile the simulator's kernels: a moment of the model incident, filmed stamp-sized by two cameras."""

from truceline.pipeline.simulation.footage.frames import Frames
from truceline.pipeline.simulation.footage.takes import Take, cast_of, planned_takes
from truceline.simulate.model.scenario import Play
from truceline.simulate.plates.plate import draw_plate
from truceline.simulate.plates.sky import sky_at
from truceline.simulate.scenario.load import load_scenario
from truceline.simulate.staging.play import play

SCENARIO = """
base = "panmunjom-2017"
name = "warm"
title = "People, a vehicle and a landscape, by day and in the infrared"
[[camera]]
id = "cctv-1"
remove = true
[[camera]]
id = "cctv-2"
remove = true
[[camera]]
id = "cctv-3"
remove = true
[[camera]]
id = "cctv-4"
size_px = [128, 72]
supplies = [["15:15:10", "15:15:10.3"]]
[[camera]]
id = "tod"
size_px = [128, 96]
supplies = [["15:15:10", "15:15:10.3"]]
"""


def warm_simulator() -> None:
    """Draw plates and frames of both bands; nothing is written."""
    played = play(load_scenario(SCENARIO, where="warm", seed=1))
    for take in planned_takes(played.setting, played.setting.cameras):
        _film(played, take)


def _film(played: Play, take: Take) -> None:
    setting, camera = played.setting, take.camera
    plate = draw_plate(
        setting.world,
        camera,
        sky=sky_at(setting.origin, setting.start_utc_ns, weather=setting.weather),
        weather=setting.weather,
        line_en_m=setting.line.vertices_en_m,
        seed=setting.seed,
    )
    frames = Frames(setting, take, cast=cast_of(played, camera.supplies[take.number]), plate=plate)
    for part in take.parts:
        for _ in frames.of(part):
            pass
