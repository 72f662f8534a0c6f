"""The packet index: every packet of the picture stream, read without decoding (about 1 % of its cost)."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import av.container
import av.error
import av.video
import numpy as np
from numpy.typing import NDArray

from truceline.records.columns import BoolColumn, IntColumn

if TYPE_CHECKING:
    from av.packet import Packet as AnyPacket

    Packet: TypeAlias = AnyPacket[av.video.stream.VideoStream]

NO_TIME = -(2**63)
"""Stands for a time stamp that the packet does not have."""


@dataclass(frozen=True, slots=True, eq=False)
class PacketIndex:
    """The packets that hold something, in the order of the file; a packet's place here is its ordinal.

    Attributes:
        pts: (n,) presentation time stamps, ``NO_TIME`` where there is none; ``dts`` likewise for decoding.
        position: (n,) byte in the file, -1 where the container does not say; ``size_bytes`` (n,).
        keyframe: (n,) decoding can start here.
        corrupt: (n,) the container knows the packet to be incomplete.
        hidden: (n,) an edit list says that it is not shown.
        ended_early: The container could not be read to its end.
    """

    pts: IntColumn
    dts: IntColumn
    position: IntColumn
    size_bytes: IntColumn
    keyframe: BoolColumn
    corrupt: BoolColumn
    hidden: BoolColumn
    ended_early: bool

    def __len__(self) -> int:
        """How many packets."""
        return len(self.pts)

    def ordinal_of(self, packet: Packet) -> int | None:
        """Which packet of the index this is, or None when that is not certain."""
        same = self.size_bytes == packet.size
        if packet.pos is not None and packet.pos >= 0:
            same &= self.position == packet.pos
        else:
            same &= (self.pts == _ticks(packet.pts)) & (self.dts == _ticks(packet.dts))
        found = np.flatnonzero(same)
        return int(found[0]) if len(found) == 1 else None

    def is_packet(self, ordinal: int, packet: Packet) -> bool:
        """Whether this packet is the one of that ordinal, by its size and its place."""
        if ordinal >= len(self) or self.size_bytes[ordinal] != packet.size:
            return False
        return packet.pos is None or packet.pos < 0 or bool(self.position[ordinal] == packet.pos)


def _ticks(value: int | None) -> int:
    return NO_TIME if value is None else value


def index_packets(container: av.container.InputContainer, stream: av.video.stream.VideoStream) -> PacketIndex:
    """Read every packet of a stream. A container that breaks off gives what came before."""
    columns = [array("q") for _ in range(4)]
    flags = [array("b") for _ in range(3)]
    ended_early = False
    try:
        for packet in container.demux(stream):
            if packet.size == 0:
                continue  # the end, or a frame that the recorder left out: its time is missing, not its data
            values = (_ticks(packet.pts), _ticks(packet.dts), packet.pos, packet.size)
            for column, value in zip(columns, values, strict=True):
                column.append(-1 if value is None else value)
            said = (packet.is_keyframe, packet.is_corrupt, packet.is_discard)
            for flag, truth in zip(flags, said, strict=True):
                flag.append(bool(truth))
    except av.error.FFmpegError:
        ended_early = True
    pts, dts, position, size = (_frozen(np.array(column, dtype=np.int64)) for column in columns)
    keyframe, corrupt, hidden = (_frozen_flags(np.array(flag, dtype=np.bool_)) for flag in flags)
    return PacketIndex(pts, dts, position, size, keyframe, corrupt, hidden, ended_early)


def _frozen(column: NDArray[np.int64]) -> IntColumn:
    column.flags.writeable = False
    return column


def _frozen_flags(column: NDArray[np.bool_]) -> BoolColumn:
    column.flags.writeable = False
    return column
