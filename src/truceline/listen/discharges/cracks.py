"""Cracks: the shock wave of a missile faster than sound, ahead of the blast that follows from its muzzle.

Only uncompressed sound of 44.1 kHz or more keeps the N-wave of a fifth of a millisecond apart from a blast.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.records.sounds import CrackBlast

Array = NDArray[np.float64]

NEAREST_S, FARTHEST_S = 0.004, 0.6
HIGH_HZ, LOW_HZ = 4_000.0, (150.0, 1_500.0)
SMOOTH_S: Final = 0.0002
STANDS_OUT_DB: Final = 18.0
"""Above the median of the half second before the blast."""
LONGEST_S: Final = 0.0012
"""A shock wave and its bounce off the ground stay above half their height for less than this."""
HIGHER_DB: Final = 6.0
"""Its highs beside its lows, compared with the same of the blast."""
SHARP_DB: Final = 0.0
"""And its highs are not below its lows at all: else a blast would be the shock wave of its own dull echo."""
TOGETHER_S: Final = 0.035
"""A blast so close behind a shock wave makes no onset of its own."""
RISEN: Final = 0.1
"""Share of its largest power at which a blast is said to begin."""
SLOWEST_MPS, FASTEST_MPS = 500.0, 950.0
"""Mean speeds of a missile on its way that are believed possible; which one it was is not known."""


def crack_before(samples: Array, rate_hz: int, *, blast_s: float, sound_mps: float) -> CrackBlast | None:
    """The shock wave ahead of a blast, or None.

    Args:
        samples: (n,) the sound as it was kept.
        rate_hz: Its rate.
        blast_s: When the blast begins, seconds from the first sample.
        sound_mps: Speed of sound.

    Returns:
        Times from the first sample. Nearest: the fastest missile, straight past the microphone, and no
        direction makes it nearer; farthest: the slowest, still straight past it.

    Method: R = Δt c v / (v − c) for a missile that passes close by (Maher 2007).
    """
    blast = round(blast_s * rate_hz)
    first = max(blast - round(FARTHEST_S * rate_hz), 0)
    last = blast - round(NEAREST_S * rate_hz)
    piece = samples[first : blast + round(0.01 * rate_hz)]
    if last - first < round(0.02 * rate_hz) or len(piece) <= last - first:
        return None
    highs = _envelope(piece, (HIGH_HZ, 0.45 * rate_hz), rate_hz=rate_hz)
    lows = _envelope(piece, LOW_HZ, rate_hz=rate_hz)
    ahead = highs[: last - first]
    top = int(np.argmax(ahead))
    if _db(ahead[top], float(np.median(ahead))) < STANDS_OUT_DB or not _is_short(ahead, top, rate_hz=rate_hz):
        return None
    boom = blast - first + int(np.argmax(lows[blast - first :]))
    sharpness_db = _db(ahead[top], lows[top])
    if sharpness_db < max(_db(highs[boom], lows[boom]) + HIGHER_DB, SHARP_DB):
        return None
    crack_s = (first + top) / rate_hz
    near_m, far_m = _distances_m(blast_s - crack_s, sound_mps)
    return CrackBlast(crack_s, blast_s, near_m, far_m)


def blast_behind(samples: Array, rate_hz: int, *, crack_s: float, sound_mps: float) -> CrackBlast | None:
    """The blast so close behind a shock wave that both were heard as one impulse, or None.

    Args:
        samples: (n,) the sound as it was kept.
        rate_hz: Its rate.
        crack_s: When the impulse begins, seconds from the first sample.
        sound_mps: Speed of sound.
    """
    crack = round(crack_s * rate_hz)
    first = max(crack - round(0.02 * rate_hz), 0)
    piece = samples[first : crack + round(TOGETHER_S * rate_hz)]
    near, behind = crack - first, crack - first + round(NEAREST_S * rate_hz)
    if len(piece) <= behind + round(NEAREST_S * rate_hz):
        return None
    highs = _envelope(piece, (HIGH_HZ, 0.45 * rate_hz), rate_hz=rate_hz)
    lows = _envelope(piece, LOW_HZ, rate_hz=rate_hz)
    about = slice(max(near - round(0.001 * rate_hz), 0), near + round(0.002 * rate_hz))
    sharpness_db = _db(float(highs[about].max()), float(lows[about].max()))
    boom = behind + int(np.argmax(lows[behind:]))
    if sharpness_db < SHARP_DB or _db(lows[boom], float(lows[about].max())) < HIGHER_DB:
        return None
    begins = behind + int(np.argmax(lows[behind:] >= RISEN * lows[boom]))
    blast_s = (first + begins) / rate_hz
    near_m, far_m = _distances_m(blast_s - crack_s, sound_mps)
    return CrackBlast(crack_s, blast_s, near_m, far_m)


def _distances_m(gap_s: float, sound_mps: float) -> tuple[float, float]:
    """Least and, of a missile that passes close by, largest distance that the gap allows."""
    near, far = (gap_s * sound_mps * v / (v - sound_mps) for v in (FASTEST_MPS, SLOWEST_MPS))
    return near, far


def _envelope(piece: Array, band_hz: tuple[float, float], *, rate_hz: int) -> Array:
    """Smoothed power within a band, without delay."""
    from scipy.signal import butter, sosfiltfilt  # noqa: PLC0415 - slow; for sound only

    sections = butter(2, band_hz, "bandpass", fs=rate_hz, output="sos")
    width = max(round(SMOOTH_S * rate_hz), 1)
    smooth: Array = np.convolve(sosfiltfilt(sections, piece) ** 2, np.ones(width) / width, "same")
    return np.maximum(smooth, 1e-14)


def _is_short(ahead: Array, top: int, *, rate_hz: int) -> bool:
    reach = round(2 * LONGEST_S * rate_hz)
    near = ahead[max(top - reach, 0) : top + reach]
    return bool(np.count_nonzero(near > 0.5 * ahead[top]) <= LONGEST_S * rate_hz)


def _db(above: float, below: float) -> float:
    return float(10.0 * np.log10(above / below))
