import json
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.export.sample_exports import exported
from truceline.export.geojson import events_as_geojson, stretches, tracks_as_geojson
from truceline.survey.wgs84 import en_from_lonlat


def features_of(pieces):
    collection = json.loads("".join(pieces))
    assert collection["type"] == "FeatureCollection"
    return collection["features"]


def guard_features():
    features = features_of(tracks_as_geojson([exported()]))
    return [one for one in features if one["properties"].get("label") == "P2"]


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        ([True], [(0, 1)]),
        ([True, True, True], [(0, 3)]),
        ([True, False], [(0, 1), (1, 2)]),
        ([False, False, True, True, False], [(0, 2), (2, 4), (4, 5)]),
    ],
    ids=["one-row", "all-seen", "one-each", "unseen-at-both-ends"],
)
def test_stretches_are_seen_or_not_seen_throughout(observed, expected):
    assert [(one.start, one.stop) for one in stretches(observed)] == expected


def test_what_was_not_seen_is_a_feature_of_its_own():
    seen = [one["properties"]["observed"] for one in guard_features()]
    assert seen == [True, False, True]


def test_the_stretches_of_a_track_hold_each_row_once():
    (guard,) = [one.track for one in exported().tracks if one.label == "P2"]
    pts = [value for one in guard_features() for value in one["properties"]["pts"]]
    assert pts == guard.pts.tolist()


def test_positions_are_longitude_then_latitude_and_lead_back_to_the_site_metres():
    origin = exported().site.origin
    for one in features_of(tracks_as_geojson([exported()])):
        if one["geometry"] is None:
            continue
        lonlat = np.array(one["geometry"]["coordinates"], dtype=float).reshape(-1, 2)
        assert np.all(np.abs(lonlat[:, 0] - origin.longitude_deg) < 0.01)
        properties = one["properties"]
        metres = np.stack([properties["east_m"], properties["north_m"]], axis=1)
        np.testing.assert_allclose(en_from_lonlat(lonlat, origin=origin), metres, atol=2e-3)
        assert len(properties["sigma_east_m"]) == len(lonlat)


def test_a_stretch_of_one_row_is_a_point():
    one = exported()
    track = one.tracks[0].track
    observed = np.ones_like(track.observed)
    observed[[5, 9]] = False
    changed = exported(tracks=(_with_observed(one.tracks[0], observed),))
    kinds = [one["geometry"]["type"] for one in features_of(tracks_as_geojson([changed])) if one["geometry"]]
    assert kinds == ["LineString", "Point", "LineString", "Point", "LineString"]


def test_crossings_are_points_and_gaps_have_no_place():
    guard, visitor, gap = features_of(events_as_geojson([exported()]))
    place = np.array([guard["geometry"]["coordinates"]])
    np.testing.assert_allclose(
        en_from_lonlat(place, origin=exported().site.origin), [[-2.4, -0.14]], atol=2e-3
    )
    assert guard["properties"]["probability"] == pytest.approx(0.99987)
    assert guard["properties"]["time_bound_s"] == 0.12
    assert visitor["properties"]["kind"] == "crossing"
    assert gap["geometry"] is None
    assert gap["properties"]["kind"] == "gap"


def test_gaps_stand_beside_the_tracks_too():
    features = features_of(tracks_as_geojson([exported()]))
    assert [one["properties"]["kind"] for one in features if one["geometry"] is None] == ["gap"]


def _with_observed(exported_track, observed):
    return replace(exported_track, track=replace(exported_track.track, observed=observed))


def test_every_feature_says_by_itself_whether_it_is_simulated():
    one = exported()
    real = replace(one, site=replace(one.site, simulated=False))
    for runs, simulated in (([one], True), ([real], False)):
        features = [*features_of(tracks_as_geojson(runs)), *features_of(events_as_geojson(runs))]
        assert {feature["properties"]["simulated"] for feature in features} == {simulated}
