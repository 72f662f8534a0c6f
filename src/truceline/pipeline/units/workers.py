"""Several processes watch units at once. They keep them where one process would: the result is the same."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from truceline.errors import ServiceError
from truceline.pipeline.progress import Progress, silent
from truceline.pipeline.units.work import UnitWork

_ORPHANED = 1


def watch_together(works: Sequence[UnitWork], *, workers: int, progress: Progress) -> None:
    """Watch the missing units of all works in up to so many processes; one leaves them to whoever asks.

    Raises:
        InputError: A footage cannot be used.
        ServiceError: The disk refuses, or a process died.
    """
    missing = [(work, number) for work in works for number in work.missing]
    if min(workers, len(missing)) <= 1:
        return
    progress("watching units", 0, total=len(missing))
    with _pool(min(workers, len(missing))) as pool:
        futures = [pool.submit(_watch, work, number) for work, number in missing]
        for done, future in enumerate(as_completed(futures), start=1):
            _raise_its_error(future)
            progress("watching units", done, total=len(missing))


def _watch(work: UnitWork, number: int) -> None:
    work.watch(number, progress=silent)


def _raise_its_error(future: Future[None]) -> None:
    try:
        future.result()
    except BrokenProcessPool as error:
        raise ServiceError(
            "a process that watched a unit was killed; finished units are kept",
            where="--workers",
            do="Scan again. Where memory is short, take fewer workers.",
        ) from error


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with this one, however it ends."""
    # Started afresh, not forked: decoders and compiled code keep threads, and a fork copies their locks.
    context = multiprocessing.get_context("spawn")
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """In a new process: leave Ctrl-C to the one that started it, and end with that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, name="watching the parent", daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(_ORPHANED)
