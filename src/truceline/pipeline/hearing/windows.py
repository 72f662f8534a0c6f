"""Windows: a recording's blocks as overlapping pieces: no impulse is judged without its surroundings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.video.sound.reader import SoundBlock

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A piece of a recording.

    Attributes:
        start_s: Media time of its first sample.
        samples: (n,) full scale 1.
        from_s: What begins from here on and before ``until_s`` is this window's to tell.
    """

    start_s: float
    samples: Array
    from_s: float
    until_s: float


def windows(blocks: Iterable[SoundBlock], *, rate_hz: int, margin_s: float) -> Iterator[Window]:
    """Blocks that run on from one another as windows that overlap by two margins; holes part them.

    Windows begin whole seconds apart, so that what is found in one would be found the same in another.
    """
    margin_s = float(np.ceil(margin_s))
    start_s, held, from_s = 0.0, np.zeros(0), -np.inf
    for block in blocks:
        if not block.joined:
            if len(held):
                yield Window(start_s, held, from_s, np.inf)
            start_s, held, from_s = block.start_s, np.zeros(0), -np.inf
        held = np.concatenate([held, block.samples])
        spare = int(len(held) / rate_hz - 2.0 * margin_s)
        if spare >= margin_s:
            until_s = start_s + spare + margin_s
            yield Window(start_s, held, from_s, until_s)
            held, start_s, from_s = held[spare * rate_hz :], start_s + spare, until_s
    if len(held):
        yield Window(start_s, held, from_s, np.inf)
