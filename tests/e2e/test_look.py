"""``truceline look`` as somebody with a clip runs it."""

import csv
import html
import os
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from truceline.video.writing import Encoding, write_video

REPOSITORY = Path(__file__).resolve().parents[2]
METRIC = re.compile(r"\d\s*(?:m|cm|km|mm|ft|km/h|kph|mph|m/s|mps)\b|met(?:re|er)s?\b|_m\b|_mps\b")
RATE = 10
LINE = "160,40,160,230"


def run(*words, cwd):
    program = "from truceline.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "NO_COLOR": "1"},
    )


def two_boxes(frames=50):
    """A textured wall; one box goes right over x = 160 and stays there, another one goes left below it."""
    wall = (
        np.random.default_rng(5).integers(90, 140, (24, 32, 3)).repeat(10, 0).repeat(10, 1).astype(np.uint8)
    )
    for number in range(frames):
        picture = wall.copy()
        right = 40 + 4 * number
        picture[60:120, right : right + 24] = (30, 30, 200)
        left = 270 - 4 * number
        picture[150:210, left : left + 24] = (220, 200, 40)
        yield picture


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("clip") / "yard <1>.mp4"
    write_video(path, two_boxes(), encoding=Encoding(Fraction(RATE), crf=18))
    return path


@pytest.fixture(scope="module")
def looked(clip, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cwd")
    return run("look", clip, "--line", LINE, cwd=folder), folder / "yard <1>-look"


def visible(page):
    text = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", text))


def test_it_ends_well_and_says_what_it_found(looked):
    done, folder = looked
    assert done.returncode == 0, done.stderr
    assert "2 tracks in the picture; not metric" in done.stdout
    assert "from A's right to A's left" in done.stdout
    assert "from A's left to A's right" in done.stdout
    assert len(re.findall(r"from A's", done.stdout)) == 2
    assert "people close together become one track" in done.stdout
    assert "± after a time: so long before it the foot was surely on the old side" in done.stdout
    assert {path.name for path in folder.iterdir()} == {
        "page.html",
        "annotated.mp4",
        "tracks.csv",
        "look.json",
    }


def test_crossings_come_when_the_boxes_pass_the_line(looked):
    done, _ = looked
    times = [float(second) for second in re.findall(r"^00:(\d\d\.\d\d) ±", done.stdout, flags=re.MULTILINE)]
    # The right-going box's middle is at 52 + 40 t, the left-going one's at 282 - 40 t.
    assert times == pytest.approx([2.7, 3.05], abs=0.15)


def test_the_page_shows_the_tracks_and_claims_nothing_metric(looked):
    _, folder = looked
    page = (folder / "page.html").read_text(encoding="utf-8")
    text = visible(page)
    assert "Nothing here is metric" in text
    assert "yard <1>.mp4" in text
    assert "S1" in text
    assert "S2" in text
    assert "2 crossings of the line" in text
    assert "Persons" not in text
    assert METRIC.search(text) is None
    assert './annotated.mp4"' in page


def test_table_and_terminal_claim_nothing_metric(looked):
    done, folder = looked
    with (folder / "tracks.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["track"] for row in rows} == {"S1", "S2"}
    assert all(METRIC.search(name) is None for name in rows[0])
    assert METRIC.search(done.stdout + done.stderr) is None
    first = next(row for row in rows if row["track"] == "S1")
    assert float(first["right_px"]) - float(first["left_px"]) == pytest.approx(24, abs=6)


def test_the_video_holds_every_frame_in_a_codec_that_browsers_play(looked):
    _, folder = looked
    with av.open(str(folder / "annotated.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert sum(1 for _ in container.decode(stream)) == 50


def test_an_earlier_look_is_replaced_and_nothing_else_is(clip, tmp_path):
    assert run("look", clip, "--out", "first", cwd=tmp_path).returncode == 0
    (tmp_path / "first" / "page.html").write_text("old", encoding="utf-8")
    again = run("look", clip, "--out", "first", cwd=tmp_path)
    assert again.returncode == 0
    page = (tmp_path / "first" / "page.html").read_text(encoding="utf-8")
    assert "No line was given" in page
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep", encoding="utf-8")
    refused = run("look", clip, "--out", "mine", cwd=tmp_path)
    assert refused.returncode == 2
    assert "no earlier look" in refused.stderr
    assert (tmp_path / "mine" / "letter.txt").read_text(encoding="utf-8") == "keep"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "mine"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1,2,3", "is no line"),
        ("a,b,c,d", "is no line"),
        ("5,5,5,5", "one point"),
        ("0,0,321,10", "does not lie in the picture"),
        ("nan,0,10,10", "does not lie in the picture"),
    ],
)
def test_a_line_that_is_none_is_refused(clip, tmp_path, line, words):
    done = run("look", clip, "--line", line, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.mp4", b"", "empty"),
        ("noise.mp4", bytes(range(256)) * 40, "no video"),
        ("cat.cptv", b"\x1f\x8bCPTV", "CPTV"),
    ],
)
def test_what_is_no_video_is_refused(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    done = run("look", name, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.footage
@pytest.mark.parametrize(
    ("clip_path", "line", "fewest", "most", "crossings"),
    [
        ("cctv/intel_preview_person-bicycle-car_480x270.gif", "0,215,300,150", 2, 6, 1),
        ("thermal/cacophony_animals/cat.mkv", "80,0,80,120", 1, 3, 1),
        ("thermal/tno_nato_camp/thermal", None, 1, 5, 0),
        ("thermal/llvip_night/ir", None, 0, 3, 0),
    ],
)
def test_real_clips(footage, tmp_path, clip_path, line, fewest, most, crossings):
    words = ["look", footage / clip_path, "--out", "out", *(["--line", line] if line else [])]
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (found,) = re.findall(r"^(\d+) tracks? in the picture", done.stdout, flags=re.MULTILINE)
    tracks = int(found)
    assert fewest <= tracks <= most
    assert len(re.findall("from A's", done.stdout)) == crossings
    text = visible((tmp_path / "out" / "page.html").read_text(encoding="utf-8"))
    assert METRIC.search(text) is None


def test_a_rate_is_for_a_folder_of_pictures(clip, tmp_path):
    refused = run("look", clip, "--rate", "5", cwd=tmp_path)
    assert refused.returncode == 2
    assert "a video has its own time" in refused.stderr
    assert list(tmp_path.iterdir()) == []
