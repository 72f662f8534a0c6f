"""Heights, ditches and where rays meet the ground."""

import numpy as np
import pytest

from tests.unit.simulate.plates.places import flat
from truceline.simulate.model.world import Ditch, Material, Terrain, World
from truceline.simulate.plates.scene.relief import (
    NOWHERE_M,
    ground_distance,
    ground_heights_m,
    relief_of,
    terrain_height,
)


def hilly(seed=3):
    heights = np.random.default_rng(seed).uniform(0.0, 3.0, (21, 25))
    return Terrain(np.array([-50.0, -40.0]), 4.0, heights)


def test_heights_are_the_terrains_inside_and_beyond_the_grid():
    terrain = hilly()
    places = np.random.default_rng(1).uniform(-120, 120, (500, 2))
    assert ground_heights_m(World(terrain, Material.SOIL), places) == pytest.approx(terrain.height_m(places))


@pytest.mark.parametrize(
    ("north", "depth"), [(0.0, 0.6), (0.3, 0.6), (0.499, 0.6 * 0.001 / 0.175), (0.5, 0.0), (2.0, 0.0)]
)
def test_a_ditch_has_a_flat_bottom_and_banks_up_to_its_width(north, depth):
    ditch = Ditch("drain", np.array([[-5.0, 0.0], [5.0, 0.0]]), 1.0, 0.6)
    world = flat(ditches=(ditch,))
    assert ground_heights_m(world, np.array([[0.0, north]])) == pytest.approx([-depth], abs=1e-9)


def rays(count=400):
    random = np.random.default_rng(8)
    for _ in range(count):
        way = np.array([*random.normal(0, 1, 2), random.uniform(-0.4, 0.05)])
        yield (*random.uniform(-30, 30, 2), random.uniform(3.5, 12)), tuple(way / np.linalg.norm(way))


def test_rays_meet_relief_where_fine_steps_meet_it():
    relief = relief_of(World(hilly(), Material.SOIL))
    for start, ray in rays():
        found = ground_distance(relief, start, ray, 300.0)
        way = np.arange(0.0, 300.0, 0.02)
        heights = hilly().height_m(np.stack([start[0] + ray[0] * way, start[1] + ray[1] * way], axis=1))
        below = np.flatnonzero(start[2] + ray[2] * way < heights)
        if len(below):
            assert found == pytest.approx(way[below[0]], abs=0.05)
        else:
            assert found > 299.0


def test_a_ray_into_a_ditch_meets_its_bottom_and_one_over_it_does_not():
    ditch = Ditch("drain", np.array([[-5.0, 0.0], [5.0, 0.0]]), 1.0, 0.6)
    relief = relief_of(flat(ditches=(ditch,)))
    assert ground_distance(relief, (0.0, 0.0, 4.0), (0.0, 0.0, -1.0), 100.0) == pytest.approx(4.6, abs=1e-3)
    steep = ground_distance(relief, (0.0, -3.0, 3.0), (0.0, np.sqrt(0.5), -np.sqrt(0.5)), 100.0)
    assert 3 - steep * np.sqrt(0.5) < -0.1
    assert ground_distance(relief, (0.0, 3.0, 3.0), (0.0, 0.6, -0.8), 100.0) == pytest.approx(3.75, abs=1e-6)


def test_a_ray_upward_meets_no_ground():
    relief = relief_of(flat())
    assert ground_distance(relief, (0.0, 0.0, 4.0), (0.0, 0.6, 0.8), 100.0) == NOWHERE_M
    assert terrain_height(relief, 3.0, 4.0) == 0.0
