"""Passages of sampled paths over the line: where each sample crosses, when, and what it does then.

A sample changes side when it is beyond the band on the other side; the instant and the place are those of the
last sign change before that. Passing round an end of the line, where nothing is surveyed, changes the side
without being a crossing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.line import beside_line, signed_distance_m

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Excursion:
    """One sample's stay beyond the line.

    Attributes:
        sample: Which sample.
        towards: +1 into the left side, -1 into the right side.
        entered_s: When it passed the line; ``place_en_m`` where.
        left_s: When it was back on its side, over the line or round its end; None when it was not by the end.
            ``left_place_en_m`` says where.
        depth_m: Largest distance beyond the line; ``deepest_row`` in which row.
    """

    sample: int
    towards: int
    entered_s: float
    place_en_m: tuple[float, float]
    left_s: float | None
    left_place_en_m: tuple[float, float] | None
    depth_m: float
    deepest_row: int


@dataclass(frozen=True, slots=True)
class _Passage:
    row: int
    towards: int
    at_s: float
    place_en_m: tuple[float, float]
    on_line: bool


def excursions(
    seconds: Array, paths_en_m: Array, *, offsets_m: Array, line: Array, band_m: float
) -> list[Excursion]:
    """All excursions of all samples.

    Args:
        seconds: (n,) times of the rows.
        paths_en_m: (k, n, 2) sampled paths in site metres.
        offsets_m: (k,) how far each sample's line lies to the left of the declared one.
        line: (m, 2) the declared vertices.
        band_m: How far beyond a sample must be to count.
    """
    draws, rows = paths_en_m.shape[:2]
    distance = signed_distance_m(line, paths_en_m.reshape(-1, 2)).reshape(draws, rows) - offsets_m[:, None]
    found = []
    for sample, passages in _passages(
        seconds, paths_en_m, distance=distance, line=line, band_m=band_m
    ).items():
        found += _stays(sample, passages, distance=distance[sample])
    return found


def _passages(
    seconds: Array, paths: Array, *, distance: Array, line: Array, band_m: float
) -> dict[int, list[_Passage]]:
    side = _settled_side(distance, band_m)
    samples, rows = np.nonzero(np.diff(side, axis=1) * side[:, 1:])
    rows = rows + 1
    if len(samples) == 0:
        return {}
    towards = side[samples, rows]
    index = np.arange(distance.shape[1])
    last_left = np.maximum.accumulate(np.where(distance >= 0, index, -1), axis=1)
    last_right = np.maximum.accumulate(np.where(distance < 0, index, -1), axis=1)
    before = np.where(towards > 0, last_right[samples, rows], last_left[samples, rows])
    share = distance[samples, before] / (distance[samples, before] - distance[samples, before + 1])
    at_s = seconds[before] + share * (seconds[before + 1] - seconds[before])
    places = paths[samples, before] * (1 - share)[:, None] + paths[samples, before + 1] * share[:, None]
    on_line = beside_line(line, places)
    grouped: dict[int, list[_Passage]] = {}
    for number, sample in enumerate(samples):
        place = (float(places[number, 0]), float(places[number, 1]))
        passage = _Passage(
            int(rows[number]), int(towards[number]), float(at_s[number]), place, bool(on_line[number])
        )
        grouped.setdefault(int(sample), []).append(passage)
    return grouped


def _settled_side(distance: Array, band_m: float) -> NDArray[np.int64]:
    """+1 or -1 by row: the side on which a sample last was beyond the band (0 before it ever was)."""
    beyond = np.where(distance > band_m, 1, np.where(distance < -band_m, -1, 0))
    index = np.where(beyond != 0, np.arange(beyond.shape[1]), -1)
    latest = np.maximum.accumulate(index, axis=1)
    settled = np.take_along_axis(beyond, np.maximum(latest, 0), axis=1)
    first = np.argmax(beyond != 0, axis=1)
    started = beyond[np.arange(len(beyond)), first][:, None]
    return np.where(latest < 0, started, settled).astype(np.int64)


def _stays(sample: int, passages: list[_Passage], *, distance: Array) -> list[Excursion]:
    stays = []
    entered: _Passage | None = None
    for passage in passages:
        if entered is not None:
            # Whoever goes back round an end of the line was across all the same.
            stays.append(_stay(sample, distance, entered=entered, until=passage))
            entered = None
        elif passage.on_line:
            entered = passage
    if entered is not None:
        stays.append(_stay(sample, distance, entered=entered, until=None))
    return stays


def _stay(sample: int, distance: Array, *, entered: _Passage, until: _Passage | None) -> Excursion:
    last = len(distance) if until is None else until.row
    beyond = entered.towards * distance[entered.row : last]
    deepest = int(np.argmax(beyond))
    return Excursion(
        sample=sample,
        towards=entered.towards,
        entered_s=entered.at_s,
        place_en_m=entered.place_en_m,
        left_s=None if until is None else until.at_s,
        left_place_en_m=None if until is None else until.place_en_m,
        depth_m=float(beyond[deepest]),
        deepest_row=entered.row + deepest,
    )
