"""``truceline simulate``: the real command on a small scenario; its folder is whole, repeats, is scanned."""

import hashlib
import json
import os
import signal
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest

from tests.e2e.small_scenario import (
    ON_THE_MAST,
    OVER_THE_LINE,
    WALKER,
    frames_truth,
    json_lines,
    scenario,
)
from tests.e2e.small_site import command_line, surroundings, truceline

SCENARIO = scenario(
    "small-walk",
    """
    [[camera]]
    id = "mast"
    name = "Mast"
    size_px = [320, 180]
    rate_hz = 12.5
    focal_px = 330
    supplies = [[0, 5], [6, 7]]
    recording = { segment_s = 2.5, kbit_s = 400 }
    """,
    ON_THE_MAST,
    WALKER,
    OVER_THE_LINE,
    """
    [[actor.step]]
    do = "stand"
    """,
    duration_s=8,
)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("simulate")
    (folder / "small.toml").write_text(SCENARIO)
    # The first run on a machine compiles the kernels: more time than commands are given elsewhere.
    done = subprocess.run(
        command_line("simulate", folder / "small.toml", "--out", folder / "out", "--workers", "1"),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=surroundings(),
    )
    assert done.returncode == 0, done.stderr
    assert "SIMULATED" in done.stdout
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_folder_is_whole(place):
    found = digests(place / "out")
    manifest = json.loads((place / "out" / "manifest.json").read_text())
    assert manifest["files"] == {name: one for name, one in found.items() if name != "manifest.json"}
    for name in ("site/site.toml", "footage/mast_001.mp4", "footage/mast_003.mp4.toml", "README.txt"):
        assert name in found
    assert "SIMULATED" in (place / "out" / "README.txt").read_text()
    assert not list(place.glob(".*"))


def test_recordings_hold_the_frames_that_truth_tells_of(place):
    rows = frames_truth(place / "out", "mast")
    held = {}
    for path in sorted((place / "out" / "footage").glob("*.mp4")):
        with av.open(str(path)) as container:
            held[path.name] = [one.pts for one in container.demux(video=0) if one.size]
    assert [len(one) for one in held.values()] == [32, 30, 12]
    for name, stamps in held.items():
        assert [row["ticks_90khz"] for row in rows if row["file"] == name] == stamps


def test_the_walker_is_where_truth_says(place):
    """The pixels change about the walker, frame to frame, and not elsewhere."""
    rows = frames_truth(place / "out", "mast")
    with av.open(str(place / "out" / "footage" / "mast_001.mp4")) as container:
        frames = [one.to_ndarray(format="gray").astype(float) for one in container.decode(video=0)]
    change = np.abs(frames[20] - frames[2])
    left, top, right, bottom = (round(value) for value in rows[20]["actors"][0]["visible_px"])
    inside = change[top:bottom, left:right].mean()
    change[top - 4 : bottom + 4, left - 4 : right + 4] = np.nan
    assert inside > 4 * np.nanmedian(change[30:150])


def test_the_crossing_is_told_exactly_once(place):
    crossings = [
        one for one in json_lines(place / "out" / "truth" / "events.jsonl") if one["kind"] == "crossed"
    ]
    assert len(crossings) == 1
    assert crossings[0]["towards"] == "South"
    assert abs(crossings[0]["place_enu_m"][1]) < 0.5


def test_the_same_order_by_two_processes_gives_the_same_bytes(place):
    done = truceline(
        "simulate", str(place / "small.toml"), "--out", str(place / "again" / "out"), "--workers", "2"
    )
    assert done.returncode == 0, done.stderr
    assert digests(place / "again" / "out") == digests(place / "out")


def test_what_already_stands_is_not_made_again(place):
    before = digests(place / "out")
    done = truceline("simulate", str(place / "small.toml"), "--out", str(place / "out"))
    assert done.returncode == 0
    assert "already there" in done.stdout
    assert digests(place / "out") == before


def test_site_and_footage_go_through_check_and_scan(place, tmp_path):
    site = place / "out" / "site"
    checked = truceline("site", "check", str(site))
    assert checked.returncode == 0, checked.stdout
    clips = sorted(str(path) for path in (place / "out" / "footage").glob("*.mp4"))
    scanned = truceline("scan", str(site), *clips, "--station", str(tmp_path / "station"))
    assert scanned.returncode == 0, scanned.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(("no-such-scenario", "--out", "x"), "no scenario", id="unknown scenario"),
        pytest.param(("brief-incursion",), "--out", id="nowhere"),
        pytest.param((), "--list", id="no scenario"),
        pytest.param(("{small}", "--out", "x", "--cameras", "mast,roof"), "'roof'", id="unknown camera"),
        pytest.param(("{small}", "--out", "{home}"), "no simulation", id="something else there"),
    ],
)
def test_what_cannot_be_is_refused(place, words, expected):
    given = [word.format(small=place / "small.toml", home=place) for word in words]
    done = truceline("simulate", *given)
    assert done.returncode == 2
    assert expected in done.stderr


def test_the_shipped_scenarios_are_listed():
    done = truceline("simulate", "--list")
    assert done.returncode == 0
    assert "brief-incursion" in done.stdout


def test_an_interrupted_simulation_leaves_nothing(place, tmp_path):
    command = command_line("simulate", place / "small.toml", "--out", tmp_path / "out", "--workers", "1")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings(), cwd=tmp_path
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        while not (tmp_path / ".out.partial").exists() and running.poll() is None:
            os.sched_yield()
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
    assert running.returncode == 130
    assert list(tmp_path.iterdir()) == []
