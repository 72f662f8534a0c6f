import numpy as np
import pytest

from truceline.records.site import Origin
from truceline.survey.wgs84 import ecef_from_geodetic, en_from_lonlat, lonlat_from_en


@pytest.mark.parametrize(
    ("lonlat", "height", "expected"),
    [
        ((0, 0), 0, (6_378_137.0, 0, 0)),
        ((90, 0), 10, (0, 6_378_147.0, 0)),
        ((0, 90), 0, (0, 0, 6_356_752.314245)),
        ((0, -90), 5, (0, 0, -6_356_757.314245)),
    ],
    ids=["equator", "equator-east", "pole", "south-pole"],
)
def test_points_whose_place_is_known(lonlat, height, expected):
    got = ecef_from_geodetic(np.array([lonlat], dtype=float), np.array([float(height)]))
    np.testing.assert_allclose(got, [expected], atol=1e-6)


def test_a_second_of_arc_at_the_equator_and_at_the_pole():
    """One second: meridian 30.715 m and parallel 30.922 m at the equator, meridian 31.026 m at 90 degrees."""
    second = 1 / 3600
    equator = en_from_lonlat(np.array([[0, second], [second, 0]]), origin=Origin(0, 0, 0))
    np.testing.assert_allclose(equator, [[0, 30.715], [30.922, 0]], atol=5e-4)
    pole = en_from_lonlat(np.array([[0.0, 90 - second]]), origin=Origin(90, 0, 0))
    np.testing.assert_allclose(np.linalg.norm(pole), 31.026, atol=5e-4)


def test_the_bridge_is_about_670_m_from_the_joint_security_area():
    centre = Origin(37 + 57 / 60 + 21 / 3600, 126 + 40 / 60 + 36 / 3600, 0)
    bridge = np.array([[126 + 40 / 60 + 14 / 3600, 37 + 57 / 60 + 34 / 3600]])
    offset = en_from_lonlat(bridge, origin=centre)[0]
    assert offset[0] < 0 < offset[1]
    assert np.linalg.norm(offset) == pytest.approx(670, abs=10)


def test_height_widens_the_grid():
    point = np.array([[127.001, 38.0]])
    low = en_from_lonlat(point, origin=Origin(38, 127, 0))
    high = en_from_lonlat(point, origin=Origin(38, 127, 1000))
    assert high[0, 0] / low[0, 0] == pytest.approx(1 + 1000 / 6.386e6, rel=1e-6)


@pytest.mark.parametrize("latitude", [-80.0, -33.9, 0.0, 37.9558, 60.0, 80.0])
@pytest.mark.parametrize("reach_m", [1.0, 1_000.0, 50_000.0])
def test_site_metres_come_back_from_longitude_and_latitude(latitude, reach_m):
    origin = Origin(latitude, 126.6767, 250.0)
    en_m = np.array([[0, 0], [1, 0], [0, 1], [-0.7, 0.7], [-1, -1]]) * reach_m
    there = lonlat_from_en(en_m, origin=origin)
    np.testing.assert_allclose(en_from_lonlat(there, origin=origin), en_m, atol=1e-6)


def test_the_origin_is_the_origin():
    origin = Origin(37.9558, 126.6767, 50.0)
    np.testing.assert_allclose(
        lonlat_from_en(np.zeros((1, 2)), origin=origin), [[126.6767, 37.9558]], atol=1e-12
    )


def test_longitude_stays_within_half_a_turn():
    origin = Origin(0.0, 180.0, 0.0)
    east = lonlat_from_en(np.array([[100.0, 0.0], [-100.0, 0.0]]), origin=origin)
    assert east[0, 0] == pytest.approx(-180 + 100 / 111_319.49, abs=1e-7)
    assert east[1, 0] == pytest.approx(180 - 100 / 111_319.49, abs=1e-7)
