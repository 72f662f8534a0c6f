"""A crew of one and a crew of two do the same work, in an order that may be asked for, and tell of it."""

from functools import partial
from pathlib import Path

import pytest

from truceline.errors import InputError
from truceline.pipeline.progress import silent
from truceline.pipeline.simulation.footage.crew import Job, crew_of


def write(number: int, *, folder: Path, tell) -> list[str]:
    for step in range(3):
        with (folder / str(number)).open("a") as stream:
            stream.write(f"{number * step}\n")
        tell()
    return [f"{number} is written"]


def stand_on(other: Path, *, mine: Path, tell) -> None:
    mine.write_text(other.read_text() + "and more")
    tell()


def refuse(*, tell) -> None:
    raise InputError("this cannot be", where="here", do="Stop.")


def unheard(job, given) -> None:
    """Takes what a job gave."""


@pytest.mark.parametrize("workers", [1, 2])
def test_all_jobs_are_done_and_told(tmp_path, workers):
    told, given = [], []
    with crew_of(workers) as crew:
        for first in (0, 2):
            crew.begin([Job(str(one), partial(write, one, folder=tmp_path), 3) for one in (first, first + 1)])
        crew.finish(
            "working",
            progress=lambda stage, done, *, total: told.append((stage, done, total)),
            done=lambda job, lines: given.append((job.name, *lines)),
        )
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        str(number): f"0\n{number}\n{2 * number}\n" for number in range(4)
    }
    assert told[-1] == ("working", 12, 12)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert sorted(given) == [(str(number), f"{number} is written") for number in range(4)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_begins_when_what_it_stands_on_is_done(tmp_path, workers):
    """Given first, and of the lowest rank, it still waits: without that its file would not be there."""
    later = Job("later", partial(stand_on, tmp_path / "7", mine=tmp_path / "mine"), 1, ("7",), -1)
    with crew_of(workers) as crew:
        crew.begin([later, Job("7", partial(write, 7, folder=tmp_path), 3)])
        crew.finish("working", progress=silent, done=unheard)
    assert (tmp_path / "mine").read_text() == "0\n7\n14\nand more"


def test_of_those_that_could_begin_the_lowest_rank_does(tmp_path):
    order = []
    with crew_of(1) as crew:
        crew.begin([Job(str(rank), partial(write, rank, folder=tmp_path), 3, rank=rank) for rank in (2, 0)])
        crew.begin([Job("1", partial(write, 1, folder=tmp_path), 3, rank=1)])
        crew.finish("working", progress=silent, done=lambda job, _: order.append(job.name))
    assert order == ["0", "1", "2"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_that_stands_on_nothing_that_is_there_is_no_silence(tmp_path, workers):
    with crew_of(workers) as crew:
        crew.begin([Job("lost", partial(write, 1, folder=tmp_path), 3, ("nobody",))])
        with pytest.raises(ValueError, match="lost stands on"):
            crew.finish("working", progress=silent, done=unheard)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_job_refuses_reaches_who_waits(workers):
    with crew_of(workers) as crew:
        crew.begin([Job("one", refuse, 1)])
        with pytest.raises(InputError, match="cannot be") as caught:
            crew.finish("working", progress=silent, done=unheard)
    assert (caught.value.where, caught.value.do) == ("here", "Stop.")
