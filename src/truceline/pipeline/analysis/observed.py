"""What watching a stretch of footage gave, before anything is smoothed: all that later steps need of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from truceline.detect.still.background import Background
from truceline.errors import InputError
from truceline.pipeline.analysis.chains import Linked
from truceline.pipeline.analysis.unseen import Why
from truceline.records.flashes import Flash
from truceline.records.frames import FrameAccount, FrameStamp, Gap
from truceline.records.outlines import Outlines
from truceline.track.association import Side
from truceline.video.source import FootageReader

Array = NDArray[np.float64]

Told = tuple[int, Array, Array]
"""What was told of somebody at a frame: the frame, the mean (4,) and its covariance (4, 4) at that time."""


@dataclass(frozen=True, slots=True)
class ReadingAccount:
    """What the reader said of a stretch when it had read it.

    Attributes:
        gaps: What the file did not show, clipped to the stretch.
        interlaced: Whether pictures were of two fields.
        usual_step_s: The usual time between frames of the footage.
    """

    gaps: tuple[Gap, ...]
    frames: FrameAccount
    interlaced: bool
    usual_step_s: float

    @classmethod
    def of(cls, reader: FootageReader) -> "ReadingAccount":
        """What a reader says now.

        Raises:
            InputError: It was not read to its end.
        """
        if reader.account is None:
            raise InputError("nothing of it was read", where=reader.facts.name)
        return cls(reader.gaps, reader.account, reader.interlaced, reader.usual_step_s)


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """What one stretch gave, frame by frame.

    Attributes:
        stamps: Of the n frames; ``sides`` their detections on the ground, ``boxes_px`` all their detections
            (k, 4), on the ground or not.
        changed: Whether the whole picture did, so that nothing can be told from it.
        intact: Whether it rests on no damaged picture.
        chains: In order of their first detection; frames are counted in this stretch.
        told: In causal mode what was told of each chain, by its number and in order of time; else nothing.
        backgrounds: In order of time; none when the stretch has no frame.
        account: What the reader said of it.
        reasons: Why nothing is told of each frame, or an empty word; none: ``changed`` is all that is known.
        flashes: In order of time, without those of frames of which nothing is told.
    """

    stamps: Sequence[FrameStamp]
    sides: Sequence[Side]
    changed: Sequence[bool]
    intact: Sequence[bool]
    boxes_px: Sequence[Array]
    chains: Sequence[Linked]
    backgrounds: tuple[Background, ...]
    account: ReadingAccount
    told: Mapping[int, Sequence[Told]] = field(default_factory=dict)
    reasons: Sequence[Why] = ()
    flashes: Sequence[Flash] = ()

    @property
    def why(self) -> Sequence[Why]:
        """Why nothing is told of each frame, as far as it is known."""
        return self.reasons or ["changed" if one else "" for one in self.changed]


PACKED_FRAMES = 128
"""What is kept of so many frames is moved together. Between one picture and the next the memory of pictures
is free: small columns that are put there and stay would leave a picture's worth of holes for every frame."""


def packed_columns(columns: Sequence[Array]) -> list[Array]:
    """The same columns (one a frame, of equal width) in one piece of memory."""
    ends = np.cumsum([len(one) for one in columns])[:-1]
    return list(np.split(np.concatenate(columns), ends))


def packed_sides(sides: Sequence[Side]) -> list[Side]:
    """The same detections, each column in one piece of memory."""
    positions, covariances, boxes_px, appearance = (
        packed_columns([getattr(side, name) for side in sides])
        for name in ("positions", "covariances", "boxes_px", "appearance")
    )
    outlines = packed_columns([side.outlines.table for side in sides])
    return [
        Side(*each[:4], Outlines.from_table(each[4]))
        for each in zip(positions, covariances, boxes_px, appearance, outlines, strict=True)
    ]


def packed_told(rows: Sequence[Told]) -> list[Told]:
    """The same rows, their means and their covariances each in one piece of memory."""
    means = np.array([mean for _, mean, _ in rows])
    covariances = np.array([covariance for _, _, covariance in rows])
    return [(rows[at][0], means[at], covariances[at]) for at in range(len(rows))]
