import csv
import dataclasses
import io
import json
from pathlib import Path

import numpy as np
import pytest

from tests.unit.export.sample_exports import exported
from truceline.export.rows import (
    CrossingRow,
    GapRow,
    JudgementRow,
    RunFacts,
    TrackColumns,
    TrackFacts,
    rounded,
)
from truceline.export.text import (
    EVENT_CSV,
    JUDGEMENT_CSV,
    TRACK_CSV_FIRST,
    events_as_csv,
    events_as_json,
    tracks_as_csv,
    tracks_as_json,
)
from truceline.records.time import parse_utc

RECORDS = [RunFacts, TrackFacts, TrackColumns, CrossingRow, JudgementRow, GapRow]


def read_json(pieces):
    return json.loads("".join(pieces))


def read_csv(pieces):
    return list(csv.DictReader(io.StringIO("".join(pieces), newline="")))


def test_json_holds_the_track_that_was_measured():
    one = exported()
    document = read_json(tracks_as_json([one]))
    assert document["format"] == "truceline-tracks/1"
    for exported_track, entry in zip(one.tracks, document["tracks"], strict=True):
        track, columns = exported_track.track, entry["columns"]
        assert entry["label"] == exported_track.label
        assert [parse_utc(text) for text in columns["utc"]] == track.utc_ns.tolist()
        assert columns["pts"] == track.pts.tolist()
        assert columns["observed"] == track.observed.tolist()
        np.testing.assert_allclose(columns["east_m"], track.en_m[:, 0], atol=5.1e-5)
        np.testing.assert_allclose(columns["bottom_px"], track.boxes_px[:, 3], atol=5.1e-3)


def test_sigma_and_correlation_give_the_covariance_back():
    one = exported()
    for exported_track, entry in zip(one.tracks, read_json(tracks_as_json([one]))["tracks"], strict=True):
        columns = {name: np.array(values) for name, values in entry["columns"].items() if name != "utc"}
        covariance = exported_track.covariance_m2
        np.testing.assert_allclose(columns["sigma_east_m"] ** 2, covariance[:, 0, 0], rtol=2e-3)
        np.testing.assert_allclose(columns["sigma_north_m"] ** 2, covariance[:, 1, 1], rtol=2e-3)
        product = columns["sigma_east_m"] * columns["sigma_north_m"] * columns["correlation"]
        np.testing.assert_allclose(product, covariance[:, 0, 1], atol=1e-4)


def test_the_nearest_point_to_the_line_carries_the_error_of_place_and_line():
    (_, guard, _) = read_json(tracks_as_json([exported()]))["tracks"]
    assert guard["nearest_to_line_m"] < 0.2
    largest_m2 = np.linalg.eigvalsh(np.array([[0.02, 0.002], [0.002, 0.08]]))[-1]
    assert guard["nearest_sigma_m"] == pytest.approx(np.sqrt(largest_m2 + 0.1**2), abs=1e-4)
    assert guard["observed_fraction"] == pytest.approx(1 - 6 / guard["rows"], abs=1e-6)


def test_a_value_that_is_not_known_is_null_in_json_and_empty_in_csv():
    one = exported()
    first = one.tracks[0]
    boxes = first.track.boxes_px.copy()
    boxes[0] = np.nan
    broken = dataclasses.replace(first, track=dataclasses.replace(first.track, boxes_px=boxes))
    runs = [dataclasses.replace(one, tracks=(broken,))]
    assert read_json(tracks_as_json(runs))["tracks"][0]["columns"]["left_px"][0] is None
    assert read_csv(tracks_as_csv(runs))[0]["left_px"] == ""


