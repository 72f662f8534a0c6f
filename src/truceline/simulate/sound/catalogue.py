"""The catalogue: every sound that a happening can name, how loud it is, and where that is taken from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.simulate.sound.sources import bangs, blows, calls

Array = NDArray[np.float64]

REFERENCE_PA = 20e-6


@dataclass(frozen=True, slots=True)
class Sound:
    """One kind of sound.

    Attributes:
        peak_db: Largest sound pressure at 1 m ahead, decibels above 20 micropascals; of what is a shock wave
            near its source, the level further away carried back to 1 m by 1/r.
        behind_db: By how much less is heard behind; nothing for what has no direction.
        height_m: Where it is made above the ground, if a scenario names a place on the ground.
        make: The waveform at 1 m with a largest value of about 1, from a random stream and a length in s.
        impulses: Whether it begins with a bang that can be taken for a shot.
        origin: Where level and shape are taken from.
    """

    peak_db: float
    behind_db: float
    height_m: float
    make: Callable[[Generator, float], Array]
    impulses: bool
    origin: str


SHOT: Final = "shot"

CATALOGUE: Final[dict[str, Sound]] = {
    SHOT: Sound(
        164.0, 16.0, 1.45, bangs.shot, True,
        "Routh and Maher 2016: some 155 dB at 3 m ahead, 10 to 20 less behind, 3 to 5 ms",
    ),
    "firework": Sound(157.0, 0.0, 70.0, bangs.firework, True, "estimate: 120 dB at 70 m; crackle 20 dB less"),
    "firework-lift": Sound(128.0, 0.0, 8.0, bangs.firework_lift, False, "estimate"),
    "firecracker": Sound(146.0, 0.0, 0.1, bangs.firecracker, True, "EN 15947: at most 120 dB(A, I) at 8 m"),
    "firecrackers": Sound(144.0, 0.0, 0.1, bangs.firecrackers, True, "as one firecracker, a string of them"),
    "bird-scarer": Sound(152.0, 6.0, 0.8, bangs.bird_scarer, True, "estimate: 115 to 125 dB at 30 m"),
    "loudspeaker-bangs": Sound(
        124.0, 14.0, 4.0, bangs.loudspeaker_bangs, True, "estimate: recorded shots played through a horn"
    ),
    "backfire": Sound(132.0, 6.0, 0.4, bangs.backfire, True, "estimate: 110 to 120 dB at some metres"),
    "bag-pop": Sound(133.0, 3.0, 1.3, bangs.bag_pop, True, "estimate; a confuser in Sensors 21:7320 (2021)"),
    "clap": Sound(112.0, 3.0, 1.3, bangs.clap, True, "estimate: 85 dB(A), peaks above"),
    "thunder": Sound(178.0, 0.0, 300.0, bangs.thunder, False, "estimate: 115 dB peak at 1 km"),
    "door": Sound(106.0, 3.0, 1.0, blows.door, True, "estimate: 90 dB peak at 6 m"),
    "hammer": Sound(118.0, 0.0, 1.0, blows.hammer, True, "estimate: 100 dB(A) peaks at 7 m"),
    "halyard": Sound(98.0, 0.0, 5.0, blows.halyard, True, "estimate: a line against a hollow mast"),
    "clatter": Sound(108.0, 0.0, 0.2, blows.clatter, True, "estimate"),
    "voice": Sound(78.0, 6.0, 1.6, calls.voice, False, "ISO 9921: normal effort 60 dB(A), peaks 15 dB above"),
    "voices": Sound(86.0, 0.0, 1.6, calls.voices, False, "five voices raised"),
    "shout": Sound(102.0, 8.0, 1.6, calls.shout, False, "ISO 9921: shouting 85 to 90 dB(A) at 1 m"),
    "loudspeaker": Sound(122.0, 14.0, 4.0, calls.loudspeaker, False, "estimate: 110 to 120 dB at 1 m"),
    "dog": Sound(108.0, 4.0, 0.5, calls.dog, False, "estimate: barks of 95 to 105 dB at 1 m"),
    "bird": Sound(88.0, 0.0, 4.0, calls.bird, False, "estimate: song birds 70 to 90 dB at 1 m"),
    "horn": Sound(124.0, 8.0, 0.8, calls.horn, False, "UN Regulation 28: 93 to 112 dB(A) at 7 m"),
    "whistle": Sound(118.0, 3.0, 1.6, calls.whistle, False, "estimate: 104 to 116 dB(A) at the ear"),
}  # fmt: skip
"""Levels are rounded; ``estimate`` says that no published figure stands behind one."""


def sound_named(name: str, *, where: str = "") -> Sound:
    """The sound of that name.

    Raises:
        InputError: There is none.
    """
    found = CATALOGUE.get(name)
    if found is None:
        raise InputError(
            f"no sound is called “{name}”", where=where, do=f"Use one of {', '.join(sorted(CATALOGUE))}."
        )
    return found


def pascals(decibels: float) -> float:
    """Pressure of a level above 20 micropascals."""
    return float(REFERENCE_PA * 10.0 ** (decibels / 20.0))
