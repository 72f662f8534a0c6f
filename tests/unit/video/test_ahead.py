"""Reading ahead changes neither what is read nor what goes wrong."""

import threading

import pytest

from truceline.errors import InputError
from truceline.video.ahead import read_ahead


def test_the_same_items_in_the_same_order():
    assert list(read_ahead(iter(range(100)), depth=3)) == list(range(100))
    assert list(read_ahead(iter([]))) == []


def test_an_error_comes_after_the_items_before_it():
    def source():
        yield 1
        yield 2
        raise InputError("the recording is damaged")

    with pytest.raises(InputError, match="damaged"):
        list(read_ahead(source()))
    frames = read_ahead(source())
    assert [next(frames), next(frames)] == [1, 2]
    with pytest.raises(InputError):
        next(frames)


def test_leaving_early_stops_the_thread_and_closes_the_source():
    closed = threading.Event()

    def endless():
        try:
            while True:
                yield 0
        finally:
            closed.set()

    frames = read_ahead(endless(), depth=2)
    assert next(frames) == 0
    frames.close()
    assert closed.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == "reading ahead"]


def test_another_thread_reads():
    readers = set()

    def source():
        for number in range(5):
            readers.add(threading.current_thread().name)
            yield number

    assert list(read_ahead(source())) == [0, 1, 2, 3, 4]
    assert readers == {"reading ahead"}
