"""Crossings counted: those that are more probable than not, and how many there are besides."""

from collections.abc import Iterable

from truceline.present.quantities import plural
from truceline.records.events import Crossing

LIKELY = 0.5
"""From this probability on a crossing is counted; below it, it is an alternative to what is counted, listed
and drawn but in no figure: two readings of one passing would else count twice."""


def is_likely(crossing: Crossing) -> bool:
    """Whether it is counted: it is at least as probable as not."""
    return crossing.probability >= LIKELY


def counts_of(crossings: Iterable[Crossing]) -> tuple[int, int]:
    """How many crossings are counted, and how many are less probable."""
    likely = [is_likely(one) for one in crossings]
    return sum(likely), len(likely) - sum(likely)


def counted_words(crossings: Iterable[Crossing], *, of_what: str = "") -> str:
    """The count in words: ``2 crossings of line demarcation and 1 less probable``."""
    likely, less = counts_of(crossings)
    return f"{plural(likely, 'crossing')}{of_what}" + (f" and {less} less probable" if less else "")
