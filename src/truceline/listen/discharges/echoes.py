"""Echoes: which impulses may be another one come again by a longer way.

An echo has the shape of what it repeats, is later, weaker, and in a series comes always as much later. A
weaker impulse of the same shape may also be a second discharge: so an echo leaves the best count and stays
in the high one.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.listen.impulses.bands import SMALLEST
from truceline.listen.impulses.features import SHAPE_LEAD
from truceline.records.sounds import Impulse

Array = NDArray[np.float64]

NEAREST_S, FARTHEST_S = 0.02, 1.2
"""A way longer by 7 m at least, or it is one impulse, and by 400 m at most, or nothing is heard of it."""
WEAKER_DB: Final = 4.0
"""Discharges of one place differ by less from one to the next; what comes back is weaker by more."""
ALIKE: Final = 0.45
"""Normalised correlation: pieces of noise of this length and band stay below 0.35."""
SAME_DELAY_S: Final = 0.005
SAME_TIMES: Final = 2
"""So many other impulses followed at the same delay make an echo of what differs in shape."""


def with_echoes(impulses: Sequence[Impulse], shapes: Array) -> tuple[Impulse, ...]:
    """The impulses, those that may be echoes marked with what they may repeat.

    Args:
        impulses: In order of time.
        shapes: (n, samples) the beginning of each, as ``described`` keeps it.
    """
    delays = np.array(
        [
            later.at_s - earlier.at_s
            for place, later in enumerate(impulses)
            for earlier in impulses[:place]
            if _may_follow(earlier, later)
        ]
    )
    marked: list[Impulse] = []
    for place, later in enumerate(impulses):
        source = None
        for first, earlier in enumerate(marked):
            if earlier.echo_of_s is not None or not _may_follow(earlier, later):
                continue
            again = int(np.count_nonzero(np.abs(delays - (later.at_s - earlier.at_s)) <= SAME_DELAY_S)) - 1
            if again >= SAME_TIMES or likeness(shapes[first], shapes[place]) >= ALIKE:
                source = earlier.at_s
        marked.append(replace(later, echo_of_s=source))
    return tuple(marked)


def _may_follow(earlier: Impulse, later: Impulse) -> bool:
    late = NEAREST_S <= later.at_s - earlier.at_s <= FARTHEST_S
    return late and earlier.level_db - later.level_db >= WEAKER_DB


def likeness(first: Array, second: Array) -> float:
    """Largest normalised correlation of two shapes over a few milliseconds of shift, 0 to 1; either sign."""
    pattern = first[SHAPE_LEAD:-SHAPE_LEAD]
    products = np.correlate(second, pattern, "valid")
    squares = np.convolve(second**2, np.ones(len(pattern)), "valid")
    norms = np.sqrt(np.maximum(squares, SMALLEST) * max(float(pattern @ pattern), SMALLEST))
    return float(np.max(np.abs(products) / norms))
