"""Simulated sounds beside recorded ones: onset, fall, spectrum; a table of medians and spreads.

Usage:
    TRUCELINE_FOOTAGE=... python -m bench.simulate.sound_realism

Recorded: the open sound folder (``audio/``): gunshots of three sources, and sounds that are none. Simulated:
shots and what can be taken for them, at drawn distances and directions, in the open, among trees and among
houses, through a camera's microphone with and without automatic gain, a third each through AAC and G.711.
Everything is brought to 22.05 kHz mono, the rate of most of the recordings.
"""

import warnings
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bench.reach.footage import open_footage_folder
from bench.simulate.sound_stage import IDLING, RAIN, heard_once
from truceline.simulate.sound.catalogue import CATALOGUE, SHOT

Array = NDArray[np.float64]

RATE_HZ = 22_050
FIGURES = ("rise ms", "to -20 dB ms", "centroid Hz", "low/high dB", "crest dB")
SMALLEST = 1e-12
COUNT = 48
NEAR, NEAR_M = ("dog", "voice"), 20.0
"""What recordings have from near by."""
RISEN = (0.1, 0.9)
LOW_HZ, HIGH_HZ = (100.0, 1_000.0), (2_000.0, 6_000.0)
FAMILIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "shot": ((SHOT,), ("belize_forest", "urbansound8k/gun_shot")),
    "shot, hard set": ((SHOT,), ("iupui_hard_gunshot",)),
    "bang that is none": (
        tuple(name for name, sound in CATALOGUE.items() if sound.impulses and name != SHOT),
        ("iupui_hard_other", "esc10/fire_crackling", "esc10/clock_tick"),
    ),
    "dog": (("dog",), ("esc10/dog_bark", "urbansound8k/dog_bark")),
    "voice": (("voice", "voices", "shout"), ("urbansound8k/children_playing", "esc10/person_sneeze")),
    IDLING: ((IDLING,), ("urbansound8k/engine_idling",)),
    RAIN: ((RAIN,), ("esc10/rain",)),
}
"""Family: names of simulated sounds, folders of recorded ones (voices: of children, and sneezes)."""


def recorded_samples(path: Path) -> Array:
    """A file as mono samples at ``RATE_HZ``."""
    with av.open(str(path)) as container:
        turner = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        frames = [*container.decode(container.streams.audio[0]), None]
        parts = [piece.to_ndarray()[0] for frame in frames for piece in turner.resample(frame)]
    return np.concatenate(parts).astype(np.float64)


def figures(samples: Array) -> Array | None:
    """(5,) figures of the loudest event in a sound, in the order of ``FIGURES``; None for silence."""
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < SMALLEST:
        return None
    top = int(np.argmax(np.abs(samples)))
    before = np.maximum.accumulate(np.abs(samples[max(top - _count(0.05), 0) : top + 1]))
    begin, end = (int(np.argmax(before >= share * peak)) for share in RISEN)
    rise_ms = (end - begin) / RATE_HZ * 1e3
    width = _count(0.01)
    level = 10.0 * np.log10(np.convolve(samples**2, np.ones(width) / width, "same") + SMALLEST)
    start = max(top - width, 0)
    loudest = start + int(np.argmax(level[start : top + width]))
    under = np.flatnonzero(level[loudest:] < level[loudest] - 20.0)
    fall_ms = under[0] / RATE_HZ * 1e3 if len(under) else np.nan
    piece = samples[max(top - _count(0.01), 0) : top + _count(0.05)]
    power = np.abs(np.fft.rfft(piece, 4_096)) ** 2
    frequency_hz = np.fft.rfftfreq(4_096, 1.0 / RATE_HZ)
    low, high = (power[(frequency_hz >= a) & (frequency_hz < b)].sum() for a, b in (LOW_HZ, HIGH_HZ))
    around = samples[max(top - _count(0.025), 0) : top + _count(0.025)]
    crest_db = 20.0 * np.log10(peak / np.sqrt(np.mean(around**2)))
    centroid_hz = float((power * frequency_hz).sum() / power.sum())
    ratio_db = 10.0 * np.log10((low + SMALLEST) / (high + SMALLEST))
    return np.array([rise_ms, fall_ms, centroid_hz, ratio_db, crest_db])


def _count(length_s: float) -> int:
    return round(length_s * RATE_HZ)


def simulated_samples(names: tuple[str, ...]) -> Iterator[Array]:
    """Simulated sounds of a family at ``RATE_HZ``."""
    for number in range(COUNT):
        samples, rate_hz = heard_once(
            names[number % len(names)], number, reach_m=NEAR_M if names[0] in NEAR else 80.0
        )
        yield resample_poly(samples.astype(np.float64), RATE_HZ // 50, rate_hz // 50)


def table(folder: Path) -> str:
    """The table as Markdown: 10th, 50th, 90th percentile of each figure, and the share that lies within."""
    lines = [f"| family | sounds | n | {' | '.join(FIGURES)} |", "|---|---|---|" + "---|" * len(FIGURES)]
    for family, (names, folders) in FAMILIES.items():
        paths = [path for name in folders for path in sorted((folder / "audio" / name).glob("*.*"))]
        real = _rows(recorded_samples(path) for path in paths)
        made = _rows(simulated_samples(names))
        low, high = np.nanpercentile(real, [5.0, 95.0], axis=0)
        known = ~np.isnan(made)
        inside = np.sum(known & (made >= low) & (made <= high), axis=0) / np.maximum(known.sum(axis=0), 1)
        lines.append(_line(family, "recorded", rows=real))
        lines.append(_line(family, "simulated", rows=made))
        lines.append(f"| {family} | within | | {' | '.join(f'{share:.0%}' for share in inside)} |")
    return "\n".join(lines)


def _rows(sounds: Iterator[Array]) -> Array:
    return np.array([row for sound in sounds if (row := figures(sound)) is not None])


def _spread(values: Array) -> str:
    return " / ".join(f"{value:.3g}" for value in np.nanpercentile(values, [10.0, 50.0, 90.0]))


def _line(family: str, kind: str, *, rows: Array) -> str:
    return f"| {family} | {kind} | {len(rows)} | {' | '.join(_spread(column) for column in rows.T)} |"


if __name__ == "__main__":
    warnings.filterwarnings("ignore", "All-NaN slice")
    footage = open_footage_folder()
    if footage is None:
        raise SystemExit("TRUCELINE_FOOTAGE names no folder: nothing to compare with")
    print(table(footage))
