"""Reading sound: samples in blocks with their media time, and a ledger of where there are none.

A block runs on from the one before it unless it says that it does not. Stamps are believed: where they leave
the count of samples by more than ``SLACK_S`` there is a hole, or, backwards, a restart after which times are
counted on and bounded more widely.
"""

import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from truceline.records.sounds import SoundGap
from truceline.video.container import DAMAGE_IS_AN_ERROR, opened
from truceline.video.sound.track import SoundTrack, probe_sound, sound_stream

Array = NDArray[np.float64]

BLOCK_S: Final = 20.0
SLACK_S: Final = 0.04
"""Stamps of packets are rounded, and some containers stamp only every second packet; a lost one is a gap."""
RESTART_DOUBT_S: Final = 60.0
"""What a restart of the stamps adds to the bound: nobody knows how long the recorder was away."""
PICTURES_SLACK_S: Final = 1.0
"""Sound and pictures of one file end so near to one another."""
_SCALES: Final = {"u8": 128.0, "s16": 32_768.0, "s32": 2_147_483_648.0, "flt": 1.0, "dbl": 1.0}


@dataclass(frozen=True, slots=True, eq=False)
class SoundBlock:
    """Samples (n,) of full scale 1, all channels as one.

    Attributes:
        start_s: Media time of the first sample.
        joined: It runs on from the block before it.
        doubt_s: What restarts of the stamps add to the bound of its times.
    """

    start_s: float
    samples: Array
    joined: bool
    doubt_s: float


class SoundReader:
    """Reads the sound of one file, once; then ``gaps``, ``notes`` and ``length_s`` say how that went."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.track: SoundTrack = probe_sound(path)
        self.length_s = 0.0
        self._gaps: list[SoundGap] = []
        self._damaged = 0
        self._restarts = 0
        self._first_s: float | None = None

    @property
    def gaps(self) -> tuple[SoundGap, ...]:
        """Stretches without sound, in order of time."""
        return tuple(self._gaps)

    def blocks(self) -> Generator[SoundBlock, None, None]:
        """The whole sound in blocks of about ``BLOCK_S``."""
        pieces: list[Array] = []
        start_s, count, joined, doubt_s = 0.0, 0, False, 0.0
        for at_s, samples, runs_on in self._timed():
            if pieces and (not runs_on or count >= BLOCK_S * self.track.coding.rate_hz):
                yield SoundBlock(start_s, np.concatenate(pieces), joined, doubt_s)
                pieces, count, joined = [], 0, runs_on
            if not pieces:
                start_s, doubt_s = at_s, self._restarts * RESTART_DOUBT_S
            pieces.append(samples)
            count += len(samples)
        if pieces:
            yield SoundBlock(start_s, np.concatenate(pieces), joined, doubt_s)
        self._close()

    def _timed(self) -> Generator[tuple[float, Array, bool], None, None]:
        """Decoded pieces with their media time, and whether each runs on from the last."""
        rate_hz = self.track.coding.rate_hz
        due_s: float | None = None
        moved_s = 0.0
        for stamp_s, samples in self._decoded():
            at_s = due_s if stamp_s is None else stamp_s + moved_s
            if at_s is None:
                at_s = 0.0
            runs_on = due_s is not None and abs(at_s - due_s) <= SLACK_S
            if due_s is not None and runs_on:
                at_s = due_s
            elif due_s is not None and at_s < due_s:
                moved_s += due_s - at_s
                at_s = due_s
                self._restarts += 1
                self._gap(at_s, at_s, "restart", "the stamps start anew: nobody knows how long it was away")
            elif due_s is not None:
                self._gap(due_s, at_s, "missing", "the stamps jump forward: there is no sound")
            if self._first_s is None:
                self._first_s = at_s
            yield at_s, samples, runs_on
            due_s = at_s + len(samples) / rate_hz
            self.length_s = due_s - self._first_s

    def _decoded(self) -> Generator[tuple[float | None, Array], None, None]:
        """Decoded frames: media time, or None where there is no stamp, and their samples."""
        with opened(self.path) as container:
            stream = sound_stream(container, self.path)
            stream.codec_context.options = DAMAGE_IS_AN_ERROR
            for packet in container.demux(stream):
                try:
                    frames = packet.decode()
                except av.error.FFmpegError:
                    self._damaged += 1
                    continue
                for frame in frames:
                    if frame.samples and frame.sample_rate == self.track.coding.rate_hz:
                        yield self._stamp_s(frame), _mixed(frame)

    def _stamp_s(self, frame: av.AudioFrame) -> float | None:
        if frame.pts is None:
            return None
        return float(frame.pts * (frame.time_base or self.track.time_base)) - self.track.origin_s

    def _gap(self, start_s: float, end_s: float, kind: str, sentence: str) -> None:  # noqa: PLR0917
        self._gaps.append(SoundGap(start_s, end_s, kind, sentence))

    def _close(self) -> None:
        """State what is only known at the end."""
        pictures_s, first_s = self.track.pictures_s, self._first_s or 0.0
        if pictures_s is None:
            return
        end_s = first_s + self.length_s
        if first_s > PICTURES_SLACK_S:
            self._gaps.insert(0, SoundGap(0.0, first_s, "begins late", "the pictures begin before the sound"))
        if pictures_s - end_s > PICTURES_SLACK_S:
            self._gap(end_s, pictures_s, "ends early", "the pictures go on after the sound")

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what is odd about it."""
        found = []
        pictures_s, end_s = self.track.pictures_s, (self._first_s or 0.0) + self.length_s
        if pictures_s is not None and abs(pictures_s - end_s) > PICTURES_SLACK_S:
            found.append(f"the pictures run for {pictures_s:.1f} s and the sound ends at {end_s:.1f} s")
        if self._damaged:
            found.append(f"{self._damaged} packets of sound could not be decoded")
        if self.track.tracks > 1:
            found.append(f"of {self.track.tracks} sound tracks the first was listened to")
        if self.length_s == 0.0:
            found.append("the sound track holds no sample")
        return tuple(found)


def _mixed(frame: av.AudioFrame) -> Array:
    """Samples (n,) of a frame, the mean of its channels, full scale 1."""
    form = frame.format.name.removesuffix("p")
    values = frame.to_ndarray().astype(np.float64)
    if not frame.format.is_planar:
        values = values.reshape(-1, frame.layout.nb_channels).T
    if form == "u8":
        values -= 128.0
    mixed: Array = values.mean(axis=0) / _SCALES.get(form, 1.0)
    return np.nan_to_num(mixed, nan=0.0, posinf=1.0, neginf=-1.0)


def read_sound(path: Path) -> tuple[SoundReader, tuple[SoundBlock, ...]]:
    """All of a short file's sound at once, with the reader that knows its gaps."""
    reader = SoundReader(path)
    with contextlib.closing(reader.blocks()) as blocks:
        return reader, tuple(blocks)
