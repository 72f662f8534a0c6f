"""Progress on the terminal: a bar for whatever takes longer than two seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from truceline.cli.interruption import INTERRUPTION
from truceline.pipeline.progress import Progress

QUIET_S = 1.5
"""Work that ends sooner shows nothing; the promise is that two seconds never pass in silence."""
LINE_EVERY_S = 5.0


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A progress that draws bars on a terminal's standard error, or prints a line now and then elsewhere.

    At each step it ends a command that Ctrl-C was meant for and did not reach.
    """
    shown = _Bars() if sys.stderr.isatty() else _Lines()

    def tell(stage: str, done: int, *, total: int | None) -> None:
        INTERRUPTION.stop_if_came()
        shown.tell(stage, done, total=total)

    try:
        yield tell
    finally:
        shown.close()


class _Bars:
    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        self._bars = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
        self._tasks: dict[str, int] = {}
        self._started = time.monotonic()
        self._live = False

    def tell(self, stage: str, done: int, *, total: int | None) -> None:
        if not self._live and time.monotonic() - self._started > QUIET_S:
            self._bars.start()
            self._live = True
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

    def close(self) -> None:
        if self._live:
            self._bars.stop()


class _Lines:
    def __init__(self) -> None:
        self._started = time.monotonic()
        self._last = self._started - LINE_EVERY_S
        self._stage = ""

    def tell(self, stage: str, done: int, *, total: int | None) -> None:
        now = time.monotonic()
        since = now - self._last
        if now - self._started < QUIET_S or since < (LINE_EVERY_S if stage == self._stage else QUIET_S):
            return
        self._last, self._stage = now, stage
        print(f"{stage}: {done}" + (f" of {total}" if total else ""), file=sys.stderr)

    def close(self) -> None:
        pass
