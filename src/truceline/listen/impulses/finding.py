"""Finding: the impulses of a piece of sound, each with its probability."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.listen.impulses.bands import banded
from truceline.listen.impulses.features import NAMES, described
from truceline.listen.impulses.model import Model, fitted
from truceline.listen.impulses.onsets import CONTEXT_S, onsets_of
from truceline.records.sounds import Impulse

Array = NDArray[np.float64]

MARGIN_S: Final = CONTEXT_S
"""What lies nearer than this to an end of a piece is judged as if the sound ended there."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Impulses in order of time, and the beginnings (n, samples) of their waves."""

    impulses: tuple[Impulse, ...]
    shapes: Array


def found_in(samples: Array, rate_hz: int, *, start_s: float = 0.0, model: Model | None = None) -> Found:
    """All impulses of samples (n,) of full scale 1.

    Args:
        samples: The piece.
        rate_hz: Its rate.
        start_s: Media time of its first sample.
        model: Another model than the one that is fitted.
    """
    sound = banded(samples, rate_hz)
    onsets = described(sound, onsets_of(sound))
    chances = (model or fitted()).probability(onsets.features)
    above_db = onsets.features[:, NAMES.index("above_db")]
    order = np.argsort(onsets.start_s, kind="stable")
    impulses = tuple(
        Impulse(
            start_s + float(onsets.start_s[row]),
            float(chances[row]),
            float(onsets.level_db[row]),
            float(above_db[row]),
        )
        for row in order
    )
    return Found(impulses, onsets.shapes[order])
