"""What kind of thing a track is: its measured features, and a probability for each kind."""

from dataclasses import dataclass
from typing import Literal

from truceline.errors import InputError

Kind = Literal["person", "vehicle", "animal", "unknown"]

KINDS: tuple[Kind, ...] = ("person", "vehicle", "animal", "unknown")
"""Fixed order, which also breaks ties."""

CLAIM = 0.5
"""Below this probability a kind is not claimed, and the word is ``unknown``."""

_SUM_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class TrackFeatures:
    """What was measured of one track; None where it was not or cannot be (nothing is metric without a site).

    Attributes:
        aspect: Median height of its box over its width.
        aspect_spread: Standard deviation (robust) of the logarithm of that: legs and turning change it.
        rows: Observed rows that the medians rest on; rows cut by the picture's edge are left out.
        gait: Peak (-1 to 1) of the autocorrelation of its lower third's width between 0.3 and 0.8 s; a
            pace repeats, wheels do not. ``gait_rows`` observed rows that it rests on.
        height_m: Median height above the ground.
        width_m: Median extent across the line of sight.
        speed_mps: Upper quartile of its speed on the ground.
        forms: Shares of its rows in which it was fitted as a person, was too low for one, or was fitted as a
            vehicle (``records.outlines.FORMS``); they sum to 1.
    """

    aspect: float | None = None
    aspect_spread: float | None = None
    rows: int = 0
    gait: float | None = None
    gait_rows: int = 0
    height_m: float | None = None
    width_m: float | None = None
    speed_mps: float | None = None
    forms: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class ClassPosterior:
    """A probability for each kind; they sum to 1. ``unknown`` is anything else, and too little to say."""

    person: float
    vehicle: float
    animal: float
    unknown: float

    def __post_init__(self) -> None:
        """Check that they are probabilities.

        Raises:
            InputError: They are not.
        """
        values = self.values
        if not all(0 <= value <= 1 for value in values) or abs(sum(values) - 1) > _SUM_TOLERANCE:
            raise InputError(f"{values} are no probabilities that sum to 1")

    @property
    def values(self) -> tuple[float, float, float, float]:
        """In the order of ``KINDS``."""
        return self.person, self.vehicle, self.animal, self.unknown

    @property
    def kind(self) -> Kind:
        """The kind that has at least an even chance, else ``unknown``."""
        best = max(range(len(KINDS)), key=lambda index: self.values[index])
        return KINDS[best] if self.values[best] >= CLAIM else "unknown"

    @property
    def probability(self) -> float:
        """Of ``kind``."""
        return self.values[KINDS.index(self.kind)]


UNDECIDED = ClassPosterior(0.0, 0.0, 0.0, 1.0)
"""Nothing was measured that tells kinds apart."""
