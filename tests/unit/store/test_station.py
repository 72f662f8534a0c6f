import json
from dataclasses import replace

import pytest

from tests.unit.store.records_of_a_run import run
from tests.unit.video.test_writing import room_for
from truceline.errors import InputError, IntegrityError, ServiceError
from truceline.store.codec import encode
from truceline.store.station import FRAME_PTS, SCAN_NUMBER, Station


@pytest.fixture
def station(tmp_path):
    return Station.open(tmp_path / "station", create=True)


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_new_station_is_empty_and_can_be_opened_again(station):
    assert station.runs() == ()
    assert station.run_ids() == ()
    again = Station.open(station.folder)
    assert again.folder == station.folder
    assert Station.open(station.folder, create=True).runs() == ()


def test_an_empty_folder_becomes_a_station(tmp_path):
    (tmp_path / "here").mkdir()
    assert Station.open(tmp_path / "here", create=True).runs() == ()


@pytest.mark.parametrize(
    ("prepare", "create", "error", "words"),
    [
        pytest.param(lambda _: None, False, InputError, "no station here", id="nothing there"),
        pytest.param(
            lambda place: (place.mkdir(), (place / "letter.txt").write_text("x")),
            True,
            InputError,
            "neither a station nor an empty folder",
            id="another folder",
        ),
        pytest.param(lambda place: place.write_text("x"), True, InputError, "neither a station", id="a file"),
        pytest.param(
            lambda place: (
                place.mkdir(),
                (place / "station.json").write_text('{"format": "truceline-station/9"}'),
            ),
            True,
            InputError,
            "format 'truceline-station/9'",
            id="a newer format",
        ),
        pytest.param(
            lambda place: (place.mkdir(), (place / "station.json").write_text("{")),
            False,
            IntegrityError,
            "mark cannot be read",
            id="a broken mark",
        ),
        pytest.param(
            lambda place: (place.mkdir(), (place / "station.json").write_text("[]")),
            False,
            IntegrityError,
            "mark cannot be read",
            id="a mark of another kind",
        ),
    ],
)
def test_what_is_no_station_is_left_alone(tmp_path, prepare, create, error, words):
    place = tmp_path / "station"
    prepare(place)
    before = names(place) if place.is_dir() else None
    with pytest.raises(error) as caught:
        Station.open(place, create=create)
    assert words in caught.value.what
    assert (names(place) if place.is_dir() else None) == before


def test_a_run_is_written_whole_and_read_back(station):
    place = station.write_run(run(), files={"page.html": b"<p>", "frames/1.png": b"png"})
    assert station.has_run(run().run_id)
    assert names(place) == ["frames", "page.html", "run.json", SCAN_NUMBER]
    assert (place / "frames" / "1.png").read_bytes() == b"png"
    assert encode(station.run(run().run_id)) == encode(run())
    assert names(station.folder / "runs") == [run().run_id]


def test_runs_come_in_order_of_what_they_cover(station):
    for run_id, start_s in [("b" * 16, 10.0), ("a" * 16, 20.0), ("c" * 16, 0.0)]:
        station.write_run(run(run_id, start_s), files={})
    assert [one.run_id[0] for one in station.runs()] == ["c", "b", "a"]
    assert [run_id[0] for run_id in station.run_ids()] == ["a", "b", "c"]


def test_writing_a_run_again_replaces_it_as_a_whole(station):
    station.write_run(run(), files={"old.html": b"old"})
    place = station.write_run(replace(run(), frames=7), files={"new.html": b"new"})
    assert names(place) == ["new.html", "run.json", SCAN_NUMBER]
    assert station.run(run().run_id).frames == 7
    assert names(station.folder / "runs") == [run().run_id]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, MemoryError])
@pytest.mark.parametrize("replacing", [False, True], ids=["new", "replacing"])
def test_an_interruption_leaves_nothing_new_and_keeps_what_was_there(station, error, replacing):
    place = station.run_folder("r1")
    if replacing:
        place.mkdir(parents=True)
        (place / "run.json").write_text("old")

    def interrupted():
        with station.appearing(place) as partial:
            (partial / "run.json").write_text("new")
            raise error

    with pytest.raises(error):
        interrupted()
    assert names(place.parent) == (["r1"] if replacing else [])
    assert not replacing or (place / "run.json").read_text() == "old"


