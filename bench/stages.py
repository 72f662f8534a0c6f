"""Where a scan's processor time goes: ``python -m bench.stages SITE FOOTAGE [options of truceline scan]``.

Runs ``truceline scan`` in this process, into a station that is thrown away, and prints the processor seconds
of each stage. Without arguments it scans PETS 2009 S2.L1 at 480×360, as the suite ``core`` does. Time of a
stage that another one calls counts for the inner one: what is decoded for an evidence picture is decoding.
What is imported to measure counts for the start. Run it under ``taskset -c 0`` for one core, and more than
once: other work on the machine adds half as much and more.
"""

import importlib
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from bench.reach.core_pets import NO_FOOTAGE, home, scan_words
from truceline.cli import app

STAGES = (
    ("open", "truceline.pipeline.scan", "open_footage"),
    ("decode", "truceline.video.source", "FootageReader.frames"),
    ("background", "truceline.pipeline.analysis.files", "learn_backgrounds"),
    ("detect", "truceline.detect.people", "PeopleDetector.detect"),
    ("flashes", "truceline.detect.flashes.finder", "FlashFinder.look"),
    ("ground", "truceline.pipeline.analysis.files", "on_the_ground"),
    ("track", "truceline.pipeline.analysis.files", "_chains"),
    ("smooth", "truceline.pipeline.units.work", "smoothed_analysis"),
    ("crossings", "truceline.pipeline.scan", "measure_crossings"),
    ("evidence", "truceline.pipeline.scan", "evidence_files"),
    ("store", "truceline.store.station", "Station.write_run"),
    ("chronicle", "truceline.pipeline.scan", "update_chronicle"),
    ("page", "truceline.pipeline.scan", "write_station_page"),
)
"""What each stage is called, and the function that it is."""


class Clock:
    """Processor seconds of each stage, without those of the stages inside it; one stack for each thread."""

    def __init__(self) -> None:
        self.spent_s: defaultdict[str, float] = defaultdict(float)
        self._within = threading.local()

    def call(self, stage: str, function: Callable[[], Any]) -> Any:
        """What the function gives."""
        outer_s = getattr(self._within, "inner_s", 0.0)
        self._within.inner_s = 0.0
        started_s = time.thread_time()
        try:
            return function()
        finally:
            took_s = time.thread_time() - started_s
            self.spent_s[stage] += took_s - self._within.inner_s
            self._within.inner_s = outer_s + took_s

    def steps(self, stage: str, items: Iterator[Any]) -> Iterator[Any]:
        """The same items; what making each takes is counted."""
        end = object()
        try:
            while (item := self.call(stage, lambda: next(items, end))) is not end:
                yield item
        finally:
            items.close()  # type: ignore[attr-defined] # every one of them is a generator

    def watch(self, stage: str, *, module: str, path: str) -> None:
        """Put a counted function in the place of one of a module's."""
        *owners, name = path.split(".")
        owner = importlib.import_module(module)
        for one in owners:
            owner = getattr(owner, one)
        plain = getattr(owner, name)

        @wraps(plain)
        def counted(*arguments: Any, **named: Any) -> Any:
            if stage == "decode":
                return self.steps(stage, plain(*arguments, **named))
            return self.call(stage, lambda: plain(*arguments, **named))

        setattr(owner, name, counted)


def main(arguments: list[str]) -> int:
    """Scan and print the table."""
    folder = home()
    if not arguments and folder is None:
        print(NO_FOOTAGE, file=sys.stderr)
        return 2
    clock = Clock()
    for stage, module, path in STAGES:
        clock.watch(stage, module=module, path=path)
    imported_s = time.process_time()
    with tempfile.TemporaryDirectory() as scratch:
        given = arguments or scan_words(folder or Path(), Path(scratch))
        before_s = time.process_time()
        app(["scan", *given, "--station", str(Path(scratch) / "station")], standalone_mode=False)
        whole_s = time.process_time() - before_s
    stages = [stage for stage, _, _ in STAGES]
    rows = [("start", imported_s), *((stage, clock.spent_s[stage]) for stage in stages)]
    rows.append(("rest", whole_s - sum(clock.spent_s[stage] for stage in stages)))
    print("\nprocessor time")
    for name, seconds in (*rows, ("in all", whole_s + imported_s)):
        print(f"{name:12}{seconds:6.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