def test_events_in_json_carry_every_uncertainty_and_their_judgements():
    document = read_json(events_as_json([exported()]))
    guard, visitor = document["crossings"]
    measured = [guard[name] for name in ("depth_m", "depth_sigma_m", "depth_low_m", "depth_high_m")]
    assert measured == [3.02, 0.2, 2.63, 3.41]
    assert parse_utc(guard["crossed_utc"]) == parse_utc("2026-03-04T05:00:26.31Z")
    assert guard["crossed_local"] == "14:00:26.310000000 UTC+09:00"
    assert visitor["dwell_s"] is None
    assert visitor["dwell_high_s"] is None
    assert [one["is_candidate"] for one in guard["judgements"]] == [True]
    assert visitor["judgements"][0]["permit_id"] == "P-17"
    (gap,) = document["gaps"]
    assert (gap["reason"], gap["length_s"]) == ("frozen", 3.2)


def test_csv_and_json_of_tracks_agree():
    runs = [exported()]
    rows = read_csv(tracks_as_csv(runs))
    tracks = read_json(tracks_as_json(runs))["tracks"]
    assert len(rows) == sum(track["rows"] for track in tracks)
    guard = [row for row in rows if row["label"] == "P2"]
    columns = tracks[1]["columns"]
    assert [row["observed"] for row in guard] == [str(one).lower() for one in columns["observed"]]
    assert [float(row["longitude_deg"]) for row in guard] == columns["longitude_deg"]
    assert {row["time_bound_s"] for row in guard} == {"0.056"}


def test_csv_of_events_is_in_order_of_time_with_gaps_among_the_crossings():
    rows = read_csv(events_as_csv([exported()]))
    assert [row["kind"] for row in rows] == ["crossing", "crossing", "gap"]
    guard, visitor, gap = rows
    assert (guard["paragraphs"], guard["outcomes"], guard["is_candidate"]) == ("7", "CONDITIONS MET", "true")
    assert guard["judgement_ids"] in {one.judgement_id for one in exported().run.judgements}
    assert (visitor["permit_ids"], visitor["dwell_s"]) == ("P-17", "")
    assert gap["depth_m"] == ""
    assert gap["sentence"] == "The picture did not change for 40 frames."


def test_a_station_without_runs_gives_whole_documents():
    assert read_json(tracks_as_json([])) == {
        "format": "truceline-tracks/1",
        "runs": [],
        "tracks": [],
        "gaps": [],
    }
    assert read_json(events_as_json([]))["crossings"] == []
    assert read_csv(events_as_csv([])) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("east_m", 1.23456789, 1.2346),
        ("latitude_deg", 37.123456789, 37.12345679),
        ("left_px", 1.005001, 1.01),
        ("depth_sigma_m", 0.00004, 0.0),
        ("probability", 0.12345678, 0.123457),
        ("velocity_east_mps", -0.00001, 0.0),
    ],
)
def test_rounding_is_by_unit_and_knows_no_minus_zero(name, value, expected):
    got = rounded(name, value)
    assert got == expected
    assert not str(got).startswith("-0.0")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_that_is_a_measured_number_names_its_unit(record):
    without_unit = {
        "animal_probability",
        "boolean",
        "correlation",
        "frames",
        "kind_probability",
        "local_offset_minutes",
        "motion_probability",
        "observed_fraction",
        "person_probability",
        "probability",
        "pts",
        "returned_probability",
        "rows",
        "subject_probability",
        "variance_share_calibration",
        "variance_share_line",
        "variance_share_pixel",
        "vehicle_probability",
    }
    for one in dataclasses.fields(record):
        if "float" in str(one.type) and one.name not in without_unit:
            assert one.name.rpartition("_")[2] in {"deg", "hz", "m", "mps", "px", "s"}, one.name


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_the_page_describes_these_fields_and_no_others(record, repository: Path):
    assert described(repository, record.__name__) == [one.name for one in dataclasses.fields(record)]


def test_the_page_describes_the_columns_that_only_csv_has(repository: Path):
    assert described(repository, "Columns that only CSV has") == [*TRACK_CSV_FIRST[-1:], *JUDGEMENT_CSV]
    assert set(JUDGEMENT_CSV) < set(EVENT_CSV)


def described(repository: Path, heading: str) -> list[str]:
    """The names in the first column of the table under a heading of docs/reference/exports.md."""
    page = (repository / "docs/reference/exports.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| `")]
    return [name.strip("`") for cell in cells for name in cell.split("`, `")]
