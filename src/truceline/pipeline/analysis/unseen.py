"""Frames of which nothing is told, and why: another light, a camera that was moved, a frozen picture."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from truceline.detect.detector import Observation
from truceline.detect.thermal.freeze import FEWEST_FRAMES, Stillness, Stir, frozen, stir
from truceline.records.frames import FrameStamp, Gap, GapReason
from truceline.records.site import Camera
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan

Why = Literal["", "changed", "moved", "frozen"]

WHYS: tuple[Why, ...] = ("", "changed", "moved", "frozen")
"""By the numbers under which they are kept."""

SENTENCES: dict[Why, str] = {
    "changed": "The whole picture changed at once (light, gain or camera); nothing can be told from it.",
    "moved": "The camera was moved: its picture shows another scene, or lies too far beside the scene that "
    "was surveyed. Nothing is measured until it is back.",
    "frozen": "The picture stood still: the camera repeated its last picture (a thermal camera that corrects "
    "itself, or a frozen feed). Whoever was in it was not seen.",
}

MOVED_FOR_S = 2.0
"""What hides the scene for less (a lorry, a flash, a torn picture) is no camera that was moved."""


@dataclass(slots=True)
class Attention:
    """Looks at every frame of one camera for what makes it worthless. Being built."""

    camera: Camera
    stamps: list[FrameStamp] = field(default_factory=list)
    _found: list[Why] = field(default_factory=list)
    _stirs: list[Stir | None] = field(default_factory=list)
    _stillness: Stillness = field(default_factory=Stillness)
    _still_for: int = 0
    _before: NDArray[np.uint8] | None = None

    def look(self, stamp: FrameStamp, bgr: NDArray[np.uint8]) -> bool:
        """Take the next frame (height, width, 3); whether it is known by now to repeat an earlier one."""
        self.stamps.append(stamp)
        if self.camera.band != "thermal":
            return False
        self._stirs.append(stir(bgr, self._before))
        self._before = bgr
        self._still_for = self._still_for + 1 if self._stillness.take(self._stirs[-1]) else 0
        return self._still_for >= FEWEST_FRAMES

    def note(self, found: Observation) -> None:
        """Take what the detector said of that frame."""
        self._found.append("moved" if found.moved else "changed" if found.changed else "")

    def reasons(self) -> list[Why]:
        """Why nothing is told of each frame, or an empty word."""
        told = list(self._found)
        for why, first, end in _runs(told):
            lasts_ns = self.stamps[end - 1].utc_ns - self.stamps[first].utc_ns
            if why == "moved" and lasts_ns < MOVED_FOR_S * NS_PER_S:
                told[first:end] = ["changed"] * (end - first)
        for row in np.flatnonzero(frozen(self._stirs)):
            told[row] = "frozen"
        return told


def unseen_gaps(stamps: Sequence[FrameStamp], reasons: Sequence[Why], *, step_s: float) -> tuple[Gap, ...]:
    """A gap for each stretch of frames of which nothing is told for one reason."""
    gaps = []
    for why, first, end in _runs(reasons):
        if not why:
            continue
        start = stamps[first]
        end_utc_ns = (
            stamps[end].utc_ns if end < len(stamps) else UtcNs(stamps[-1].utc_ns + round(step_s * NS_PER_S))
        )
        words = f"gap {start.source.hex} {why} {start.pts} {end_utc_ns}"
        name = hashlib.sha256(words.encode()).hexdigest()[:16]
        reason = GapReason(why, SENTENCES[why])
        gaps.append(Gap(name, start.camera_id, UtcSpan(start.utc_ns, end_utc_ns), reason))
    return tuple(gaps)


def _runs(reasons: Sequence[Why]) -> list[tuple[Why, int, int]]:
    """Each stretch of one reason with its first row and the row after its last."""
    runs, first = [], 0
    for why, rows in groupby(reasons):
        end = first + len(list(rows))
        runs.append((why, first, end))
        first = end
    return runs
