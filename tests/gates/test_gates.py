"""A gate that cannot fail is a defect: each gate gets a clean tree (green) and a seeded fault (red)."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
NUMPY_RECORDS = ("columns", "detections", "site", "tracks")
LIBRARIES_IN_THEIR_ROOMS = {"video": "av", "store": "sqlite3", "detect": "cv2", "cli": "typer"}

CLEAN = '''"""A module."""


def double(value: int) -> int:
    """Twice the value."""
    return 2 * value
'''


@pytest.fixture
def tree(tmp_path: Path, repository: Path) -> Path:
    """An empty project with this repository's configuration and one clean module."""
    shutil.copy(repository / "pyproject.toml", tmp_path)
    package = tmp_path / "src/truceline"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""A package."""\n')
    (package / "module.py").write_text(CLEAN)
    (tmp_path / "tests").mkdir()
    return tmp_path


def run(*command: str, tree: Path) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("TRUCELINE_", "COV"))}
    return subprocess.run(
        command,
        cwd=tree,
        env=clean | {"PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def seed(tree: Path, code: str) -> None:
    (tree / "src/truceline/module.py").write_text(code)


def long_function(*, branches: int = 0, arguments: str = "value: int") -> str:
    lines = [f"    if value == {number}:\n        value += 1" for number in range(branches)]
    body = "\n".join([*lines, "    return value"])
    return f'"""A module."""\n\n\ndef judge({arguments}) -> int:\n    """Judge."""\n{body}\n'


# ---------------------------------------------------------------- formatter and linter


def test_formatter_passes_clean_code_and_refuses_another_format(tree: Path):
    command = (str(BIN / "ruff"), "format", "--check", "--no-cache", ".")
    assert run(*command, tree=tree).returncode == 0
    seed(tree, CLEAN.replace("2 * value", "2*value"))
    assert run(*command, tree=tree).returncode == 1


FAULTS = {
    "eleven paths": ("C901", long_function(branches=10)),
    "six arguments": (
        "PLR0913",
        long_function(arguments="value: int, *, a: int, b: int, c: int, d: int, e: int").replace(
            "return value", "return value + a + b + c + d + e"
        ),
    ),
    "three positional arguments": (
        "PLR0917",
        long_function(arguments="value: int, a: int, b: int").replace("return value", "return value + a + b"),
    ),
    "41 statements": (
        "PLR0915",
        long_function().replace(
            "    return value", "\n".join(["    value += 1"] * 40 + ["    return value"])
        ),
    ),
    "no docstring": ("D103", CLEAN.replace('    """Twice the value."""\n', "")),
    "broad except": (
        "BLE001",
        CLEAN.replace(
            "    return 2 * value",
            "    try:\n        return 2 * value\n    except Exception:\n        return 0",
        ),
    ),
    "wall clock": (
        "TID251",
        '"""A module."""\n\nimport time\n\n\ndef now() -> float:\n    """Now."""\n    return time.time()\n',
    ),
    "network": (
        "TID251",
        '"""A module."""\n\nfrom urllib.request import parse_keqv_list\n\nREAD = parse_keqv_list\n',
    ),
    "nameless threshold": ("PLR2004", CLEAN.replace("return 2 * value", "return int(value > 0.35)")),
    "print": ("T201", CLEAN.replace("    return", "    print(value)\n    return")),
    "global randomness": (
        "NPY002",
        '"""A module."""\n\nimport numpy as np\n\nVALUE = np.random.rand(3)\n',
    ),
    "blanket excuse": ("PGH004", CLEAN.replace("    return", "    print(value)  # noqa\n    return")),
}


def test_linter_passes_clean_code(tree: Path):
    done = run(str(BIN / "ruff"), "check", "--no-cache", ".", tree=tree)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("fault", FAULTS)
def test_linter_refuses(fault: str, tree: Path):
    rule, code = FAULTS[fault]
    seed(tree, code)
    done = run(str(BIN / "ruff"), "check", "--no-cache", "--output-format=json", ".", tree=tree)
    assert done.returncode == 1
    assert {finding["code"] for finding in json.loads(done.stdout)} == {rule}


def test_ten_paths_and_five_arguments_are_allowed(tree: Path):
    code = long_function(branches=9, arguments="value: int, a: int, *, b: int, c: int, d: int")
    seed(tree, code.replace("return value", "return value + a + b + c + d"))
    done = run(str(BIN / "ruff"), "check", "--no-cache", ".", tree=tree)
    assert done.returncode == 0, done.stdout


# ---------------------------------------------------------------- types


def test_type_checker_passes_clean_code_and_refuses_faults(tree: Path):
    command = (str(BIN / "mypy"), "--no-error-summary", "src")
    assert run(*command, tree=tree).returncode == 0
    seed(
        tree,
        CLEAN.replace("return 2 * value", "return str(value)")
        + '\n\ndef untyped(value):\n    """No types."""\n    return value\n',
    )
    done = run(*command, tree=tree)
    assert done.returncode == 1
    assert "[return-value]" in done.stdout
    assert "[no-untyped-def]" in done.stdout


# ---------------------------------------------------------------- import contracts


@pytest.fixture
def house(tree: Path) -> Path:
    """Every room that the contracts know, empty but for the libraries that may live there."""
    settings = tomllib.loads((tree / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = " ".join(settings["contracts"][0]["layers"])
    package = tree / "src/truceline"
    (package / "module.py").unlink()
    for room in re.findall(r"\w+", layers):
        (package / room).mkdir()
        library = LIBRARIES_IN_THEIR_ROOMS.get(room)
        (package / room / "__init__.py").write_text(f"import {library}\n" if library else "")
    for record in NUMPY_RECORDS:
        (package / "records" / f"{record}.py").write_text("")
    return tree


BREACHES = {
    "a stage imports upwards": ("track", "import truceline.pipeline", "Imports point down"),
    "a stage imports a stage": ("track", "import truceline.video", "Imports point down"),
    "records import geometry": ("records", "import truceline.geometry", "Imports point down"),
    "verifying needs NumPy": ("evidence", "import numpy", "base install only"),
    "verifying needs a database": ("evidence", "import sqlite3", "base install only"),
    "verifying sees tracks": ("evidence", "import truceline.records.tracks", "records that need no NumPy"),
    "PyAV outside video": ("simulate", "import av", "PyAV lives in video"),
    "OpenCV outside its rooms": ("geometry", "import cv2", "OpenCV lives in"),
    "SQL outside the store": ("pipeline", "import sqlite3", "SQL lives in store"),
    "a network connection": ("store", "import socket", "Nothing opens a network connection"),
    "typer outside the command line": ("pipeline", "import typer", "library lives in cli"),
}


def contracts(house: Path) -> subprocess.CompletedProcess[str]:
    return run(str(BIN / "lint-imports"), "--no-logo", "--no-cache", tree=house)


def test_import_contracts_pass_the_empty_house(house: Path):
    done = contracts(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("breach", BREACHES)
def test_import_contracts_refuse(breach: str, house: Path):
    room, statement, contract = BREACHES[breach]
    (house / "src/truceline" / room / "seeded.py").write_text(f"{statement}\n")
    done = contracts(house)
    assert done.returncode == 1, done.stdout
    broken = [line for line in done.stdout.splitlines() if "BROKEN" in line]
    assert any(contract in line for line in broken), done.stdout


def test_import_contracts_refuse_a_room_that_nobody_declared(house: Path):
    (house / "src/truceline/helpers").mkdir()
    (house / "src/truceline/helpers/__init__.py").write_text("")
    done = contracts(house)
    assert done.returncode == 1
    assert "truceline.helpers" in done.stdout


def test_import_contracts_refuse_a_cycle_inside_a_room(house: Path):
    room = house / "src/truceline/track"
    (room / "one.py").write_text("import truceline.track.two\n")
    (room / "two.py").write_text("import truceline.track.one\n")
    done = contracts(house)
    assert done.returncode == 1
    assert "No cycles, at any depth BROKEN" in done.stdout


# ---------------------------------------------------------------- tests: random order, coverage, warnings

ORDERED = "seen = []\n" + "\n".join(
    f"\n\ndef test_{number}():\n    assert len(seen) == {number}\n    seen.append({number})"
    for number in range(8)
)
TEST_DOUBLE = "from truceline.module import double\n\n\ndef test_double():\n    assert double(2) == 4\n"


def run_pytest(tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, tree=tree)


def test_random_order_refuses_tests_that_lean_on_their_order(tree: Path):
    (tree / "tests/test_ordered.py").write_text(ORDERED)
    assert run_pytest(tree, "-p", "no:randomly").returncode == 0
    assert run_pytest(tree, "-p", "randomly", "-p", "no:cov").returncode == 1


def test_coverage_floor_passes_covered_code_and_refuses_a_branch_nobody_ran(tree: Path):
    (tree / "tests/test_module.py").write_text(TEST_DOUBLE)
    done = run_pytest(tree, "--cov", "--cov-report=term")
    assert done.returncode == 0, done.stdout
    seed(tree, CLEAN + long_function(branches=6).replace('"""A module."""\n', ""))
    done = run_pytest(tree, "--cov", "--cov-report=term")
    assert done.returncode != 0
    assert "is less than fail-under" in done.stdout + done.stderr


def test_a_warning_is_a_failure(tree: Path):
    (tree / "tests/test_warns.py").write_text(
        "import warnings\n\n\ndef test_warns():\n    warnings.warn('old', DeprecationWarning)\n"
    )
    assert run_pytest(tree).returncode == 1


# ---------------------------------------------------------------- the gates are really run


def test_make_test_runs_every_gate(repository: Path):
    done = run("make", "--dry-run", "--always-make", "test", tree=repository)
    for gate in ("ruff format --check", "ruff check", "mypy", "lint-imports", "pytest --cov"):
        assert gate in done.stdout, done.stderr
    assert "no:randomly" not in done.stdout


def test_the_project_machine_requires_everything(repository: Path):
    script = repository / ".ci/run"
    assert os.access(script, os.X_OK)
    text = script.read_text()
    assert "TRUCELINE_REQUIRE=all" in text
    assert "make test" in text


def test_locks_hold_hashes_and_no_address(repository: Path):
    for lock in sorted((repository / "locks").glob("*.lock")):
        text = lock.read_text()
        pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert "http" not in text, lock.name
        assert pins, lock.name
        assert all("==" in pin and pin.endswith("\\") for pin in pins), lock.name
        assert text.count("--hash=sha256:") >= len(pins), lock.name
