"""What a footage file says of itself, after it was hashed and before anything is corrected."""

import contextlib
import hashlib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import av
import av.container
import av.error
import av.video

from truceline.errors import InputError
from truceline.records.digests import Sha256, sha256_of
from truceline.records.time import UtcNs, parse_utc
from truceline.video.container import opened, video_stream
from truceline.video.decoding import decoded
from truceline.video.oddities import MOST_LENGTH_S, oddities
from truceline.video.picture import AS_RECORDED, CodedPicture, Image, Orientation, orientation_of
from truceline.video.times.index import PacketIndex, index_packets
from truceline.video.times.timeline import RATE_TOLERANCE, Stamping, Timeline, lay_out

IMAGE_SUFFIXES = (".bmp", ".jpg", ".jpeg", ".png", ".tif", ".tiff")
IMAGE_TICKS_PER_S = 1000

RAW_FORMATS = frozenset(
    ("av1", "h261", "h263", "h264", "hevc", "image2", "m4v", "mjpeg", "mpegvideo", "obu", "vc1")
)
"""Streams without a container, and stills: they store no times; FFmpeg makes stamps up at 25 a second."""

SMALLEST_SIDE_PX = 8
"""Nothing can be told from a smaller picture; the coarsest thermal cameras have 8×8 pixels."""

SOUND_SLACK_S = 1.0
"""A length that the container claims as a whole may be that of its sound, which can run on this long."""


