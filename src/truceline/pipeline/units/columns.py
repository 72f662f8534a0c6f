"""What a unit gave as columns: as it is kept until its run is written. Colours of people are not in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from truceline.detect.still.background import Background
from truceline.errors import IntegrityError
from truceline.pipeline.analysis.chains import Links
from truceline.pipeline.analysis.observed import Observed, ReadingAccount, Told
from truceline.pipeline.analysis.unseen import WHYS, Why
from truceline.records.columns import BoolColumn, FloatColumn, IntColumn
from truceline.records.digests import Sha256
from truceline.records.flashes import Flash
from truceline.records.frames import Footage, FrameStamp
from truceline.records.outlines import Outlines
from truceline.records.time import UtcNs
from truceline.track.association import Side

Array = NDArray[np.float64]

VERSION = 4
"""Of the columns; a unit of another version is watched again."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameColumns:
    """(n,) each: the stamps of the frames and what was told of them; ``why`` numbers ``unseen.WHYS``."""

    index: IntColumn
    pts: IntColumn
    utc_ns: IntColumn
    bound_s: FloatColumn
    changed: BoolColumn
    why: IntColumn
    intact: BoolColumn


@dataclass(frozen=True, slots=True, eq=False)
class DetectionColumns:
    """All detections one after the other: ``counts`` (n,) of them in each frame.

    Those on the ground have positions (m, 2), covariances (m, 2, 2) and outlines (m, 6: a table of
    ``records.outlines``); ``all_boxes_px`` are of all detections, ``all_counts`` (n,) of them in each frame.
    """

    counts: IntColumn
    positions: FloatColumn
    covariances: FloatColumn
    boxes_px: FloatColumn
    outlines: FloatColumn
    all_counts: IntColumn
    all_boxes_px: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class ChainColumns:
    """Chains one after the other: ``lengths`` (c,) of their rows, ``told_lengths`` (c,) of what was told."""

    numbers: IntColumn
    lengths: IntColumn
    frames: IntColumn
    rows: IntColumn
    told_lengths: IntColumn
    told_frames: IntColumn
    told_means: FloatColumn
    told_covariances: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class UnitColumns:
    """What one unit gave."""

    version: int
    camera_id: str
    source: Sha256
    frames: FrameColumns
    detections: DetectionColumns
    chains: ChainColumns
    backgrounds: tuple[Background, ...]
    account: ReadingAccount
    flashes: tuple[Flash, ...]


def columns_of(seen: Observed, footage: Footage) -> UnitColumns:
    """A unit as columns."""
    stamps = seen.stamps
    return UnitColumns(
        version=VERSION,
        camera_id=footage.camera_id,
        source=footage.digest,
        frames=FrameColumns(
            index=_ints(stamp.index for stamp in stamps),
            pts=_ints(stamp.pts for stamp in stamps),
            utc_ns=_ints(stamp.utc_ns for stamp in stamps),
            bound_s=np.array([stamp.bound_s for stamp in stamps], np.float64),
            changed=np.array(seen.changed, np.bool_),
            why=_ints(WHYS.index(one) for one in seen.why),
            intact=np.array(seen.intact, np.bool_),
        ),
        detections=DetectionColumns(
            counts=_ints(len(side) for side in seen.sides),
            positions=_joined([side.positions for side in seen.sides], (2,)),
            covariances=_joined([side.covariances for side in seen.sides], (2, 2)),
            boxes_px=_joined([side.boxes_px for side in seen.sides], (4,)),
            outlines=_joined([side.outlines.table for side in seen.sides], (6,)),
            all_counts=_ints(len(boxes) for boxes in seen.boxes_px),
            all_boxes_px=_joined(seen.boxes_px, (4,)),
        ),
        chains=_chain_columns(seen),
        backgrounds=seen.backgrounds,
        account=seen.account,
        flashes=tuple(seen.flashes),
    )


def observed_from(kept: UnitColumns) -> Observed:
    """The unit again, without colours.

    Raises:
        IntegrityError: The columns are of another version, or do not fit one another.
    """
    if kept.version != VERSION:
        raise IntegrityError(f"a unit of version {kept.version}, this program reads {VERSION}")
    frames, found, chains = kept.frames, kept.detections, kept.chains
    columns = (frames.index, frames.pts, frames.utc_ns, frames.bound_s)
    told = zip(
        _cut(chains.told_frames, chains.told_lengths),
        _cut(chains.told_means, chains.told_lengths),
        _cut(chains.told_covariances, chains.told_lengths),
        strict=True,
    )
    by_chain = [list(zip(at.tolist(), means, spreads, strict=True)) for at, means, spreads in told]
    return Observed(
        stamps=[
            FrameStamp(kept.camera_id, kept.source, index, pts, UtcNs(utc_ns), bound_s)
            for index, pts, utc_ns, bound_s in zip(*(one.tolist() for one in columns), strict=True)
        ],
        sides=[
            Side(positions, covariances, boxes, np.zeros((len(positions), 0)), Outlines.from_table(outlines))
            for positions, covariances, boxes, outlines in zip(
                _cut(found.positions, found.counts),
                _cut(found.covariances, found.counts),
                _cut(found.boxes_px, found.counts),
                _cut(found.outlines, found.counts),
                strict=True,
            )
        ],
        changed=frames.changed.tolist(),
        reasons=_reasons(frames.why),
        intact=frames.intact.tolist(),
        boxes_px=_cut(found.all_boxes_px, found.all_counts),
        chains=[
            Links(number, tuple(in_frames.tolist()), tuple(rows.tolist()))
            for number, in_frames, rows in zip(
                chains.numbers.tolist(),
                _cut(chains.frames, chains.lengths),
                _cut(chains.rows, chains.lengths),
                strict=True,
            )
        ],
        backgrounds=kept.backgrounds,
        account=kept.account,
        flashes=kept.flashes,
        told={number: one for number, one in zip(chains.numbers.tolist(), by_chain, strict=True) if one},
    )


def _reasons(numbers: IntColumn) -> list[Why]:
    if bool(np.any((numbers < 0) | (numbers >= len(WHYS)))):
        raise IntegrityError("a unit gives a reason that there is not")
    return [WHYS[number] for number in numbers.tolist()]


def _chain_columns(seen: Observed) -> ChainColumns:
    told: list[Sequence[Told]] = [seen.told.get(chain.number, ()) for chain in seen.chains]
    every = [one for of_chain in told for one in of_chain]
    return ChainColumns(
        numbers=_ints(chain.number for chain in seen.chains),
        lengths=_ints(len(chain.frames) for chain in seen.chains),
        frames=_ints(frame for chain in seen.chains for frame in chain.frames),
        rows=_ints(row for chain in seen.chains for row in chain.rows),
        told_lengths=_ints(len(one) for one in told),
        told_frames=_ints(frame for frame, _, _ in every),
        told_means=np.array([mean for _, mean, _ in every], np.float64).reshape(-1, 4),
        told_covariances=np.array([spread for _, _, spread in every], np.float64).reshape(-1, 4, 4),
    )


def _ints(values: Iterable[int]) -> IntColumn:
    return np.fromiter(values, np.int64)


def _joined(parts: Sequence[Array], shape: tuple[int, ...]) -> Array:
    return np.concatenate([np.zeros((0, *shape)), *parts])


def _cut(column: NDArray[Any], counts: IntColumn) -> list[NDArray[Any]]:
    if int(counts.sum()) != len(column) or bool(np.any(counts < 0)):
        raise IntegrityError("the columns of a unit do not fit one another")
    return np.split(column, np.cumsum(counts)[:-1]) if len(counts) else []
