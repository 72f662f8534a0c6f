"""A station that is scanned into again: each footage counts once, and no time is shown twice."""

import base64
import io
import json
from pathlib import Path

import av
import pytest

from tests.e2e.small_site import NOTE, SITE, write_clip, write_site
from tests.unit.pipeline.small_station import SmallStation, release_terms
from tests.unit.present.pages.page_reading import visible_text
from truceline.config import AnalysisConfig
from truceline.errors import InputError
from truceline.pipeline.export import Form, events_in_form, export_runs, tracks_in_form
from truceline.pipeline.footage import Declared
from truceline.pipeline.progress import silent
from truceline.pipeline.scan import ScanOrder, scan
from truceline.records.time import parse_utc

CAUSAL = AnalysisConfig(causal=True)


class Again:
    """A station, and scans into it."""

    def __init__(self, station: SmallStation) -> None:
        self.folder = station.folder
        self.clip = station.clip
        self.said: list[str] = []
        self.found: list[str] = []

    def scan(self, clip: Path | None = None, **changes):
        order = ScanOrder(self.clip.parent / "site", (clip or self.clip,), self.folder, **changes)
        return scan(order, progress=silent, notice=self.said.append, found=self.found.append).runs[0]

    @property
    def page(self) -> str:
        return visible_text((self.folder / "page.html").read_text(encoding="utf-8"))

    def events(self, run_id=""):
        runs = export_runs(self.folder, run_id=run_id, progress=silent)
        return json.loads("".join(events_in_form(runs, Form.JSON)))


@pytest.fixture
def again(station: SmallStation) -> Again:
    return Again(station)


def test_a_causal_run_takes_the_place_of_the_run_in_files_mode_and_gives_it_back(again):
    (files,) = again.events()["runs"]
    causal = again.scan(config=CAUSAL)
    assert any(
        files["run_id"] in one and "files mode" in one and "no longer counted" in one for one in again.said
    )
    document = again.events()
    (crossing,) = document["crossings"]
    assert crossing["run_id"] == causal.run_id
    assert crossing["crossed_utc"] < crossing["stated_utc"]
    modes = {one["run_id"]: (one["mode"], one["superseded_by"], one["withdrawn"]) for one in document["runs"]}
    assert modes == {
        files["run_id"]: ("files", causal.run_id, None),
        causal.run_id: ("causal", None, 0),
    }
    (alone,) = again.events(files["run_id"])["crossings"]
    assert (alone["run_id"], alone["stated_utc"]) == (files["run_id"], None)
    mot = tracks_in_form(export_runs(again.folder, progress=silent), Form.MOT)
    assert len(list(mot)) == sum(int(track.observed.sum()) for track in causal.tracks)
    again.said.clear()
    assert again.scan().run_id == files["run_id"]
    assert again.events()["crossings"][0]["run_id"] == files["run_id"]
    assert any("already scanned" in one for one in again.said)
    assert any(causal.run_id in one and "causal mode" in one for one in again.said)


def test_the_page_counts_the_footage_once_and_lists_the_other_run(again):
    before = again.page
    (files,) = again.events()["runs"]
    causal = again.scan(config=CAUSAL)
    assert "1 crossing of line L" in before
    assert "not counted" not in before
    assert "1 crossing of line L" in again.page
    assert "1 other run of the same footage not counted" in again.page
    assert "Other runs of the same footage, not counted" in again.page
    assert f"{files['run_id']}, files mode" in again.page
    assert f"run {causal.run_id}, causal mode" in again.page
    assert "0 crossings stated at the time and withdrawn later" in again.page
    assert "from frames up to then only" in again.page
    assert "2.P" not in again.page


def test_the_same_bytes_under_another_start_count_once(again):
    (first,) = again.events()["runs"]
    moved = again.scan(declared=Declared(start_utc_ns=parse_utc("2026-03-04T07:00:00Z"), start_bound_s=1.0))
    assert any(f"run {first['run_id']}" in one and "2026-03-04T05:00:00" in one for one in again.said)
    (crossing,) = again.events()["crossings"]
    assert crossing["run_id"] == moved.run_id
    assert crossing["crossed_utc"].startswith("2026-03-04T07:00")


