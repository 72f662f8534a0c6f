"""Responses: sound arrives when geometry says, to the sample, as strong as distance and walls leave it."""

import numpy as np
import pytest

from tests.unit.simulate.sound.stage import EAR, microphone, play, wall, world
from truceline.simulate.model.world import Weather, World
from truceline.simulate.sound.heard import listening
from truceline.simulate.sound.paths.air import air_of, travel_s
from truceline.simulate.sound.paths.response import (
    LEAD,
    RATE_HZ,
    Beam,
    Place,
    blast_after_s,
    heard,
    heard_shock,
)
from truceline.simulate.sound.paths.shock import Flight, Missile, shock_at
from truceline.simulate.sound.sources.waves import friedlander

WINDY = Weather(air_c=-3.0, humidity=0.8, wind_mps=(7.0, -4.0))


def place_of(scene: World | None = None, weather: Weather = WINDY) -> Place:
    return listening(play(place=scene, weather=weather), microphone()).place


def onset_s(first: int, pressure: np.ndarray) -> float:
    """When the first front has risen to half of its height, to a part of a sample."""
    jump = pressure[: int(np.argmax(pressure > 0.7 * pressure.max())) + 3]
    half = 0.5 * jump.max()
    row = int(np.flatnonzero(jump >= half)[0])
    share = (half - jump[row - 1]) / (jump[row] - jump[row - 1])
    return float((first + row - 1 + share) / RATE_HZ)


@pytest.mark.parametrize("source", [(12.0, 5.0, 1.5), (-40.3, 61.7, 8.0), (0.0, -150.0, 20.0)])
def test_a_blast_arrives_when_geometry_says(source):
    place = place_of()
    came = heard(place, np.array(source), emitted_pa=friedlander(1e-3), start_s=3.25, beam=Beam())
    expected_s = 3.25 + float(travel_s(EAR - np.array(source), air_of(WINDY)))
    assert 3.25 + blast_after_s(place, np.array(source)) == pytest.approx(expected_s, abs=1e-9)
    assert onset_s(came.first, came.pressure_pa) == pytest.approx(expected_s, abs=1.0 / RATE_HZ)


@pytest.mark.parametrize("ear_north_m", [4.0, 25.0])
def test_a_shock_arrives_when_geometry_says(ear_north_m):
    place = place_of()
    flight = Flight(Missile(), np.array([-120.0, ear_north_m, 30.0]), np.array([1.0, 0.0, 0.0]), 600.0)
    came = heard_shock(place, flight, start_s=1.5)
    wave = shock_at(flight, EAR, air=place.air)
    assert came is not None
    assert wave is not None
    assert onset_s(came.first, came.pressure_pa) == pytest.approx(1.5 + wave.after_s, abs=1.0 / RATE_HZ)
    first = int(np.argmax(came.pressure_pa[:600]))
    # Down again after its length: the second jump ends below.
    low = int(np.argmin(came.pressure_pa[first : first + 40]))
    assert low / RATE_HZ == pytest.approx(wave.length_s, abs=4.0 / RATE_HZ)


def test_no_shock_wave_behind_the_muzzle():
    flight = Flight(Missile(), np.array([30.0, 5.0, 1.5]), np.array([1.0, 0.0, 0.0]), 600.0)
    assert heard_shock(place_of(), flight, start_s=0.0) is None


def test_twice_as_far_is_half_as_strong():
    place = place_of()
    peaks = []
    for far_m in (10.0, 20.0):
        source = EAR + np.array([0.0, 0.0, far_m])  # above: the ground answers late and weak
        came = heard(place, source, emitted_pa=friedlander(1e-3), start_s=0.0, beam=Beam())
        # A little after the front, whose own height the air takes too.
        peaks.append(came.pressure_pa[LEAD + 8])
    assert peaks[0] / peaks[1] == pytest.approx(2.0, rel=0.02)


def test_behind_a_beam_is_quieter_by_its_loss():
    place = place_of()
    source = EAR + np.array([20.0, 0.0, 15.0])
    toward = (EAR - source) / np.linalg.norm(EAR - source)
    peaks = [
        heard(place, source, emitted_pa=friedlander(1e-3), start_s=0.0, beam=Beam(axis, 14.0))
        .pressure_pa[:350]
        .max()
        for axis in (toward, -toward)
    ]
    assert 20.0 * np.log10(peaks[0] / peaks[1]) == pytest.approx(14.0, abs=0.5)


def test_a_wall_between_delays_and_weakens():
    hidden = place_of(world(solids=(wall((20.0, 0.0), (1.0, 30.0, 5.0)),)))
    source = np.array([40.0, 0.0, 1.5])
    assert blast_after_s(hidden, source) > blast_after_s(place_of(), source) + 1e-3
    loud = heard(place_of(), source, emitted_pa=friedlander(1e-3), start_s=0.0, beam=Beam()).pressure_pa
    quiet = heard(hidden, source, emitted_pa=friedlander(1e-3), start_s=0.0, beam=Beam()).pressure_pa
    assert np.abs(quiet[:600]).max() < 0.4 * np.abs(loud[:600]).max()


def test_highs_are_lost_on_a_long_way():
    place = place_of()

    def high_share(far_m: float) -> float:
        source = np.array([far_m, 0.0, 60.0])
        came = heard(place, source, emitted_pa=friedlander(0.5e-3), start_s=0.0, beam=Beam())
        power = np.abs(np.fft.rfft(came.pressure_pa[:1_024])) ** 2
        hertz = np.fft.rfftfreq(1_024, 1.0 / RATE_HZ)
        return float(power[hertz > 4_000.0].sum() / power.sum())

    assert high_share(600.0) < 0.4 * high_share(60.0)
