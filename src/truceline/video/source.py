"""Footage files: what is in them, frame by frame, and which stretches of them were not observed."""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
import av.logging
import av.video
import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError, ServiceError
from truceline.records.digests import Sha256, sha256_of
from truceline.records.frames import Footage, FrameStamp, Gap, GapReason
from truceline.records.time import UtcNs, UtcSpan, parse_utc
from truceline.video.timing import MediaClock, StepWatch

av.logging.set_level(None)  # FFmpeg's own log can deadlock Python threads (PyAV issue 751)

IMAGE_SUFFIXES = (".bmp", ".jpg", ".jpeg", ".png", ".tif", ".tiff")
IMAGE_TICKS_PER_S = 1000
DAMAGE_IS_AN_ERROR = {"err_detect": "crccheck+bitstream+buffer+explode"}

CODECS_THAT_HIDE_DAMAGE = ("h264", "hevc")
"""These conceal damage silently unless asked; older codecs reject sound files when asked."""

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


@dataclass(frozen=True, slots=True, eq=False)
class VideoFrame:
    """One decoded frame: its identity and its picture, (height, width, 3) blue-green-red uint8."""

    stamp: FrameStamp
    bgr: Image


def digest_of_footage(path: Path) -> tuple[Sha256, int]:
    """SHA-256 and size in bytes of a file, or of a folder of pictures (over names and their digests).

    Raises:
        InputError: Nothing there, or it cannot be read.
    """
    try:
        if path.is_dir():
            parts = [(one.name, *_digest_of_file(one)) for one in _pictures_of(path)]
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


def _pictures_of(folder: Path) -> list[Path]:
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
        return _probe_pictures(path, digest, size)
    with _opened(path) as container:
        stream = _video_stream(container, path)
        first = _first_frame(container, stream, path)
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


def _probe_pictures(folder: Path, digest: Sha256, size: int) -> FootageFacts:
    first = _read_picture(_pictures_of(folder)[0])
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


def _opened(path: Path) -> av.container.InputContainer:
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


def _video_stream(container: av.container.InputContainer, path: Path) -> av.video.stream.VideoStream:
    streams = container.streams.video
    if not streams:
        kinds = ", ".join(sorted({stream.type for stream in container.streams})) or "nothing"
        container.close()
        raise InputError(
            f"there is no picture in this file, only {kinds}", where=str(path), do="Give a video."
        )
    stream = streams[0]
    stream.codec_context.thread_count = (
        1  # SLICE with the default count can oversubscribe; see docs/design/time.md
    )
    return stream


def _first_frame(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream, path: Path
) -> av.VideoFrame:
    with contextlib.closing(_decoded(container, stream)) as frames:
        for frame in frames:
            if isinstance(frame, av.VideoFrame):
                return frame
    raise InputError(
        "not one frame of this video can be decoded",
        where=str(path),
        do="Copy it again from the recorder; if it fails again, the recording is damaged.",
    )


def _decoded(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream
) -> Iterator[av.VideoFrame | None]:
    """Frames in order; None where a packet or a frame could not be decoded."""
    try:
        for packet in container.demux(stream):
            try:
                yield from packet.decode()  # type: ignore[misc]
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


def _read_picture(path: Path) -> Image:
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                return _as_bgr(frame, 0)
    except av.error.FFmpegError as error:
        raise InputError(f"the picture cannot be decoded ({error.strerror})", where=str(path)) from error
    raise InputError("the picture holds no image", where=str(path))


def _as_bgr(frame: av.VideoFrame, turns: int) -> Image:
    picture = np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


class FootageReader:
    """Reads one footage from start to end, as often as asked, and keeps a ledger of what it could not observe.

    Args:
        path: The file, or a folder of pictures.
        facts: What ``probe_footage`` said of it.
        footage: Camera, start, bound and true rate, as a person or a note declared them.

    After ``frames`` has run to its end, ``gaps`` holds the stretches that were not observed and ``span`` the
    time from the first frame to the end of the last.
    """

    def __init__(self, path: Path, facts: FootageFacts, footage: Footage) -> None:
        self.path = path
        self.facts = facts
        self.footage = footage
        stretch = Fraction(1)
        if footage.true_rate_hz and facts.rate_hz:
            stretch = Fraction(facts.rate_hz).limit_denominator(100_000) / Fraction(
                footage.true_rate_hz
            ).limit_denominator(100_000)
        self.clock = MediaClock(footage.start_utc_ns, footage.start_bound_s, facts.time_base, stretch)
        self.gaps: tuple[Gap, ...] = ()
        self.span: UtcSpan | None = None
        self.frame_count = 0
        rate = facts.rate_hz or footage.true_rate_hz or 1.0
        self._step = float(1 / (rate * facts.time_base))

    @property
    def usual_step_s(self) -> float:
        """The usual time between frames, in true seconds."""
        return self._step * float(self.facts.time_base * self.clock.stretch)

    def frames(self) -> Iterator[VideoFrame]:
        """Every frame that can be decoded, in order of presentation.

        Raises:
            InputError: The picture's size changes, or nothing can be decoded.
        """
        ledger = _Ledger(self)
        source = self._pictures() if self.path.is_dir() else self._video()
        with contextlib.closing(source):
            for item in source:
                stamp = ledger.admit(item)
                if stamp is not None and item is not None:
                    yield VideoFrame(stamp, item[1])
        ledger.close()

    def _pictures(self) -> Iterator[tuple[int | None, Image] | None]:
        for index, path in enumerate(_pictures_of(self.path)):
            try:
                picture = _read_picture(path)
            except InputError:
                yield None
                continue
            self._check_size(picture)
            yield round(index * self._step), picture

    def _video(self) -> Iterator[tuple[int | None, Image] | None]:
        with _opened(self.path) as container:
            stream = _video_stream(container, self.path)
            # AVI stores no presentation times; FFmpeg's guesses run backwards where frames were packed.
            in_decoding_time = container.format.name == "avi"
            if self.facts.codec in CODECS_THAT_HIDE_DAMAGE:
                stream.codec_context.options = DAMAGE_IS_AN_ERROR
            with contextlib.closing(_decoded(container, stream)) as frames:
                for frame in frames:
                    if frame is None:
                        yield None
                        continue
                    try:
                        picture = _as_bgr(frame, self.facts.quarter_turns)
                    except (av.error.FFmpegError, ValueError):
                        yield None
                        continue
                    self._check_size(picture)
                    yield (frame.dts if in_decoding_time else frame.pts), picture

    def _check_size(self, picture: Image) -> None:
        height, width = picture.shape[:2]
        if (width, height) != (self.facts.width_px, self.facts.height_px):
            raise InputError(
                f"the picture changes its size from {self.facts.width_px}×{self.facts.height_px} to {width}×{height}",
                where=self.facts.name,
                do="Cut the recording where its size changes and give the parts apart.",
            )


