"""``truceline verify`` and ``truceline keys`` as a stranger runs them: base install, no network."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.evidence.sample_pack import contents, real_contents
from truceline.evidence.keys import demonstration_key, new_signing_key, write_key_files
from truceline.evidence.pack import write_pack

# Everything that the base install does not hold, and every way out of the machine, is an error here.
STRANGER = """
import socket, sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"av", "cv2", "jinja2", "numba", "numpy", "scipy", "shapely"}:
            raise ImportError(f"{name} is not part of the base install")
sys.meta_path.insert(0, Refuse())
def no_network(*_arguments, **_options):
    raise OSError("verification must not open a socket")
socket.socket = no_network
socket.create_connection = no_network

import typer
from truceline.cli.keys import keys_app
from truceline.cli.verify import verify_command
from truceline.errors import TrucelineError
app = typer.Typer()
app.command("verify")(verify_command)
app.add_typer(keys_app, name="keys")
try:
    app(standalone_mode=True)
except TrucelineError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""


def run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", STRANGER, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": "src", "NO_COLOR": "1", **environment},
        cwd=Path(__file__).resolve().parents[2],
    )


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(contents(), tmp_path / "pack", key=demonstration_key("release"))


def test_a_whole_pack_passes_check_by_check(pack):
    done = run("verify", pack)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    numbered = [line.split()[0] for line in lines if line[:3].strip().isdigit() and "checks:" not in line]
    assert numbered == [str(number) for number in range(1, 14)]
    assert "simulated footage, scripted decisions, demonstration key" in done.stdout
    assert lines[-1].startswith("This pack is signed with a demonstration key")
    assert "you named no key you trust" in done.stdout


def test_one_changed_byte_is_refused_at_its_file_and_offset(pack):
    page = pack / "data" / "page.html"
    data = page.read_bytes()
    page.write_bytes(data[:1_234] + b"#" + data[1_235:])
    done = run("verify", pack)
    assert done.returncode == 3
    expected = f"data/page.html, byte 1234: found 0x23, signed 0x{data[1_234]:02x}"
    assert done.stdout.splitlines()[-1] == f"This pack differs from what was signed: {expected}."
    assert "12  passed" in done.stdout, "a failure hides no other check"


def test_a_named_key_is_compared(tmp_path):
    body, other = new_signing_key("body"), new_signing_key("other")
    reviewers = new_signing_key("one"), new_signing_key("two")
    pack = write_pack(real_contents(reviewers), tmp_path / "pack", key=body)
    files = {key: write_key_files(key, tmp_path, passphrase=None).public for key in (body, other)}
    done = run("verify", pack, "--key", files[body])
    assert done.returncode == 0
    assert "is signed by one body only" in done.stdout.splitlines()[-1]
    assert run("verify", pack, "--key", body.public.key_id).returncode == 0
    done = run("verify", pack, "--key", files[other])
    assert done.returncode == 3
    assert "is not signed by a key that you trust" in done.stdout.splitlines()[-1]
    assert run("verify", pack, "--key", "nonsense").returncode == 2


def test_json_says_the_same(pack):
    (pack / "data" / "extra.html").write_bytes(b"")
    done = run("verify", pack, "--json")
    said = json.loads(done.stdout)
    assert done.returncode == said["exit_code"] == 3
    assert said["verdict"] == "differs from what was signed"
    assert said["tone"] == "red"
    assert [check["number"] for check in said["checks"]] == list(range(1, 14))
    (damage,) = [damage for check in said["checks"] for damage in check["damages"]]
    assert (damage["path"], damage["kind"]) == ("data/extra.html", "added")


def test_what_is_no_pack(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere"):
        done = run("verify", path)
        assert done.returncode == 2
        assert done.stdout == ""
        assert str(path) in done.stderr


def test_keys_are_made_shown_and_never_overwritten(tmp_path):
    done = run("keys", "new", "alpha", "--out", tmp_path, TRUCELINE_PASSPHRASE="correct horse")
    assert done.returncode == 0, done.stderr
    assert b"ENCRYPTED" in (tmp_path / "alpha.private.pem").read_bytes()
    shown = [run("keys", "show", tmp_path / name) for name in ("alpha.private.pem", "alpha.public.json")]
    assert shown[0].stdout == shown[1].stdout
    assert "alpha" in shown[0].stdout
    assert run("keys", "new", "alpha", "--out", tmp_path, "--no-passphrase").returncode == 2
    assert run("keys", "show", tmp_path / "none").returncode == 2


def test_demonstration_keys_say_so(tmp_path):
    done = run("keys", "new", "demo", "--out", tmp_path, "--no-passphrase", "--demonstration")
    assert "DEMONSTRATION KEY" in done.stdout
    assert "NOT encrypted" in done.stdout
    assert "DEMONSTRATION KEY" in run("keys", "show", tmp_path / "demo.public.json").stdout
