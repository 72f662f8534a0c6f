"""A small camera over flat ground, for the tests of the sensors."""

from fractions import Fraction

import numpy as np

from truceline.geometry.camera import site_rays
from truceline.records.site import Calibration, Distortion
from truceline.records.time import UtcNs
from truceline.simulate.model.devices import Band, CameraPlan, Nuisance, Sensor, Stretch
from truceline.simulate.model.pictures import SKY_DEPTH_M, Drawn, Plate, Sky
from truceline.simulate.model.world import Weather
from truceline.simulate.sensors.nuisance.view import View

WIDTH_PX, HEIGHT_PX = 320, 180
START_UTC_NS = UtcNs(1_510_553_724_600_000_000)
DAY = Sky(np.array([0.5, 0.3, 0.81]), np.array([0.75, 0.72, 0.65]), np.array([0.25, 0.28, 0.33]))
NIGHT = Sky(DAY.to_sun, DAY.sun * 3e-4, DAY.sky * 3e-4)


def camera(*nuisances, band=Band.VISIBLE, rate=Fraction(25), size_px=(WIDTH_PX, HEIGHT_PX), **sensor):
    width, height = size_px
    down = np.deg2rad(20)
    rotation = np.array(
        [[1, 0, 0], [0, -np.sin(down), -np.cos(down)], [0, np.cos(down), -np.sin(down)]], dtype=np.float64
    )
    calibration = Calibration(
        focal_px=np.array([300.0, 300.0]),
        centre_px=np.array([(width - 1) / 2, (height - 1) / 2]),
        k1=0.0,
        distortion=Distortion.BROWN,
        rotation=rotation,
        position_enu_m=np.array([0.0, 0.0, 6.0]),
        covariance=np.eye(10) * 1e-6,
        source="a test",
    )
    return CameraPlan(
        camera_id="camera-1",
        name="GATE",
        band=band,
        width_px=width,
        height_px=height,
        rate_hz=rate,
        declared=calibration,
        true=calibration,
        supplies=(Stretch(0.0, 60.0),),
        sensor=Sensor(**sensor),
        nuisances=tuple(nuisances),
    )


def plate_of(plan, light):
    height, width = light.shape[:2]
    rows, columns = np.mgrid[:height, :width]
    pixels = np.column_stack([columns.ravel(), rows.ravel()]).astype(np.float64)
    rays = site_rays(plan.true, pixels).reshape(height, width, 3)
    with np.errstate(divide="ignore"):
        reach = np.where(rays[..., 2] < -1e-3, -plan.true.position_enu_m[2] / rays[..., 2], np.nan)
    ground = plan.true.position_enu_m + rays * reach[..., None]
    depth = (ground - plan.true.position_enu_m) @ plan.true.rotation[2]
    ones = np.ones((height, width), np.float32)
    return Plate(
        light=light.astype(np.float32),
        depth_m=np.where(np.isfinite(depth), depth, SKY_DEPTH_M).astype(np.float32),
        sunlit=ones,
        ground_enu_m=ground.astype(np.float32),
        up=ones,
        sway=ones * 0,
        material=np.zeros((height, width), np.uint8),
    )


def textured(channels=3, *, scale=1.0):
    """Light with a texture of its own, so that a shift or a blur of it shows."""
    random = np.random.default_rng(5)
    light = random.uniform(0.05, 0.35, (HEIGHT_PX // 6, WIDTH_PX // 8, channels))
    return np.ascontiguousarray(np.kron(light, np.ones((6, 8, 1))) * scale).astype(np.float32)


def drawn(light):
    return Drawn(np.asarray(light, dtype=np.float32), ())


def view(*nuisances, light=None, sky=DAY, weather=None, band=Band.VISIBLE):
    still = Weather(wind_mps=(0.0, 0.0)) if weather is None else weather
    plan = camera(*nuisances, band=band)
    light = textured(1 if band is Band.THERMAL else 3) if light is None else light
    return View(plan, plate_of(plan, light), sky, still, 3)


def one(kind, strength=0.8, start_s=0.0, end_s=60.0):
    return Nuisance(kind, start_s, end_s, strength)
