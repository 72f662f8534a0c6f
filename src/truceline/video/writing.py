"""Writing video: H.264 in MP4, in a temporary sibling that is renamed when it is whole."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError, ServiceError


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to encode. ``crf`` is x264's constant rate factor: 18 nearly lossless, 28 small."""

    rate: Fraction
    crf: int = 23
    preset: str = "veryfast"


def write_video(path: Path, frames: Iterable[NDArray[np.uint8]], *, encoding: Encoding) -> int:
    """Write blue-green-red frames (height, width, 3) at a constant rate; gives the number of frames.

    The same frames give the same bytes. Odd sizes lose their last row or column (4:2:0 needs even sizes).

    Raises:
        InputError: There are no frames.
        ServiceError: The disk or the encoder refuses; what was at ``path`` before is still there.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        count = _encode(partial, frames, encoding=encoding)
        if count == 0:
            raise InputError("a video of no frames cannot be written", where=str(path))
        partial.replace(path)
    except av.error.FFmpegError as error:
        raise ServiceError(
            f"the video cannot be written: {error.strerror}",
            where=str(path),
            do="Free some space and try again.",
        ) from error
    except OSError as error:
        raise ServiceError(
            f"the video cannot be written: {error.strerror or error}",
            where=str(path),
            do="Free some space or choose another folder; nothing half-written was left.",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    return count


def _encode(path: Path, frames: Iterable[NDArray[np.uint8]], *, encoding: Encoding) -> int:
    count = 0
    with av.open(
        str(path), mode="w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}
    ) as out:
        stream = None
        for count, picture in enumerate(frames, start=1):  # noqa: B007
            even = picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]
            if stream is None:
                settings = {
                    "crf": str(encoding.crf),
                    "preset": encoding.preset,
                    "threads": "2",
                    # x264's macroblock tree reads memory that nobody wrote (MALLOC_PERTURB_ shows it): with
                    # it the same frames give other bytes from one process to the next.
                    "x264-params": "mbtree=0",
                }
                stream = out.add_stream("libx264", rate=encoding.rate, options=settings)
                stream.width, stream.height = even.shape[1], even.shape[0]
                stream.pix_fmt = "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="bgr24")
            out.mux(stream.encode(frame))
        if stream is not None:
            out.mux(stream.encode(None))
    return count
