"""The sound track of a file: how it is coded, where its time begins, how long pictures run beside it."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av.audio
import av.container

from truceline.errors import InputError
from truceline.records.sounds import SoundCoding
from truceline.video.container import opened, picture_streams

LOSSLESS: Final = ("flac", "alac", "wavpack", "tta", "ape", "truehd", "mlp")
COMPANDED: Final = ("pcm_mulaw", "pcm_alaw", "pcm_vidc")
"""G.711 and its kin are called PCM and keep 8 of 14 bits."""
LEAST_RATE_HZ: Final = 4_000
"""Below this nothing is left of what is judged."""


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """What a file says of its sound before any of it is decoded.

    Attributes:
        coding: How it is kept.
        origin_s: Container time of media time zero: the first picture, else the first sample.
        time_base: Seconds a tick of the track.
        pictures_s: How long the pictures run, as the container claims; None where it claims nothing.
        tracks: How many sound tracks the file holds; the first that can be decoded is read.
    """

    coding: SoundCoding
    origin_s: float
    time_base: Fraction
    pictures_s: float | None
    tracks: int


def sound_stream(container: av.container.InputContainer, path: Path) -> av.audio.stream.AudioStream:
    """The first sound track that can be decoded.

    Raises:
        InputError: There is none, or nothing here decodes it; the container is closed then.
    """
    for stream in container.streams.audio:
        context: object = stream.codec_context  # None where FFmpeg has no decoder, whatever its types say
        if context is not None:
            return stream
    there_is_one = bool(container.streams.audio)
    container.close()
    if there_is_one:
        raise InputError(
            "its sound is in a form that nothing here decodes",
            where=str(path),
            do="Convert it to uncompressed PCM without changing its times.",
        )
    raise InputError(
        "there is no sound in this file", where=str(path), do="Give a recording with a sound track."
    )


def probe_sound(path: Path) -> SoundTrack:
    """The sound track of a file.

    Raises:
        InputError: The file cannot be opened, has no sound, or its rate is too low to judge anything.
    """
    with opened(path) as container:
        stream = sound_stream(container, path)
        context = stream.codec_context
        rate_hz = int(context.sample_rate or 0)
        if rate_hz < LEAST_RATE_HZ:
            raise InputError(
                f"{rate_hz} samples a second keep nothing that could be judged",
                where=str(path),
                do=f"Give sound of at least {LEAST_RATE_HZ} Hz.",
            )
        coding = SoundCoding(context.name, rate_hz, max(stream.channels, 1), lossless=_lossless(context.name))
        pictures = picture_streams(container)
        begins = pictures[0] if pictures else stream
        origin_s = float((begins.start_time or 0) * (begins.time_base or 0))
        length = pictures[0].duration if pictures else None
        base = pictures[0].time_base if pictures else None
        pictures_s = None if length is None or base is None else float(length * base)
        return SoundTrack(
            coding,
            origin_s,
            stream.time_base or Fraction(1, rate_hz),
            pictures_s,
            len(container.streams.audio),
        )


def _lossless(codec: str) -> bool:
    return (codec.startswith("pcm_") and codec not in COMPANDED) or codec in LOSSLESS
