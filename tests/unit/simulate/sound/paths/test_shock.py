"""The shock wave: only inside the cone, at the time that a search finds, as strong as Whitham says."""

import numpy as np
import pytest
from scipy import fft
from scipy.optimize import minimize_scalar

from truceline.simulate.sound.paths.air import Air, travel_s
from truceline.simulate.sound.paths.shock import Flight, Missile, n_wave, shock_at

AIR = Air(15.0, 0.5)
EAST = np.array([1.0, 0.0, 0.0])
STEADY = Missile(start_mps=715.0, slowing_m=1e9, thickness_m=0.0079, length_m=0.026)


def flight(missile: Missile = STEADY, reach_m: float = 600.0) -> Flight:
    return Flight(missile, np.zeros(3), EAST, reach_m)


@pytest.mark.parametrize(
    ("ear", "heard"),
    [
        ((100.0, 10.0, 0.0), True),
        ((-50.0, 10.0, 0.0), False),  # behind the muzzle
        ((0.0, 30.0, 0.0), False),  # abeam of it
        ((900.0, 10.0, 0.0), False),  # past the end of the flight
    ],
)
def test_heard_only_where_the_cone_sweeps(ear, heard):
    assert (shock_at(flight(), np.array(ear), air=AIR) is not None) == heard


@pytest.mark.parametrize("aside_m", [1.0, 20.0, 60.0])
def test_the_cones_edge_is_at_miss_times_the_tangent(aside_m):
    mach = 715.0 / AIR.sound_mps
    edge_m = aside_m / np.sqrt(mach**2 - 1.0)
    inside = shock_at(flight(), np.array([edge_m * 1.001, aside_m, 0.0]), air=AIR)
    outside = shock_at(flight(), np.array([edge_m * 0.999, aside_m, 0.0]), air=AIR)
    assert inside is not None
    assert outside is None


def test_arrival_at_steady_speed_is_the_textbooks():
    along, aside = 200.0, 15.0
    wave = shock_at(flight(), np.array([along, aside, 0.0]), air=AIR)
    cosine = np.sqrt(1.0 - (AIR.sound_mps / 715.0) ** 2)
    assert wave is not None
    assert wave.after_s == pytest.approx(along / 715.0 + aside * cosine / AIR.sound_mps, abs=1e-6)


def test_arrival_of_a_slowing_missile_in_wind_is_the_earliest_of_all():
    air = Air(5.0, 0.7, (3.0, 8.0, 0.0))
    missile = Missile()
    ear = np.array([250.0, -30.0, 4.0])
    wave = shock_at(flight(missile), ear, air=air)

    def arrival(way_m: float) -> float:
        return missile.flight_s(way_m) + float(travel_s(ear - way_m * EAST, air))

    best = minimize_scalar(arrival, bounds=(0.0, 500.0), method="bounded", options={"xatol": 1e-7})
    assert wave is not None
    # A twentieth of a sample at 48 kHz.
    assert wave.after_s == pytest.approx(best.fun, abs=1e-6)
    assert wave.way_m == pytest.approx(best.x, abs=0.01)


def test_flight_time_and_speed_agree():
    missile = Missile()
    step = 1e-3
    slope = (missile.flight_s(300.0 + step) - missile.flight_s(300.0 - step)) / (2 * step)
    assert slope == pytest.approx(1.0 / missile.speed_mps(300.0), rel=1e-6)


def test_whithams_length_and_height():
    # 1, 5, 10, 30 m beside it: 140, 210, 250, 330 microseconds; 156, 145, 141, 134 dB.
    for aside_m, length_s, peak_db in [
        (1, 140e-6, 156),
        (5, 210e-6, 145),
        (10, 250e-6, 141),
        (30, 330e-6, 134),
    ]:
        wave = shock_at(flight(), np.array([200.0, aside_m, 0.0]), air=AIR)
        assert wave is not None
        assert wave.length_s == pytest.approx(length_s, rel=0.06)
        assert 20.0 * np.log10(wave.peak_pa / 20e-6) == pytest.approx(peak_db, abs=1.5)


def test_a_missile_slower_than_sound_has_none():
    slow = Missile(start_mps=AIR.sound_mps)
    assert shock_at(flight(slow), np.array([100.0, 5.0, 0.0]), air=AIR) is None


def test_an_n_waves_spectrum_is_that_of_its_shape():
    rate_hz, count, length_s = 4_800_000, 48_000, 250e-6
    times = np.arange(count) / rate_hz
    shape = np.where(times <= length_s, 3.0 * (1.0 - 2.0 * times / length_s), 0.0)
    frequency_hz = fft.rfftfreq(count, 1.0 / rate_hz)[:200]
    expected = fft.rfft(shape)[:200] / rate_hz
    found = n_wave(frequency_hz, peak_pa=3.0, length_s=length_s)
    assert np.abs(found - expected).max() < 0.01 * np.abs(expected).max()
