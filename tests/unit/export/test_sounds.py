"""Sounds as JSON: every number, plain types, nothing that names a weapon."""

import json

import numpy as np

from tests.unit.listen.bangs import heard
from truceline.export.sounds import sounds_as_json
from truceline.records.sounds import Count, DischargePlaced, PlaceEllipse, PlaceSector
from truceline.records.time import UtcNs


def placed(place):
    return DischargePlaced(
        ("a",), (UtcNs(10**18),), None, 0.01, place, 0.9, Count(1, 1, 2), 0.5, ("it",), ("that",)
    )


def told(*recordings, places=()):
    return json.loads("".join(sounds_as_json(recordings, [placed(one) for one in places])))


def test_a_recording_is_told_whole():
    (one,) = told(heard("a", (1.0, 2.0, 3.0), 5.0, 6.0))["recordings"]
    assert one["start_utc"] == "2001-09-09T01:46:40.000000000Z"
    assert one["microphone"] == {"microphone_id": "a", "place_enu_m": [1.0, 2.0, 3.0], "place_sigma_m": 0.1}
    (discharge,) = one["discharges"]
    assert discharge["times_s"] == [5.0, 6.0]
    assert discharge["utc"][0] == "2001-09-09T01:46:45.000000Z"
    assert discharge["count"] == {"low": 2, "best": 2, "high": 2}
    assert discharge["rhythm"] == "series"
    assert [row["at_s"] for row in one["impulses"]] == [5.0, 6.0]


def test_what_nobody_knows_is_null():
    (one,) = told(heard("a", None, 5.0, clock=None))["recordings"]
    assert (one["start_utc"], one["time_bound_s"]) == (None, None)
    assert one["discharges"][0]["utc"] == [None]


def test_both_kinds_of_place_and_none():
    ellipse = PlaceEllipse(np.array([1.0, 2.0]), np.eye(2), 0.95, 2.45)
    sector = PlaceSector(np.zeros(2), 0.5, 0.1, 20.0, None)
    kinds = [one["place"] and one["place"]["kind"] for one in told(places=[ellipse, sector, None])["placed"]]
    assert kinds == ["ellipse", "sector", None]
