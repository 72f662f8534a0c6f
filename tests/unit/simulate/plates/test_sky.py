"""The sun's place against published values, and how much light there is."""

from itertools import pairwise

import numpy as np
import pytest

from tests.unit.simulate.plates.places import PANMUNJOM
from truceline.records.site import Origin
from truceline.records.time import UtcNs, parse_utc
from truceline.simulate.model.world import Weather
from truceline.simulate.plates import sky


def test_the_suns_equatorial_place_is_that_of_meeus_example_25a():
    # 1992 October 13, 0 h TD: days after J2000.
    declination, ascension = sky._sun_equatorial(2448908.5 - 2451545.0)
    assert np.rad2deg(declination) == pytest.approx(-7.78507, abs=2e-4)
    assert np.rad2deg(ascension) % 360 == pytest.approx(198.38083, abs=2e-4)


def test_the_suns_azimuth_and_zenith_are_those_of_the_published_spa_example():
    # Reda and Andreas, NREL/TP-560-34302 (2004), appendix A.5: zenith 50.11162, azimuth 194.34024 degrees.
    azimuth, elevation = sky.sun_position_deg(
        Origin(39.742476, -105.1786, 1830.14), parse_utc("2003-10-17T12:30:30-07:00")
    )
    assert azimuth == pytest.approx(194.34024, abs=0.01)
    assert 90 - elevation == pytest.approx(50.11162, abs=0.01)


@pytest.mark.parametrize(
    ("instant", "quadrant"),
    [
        ("2017-11-13T09:00:00+09:00", "south-east"),
        ("2017-11-13T15:14:00+09:00", "south-west"),
    ],
)
def test_mornings_and_afternoons_at_the_model_incident(instant, quadrant):
    light = sky.sky_at(PANMUNJOM, parse_utc(instant), weather=Weather(cloud=0.0))
    east = "east" if light.to_sun[0] > 0 else "west"
    assert light.to_sun[1] < 0 < light.to_sun[2]
    assert f"south-{east}" == quadrant
    assert np.linalg.norm(light.to_sun) == pytest.approx(1.0)


def test_full_daylight_is_about_one_and_falls_through_dusk_to_night():
    clear = Weather(cloud=0.0)
    at = {
        "full": ("2017-06-21T12:30:00+09:00", 0.9, 1.2),
        "incident": ("2017-11-13T15:14:00+09:00", 0.2, 0.6),
        "sunset": ("2017-11-13T17:20:00+09:00", 0.005, 0.02),
        "midnight": ("2017-11-14T00:20:00+09:00", 0.0002, 0.0004),
    }
    light = {name: sky.sky_at(PANMUNJOM, parse_utc(text), weather=clear) for name, (text, _, _) in at.items()}
    for name, (_, low, high) in at.items():
        assert low < sky.daylight(light[name]) < high, name
    assert not light["midnight"].sun.any()
    assert sky.is_night(light["midnight"])
    assert not sky.is_night(light["sunset"])


def test_more_cloud_never_gives_more_light_and_takes_the_sun_first():
    instant = parse_utc("2017-11-13T12:00:00+09:00")
    skies = [sky.sky_at(PANMUNJOM, instant, weather=Weather(cloud=cloud)) for cloud in np.linspace(0, 1, 11)]
    light = [sky.daylight(one) for one in skies]
    assert all(after <= before + 1e-12 for before, after in pairwise(light))
    assert not skies[-1].sun.any()
    assert skies[-1].sky.mean() == pytest.approx(0.25 * light[0], rel=0.1)


def test_the_sun_sets_without_a_jump():
    start = parse_utc("2017-11-13T16:30:00+09:00")
    light = [
        sky.daylight(
            sky.sky_at(PANMUNJOM, UtcNs(start + minute * 60_000_000_000), weather=Weather(cloud=0.2))
        )
        for minute in range(120)
    ]
    steps = np.diff(np.log(light))
    assert np.all(steps < 1e-9)
    assert steps.min() > -0.25
