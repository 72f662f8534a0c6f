"""The suite ``simulator``: footage with exact truth that does not flatter the analysis."""

import hashlib
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.reach.footage import REPOSITORY
from bench.reach.pets_clone import pets_clone
from bench.reach.row import Measurement, Row
from bench.reach.simulator_speed import rendering

MODEL_INCIDENT = "panmunjom-2017"
REPEATED = "brief-incursion"
MOST_S, STRETCH_S = 180.0, 90.0
WORKERS = 2
SEED = 1000


def panmunjom_time() -> Sequence[Row]:
    """The model incident complete, by the real command, kernels compiled before: wall time on two cores."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "incident"
        started = time.monotonic()
        _simulate(MODEL_INCIDENT, out, workers=WORKERS)
        spent_s = time.monotonic() - started
        frames = sum(_lines(path) for path in (out / "truth" / "frames").iterdir())
        megabytes = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6
    figure = f"{MODEL_INCIDENT} complete on two cores"
    value = f"{spent_s:.0f} s ({frames} frames, {megabytes:.0f} MB)"
    return (Row(figure, value, f"{MOST_S / 60:.0f} min", f"{STRETCH_S:.0f} s", spent_s <= MOST_S),)


def repeated() -> Sequence[Row]:
    """The same scenario and seed twice, by one process and by two: every file, byte for byte."""
    with tempfile.TemporaryDirectory() as scratch:
        made = [Path(scratch) / name / "out" for name in ("first", "second")]
        for number, out in enumerate(made, start=1):
            out.parent.mkdir()
            _simulate(REPEATED, out, workers=number)
        first, second = (_digests(out) for out in made)
    differing = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
    value = f"{len(differing)} of {len(first)} files differ" + (f": {differing[0]}" if differing else "")
    figure = f"{REPEATED} twice, one process and two"
    return (Row(figure, value, "identical files", "", not differing),)


def _simulate(scenario: str, out: Path, *, workers: int) -> None:
    command = [str(REPOSITORY / ".venv" / "bin" / "truceline"), "simulate", scenario]
    command += ["--out", str(out), "--seed", str(SEED), "--workers", str(workers)]
    subprocess.run(command, check=True, capture_output=True)


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in stream)


MEASUREMENTS: tuple[Measurement, ...] = (rendering, repeated, panmunjom_time, pets_clone)
