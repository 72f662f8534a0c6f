"""Sound travels alike whichever way the world is turned, and a shock wave is heard only within its cone."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from truceline.simulate.sound.paths.air import Air, travel_s
from truceline.simulate.sound.paths.shock import Flight, Missile, shock_at

METRES = st.floats(-400.0, 400.0)
WIND = st.tuples(st.floats(-15.0, 15.0), st.floats(-15.0, 15.0), st.just(0.0))


@given(METRES, METRES, st.floats(-40.0, 40.0), WIND)
def test_back_against_the_turned_wind_takes_as_long(east, north, up, wind):
    way = np.array([east, north, up])
    there = travel_s(way, Air(10.0, 0.5, wind))
    back = travel_s(-way, Air(10.0, 0.5, (-wind[0], -wind[1], 0.0)))
    assert there == pytest.approx(back, rel=1e-9, abs=1e-12)


@given(METRES, METRES, WIND)
def test_no_wind_makes_sound_faster_than_sound_and_wind(east, north, wind):
    air = Air(10.0, 0.5, wind)
    far_m, blows_mps = np.hypot(east, north), np.hypot(*wind[:2])
    taken = travel_s(np.array([east, north, 0.0]), air)
    assert far_m / (air.sound_mps + blows_mps) - 1e-9 <= taken <= far_m / (air.sound_mps - blows_mps) + 1e-9


@given(METRES, METRES, st.floats(0.0, 2.0 * np.pi), WIND)
def test_turning_the_world_changes_no_shock_wave(east, north, turn_rad, wind):
    assume(abs(north) > 1.0)
    turn = np.array(
        [[np.cos(turn_rad), -np.sin(turn_rad), 0], [np.sin(turn_rad), np.cos(turn_rad), 0], [0, 0, 1]]
    )
    ear, ahead = np.array([east, north, 0.0]), np.array([1.0, 0.0, 0.0])
    blown = turn @ np.array(wind)
    turned_wind = (float(blown[0]), float(blown[1]), 0.0)
    here = shock_at(Flight(Missile(), np.zeros(3), ahead, 700.0), ear, air=Air(10.0, 0.5, wind))
    there = shock_at(
        Flight(Missile(), np.zeros(3), turn @ ahead, 700.0), turn @ ear, air=Air(10.0, 0.5, turned_wind)
    )
    if here is None or there is None:
        # Only on the cone's very edge may rounding decide.
        heard = here or there
        assert heard is None or min(heard.way_m, 700.0 - heard.way_m) < 1e-3
    else:
        assert here.after_s == pytest.approx(there.after_s, abs=1e-7)
        assert here.peak_pa == pytest.approx(there.peak_pa, rel=1e-4)


@given(METRES, METRES)
def test_a_shock_wave_comes_before_the_blast_and_only_from_ahead(east, north):
    assume(abs(north) > 1.0)
    air, missile = Air(10.0, 0.5), Missile()
    ear = np.array([east, north, 0.0])
    wave = shock_at(Flight(missile, np.zeros(3), np.array([1.0, 0.0, 0.0]), 700.0), ear, air=air)
    edge_m = abs(north) / np.sqrt((missile.start_mps / air.sound_mps) ** 2 - 1.0)
    if east < edge_m - 1e-6:
        assert wave is None
    if wave is not None:
        assert wave.after_s <= travel_s(ear, air) + 1e-9
        assert wave.peak_pa > 0.0
        assert wave.length_s > 0.0
