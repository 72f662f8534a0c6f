"""Units made by hand: who was seen where, by a camera that does not matter here."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from tests.unit.video.clips import START
from truceline.detect.still.background import Background
from truceline.pipeline.analysis.chains import Links
from truceline.pipeline.analysis.observed import Observed, ReadingAccount
from truceline.pipeline.units.spans import Unit, units_of
from truceline.pipeline.units.stitch import Whole
from truceline.records.digests import sha256_of
from truceline.records.frames import Footage, FrameAccount, FrameStamp
from truceline.records.runs import UnitSettings
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.track.association import Side
from truceline.track.tracker import TrackerSettings

RATE_HZ = 5
LENGTH_S, OVERLAP_S = 20.0, 8.0
SETTINGS = UnitSettings(LENGTH_S, OVERLAP_S)
DIGEST = sha256_of(b"drawn")
FOOTAGE = Footage("drawn.mp4", DIGEST, 4, "west", 320, 240, RATE_HZ, None, START, 0.5, "a test")

Path = Callable[[float], tuple[float, float]]
Seen = tuple[float, float, Path]
"""From when to when (seconds, not included) somebody is seen, and where at any second."""


def at(second: float) -> UtcNs:
    return UtcNs(START + round(second * NS_PER_S))


def stamp(number: int) -> FrameStamp:
    return FrameStamp("west", DIGEST, number, 3 * number, at(number / RATE_HZ), 0.5)


def units(seconds: float) -> tuple[Unit, ...]:
    return units_of(UtcSpan(at(0), at(seconds)), SETTINGS)


def whole(seconds: float) -> Whole:
    return Whole(FOOTAGE, round(seconds * RATE_HZ), TrackerSettings())


def background(second: float) -> Background:
    grey = np.full((2, 2, 3), 90, np.uint8)
    return Background(grey, grey[..., 0], at(second))


def observed(unit: Unit, *people: Seen, missing: Sequence[int] = (), until_s: float = 40.0) -> Observed:
    """One unit of a recording of so many seconds: each person is a chain of the frames that show it."""
    assert unit.span is not None
    every = range(round(until_s * RATE_HZ))
    shown = [n for n in every if unit.span.contains(stamp(n).utc_ns) and n not in missing]
    rows: dict[int, list[tuple[float, float]]] = {number: [] for number in shown}
    chains = []
    for name, (start, end, path) in enumerate(people):
        frames = [n for n in shown if start - 1e-6 <= n / RATE_HZ < end - 1e-6]
        chains.append(Links(name, [shown.index(n) for n in frames], [len(rows[n]) for n in frames]))
        for number in frames:
            rows[number].append(path(number / RATE_HZ))
    return Observed(
        stamps=[stamp(number) for number in shown],
        sides=[side(places) for places in rows.values()],
        changed=[False] * len(shown),
        intact=[True] * len(shown),
        boxes_px=[np.zeros((len(places), 4)) for places in rows.values()],
        chains=chains,
        backgrounds=(background(0),),
        account=ReadingAccount((), FrameAccount(len(shown), len(shown), 0, 0), False, 1 / RATE_HZ),
    )


def side(places: Sequence[tuple[float, float]]) -> Side:
    count = len(places)
    return Side(
        np.array(places, np.float64).reshape(-1, 2),
        np.tile(0.04 * np.eye(2), (count, 1, 1)),
        np.zeros((count, 4)),
        np.zeros((count, 0)),
    )


def seconds_of(seen: Observed) -> list[tuple[float, float]]:
    """From when to when each chain was seen."""

    def second(frame: int) -> float:
        return (seen.stamps[frame].utc_ns - START) / NS_PER_S

    return [(second(chain.frames[0]), second(chain.frames[-1])) for chain in seen.chains]


def places_of(seen: Observed) -> Mapping[int, list[tuple[float, float]]]:
    """Where each chain was, in order of time."""
    return {
        chain.number: [
            tuple(seen.sides[frame].positions[row].tolist())
            for frame, row in zip(chain.frames, chain.rows, strict=True)
        ]
        for chain in seen.chains
    }
