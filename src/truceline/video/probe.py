"""What a footage file says of itself, after it was hashed and before anything is corrected."""

import contextlib
import hashlib
from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.container
import av.error
import av.logging
import av.video
import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.records.digests import Sha256, sha256_of
from truceline.records.time import UtcNs, parse_utc

av.logging.set_level(None)  # FFmpeg's own log can deadlock Python threads (PyAV issue 751)

IMAGE_SUFFIXES = (".bmp", ".jpg", ".jpeg", ".png", ".tif", ".tiff")
IMAGE_TICKS_PER_S = 1000

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FootageFacts:
    """What a file says of itself, before anything is corrected.

    Attributes:
        rate_hz: The container's average frame rate, 0 when it has none (a folder of pictures).
        duration_s: The container's claim in its own seconds, or None.
        created_utc_ns: The container's creation time, or None. Cameras write it carelessly.
        quarter_turns: Counter-clockwise quarter turns that put the picture upright.
    """

    name: str
    digest: Sha256
    size_bytes: int
    codec: str
    width_px: int
    height_px: int
    rate_hz: float
    time_base: Fraction
    duration_s: float | None
    created_utc_ns: UtcNs | None
    quarter_turns: int


def digest_of_footage(path: Path) -> tuple[Sha256, int]:
    """SHA-256 and size in bytes of a file, or of a folder of pictures (over names and their digests).

    Raises:
        InputError: Nothing there, or it cannot be read.
    """
    try:
        if path.is_dir():
            parts = [(one.name, *_digest_of_file(one)) for one in pictures_of(path)]
            listing = "".join(f"{digest.hex}  {name}\n" for name, digest, _ in parts)
            return sha256_of(listing.encode()), sum(size for _, _, size in parts)
        return _digest_of_file(path)
    except OSError as error:
        raise InputError(
            f"the footage cannot be read: {error.strerror}",
            where=str(path),
            do="Check the path and its rights.",
        ) from error


def _digest_of_file(path: Path) -> tuple[Sha256, int]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return Sha256(digest.hexdigest()), stream.tell()


def pictures_of(folder: Path) -> list[Path]:
    """The pictures of a folder in order of their names.

    Raises:
        InputError: There are none.
    """
    pictures = sorted(one for one in folder.iterdir() if one.suffix.lower() in IMAGE_SUFFIXES)
    if not pictures:
        raise InputError(
            "the folder holds no pictures",
            where=str(folder),
            do=f"Give a video file, or a folder of {', '.join(IMAGE_SUFFIXES)}.",
        )
    return pictures


def probe_footage(path: Path) -> FootageFacts:
    """Hash the file, then read what it says of itself.

    Raises:
        InputError: Empty, no video in it, or nothing that can be decoded.
    """
    digest, size = digest_of_footage(path)
    if size == 0:
        raise InputError("the file is empty", where=str(path), do="Copy it again from the recorder.")
    if path.is_dir():
        return _probe_pictures(path, digest, size=size)
    with opened(path) as container:
        stream = video_stream(container, path)
        first = _first_frame(container, stream, path=path)
        rate = stream.average_rate or stream.guessed_rate or Fraction(0)
        created = container.metadata.get("creation_time") or stream.metadata.get("creation_time")
        turns = _quarter_turns(first)
        width, height = (first.height, first.width) if turns % 2 else (first.width, first.height)
        return FootageFacts(
            name=path.name,
            digest=digest,
            size_bytes=size,
            codec=stream.codec_context.name,
            width_px=width,
            height_px=height,
            rate_hz=float(rate),
            time_base=stream.time_base or Fraction(1, 1000),
            duration_s=_duration_s(container, stream),
            created_utc_ns=_created(created),
            quarter_turns=turns,
        )


def _probe_pictures(folder: Path, digest: Sha256, *, size: int) -> FootageFacts:
    first = read_picture(pictures_of(folder)[0])
    return FootageFacts(
        name=folder.name,
        digest=digest,
        size_bytes=size,
        codec="pictures",
        width_px=first.shape[1],
        height_px=first.shape[0],
        rate_hz=0.0,
        time_base=Fraction(1, IMAGE_TICKS_PER_S),
        duration_s=None,
        created_utc_ns=None,
        quarter_turns=0,
    )


def opened(path: Path) -> av.container.InputContainer:
    """The file opened for reading.

    Raises:
        InputError: It is no video, or it is damaged beyond its index.
    """
    try:
        container = av.open(str(path), mode="r", metadata_errors="ignore")
    except FileNotFoundError as error:
        raise InputError("there is no such file", where=str(path)) from error
    except av.error.FFmpegError as error:
        raise InputError(
            f"this is no video that can be opened ({error.strerror})",
            where=str(path),
            do="Check that the copy is whole; a cut MP4 without its index cannot be read.",
        ) from error
    return container


def video_stream(container: av.container.InputContainer, path: Path) -> av.video.stream.VideoStream:
    """The first video stream.

    Raises:
        InputError: There is none.
    """
    streams = container.streams.video
    if not streams:
        kinds = ", ".join(sorted({stream.type for stream in container.streams})) or "nothing"
        container.close()
        raise InputError(
            f"there is no picture in this file, only {kinds}", where=str(path), do="Give a video."
        )
    stream = streams[0]
    stream.codec_context.thread_count = 1
    return stream


def _first_frame(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream, *, path: Path
) -> av.VideoFrame:
    with contextlib.closing(decoded(container, stream)) as frames:
        for frame in frames:
            if isinstance(frame, av.VideoFrame):
                return frame
    raise InputError(
        "not one frame of this video can be decoded",
        where=str(path),
        do="Copy it again from the recorder; if it fails again, the recording is damaged.",
    )


def decoded(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream
) -> Generator[av.VideoFrame | None, None, None]:
    """Frames in order; None where a packet or a frame could not be decoded."""
    try:
        for packet in container.demux(stream):
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                yield None
    except av.error.FFmpegError:
        yield None


def _quarter_turns(frame: av.VideoFrame) -> int:
    return round((frame.rotation or 0) / 90) % 4


def _duration_s(container: av.container.InputContainer, stream: av.video.stream.VideoStream) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else None


def _created(text: str | None) -> UtcNs | None:
    if text is None:
        return None
    try:
        return parse_utc(text)
    except InputError:
        return None


def read_picture(path: Path) -> Image:
    """A still picture, (height, width, 3) blue-green-red.

    Raises:
        InputError: It cannot be decoded.
    """
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                return as_bgr(frame, 0)
    except av.error.FFmpegError as error:
        raise InputError(f"the picture cannot be decoded ({error.strerror})", where=str(path)) from error
    raise InputError("the picture holds no image", where=str(path))


def as_bgr(frame: av.VideoFrame, turns: int) -> Image:
    """A decoded frame as (height, width, 3) blue-green-red, put upright by quarter turns."""
    picture = np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture
