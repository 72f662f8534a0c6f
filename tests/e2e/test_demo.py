"""The demonstration as a newcomer runs it: its lines, a page that says what it is, masks, equal bytes."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.e2e.small_site import command_line, surroundings, truceline
from tests.unit.present.pages.page_reading import loaded, visible_text
from truceline.pipeline.demo.journey import SEED
from truceline.pipeline.demo.story import MODEL_INCIDENT
from truceline.release.mask import encode_picture

LONGEST_S = 1800
"""A machine with other work takes many times what the demonstration promises."""

CAMERA = MODEL_INCIDENT.line_camera
KINDS = ["SIMULATED", "crossing", "together", "candidate", "finding", "not observed", "verify", "open"]


@dataclass(frozen=True)
class Shown:
    """What one run of the demonstration left and printed."""

    out: Path
    done: subprocess.CompletedProcess[str]

    @property
    def screen(self) -> list[str]:
        """The lines after the last empty one."""
        return self.done.stdout.rpartition("\n\n")[2].splitlines()

    def line(self, kind: str) -> str:
        """The screen's one line of a kind."""
        (found,) = [line for line in self.screen if line.startswith(kind)]
        return found

    @property
    def pack(self) -> Path:
        return self.out / "pack"


def demonstrated(out: Path) -> Shown:
    done = subprocess.run(
        command_line("demo", "--out", out, "--seed", SEED),
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
        env=surroundings(),
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Shown(out, done)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """One run for the whole module: it takes its time."""
    return demonstrated(tmp_path_factory.mktemp("demo") / "demo-out")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def true_crossing(out: Path, actor: str) -> dict[str, Any]:
    lines = (out / "simulation/truth/events.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    (found,) = [one for one in events if one["kind"] == "crossed" and one["actors"] == [actor]]
    return dict(found)


def test_it_ends_well_with_its_lines_in_order(shown: Shown):
    assert shown.done.returncode == 0, shown.done.stderr
    kinds = [re.split(r" {2,}", line)[0] for line in shown.screen]
    assert list(dict.fromkeys(kinds)) == KINDS
    assert kinds.count("crossing") >= len(MODEL_INCIDENT.parts)
    assert len(kinds) == len(KINDS) + kinds.count("crossing") - 1


def test_the_lines_say_what_was_found_and_what_was_not(shown: Shown):
    assert f"seed {SEED}" in shown.line("SIMULATED")
    assert "decisions scripted, demonstration keys" in shown.line("SIMULATED")
    crossings = [line for line in shown.screen if f" {CAMERA} " in line and line.startswith("crossing")]
    assert len(crossings) == len(MODEL_INCIDENT.parts)
    for line in crossings:
        assert "North → South" in line
        assert re.search(r"UTC ± \d", line)
        assert re.search(r"\d ± \d\.\d+ m deep", line)
    assert "CONDITIONS MET" in shown.line("candidate")
    assert "“No person, military or civilian, shall be permitted" in shown.line("candidate")
    unseen = shown.line("not observed")
    assert "cctv-1, cctv-2: no part of the line in view, not scanned" in unseen
    assert "sound and who anyone is: not assessed" in unseen
    assert "all 13 checks passed; one byte changed: refused at data/finding.json, offset 2017" in shown.line(
        "verify"
    )


def test_who_fled_is_recorded_and_who_pursued_is_found_in_breach(shown: Shown):
    runner, guard = re.findall(rf"{CAMERA} (\S+) ", shown.line("finding"))
    assert f"{runner} NO BREACH (pursued and fired on)" in shown.line("finding")
    assert f"{guard} BREACH; each by two reviewers (scripted)" in shown.line("finding")
    for label, actor in ((runner, "runner"), (guard, "guard-3")):
        (line,) = [one for one in shown.screen if one.startswith("crossing") and f" {CAMERA} {label} " in one]
        true_utc = true_crossing(shown.out, actor)["start_utc"]
        said_s, bound_s = map(float, re.findall(r":(\d\d\.\d) UTC ± (\d\.\d) s", line)[0])
        assert true_utc[11:17] == line.split()[1][:6]
        assert abs(said_s - float(true_utc[17:-1])) <= bound_s + 0.1
    verdicts = sorted(
        json.loads(path.read_text(encoding="utf-8"))["verdict"]
        for path in (shown.out / "station/decisions").rglob("*.json")
    )
    assert verdicts == ["BREACH", "BREACH", "NO BREACH", "NO BREACH"]


def test_the_readme_prints_the_same_lines(shown: Shown, repository: Path):
    """But for its numbers, which are of one run on one machine: ``make readme`` renews them."""
    readme = (repository / "README.md").read_text(encoding="utf-8")
    marked = r"<!-- demo lines -->\s*```text\n(.*?)\n```\s*<!-- /?demo lines -->"
    found = re.findall(marked, readme, re.DOTALL)
    assert len(found) == 1, "README.md shows the demonstration's lines between its two markers"
    printed = "\n".join(shown.screen).replace(str(shown.out), "demo-out")
    number = re.compile(r"\d+(\.\d+)?")
    assert number.sub("#", found[0]) == number.sub("#", printed)


def test_the_line_is_scanned_while_other_cameras_are_filmed(shown: Shown):
    printed = [line.split()[0] for line in shown.done.stdout.splitlines() if line.strip()]
    assert printed.index("scene") < printed.index("found") < printed.index("simulated")
    assert Path(shown.done.stdout.partition("scene  ")[2].splitlines()[0]).name == f"{CAMERA}.jpg"


def test_the_path_to_open_is_a_page_that_says_what_it_is(shown: Shown):
    page = Path(shown.screen[-1].split(maxsplit=1)[1])
    assert page.is_file()
    text = visible_text(page.read_text(encoding="utf-8"))
    for words in ("simulated", "scripted", "demonstration key", "Nobody is shown and nothing happened"):
        assert words in text
    assert all(address.startswith("./") for address in loaded(page.read_text(encoding="utf-8")))
    for address in loaded(page.read_text(encoding="utf-8")):
        assert (page.parent / address).is_file(), "every file that the page names lies beside it"


def test_depth_and_return_are_those_of_the_simulation(shown: Shown):
    guard = true_crossing(shown.out, "guard-3")
    event = json.loads((shown.pack / "data/finding.json").read_text(encoding="utf-8"))["event"]
    assert event["depth_m"]["low"] <= guard["depth_m"] <= event["depth_m"]["high"]
    assert event["dwell_s"]["low"] <= guard["end_s"] - guard["start_s"] <= event["dwell_s"]["high"]


def test_the_pack_verifies_and_the_changed_one_does_not(shown: Shown):
    whole = truceline("verify", shown.pack)
    assert whole.returncode == 0, whole.stdout
    assert "simulated footage, scripted decisions, demonstration key" in whole.stdout
    changed = truceline("verify", shown.out / "changed-pack")
    assert changed.returncode == 3
    assert "data/finding.json, byte 2017" in changed.stdout.splitlines()[-1]


def test_the_track_in_the_pack_is_cut(shown: Shown):
    track = json.loads((shown.pack / "data/track.json").read_text(encoding="utf-8"))
    runs = [
        json.loads(path.read_text(encoding="utf-8")) for path in shown.out.glob("station/runs/*/run.json")
    ]
    (whole,) = [one for run in runs for one in run["tracks"] if one["track_id"] == track["track_id"]]
    longest = max(len(value) for value in whole.values() if isinstance(value, list))
    assert 0 < len(track["rows_utc"]) < longest


def test_every_person_in_the_released_frames_is_covered(shown: Shown):
    """By the truth: of whoever is visible by more than 30 %, at least 90 % lie under masks.

    Of a person's box that are the pixels in which the frame differs from the empty scene.
    """
    lines = (shown.out / f"simulation/truth/frames/{CAMERA}.jsonl").read_text(encoding="utf-8").splitlines()
    truth = {row["ticks_90khz"]: row["actors"] for row in map(json.loads, lines)}
    originals = pictures_by_pts(shown.out / f"simulation/footage/{CAMERA}_001.mp4")
    empty = decoded((shown.out / f"scenes/{CAMERA}.jpg").read_bytes())
    files = sorted((shown.pack / "data/frames").glob("*.jpg"))
    assert len(files) == 2
    checked = 0
    for file in files:
        original = originals[int(file.stem)]
        covered = changed_pixels(file.read_bytes(), original)
        plain = changed_pixels(encode_picture(original, ".jpg"), original)
        figure = np.abs(original.astype(np.int16) - empty).max(axis=2) > 24
        for one in truth[int(file.stem)]:
            if one["class"] != "person" or one["fraction"] <= 0.3:
                continue
            left, top, right, bottom = (max(round(value), 0) for value in one["visible_px"])
            box = slice(top, bottom), slice(left, right)
            assert figure[box].mean() > 0.15, "somebody stands there"
            assert covered[box][figure[box]].mean() >= 0.9, (file.name, one["actor"])
            assert plain[box].mean() < 0.1, "without masks this would be red"
            checked += 1
    assert checked >= 4


def decoded(content: bytes) -> NDArray[np.int16]:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture.astype(np.int16)


def pictures_by_pts(clip: Path) -> dict[int, NDArray[np.uint8]]:
    with av.open(str(clip)) as container:
        return {
            frame.pts: np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)
            for frame in container.decode(video=0)
            if frame.pts is not None
        }


def changed_pixels(content: bytes, original: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(height, width) pixels that are not the original's, by more than its compression, small holes closed.

    Here and there a mask has by chance the colour that lies beneath.
    """
    picture = decoded(content)
    assert picture.shape == original.shape
    differs = np.abs(picture - original).max(axis=2) > 16
    opened = cv2.morphologyEx(differs.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed: NDArray[np.bool_] = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)) > 0
    return closed


def test_a_second_run_keeps_the_simulation_and_gives_the_same_bytes(shown: Shown):
    """The first scanned the line's camera while the others were filmed; the second scans it afterwards."""
    kept = contents(shown.out)
    (shown.out / "left-over.txt").write_text("from the last run", encoding="utf-8")
    again = demonstrated(shown.out)
    assert again.done.returncode == 0, again.done.stderr
    assert "already there" in again.done.stdout
    assert again.screen == shown.screen
    assert contents(shown.out) == kept


def test_a_folder_that_no_demonstration_wrote_is_refused(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    refused = demonstrated(tmp_path)
    assert refused.done.returncode == 2
    assert str(tmp_path) in refused.done.stderr
    assert contents(tmp_path) == {"mine.txt": b"mine"}
    assert demonstrated(tmp_path / "mine.txt").done.returncode == 2
