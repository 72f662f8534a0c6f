"""From a scan to a verified pack with the real commands, each reviewer at their own keyboard."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.small_site import NOTE, SITE, truceline, write_clip, write_site

YEARS_AGO = NOTE.replace("2026-03-04", "2020-03-04")
LONG_VALID = SITE.replace("2026-01-01", "2019-01-01")
REASON = "Clear of the line and its band on every frame."


@dataclass(frozen=True)
class Place:
    """A scanned station, with a key for two reviewers, the releasing body and a stranger."""

    folder: Path

    @property
    def station(self) -> Path:
        return self.folder / "station"

    def key(self, name: str) -> Path:
        return self.folder / "keys" / f"{name}.private.pem"

    def review(self, name: str, verdict: str = "BREACH", *, reason: str = REASON):
        return truceline(
            *("review", self.candidate, "--station", self.station, "--verdict", verdict),
            *("--reason", reason, "--key", self.key(name), "--no-passphrase"),
        )

    def release(self, out: Path, *, key: str = "body"):
        return truceline(
            *("release", self.candidate, "--station", self.station, "--out", out),
            *("--key", self.key(key), "--no-passphrase"),
        )

    @property
    def candidate(self) -> str:
        run = json.loads(next(self.station.glob("runs/*/run.json")).read_text(encoding="utf-8"))
        (judgement,) = run["judgements"]
        return str(judgement["judgement_id"])


def made(folder: Path, *, note: str, delay: str = "") -> Place:
    publics = {}
    for name in ("one", "two", "body", "stranger"):
        done = truceline("keys", "new", name, "--out", folder / "keys", "--no-passphrase")
        assert done.returncode == 0, done.stderr
        public = json.loads((folder / "keys" / f"{name}.public.json").read_text(encoding="utf-8"))
        publics[name] = next(value for value in public.values() if re.fullmatch("[0-9a-f]{64}", str(value)))
    terms = (
        '[release]\ncompetent_body = "Small Commission"\nremoval_contact = "removal@small.invalid"\n'
        f'reviewer_keys = ["{publics["one"]}", "{publics["two"]}"]\n'
        f'body_keys = ["{publics["body"]}"]\n'
        f"{delay}"
    )
    site = write_site(folder / "site", LONG_VALID + terms)
    clip = write_clip(folder / "clip.mp4", site, note=note)
    done = truceline("scan", site, clip, "--station", folder / "station")
    assert done.returncode == 0, done.stderr
    return Place(folder)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A scan of footage whose delay has long passed; nobody decides in it."""
    return made(tmp_path_factory.mktemp("release"), note=YEARS_AGO)


@pytest.fixture
def place(whole: Place, tmp_path: Path) -> Place:
    """A copy to decide in."""
    shutil.copytree(whole.folder, tmp_path / "place")
    return Place(tmp_path / "place")


def test_two_reviewers_a_pack_and_whoever_trusts_the_body(place: Place, tmp_path: Path):
    first = place.review("one")
    assert first.returncode == 0, first.stderr
    assert "finding none yet" in first.stdout
    early = place.release(tmp_path / "pack")
    assert early.returncode == 2
    assert "have not yet decided the same" in early.stderr
    second = place.review("two")
    forged = place.release(tmp_path / "pack", key="stranger")
    assert (forged.returncode, "is not one of Small Commission's keys" in forged.stderr) == (2, True)
    assert "finding BREACH, by two reviewers" in second.stdout
    done = place.release(tmp_path / "pack")
    assert done.returncode == 0, done.stderr
    verify_words = done.stdout.splitlines()[-1].removeprefix("verify  truceline ").split()
    verified = truceline(*verify_words)
    assert verified.returncode == 0, verified.stdout
    assert "13 checks: 13 passed, 0 failed, 0 not checked." in verified.stdout
    public = place.folder / "keys" / "stranger.public.json"
    assert truceline("verify", tmp_path / "pack", "--key", public).returncode == 3
    again = place.release(tmp_path / "pack")
    assert again.returncode == 2
    assert "not overwritten" in again.stderr


def test_the_first_decision_is_not_shown_to_the_second_reviewer(place: Place):
    secret = "A reason that only its author may know for now."
    assert place.review("one", "UNDECIDED", reason=secret).returncode == 0
    second = place.review("two", "NO BREACH")
    assert second.returncode == 0, second.stderr
    said = second.stdout + second.stderr
    assert "UNDECIDED" not in said
    assert secret not in said
    assert said.splitlines()[-1] == "finding none yet"


