"""Places: an ellipse where three microphones allow a point, a sector where they do not, none from less."""

import numpy as np
import pytest

from tests.unit.listen.bangs import discharge
from truceline.errors import InputError
from truceline.listen.places.air import Air
from truceline.listen.places.matching import Ear, HeardAt, matched
from truceline.listen.places.posterior import Arrivals, emitted_s
from truceline.listen.places.region import place_of
from truceline.records.sounds import PlaceEllipse, PlaceSector
from truceline.records.time import UtcNs

KNOWN = Air(15.0, 1.0, (0.0, 0.0), 0.5)


def triangle(side_m: float) -> np.ndarray:
    turn = np.arange(3) * 2.0 * np.pi / 3.0
    far_m = side_m / np.sqrt(3.0)
    return np.stack([far_m * np.sin(turn), far_m * np.cos(turn), np.full(3, 1.5)], axis=1)


def arrivals(ears, source_en_m, *, air=KNOWN, sigma_s=0.005, off_s=0.0) -> Arrivals:
    way = ears[:, :2] - np.asarray(source_en_m)
    far_m = np.linalg.norm(way, axis=1)
    along = way / far_m[:, None]
    speed = air.sound_mps + along @ np.asarray(air.wind_en_mps)
    return Arrivals(ears, 7.0 + far_m / speed + off_s, np.full(len(ears), sigma_s))


SOURCE = np.array([90.0, -120.0])


def test_a_wide_triangle_gives_an_ellipse_about_the_source_and_the_moment():
    heard = arrivals(triangle(200.0), [130.0, 75.0])
    place, misfit = place_of(heard, KNOWN)
    assert isinstance(place, PlaceEllipse)
    assert np.linalg.norm(place.centre_en_m - [130.0, 75.0]) < 3.0
    assert misfit < 0.1
    at_s, sigma_s = emitted_s(heard, KNOWN, place_en_m=place.centre_en_m)
    assert abs(at_s - 7.0) < 3.0 * sigma_s


def test_a_narrow_triangle_gives_a_sector_that_holds_the_source():
    place, _ = place_of(arrivals(triangle(60.0), SOURCE), KNOWN)
    assert isinstance(place, PlaceSector)
    assert place.contains(SOURCE)
    assert not place.contains(-SOURCE)
    assert place.nearest_m < 150.0


def test_wind_that_is_known_is_taken_off():
    windy = Air(15.0, 1.0, (12.0, 0.0), 0.5)
    heard = arrivals(triangle(200.0), [130.0, 75.0], air=windy, sigma_s=0.001)
    right, _ = place_of(heard, windy)
    wrong, _ = place_of(heard, KNOWN)
    assert isinstance(right, PlaceEllipse)
    assert np.linalg.norm(right.centre_en_m - [130.0, 75.0]) < 1.0
    assert wrong is None or not wrong.contains(np.array([130.0, 75.0]))


@pytest.mark.parametrize(
    "less",
    [{"sigma_s": 0.010}, {"air": Air(15.0, 20.0, (0.0, 0.0), 0.5)}, {"air": Air(15.0, 1.0, (0.0, 0.0), 6.0)}],
)
def test_whoever_knows_less_is_never_surer(less):
    def area(sigma_s=0.004, air=KNOWN):
        place, _ = place_of(arrivals(triangle(200.0), [130.0, 75.0], sigma_s=sigma_s), air)
        if not isinstance(place, PlaceEllipse):
            return np.inf
        return place.scale**2 * np.sqrt(np.linalg.det(place.covariance_m2))

    assert area(**less) > area()


def test_arrivals_that_no_place_explains_give_none():
    ears = triangle(200.0)
    place, misfit = place_of(Arrivals(ears, np.array([0.0, 0.9, 0.0]), np.full(3, 0.005)), KNOWN)
    assert place is None
    assert misfit > 20.0


