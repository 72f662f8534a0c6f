"""Recording as a CCTV recorder does: a steady bit rate, few key frames, no B-frames, sound beside pictures.

Stamps are the caller's own (the camera's clock, with its drift and its holes) on a clock of 90 kHz. A file
appears under its name when it is whole. The same pictures give the same bytes on one machine: one thread, no
look-ahead, and none of x264's macroblock tree (video/writing.py says why).

A *group of pictures* may also be encoded once and its packets copied again and again (``GroupCoder``,
``Recorder.copy``): groups that were coded apart by the same settings share their parameter sets, and each
opens with a key frame, so that a long quiet recording costs the time of a short one. Its noise then repeats
with the group; the journey uses it only where nobody moves and no clock is drawn.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
import av.audio
import av.error
import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError, ServiceError

if TYPE_CHECKING:
    Packet = av.Packet[av.VideoStream]

Image = NDArray[np.uint8]

TICKS_PER_S = 90_000
"""Every usual frame rate, 25/3 Hz too, is a whole number of these."""

BUFFER_S = 2.0
"""What the rate control may run ahead or behind: recorders allow about one group."""
PEAK = 1.5
"""Highest short-term rate, in parts of the rate asked for."""

_TIME_BASE = Fraction(1, TICKS_PER_S)
_AAC_KBIT_S = 64
_SOUND_CODECS = {"pcm": "pcm_s16le", "aac": "aac", "g711": "pcm_mulaw"}
SUFFIXES = {"pcm": ".mov", "aac": ".mp4", "g711": ".mov", None: ".mp4"}
"""MP4 wherever it can hold the sound; uncompressed and G.711 sound need QuickTime's container."""
SOUND_SUFFIXES = {"pcm": ".wav", "aac": ".m4a", "g711": ".wav"}
_SOUND_FORMATS = {".wav": "wav", ".m4a": "mp4"}


@dataclass(frozen=True, slots=True)
class CctvEncoding:
    """How pictures are coded.

    Attributes:
        size_px: Width and height; both even, as 4:2:0 needs.
        codec: ``h264`` or ``h265``.
        group: Frames from one key frame to the next.
    """

    size_px: tuple[int, int]
    rate_hz: Fraction
    codec: str = "h264"
    kbit_s: int = 1500
    group: int = 50

    def __post_init__(self) -> None:
        """Refuse what no recorder can write."""
        if self.codec not in ("h264", "h265"):
            raise InputError(f"the codec {self.codec!r} is not written here", do="Say h264 or h265.")
        width, height = self.size_px
        if width % 2 or height % 2 or min(width, height) < 16:
            raise InputError(
                f"a picture of {width}×{height} cannot be coded", do="Give even sides of at least 16 pixels."
            )


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Sound beside the pictures: (n,) 16-bit samples from the first picture on; codec pcm, aac or g711.

    The samples come at the rate at which they are kept (G.711: 8 kHz).
    """

    samples: NDArray[np.int16]
    rate_hz: int
    codec: str = "pcm"

    def __post_init__(self) -> None:
        """Refuse a codec that is not known here."""
        if self.codec not in _SOUND_CODECS:
            raise InputError(f"the sound codec {self.codec!r} is not written here", do="pcm, aac or g711.")


@dataclass(frozen=True, slots=True)
class CodedPicture:
    """One coded picture of a group: its bytes, its place after the group's first in ticks, key or not."""

    data: bytes
    ticks: int
    is_key: bool


class GroupCoder:
    """Codes groups of pictures apart from any file."""

    def __init__(self, encoding: CctvEncoding) -> None:
        self._encoding = encoding

    def coded(self, pictures: Iterable[tuple[int, Image]]) -> tuple[CodedPicture, ...]:
        """The packets of (ticks, picture) pairs, blue-green-red (h, w, 3), each in display order."""
        context = cast("av.VideoCodecContext", av.CodecContext.create(_encoder_name(self._encoding), "w"))
        _set_up(context, self._encoding)
        context.flags |= av.codec.context.Flags.global_header.value
        packets: list[Packet] = []
        for ticks, picture in pictures:
            packets += context.encode(_frame(picture, ticks))
        packets += context.encode(None)
        return tuple(
            CodedPicture(bytes(packet), int(packet.pts or 0), packet.is_keyframe) for packet in packets
        )


