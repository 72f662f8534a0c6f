"""The air: ISO 9613-1's own table, the speed of sound, and the wind."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.signal import freqz

from truceline.simulate.model.world import Weather
from truceline.simulate.sound.paths.air import (
    Air,
    absorption_db_m,
    absorption_gain,
    absorption_taps,
    air_of,
    slowness_s_m,
    travel_s,
)

BANDS_HZ = np.array([1_000.0 * 10.0 ** (0.3 * octave) for octave in range(-4, 4)])
# ISO 9613-2:1996, table 2 (from ISO 9613-1): octave bands 63 Hz to 8 kHz, dB/km, as printed.
TABLE = {
    (10.0, 0.7): (0.1, 0.4, 1.0, 1.9, 3.7, 9.7, 32.8, 117.0),
    (20.0, 0.7): (0.1, 0.3, 1.1, 2.8, 5.0, 9.0, 22.9, 76.6),
    (30.0, 0.7): (0.1, 0.3, 1.0, 3.1, 7.4, 12.7, 23.1, 59.3),
    (15.0, 0.2): (0.3, 0.6, 1.2, 2.7, 8.2, 28.2, 88.8, 202.0),
    (15.0, 0.5): (0.1, 0.5, 1.2, 2.2, 4.2, 10.8, 36.2, 129.0),
    (15.0, 0.8): (0.1, 0.3, 1.1, 2.4, 4.1, 8.3, 23.7, 82.8),
}


@pytest.mark.parametrize("weather", TABLE)
def test_absorption_is_that_of_the_standards_table(weather):
    loss = absorption_db_m(BANDS_HZ, Air(*weather)) * 1_000.0
    # Within a hundredth, and half of the last figure printed.
    assert loss == pytest.approx(TABLE[weather], rel=0.01, abs=0.055)


def test_the_filter_of_a_way_takes_what_the_table_says():
    taps = absorption_taps(Air(15.0, 0.5), 200.0, rate_hz=48_000)
    at_hz = BANDS_HZ[4:]
    _, response = freqz(taps, worN=at_hz, fs=48_000)
    lost_db = -20.0 * np.log10(np.abs(response))
    assert lost_db == pytest.approx(np.array(TABLE[15.0, 0.5][4:]) * 0.2, rel=0.05)
    assert taps == pytest.approx(taps[::-1])


def test_gain_of_a_long_way_stays_a_number():
    gain = absorption_gain(np.array([0.0, 1.0]), 1e6)
    assert gain[0] == 1.0
    assert 0.0 < gain[1] < 1e-11


@pytest.mark.parametrize(
    ("celsius", "humidity", "speed_mps"),
    [(0.0, 0.0, 331.3), (20.0, 0.0, 343.2), (20.0, 0.5, 343.9), (30.0, 1.0, 351.4), (-10.0, 0.5, 325.2)],
)
def test_speed_of_sound(celsius, humidity, speed_mps):
    assert Air(celsius, humidity).sound_mps == pytest.approx(speed_mps, abs=0.25)


def test_travel_time_in_wind_solves_the_drifting_sphere():
    air = Air(10.0, 0.6, (6.0, -3.0, 0.0))
    way = np.array([120.0, 80.0, -4.0])

    def early(time_s: float) -> float:
        return float(np.linalg.norm(way - np.array(air.wind_mps) * time_s) - air.sound_mps * time_s)

    assert float(travel_s(way, air)) == pytest.approx(brentq(early, 0.0, 5.0, xtol=1e-12), abs=1e-9)


def test_downwind_is_sooner_by_the_winds_share():
    air = Air(15.0, 0.5, (5.0, 0.0, 0.0))
    down, up = travel_s(np.array([[300.0, 0, 0], [-300.0, 0, 0]]), air)
    assert down == pytest.approx(300.0 / (air.sound_mps + 5.0))
    assert up == pytest.approx(300.0 / (air.sound_mps - 5.0))


def test_slowness_is_the_gradient_of_the_travel_time():
    air = Air(15.0, 0.5, (4.0, 7.0, 0.0))
    way = np.array([30.0, -40.0, 3.0])
    step = 1e-4
    moved = [(travel_s(way + e, air) - travel_s(way - e, air)) / (2 * step) for e in step * np.eye(3)]
    assert slowness_s_m(way, air) == pytest.approx(np.array(moved), rel=1e-6)


def test_the_air_is_the_weathers():
    air = air_of(Weather(air_c=3.0, humidity=0.4, wind_mps=(1.0, 2.0)))
    assert (air.celsius, air.humidity, air.wind_mps) == (3.0, 0.4, (1.0, 2.0, 0.0))
