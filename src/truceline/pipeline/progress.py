"""How a journey tells how far it is, without knowing who listens."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Told at every step; ``total`` is None when nobody knows it."""

    def __call__(self, stage: str, done: int, *, total: int | None) -> None:
        """``done`` of ``total`` steps of a stage are behind us."""
        ...


def silent(stage: str, done: int, *, total: int | None) -> None:
    """Tells nobody."""


def told(items: Iterable[T], stage: str, *, total: int | None, progress: Progress) -> Iterator[T]:
    """The same items, each told to ``progress``."""
    for done, item in enumerate(items, start=1):
        progress(stage, done, total=total)
        yield item


Notice = Callable[[str], None]
"""Takes one finished line for a person: a path, an event."""


def unheard(words: str) -> None:
    """A notice that goes to nobody."""
