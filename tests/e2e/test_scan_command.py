"""``truceline scan``, ``tracks`` and ``events`` as people run them, on a tiny place with a known truth."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.small_site import (
    DEEPEST_M,
    RATE_HZ,
    crosser_en_m,
    truceline,
    walker_en_m,
    write_clip,
    write_site,
)

MISSING = slice(52, 58)
FRAMES = np.delete(np.arange(70), MISSING)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a site and a clip; six frames of it are missing."""
    folder = tmp_path_factory.mktemp("place")
    site = write_site(folder / "site")
    write_clip(folder / "walk.mp4", site, times=tuple(FRAMES / RATE_HZ))
    (site / "private-notes.txt").write_text("no part of the site")
    return folder


@pytest.fixture(scope="module")
def scanned(place):
    """What the first scan printed; the station is ``place/"station"``."""
    done = truceline("scan", place / "site", place / "walk.mp4", "--station", place / "station")
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def station(place: Path, scanned: object) -> Path:
    return place / "station"


def exported(station, what, form, *options):
    done = truceline(what, "--station", station, "--format", form, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_crossing_is_found_with_its_depth_and_the_gap_beside_it(scanned, station):
    document = json.loads(exported(station, "events", "json"))
    (crossing,) = document["crossings"]
    assert (crossing["from_side"], crossing["to_side"]) == ("North", "South")
    assert crossing["depth_low_m"] < DEEPEST_M < crossing["depth_high_m"]
    assert crossing["probability"] > 0.95
    (gap,) = document["gaps"]
    assert gap["length_s"] == pytest.approx(0.6, abs=0.02)
    assert re.search(r"candidate [0-9a-f]{8}, for two people to decide", scanned.stdout)
    assert re.search(r"05:00:05\.\d +14:00:05\.\d +gap 0\.\d\d s", scanned.stdout)


def test_every_track_follows_somebody_who_was_there(station):
    for track in json.loads(exported(station, "tracks", "json"))["tracks"]:
        columns = track["columns"]
        at_s = [float(text[17:-1]) for text in columns["utc"]]
        nearest_m = []
        for truth in (crosser_en_m, walker_en_m):
            true = np.array([truth(second) for second in at_s])
            offset = np.stack([columns["east_m"], columns["north_m"]], axis=1) - true
            nearest_m.append(float(np.median(np.linalg.norm(offset, axis=1))))
        assert min(nearest_m) < 0.5


def test_mot_counts_decoded_frames(station):
    rows = [line.split(",") for line in exported(station, "tracks", "mot", "--all").splitlines()]
    tracks = json.loads(exported(station, "tracks", "json"))["tracks"]
    number_of = {int(frame): number for number, frame in enumerate(FRAMES, start=1)}
    for identity, track in enumerate(tracks, start=1):
        frames = [round(float(text[17:-1]) * RATE_HZ) for text in track["columns"]["utc"]]
        assert [int(row[0]) for row in rows if int(row[1]) == identity] == [number_of[one] for one in frames]


def test_csv_and_geojson_hold_as_many_rows_as_json(station):
    tracks = json.loads(exported(station, "tracks", "json"))["tracks"]
    rows = list(csv.DictReader(io.StringIO(exported(station, "tracks", "csv"))))
    assert len(rows) == sum(track["rows"] for track in tracks)
    features = json.loads(exported(station, "tracks", "geojson"))["features"]
    assert sum(len(one["properties"]["pts"]) for one in features if one["geometry"]) == len(rows)


def test_a_table_says_what_the_scan_said(scanned, station):
    table = exported(station, "events", "table").strip()
    assert table in scanned.stdout
    assert max(map(len, table.splitlines())) <= 100


def test_a_file_is_written_whole_and_nothing_is_printed(station, tmp_path):
    assert exported(station, "events", "csv", "--out", tmp_path / "events.csv") == ""
    assert (tmp_path / "events.csv").read_text() == exported(station, "events", "csv").replace("\r\n", "\n")
    assert [one.name for one in tmp_path.iterdir()] == ["events.csv"]


def test_one_run_can_be_asked_for_and_another_is_refused(station):
    (run,) = json.loads(exported(station, "events", "json"))["runs"]
    assert exported(station, "tracks", "csv", "--run", run["run_id"]) == exported(station, "tracks", "csv")
    done = truceline("tracks", "--station", station, "--run", "nobody")
    assert done.returncode == 2
    assert run["run_id"] in done.stderr


def test_the_same_scan_gives_the_same_bytes_in_another_station(place, station):
    other = place / "another place" / "station-2"
    moved = shutil.copytree(place / "site", place / "another site")
    clip = place / "another site" / "walk.mp4"
    for name in ("walk.mp4", "walk.mp4.toml"):
        shutil.copy(place / name, clip.with_name(name))
    done = truceline("scan", moved, clip, "--station", other)
    assert done.returncode == 0, done.stderr
    assert contents(other) == contents(station)


def test_causal_mode_finds_the_same_crossing_and_is_a_run_of_its_own(place, station, tmp_path):
    done = truceline("scan", place / "site", place / "walk.mp4", "--station", tmp_path / "live", "--causal")
    assert done.returncode == 0, done.stderr
    told, read_twice = (json.loads(exported(one, "events", "json")) for one in (tmp_path / "live", station))
    (crossing,), (reference,) = told["crossings"], read_twice["crossings"]
    assert (crossing["from_side"], crossing["to_side"]) == ("North", "South")
    assert crossing["depth_low_m"] < DEEPEST_M < crossing["depth_high_m"]
    assert crossing["crossed_utc"][:19] == reference["crossed_utc"][:19]
    assert [gap["length_s"] for gap in told["gaps"]] == [gap["length_s"] for gap in read_twice["gaps"]]
    assert told["runs"][0]["run_id"] != read_twice["runs"][0]["run_id"]


def test_a_station_keeps_the_site_and_nothing_else_of_its_folder(station):
    (kept,) = (station / "sites").iterdir()
    assert {one.name for one in kept.iterdir()} == {"site.toml", "line.geojson", "zones.geojson"}


def test_the_same_inputs_are_not_analysed_twice(place, station):
    before = contents(station)
    done = truceline("scan", place / "site", place / "walk.mp4", "--station", station)
    assert done.returncode == 0
    assert "already scanned with the same inputs" in done.stdout
    assert contents(station) == before


def test_a_station_whose_site_was_changed_is_refused(station, tmp_path):
    copy = shutil.copytree(station, tmp_path / "station")
    (line,) = copy.glob("sites/*/line.geojson")
    line.write_text(line.read_text().replace("-30", "-31"))
    done = truceline("events", "--station", copy)
    assert done.returncode == 3
    assert "is not the one it was made under" in done.stderr


def test_a_station_whose_run_was_cut_is_refused(station, tmp_path):
    copy = shutil.copytree(station, tmp_path / "station")
    (run,) = copy.glob("runs/*/run.json")
    run.write_bytes(run.read_bytes()[:-50])
    done = truceline("tracks", "--station", copy)
    assert done.returncode == 3
    assert str(run) in done.stderr


def test_an_empty_station_says_so(tmp_path):
    (tmp_path / "station.json").write_text('{"format": "truceline-station/1"}\n')
    done = truceline("events", "--station", tmp_path, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["crossings"] == []
    assert "nothing was scanned" in done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
