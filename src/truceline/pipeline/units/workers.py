"""Several processes watch units at once. They keep them where one process would: the result is the same."""

from collections.abc import Sequence
from concurrent.futures import Future, as_completed
from concurrent.futures.process import BrokenProcessPool

from truceline.errors import ServiceError
from truceline.pipeline.processes import processes
from truceline.pipeline.progress import Progress, silent
from truceline.pipeline.units.work import UnitWork


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
    with processes(min(workers, len(missing))) as pool:
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
