"""A crew of one and a crew of two do the same work and tell of it."""

from functools import partial
from pathlib import Path

import pytest

from truceline.errors import InputError
from truceline.pipeline.simulation.footage.crew import Job, crew_of


def write(number: int, *, folder: Path, tell) -> None:
    for step in range(3):
        with (folder / str(number)).open("a") as stream:
            stream.write(f"{number * step}\n")
        tell()


def refuse(*, tell) -> None:
    raise InputError("this cannot be", where="here", do="Stop.")


@pytest.mark.parametrize("workers", [1, 2])
def test_all_jobs_are_done_and_told(tmp_path, workers):
    told = []
    with crew_of(workers) as crew:
        batch = crew.start([Job(partial(write, number, folder=tmp_path), 3) for number in range(4)])
        batch.finish("working", progress=lambda stage, done, *, total: told.append((stage, done, total)))
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        str(number): f"0\n{number}\n{2 * number}\n" for number in range(4)
    }
    assert told[-1] == ("working", 12, 12)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_job_refuses_reaches_who_waits(workers):
    with crew_of(workers) as crew, pytest.raises(InputError, match="cannot be") as caught:
        crew.start([Job(refuse, 1)]).finish("working", progress=lambda *_a, **_k: None)
    assert (caught.value.where, caught.value.do) == ("here", "Stop.")
