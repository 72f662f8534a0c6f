"""What every test can rely on: counterparts, open footage, and a skip that never hides.

A *counterpart* is an independent implementation that a test compares with. A test names it with
``@pytest.mark.counterpart("openssl")``; when it is absent the test is skipped by name, and the run ends
with a table of what ran and what did not, and why. With ``TRUCELINE_REQUIRE=all`` a skip is a failure.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import pytest

REQUIRE_ALL = os.environ.get("TRUCELINE_REQUIRE") == "all"
FOOTAGE_VARIABLE = "TRUCELINE_FOOTAGE"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")

# Where everything is required, the same tree gets the same answer; elsewhere each run looks in new places.
hypothesis.settings.register_profile("explore", deadline=None, max_examples=50)
hypothesis.settings.register_profile("repeat", deadline=None, max_examples=50, derandomize=True)
hypothesis.settings.load_profile("repeat" if REQUIRE_ALL else "explore")


def find_command(*names: str) -> str | None:
    """The path of the first of these commands that is installed."""
    return next((path for path in map(shutil.which, names) if path), None)


def _library(module: str) -> Callable[[], str | None]:
    return lambda: (
        None if importlib.util.find_spec(module) else f"the Python library {module} is not installed"
    )


def _command(*names: str) -> Callable[[], str | None]:
    return lambda: None if find_command(*names) else f"the command {names[0]} is not installed"


def _missing_footage() -> str | None:
    folder = os.environ.get(FOOTAGE_VARIABLE)
    if not folder:
        return f"{FOOTAGE_VARIABLE} names no folder"
    if not Path(folder).is_dir():
        return f"{FOOTAGE_VARIABLE} names {folder}, which is not a folder"
    return None


COUNTERPARTS: dict[str, tuple[str, Callable[[], str | None]]] = {
    "bagit": ("the bagit library: is our pack a valid bag?", _library("bagit")),
    "chromium": ("Chromium: do the pages open and read as meant?", _command(*CHROMIUM_NAMES)),
    "cryptography": ("the cryptography library: keys and signatures", _library("cryptography")),
    "motmetrics": ("py-motmetrics: the scores of tracking", _library("motmetrics")),
    "opencv": ("OpenCV: camera model, picture operations", _library("cv2")),
    "openssl": ("the openssl command: digests, keys and signatures", _command("openssl")),
    "scipy": ("SciPy: assignment, statistics", _library("scipy")),
    "shapely": ("Shapely: distances and polygons", _library("shapely")),
    "footage": ("the folder of open footage: real clips", _missing_footage),
}
"""Name, what it is asked, and a probe that gives None or why it is absent."""


@dataclass
class Tally:
    """How the tests of one counterpart ended."""

    outcomes: dict[str, int] = field(default_factory=dict)

    def add(self, outcome: str) -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


@dataclass(eq=False)
class Tallies:
    """Collects what the reports of all tests say, whichever process ran them."""

    of: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in COUNTERPARTS})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or (report.when == "setup" and not report.passed):
            for key, name in report.user_properties:
                if key == "counterpart":
                    self.of[str(name)].add(report.outcome)


_tallies = pytest.StashKey[Tallies]()
_named = pytest.StashKey[tuple[str, ...]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_tallies] = Tallies()
    config.pluginmanager.register(config.stash[_tallies], "counterpart-tallies")


def _counterparts_of(item: pytest.Item) -> tuple[str, ...]:
    """The names a test depends on, by its markers and by the fixtures it asks for."""
    names = [str(name) for marker in item.iter_markers("counterpart") for name in marker.args]
    fixtures = getattr(item, "fixturenames", ())
    if item.get_closest_marker("footage") or "footage" in fixtures:
        names.append("footage")
    names.extend(name for name in ("chromium", "openssl") if name in fixtures)
    return tuple(dict.fromkeys(names))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        names = _counterparts_of(item)
        unknown = [name for name in names if name not in COUNTERPARTS]
        if unknown or (item.get_closest_marker("counterpart") and not names):
            known = ", ".join(COUNTERPARTS)
            raise pytest.UsageError(
                f"{item.nodeid}: no such counterpart: {unknown}; tests/conftest.py knows {known}"
            )
        item.stash[_named] = names


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for name in item.stash[_named]:
        reason = COUNTERPARTS[name][1]()
        if reason is not None:
            pytest.skip(f"counterpart {name}: {reason}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{_reason(report)} (TRUCELINE_REQUIRE=all: a skip is a failure)"
    report.user_properties += [("counterpart", name) for name in item.stash[_named]]
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if REQUIRE_ALL and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"{_reason(report)} (TRUCELINE_REQUIRE=all: a skip is a failure)"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why it was skipped; pytest keeps it as (path, line, reason)."""
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table of counterparts: ran, or skipped and why."""
    terminalreporter.section("counterparts")
    for name, (question, probe) in COUNTERPARTS.items():
        outcomes = config.stash[_tallies].of[name].outcomes
        if not outcomes:
            state = "no test of this run asked it"
        else:
            state = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
            reason = probe()
            state = f"skipped: {reason} ({state})" if reason else f"ran: {state}"
        terminalreporter.write_line(f"{name:<13} {state:<42} {question}")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def footage() -> Path:
    """The folder of open footage; a test that asks for it is skipped by name where there is none."""
    return Path(os.environ[FOOTAGE_VARIABLE]).resolve()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; a test that asks for it is skipped by name where there is none."""
    path = find_command(*CHROMIUM_NAMES)
    assert path is not None
    return path


@pytest.fixture(scope="session")
def openssl() -> str:
    """The path of the openssl command; a test that asks for it is skipped by name where there is none."""
    path = find_command("openssl")
    assert path is not None
    return path
