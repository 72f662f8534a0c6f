"""Views: picture, distance, walls, and when anybody watched."""

import numpy as np
import pytest

from tests.unit.geometry.cameras import mast
from tests.unit.world.walkers import SITE, site_of
from truceline.records.site import Landmark, LandmarkKind, LandmarkShape
from truceline.world.views import Eyes, merged_watch, views_of


def wall(height_m, kind=LandmarkKind.WALL):
    points = np.array([[-5.0, -2.0], [5.0, -2.0]])
    return Landmark("wall", "wall", kind, LandmarkShape.PATH, points, height_m)


@pytest.mark.parametrize(
    ("place", "seen"),
    [
        pytest.param((0.0, 0.0), True, id="in the middle"),
        pytest.param((0.0, -40.0), False, id="behind the camera"),
        pytest.param((60.0, 0.0), False, id="beside the picture"),
        pytest.param((0.0, 4000.0), False, id="too far away"),
    ],
)
def test_who_stands_in_the_picture_and_near_enough_is_seen(place, seen):
    assert views_of(SITE)["south"].sees(np.array([place]))[0] == seen


@pytest.mark.parametrize(
    ("landmark", "seen"),
    [
        pytest.param(wall(3.0), False, id="a high wall"),
        pytest.param(wall(0.5), True, id="a low wall"),
        pytest.param(wall(None), False, id="a wall of unknown height"),
        pytest.param(wall(3.0, LandmarkKind.FENCE), True, id="a fence"),
    ],
)
def test_what_stands_in_the_way_hides(landmark, seen):
    site = site_of({"south": mast()}, landmarks=(landmark,))
    view = views_of(site)["south"]
    assert view.sees(np.array([[0.0, -1.0]]))[0] == seen
    assert view.sees(np.array([[0.0, -3.0]]))[0], "before the wall"


def test_an_area_hides_by_all_its_sides():
    ring = np.array([[-2.0, -1.0], [2.0, -1.0], [2.0, 1.0], [-2.0, 1.0]])
    house = Landmark("house", "house", LandmarkKind.BUILDING, LandmarkShape.AREA, ring, 4.0)
    view = views_of(site_of({"south": mast()}, landmarks=(house,)))["south"]
    np.testing.assert_array_equal(
        view.sees(np.array([[0.0, 2.0], [4.0, 2.0], [0.0, -2.0]])), [False, True, True]
    )


def test_nowhere_is_not_seen():
    assert views_of(SITE)["south"].sees(np.zeros((0, 2))).shape == (0,)


def test_watches_that_touch_are_one_and_half_open():
    watch = merged_watch("south", [(5, 7), (0, 2), (2, 3)])
    assert (watch.starts_s.tolist(), watch.ends_s.tolist()) == ([0, 5], [3, 7])
    asked = np.array([-1.0, 0.0, 2.5, 3.0, 4.0, 5.0, 7.0])
    assert watch.watching(asked).tolist() == [False, True, True, False, False, True, False]


def test_ground_is_covered_while_some_camera_watches_it():
    eyes = Eyes(views_of(SITE), (merged_watch("south", [(0, 4)]), merged_watch("east", [(4, 6)])))
    share = eyes.covered(np.array([[0.0, 0.0], [300.0, 0.0]]), seconds=np.arange(0.5, 8))
    np.testing.assert_allclose(share, [6 / 8, 0.0])
