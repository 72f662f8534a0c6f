"""Gathering: the impulses of many scenes with their features, and which of them truly are discharges."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.listen.scenes import scene
from truceline.listen.impulses.bands import banded
from truceline.listen.impulses.features import NAMES, described
from truceline.listen.impulses.onsets import onsets_of

Array = NDArray[np.float64]

EARLY_S, LATE_S = 0.03, 0.06
"""An onset so near to the true arrival is that discharge; codings delay by up to two of their frames."""
DISCHARGE, OTHER, LEFT_OUT = 1, 0, -1
WORKERS = 2


@dataclass(frozen=True, slots=True, eq=False)
class SceneHeard:
    """One scene: its name, length, number of true discharges; its onsets with features and labels (n,)."""

    number: int
    name: str
    length_s: float
    shots: int
    features: Array
    label: NDArray[np.int64]


def heard(number: int) -> SceneHeard:
    """One scene listened to.

    Onsets of a scene with discharges that are none of them are left out: echoes and cracks belong to them.
    """
    made = scene(number)
    sound = banded(made.samples, made.rate_hz)
    found = described(sound, onsets_of(sound))
    label = np.full(len(found.start_s), OTHER, dtype=np.int64)
    if made.shots_s:
        off_s = found.start_s[:, None] - np.array(made.shots_s)
        near = ((off_s > -EARLY_S) & (off_s < LATE_S)).any(axis=1)
        label = np.where(near, DISCHARGE, LEFT_OUT)
    return SceneHeard(
        number, made.name, len(made.samples) / made.rate_hz, len(made.shots_s), found.features, label
    )


def heard_all(first: int, *, count: int) -> Iterator[SceneHeard]:
    """Scenes from a number on, in order, by a few processes."""
    with ProcessPoolExecutor(WORKERS) as pool:
        yield from pool.map(heard, range(first, first + count), chunksize=16)


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The impulses of many scenes: features (n, k), labels (n,), row of each one's scene (n,); the scenes."""

    features: Array
    label: NDArray[np.int64]
    row: NDArray[np.int64]
    scenes: tuple[SceneHeard, ...]


def joined(one: Gathered, other: Gathered) -> Gathered:
    """The impulses of two sets of scenes as one."""
    return Gathered(
        np.concatenate([one.features, other.features]),
        np.concatenate([one.label, other.label]),
        np.concatenate([one.row, other.row + len(one.scenes)]),
        (*one.scenes, *other.scenes),
    )


def gathered(first: int, *, count: int) -> Gathered:
    """All impulses of ``count`` scenes."""
    scenes = tuple(heard_all(first, count=count))
    rows = [np.full(len(one.label), row) for row, one in enumerate(scenes)]
    blank = np.zeros((0, len(NAMES)))
    return Gathered(
        np.concatenate([blank, *(one.features for one in scenes)]),
        np.concatenate([one.label for one in scenes]),
        np.concatenate(rows),
        scenes,
    )
