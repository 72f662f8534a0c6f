"""How fast frames are made: ten people and a vehicle at 960 x 540, from shape to sensor, without encoding.

``python -m bench.simulate.frames`` prints milliseconds of processor time a frame, by step.
"""

import time
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from truceline.geometry.camera import look_at_rotation, site_rays
from truceline.records.site import Calibration, Distortion
from truceline.records.time import UtcNs
from truceline.simulate.bodies.shape import shape_at
from truceline.simulate.model.actors import STEP_S, Action, Actor, ActorKind, Performance
from truceline.simulate.model.devices import Band, CameraPlan
from truceline.simulate.model.pictures import SKY_DEPTH_M, Plate, Sky
from truceline.simulate.model.world import Weather
from truceline.simulate.raster.stage import Stage
from truceline.simulate.sensors.visible import VisibleSensor

WIDTH_PX, HEIGHT_PX = 960, 540
RATE_HZ = 25
EXPOSURE_S = 0.01
HORIZON_M = 2000.0
WARM_UP, FRAMES = 10, 100
SUN = Sky(np.array([-0.58, -0.41, 0.70]), np.array([1.05, 1.0, 0.92]), np.array([0.16, 0.19, 0.24]))


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor time a frame, milliseconds, of making shapes, drawing them, and of the sensor."""

    shape_ms: float
    raster_ms: float
    sensor_ms: float

    @property
    def rate_hz(self) -> float:
        """Frames a second on one core."""
        return 1000.0 / (self.shape_ms + self.raster_ms + self.sensor_ms)


def camera() -> CameraPlan:
    """A camera six metres up that looks over a yard from 28 metres."""
    position = np.array([0.0, -28.0, 6.0])
    calibration = Calibration(
        focal_px=np.array([900.0, 900.0]),
        centre_px=np.array([479.5, 269.5]),
        k1=-0.08,
        distortion=Distortion.BROWN,
        rotation=look_at_rotation(position, np.array([0.0, 0.0, 0.8])),
        position_enu_m=position,
        covariance=np.eye(10) * 1e-6,
        source="made for the benchmark",
    )
    rate = Fraction(RATE_HZ)
    return CameraPlan("yard", "Yard", Band.VISIBLE, WIDTH_PX, HEIGHT_PX, rate, calibration, calibration, ())


def plate_of(plan: CameraPlan) -> Plate:
    """Level ground of speckled grey under a sky."""
    pixels = np.stack(np.meshgrid(np.arange(WIDTH_PX), np.arange(HEIGHT_PX)), axis=-1).reshape(-1, 2)
    rays = site_rays(plan.true, pixels.astype(np.float64))
    position = plan.true.position_enu_m
    with np.errstate(divide="ignore"):
        reach = np.where(rays[:, 2] < 0, -position[2] / rays[:, 2], np.inf)
    sky = ~(reach < HORIZON_M)
    ground = position + rays * np.where(sky, np.nan, reach)[:, None]
    depth = np.where(sky, SKY_DEPTH_M, np.where(sky, 0.0, reach) * (rays @ plan.true.rotation[2]))
    shape = (HEIGHT_PX, WIDTH_PX)
    speckle = np.random.default_rng([0, 7]).uniform(0.12, 0.2, (*shape, 1)) * np.array([0.95, 1.0, 0.8])
    return Plate(
        light=np.where(sky.reshape(*shape, 1), 0.5, speckle).astype(np.float32),
        depth_m=depth.reshape(shape).astype(np.float32),
        sunlit=np.ones(shape, dtype=np.float32),
        ground_enu_m=ground.reshape(*shape, 3).astype(np.float32),
        up=np.ones(shape, dtype=np.float32),
        sway=np.zeros(shape, dtype=np.float32),
        material=np.zeros(shape, dtype=np.uint8),
    )


def cast(seconds: float) -> list[Performance]:
    """Six who walk, four who run, half of them carrying, and a jeep that drives through."""
    random = np.random.default_rng([0, 8])
    tones = np.array([[0.13, 0.14, 0.09]] * 3 + [[0.03] * 3, [0.42, 0.29, 0.22], [0.1, 0.11, 0.07]])
    people = []
    for number in range(10):
        runs = number < 4
        actor = Actor(f"p{number}", ActorKind.PERSON, None, 1.74, tones, number % 2 == 0)
        start = (float(random.uniform(-8, 8)), float(random.uniform(-7, 9)))
        heading = float(random.uniform(-np.pi, np.pi))
        action, speed = (Action.RUN, 4.0) if runs else (Action.WALK, 1.3)
        people.append(_going(actor, action, speed_mps=speed, way=(*start, heading), seconds=seconds))
    jeep = Actor("jeep", ActorKind.JEEP, None, 1.85, tones)
    return [*people, _going(jeep, Action.DRIVE, speed_mps=6.0, way=(-14.0, 4.0, 0.2), seconds=seconds)]


def _going(
    actor: Actor, action: Action, *, speed_mps: float, way: tuple[float, float, float], seconds: float
) -> Performance:
    """To and fro along a line of twelve metres, so that the cast stays in the picture; a jeep goes on."""
    times = np.arange(round(seconds / STEP_S)) * STEP_S
    travelled = times * speed_mps
    east, north, heading = way
    if actor.kind is ActorKind.PERSON:
        lap = 12.0
        inward = np.mod(travelled, 2 * lap) > lap
        along = np.where(inward, 2 * lap - np.mod(travelled, 2 * lap), np.mod(travelled, 2 * lap)) - lap / 2
    else:
        inward, along = np.zeros(len(times), dtype=bool), travelled
    place = np.stack(
        [east + along * np.cos(heading), north + along * np.sin(heading), np.zeros_like(along)], axis=1
    )
    zeros = np.zeros(len(times))
    codes = np.full(len(times), int(action), dtype=np.int8)
    stride = 0.4 * 2 * np.pi if actor.kind.is_vehicle else 0.55 + 0.6 * speed_mps
    return Performance(
        actor,
        place,
        np.asarray(heading + np.pi * inward, dtype=np.float64),
        np.full(len(times), speed_mps, dtype=np.float64),
        codes,
        np.ones(len(times)),
        codes,
        np.asarray(2 * np.pi * travelled / stride, dtype=np.float64),
        zeros,
        zeros,
        zeros,
        zeros,
        np.zeros(len(times), dtype=np.bool_),
    )


def measured() -> Cost:
    """Processor time of ``FRAMES`` frames after a warm-up."""
    plan = camera()
    plate = plate_of(plan)
    stage = Stage(plate, plan, sky=SUN, weather=Weather())
    sensor = VisibleSensor(plan, plate, sky=SUN, seed=1)
    actors = cast((WARM_UP + FRAMES) / RATE_HZ + 1.0)
    spent = np.zeros(3)
    for frame in range(WARM_UP + FRAMES):
        begun = time.process_time()
        at_s = frame / RATE_HZ
        opening = [(who, shape_at(who, at_s)) for who in actors]
        closing = [(who, shape_at(who, at_s + EXPOSURE_S)) for who in actors]
        shaped = time.process_time()
        drawn = stage.drawn(opening, moved=closing)
        rastered = time.process_time()
        sensor.picture(drawn, frame, UtcNs(1_500_000_000_000_000_000 + frame * 40_000_000))
        sensed = time.process_time()
        if frame >= WARM_UP:
            spent += (shaped - begun, rastered - shaped, sensed - rastered)
    shape_ms, raster_ms, sensor_ms = (float(one) * 1000.0 / FRAMES for one in spent)
    return Cost(shape_ms, raster_ms, sensor_ms)


if __name__ == "__main__":
    cost = measured()
    print(
        f"shape {cost.shape_ms:.2f} ms, raster {cost.raster_ms:.2f} ms, sensor {cost.sensor_ms:.2f} ms:"
        f" {cost.rate_hz:.0f} frames/s"
    )