@contextlib.contextmanager
def recording(path: Path, encoding: CctvEncoding, *, sound: Sound | None = None) -> Iterator["Recorder"]:
    """A recorder whose file gets its name when the block ends well, and vanishes when it does not.

    Raises:
        InputError: Nothing was recorded.
        ServiceError: The disk or the encoder refuses.
    """
    recorder = Recorder(path, encoding, sound=sound)
    try:
        yield recorder
        recorder.finish()
    finally:
        recorder.abandon()


class Recorder:
    """Writes one file; made by ``recording``."""

    def __init__(self, path: Path, encoding: CctvEncoding, *, sound: Sound | None = None) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.partial")
        self._encoding = encoding
        self._sound = sound
        self._sound_at = 0
        self._last_ticks: int | None = None
        self._copies: bool | None = None
        self._step = round(TICKS_PER_S / encoding.rate_hz)
        self.count = 0
        with _translated(path):
            self._open()

    def _open(self) -> None:
        form = "mov" if self._path.suffix == ".mov" else "mp4"
        self._out = av.open(
            str(self._partial),
            mode="w",
            format=form,
            options={
                "movflags": "+faststart",
                "fflags": "+bitexact",
                "video_track_timescale": str(TICKS_PER_S),
            },
        )
        name = _encoder_name(self._encoding)
        self._video = cast("av.VideoStream", self._out.add_stream(name, rate=self._encoding.rate_hz))
        _set_up(self._video.codec_context, self._encoding)
        self._video.time_base = _TIME_BASE
        self._audio: av.audio.stream.AudioStream | None = None
        if self._sound is not None:
            self._audio = _audio_stream(self._out, self._sound)

    def add(self, picture: Image, ticks: int) -> None:
        """One picture (h, w, 3) blue-green-red at that many ticks after the file's start, increasing.

        Raises:
            InputError: The stamp does not follow the one before, or the file holds copied groups.
        """
        self._check(ticks, copies=False)
        with _translated(self._path):
            self._mux(self._video.encode(_frame(picture, ticks)))
            self._sound_until(ticks)

    def copy(self, group: Sequence[CodedPicture], ticks: int) -> None:
        """The packets of a group that was coded apart by the same settings, its first picture at ``ticks``.

        A file holds such groups only, or none: a picture that was added refers to the one before it.

        Raises:
            InputError: The stamp does not follow the one before, or the file holds added pictures.
        """
        with _translated(self._path):
            for one in group:
                self._check(ticks + one.ticks, copies=True)
                packet = cast("Packet", av.Packet(one.data))
                packet.pts = packet.dts = ticks + one.ticks
                packet.time_base = _TIME_BASE
                packet.duration = self._step
                packet.is_keyframe = one.is_key
                self._mux([packet])
            self._sound_until(self._last_ticks or 0)

    def _check(self, ticks: int, *, copies: bool) -> None:
        if self._copies not in (None, copies):
            raise InputError("copied groups and added pictures do not mix", where=str(self._path))
        self._copies = copies
        if self._last_ticks is not None and ticks <= self._last_ticks:
            raise InputError(
                f"a picture at tick {ticks} cannot follow one at {self._last_ticks}", where=str(self._path)
            )
        self._last_ticks = ticks
        self.count += 1

    def _mux(self, packets: Iterable["Packet"]) -> None:
        for packet in packets:
            packet.stream = self._video
            # Without a length the last picture of a file would last no time.
            packet.duration = self._step
            self._out.mux(packet)

    def _sound_until(self, ticks: int) -> None:
        """Encode the sound up to the end of the picture at ``ticks``."""
        if self._sound is None or self._audio is None:
            return
        end = min(
            (ticks + self._step) * self._sound.rate_hz // TICKS_PER_S,
            len(self._sound.samples),
        )
        part = self._sound.samples[self._sound_at : end]
        if len(part):
            _encode_sound(self._out, self._audio, samples=part, at=self._sound_at)
            self._sound_at = end

    def abandon(self) -> None:
        """Remove what there is of the file."""
        with contextlib.suppress(av.error.FFmpegError, OSError, ValueError):
            self._out.close()
        with contextlib.suppress(OSError):
            self._partial.unlink(missing_ok=True)

    def finish(self) -> None:
        """Write what the encoders still hold and give the file its name.

        Raises:
            InputError: There was no picture.
        """
        if self.count == 0:
            raise InputError("a recording of no pictures cannot be written", where=str(self._path))
        with _translated(self._path):
            self._mux(self._video.encode(None))
            if self._audio is not None:
                self._out.mux(self._audio.encode(None))
            self._out.close()
            self._partial.replace(self._path)


