"""Echoes: a wall is a mirror from where it is seen at equal angles, and from nowhere else."""

import numpy as np
import pytest

from tests.unit.simulate.sound.stage import wall, world
from truceline.simulate.model.world import Material, Tree, TreeKind, World
from truceline.simulate.sound.paths.echoes import mirrored, scattered, scatterers_of
from truceline.simulate.sound.paths.obstacles import boxes_of
from truceline.simulate.sound.paths.roll import roll_of, rolled


def test_the_way_by_a_wall_is_that_of_the_image():
    boxes = boxes_of(world(solids=(wall((0.0, 30.0), (20.0, 1.0, 5.0)),)))
    echo = mirrored(boxes, np.array([-5.0, 0.0, 2.0]), ear_enu_m=np.array([5.0, 9.0, 2.0]))
    # The wall's near face is at 29 m north; the image of the source lies at 58 m.
    assert echo.out_m + echo.back_m == pytest.approx([np.hypot(10.0, 49.0)])
    assert echo.turning_enu_m[0, 1] == pytest.approx(29.0)
    assert 0.0 < echo.share[0] <= 0.8 / np.hypot(10.0, 49.0)


@pytest.mark.parametrize("ear", [(5.0, 60.0, 2.0), (80.0, 9.0, 2.0), (5.0, 9.0, 40.0)])
def test_no_echo_from_behind_beside_or_above(ear):
    boxes = boxes_of(world(solids=(wall((0.0, 30.0), (20.0, 1.0, 5.0)),)))
    assert not len(mirrored(boxes, np.array([-5.0, 0.0, 2.0]), ear_enu_m=np.array(ear)).share)


def test_trees_scatter_and_bare_ones_less():
    plain = world()

    def strength(kind: TreeKind) -> float:
        trees = tuple(Tree(10.0 * k, 50.0, 9.0, 2.5, kind) for k in range(30))
        wood = World(plain.terrain, Material.GRASS, trees=trees)
        points = scatterers_of(wood, middle_en_m=np.zeros(2), seed=1)
        return float(np.sum(points.strengths_m[: 30 * 5] ** 2))

    assert strength(TreeKind.LEAFY) > 2.0 * strength(TreeKind.BARE) > 0.0


def test_scattering_falls_with_both_ways_and_nothing_is_nearer_than_allowed():
    points = scatterers_of(world(), middle_en_m=np.zeros(2), seed=1)
    echo = scattered(points, np.array([0.0, 0, 1]), ear_enu_m=np.array([40.0, 0, 2]))
    assert len(echo.share) > 1_000
    assert min(echo.out_m.min(), echo.back_m.min()) > 3.0
    assert np.abs(echo.share * echo.out_m * echo.back_m).max() <= np.abs(points.strengths_m).max() + 1e-12


def test_a_rolls_energy_is_that_of_the_direct_sound_at_its_distance():
    roll = roll_of(world(), (3, 5))
    spectrum = rolled(roll, np.array([0.0, 0.0, 1.0]), count=144_000, length_s=1.8)
    # Below 300 Hz the roll's share of an impulse's energy, by Parseval, against 1/r² there.
    low = slice(60, 900)
    assert np.mean(np.abs(spectrum[low]) ** 2) == pytest.approx(1.0 / roll.equal_m**2, rel=0.25)
    assert not spectrum.flags.writeable


def test_far_off_a_roll_is_at_most_twice_the_direct_sound():
    roll = roll_of(world(), (3, 5))
    assert roll.share(1.0) == pytest.approx(1.0, abs=1e-3)
    against_direct = roll.share(5_000.0) / roll.equal_m * 5_000.0
    assert against_direct == pytest.approx(2.0, rel=0.01)


def test_a_wood_rolls_sooner_than_the_open():
    trees = tuple(Tree(10.0 * k, 50.0, 9.0, 2.5) for k in range(40))
    wood = World(world().terrain, Material.GRASS, trees=trees)
    assert roll_of(wood, (3, 5)).equal_m < 0.5 * roll_of(world(), (3, 5)).equal_m
