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
        unfound: Frames that the file's own index lists and that were not found.
    """

    pts: IntColumn
    dts: IntColumn
    position: IntColumn
    size_bytes: IntColumn
    keyframe: BoolColumn
    corrupt: BoolColumn
    hidden: BoolColumn
    ended_early: bool
    unfound: int = 0

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


_AVI_CHUNK_HEADER_BYTES = 8


def _ticks(value: int | None) -> int:
    return NO_TIME if value is None else value


def marker_bytes(container: av.container.InputContainer, stream: av.video.stream.VideoStream) -> int:
    """Packets of so many bytes or fewer hold no picture: a recorder's mark that it left a frame out."""
    marks = "avi" in container.format.name.split(",") and "mpeg4" in stream.codec_context.name
    return 1 if marks else 0


def index_packets(container: av.container.InputContainer, stream: av.video.stream.VideoStream) -> PacketIndex:
    """Read every packet of a stream. A container that breaks off gives what came before."""
    columns = [array("q") for _ in range(4)]
    flags = [array("b") for _ in range(3)]
    listed, least = _listed(container, stream), marker_bytes(container, stream)
    ended_early, marks = False, 0
    try:
        for packet in container.demux(stream):
            if packet.size <= least:
                marks += packet.dts is not None
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
    if listed is not None:
        dts, pts = (restamped(position, stamps, listed=listed) for stamps in (dts, pts))
    unfound = max(0, len(listed) - len(pts) - marks) if listed is not None else 0
    return PacketIndex(pts, dts, position, size, keyframe, corrupt, hidden, ended_early, unfound)


def _listed(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream
) -> dict[int, int] | None:
    """The stamps that an AVI's own index lists, by the byte where the frame's data begins."""
    if "avi" not in container.format.name.split(",") or len(stream.index_entries) == 0:
        return None
    return {entry.pos + _AVI_CHUNK_HEADER_BYTES: entry.timestamp for entry in stream.index_entries}


def restamped(position: IntColumn, stamps: IntColumn, *, listed: dict[int, int]) -> IntColumn:
    """Stamps (n,) by the file's own index where it knows every packet, otherwise as they were.

    Packets of an AVI carry no time: they are counted as they are found, and behind a hole the count is short.
    The index at the end of the file knows how many frames the hole held.
    """
    found = np.array([listed.get(int(place), NO_TIME) for place in position], dtype=np.int64)
    complete = bool((found != NO_TIME).all() and (np.diff(found) > 0).all())
    return _frozen(np.where(stamps == NO_TIME, NO_TIME, found)) if complete else stamps


def _frozen(column: NDArray[np.int64]) -> IntColumn:
    column.flags.writeable = False
    return column


def _frozen_flags(column: NDArray[np.bool_]) -> BoolColumn:
    column.flags.writeable = False
    return column
