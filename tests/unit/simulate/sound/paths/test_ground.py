"""The ground: hard ground mirrors, soft ground swallows what comes in flat."""

import numpy as np
import pytest

from tests.unit.simulate.sound.stage import world
from truceline.simulate.model.world import Material, Surface, World
from truceline.simulate.sound.paths.ground import impedance, reflection, resistivity_kpa_s_m2

HZ = np.array([100.0, 500.0, 2_000.0])


def test_hard_ground_gives_all_back():
    given_back = reflection(HZ, 1e9, way_m=20.0, sine=0.5, sound_mps=340.0)
    assert given_back == pytest.approx(np.ones(3), abs=0.01)


def test_soft_ground_turns_flat_sound_round():
    # Far and flat at middle frequencies: direct and reflected nearly cancel.
    given_back = reflection(np.array([500.0]), 50.0, way_m=300.0, sine=0.002, sound_mps=340.0)
    assert abs(1.0 + given_back[0]) < 0.3


def test_no_ground_gives_back_more_than_the_ground_wave_allows():
    for resistivity in (40.0, 200.0, 2e4):
        for sine in (0.001, 0.1, 1.0):
            given_back = reflection(HZ, resistivity, way_m=50.0, sine=sine, sound_mps=340.0)
            assert np.abs(given_back).max() < 2.0
            assert np.isfinite(given_back).all()


def test_impedance_of_grass_is_delany_and_bazleys():
    # f/σ = 1: 1 + 9.08 + 11.9i.
    assert impedance(np.array([200.0]), 200.0)[0] == pytest.approx(10.08 + 11.9j)


def test_the_uppermost_surface_counts():
    plain = world()
    ring = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    road = Surface("road", Material.ASPHALT, ring)
    paved = World(plain.terrain, Material.GRASS, surfaces=(road,))
    assert resistivity_kpa_s_m2(paved, np.array([5.0, 5.0])) > 10_000.0
    assert resistivity_kpa_s_m2(paved, np.array([15.0, 5.0])) == 200.0
    assert resistivity_kpa_s_m2(plain, np.array([5.0, 5.0])) == 200.0
