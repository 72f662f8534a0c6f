"""Each footage counts once: the run that was scanned last stands."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests.unit.store.records_of_a_run import at, run
from truceline.errors import InputError, IntegrityError
from truceline.pipeline.standing import (
    check_overlaps_with_held,
    replaced_words,
    standing_runs,
    superseded_runs,
)
from truceline.records.digests import sha256_of
from truceline.records.time import UtcSpan
from truceline.store.station import SCAN_NUMBER, Station

FILES, CAUSAL, OTHER = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc"


@pytest.fixture
def station(tmp_path):
    """One footage in two modes, the causal one last, and another footage."""
    station = Station.open(tmp_path / "station", create=True)
    station.write_run(replace(run(CAUSAL), mode="causal"), files={})
    station.write_run(replace(run(FILES), mode="files"), files={})
    station.write_run(of_other_footage(run(OTHER, 20)), files={})
    station.mark_scanned(CAUSAL)
    return station


def of_other_footage(one):
    return replace(one, footage=replace(one.footage, name="other.mp4", digest=sha256_of(b"other")))


def test_of_two_runs_of_a_footage_the_one_scanned_last_counts(station):
    assert superseded_runs(station, station.runs()) == {FILES: CAUSAL}
    assert [one.run_id for one in standing_runs(station)] == [CAUSAL, OTHER]


def test_asking_again_makes_a_run_count_again_and_asking_twice_changes_nothing(station):
    station.mark_scanned(FILES)
    assert superseded_runs(station, station.runs()) == {CAUSAL: FILES}
    before = (station.run_folder(FILES) / SCAN_NUMBER).read_bytes()
    station.mark_scanned(FILES)
    assert (station.run_folder(FILES) / SCAN_NUMBER).read_bytes() == before


def test_a_run_of_an_older_program_gives_way_to_any_scan(station):
    (station.run_folder(CAUSAL) / SCAN_NUMBER).unlink()
    assert station.scan_number(CAUSAL) == 0
    assert superseded_runs(station, station.runs()) == {CAUSAL: FILES}


def test_a_number_that_was_damaged_is_told(station):
    (station.run_folder(CAUSAL) / SCAN_NUMBER).write_text("soon\n")
    with pytest.raises(IntegrityError, match="place among the scans"):
        standing_runs(station)


def opened(start_s, *, digest=b"new", camera_id="west"):
    """As much of an opened recording of eight seconds as the check asks for."""
    footage = replace(run().footage, name="new.mp4", digest=sha256_of(digest), camera_id=camera_id)
    reader = SimpleNamespace(
        footage=footage,
        path=SimpleNamespace(name="new.mp4"),
        whole_span=UtcSpan(at(start_s), at(start_s + 8)),
    )
    return SimpleNamespace(reader=reader, camera=SimpleNamespace(camera_id=camera_id))


@pytest.mark.parametrize("start_s", [-5, 0, 5, 23])
def test_footage_that_shows_what_the_station_holds_from_another_recording_is_refused(station, start_s):
    with pytest.raises(
        InputError, match=r"new\.mp4 and .*, both of camera west, overlap by [358]\.0 s"
    ) as caught:
        check_overlaps_with_held([opened(start_s)], standing_runs(station), where="station")
    for said in ("--start", "another station", "station/runs/"):
        assert said in caught.value.do


@pytest.mark.parametrize(
    ("given", "seams"),
    [
        pytest.param(opened(9), 0, id="between them"),
        pytest.param(opened(7), 1, id="a second at the seam"),
        pytest.param(opened(0, camera_id="east"), 0, id="another camera"),
        pytest.param(opened(3, digest=b"clip"), 0, id="the same recording, under another start"),
    ],
)
def test_what_is_no_overlap_is_not_refused(station, given, seams):
    words = check_overlaps_with_held([given], standing_runs(station), where="station")
    assert len(words) == seams


def test_what_is_replaced_is_named_with_its_mode_and_start(station):
    said = replaced_words(station.run(CAUSAL), name="clip.mp4")
    for words in (CAUSAL, "causal mode", "2023-11-14T22:13:20", "no longer counted"):
        assert words in said
