"""Reading ahead: the next frames are decoded by another thread while this one works on the present frame."""

import queue
import threading
from collections.abc import Generator, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

DEPTH = 8
"""Frames decoded ahead; more would only hold memory."""

_POLL_S = 0.1


class _End:
    """Marks the end, with what ended it."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Ahead(Generic[T]):
    """The thread that reads, and the queue it fills."""

    def __init__(self, items: Iterable[T], depth: int) -> None:
        self.items = items
        self.queue: queue.Queue[T | _End] = queue.Queue(maxsize=depth)
        self.unwanted = threading.Event()
        self.thread = threading.Thread(target=self._read, name="reading ahead", daemon=True)

    def _read(self) -> None:
        error: BaseException | None = None
        try:
            for item in self.items:
                if not self._put(item):
                    break
        except BaseException as raised:  # noqa: BLE001 - handed over whole and raised where the frames are used
            error = raised
        finally:
            close = getattr(self.items, "close", None)
            if close is not None:
                close()
            self._put(_End(error))

    def _put(self, item: T | _End) -> bool:
        while not self.unwanted.is_set():
            try:
                self.queue.put(item, timeout=_POLL_S)
            except queue.Full:
                continue
            return True
        return False


def read_ahead(items: Iterable[T], *, depth: int = DEPTH) -> Generator[T, None, None]:
    """The same items in the same order, made by another thread up to ``depth`` ahead.

    What the source raises is raised here, after the items before it. Leaving early stops the thread and
    closes the source.
    """
    ahead = _Ahead(items, depth)
    ahead.thread.start()
    try:
        while True:
            item = ahead.queue.get()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        ahead.unwanted.set()
        ahead.thread.join()