def write_sound(path: Path, sound: Sound) -> None:
    """A file that holds sound only: WAV for pcm and G.711 (mu-law), MPEG-4 for AAC.

    Raises:
        ServiceError: The disk or the encoder refuses.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with (
            _translated(path),
            av.open(
                str(partial), mode="w", format=_SOUND_FORMATS[path.suffix], options={"fflags": "+bitexact"}
            ) as out,
        ):
            stream = _audio_stream(out, sound)
            _encode_sound(out, stream, samples=sound.samples, at=0)
            out.mux(stream.encode(None))
        with _translated(path):
            partial.replace(path)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (av.error.FFmpegError, OSError) as error:
        raise ServiceError(
            f"the recording cannot be written: {error.strerror or error}",
            where=str(path),
            do="Free some space or choose another folder; nothing half-written was left.",
        ) from error


def _encoder_name(encoding: CctvEncoding) -> str:
    return {"h264": "libx264", "h265": "libx265"}[encoding.codec]


def _set_up(context: av.VideoCodecContext, encoding: CctvEncoding) -> None:
    """Size, rate, and the settings of a camera's encoder: average rate with a buffer, fixed groups."""
    context.width, context.height = encoding.size_px
    context.pix_fmt = "yuv420p"
    context.framerate = encoding.rate_hz
    context.time_base = _TIME_BASE
    context.bit_rate = encoding.kbit_s * 1000
    context.gop_size = encoding.group
    context.thread_count = 1
    shared = {
        "keyint": encoding.group,
        "min-keyint": encoding.group,
        "scenecut": 0,
        "bframes": 0,
        "vbv-maxrate": round(encoding.kbit_s * PEAK),
        "vbv-bufsize": round(encoding.kbit_s * BUFFER_S),
        "rc-lookahead": 0,
    }
    if encoding.codec == "h264":
        own = {"mbtree": 0, "sync-lookahead": 0, "threads": 1}
        context.options = {"preset": "superfast", "x264-params": _joined({**shared, **own})}
    else:
        own = {"cutree": 0, "frame-threads": 1, "open-gop": 0, "repeat-headers": 0}
        words = _joined({**shared, **own}) + ":pools=none:log-level=none"
        context.options = {"preset": "ultrafast", "x265-params": words}


def _joined(settings: dict[str, int]) -> str:
    return ":".join(f"{name}={value}" for name, value in settings.items())


def _frame(picture: Image, ticks: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
    frame.pts = ticks
    frame.time_base = _TIME_BASE
    return frame


def _audio_stream(out: av.container.OutputContainer, sound: Sound) -> av.audio.stream.AudioStream:
    name = _SOUND_CODECS[sound.codec]
    stream = cast("av.audio.stream.AudioStream", out.add_stream(name, rate=sound.rate_hz))
    stream.layout = "mono"
    if sound.codec == "aac":
        stream.bit_rate = _AAC_KBIT_S * 1000
    stream.time_base = Fraction(1, sound.rate_hz)
    return stream


def _encode_sound(
    out: av.container.OutputContainer,
    stream: av.audio.stream.AudioStream,
    *,
    samples: NDArray[np.int16],
    at: int,
) -> None:
    frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
    frame.sample_rate = stream.rate or 0
    frame.pts = at
    frame.time_base = stream.time_base
    out.mux(stream.encode(frame))
