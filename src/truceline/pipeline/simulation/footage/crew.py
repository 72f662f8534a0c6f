"""A crew: jobs done by one process or by several, told frame by frame; the results are the same.

Jobs stand on each other, and some are wanted sooner than others: a job begins when a process is free, all
that it stands on is done, and nothing that is wanted sooner could begin instead.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from truceline.errors import ServiceError
from truceline.pipeline.processes import processes
from truceline.pipeline.progress import Progress

_POLL_S = 0.5

Tell = Callable[[], None]
"""Called once for every step that is done."""

Given = Sequence[str]
"""What a job gives back: lines for a person, or none."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work.

    Attributes:
        name: By which others stand on it.
        work: Can be pickled; called with ``tell``, gives lines for a person or None.
        steps: Of how many steps it tells.
        after: Names of the jobs that must be done before it begins.
        rank: Of those that could begin, one of the lowest rank does; within a rank the one given first.
    """

    name: str
    work: Callable[..., Given | None]
    steps: int
    after: tuple[str, ...] = ()
    rank: int = 0


Done = Callable[[Job, Given], None]
"""Told of each job as it is done, with what it gave."""


class Crew(Protocol):
    """Those who do jobs."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """Take on jobs, and begin with as many as there are free processes."""

    def finish(self, stage: str, *, progress: Progress, done: Done) -> None:
        """Wait until all jobs are done, and raise what one of them raised."""


@contextmanager
def crew_of(workers: int) -> Iterator[Crew]:
    """A crew of so many processes; one is this process itself, which works while it is waited for."""
    if workers == 1:
        yield _Alone()
        return
    counter = multiprocessing.get_context("spawn").Value("q", 0)
    with processes(workers, prepare=_remember, arguments=(counter,)) as pool:
        yield _Pool(pool, counter, workers=workers)


class _Waiting:
    """Jobs that have not begun, and the names of those that are done."""

    def __init__(self) -> None:
        self.steps = 0
        self._jobs: list[Job] = []
        self._done: set[str] = set()

    def take_on(self, jobs: Sequence[Job]) -> None:
        self._jobs = sorted([*self._jobs, *jobs], key=lambda job: job.rank)
        self.steps += sum(job.steps for job in jobs)

    def next(self) -> Job | None:
        """The one to begin now, taken out; None where each stands on something that is not done."""
        for place, job in enumerate(self._jobs):
            if self._done.issuperset(job.after):
                return self._jobs.pop(place)
        return None

    def is_done(self, job: Job) -> None:
        self._done.add(job.name)

    def check_none_is_left(self) -> None:
        if self._jobs:
            raise ValueError(f"nothing begins that {self._jobs[0].name} stands on: {self._jobs[0].after}")


class _Alone:
    """Does each job when it is waited for."""

    def __init__(self) -> None:
        self._waiting = _Waiting()

    def begin(self, jobs: Sequence[Job]) -> None:
        self._waiting.take_on(jobs)

    def finish(self, stage: str, *, progress: Progress, done: Done) -> None:
        steps = 0

        def tell() -> None:
            nonlocal steps
            steps += 1
            progress(stage, steps, total=self._waiting.steps)

        progress(stage, 0, total=self._waiting.steps)
        while (job := self._waiting.next()) is not None:
            given = job.work(tell=tell)
            self._waiting.is_done(job)
            done(job, given or ())
        self._waiting.check_none_is_left()


class _Pool:
    """Hands out no more jobs than there are processes: what is wanted soon need not wait in a queue."""

    def __init__(self, pool: ProcessPoolExecutor, counter: Any, *, workers: int) -> None:
        self._pool, self._counter, self._workers = pool, counter, workers
        self._waiting = _Waiting()
        self._running: dict[Future[Given], Job] = {}

    def begin(self, jobs: Sequence[Job]) -> None:
        self._waiting.take_on(jobs)
        self._hand_out()

    def finish(self, stage: str, *, progress: Progress, done: Done) -> None:
        while self._running:
            finished, _ = wait(self._running, timeout=_POLL_S, return_when=FIRST_COMPLETED)
            results = [(self._running.pop(future), _result(future)) for future in finished]
            for job, _ in results:
                self._waiting.is_done(job)
            self._hand_out()
            for job, given in results:
                done(job, given)
            progress(stage, self._counter.value, total=self._waiting.steps)
        self._waiting.check_none_is_left()

    def _hand_out(self) -> None:
        while len(self._running) < self._workers and (job := self._waiting.next()) is not None:
            self._running[self._pool.submit(_do, job)] = job


def _result(future: Future[Given]) -> Given:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise ServiceError(
            "a process that filmed was killed",
            where="--workers",
            do="Simulate again. Where memory is short, take fewer workers.",
        ) from error


_counted: list[Any] = []


def _remember(counter: Any) -> None:
    _counted[:] = [counter]


def _do(job: Job) -> Given:
    return job.work(tell=_tell) or ()


def _tell() -> None:
    counter = _counted[0]
    with counter.get_lock():
        counter.value += 1
