"""Odd and damaged files, made from a small clip that a test draws: the kinds that the field brings."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av

from tests.unit.video.clips import texture, write_clip

FRAMES = 24
RATE_HZ = 10

Bytes = bytearray


@dataclass(frozen=True)
class Recipe:
    """A container with a codec that it is written with."""

    suffix: str
    codec: str = "libx264"
    options: tuple[tuple[str, str], ...] = (("g", "6"),)


RECIPES = {
    "mp4": Recipe("mp4"),
    "mp4 index first": Recipe("mp4"),
    "fragments": Recipe("mp4"),
    "mkv": Recipe("mkv"),
    "ts": Recipe("ts"),
    "avi b-frames": Recipe("avi", options=(("g", "6"), ("bf", "2"), ("b_strategy", "0"))),
    "mpeg-4 avi": Recipe("avi", "mpeg4"),
    "motion jpeg avi": Recipe("avi", "mjpeg", ()),
    "mpeg-2 ts": Recipe("ts", "mpeg2video"),
    "h265": Recipe("mp4", "libx265", (("x265-params", "log-level=none:keyint=6"),)),
    "vp9": Recipe("webm", "libvpx-vp9", (("cpu-used", "8"), ("g", "6"))),
    "ffv1": Recipe("mkv", "ffv1", (("level", "3"), ("slicecrc", "1"))),
    "flv": Recipe("flv", "flv"),
    "raw h264": Recipe("h264"),
    "gif": Recipe("gif", "gif", ()),
}
MOVFLAGS = {"mp4 index first": "faststart", "fragments": "frag_keyframe+delay_moov+default_base_moof"}


def clip(folder: Path, kind: str) -> Path:
    """A whole clip of one kind."""
    recipe = RECIPES[kind]
    path = folder / f"{kind.replace(' ', '-')}.{recipe.suffix}"
    if recipe.codec == "gif":
        return _gif(path)
    write_clip(
        path, range(FRAMES), rate=RATE_HZ, codec=recipe.codec, options=dict(recipe.options), draw=texture
    )
    return remuxed(path, options={"movflags": MOVFLAGS[kind]}) if kind in MOVFLAGS else path


def _gif(path: Path) -> Path:
    with av.open(str(path), mode="w") as out:
        stream = out.add_stream("gif", rate=RATE_HZ)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "rgb8"
        for number in range(FRAMES):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(texture(number), format="bgr24")))
        out.mux(stream.encode(None))
    return path


def remuxed(path: Path, *, shift_s: float = 0.0, suffix: str = "", options: dict[str, str]) -> Path:
    """The same packets in another container, later by ``shift_s``."""
    target = path.with_name(f"{path.stem}-again{suffix or path.suffix}")
    with av.open(str(path)) as source, av.open(str(target), mode="w", options=options) as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is None or packet.pts is None:
                continue
            shift = round(shift_s / float(packet.time_base))
            packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
            out.mux(packet)
    return target


def _cut(share: float) -> Callable[[Bytes, random.Random], Bytes]:
    return lambda content, _: content[: int(len(content) * share)]


def _bit_flips(content: Bytes, draw: random.Random) -> Bytes:
    for _ in range(max(4, len(content) // 2000)):
        content[draw.randrange(64, len(content))] ^= 1 << draw.randrange(8)
    return content


def _block(content: Bytes, draw: random.Random, *, filling: Callable[[int], bytes]) -> Bytes:
    size = max(16, len(content) // 12)
    place = draw.randrange(len(content) // 4, len(content) - size)
    content[place : place + size] = filling(size)
    return content


def _zeroed(content: Bytes, draw: random.Random) -> Bytes:
    return _block(content, draw, filling=bytes)


def _garbage(content: Bytes, draw: random.Random) -> Bytes:
    return _block(content, draw, filling=draw.randbytes)


def _removed(content: Bytes, draw: random.Random) -> Bytes:
    return _block(content, draw, filling=lambda _: b"")


def _no_index(content: Bytes, _: random.Random) -> Bytes:
    for name, other in ((b"moov", b"free"), (b"idx1", b"JUNK")):
        content = content.replace(name, other)
    return content


def _bad_header(content: Bytes, draw: random.Random) -> Bytes:
    for name in (b"mvhd", b"mdhd", b"strh", b"stts"):
        place = content.find(name)
        if place >= 0:
            content[place + 8 : place + 24] = draw.randbytes(16)
    return content


def _no_head(content: Bytes, _: random.Random) -> Bytes:
    content[:64] = bytes(64)
    return content


DAMAGES: dict[str, Callable[[Bytes, random.Random], Bytes]] = {
    "whole": lambda content, _: content,
    "cut at 2 %": _cut(0.02),
    "cut at 30 %": _cut(0.3),
    "cut at 90 %": _cut(0.9),
    "bit flips": _bit_flips,
    "zeroed block": _zeroed,
    "garbage block": _garbage,
    "a piece removed": _removed,
    "no index": _no_index,
    "bad header": _bad_header,
    "no head": _no_head,
    "twice in a row": lambda content, _: content + content,
    "garbage at the end": lambda content, draw: content + draw.randbytes(3000),
}


def damaged(path: Path, damage: str, *, seed: int = 0) -> Path:
    """A copy of a file, damaged in one way."""
    target = path.with_name(f"{path.stem}-{damage.replace(' ', '-').replace('%', 'percent')}{path.suffix}")
    target.write_bytes(DAMAGES[damage](bytearray(path.read_bytes()), random.Random(seed)))
    return target
