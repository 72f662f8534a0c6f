"""Performances, plates and cameras for tests of bodies and of the raster."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import look_at_rotation, site_rays
from truceline.records.site import Calibration, Distortion
from truceline.simulate.model.actors import STEP_S, Action, Actor, ActorKind, Performance
from truceline.simulate.model.devices import Band, CameraPlan
from truceline.simulate.model.pictures import SKY_DEPTH_M, Plate, Sky

Array = NDArray[np.float64]

TONES = np.array([[0.2, 0.1, 0.1], [0.1, 0.2, 0.1], [0.1, 0.1, 0.2], [0.03] * 3, [0.5, 0.4, 0.3], [0.1] * 3])
SUNNY = Sky(np.array([-0.6, 0.0, 0.8]), np.array([1.0, 0.98, 0.92]), np.array([0.16, 0.19, 0.24]))
OVERCAST = Sky(np.array([-0.6, 0.0, 0.8]), np.zeros(3), np.array([0.5, 0.52, 0.55]))


def person(actor_id: str = "p", *, carries: bool = False) -> Actor:
    return Actor(actor_id, ActorKind.PERSON, None, 1.75, TONES, carries)


def vehicle(kind: ActorKind = ActorKind.JEEP, *, height_m: float = 1.85) -> Actor:
    return Actor("v", kind, None, height_m, TONES)


def performance(
    actor: Actor,
    action: Action,
    *,
    speed_mps: Array | float = 0.0,
    heading_rad: Array | float = 0.0,
    at_enu_m: tuple[float, float, float] = (0.0, 0.0, 0.0),
    samples: int = 300,
) -> Performance:
    """One actor who does one thing at a given speed and heading, walking on from ``at_enu_m``."""
    speed = np.broadcast_to(np.asarray(speed_mps, dtype=np.float64), (samples,)).copy()
    heading = np.broadcast_to(np.asarray(heading_rad, dtype=np.float64), (samples,)).copy()
    way = np.stack([np.cos(heading), np.sin(heading), np.zeros(samples)], axis=1) * speed[:, None]
    enu = np.cumsum(way, axis=0) * STEP_S + np.array(at_enu_m) - way[0] * STEP_S
    stride = 0.55 + 0.6 * np.abs(speed)
    zeros = np.zeros(samples)
    return Performance(
        actor,
        enu,
        heading,
        speed,
        np.full(samples, int(action), dtype=np.int8),
        np.ones(samples),
        np.full(samples, int(action), dtype=np.int8),
        np.cumsum(2 * np.pi * np.abs(speed) / stride * STEP_S),
        zeros,
        zeros,
        zeros,
        zeros,
        np.zeros(samples, dtype=np.bool_),
    )


def camera(
    *,
    distortion: Distortion = Distortion.BROWN,
    k1: float = 0.0,
    band: Band = Band.VISIBLE,
    place: tuple[float, float, float] = (0.0, -14.0, 4.0),
    look: tuple[float, float, float] = (0.0, 0.0, 0.9),
) -> CameraPlan:
    """A camera of 320 x 240 pixels, 14 m south of the origin."""
    position = np.array(place)
    calibration = Calibration(
        focal_px=np.array([330.0, 328.0]),
        centre_px=np.array([158.0, 121.0]),
        k1=k1,
        distortion=distortion,
        rotation=look_at_rotation(position, np.array(look)),
        position_enu_m=position,
        covariance=np.eye(10) * 1e-6,
        source="made for a test",
    )
    return CameraPlan("c", "c", band, 320, 240, Fraction(25), calibration, calibration, ())


def plate(camera: CameraPlan, *, wall_m: float | None = None, wall_left_of_m: float = np.inf) -> Plate:
    """Level ground; with ``wall_m`` a wall without end that stands so many metres south of the origin, as far
    east as ``wall_left_of_m``."""
    height, width = camera.height_px, camera.width_px
    pixels = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).reshape(-1, 2)
    rays = site_rays(camera.true, pixels.astype(np.float64))
    position = camera.true.position_enu_m
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(rays[:, 2] < 0, -position[2] / rays[:, 2], np.inf)
        if wall_m is not None:
            to_wall = (-wall_m - position[1]) / rays[:, 1]
            east = position[0] + to_wall * rays[:, 0]
            reach = np.where((to_wall > 0) & (to_wall < reach) & (east < wall_left_of_m), to_wall, reach)
    sky = ~np.isfinite(reach)
    ground = position + rays * np.where(sky, 0.0, reach)[:, None]
    ground[sky] = np.nan
    depth = np.where(sky, SKY_DEPTH_M, np.where(sky, 0.0, reach) * (rays @ camera.true.rotation[2]))
    channels = 1 if camera.band is Band.THERMAL else 3
    shape = (height, width)
    light = np.random.default_rng([1, 2]).uniform(0.1, 0.2, (height, width, channels))
    return Plate(
        light=light.astype(np.float32),
        depth_m=depth.reshape(shape).astype(np.float32),
        sunlit=np.ones(shape, dtype=np.float32),
        ground_enu_m=ground.reshape(*shape, 3).astype(np.float32),
        up=np.ones(shape, dtype=np.float32),
        sway=np.zeros(shape, dtype=np.float32),
        material=np.zeros(shape, dtype=np.uint8),
    )
