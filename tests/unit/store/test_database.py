"""The station's database: what it holds is what the runs' own files hold, and it can be asked."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.store.records_of_a_run import run
from tests.unit.video.test_writing import room_for
from truceline.errors import InputError, IntegrityError, ServiceError
from truceline.records.digests import sha256_of
from truceline.store import schema
from truceline.store.codec import encode
from truceline.store.database import FILE, RunDatabase
from truceline.store.station import Station

DIGEST = sha256_of(b"file")


@pytest.fixture
def station(tmp_path):
    return Station.open(tmp_path / "station", create=True)


def asked(station, question):
    with closing(sqlite3.connect(station.folder / FILE)) as connection:
        return connection.execute(question).fetchall()


def test_what_is_put_comes_back_as_the_file_has_it(tmp_path):
    database = RunDatabase(tmp_path)
    database.put(run(), digest=DIGEST)
    assert database.digests() == {run().run_id: DIGEST.hex}
    assert encode(database.run(run().run_id)) == encode(run())


def test_what_nobody_knows_is_null_and_comes_back(tmp_path):
    track = run().tracks[0]
    covariance, boxes = track.covariance.copy(), track.boxes_px.copy()
    covariance[3], boxes[2, 1] = np.nan, np.nan
    one = replace(run(), tracks=(replace(track, covariance=covariance, boxes_px=boxes),))
    database = RunDatabase(tmp_path)
    database.put(one, digest=DIGEST)
    assert encode(database.run(one.run_id)) == encode(one)
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        unknown = "SELECT count(*) FROM track_row WHERE covariance_east_north IS NULL"
        assert connection.execute(unknown).fetchall() == [(1,)]


def test_it_can_be_asked(station):
    station.write_run(run(), files={})
    crossing, gap, track = run().crossings[0], run().gaps[0], run().tracks[0]
    assert asked(
        station, "SELECT event_id, crossed_utc_ns, depth_m, east_m, probability, dwell_s FROM crossing"
    ) == [
        (
            one.event_id,
            one.crossed_utc_ns,
            one.depth_m.value,
            one.place_en_m[0],
            one.probability,
            None if one.dwell_s is None else one.dwell_s.value,
        )
        for one in run().crossings
    ]
    assert asked(station, "SELECT kind, end_utc_ns - start_utc_ns FROM gap LIMIT 1") == [
        (gap.reason.kind, gap.span.end_utc_ns - gap.span.start_utc_ns)
    ]
    assert asked(station, "SELECT run_id, frames, footage_name FROM run") == [
        (run().run_id, run().frames, run().footage.name)
    ]
    assert asked(station, "SELECT outcome, is_candidate FROM judgement")[0] == ("CONDITIONS MET", 1)
    assert asked(
        station,
        "SELECT track_id, count(*), sum(observed), max(utc_ns), round(max(north_m), 6) "
        "FROM track JOIN track_row USING (run_id, place) GROUP BY track_id",
    ) == [
        (
            track.track_id,
            len(track.utc_ns),
            int(track.observed.sum()),
            int(track.utc_ns[-1]),
            round(float(track.en_m[:, 1].max()), 6),
        )
    ]
    assert crossing.event_id


def test_every_column_of_a_quantity_names_its_unit():
    """Or is a probability, a share, or the covariance of two named quantities."""
    units = ("_m", "_s", "_px", "_mps", "_utc_ns", "probability", "_fraction")
    real = [
        name
        for table in (schema.RUN, schema.CROSSING, schema.GAP)
        for name, kind, _ in table
        if kind == "REAL"
    ]
    real += [name for name in schema.ROW_COLUMNS[3:] if not name.startswith("covariance_")]
    assert [name for name in real if not name.endswith(units)] == []


def test_writing_a_run_again_leaves_nothing_of_the_old_one(station):
    station.write_run(run(), files={})
    before = (station.folder / FILE).read_bytes()
    shorter = replace(run(), tracks=(), crossings=(), gaps=(), judgements=())
    station.write_run(shorter, files={})
    with closing(sqlite3.connect(station.folder / FILE)) as connection:
        for table in ("track", "track_row", "crossing", "gap", "judgement"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchall() == [(0,)]  # noqa: S608
    assert station.run(run().run_id).tracks == ()
    secret = run().judgements[0].statement.encode()
    assert secret in before
    assert secret not in (station.folder / FILE).read_bytes()


def test_runs_are_read_from_it(station):
    station.write_run(run(), files={})
    with closing(sqlite3.connect(station.folder / FILE)) as connection, connection:
        connection.execute("UPDATE run SET record = json_set(record, '$.frames', 77)")
    assert station.run(run().run_id).frames == 77


def test_a_station_without_one_reads_the_files_and_gets_one_with_the_next_scan(station):
    station.write_run(run(), files={})
    whole = (station.folder / FILE).read_bytes()
    (station.folder / FILE).unlink()
    assert encode(station.run(run().run_id)) == encode(run())
    assert not (station.folder / FILE).exists()
    station.catalogue()
    assert (station.folder / FILE).read_bytes() == whole


def test_a_run_whose_folder_was_removed_is_forgotten(station):
    station.write_run(run(), files={})
    place = station.write_run(run("f" * 16), files={})
    shutil.rmtree(place)
    assert [one.run_id for one in station.runs()] == [run().run_id]
    station.catalogue()
    assert asked(station, "SELECT run_id FROM run") == [(run().run_id,)]
    assert asked(station, "SELECT DISTINCT run_id FROM track_row") == [(run().run_id,)]


def test_a_file_that_is_a_run_and_not_the_one_that_was_kept_is_refused(station):
    path = station.write_run(run(), files={}) / "run.json"
    stored = json.loads(path.read_text())
    stored["frames"] += 1
    path.write_text(json.dumps(stored))
    with pytest.raises(IntegrityError, match="not the one that was kept") as caught:
        station.run(run().run_id)
    assert caught.value.where == str(path)


@pytest.mark.parametrize(
    ("prepare", "error", "words"),
    [
        pytest.param(
            lambda path: path.write_bytes(b"no database at all" * 100),
            IntegrityError,
            "damaged",
            id="no database",
        ),
        pytest.param(
            lambda path: made(
                path, f"PRAGMA application_id = {schema.APPLICATION_ID}; PRAGMA user_version = 99"
            ),
            InputError,
            "version 99",
            id="newer",
        ),
        pytest.param(
            lambda path: made(path, "CREATE TABLE somebody (id)"),
            InputError,
            "another program's",
            id="another's",
        ),
    ],
)
def test_what_is_no_database_of_ours_is_left_alone(tmp_path, prepare, error, words):
    path = tmp_path / FILE
    prepare(path)
    before = path.read_bytes()
    for attempt in (lambda: RunDatabase(tmp_path).put(run(), digest=DIGEST), RunDatabase(tmp_path).digests):
        with pytest.raises(error, match=words):
            attempt()
    assert path.read_bytes() == before


def made(path, script):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def test_an_empty_file_becomes_one(tmp_path):
    (tmp_path / FILE).touch()
    assert RunDatabase(tmp_path).digests() == {}
    RunDatabase(tmp_path).put(run(), digest=DIGEST)
    assert RunDatabase(tmp_path).digests() == {run().run_id: DIGEST.hex}


def test_migrations_are_numbered_and_done_once(tmp_path):
    RunDatabase(tmp_path).put(run(), digest=DIGEST)
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
        schema.migrate(connection, where="here")
        assert connection.execute("SELECT count(*) FROM run").fetchone() == (1,)


def test_a_full_disk_leaves_what_was_there(tmp_path):
    database = RunDatabase(tmp_path)
    database.put(run(), digest=DIGEST)
    size = (tmp_path / FILE).stat().st_size

    def fill():
        for number in range(50):
            database.put(run(f"{number:016d}"), digest=DIGEST)

    with room_for(size), pytest.raises(ServiceError):
        fill()
    assert encode(database.run(run().run_id)) == encode(run())


def test_a_record_that_was_changed_is_refused(station):
    station.write_run(run(), files={})
    with closing(sqlite3.connect(station.folder / FILE)) as connection, connection:
        connection.execute("UPDATE crossing SET record = json_set(record, '$.probability', 'sure')")
    with pytest.raises(IntegrityError, match="sure"):
        station.runs()


def test_two_stations_of_the_same_runs_have_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        made_here = Station.open(tmp_path / name, create=True)
        for run_id in ("a" * 16, "b" * 16):
            made_here.write_run(run(run_id), files={})
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()