def test_what_a_killed_process_left_is_neither_read_nor_in_the_way(station):
    left = station.folder / "runs" / f".{run().run_id}.partial"
    left.mkdir(parents=True)
    (left / "run.json").write_text("{")
    (left / "half.html").write_text("<p")
    assert station.runs() == ()
    assert not station.has_run(run().run_id)
    place = station.write_run(run(), files={})
    assert names(place) == ["run.json", SCAN_NUMBER]
    assert names(station.folder / "runs") == [run().run_id]


def test_a_full_disk_leaves_no_run(station):
    with room_for(5000), pytest.raises(ServiceError) as caught:
        station.write_run(run(), files={"page.html": b"x" * 100})
    assert caught.value.exit_code == 4
    assert names(station.folder / "runs") == []


def test_a_full_disk_keeps_the_old_page(station):
    station.write_page("the old page")
    with room_for(1000), pytest.raises(ServiceError):
        station.write_page("x" * 5000)
    assert (station.folder / "page.html").read_text() == "the old page"
    assert names(station.folder) == ["page.html", "station.json"]


def test_a_run_that_is_not_there(station):
    with pytest.raises(InputError, match="no run 'absent'"):
        station.run("absent")


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"record": "Run"}', "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")],
)
def test_a_run_that_was_changed_is_refused_with_its_place(station, text):
    place = station.write_run(run(), files={})
    (place / "run.json").write_text(text)
    with pytest.raises(IntegrityError) as caught:
        station.run(run().run_id)
    assert caught.value.where == str(place / "run.json")


def test_one_field_of_a_stored_run_changed(station):
    path = station.write_run(run(), files={}) / "run.json"
    stored = json.loads(path.read_text())
    stored["crossings"][0]["probability"] = "sure"
    path.write_text(json.dumps(stored))
    with pytest.raises(IntegrityError, match="sure"):
        station.runs()


def test_the_times_of_all_frames_are_kept(station):
    station.write_run(run(), files={FRAME_PTS: b"[0, 3, 7]"})
    kept = station.frame_pts(run().run_id)
    assert kept is not None
    assert kept.tolist() == [0, 3, 7]
    station.write_run(run(), files={})
    assert station.frame_pts(run().run_id) is None


@pytest.mark.parametrize("content", [b"{", b'["x"]', b"7", b"\xff"])
def test_times_of_frames_that_were_changed_are_refused(station, content):
    station.write_run(run(), files={FRAME_PTS: content})
    with pytest.raises(IntegrityError):
        station.frame_pts(run().run_id)


def test_a_site_is_kept_once(station):
    place = station.keep_site("site-1", {"site.toml": b"a", "more/line.geojson": b"b"})
    assert (place / "more" / "line.geojson").read_bytes() == b"b"
    assert station.keep_site("site-1", {"site.toml": b"other"}) == place
    assert (place / "site.toml").read_bytes() == b"a"
    assert names(station.folder / "sites") == ["site-1"]


def test_decisions_are_added_and_never_overwritten(station):
    for content in (b"first", b"second"):
        station.write_decision("j1", key_id="k1", content=content)
    station.write_decision("j1", key_id="k2", content=b"third")
    assert station.decisions("j1") == (b"first", b"second", b"third")
    assert station.decisions("j2") == ()


def test_a_decision_taken_away_does_not_free_its_number(station):
    first = station.write_decision("j1", key_id="k1", content=b"first")
    station.write_decision("j1", key_id="k1", content=b"second")
    first.unlink()
    station.write_decision("j1", key_id="k1", content=b"third")
    assert station.decisions("j1") == (b"second", b"third")


def test_keys_that_begin_alike_are_told_apart(station):
    paths = [
        station.write_decision("j1", key_id=key, content=key.encode())
        for key in ("a", "a-1", "a", "a-1", "a")
    ]
    assert len(set(paths)) == 5
    assert len(station.decisions("j1")) == 5
