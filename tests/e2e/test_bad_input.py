"""What cannot be used, through the real command: an exit code, one line that helps, nothing half-written."""

import json
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest

from tests.e2e.small_site import (
    NOTE,
    RATE_HZ,
    SITE,
    changed,
    command_line,
    surroundings,
    truceline,
    unmeasured,
    write_clip,
    write_site,
)

KNOWN = ("--camera", "mast", "--start", "2026-03-04T05:00:00Z", "--bound", "1")
LONG_S = 30


@dataclass(frozen=True)
class Place:
    """A folder with a site, its clip, and the same clip without a note."""

    folder: Path
    site: Path
    clip: Path
    bare: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("place")
    site = write_site(folder / "site")
    clip = write_clip(folder / "walk.mp4", site)
    bare = folder / "bare.mp4"
    bare.write_bytes(clip.read_bytes())
    return Place(folder, site, clip, bare)


@pytest.fixture(scope="module")
def station(place: Place) -> Path:
    """A station that holds one run, made with a bound that beats the note's."""
    folder = place.folder / "station"
    done = truceline("scan", place.site, place.clip, "--station", folder, "--bound", "7")
    assert done.returncode == 0, done.stderr
    assert "UTC ± 7.00 s" in done.stdout
    return folder


@pytest.fixture(scope="module")
def long_clip(place: Place) -> Path:
    """So long that a signal that follows the first sign of life comes in the middle."""
    times = tuple(np.arange(LONG_S * RATE_HZ) / RATE_HZ)
    return write_clip(place.folder / "long.mp4", place.site, times=times)


def refused(done, *, code, words):
    """Exactly one line, with what and where and what to do; its exit code."""
    assert done.returncode == code, done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("truceline: ")
    assert ".." not in line.replace("…", "")
    for said in words:
        assert said in line


def empty(path):
    path.touch()


def corrupt(path):
    path.write_bytes(np.random.default_rng(1).bytes(50_000))


def only_sound(path):
    with av.open(str(path), mode="w") as out:
        stream = out.add_stream("aac", rate=48_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = 48_000, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (empty, ["the file is empty.", "Copy it again"]),
        (corrupt, ["no video that can be opened", "Check that the copy is whole"]),
        (only_sound, ["no picture in this file, only audio.", "Give a video."]),
    ],
    ids=["empty", "corrupt", "only-sound"],
)
def test_a_file_that_holds_no_footage(place, tmp_path, make, words):
    path = tmp_path / "clip.mp4"
    make(path)
    done = truceline("scan", place.site, path, "--station", tmp_path / "station", *KNOWN)
    refused(done, code=2, words=[str(path), *words])
    assert not (tmp_path / "station").exists()


def test_an_untouched_template_is_refused(place, tmp_path):
    """Neither its line nor its calibration is of any place; each is refused by itself."""
    known = ("--station", tmp_path / "station", "--start", "2026-03-04T05:00:00Z", "--bound", "1")
    size = ("--width", "320", "--height", "240")
    both, given_line = tmp_path / "both", tmp_path / "given-line"
    assert truceline("site", "new", both, *size).returncode == 0
    assert truceline("site", "new", given_line, *size, "--line", "-40,0 40,0").returncode == 0
    refused(
        truceline("scan", both, place.bare, *known),
        code=2,
        words=["line demarcation", "the template's example", "Survey"],
    )
    refused(
        truceline("scan", given_line, place.bare, *known),
        code=2,
        words=["camera camera-1", "calibration is the template's example", 'basis = "surveyed"'],
    )
    assert not (tmp_path / "station").exists()


def test_assumed_errors_are_said_and_meet_no_rule(place, station, tmp_path):
    site = write_site(tmp_path / "site", changed('basis = "surveyed"', 'basis = "assumed"'))
    done = truceline("scan", site, place.clip, "--station", tmp_path / "station")
    assert done.returncode == 0, done.stderr
    (warning,) = (
        line for line in done.stdout.splitlines() if line.startswith("warning") and "errors" in line
    )
    assert "camera mast: the errors of its calibration are assumed, not measured" in warning
    assert warning.endswith("no candidate will be more than UNDECIDED")
    assert (outcome_in(station), outcome_in(tmp_path / "station")) == ("CONDITIONS MET", "UNDECIDED")


def outcome_in(station):
    done = truceline("events", "--station", station, "--format", "json")
    (crossing,) = json.loads(done.stdout)["crossings"]
    (judgement,) = crossing["judgements"]
    return judgement["outcome"]


def test_a_file_that_was_cut_and_one_whose_middle_is_gone(place, tmp_path):
    """Without its index an MP4 is no video; with pictures missing it is one with gaps."""
    whole = place.clip.read_bytes()
    cut, holed = tmp_path / "cut.mp4", tmp_path / "holed.mp4"
    cut.write_bytes(whole[: len(whole) // 2])
    start = whole.index(b"mdat") + 4 + len(whole) // 3
    holed.write_bytes(whole[:start] + bytes(len(whole) // 4) + whole[start + len(whole) // 4 :])
    refused(
        truceline("scan", place.site, cut, "--station", tmp_path / "station", *KNOWN),
        code=2,
        words=["cut MP4 without its index"],
    )
    done = truceline("scan", place.site, holed, "--station", tmp_path / "station", *KNOWN)
    assert done.returncode == 0, done.stderr
    assert "could not be decoded" in done.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), ["nobody says when this footage starts.", "--start", "bare.mp4.toml"]),
        (("--start", "2026-03-04T05:00:00Z"), ["a start without a bound says nothing.", "--bound"]),
        (("--start", "2026-03-04T05:00:00Z", "--bound", "nan"), ["--bound: a bound of nan s cannot be."]),
        ((*KNOWN, "--camera", "west"), ["no camera 'west'.", "Known cameras: mast."]),
    ],
    ids=["no-start", "no-bound", "bound-of-nan", "unknown-camera"],
)
def test_what_nobody_said_or_said_wrongly(place, tmp_path, options, words):
    done = truceline("scan", place.site, place.bare, "--station", tmp_path / "station", *options)
    refused(done, code=2, words=words)
    assert not (tmp_path / "station").exists()


