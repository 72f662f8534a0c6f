"""A scan is defined on units: their order, who watches them and where it stopped change not one byte."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.e2e.small_site import write_clip, write_site
from truceline.config import AnalysisConfig
from truceline.pipeline.footage import Declared, open_footage
from truceline.pipeline.progress import silent
from truceline.pipeline.scan import ScanOrder, scan
from truceline.pipeline.units.work import UnitWork
from truceline.records.runs import UnitSettings
from truceline.store.station import Station
from truceline.survey.load import load_site

UNITS = UnitSettings(length_s=2.0, overlap_s=1.5)
COUNT = 4
"""The clip lasts 7 s."""


class Contents(dict[str, bytes]):
    """Every file of a folder, by its path in it; where a test fails, nobody reads the bytes."""

    def __repr__(self) -> str:
        return f"<{len(self)} files>"


@pytest.fixture(scope="module", params=["files", "causal"])
def order(request, tmp_path_factory) -> ScanOrder:
    folder = tmp_path_factory.mktemp("units")
    site = write_site(folder / "site")
    clip = write_clip(folder / "walk.mp4", site)
    config = AnalysisConfig(causal=request.param == "causal", units=UNITS)
    return ScanOrder(site, (clip,), folder / "reference", config=config)


@pytest.fixture(scope="module")
def reference(order) -> Contents:
    scan(order, progress=silent, notice=lambda _: None)
    return contents(order.station_folder)


def contents(folder: Path) -> Contents:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return Contents({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})


def scanned(order: ScanOrder, folder: Path, *, workers: int = 1) -> tuple[Contents, list[str]]:
    """What a scan into a folder leaves there, and what it says."""
    said: list[str] = []
    moved = ScanOrder(order.site_folder, order.footage, folder, config=order.config, workers=workers)
    scan(moved, progress=silent, notice=said.append)
    return contents(folder), said


def work_of(order: ScanOrder, folder: Path, run_id: str) -> UnitWork:
    """The units of the clip as the scan into a folder will have them."""
    Station.open(folder, create=True)
    opened = open_footage(order.footage[0], load_site(order.site_folder), declared=Declared())
    return UnitWork(run_id, opened.reader, opened.camera, order.config, folder)


def run_of(reference):
    return next(name for name in reference if name.startswith("runs/")).split("/")[1]


@settings(max_examples=3)
@example(numbers=[2, 1])
@given(
    numbers=st.permutations(range(COUNT)).flatmap(
        lambda order: st.integers(1, COUNT).map(lambda count: order[:count])
    )
)
def test_units_in_any_order_and_stopped_anywhere(order, reference, tmp_path_factory, numbers):
    folder = tmp_path_factory.mktemp("scan") / "station"
    work = work_of(order, folder, run_of(reference))
    assert len(work.units) == COUNT
    for number in numbers:
        work.watch(number, progress=silent)
    assert set(work.missing) == set(range(COUNT)) - set(numbers)
    left, said = scanned(order, folder)
    assert f"walk.mp4: {len(numbers)} of 4 units left by an interrupted scan" in said
    assert left == reference


def test_two_workers(order, reference, tmp_path):
    left, said = scanned(order, tmp_path / "station", workers=2)
    assert left == reference
    assert not [words for words in said if "interrupted" in words]


def test_a_second_scan_does_nothing(order, reference, tmp_path):
    folder = tmp_path / "station"
    assert scanned(order, folder)[0] == reference
    left, said = scanned(order, folder, workers=2)
    assert left == reference
    assert any("already scanned" in words for words in said)


def test_a_unit_that_was_damaged_is_watched_again(order, reference, tmp_path):
    folder = tmp_path / "station"
    work = work_of(order, folder, run_of(reference))
    work.watch(0, progress=silent)
    (kept,) = (folder / "units").rglob("0.npz")
    kept.write_bytes(kept.read_bytes()[:-100])
    left, said = scanned(order, folder)
    assert any("unit 0 of walk.mp4 is watched again" in words for words in said)
    assert left == reference


def test_other_units_are_another_run(order, reference, tmp_path):
    config = AnalysisConfig(causal=order.config.causal, units=UnitSettings(length_s=3.0, overlap_s=1.5))
    other = ScanOrder(order.site_folder, order.footage, tmp_path / "station", config=config)
    run = scan(other, progress=silent, notice=lambda _: None).runs[0]
    assert run.run_id != run_of(reference)
