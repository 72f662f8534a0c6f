"""Scans that are killed, interrupted or shared among processes, on units of a few seconds."""

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.small_site import NOTE, surroundings, truceline, write_clip, write_site

SCAN = """
import multiprocessing
import sys
from pathlib import Path

from truceline.config import AnalysisConfig
from truceline.pipeline.scan import ScanOrder, scan
from truceline.records.runs import UnitSettings


def tell(stage, done, *, total):
    children = " ".join(str(child.pid) for child in multiprocessing.active_children())
    print(f"{stage} {done} of {total} | {children}", flush=True)
    passed.append(f"{stage} {done}")
    if passed[-1] == mark and passed.count(mark) == int(times):
        # The scan goes no further: however slow the machine is, the signal finds it here.
        sys.stdin.readline()


site, clip, station, workers, mark, times = sys.argv[1:]
passed = []
config = AnalysisConfig(units=UnitSettings(length_s=2.0, overlap_s=1.5))
order = ScanOrder(Path(site), (Path(clip),), Path(station), config=config, workers=int(workers))
scan(order, progress=tell, notice=lambda words: print(words, flush=True))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("place")
    site = write_site(folder / "site")
    clip = write_clip(folder / "walk.mp4", site)
    later = folder / "later.mp4"
    shutil.copy(clip, later)
    later.write_bytes(clip.read_bytes() + b"\0" * 16)  # another recording, by its digest
    later.with_name("later.mp4.toml").write_text(NOTE.replace("05:00:00Z", "05:10:00Z"))
    return folder


@pytest.fixture(scope="module")
def whole(place) -> dict[str, bytes]:
    """The station of a scan that nobody disturbed."""
    subprocess.run(
        words_of(place, place / "whole", workers=1), check=True, capture_output=True, env=surroundings()
    )
    return contents(place / "whole")


def words_of(place, station, *, workers, until=("", 0)):
    """A scan that waits for a line, or a signal, when it has told a step for so many times."""
    given = (place / "site", place / "walk.mp4", station, workers, *until)
    return [sys.executable, "-c", SCAN, *map(str, given)]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def stopped(place, station, *, workers, by, until):
    """Run until a step was told so many times, and send the signal; what was said, and who worked."""
    words = words_of(place, station, workers=workers, until=until)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        words, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=surroundings()
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        at_work: set[int] = set()
        passed = 0
        for line in running.stdout:
            at_work |= {int(one) for one in line.rpartition("|")[2].split() if "|" in line}
            passed += line.startswith(f"{until[0]} of ")
            if passed == until[1]:
                running.send_signal(by)
                break
        left = [os.pidfd_open(worker) for worker in at_work if Path(f"/proc/{worker}").exists()]
        try:
            for one in left:
                assert select.select([one], [], [], 60.0)[0], "a worker lives on without its scan"
        finally:
            for one in left:
                os.close(one)
        errors = running.stderr.read()
    return running.returncode, errors, len(at_work)


SECOND_UNIT_BEGUN = ("learning the background 1", 2)
A_UNIT_IS_DONE = ("watching units 1", 1)


@pytest.mark.parametrize(
    ("workers", "until"), [(1, SECOND_UNIT_BEGUN), (2, A_UNIT_IS_DONE)], ids=["alone", "two workers"]
)
def test_a_killed_scan_is_taken_up_and_ends_in_the_same_bytes(place, whole, tmp_path, workers, until):
    station = tmp_path / "station"
    code, _, _ = stopped(place, station, workers=workers, by=signal.SIGKILL, until=until)
    assert code == -signal.SIGKILL
    kept = list(station.glob("units/*/[0-9]*.npz"))
    assert kept
    assert not list(station.glob("runs/*"))
    again = subprocess.run(
        words_of(place, station, workers=1), check=True, capture_output=True, text=True, env=surroundings()
    )
    assert "of 4 units left by an interrupted scan" in again.stdout
    assert contents(station) == whole


def test_an_interrupted_scan_of_two_workers_ends_at_once_and_quietly(place, tmp_path):
    station = tmp_path / "station"
    code, errors, workers = stopped(place, station, workers=2, by=signal.SIGINT, until=A_UNIT_IS_DONE)
    assert code != 0
    assert workers == 2
    assert "Process SpawnProcess" not in errors
    # The scan's own interruption, which may meet it while it already ends; nothing of the workers.
    assert 1 <= errors.count("Traceback") <= errors.count("KeyboardInterrupt")
    assert not list(station.glob("runs/*"))
    assert list(station.glob("units/*/[0-9]*.npz"))


def test_two_recordings_by_two_workers_of_the_command(place, tmp_path):
    words = ("scan", place / "site", place / "walk.mp4", place / "later.mp4", "--station")
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    for station, more in ((alone, ()), (shared, ("--workers", 2))):
        done = truceline(*words, station, *more)
        assert done.returncode == 0, done.stderr
    assert contents(alone) == contents(shared)
    assert len(list(alone.glob("runs/*"))) == 2
    refused = truceline(*words, tmp_path / "none", "--workers", 0)
    assert refused.returncode == 2
    assert "--workers" in refused.stderr
