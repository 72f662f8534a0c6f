"""Features: what an impulse is like, in physical terms, all of it within the band that every coding keeps.

None of them knows how loud a recording is: levels stand beside other levels of the same recording.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.listen.impulses.bands import EDGES_HZ, HOP, RATE_HZ, SMALLEST, Banded, decibels
from truceline.listen.impulses.onsets import Onsets
from truceline.listen.impulses.spectra import harmonicity, peakedness_db, roughness_db

Array = NDArray[np.float64]

NAMES: Final = (
    "rise_db",
    "weakest_rise_db",
    "above_db",
    "attack_log2_ms",
    "duration_log2_ms",
    "soon_db",
    "late_db",
    "last_db",
    "highs_fall_db",
    "centroid_log2_hz",
    "late_centroid_log2_hz",
    "slope_db_octave",
    "low_share_db",
    "curve_db",
    "peakedness_db",
    "roughness_db",
    "harmonicity",
    "crest_db",
    "zero_crossings_log2_hz",
    "rerise_db",
    "before_db",
    "after_db",
    "busy_share",
    "neighbours_log",
)
"""What each feature is: docs/design/sound.md."""

SHAPE_LEAD: Final = round(0.003 * RATE_HZ)
SHAPE: Final = round(0.036 * RATE_HZ)
"""Samples of an impulse that are kept to compare its shape with that of others."""
EARLY_MS: Final = 20
PEAK_MS: Final = 5
ATTACK_S: Final = 0.030
LENGTH_MS: Final = 700
BACK_MS: Final = 1_500
NEIGHBOUR_MS: Final = 1_000
NEIGHBOUR_DB: Final = 10.0
BUSY_DB: Final = 15.0
RISEN: Final = (0.01, 0.81)
"""Power at a tenth and nine tenths of the largest pressure."""
_MIDDLES = np.sqrt(np.array(EDGES_HZ[1:]) * np.array(EDGES_HZ[:-1]))
_OCTAVES = np.log2(_MIDDLES) - np.log2(_MIDDLES).mean()


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """Onsets with what each is like.

    Attributes:
        start_s: (n,) when each begins, seconds from the sound's start, to about a millisecond.
        level_db: (n,) its level over the first 5 ms, decibels below full scale, within the judged band.
        features: (n, features) in the order of ``NAMES``.
        shapes: (n, ``SHAPE``) the wave from ``SHAPE_LEAD`` samples before each start on.
    """

    start_s: Array
    level_db: Array
    features: Array
    shapes: Array


@dataclass(frozen=True, slots=True, eq=False)
class _Padded:
    """A sound with quiet about it, so that every window is whole."""

    energy: Array
    whole: Array
    wave: Array
    pad_ms: int


def described(sound: Banded, onsets: Onsets) -> Described:
    """Features of all onsets of a sound."""
    if len(onsets) == 0:
        return Described(np.zeros(0), np.zeros(0), np.zeros((0, len(NAMES))), np.zeros((0, SHAPE)))
    padded = _padded(sound)
    peaks = np.array([_level_db(padded, padded.pad_ms + int(step)) for step in onsets.step])
    starts, rows, shapes = [], [], []
    for number in range(len(onsets)):
        start, row = _one(padded, onsets, number=number, peaks_db=peaks)
        starts.append(start / RATE_HZ - padded.pad_ms / 1e3)
        rows.append(row)
        shapes.append(padded.wave[start - SHAPE_LEAD : start - SHAPE_LEAD + SHAPE])
    return Described(np.array(starts), peaks, np.array(rows), np.array(shapes))


def _padded(sound: Banded) -> _Padded:
    """Beyond its ends a sound goes on as its quieter fifth."""
    quiet = np.percentile(sound.energy, 20.0, axis=0)
    pad = np.tile(quiet, (BACK_MS, 1))
    energy = np.concatenate([pad, sound.energy, pad])
    silence = np.zeros(BACK_MS * HOP)
    wave = np.concatenate([silence, sound.wave, silence])
    return _Padded(energy, energy.sum(axis=1), wave, BACK_MS)


def _one(padded: _Padded, onsets: Onsets, *, number: int, peaks_db: Array) -> tuple[int, list[float]]:
    """The sample at which one onset begins, and its features."""
    at = padded.pad_ms + int(onsets.step[number])
    peak_db = float(peaks_db[number])
    start, attack_ms = _attack(padded, at)
    piece = padded.wave[start : start + RATE_HZ // 16]
    row = [
        float(onsets.rise_db[number].mean()),
        float(np.sort(onsets.rise_db[number])[1]),
        float(onsets.above_db[number].mean()),
        float(np.log2(attack_ms + 0.25)),
        *_course(padded, at),
        *_spectrum(padded, at),
        peakedness_db(piece),
        roughness_db(piece),
        harmonicity(padded.wave[start + RATE_HZ // 80 : start + RATE_HZ // 10]),
        _crest_db(padded.wave[max(start - 16, 0) : start + RATE_HZ // 20]),
        _crossings(piece),
        *_surroundings(padded, at, peak_db=peak_db),
        _neighbours(onsets, number, peaks_db=peaks_db),
    ]
    return start, row


def _level_db(padded: _Padded, at: int) -> float:
    return float(decibels(float(np.mean(padded.whole[at : at + PEAK_MS]))))


def _attack(padded: _Padded, at: int) -> tuple[int, float]:
    """The sample at which the rise begins, and the time from a tenth to nine tenths of the peak, ms."""
    begin = at * HOP - 6 * HOP
    power = padded.wave[begin : begin + round(ATTACK_S * RATE_HZ)] ** 2
    smooth = np.convolve(power, np.ones(3) / 3.0, "same")
    top = int(np.argmax(smooth))
    climbed = np.maximum.accumulate(smooth[: top + 1])
    before = float(np.mean(padded.wave[max(begin - 160, 0) : begin + 1] ** 2))
    low = max(RISEN[0] * climbed[-1], min(6.0 * before, 0.5 * climbed[-1]))
    first = int(np.argmax(climbed >= low))
    last = int(np.argmax(climbed >= RISEN[1] * climbed[-1]))
    return begin + first, max(last - first, 0) / RATE_HZ * 1e3


def _course(padded: _Padded, at: int) -> list[float]:
    """How it dies away: length, level soon, late and last beside the beginning, whether highs fall first."""
    before = float(np.mean(padded.whole[at - 24 : at - 2]))
    run = np.maximum(padded.whole[at : at + LENGTH_MS] - before, 0.0)
    length = float(run.sum() ** 2 / max(float(np.sum(run**2)), SMALLEST**2))
    early = padded.energy[at : at + EARLY_MS].mean(axis=0)
    soon, late, last = (
        padded.energy[at + begin : at + end].mean(axis=0) for begin, end in ((20, 60), (60, 160), (160, 450))
    )
    low, high = slice(0, 3), slice(3, None)
    fall = _ratio_db(late[high].sum(), early[high].sum()) - _ratio_db(late[low].sum(), early[low].sum())
    return [
        float(np.log2(max(length, 1.0))),
        _ratio_db(soon.sum(), early.sum()),
        _ratio_db(late.sum(), early.sum()),
        _ratio_db(last.sum(), early.sum()),
        fall,
    ]


def _ratio_db(above: float, below: float) -> float:
    return float(10.0 * np.log10((above + SMALLEST) / (below + SMALLEST)))


def _spectrum(padded: _Padded, at: int) -> list[float]:
    """Centroids of the beginning and of what follows, slope, share of lows, how much the middle bulges."""
    early = padded.energy[at : at + EARLY_MS].mean(axis=0)
    late = padded.energy[at + 40 : at + 140].mean(axis=0)
    levels = decibels(early)
    slope = float(_OCTAVES @ (levels - levels.mean()) / (_OCTAVES @ _OCTAVES))
    return [
        float(np.log2(_MIDDLES @ early / early.sum())),
        float(np.log2(_MIDDLES @ late / late.sum())),
        slope,
        _ratio_db(early[:2].sum(), early.sum()),
        float(levels[1:4].mean() - 0.5 * (levels[0] + levels[4])),
    ]


def _crest_db(piece: Array) -> float:
    power = piece**2
    return _ratio_db(float(power.max(initial=0.0)), float(power.mean()))


def _crossings(piece: Array) -> float:
    changes = int(np.count_nonzero(np.diff(np.signbit(piece))))
    return float(np.log2(max(changes, 1) * RATE_HZ / (2.0 * len(piece))))


def _surroundings(padded: _Padded, at: int, *, peak_db: float) -> list[float]:
    """Rises again after it fell, what sounded before and after, and how much of the time is as loud."""
    course = decibels(padded.whole[at : at + 300].reshape(-1, 20).mean(axis=1))
    rerise = float(np.max(course - np.minimum.accumulate(course)))
    before = decibels(padded.whole[at - 520 : at - 20].reshape(-1, 20).mean(axis=1)).max()
    after = decibels(padded.whole[at + 200 : at + 700].reshape(-1, 20).mean(axis=1)).max()
    near = decibels(padded.whole[at - BACK_MS : at + BACK_MS].reshape(-1, 20).mean(axis=1))
    busy = float(np.mean(near > peak_db - BUSY_DB))
    return [rerise, float(before) - peak_db, float(after) - peak_db, busy]


def _neighbours(onsets: Onsets, number: int, *, peaks_db: Array) -> float:
    """How many onsets about it are nearly as loud or louder, as a logarithm."""
    near = np.abs(onsets.step - onsets.step[number]) <= NEIGHBOUR_MS
    loud = peaks_db >= peaks_db[number] - NEIGHBOUR_DB
    return float(np.log(np.count_nonzero(near & loud)))