@dataclass(frozen=True, slots=True)
class FootageFacts:
    """What a file says of itself, before anything is corrected.

    Attributes:
        width_px: Width of the shown picture, put upright; ``height_px`` likewise.
        rate_hz: Frames a second while frames come: the container's claim where its stamps agree with it, what
            its stamps say otherwise; 0 when nothing tells (a folder of pictures).
        duration_s: The container's claim in its own seconds, or None; ``duration_slack_s`` is how far it may
            be off, because it is not the picture stream's own.
        created_utc_ns: The container's creation time, or None. Cameras write it carelessly.
        orientation: How the recorded picture becomes the shown one.
        frames_short: How many frames fewer it holds than its header counts.
        notes: Sentences on what is odd about it.
        index: Its packets; ``timeline`` what they say about time. None for a folder of pictures.
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
    orientation: Orientation = AS_RECORDED
    duration_slack_s: float = 0.0
    frames_short: int = 0
    notes: tuple[str, ...] = ()
    index: PacketIndex | None = field(default=None, repr=False, compare=False)
    timeline: Timeline | None = field(default=None, repr=False, compare=False)


def digest_of_footage(path: Path) -> tuple[Sha256, int]:
    """SHA-256 and size in bytes of a file, or of a folder of pictures (over names and their digests).

    Raises:
        InputError: Nothing there, or it cannot be read.
    """
    if path.exists() and not (path.is_dir() or path.is_file()):
        raise InputError("this is no file", where=str(path), do="Give a video, or a folder of pictures.")
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
    """Hash the file, read every packet without decoding, decode the first frame.

    Raises:
        InputError: Empty, no video in it, nothing that can be decoded, a picture too small to show anything,
            or stamps that cannot be times.
    """
    digest, size = digest_of_footage(path)
    if size == 0:
        raise InputError("the file is empty", where=str(path), do="Copy it again from the recorder.")
    if path.is_dir():
        return _probe_pictures(path, digest, size=size)
    with opened(path) as container:
        stream = video_stream(container, path)
        index = index_packets(container, stream)
        if not (~index.hidden).any():
            raise _nothing_decodes(path)
        time_base = stream.time_base or Fraction(1, IMAGE_TICKS_PER_S)
        claimed_hz = _claimed_rate(stream)
        first, held_back = _first_frame(path, index)
        stamping = replace(_stamping(container, time_base, claimed_hz=claimed_hz), held_back=held_back)
        timeline = lay_out(index, stamping)
        _check_length(timeline, time_base, path=path)
        orientation = orientation_of(first)
        width, height = orientation.size(first.width, first.height)
        _check_picture(width, height, path=path)
        duration_s, slack_s = _duration_s(container, stream)
        created = container.metadata.get("creation_time") or stream.metadata.get("creation_time")
        return FootageFacts(
            name=path.name,
            digest=digest,
            size_bytes=size,
            codec=stream.codec_context.name,
            width_px=width,
            height_px=height,
            rate_hz=_rate(timeline, time_base, claimed_hz=claimed_hz),
            time_base=time_base,
            duration_s=duration_s,
            created_utc_ns=_created(created),
            orientation=orientation,
            duration_slack_s=slack_s,
            frames_short=_frames_short(container, stream, index=index),
            notes=oddities(container, stream, index=index, timeline=timeline, first=first),
            index=index,
            timeline=timeline,
        )


def _claimed_rate(stream: av.video.stream.VideoStream) -> float:
    claimed = stream.average_rate or stream.guessed_rate or Fraction(0)
    return float(claimed) if claimed > 0 else 0.0


def _stamping(container: av.container.InputContainer, time_base: Fraction, *, claimed_hz: float) -> Stamping:
    names = set(container.format.name.split(","))
    return Stamping(
        tick_s=float(time_base),
        claimed_step=1 / (claimed_hz * float(time_base)) if claimed_hz else 0.0,
        # AVI stores no presentation times; FFmpeg's guesses run late, and backwards where frames were packed.
        in_file_order="avi" in names,
        unstamped=bool(RAW_FORMATS & names) or any(name.endswith("_pipe") for name in names),
    )


def _check_length(timeline: Timeline, time_base: Fraction, *, path: Path) -> None:
    length_s = float((timeline.end - int(timeline.ticks[0])) * time_base)
    if length_s > MOST_LENGTH_S:
        raise InputError(
            f"by its time stamps this recording is {length_s / 86_400:.0f} days long, which cannot be",
            where=str(path),
            do="Its header is damaged, or its stamps are: repair it, keeping the original.",
        )


def _check_picture(width: int, height: int, *, path: Path) -> None:
    if min(width, height) < SMALLEST_SIDE_PX:
        raise InputError(
            f"a picture of {width}×{height} pixels shows nothing that can be told",
            where=str(path),
            do=f"Give footage of at least {SMALLEST_SIDE_PX} pixels in height and width.",
        )


def _rate(timeline: Timeline, time_base: Fraction, *, claimed_hz: float) -> float:
    if timeline.unstamped or timeline.step <= 0 or len(timeline) == 1:
        return claimed_hz
    stamped_hz = 1 / (timeline.step * float(time_base))
    return claimed_hz if abs(claimed_hz / stamped_hz - 1) <= RATE_TOLERANCE else stamped_hz


def _frames_short(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream, *, index: PacketIndex
) -> int:
    """Frames that the header counts and the file does not hold."""
    held = len(index)
    if "avi" in container.format.name.split(","):
        held = int(index.dts.max()) + 1  # AVI counts frames that the recorder left out
    short = (stream.frames or 0) - held
    most = MOST_LENGTH_S * (_claimed_rate(stream) or 1.0)
    return short if 0 < short < most else 0


def _probe_pictures(folder: Path, digest: Sha256, *, size: int) -> FootageFacts:
    first = read_picture(pictures_of(folder)[0])
    _check_picture(first.shape[1], first.shape[0], path=folder)
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
    )


def _nothing_decodes(path: Path) -> InputError:
    return InputError(
        "not one frame of this video can be decoded",
        where=str(path),
        do="Copy it again from the recorder; if it fails again, the recording is damaged.",
    )


def _first_frame(path: Path, index: PacketIndex) -> tuple[av.VideoFrame, int]:
    """The first frame that can be decoded, and how many packets later the decoder gave it."""
    with contextlib.closing(decoded(path, index)) as items:
        for item in items:
            if item.frame is not None and item.ordinal is not None:
                return item.frame, 0 if item.fed is None else item.fed - item.ordinal
    raise _nothing_decodes(path)


def _duration_s(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream
) -> tuple[float | None, float]:
    """The length that is claimed, and how far it may be off because it is not the pictures' own."""
    if stream.duration and stream.time_base:
        length_s, slack_s = float(stream.duration * stream.time_base), 0.0
    elif container.duration:
        length_s = container.duration / av.time_base
        slack_s = SOUND_SLACK_S if len(container.streams) > 1 else 0.0
    else:
        return None, 0.0
    return (length_s, slack_s) if 0 < length_s <= MOST_LENGTH_S else (None, 0.0)


def _created(text: str | None) -> UtcNs | None:
    if text is None:
        return None
    try:
        return parse_utc(text)
    except InputError:
        return None


def read_picture(path: Path) -> Image:
    """A still picture, (height, width, 3) blue-green-red, put upright.

    Raises:
        InputError: It cannot be decoded.
    """
    try:
        with av.open(f"file:{path}", metadata_errors="ignore") as container:
            for frame in container.decode(video=0):
                return CodedPicture(frame, orientation_of(frame)).bgr()
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        raise InputError(
            f"the picture cannot be decoded ({getattr(error, 'strerror', None) or error})", where=str(path)
        ) from error
    raise InputError("the picture holds no image", where=str(path))
