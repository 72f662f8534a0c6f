"""Places and cameras that the tests of plates share."""

from fractions import Fraction

import numpy as np

from truceline.geometry.camera import look_at_rotation
from truceline.records.site import Calibration, Distortion, Origin
from truceline.simulate.model.devices import Band, CameraPlan, Stretch
from truceline.simulate.model.pictures import Plate, Sky
from truceline.simulate.model.world import Material, Terrain, Weather, World
from truceline.simulate.plates.plate import draw_plate

PANMUNJOM = Origin(37.9558, 126.6767, 30.0)
CLEAR = Weather(cloud=0.0, visibility_m=1e7)
NOON = Sky(np.array([0.0, -0.8, 0.6]), np.full(3, 1.1), np.full(3, 0.12))
DARK = Sky(np.array([0.0, 0.0, -1.0]), np.zeros(3), np.full(3, 0.0003))
NO_LINE = np.array([[-500.0, -500.0], [-400.0, -500.0]])


def camera(
    at_m=(0.0, -20.0, 6.0),
    towards_m=(0.0, 0.0, 0.0),
    *,
    band=Band.VISIBLE,
    field_deg=50.0,
    lens=None,
    size=(96, 54),
):
    position = np.array(at_m, dtype=float)
    width, height = size
    focal = width / 2 / np.tan(np.deg2rad(field_deg / 2))
    calibration = Calibration(
        np.array([focal, focal]),
        np.array([width / 2 - 0.5, height / 2 - 0.5]),
        rotation=look_at_rotation(position, np.array(towards_m, dtype=float)),
        position_enu_m=position,
        covariance=np.eye(10) * 1e-8,
        source="test",
        **({"k1": 0.0, "distortion": Distortion.BROWN} | (lens or {})),
    )
    return CameraPlan(
        "cam-1", "mast", band, width, height, Fraction(25), calibration, calibration, (Stretch(0.0, 1.0),)
    )


def flat(ground=Material.GRAVEL, **parts) -> World:
    return World(Terrain(np.array([-100.0, -100.0]), 100.0, np.zeros((3, 3))), ground, **parts)


def plate(world, plan, *, sky=NOON, weather=CLEAR, line=NO_LINE, seed=7) -> Plate:
    return draw_plate(world, plan, sky=sky, weather=weather, line_en_m=line, seed=seed)


def values_at(plan, values, points_enu_m):
    """Values (n, ...) of a plate's plane at the pixels of site points."""
    from truceline.geometry.camera import pixel_from_site

    pixels = np.rint(pixel_from_site(plan.true, np.atleast_2d(np.array(points_enu_m, dtype=float)))).astype(
        int
    )
    return values[pixels[:, 1], pixels[:, 0]]