class _Ledger:
    """Admits frames in order and books what is missing between them."""

    def __init__(self, reader: FootageReader) -> None:
        self._reader = reader
        self._watch = StepWatch(reader._step)
        self._gaps: list[Gap] = []
        self._first: int | None = None
        self._last: int | None = None
        self._damaged = 0
        self._index = 0

    def admit(self, item: tuple[int | None, Image] | None) -> FrameStamp | None:
        """The stamp of a frame, or None when it has no place in time; books the gap before it."""
        if item is None:
            self._damaged += 1
            return None
        pts = item[0]
        if pts is None:
            self._damaged += 1
            return None
        if self._last is not None:
            if pts <= self._last:
                self._damaged += 1
                return None
            self._book_before(pts)
        self._first = pts if self._first is None else self._first
        self._last, self._damaged = pts, 0
        clock, footage = self._reader.clock, self._reader.footage
        stamp = FrameStamp(
            camera_id=footage.camera_id,
            source=footage.digest,
            index=self._index,
            pts=pts,
            utc_ns=clock.utc_ns(pts),
            bound_s=clock.bound_at(pts),
        )
        self._index += 1
        return stamp

    def _book_before(self, pts: int) -> None:
        last = self._last if self._last is not None else pts
        is_gap = self._watch.is_gap(pts - last)
        if not is_gap and not self._damaged:
            return
        start = last + min(round(self._reader._step), pts - last)
        if self._damaged:
            reason = GapReason(
                "damaged", f"{self._damaged} frame(s) could not be decoded or had no valid time."
            )
        elif is_gap:
            reason = GapReason("missing", "The recording jumps forward here: frames are missing.")
        self._book(start, pts, reason)

    def _book(self, start: int, end: int, reason: GapReason) -> None:
        clock, footage = self._reader.clock, self._reader.footage
        span = UtcSpan(clock.utc_ns(min(start, end)), clock.utc_ns(end))
        name = sha256_of(f"gap {footage.digest.hex} {start} {end} {reason.kind}".encode()).hex[:16]
        self._gaps.append(Gap(name, footage.camera_id, span, reason))

    def close(self) -> None:
        """Book what is missing at the end and hand everything to the reader.

        Raises:
            InputError: Not one frame was decoded.
        """
        reader = self._reader
        if self._first is None or self._last is None:
            raise InputError(
                "not one frame of this video can be decoded",
                where=reader.facts.name,
                do="Copy it again from the recorder; if it fails again, the recording is damaged.",
            )
        end = self._last + round(reader._step)
        claimed = reader.facts.duration_s
        if self._damaged:
            reason = GapReason("damaged", f"{self._damaged} packet(s) at the end could not be decoded.")
            self._book(end, max(end, self._claimed_end(claimed)), reason)
        elif claimed is not None and self._claimed_end(claimed) > end + 2 * reader._step:
            reason = GapReason("cut short", "The recording ends before its container says it does.")
            self._book(end, self._claimed_end(claimed), reason)
        reader.gaps = tuple(self._gaps)
        reader.span = UtcSpan(reader.clock.utc_ns(self._first), reader.clock.utc_ns(end))
        reader.frame_count = self._index

    def _claimed_end(self, claimed_s: float | None) -> int:
        if claimed_s is None or self._first is None:
            return 0
        return self._first + round(claimed_s / float(self._reader.facts.time_base))


def scratch_error(error: OSError, where: Path) -> ServiceError:
    """The error for a disk that refuses: full, read-only or gone."""
    return ServiceError(
        f"the file cannot be written: {error.strerror or error}",
        where=str(where),
        do="Free some space or choose another folder; nothing half-written was left.",
    )