def test_regions_hold_the_truth_about_as_often_as_they_say():
    random = np.random.default_rng(11)
    ears, held = triangle(200.0), 0
    for number in range(20):
        turn = 2.0 * np.pi * number / 20
        source = 150.0 * np.array([np.sin(turn), np.cos(turn)])
        place, _ = place_of(arrivals(ears, source, off_s=random.normal(0.0, 0.005, 3)), KNOWN)
        held += place is not None and place.contains(source)
    assert held >= 17


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_are_refused(count):
    with pytest.raises(InputError, match="do not make a place"):
        Arrivals(triangle(200.0)[:count], np.zeros(count), np.ones(count))


def test_clocks_without_an_error_are_refused():
    with pytest.raises(InputError, match="no clock is exact"):
        Arrivals(triangle(200.0), np.zeros(3), np.zeros(3))


@pytest.mark.parametrize(
    "change",
    [
        {"temperature_c": 90.0},
        {"temperature_c": float("nan")},
        {"wind_en_mps": (70.0, 0.0)},
        {"temperature_sigma_c": 0.0},
        {"wind_sigma_mps": 0.0},
    ],
)
def test_weather_that_cannot_be_is_refused(change):
    with pytest.raises(InputError):
        Air(**change)


def test_sound_is_faster_in_warm_air():
    assert Air(0.0).sound_mps == pytest.approx(331.3)
    assert Air(20.0).sound_mps == pytest.approx(343.2, abs=0.2)


def ear(name, place, *times_s, chances=None, probability=0.9) -> Ear:
    told = np.array(times_s)
    one = HeardAt(
        discharge(*times_s, probability=probability),
        told,
        np.full(len(told), 0.9) if chances is None else np.array(chances),
        UtcNs(0),
    )
    return Ear(name, np.array(place), 0.005, (one,))


def test_a_series_is_matched_by_its_intervals_though_one_microphone_missed_the_first():
    times = np.array([1.0, 1.3, 1.9, 2.3, 2.9, 3.1, 3.3])
    first = ear("a", (0.0, 0.0, 2.0), *times)
    second = ear("b", (200.0, 0.0, 2.0), *(times[1:] + 0.15))
    (one,) = matched([first, second], least=0.5)
    assert dict(zip([e.microphone_id for e in one.ears], one.at_s, strict=True)) == pytest.approx(
        {"a": 1.0, "b": 1.15}
    )
    assert not one.ambiguous


def test_an_even_series_that_can_be_shifted_by_one_is_ambiguous():
    first = ear("a", (0.0, 0.0, 2.0), 1.0, 1.3, 1.6, 1.9, 2.2, 2.5)
    second = ear("b", (200.0, 0.0, 2.0), 1.1, 1.4, 1.7, 2.0, 2.3, 2.6)
    (one,) = matched([first, second], least=0.5)
    assert one.ambiguous


def test_one_discharge_is_matched_by_what_came_first_whatever_echoes_follow():
    first = ear("a", (0.0, 0.0, 2.0), 1.0, 1.2, chances=[0.3, 0.9])
    second = ear("b", (200.0, 0.0, 2.0), 1.3, 1.4, 1.5, chances=[0.3, 0.9, 0.9])
    (one,) = matched([first, second], least=0.5)
    assert float(np.ptp(one.at_s)) == pytest.approx(0.3)
    assert not one.ambiguous


def test_what_is_farther_apart_in_time_than_sound_needs_is_another_happening():
    found = matched([ear("a", (0.0, 0.0, 2.0), 1.0), ear("b", (100.0, 0.0, 2.0), 1.5)], least=0.5)
    assert [len(one.ears) for one in found] == [1, 1]


def test_a_doubtful_one_joins_a_sure_one_and_begins_none():
    sure = ear("a", (0.0, 0.0, 2.0), 1.0)
    doubtful = ear("b", (100.0, 0.0, 2.0), 1.1, probability=0.2, chances=[0.2])
    assert [len(one.ears) for one in matched([sure, doubtful], least=0.5)] == [2]
    assert matched([doubtful], least=0.5) == ()
