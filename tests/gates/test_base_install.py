"""Verifying a pack needs the base install only: neither arrays, nor video, nor a database."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

IMPORT_NAMES = {"opencv-python-headless": "cv2"}

WITHOUT_STATION = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"{{name}} is not in the base install", name=name)
        return None

sys.meta_path.insert(0, Absent())
sys.argv = ["truceline", *sys.argv[1:]]
{statement}
"""


def station_libraries(repository: Path) -> set[str]:
    extras = tomllib.loads((repository / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    names = {requirement.partition(">")[0] for requirement in extras["station"]}
    return {IMPORT_NAMES.get(name, name) for name in names} | {"sqlite3"}


def run(statement: str, *arguments: str, repository: Path) -> subprocess.CompletedProcess[str]:
    code = WITHOUT_STATION.format(absent=station_libraries(repository), statement=statement)
    command = [sys.executable, "-c", code, *arguments]
    # Coverage would bring the database in before the barrier stands.
    clean = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=repository, env=clean
    )


@pytest.mark.parametrize("library", ["numpy", "av", "cv2", "sqlite3"])
def test_the_libraries_are_really_absent(library: str, repository: Path):
    done = run(f"import {library}", repository=repository)
    assert done.returncode == 1
    assert "is not in the base install" in done.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("verify", "--help"), ("keys", "--help")])
def test_the_command_runs_on_the_base_install(arguments: tuple[str, ...], repository: Path):
    done = run("from truceline.cli import main; main()", *arguments, repository=repository)
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


def test_every_room_that_verifying_uses_is_importable(repository: Path):
    modules = sorted((repository / "src/truceline/evidence").glob("*.py"))
    names = [f"truceline.evidence.{path.stem}" for path in modules if path.stem != "__init__"]
    assert names
    done = run("import " + ", ".join(names), repository=repository)
    assert done.returncode == 0, done.stderr
