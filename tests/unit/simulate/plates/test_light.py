"""Shadows, lamps, haze and warmth."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.plates.places import CLEAR, DARK, NOON, camera, flat, plate, values_at
from truceline.simulate.model.devices import Band
from truceline.simulate.model.pictures import Sky
from truceline.simulate.model.world import Lamp, Material, Solid, SolidKind, Surface, Tree, Weather
from truceline.simulate.plates.plate import _fill

MATERIALS = list(Material)
LOOKING_DOWN = {"at_m": (0, -12, 30), "towards_m": (0, 0, 0), "field_deg": 40, "size": (192, 108)}


def sun_at(azimuth_deg, elevation_deg):
    azimuth, elevation = np.deg2rad([azimuth_deg, elevation_deg])
    to_sun = np.array(
        [np.sin(azimuth) * np.cos(elevation), np.cos(azimuth) * np.cos(elevation), np.sin(elevation)]
    )
    return Sky(to_sun, np.full(3, 1.0), np.full(3, 0.1))


def wall(centre=(0, 0, 1), half=(0.3, 0.3, 1)):
    return Solid("it", SolidKind.WALL, Material.CONCRETE, np.array(centre, float), np.array(half, float))


@pytest.mark.parametrize(("azimuth", "elevation"), [(180, 45), (225, 30), (100, 20), (320, 55)])
def test_shadows_point_away_from_the_sun_and_are_as_long_as_they_must_be(azimuth, elevation):
    plan = camera(**LOOKING_DOWN)
    drawn = plate(flat(solids=(wall(),)), plan, sky=sun_at(azimuth, elevation))
    length = 2.0 / np.tan(np.deg2rad(elevation))
    away = -np.array([np.sin(np.deg2rad(azimuth)), np.cos(np.deg2rad(azimuth))])
    aside = np.array([-away[1], away[0]])
    shares = values_at(
        plan,
        drawn.sunlit,
        [
            (*(away * (length - 0.35)), 0.0),
            (*(away * (length + 0.85)), 0.0),
            (*(away * length / 2 + aside * 0.9), 0.0),
            (*(-away * 1.2), 0.0),
        ],
    )
    assert shares == pytest.approx([0.0, 1.0, 1.0, 1.0], abs=0.05)


def test_a_shaded_place_keeps_the_light_of_the_sky_only():
    plan = camera(**LOOKING_DOWN)
    sky = sun_at(180, 45)
    drawn = plate(flat(solids=(wall(),)), plan, sky=sky)
    shaded, lit = values_at(plan, drawn.light[..., 1], [(0, 1.5, 0), (3, 1.5, 0)])
    both = sky.sun[1] * sky.to_sun[2] + sky.sky[1]
    assert 0.4 * sky.sky[1] / both < shaded / lit < 1.8 * sky.sky[1] / both


def test_leaves_let_some_sun_through_and_walls_none():
    plan = camera(**LOOKING_DOWN)
    drawn = plate(flat(trees=(Tree(0.0, 0.0, 5.0, 2.0),)), plan, sky=sun_at(180, 45))
    under = [(east, 3.3 + north, 0.0) for east in (-0.5, 0, 0.5) for north in (-0.5, 0, 0.5)]
    shares = values_at(plan, drawn.sunlit, under)
    assert 0.0 <= shares.mean() < 0.5
    assert values_at(plan, drawn.sunlit, (4.5, 0.0, 0.0))[0] == pytest.approx(1.0)


def test_the_foot_of_a_wall_is_darker_than_open_ground_under_cloud():
    plan = camera(**LOOKING_DOWN)
    sky = Sky(NOON.to_sun, np.zeros(3), np.full(3, 0.3))
    house = wall((0, 0, 1.5), (4, 1, 1.5))
    drawn = plate(flat(Material.CONCRETE, solids=(house,)), plan, sky=sky)
    foot = values_at(plan, drawn.light[..., 1], [(x, -1.15, 0) for x in np.linspace(-3, 3, 9)]).mean()
    open_ground = values_at(plan, drawn.light[..., 1], [(x, -4.0, 0) for x in np.linspace(-3, 3, 9)]).mean()
    assert foot < 0.85 * open_ground


def test_haze_takes_contrast_with_distance():
    plan = camera(at_m=(0, -20, 3), towards_m=(0, 60, 0))
    road = Surface("road", Material.ASPHALT, np.array([[-60.0, 90], [60, 90], [60, 140], [-60, 140]]))
    world = flat(Material.SLAB, surfaces=(road,))
    contrasts = []
    for visibility in (1e7, 2000.0, 300.0):
        drawn = plate(world, plan, weather=replace(CLEAR, visibility_m=visibility))
        dark, bright = values_at(plan, drawn.light[..., 1], [(0, 110, 0), (0, 40, 0)])
        contrasts.append(bright - dark)
    assert contrasts[0] > contrasts[1] > contrasts[2]


def test_lamplight_falls_off_with_the_square_of_the_distance():
    lamp = Lamp("one", np.array([0.0, 0.0, 4.0]), 1.5)
    plan = camera(**LOOKING_DOWN)
    drawn = plate(flat(lamps=(lamp,)), plan, sky=DARK)
    near, far = values_at(plan, drawn.lamplight, [(1.0, -1.0, 0.0), (5.0, -5.0, 0.0)])
    distances2 = np.array([2 + 16, 50 + 16])
    downward = np.clip(0.25 + 1.2 * 4 / np.sqrt(distances2), 0, 1)
    assert [near, far] == pytest.approx(1.5 / distances2 * downward, rel=0.05)
    assert np.ptp(drawn.light, axis=2).max() == 0.0


def test_a_wall_stands_in_the_lamps_way():
    lamp = Lamp("one", np.array([-4.0, 0.0, 3.0]), 1.5)
    plan = camera(**LOOKING_DOWN)
    bare = plate(flat(lamps=(lamp,)), plan, sky=DARK)
    drawn = plate(flat(lamps=(lamp,), solids=(wall((0, 0, 1), (0.2, 2, 1)),)), plan, sky=DARK)
    behind, beside = (1.0, 0.0, 0.0), (-1.5, -1.0, 0.0)
    assert values_at(plan, drawn.lamplight, behind)[0] == 0.0
    assert values_at(plan, bare.lamplight, behind)[0] > 0.01
    assert values_at(plan, drawn.lamplight, beside) == pytest.approx(values_at(plan, bare.lamplight, beside))


def test_lamps_rest_by_day():
    lamp = Lamp("one", np.array([0.0, 0.0, 4.0]), 1.5)
    assert not np.any(plate(flat(lamps=(lamp,)), camera(), sky=NOON).lamplight)


def test_an_own_illuminator_lights_the_middle_of_the_view_most():
    plan = camera()
    lamp = Lamp("ir", np.array(plan.true.position_enu_m), 6.0, infrared=True)
    light = np.asarray(plate(flat(lamps=(lamp,)), plan, sky=DARK).lamplight)
    assert light[30, 48] > max(3 * light[30, 2], 0.002)


def thermal_of(world, sky, **weather):
    plan = camera(band=Band.THERMAL, at_m=(0, -20, 6), towards_m=(0, 0, 2))
    return plan, plate(world, plan, sky=sky, weather=Weather(air_c=10.0, wind_mps=(0.0, 0.0), **weather))


def patches():
    return tuple(
        Surface(material.value, material, np.array([[x, -4.0], [x + 3, -4.0], [x + 3, 4.0], [x, 4.0]]))
        for x, material in ((-7.0, Material.ASPHALT), (-2.0, Material.WATER), (3.0, Material.METAL))
    )


def test_by_day_the_sun_warms_asphalt_most_and_the_clear_sky_is_cold():
    plan, drawn = thermal_of(flat(Material.GRASS, surfaces=patches()), NOON, cloud=0.0)
    asphalt, water, grass = values_at(plan, drawn.light[..., 0], [(-5.5, 0, 0), (-0.5, 0, 0), (1.9, -5, 0)])
    assert drawn.light.shape == (54, 96, 1)
    assert drawn.lamplight is None
    assert asphalt > grass + 4 > water + 4
    assert drawn.light[0].max() < 10.0 < asphalt


def test_by_night_metal_and_grass_are_cold_and_asphalt_and_water_warm():
    plan, drawn = thermal_of(flat(Material.GRASS, surfaces=patches()), DARK, cloud=0.0)
    asphalt, water, metal, grass = values_at(
        plan, drawn.light[..., 0], [(-5.5, 0, 0), (-0.5, 0, 0), (4.5, 0, 0), (1.9, -5, 0)]
    )
    assert min(asphalt, water) > 10.5
    assert max(metal, grass) < 9.0


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    world = flat(trees=(Tree(0.0, 5.0, 7.0, 2.0),), solids=(wall(),))
    first, second = (plate(world, camera(), seed=3) for _ in range(2))
    for name in ("light", "depth_m", "sunlit", "ground_enu_m", "sway", "material"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes(), name
    assert plate(world, camera(), seed=4).light.tobytes() != first.light.tobytes()


def test_one_compilation_serves_every_world_and_band():
    plate(flat(), camera(), sky=DARK)
    frozen = flat(trees=(Tree(0.0, 5.0, 7.0, 2.0),), surfaces=patches())
    frozen.terrain.heights_m.setflags(write=False)
    thermal_of(frozen, NOON, cloud=1)
    assert len(vars(_fill)["overloads"]) == 1
