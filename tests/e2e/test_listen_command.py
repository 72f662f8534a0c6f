"""The real command: what three microphones heard, as a table and as JSON; and what it refuses."""

import json
import subprocess
import sys

import numpy as np
import pytest

from tests.unit.listen.bangs import RATE_HZ, bang, laid, quiet
from truceline.video.recording import Sound, write_sound

EARS = {"m1": (0.0, 115.0, 1.5), "m2": (100.0, -58.0, 1.5), "m3": (-100.0, -58.0, 1.5)}
SOURCE = np.array([130.0, 75.0])
NOTE = """microphone = "{name}"
place_enu_m = [{place[0]}, {place[1]}, {place[2]}]
start = "2017-11-13T06:15:20Z"
start_bound_s = 0.01
start_source = "drawn"
simulated = true
"""


def truceline(*arguments):
    return subprocess.run(
        [sys.executable, "-c", "from truceline.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("sound")
    for name, place in EARS.items():
        late_s = float(np.linalg.norm(SOURCE - place[:2])) / 340.3
        samples = laid(quiet(8.0, seed=len(name)), 3.0 + late_s, bang(fall_s=0.08))
        kept = np.clip(samples * 32_768.0, -32_768, 32_767).astype(np.int16)
        write_sound(home / f"{name}.wav", Sound(kept, RATE_HZ, "pcm"))
        (home / f"{name}.wav.toml").write_text(NOTE.format(name=name, place=place), encoding="utf-8")
    return home


def test_recordings_are_told_as_a_table_and_as_json(folder, tmp_path):
    out = tmp_path / "heard.json"
    files = [folder / f"{name}.wav" for name in EARS]
    done = truceline("listen", *files, "--place", "--air", "15", "--out", out)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("SIMULATED") == 3
    told = json.loads(out.read_text(encoding="utf-8"))
    assert [one["microphone"]["microphone_id"] for one in told["recordings"]] == list(EARS)
    for one in told["recordings"]:
        late_s = float(np.linalg.norm(SOURCE - EARS[one["microphone"]["microphone_id"]][:2])) / 340.3
        loudest = max(one["impulses"], key=lambda row: row["level_db"])
        assert abs(loudest["at_s"] - 3.0 - late_s) < 0.005


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["m1.wav", "--place"], "too few to place"),
        (["m1.wav", "m2.wav", "--bound", "2"], "of one recording"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(folder, arguments, said):
    done = truceline("listen", *(folder / one if ".wav" in one else one for one in arguments))
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
