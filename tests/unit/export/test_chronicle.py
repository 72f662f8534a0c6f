"""The chronicle for other programs: every field, nothing infinite, no place where none is known."""

import csv
import dataclasses
import io
import json
from dataclasses import replace

from tests.unit.present.worlds import activity, chronicle, speed
from truceline.export.chronicle import (
    CHRONICLE_FORMAT,
    ActivityRow,
    activities_as_csv,
    activities_as_geojson,
    activity_row,
    chronicle_as_json,
)
from truceline.records.activities import ActivityKind, Measure, Part, Role
from truceline.records.events import Interval

ROUNDS = Measure("rounds", "rounds", Interval(3.0, 3.0, float("inf"), 0.0))
FIRED = activity(ActivityKind.DISCHARGE, Part(Role.ACTOR, "one"), measures=(ROUNDS, speed()))
PLACELESS = replace(FIRED, place_en_m=None, place_sigma_m=None, parts=())
ROWS = [activity_row(FIRED, (126.5, 37.9)), activity_row(PLACELESS, None)]


def test_json_holds_events_subjects_links_clocks_and_notes():
    known = chronicle()
    text = "".join(chronicle_as_json(known, ROWS))
    assert "Infinity" not in text
    read = json.loads(text)
    assert read["format"] == CHRONICLE_FORMAT
    assert [one["subject_id"] for one in read["subjects"]] == ["one", "two"]
    assert read["subjects"][0]["sightings"][1]["track_id"] == "t2"
    assert read["links"][0]["hypotheses"][1] == {
        "subject_id": None,
        "probability": 0.2,
        "leans_on": ["nobody"],
    }
    assert read["clocks"][0]["offset_s"] == 1.5
    assert read["notes"] == ["the yard was not seen"]
    fired, placeless = read["activities"]
    assert fired["measures"][0] == {
        "name": "rounds",
        "unit": "rounds",
        "value": 3.0,
        "low": 3.0,
        "high": None,
        "sigma": 0.0,
    }
    assert fired["parts"] == [{"role": "actor", "subject_id": "one"}]
    assert fired["at_utc"] == "2017-11-13T06:15:01.000000000Z"
    assert placeless["east_m"] is placeless["longitude_deg"] is placeless["place_sigma_m"] is None


def test_csv_has_a_line_an_event_and_every_field():
    lines = list(csv.reader(io.StringIO("".join(activities_as_csv(ROWS)))))
    assert lines[0] == [one.name for one in dataclasses.fields(ActivityRow)]
    fired = dict(zip(lines[0], lines[1], strict=True))
    assert fired["parts"] == "actor one"
    assert fired["measures"].startswith("rounds rounds 3.0 3.0  0.0; speed m/s 4.0 ")
    assert fired["cues"] == "a cue"
    assert dict(zip(lines[0], lines[2], strict=True))["east_m"] == ""


def test_geojson_puts_longitude_first_and_leaves_out_what_has_no_place():
    read = json.loads("".join(activities_as_geojson(ROWS, simulated=True)))
    fired, placeless = read["features"]
    assert fired["geometry"] == {"type": "Point", "coordinates": [126.5, 37.9]}
    assert placeless["geometry"] is None
    assert fired["properties"]["simulated"] is True
    assert fired["properties"]["kind"] == "discharge"
    assert "longitude_deg" not in fired["properties"]
