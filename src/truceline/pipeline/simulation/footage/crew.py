"""A crew: jobs done by one process or by several, told frame by frame; the results are the same."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from truceline.errors import ServiceError
from truceline.pipeline.processes import processes
from truceline.pipeline.progress import Progress

_POLL_S = 0.5

Tell = Callable[[], None]
"""Called once for every frame that is done."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work that can be pickled, called with ``tell``; ``steps`` it tells of."""

    work: Callable[..., None]
    steps: int


class Batch(Protocol):
    """Jobs on their way."""

    def finish(self, stage: str, *, progress: Progress) -> None:
        """Wait until all are done, and raise what one of them raised."""


class Crew(Protocol):
    """Those who do jobs."""

    def start(self, jobs: Sequence[Job]) -> Batch:
        """Begin with the jobs; long ones are best given first."""


@contextmanager
def crew_of(workers: int) -> Iterator[Crew]:
    """A crew of so many processes; one is this process itself."""
    if workers == 1:
        yield _Alone()
        return
    counter = multiprocessing.get_context("spawn").Value("q", 0)
    with processes(workers, prepare=_remember, arguments=(counter,)) as pool:
        yield _Pool(pool, counter)


@dataclass(frozen=True, slots=True)
class _Alone:
    """Does each job when it is waited for."""

    def start(self, jobs: Sequence[Job]) -> "_Later":
        return _Later(tuple(jobs))


@dataclass(frozen=True, slots=True)
class _Later:
    jobs: tuple[Job, ...]

    def finish(self, stage: str, *, progress: Progress) -> None:
        total, done = sum(job.steps for job in self.jobs), 0

        def tell() -> None:
            nonlocal done
            done += 1
            progress(stage, done, total=total)

        progress(stage, 0, total=total)
        for job in self.jobs:
            job.work(tell=tell)


@dataclass(frozen=True, slots=True)
class _Pool:
    pool: ProcessPoolExecutor
    counter: Any

    def start(self, jobs: Sequence[Job]) -> "_Submitted":
        steps = sum(job.steps for job in jobs)
        futures = [self.pool.submit(_do, job) for job in jobs]
        return _Submitted(futures, self.counter, steps)


@dataclass(frozen=True, slots=True)
class _Submitted:
    futures: list[Future[int]]
    counter: Any
    steps: int

    def finish(self, stage: str, *, progress: Progress) -> None:
        """The counter is all jobs' together: batches are finished one after the other."""
        before = self.counter.value
        waiting = set(self.futures)
        while waiting:
            finished, waiting = wait(waiting, timeout=_POLL_S)
            for future in finished:
                _raise_its_error(future)
            progress(stage, min(self.counter.value - before, self.steps), total=self.steps)
        progress(stage, self.steps, total=self.steps)


def _raise_its_error(future: Future[int]) -> None:
    try:
        future.result()
    except BrokenProcessPool as error:
        raise ServiceError(
            "a process that filmed was killed",
            where="--workers",
            do="Simulate again. Where memory is short, take fewer workers.",
        ) from error


_counted: list[Any] = []


def _remember(counter: Any) -> None:
    _counted[:] = [counter]


def _do(job: Job) -> int:
    job.work(tell=_tell)
    return job.steps


def _tell() -> None:
    counter = _counted[0]
    with counter.get_lock():
        counter.value += 1