def test_whoever_decided_cannot_change_it_once_another_has(place: Place):
    assert place.review("one", "BREACH").returncode == 0
    assert place.review("one", "UNDECIDED").returncode == 0, "nobody else has decided yet"
    assert place.review("two", "NO BREACH").returncode == 0
    for name in ("one", "two"):
        done = place.review(name, "BREACH")
        assert (done.returncode, "can no longer be changed" in done.stderr) == (2, True)
        assert "UNDECIDED" not in done.stdout + done.stderr
    assert len(list(place.station.glob("decisions/*/*.json"))) == 3


def test_the_stations_page_says_what_was_found(place: Place):
    page = place.station / "page.html"
    for name in ("one", "two"):
        assert "nothing is found yet" in page.read_text(encoding="utf-8")
        assert place.review(name).returncode == 0
    text = page.read_text(encoding="utf-8")
    assert "nothing is found yet" not in text
    assert "1 candidate: found BREACH by two reviewers" in text
    assert "Candidate, found BREACH by two reviewers" in text
    again = truceline("scan", place.folder / "site", place.folder / "clip.mp4", "--station", place.station)
    assert again.returncode == 0, again.stderr
    assert "found BREACH by two reviewers" in page.read_text(encoding="utf-8")


def test_without_a_terminal_the_passphrase_is_not_asked_for(tmp_path: Path):
    # A session of its own has no terminal, whatever the tests are run from.
    done = truceline(
        *("keys", "new", "one", "--out", tmp_path), stdin=subprocess.DEVNULL, start_new_session=True
    )
    assert done.returncode == 2
    assert "there is no terminal to ask for the passphrase on" in done.stderr
    assert "TRUCELINE_PASSPHRASE" in done.stderr
    assert "--no-passphrase" in done.stderr
    assert "GetPassWarning" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_public_key_file_signs_nothing(place: Place):
    done = truceline(
        *("review", place.candidate, "--station", place.station, "--verdict", "BREACH", "--reason", REASON),
        *("--key", place.folder / "keys" / "one.public.json", "--no-passphrase"),
    )
    assert done.returncode == 2
    assert "this is no private key file" in done.stderr


@pytest.mark.parametrize("verdict", ["BREACH", "NO BREACH", "UNDECIDED", "no breach"])
def test_verdicts_are_spelled_as_documented(place: Place, verdict: str):
    done = place.review("one", verdict)
    assert done.returncode == 0, done.stderr
    assert f"decided {verdict.upper()} on {place.candidate}" in done.stdout


def test_the_guide_spells_every_verdict(repository: Path):
    guide = (repository / "docs/guide/review-and-release.md").read_text(encoding="utf-8")
    for verdict in ("BREACH", "NO BREACH", "UNDECIDED"):
        assert f"`{verdict}`" in guide
    assert '--verdict "NO BREACH"' in guide


def test_what_a_reviewer_can_get_wrong(place: Place):
    assert "not one of this site's reviewer keys" in place.review("stranger").stderr
    assert place.review("stranger").returncode == 2
    short = place.review("one", reason="too short")
    assert (short.returncode, "at least" in short.stderr or "shorter" in short.stderr) == (2, True)
    assert place.review("one", "GUILTY").returncode == 2
    assert place.review("absent").returncode == 2
    assert list(place.station.glob("decisions/*/*.json")) == []


def test_a_changed_decision_file_is_refused_with_its_own_code(place: Place, tmp_path: Path):
    place.review("one", "NO BREACH")
    place.review("two", "NO BREACH")
    path = next(place.station.glob("decisions/*/*.json"))
    path.write_text(path.read_text(encoding="utf-8").replace("NO BREACH", "BREACH"), encoding="utf-8")
    done = place.release(tmp_path / "pack")
    assert done.returncode == 3
    assert "signature" in done.stderr
    assert not (tmp_path / "pack").exists()


def test_before_the_delay_has_passed_nothing_leaves(tmp_path: Path):
    # The machine's own clock decides, and it is not that far: ten years on.
    place = made(tmp_path, note=NOTE, delay="delay_h = 87600\n")
    for name in ("one", "two"):
        assert place.review(name).returncode == 0
    done = place.release(tmp_path / "pack")
    assert done.returncode == 2
    assert "delays releases by 87600 h; this one may leave at 2036-03-01" in done.stderr
    assert not (tmp_path / "pack").exists()