LINE_TABLE = SITE[SITE.index("[line]") : SITE.index("[zones]")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (changed(LINE_TABLE, ""), ["site.toml:1", "[line] is missing"]),
        (changed("width_px = 320", "width_px = 640"), ["the picture is 320×240", "surveyed for 640×240."]),
        (changed("tilt_deg = -18.0", "tilt_deg = 45.0"), ["sees no ground", "truceline site check"]),
    ],
    ids=["no-line", "another-size", "above-the-horizon"],
)
def test_a_site_that_cannot_be_used(place, tmp_path, text, words):
    site = write_site(tmp_path / "site", text)
    refused(truceline("scan", site, place.clip, "--station", tmp_path / "station"), code=2, words=words)
    assert not list((tmp_path / "station").glob("runs/*"))


def test_what_is_not_there(place, tmp_path):
    missing = tmp_path / "missing"
    scan = ("scan", place.site, missing, "--station", tmp_path / "station", *KNOWN)
    refused(truceline(*scan), code=2, words=[str(missing), "No such file"])
    refused(truceline("events", "--station", missing), code=2, words=["no station here.", "truceline scan"])
    refused(truceline("tracks", "--station", missing), code=2, words=["no station here."])


def test_a_folder_that_holds_other_things_is_left_alone(place, tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    done = truceline("scan", place.site, place.clip, "--station", tmp_path)
    refused(done, code=2, words=["neither a station nor an empty folder.", "Choose another folder."])
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_a_disk_that_takes_no_more(place, tmp_path):
    """No file may grow beyond 20 kB: neither unit nor run fits, and nothing of them is left."""
    station = tmp_path / "station"
    words = ("scan", place.site, place.clip, "--station", station)
    done = truceline(*words, preexec_fn=_small_files, env=unmeasured())
    assert done.returncode == 4
    assert "nothing half-written was left." in done.stderr.splitlines()[-1]
    assert not list(station.glob("runs/*"))
    assert not list(station.glob("units/*/*"))
    assert not list(station.rglob(".*"))


def test_an_export_that_does_not_fit(station, tmp_path):
    out = tmp_path / "tracks.csv"
    out.write_text("the last export")
    words = ("tracks", "--station", station, "--format", "csv", "--out", out)
    done = truceline(*words, preexec_fn=_tiny_files, env=unmeasured())
    refused(done, code=4, words=[str(out), "nothing half-written was left."])
    assert out.read_text() == "the last export"
    assert {one.name for one in tmp_path.iterdir()} == {"tracks.csv"}


def test_an_interrupted_scan_leaves_no_run_and_can_be_repeated(place, long_clip, tmp_path):
    station = tmp_path / "station"
    words = command_line("scan", place.site, long_clip, "--station", station)
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=surroundings()) as running:
        assert running.stderr is not None
        first = running.stderr.readline()
        assert " of 300" in first
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
    assert running.returncode == 130
    assert rest.splitlines()[-1] == "truceline: interrupted; nothing half-written was left"
    assert "Traceback" not in rest
    assert not list(station.glob("runs/*"))
    assert not list(station.rglob(".*"))
    done = truceline("scan", place.site, long_clip, "--station", station)
    assert done.returncode == 0, done.stderr
    assert len(list(station.glob("runs/*"))) == 1


KILLED = """
import os, signal
from pathlib import Path

replace = Path.replace
def killed_instead(self, target):
    if Path(target).parent.name == "runs":
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
Path.replace = killed_instead

from truceline.cli import main
main()
"""


def test_a_scan_killed_at_the_worst_moment_can_be_repeated(place, tmp_path):
    """Everything of the run is written, and nothing of it has its name yet."""
    station = tmp_path / "station"
    words = ["scan", str(place.site), str(place.clip), "--station", str(station)]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *words], capture_output=True, check=False, env=surroundings()
    )
    assert killed.returncode == -signal.SIGKILL
    (partial,) = station.glob("runs/.*.partial")
    assert (partial / "run.json").is_file()
    opened = truceline("events", "--station", station)
    assert opened.returncode == 0
    assert "nothing was scanned" in opened.stderr
    again = truceline(*words)
    assert again.returncode == 0, again.stderr
    assert not partial.exists()
    assert len(list((station / "runs").iterdir())) == 1


def test_a_reader_who_leaves_early_sees_no_traceback(station):
    words = command_line("tracks", "--station", station, "--format", "csv")
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings()
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert "Traceback" not in running.stderr.read()


def test_the_note_is_read_as_strictly_as_the_site(place, tmp_path):
    clip = tmp_path / "walk.mp4"
    clip.write_bytes(place.clip.read_bytes())
    note = tmp_path / "walk.mp4.toml"
    note.write_text(NOTE + "colour = 'red'\n")
    done = truceline("scan", place.site, clip, "--station", tmp_path / "station")
    refused(done, code=2, words=[f"{note}:6", "colour"])


def _small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def _tiny_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
