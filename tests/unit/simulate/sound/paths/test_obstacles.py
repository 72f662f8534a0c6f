"""Obstacles: ways around walls and hills, against geometry done by hand."""

import numpy as np
import pytest

from tests.unit.simulate.sound.stage import wall, world
from truceline.simulate.model.world import Material, Solid, SolidKind, Terrain, World
from truceline.simulate.sound.paths.obstacles import SKIN_M, boxes_of, detours_m, reach_m, shadow_db


def detours(place: World, start: tuple[float, ...], end: tuple[float, ...]) -> np.ndarray:
    return detours_m(
        place, boxes_of(place), start_enu_m=np.array(start, float), end_enu_m=np.array(end, float)
    )


def test_nothing_between_is_no_detour():
    assert not len(detours(world(), (0, 0, 1), (50, 0, 1)))
    beside = world(solids=(wall((25.0, 30.0), (1.0, 5.0, 3.0)),))
    assert not len(detours(beside, (0, 0, 1), (50, 0, 1)))


def test_over_a_long_wall():
    place = world(solids=(wall((10.0, 0.0), (1e-3, 500.0, 3.0)),))
    found = detours(place, (0, 0, 1), (20, 0, 1))
    assert found == pytest.approx([2.0 * np.hypot(10.0, 5.0) - 20.0], abs=1e-3)


def test_beside_a_high_wall():
    place = world(solids=(wall((10.0, 2.0), (1e-3, 4.0, 300.0)),))
    found = detours(place, (0, 0, 1), (20, 0, 1))
    assert found == pytest.approx([2.0 * np.hypot(10.0, 2.0) - 20.0], abs=1e-3)


def test_around_two_corners_of_a_house():
    place = world(solids=(wall((10.0, 0.0), (5.0, 3.0, 300.0)),))
    found = detours(place, (0, 0, 1), (20, 0, 1))
    assert found == pytest.approx([2.0 * np.hypot(5.0, 3.0) + 10.0 - 20.0], abs=1e-6)


def test_a_source_close_to_a_wide_house_goes_round_its_far_corner():
    # The corner lies behind the source: a chain sorted along the way would miss it.
    place = world(solids=(wall((0.0, 5.0), (20.0, 4.0, 300.0), yaw=0.0),))
    found = detours(place, (15, 0, 1), (-12, 30, 1))
    ways = []
    for side in (-1.0, 1.0):
        near, far = np.array([side * 20.0, 1.0]), np.array([side * 20.0, 9.0])
        first = np.linalg.norm(near - (15, 0))
        ways.append(first + 8.0 + np.linalg.norm(far - (-12, 30)))
    ways[1] = (
        np.linalg.norm(np.array([20.0, 1.0]) - (15, 0))
        + 8.0
        + np.linalg.norm(np.array([20.0, 9.0]) - (-12, 30))
    )
    straight = np.hypot(27.0, 30.0)
    assert found == pytest.approx([min(ways) - straight], abs=1e-6)


def test_turning_the_world_changes_nothing():
    turn = np.array([[0.6, -0.8, 0], [0.8, 0.6, 0], [0, 0, 1]])
    house = wall((10.0, 1.0), (5.0, 3.0, 4.0), yaw=0.3)
    turned = Solid(
        "t", SolidKind.BUILDING, Material.PLASTER, turn @ house.centre_enu_m, house.half_sizes_m,
        0.3 + float(np.arctan2(0.8, 0.6)),
    )  # fmt: skip
    start, end = np.array([0.0, 0, 1]), np.array([20.0, 2, 1])
    one = detours(world(solids=(house,)), tuple(start), tuple(end))
    other = detours(world(solids=(turned,)), tuple(turn @ start), tuple(turn @ end))
    assert one == pytest.approx(other, abs=1e-9)
    assert len(one) == 1


def test_a_fence_and_the_post_one_stands_on_hide_nothing():
    fence = Solid(
        "f", SolidKind.FENCE, Material.METAL, np.array([10.0, 0, 1]), np.array([0.05, 9, 2]), 0.0, 0.7
    )
    around = wall((0.0, 0.0), (2.0, 2.0, 3.0))
    assert not len(detours(world(solids=(fence, around)), (0, 0, 1), (20, 0, 1)))


def test_over_a_hill():
    heights = np.zeros((3, 21))
    heights[:, 10] = 6.0
    hill = World(Terrain(np.array([0.0, -5.0]), 5.0, heights), Material.GRASS)
    found = detours(hill, (0, 0, 1), (100, 0, 1))
    assert found == pytest.approx([2.0 * np.hypot(50.0, 5.0) - 100.0], abs=1e-6)


def test_maekawas_loss():
    one_m = np.array([1.0])
    # N = 2 · 1 m · 170 Hz / 340 m/s = 1: 10 log10(23).
    assert shadow_db(one_m, np.array([170.0]), sound_mps=340.0) == pytest.approx([13.617], abs=1e-3)
    assert shadow_db(one_m, np.array([20_000.0]), sound_mps=340.0) == pytest.approx([24.0])
    assert shadow_db(np.zeros(0), np.array([170.0]), sound_mps=340.0) == pytest.approx([0.0])


def test_a_flight_ends_at_wall_or_ground():
    place = world(solids=(wall((40.0, 0.0), (1.0, 5.0, 3.0)),))
    boxes = boxes_of(place)
    start, east = np.array([0.0, 0.0, 1.5]), np.array([1.0, 0.0, 0.0])
    at_wall = reach_m(place, boxes, start_enu_m=start, direction=east, longest_m=500.0)
    assert at_wall == pytest.approx(39.0 + SKIN_M, abs=1e-6)
    down = np.array([0.0, np.cos(-0.05), np.sin(-0.05)])
    at_ground = reach_m(place, boxes, start_enu_m=start, direction=down, longest_m=500.0)
    assert at_ground == pytest.approx(1.5 / np.sin(0.05), abs=2.0)
    north = np.array([0.0, 1.0, 0.0])
    assert reach_m(place, boxes, start_enu_m=start, direction=north, longest_m=500.0) == 500.0
