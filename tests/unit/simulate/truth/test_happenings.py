"""Events, shots, devices and maps of truth."""

import json

import numpy as np
import pytest

from tests.unit.simulate.truth.settings import setting, walker
from truceline.simulate.model.actors import Action, Happening, HappeningKind
from truceline.simulate.model.devices import DeviceClock, Stretch
from truceline.simulate.truth.devices import devices_json, gaps_of, shown_s, supplied_json
from truceline.simulate.truth.happenings import Arrival, event_lines, shot_lines
from truceline.simulate.truth.maps import events_geojson, paths_geojson, stretches_in_scene
from truceline.survey.wgs84 import en_from_lonlat, lonlat_from_en

PLACE = np.array([1.0, 2.0, 0.0])
CROSSED = Happening(HappeningKind.CROSSED, 4.25, 6.5, ("walker",), PLACE, towards="North", depth_m=3.4567891)
SHOT = Happening(
    HappeningKind.SHOT, 2.0, 2.0, ("guard",), PLACE, direction=np.array([0.0, 1.0, 0.0]), supersonic=True
)
BACKFIRE = Happening(HappeningKind.DISCHARGE_LIKE, 3.0, 3.0, ("jeep",), PLACE, sound="backfire")


def lonlat(en_m):
    return lonlat_from_en(en_m, origin=setting().origin)


def test_events_are_told_in_order_of_time_with_time_place_and_depth():
    rows = [json.loads(line) for line in event_lines(setting(), (CROSSED, SHOT))]
    assert [row["kind"] for row in rows] == ["shot", "crossed"]
    assert [row["event"] for row in rows] == [1, 2]
    crossed = rows[1]
    assert crossed["start_utc"] == "2026-03-04T05:00:04.250000000Z"
    assert (crossed["towards"], crossed["depth_m"]) == ("North", 3.4568)
    assert rows[0]["direction"] == [0.0, 1.0, 0.0]


def test_shots_and_what_sounds_like_them_come_with_their_arrivals():
    arrivals = [
        Arrival("mic-1", SHOT, 2.25, 2.125),
        Arrival("mic-1", BACKFIRE, 3.25, None),
        Arrival("mic-2", SHOT, 2.5, None),
    ]
    rows = [json.loads(line) for line in shot_lines(setting(), (CROSSED, BACKFIRE, SHOT), arrivals=arrivals)]
    assert [(row["kind"], row["event"]) for row in rows] == [("shot", 1), ("discharge-like", 2)]
    assert [one["microphone"] for one in rows[0]["arrivals"]] == ["mic-1", "mic-2"]
    assert rows[0]["arrivals"][0]["blast_utc"] == "2026-03-04T05:00:02.250000000Z"
    assert rows[0]["arrivals"][0]["shock_s"] == 2.125
    assert rows[1]["arrivals"][0]["shock_s"] is None


@pytest.mark.parametrize(
    ("supplies", "gaps"),
    [
        pytest.param((), [(0.0, 10.0)], id="nothing supplied"),
        pytest.param(((0.0, 10.0),), [], id="all supplied"),
        pytest.param(((4.0, 10.0), (0.0, 2.0)), [(2.0, 4.0)], id="between, out of order"),
        pytest.param(((1.0, 6.0), (5.0, 8.0)), [(0.0, 1.0), (8.0, 10.0)], id="overlapping"),
    ],
)
def test_what_is_not_supplied_is_a_gap(supplies, gaps):
    found = gaps_of(tuple(Stretch(*one) for one in supplies), 10.0)
    assert [(one.start_s, one.end_s) for one in found] == gaps


def test_gaps_are_stated_by_the_cameras_own_clock():
    given = setting()
    facts = json.loads(supplied_json(given, given.cameras[:1]))
    (one,) = facts["cameras"]
    assert [gap["reason"] for gap in one["gaps"]] == ["not supplied", "not supplied"]
    assert one["supplied"][0]["start"] == "2026-03-04T05:00:01.250Z"


def test_a_clock_is_off_and_drifts():
    assert shown_s(DeviceClock(offset_s=2.0, drift_ppm=100.0), 1000.0) == pytest.approx(1002.1)


def test_devices_hold_the_true_and_the_declared():
    given = setting()
    facts = json.loads(devices_json(given))
    one = facts["cameras"][0]
    assert one["true"]["focal_px"] == given.cameras[0].true.focal_px.tolist()
    assert one["declared"]["focal_px"] == given.cameras[0].declared.focal_px.tolist()
    assert one["true"] != one["declared"]
    assert one["clock"]["true_offset_s"] == 1.25
    assert facts["line"]["true_offset_to_its_left_m"] == 0.07
    assert facts["microphones"][0]["place_enu_m"] == [1.0, 2.0, 3.0]


def test_paths_lie_where_they_were_walked():
    facts = json.loads(paths_geojson(setting(), [walker()], lonlat=lonlat))
    (path,) = facts["features"]
    back = en_from_lonlat(np.array(path["geometry"]["coordinates"]), origin=setting().origin)
    assert back[0] == pytest.approx([5.0, -3.0], abs=0.01)
    assert back[-1] == pytest.approx([5.0, 5.0], abs=0.01)
    assert len(path["properties"]["utc"]) == len(back)


def test_a_path_is_cut_where_one_is_away():
    performance = walker()
    performance.action[200:300] = Action.AWAY
    assert [(int(rows[0]), int(rows[-1])) for rows in stretches_in_scene(performance)] == [
        (50, 199),
        (300, 450),
    ]
    performance.action[:] = Action.AWAY
    assert stretches_in_scene(performance) == []


def test_one_instant_in_the_scene_is_a_point():
    performance = walker()
    performance.action[:] = Action.AWAY
    performance.action[77] = Action.STAND
    (feature,) = json.loads(paths_geojson(setting(), [performance], lonlat=lonlat))["features"]
    assert feature["geometry"]["type"] == "Point"


def test_events_stand_on_the_map_and_say_that_they_are_simulated():
    (feature,) = json.loads(events_geojson(setting(), [CROSSED], lonlat=lonlat))["features"]
    assert feature["properties"]["simulated"] is True
    back = en_from_lonlat(np.array([feature["geometry"]["coordinates"]]), origin=setting().origin)[0]
    assert back == pytest.approx([1.0, 2.0], abs=0.01)
