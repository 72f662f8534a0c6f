"""One scan for all tests of this folder; each test gets a copy of its own."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.small_site import SITE
from tests.unit.pipeline.small_station import SmallStation, make_station, release_terms


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> SmallStation:
    """A station nobody writes to."""
    return make_station(tmp_path_factory.mktemp("small"), text=SITE + release_terms())


@pytest.fixture
def station(scanned: SmallStation, tmp_path: Path) -> SmallStation:
    """A copy, for a test that decides in it."""
    folder = tmp_path / "station"
    shutil.copytree(scanned.folder, folder)
    return replace(scanned, folder=folder)
