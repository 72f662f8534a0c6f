import numpy as np
import pytest

from tests.unit.detect.vehicles.boxes import HEIGHT_PX, WIDTH_PX, block, car, drawn, mast, person
from truceline.detect.vehicles.find import NEUTRAL, VehicleFinder, neutralised
from truceline.geometry.camera import pixel_from_site

CAMERA = mast()
FINDER = VehicleFinder(CAMERA, (WIDTH_PX, HEIGHT_PX))


def turned_by(heading_rad, heading_deg):
    """The angle between two headings of which either end may be the front, degrees."""
    apart = (np.rad2deg(heading_rad) - heading_deg) % 180
    return min(apart, 180 - apart)


def test_nothing_and_noise_are_no_vehicle():
    assert FINDER.find(drawn(CAMERA, [])) == ()
    assert FINDER.find(drawn(CAMERA, [], noise=0.02)) == ()


@pytest.mark.parametrize("heading_deg", [0, 30, 60, 90, 135])
@pytest.mark.parametrize("centre", [(0.0, 0.0), (-6.0, 4.0), (5.0, 15.0)])
def test_a_car_is_found_where_it_stands_and_heading(centre, heading_deg):
    (found,) = FINDER.find(drawn(CAMERA, car(centre, heading_deg), noise=0.01))
    apart = found.centre_en_m - centre
    # 99.9 % of chi-square with two degrees of freedom.
    assert apart @ np.linalg.solve(found.covariance_m2, apart) < 13.8
    assert np.linalg.norm(apart) < 1.0
    assert turned_by(found.heading_rad, heading_deg) < 25
    assert found.visible == pytest.approx(1.0, abs=0.02)


def test_a_lorry_is_longer_and_higher_than_a_car():
    (small,) = FINDER.find(drawn(CAMERA, car((0.0, 2.0), 20)))
    (large,) = FINDER.find(drawn(CAMERA, [block((0.0, 2.0), 20, (7.5, 2.4, 3.0))]))
    assert large.size_m[0] > small.size_m[0] + 1.5
    assert large.size_m[2] > small.size_m[2] + 1.0


def test_two_cars_that_touch_in_the_picture_are_two():
    blocks = [*car((-2.6, 0.0), 90), *car((0.4, 3.0), 90)]
    found = FINDER.find(drawn(CAMERA, blocks))
    assert len(found) == 2
    for centre in ((-2.6, 0.0), (0.4, 3.0)):
        assert min(np.linalg.norm(one.centre_en_m - centre) for one in found) < 1.2


@pytest.mark.parametrize(
    "places",
    [
        [(0.0, 0.0)],
        [(0.0, 0.0), (0.55, 0.0)],
        [(0.0, 0.0), (0.6, 0.1), (1.2, 0.0)],
        [(0.0, 0.0), (0.6, 0.1), (1.2, 0.0), (1.8, 0.4)],
        [(0.0, 0.0), (0.2, 0.9), (0.0, 1.8)],
    ],
    ids=["one", "two abreast", "three abreast", "four abreast", "three in a file"],
)
def test_groups_of_people_are_no_vehicle(places):
    blocks = [one for place in places for one in person(place)]
    assert FINDER.find(drawn(CAMERA, blocks, noise=0.01)) == ()


def test_somebody_beside_a_car_is_left_to_the_fit_of_people():
    strength = drawn(CAMERA, [*car((0.0, 0.0), 0), *person((3.4, 0.0))])
    found = FINDER.find(strength)
    assert len(found) == 1
    left = neutralised(strength, found)
    head = np.round(pixel_from_site(CAMERA, np.array([[3.4, 0.0, 1.3]]))[0]).astype(int)
    middle = np.round(pixel_from_site(CAMERA, np.array([[0.0, 0.0, 0.7]]))[0]).astype(int)
    assert left[head[1], head[0]] == 255
    assert left[middle[1], middle[0]] == NEUTRAL
    assert strength[middle[1], middle[0]] == 255


def test_without_vehicles_the_evidence_is_left_alone():
    strength = drawn(CAMERA, person((0.0, 0.0)))
    assert neutralised(strength, ()) is strength


def test_what_the_border_cuts_is_less_certain():
    (whole,) = FINDER.find(drawn(CAMERA, car((0.0, 0.0), 0)))
    cut = [
        one
        for east in np.arange(8.0, 16.0, 0.25)
        for one in FINDER.find(drawn(CAMERA, car((east, 0.0), 0)))
        if 0.5 < one.visible < 0.85
    ]
    assert cut
    assert all(np.trace(one.covariance_m2) > np.trace(whole.covariance_m2) for one in cut)
