"""Sounds: impulses that were heard, those consistent with a discharge, and where they may have come from.

Times within a recording (``at_s``, ``_s``) are media time: seconds from the file's first picture, or from its
first sample where it has no pictures. Nothing here names a weapon, and nothing can.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.records.digests import Sha256
from truceline.records.time import NS_PER_S, UtcNs

CRACK_RATE_HZ = 44_100
"""A shock wave of a fifth of a millisecond is told from a blast at this rate and above, uncompressed."""


@dataclass(frozen=True, slots=True)
class SoundCoding:
    """How a recording keeps sound.

    Attributes:
        codec: FFmpeg's name: ``pcm_s16le``, ``aac``, ``pcm_mulaw`` …
        rate_hz: Samples a second; nothing above half of it is kept.
        channels: How many; they are listened to as one.
        lossless: Samples are kept as the recorder took them.
    """

    codec: str
    rate_hz: int
    channels: int
    lossless: bool

    @property
    def keeps_cracks(self) -> bool:
        """Whether a shock wave can be told from a blast in it."""
        return self.lossless and self.rate_hz >= CRACK_RATE_HZ


@dataclass(frozen=True, slots=True)
class SoundGap:
    """A stretch of media time without sound: ``kind`` is a closed word, ``sentence`` says it to people."""

    start_s: float
    end_s: float
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SoundClock:
    """When media time zero was: UTC, and a 95 % bound on it, seconds."""

    start_utc_ns: UtcNs
    bound_s: float

    def utc_ns(self, at_s: float) -> UtcNs:
        """UTC of an instant of media time."""
        return UtcNs(self.start_utc_ns + round(at_s * NS_PER_S))


@dataclass(frozen=True, slots=True)
class Microphone:
    """What recorded a sound: its id, and its place in site metres (east, north, up) with σ, or no place."""

    microphone_id: str
    place_enu_m: tuple[float, float, float] | None
    place_sigma_m: float


@dataclass(frozen=True, slots=True)
class Impulse:
    """A sudden sound.

    Attributes:
        at_s: When it begins, media time.
        probability: That it is consistent with a discharge, as calibrated in docs/design/sound.md.
        level_db: Level over its first 5 ms between 100 Hz and 3.6 kHz, decibels below full scale.
        above_db: By how much it stands above the quieter fifth of the seconds about it.
        echo_of_s: When the impulse began whose echo it may be, or None.
    """

    at_s: float
    probability: float
    level_db: float
    above_db: float
    echo_of_s: float | None = None


class Rhythm(StrEnum):
    """How discharges follow one another. A rhythm is no kind of weapon."""

    SINGLE = "single"
    SERIES = "series"
    EVEN_SERIES = "even series"


@dataclass(frozen=True, slots=True)
class Count:
    """How many, as an interval: ``low`` for certain, ``best``, and ``high`` with every doubt."""

    low: int
    best: int
    high: int

    def __post_init__(self) -> None:
        """Refuse an interval that is none."""
        if not 0 <= self.low <= self.best <= self.high:
            raise InputError(f"a count of {self.low} to {self.high}, best {self.best}, cannot be")


@dataclass(frozen=True, slots=True)
class CrackBlast:
    """A shock wave and the blast behind it: the gap between them and what it says of the distance, metres."""

    crack_s: float
    blast_s: float
    nearest_m: float
    farthest_m: float


@dataclass(frozen=True, slots=True, eq=False)
class PlaceEllipse:
    """A place as a point with its covariance.

    Attributes:
        centre_en_m: (2,) site metres.
        covariance_m2: (2, 2).
        confidence: Probability that the ellipse of ``scale`` standard deviations holds the place.
        scale: Its Mahalanobis radius.
    """

    centre_en_m: NDArray[np.float64]
    covariance_m2: NDArray[np.float64]
    confidence: float
    scale: float

    def contains(self, place_en_m: NDArray[np.float64]) -> bool:
        """Whether a place (2,) lies in the region."""
        off = place_en_m - self.centre_en_m
        return bool(off @ np.linalg.solve(self.covariance_m2, off) <= self.scale**2)


@dataclass(frozen=True, slots=True, eq=False)
class PlaceSector:
    """A direction with what can be said of the distance.

    Attributes:
        apex_en_m: (2,) whence the bearings run: the middle of the microphones, site metres.
        bearing_rad: Middle bearing, clockwise from north.
        half_width_rad: To either side of it; π means that no direction is excluded.
        nearest_m: Least distance from the apex.
        farthest_m: Largest, or None where nothing limits it.
    """

    apex_en_m: NDArray[np.float64]
    bearing_rad: float
    half_width_rad: float
    nearest_m: float
    farthest_m: float | None

    def contains(self, place_en_m: NDArray[np.float64]) -> bool:
        """Whether a place (2,) lies in the region."""
        east, north = (place_en_m - self.apex_en_m).tolist()
        turn = (np.arctan2(east, north) - self.bearing_rad + np.pi) % (2.0 * np.pi) - np.pi
        away = float(np.hypot(east, north))
        near = away >= self.nearest_m and (self.farthest_m is None or away <= self.farthest_m)
        return bool(abs(turn) <= self.half_width_rad) and near


Place = PlaceEllipse | PlaceSector


@dataclass(frozen=True, slots=True)
class DischargeHeard:
    """Impulses that belong together and are consistent with discharges: one, or a series.

    Attributes:
        times_s: When each of the best count was heard, media time of the recording, increasing.
        doubtful_s: When what may be more of them was heard: less probable impulses, and what may be echoes.
        count: How many.
        probability: That any discharge is among them: that of the impulse most consistent with one.
        rhythm: How they follow one another; ``interval_s`` the median time between them, None for one.
        crack: The first crack and blast among them, where the recording lets them be told.
        rests_on: Sentences: what this rests on.
        not_possible: Sentences: what could not be told, and why.
    """

    times_s: tuple[float, ...]
    doubtful_s: tuple[float, ...]
    count: Count
    probability: float
    rhythm: Rhythm
    interval_s: float | None
    crack: CrackBlast | None
    rests_on: tuple[str, ...]
    not_possible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SoundHeard:
    """What was heard in one recording.

    Attributes:
        name: File name without its folder.
        digest: SHA-256 of the file; ``size_bytes`` its size.
        microphone: What recorded it, None where nobody says.
        clock: When it began, None where nobody says.
        coding: How it is kept.
        length_s: From the first sample to the last, gaps included.
        gaps: Stretches without sound.
        notes: Sentences on what is odd about it.
        impulses: All sudden sounds, in order of time.
        discharges: Those consistent with discharges, in order of time.
        simulated: The recording is of no real place.
    """

    name: str
    digest: Sha256
    size_bytes: int
    microphone: Microphone | None
    clock: SoundClock | None
    coding: SoundCoding
    length_s: float
    gaps: tuple[SoundGap, ...]
    notes: tuple[str, ...]
    impulses: tuple[Impulse, ...]
    discharges: tuple[DischargeHeard, ...]
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class DischargePlaced:
    """One discharge, or one series, heard by several microphones.

    Attributes:
        heard_by: Microphone ids in the order of arrival.
        arrivals_utc_ns: When its first impulse reached each, by each recorder's own clock.
        emitted_utc_ns: When it was made, the sound's way taken off; None where the distance is open.
        bound_s: 95 % bound on that time.
        place: Where, None where it could not be told.
        probability: The largest of what the microphones give.
        count: Of what the microphones count the largest ``low``, the median ``best``, the largest ``high``.
        misfit: Mean square of what the arrivals are off by, in their own standard deviations; about 1.
        rests_on: Sentences: what this rests on.
        not_possible: Sentences: what could not be told, and why.
    """

    heard_by: tuple[str, ...]
    arrivals_utc_ns: tuple[UtcNs, ...]
    emitted_utc_ns: UtcNs | None
    bound_s: float
    place: Place | None
    probability: float
    count: Count
    misfit: float
    rests_on: tuple[str, ...]
    not_possible: tuple[str, ...]
