"""A counterpart that is absent is named, counted, and a failure where everything is required."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CASES = """
import pytest

@pytest.mark.counterpart("bagit")
def test_present():
    pass

def test_asks_for_footage(footage):
    assert footage.is_dir()

@pytest.mark.footage
def test_marked_footage():
    pass

def test_skips_by_hand():
    pytest.skip("by hand")
"""


@pytest.fixture
def suite(tmp_path: Path, repository: Path) -> Path:
    """A small suite of its own under this repository's configuration and conftest."""
    shutil.copy(repository / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()
    shutil.copy(repository / "tests/conftest.py", tmp_path / "tests")
    (tmp_path / "tests/test_cases.py").write_text(CASES)
    return tmp_path


def run(suite: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("TRUCELINE_", "COV"))}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    return subprocess.run(
        command, cwd=suite, env=clean | variables, capture_output=True, text=True, timeout=60, check=False
    )


def test_an_absent_counterpart_is_skipped_by_name_and_the_table_says_why(suite: Path):
    done = run(suite)
    assert done.returncode == 0, done.stdout
    assert "1 passed, 3 skipped" in done.stdout
    assert "counterpart footage: TRUCELINE_FOOTAGE names no folder" in done.stdout
    rows = {line.split()[0]: line for line in done.stdout.splitlines() if line.strip()}
    assert "ran: 1 passed" in rows["bagit"]
    assert "skipped: TRUCELINE_FOOTAGE names no folder (2 skipped)" in rows["footage"]
    assert "no test of this run asked it" in rows["openssl"]


def test_where_all_is_required_a_skip_fails(suite: Path):
    done = run(suite, TRUCELINE_REQUIRE="all")
    assert done.returncode == 1
    assert "a skip is a failure" in done.stdout
    assert "skipped" not in done.stdout.splitlines()[-1]


def test_where_all_is_required_and_present_nothing_fails(suite: Path, tmp_path: Path):
    (suite / "tests/test_cases.py").write_text(CASES.replace('pytest.skip("by hand")', "pass"))
    done = run(suite, TRUCELINE_REQUIRE="all", TRUCELINE_FOOTAGE=str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_a_module_that_skips_itself_fails_where_all_is_required(suite: Path):
    (suite / "tests/test_cases.py").write_text("import pytest\npytest.importorskip('no_such_library')\n")
    assert run(suite, TRUCELINE_REQUIRE="all").returncode != 0


def test_footage_that_is_not_there_is_said(suite: Path):
    assert "which is not a folder" in run(suite, TRUCELINE_FOOTAGE=str(suite / "absent")).stdout


def test_an_unknown_counterpart_stops_the_run(suite: Path):
    (suite / "tests/test_cases.py").write_text(CASES.replace('"bagit"', '"nobody"'))
    done = run(suite)
    assert done.returncode != 0
    assert "no such counterpart: ['nobody']" in done.stdout + done.stderr
