"""Bangs for tests of listening: drawn here, so that a change of the simulator changes no test."""

import numpy as np

from truceline.records.digests import Sha256
from truceline.records.sounds import (
    Count,
    DischargeHeard,
    Impulse,
    Microphone,
    Rhythm,
    SoundClock,
    SoundCoding,
    SoundHeard,
)
from truceline.records.time import UtcNs

RATE_HZ = 16_000
PCM = SoundCoding("pcm_s16le", 48_000, 1, lossless=True)
G711 = SoundCoding("pcm_mulaw", 8_000, 1, lossless=False)


def quiet(length_s: float, *, level: float = 1e-4, rate_hz: int = RATE_HZ, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.0, level, round(length_s * rate_hz))


def bang(*, rate_hz: int = RATE_HZ, seed: int = 2, fall_s: float = 0.06, length_s: float = 0.6) -> np.ndarray:
    """A jump, its underpressure, and a tail of noise that dies away."""
    times = np.arange(round(length_s * rate_hz)) / rate_hz
    blast = (1.0 - times / 0.001) * np.exp(-times / 0.001)
    tail = np.random.default_rng(seed).normal(0.0, 1.0, len(times)) * np.exp(-times / fall_s)
    return 0.5 * blast + 0.06 * tail


def laid(sheet: np.ndarray, at_s: float, wave: np.ndarray, *, rate_hz: int = RATE_HZ) -> np.ndarray:
    begin = round(at_s * rate_hz)
    out = sheet.copy()
    out[begin : begin + len(wave)] += wave[: len(out) - begin]
    return out


def impulse(at_s: float, probability: float = 0.9, **changes: float) -> Impulse:
    level_db = changes.get("level_db", -20.0)
    return Impulse(at_s, probability, level_db, 30.0)


def discharge(*times_s: float, probability: float = 0.9) -> DischargeHeard:
    count = Count(len(times_s), len(times_s), len(times_s))
    rhythm = Rhythm.SINGLE if len(times_s) == 1 else Rhythm.SERIES
    return DischargeHeard(times_s, (), count, probability, rhythm, None, None, ("it",), ("that",))


def heard(
    name: str, place: tuple[float, float, float] | None, *times_s: float, **changes: object
) -> SoundHeard:
    microphone = Microphone(name, place, 0.1)
    clock = changes.get("clock", SoundClock(UtcNs(10**18), 0.01))
    assert clock is None or isinstance(clock, SoundClock)
    return SoundHeard(
        f"{name}.wav",
        Sha256("ab" * 32),
        100,
        microphone,
        clock,
        PCM,
        60.0,
        (),
        (),
        tuple(impulse(at_s) for at_s in times_s),
        (discharge(*times_s),) if times_s else (),
    )
