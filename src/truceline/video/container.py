"""Opening a container: what is footage and what is not, and which of its streams holds the pictures."""

from collections.abc import Sequence
from pathlib import Path

import av
import av.container
import av.error
import av.logging
import av.video
from av.stream import Disposition

from truceline.errors import InputError

av.logging.set_level(None)  # FFmpeg's own log can deadlock Python threads (PyAV issue 751)

NO_FOOTAGE_FORMATS = frozenset({"concat", "dash", "hls", "imf", "sdp", "tedcaptions", "tty"})
"""Playlists name other files, which the digest of this one does not cover; ``tty`` draws text as pictures."""

DAMAGE_IS_AN_ERROR = {"err_detect": "crccheck+bitstream+buffer+explode"}
"""Decoders conceal damage silently unless asked. Asked so, none of the whole files tried (H.264, H.265,
MPEG-2, MPEG-4, Motion JPEG, WMV, FLV, H.263, VP8, VP9, AV1, FFV1, HuffYUV, PNG, GIF) gave one error."""


def opened(path: Path) -> av.container.InputContainer:
    """The file opened for reading.

    Raises:
        InputError: It is no video, it is a playlist, or it is damaged beyond its index.
    """
    if not path.is_file():
        raise InputError(
            "there is no such file", where=str(path), do="Give a video, or a folder of pictures."
        )
    try:
        # "file:" keeps names like "concat:a" or "pipe:0" from meaning anything but a file.
        container = av.open(f"file:{path}", mode="r", metadata_errors="ignore")
    except (av.error.FFmpegError, ValueError) as error:
        raise InputError(
            f"this is no video that can be opened ({getattr(error, 'strerror', None) or error})",
            where=str(path),
            do="Check that the copy is whole; a cut MP4 without its index cannot be read.",
        ) from error
    if NO_FOOTAGE_FORMATS & set(container.format.name.split(",")):
        kind = container.format.name
        container.close()
        raise InputError(
            f"this is a list or a text ({kind}), not a recording",
            where=str(path),
            do="Give the recording itself.",
        )
    return container


def picture_streams(container: av.container.InputContainer) -> Sequence[av.video.stream.VideoStream]:
    """The video streams that can be decoded and are no cover picture."""
    return [
        stream
        for stream in container.streams.video
        if _decodes(stream) and not stream.disposition & Disposition.attached_pic
    ]


def _decodes(stream: av.video.stream.VideoStream) -> bool:
    context: object = stream.codec_context  # None where FFmpeg has no decoder, whatever its types say
    return context is not None


def video_stream(container: av.container.InputContainer, path: Path) -> av.video.stream.VideoStream:
    """The stream of pictures: of several the one with the most frames, then the first.

    Raises:
        InputError: There is none, or nothing here can decode it.
    """
    streams = picture_streams(container)
    if not streams:
        undecodable = any(not _decodes(stream) for stream in container.streams.video)
        kinds = ", ".join(sorted({stream.type for stream in container.streams})) or "nothing"
        container.close()
        raise InputError(
            "its pictures are in a form that nothing here decodes"
            if undecodable
            else f"there is no picture in this file, only {kinds}",
            where=str(path),
            do="Convert it to H.264 without changing its times." if undecodable else "Give a video.",
        )
    stream = max(streams, key=lambda one: one.frames or 0)
    stream.thread_type = "NONE"
    stream.codec_context.thread_count = 1
    return stream