def test_another_recording_of_the_same_time_is_refused_and_after_it_is_not(again, tmp_path):
    other = write_clip(
        tmp_path / "other.mp4", again.clip.parent / "site", times=tuple(number / 10 for number in range(30))
    )
    before = again.events()
    with pytest.raises(
        InputError, match=r"other\.mp4 and clip\.mp4 \(run \w+\), both of camera mast, overlap"
    ):
        again.scan(other)
    assert again.events() == before
    later = NOTE.replace("05:00:00", "06:00:00")
    other.with_name("other.mp4.toml").write_text(later, encoding="utf-8")
    again.scan(other)
    assert len(again.events()["runs"]) == 2


def test_found_crossings_are_told_to_whoever_waits_and_not_said_again(again):
    again.scan(config=CAUSAL)
    assert [one[:7] for one in again.found] == ["found  "]
    assert not [one for one in again.said if one.startswith("found")]


@pytest.fixture
def place(tmp_path):
    return write_site(tmp_path / "site", SITE + release_terms())


@pytest.mark.parametrize("frames", [1, 2])
def test_footage_of_too_few_frames_for_a_track_is_a_gap_and_no_absence_of_crossings(place, tmp_path, frames):
    clip = write_clip(tmp_path / "short.mp4", place, times=tuple(number / 10 for number in range(frames)))
    order = ScanOrder(place, (clip,), tmp_path / "station")
    result = scan(order, progress=silent, notice=lambda _: None)
    (gap,) = result.runs[0].gaps
    assert gap.span == result.runs[0].span
    assert f"Of this footage {frames} frame" in gap.reason.sentence
    assert ("1 frames" in gap.reason.sentence) is False
    text = visible_text(result.page.read_text(encoding="utf-8"))
    assert "Nothing was observed: whether anybody crossed cannot be told" in text
    assert "recorded 0 %" in text
    assert "No crossing in this footage" not in text


def test_a_camera_that_sees_no_part_of_the_line_cannot_be_scanned(place, tmp_path):
    clip = write_clip(tmp_path / "clip.mp4", place)
    line = place / "line.geojson"
    line.write_text(line.read_text().replace("[-30, 0], [30, 0]", "[-30, -60], [30, -60]"))
    with pytest.raises(InputError, match="camera mast sees no part of line L"):
        scan(ScanOrder(place, (clip,), tmp_path / "station"), progress=silent, notice=lambda _: None)
    assert not (tmp_path / "station").exists()


def test_how_much_of_the_line_is_seen_and_its_validity_stand_on_terminal_and_page(place, tmp_path):
    """Said once, not in every candidate's box only."""
    clip = write_clip(tmp_path / "clip.mp4", place, times=tuple(number / 10 for number in range(5)))
    site = place / "site.toml"
    site.write_text(site.read_text().replace('valid_from = "2026-01-01', 'valid_from = "2026-06-01'))
    said: list[str] = []
    result = scan(ScanOrder(place, (clip,), tmp_path / "station"), progress=silent, notice=said.append)
    text = visible_text(result.page.read_text(encoding="utf-8"))
    for start, end in (
        ("camera mast sees ", " of 60 m of the line; the rest was not observed"),
        ("clip.mp4, 4 Mar 2026", "or correct the footage's start."),
    ):
        (line,) = [one for one in said if start in one and one.endswith(end)]
        assert line.startswith("warning  ")
        words = line.removeprefix("warning  ").removesuffix(".")
        assert words[1:] in text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def test_the_page_holds_lighter_pictures_than_the_station(scanned: SmallStation):
    (run,) = (scanned.folder / "runs").iterdir()
    kept = [path.read_bytes() for path in (run / "frames").iterdir()]
    page = (scanned.folder / "page.html").read_text(encoding="utf-8")
    assert 0 < page.count("data:image/jpeg;base64,") <= len(kept)
    shown = [base64.b64decode(part.partition('"')[0]) for part in page.split("data:image/jpeg;base64,")[1:]]
    assert sum(map(len, shown)) < 0.8 * sum(map(len, kept))
    for jpeg in shown:
        with av.open(io.BytesIO(jpeg), mode="r") as container:
            (frame,) = container.decode(video=0)
        assert (frame.width, frame.height) == _size_of(kept[0])


def _size_of(jpeg: bytes) -> tuple[int, int]:
    with av.open(io.BytesIO(jpeg), mode="r") as container:
        (frame,) = container.decode(video=0)
    return frame.width, frame.height
