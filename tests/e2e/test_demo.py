"""The demonstration as a newcomer runs it: eight lines, a page that says what it is, masks, equal bytes."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.e2e.small_site import truceline
from tests.unit.present.pages.page_reading import loaded, visible_text
from truceline.release.mask import encode_picture

SEED = "7"
NAMES = (
    "SIMULATED",
    "crossing",
    "crossing",
    "candidate",
    "finding",
    "not observed",
    "verify",
    "open",
)


@dataclass(frozen=True)
class Shown:
    """What one run of the demonstration left and printed."""

    out: Path
    done: subprocess.CompletedProcess[str]

    @property
    def screen(self) -> list[str]:
        """The lines after the last empty one."""
        return self.done.stdout.rpartition("\n\n")[2].splitlines()

    @property
    def pack(self) -> Path:
        return self.out / "pack"


def demonstrated(out: Path) -> Shown:
    return Shown(out, truceline("demo", "--out", out, "--seed", SEED))


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


def test_it_ends_well_with_exactly_eight_lines_in_order(shown: Shown):
    assert shown.done.returncode == 0, shown.done.stderr
    assert len(shown.screen) == len(NAMES)
    for line, name in zip(shown.screen, NAMES, strict=True):
        assert re.match(rf"{name} {{2,}}\S", line), line


def test_the_lines_say_what_was_found_and_what_was_not(shown: Shown):
    simulated, visitor, guard, candidate, finding, unseen, verified, _ = shown.screen
    assert "seed 7" in simulated
    assert "decisions scripted, demonstration keys" in simulated
    assert "South → North" in visitor
    assert visitor.endswith("(permit-drawn-1: no candidate)")
    assert "North → South" in guard
    assert "no candidate" not in guard
    for crossing in (visitor, guard):
        assert re.search(r"UTC ± \d", crossing)
        assert re.search(r"\d ± \d\.\d+ m deep", crossing)
    assert "¶7 CONDITIONS MET: “No person, military or civilian, shall be permitted" in candidate
    assert finding.endswith("BREACH, by two reviewers (scripted)")
    assert "gaps in 60.0 s of camera mast" in unseen
    assert "all 13 checks passed; one byte changed: refused at data/finding.json, offset 2017" in verified


def test_the_readme_prints_the_same_eight_lines(shown: Shown, repository: Path):
    readme = (repository / "README.md").read_text(encoding="utf-8")
    marked = r"<!-- demo lines -->\s*```text\n(.*?)\n```\s*<!-- /?demo lines -->"
    found = re.findall(marked, readme, re.DOTALL)
    assert len(found) == 1, "README.md shows the demonstration's lines between its two markers"
    printed = "\n".join(shown.screen).replace(str(shown.out), "demo-out")
    assert found[0] == printed


def test_the_path_to_open_is_a_page_that_says_what_it_is(shown: Shown):
    page = Path(shown.screen[-1].split(maxsplit=1)[1])
    assert page.is_file()
    text = visible_text(page.read_text(encoding="utf-8"))
    for words in ("simulated", "scripted", "demonstration key", "Nobody is shown and nothing happened"):
        assert words in text
    assert all(address.startswith("./") for address in loaded(page.read_text(encoding="utf-8")))
    for address in loaded(page.read_text(encoding="utf-8")):
        assert (page.parent / address).is_file(), "every file that the page names lies beside it"


def test_depth_and_return_are_those_that_were_drawn(shown: Shown):
    truth = json.loads((shown.out / "truth.json").read_text(encoding="utf-8"))
    (guard,) = [one for one in truth["crossings"] if one["person_id"] == "guard"]
    event = json.loads((shown.pack / "data/finding.json").read_text(encoding="utf-8"))["event"]
    assert event["depth_m"]["low"] <= guard["depth_m"] <= event["depth_m"]["high"]
    assert event["dwell_s"]["low"] <= guard["dwell_s"] <= event["dwell_s"]["high"]


def test_the_pack_verifies_and_the_changed_one_does_not(shown: Shown):
    whole = truceline("verify", shown.pack)
    assert whole.returncode == 0, whole.stdout
    assert "simulated footage, scripted decisions, demonstration key" in whole.stdout
    changed = truceline("verify", shown.out / "changed-pack")
    assert changed.returncode == 3
    assert "data/finding.json, byte 2017" in changed.stdout.splitlines()[-1]


def test_the_track_in_the_pack_is_cut(shown: Shown):
    run = json.loads(next(shown.out.glob("station/runs/*/run.json")).read_text(encoding="utf-8"))
    track = json.loads((shown.pack / "data/track.json").read_text(encoding="utf-8"))
    (whole,) = [one for one in run["tracks"] if one["track_id"] == track["track_id"]]
    longest = max(len(value) for value in whole.values() if isinstance(value, list))
    assert 0 < len(track["rows_utc"]) < longest


def test_every_person_in_the_released_frames_is_covered(shown: Shown):
    """By the drawn truth: whoever is visible by more than 30 % lies under masks by at least 90 %."""
    truth = json.loads((shown.out / "truth.json").read_text(encoding="utf-8"))
    originals = numbered_frames(shown.out / "drawn.mp4")
    files = sorted((shown.pack / "data/frames").glob("*.jpg"))
    assert len(files) == 2
    checked = 0
    for file in files:
        number, original = originals[int(file.stem)]
        covered = changed_pixels(file.read_bytes(), original)
        plain = changed_pixels(encode_picture(original, ".jpg"), original)
        for person in truth["people"]:
            row = person["frame"].index(number) if number in person["frame"] else None
            if row is None or person["visible"][row] <= 0.3:
                continue
            left, top, right, bottom = (round(value) for value in person["boxes_px"][row])
            box = slice(top, bottom), slice(left, right)
            assert covered[box].mean() >= 0.9, (file.name, person["person_id"])
            assert plain[box].mean() < 0.1, "without masks this would be red"
            checked += 1
    assert checked >= 4


def numbered_frames(clip: Path) -> dict[int, tuple[int, NDArray[np.uint8]]]:
    """Each frame's number and picture by presentation time stamp."""
    found = {}
    with av.open(str(clip)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            assert frame.pts is not None
            found[frame.pts] = number, np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)
    return found


def changed_pixels(content: bytes, original: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(height, width) pixels that are not the original's, by more than its compression, small holes closed.

    Here and there a mask has by chance the colour that lies beneath.
    """
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == original.shape
    differs = np.abs(picture.astype(np.int16) - original).max(axis=2) > 16
    opened = cv2.morphologyEx(differs.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed: NDArray[np.bool_] = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)) > 0
    return closed


def test_a_second_run_replaces_the_first_and_gives_the_same_bytes(shown: Shown, tmp_path: Path):
    kept = contents(shown.out)
    (shown.out / "left-over.txt").write_text("from the last run", encoding="utf-8")
    again = demonstrated(shown.out)
    assert again.done.returncode == 0, again.done.stderr
    assert again.screen == shown.screen
    assert contents(shown.out) == kept


def test_a_folder_that_no_demonstration_wrote_is_refused(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    refused = demonstrated(tmp_path)
    assert refused.done.returncode == 2
    assert str(tmp_path) in refused.done.stderr
    assert contents(tmp_path) == {"mine.txt": b"mine"}
    assert demonstrated(tmp_path / "mine.txt").done.returncode == 2
