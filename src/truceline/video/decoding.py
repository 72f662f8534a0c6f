"""Decoding from a keyframe on: every frame is known by the packet that it came from."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.container
import av.error
import av.video.codeccontext
import av.video.stream
import numpy as np
from numpy.typing import NDArray

from truceline.video.container import DAMAGE_IS_AN_ERROR, opened, video_stream
from truceline.video.times.index import NO_TIME, PacketIndex, marker_bytes

if TYPE_CHECKING:
    from truceline.video.times.index import Packet

Needed = NDArray[np.bool_]
"""For each packet of a file, by its ordinal, whether its frame is wanted."""

_SKIPPED_AFTER_SEEK = 8
"""A seek into a transport stream can land inside a picture: so many packets may be unknown at first."""


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """A frame, or the error instead of it.

    Attributes:
        ordinal: The packet that it came from; None for an error of which the packet is not known.
        frame: None where the packet gave an error.
        fed: The packet after which the decoder gave it; None for those that it held to the end.
        keyframe: The packet is one at which decoding can start.
    """

    ordinal: int | None
    frame: av.VideoFrame | None
    keyframe: bool = False
    fed: int | None = None


class IndexLiesError(Exception):
    """A seek did not lead to where the index says; read from the start instead."""


def decoded(
    path: Path, index: PacketIndex, *, start: int = 0, needed: Needed | None = None
) -> Generator[Decoded, None, None]:
    """Frames in the order of presentation, and errors where they arise, from the packet ``start`` on.

    ``start`` is found by a seek that is checked packet by packet; where that fails, the file is run through
    from its start without decoding what lies before. Either way the same packets are decoded.

    Args:
        path: The file.
        index: Its packets.
        start: The first packet to decode.
        needed: Which packets' frames are wanted; of the others those on which no frame rests are passed over,
            and it is left open whether the rest are given. None: every frame is.

    Raises:
        InputError: The file cannot be opened any more.
    """
    if start > 0:
        with contextlib.closing(_sought(path, index, start=start, needed=needed)) as items:
            try:
                first = next(items, None)
            except IndexLiesError:
                pass
            else:
                if first is not None:
                    yield first
                yield from items
                return
    yield from _from_the_start(path, index, start=start, needed=needed)


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """An open file and its stream of pictures."""

    container: av.container.InputContainer
    stream: av.video.stream.VideoStream

    def packets(self) -> Generator[Packet, None, None]:
        """Packets that hold something, and the empty one at the end, for which the decoder gives the rest."""
        least = marker_bytes(self.container, self.stream)
        for packet in self.container.demux(self.stream):
            if packet.size > least or (packet.size == 0 and packet.dts is None):
                yield packet


@contextlib.contextmanager
def _source(path: Path) -> Generator[_Source, None, None]:
    with opened(path) as container:
        stream = video_stream(container, path)
        stream.codec_context.options = DAMAGE_IS_AN_ERROR
        yield _Source(container, stream)


def _sought(
    path: Path, index: PacketIndex, *, start: int, needed: Needed | None
) -> Generator[Decoded, None, None]:
    stamps = [int(one) for one in (index.dts[start], index.pts[start]) if one != NO_TIME]
    if not stamps:
        raise IndexLiesError
    with _source(path) as source:
        try:
            source.container.seek(min(stamps), stream=source.stream)
        except (av.error.FFmpegError, OverflowError) as error:
            raise IndexLiesError from error
        packets = _thinned(_checked(source, index, start=start), source, needed=needed)
        yield from _fed(packets, index, context=source.stream.codec_context)


def _checked(
    source: _Source, index: PacketIndex, *, start: int
) -> Generator[tuple[int | None, Packet], None, None]:
    """Packets from ``start`` on with their ordinals, once each packet was found where the index says."""
    at: int | None = None
    unknown = 0
    for packet in source.packets():
        if packet.size == 0:
            break
        if at is None:
            at = index.ordinal_of(packet)
            unknown += 1
            if at is None and unknown <= _SKIPPED_AFTER_SEEK:
                continue
            if at is None or at > start:
                raise IndexLiesError
        elif at <= start and not index.is_packet(at, packet):
            raise IndexLiesError
        if at >= start:
            yield at, packet
        at += 1
    if at is None or at <= start:
        raise IndexLiesError
    yield None, packet


def _from_the_start(
    path: Path, index: PacketIndex, *, start: int, needed: Needed | None
) -> Generator[Decoded, None, None]:
    with _source(path) as source:
        packets = _thinned(_numbered(source, start=start), source, needed=needed)
        yield from _fed(packets, index, context=source.stream.codec_context)


def _thinned(
    packets: Generator[tuple[int | None, Packet], None, None], source: _Source, *, needed: Needed | None
) -> Generator[tuple[int | None, Packet], None, None]:
    """The same packets; before one that is not needed the decoder is told to pass it over if it can.

    Without frame threads (``container.video_stream``) what it is told holds for the very next packet.
    """
    for ordinal, packet in packets:
        if needed is not None:
            wanted = ordinal is None or bool(needed[ordinal])
            source.stream.codec_context.skip_frame = "DEFAULT" if wanted else "NONREF"
        yield ordinal, packet


def _numbered(source: _Source, *, start: int) -> Generator[tuple[int | None, Packet], None, None]:
    ordinal = 0
    for packet in source.packets():
        if packet.size == 0:
            yield None, packet
            continue
        if ordinal >= start:
            yield ordinal, packet
        ordinal += 1


def _fed(
    packets: Generator[tuple[int | None, Packet], None, None],
    index: PacketIndex,
    *,
    context: av.video.codeccontext.VideoCodecContext,
) -> Generator[Decoded, None, None]:
    try:
        for ordinal, packet in packets:
            if ordinal is not None:
                # The decoder hands a packet's stamp to its frame: so each frame names its packet.
                packet.pts = ordinal
            yield from _given(packet, index, context=context)
    except av.error.FFmpegError:
        # The container broke off without the packet that makes the decoder give what it holds back.
        yield Decoded(None, None)
        yield from _given(None, index, context=context)


def _given(
    packet: Packet | None, index: PacketIndex, *, context: av.video.codeccontext.VideoCodecContext
) -> Generator[Decoded, None, None]:
    fed = packet.pts if packet is not None and packet.size else None
    try:
        frames = context.decode(packet)
    except av.error.FFmpegError:
        yield Decoded(fed, None)
        return
    for frame in frames:
        ordinal = frame.pts
        if ordinal is None or not 0 <= ordinal < len(index):
            yield Decoded(None, None)
        else:
            yield Decoded(ordinal, frame, bool(index.keyframe[ordinal]), fed)
