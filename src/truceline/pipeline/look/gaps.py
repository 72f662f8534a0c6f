"""Stretches of a clip in which the picture stood still although time ran on."""

import hashlib
from collections.abc import Sequence

import numpy as np

from truceline.records.columns import BoolColumn
from truceline.records.frames import FrameStamp, Gap, GapReason
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan

FROZEN = GapReason(
    "frozen",
    "The picture stood still: the camera repeated its last picture (a thermal camera that corrects itself, "
    "or a frozen feed). Whoever was in it was not seen.",
)


def frozen_gaps(stamps: Sequence[FrameStamp], still: BoolColumn, *, step_s: float) -> tuple[Gap, ...]:
    """A gap for each stretch of frames (n,) that repeat an earlier one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]])))
    gaps = []
    for first, end in edges.reshape(-1, 2):
        start = stamps[first]
        end_utc_ns = (
            stamps[end].utc_ns if end < len(stamps) else UtcNs(stamps[-1].utc_ns + round(step_s * NS_PER_S))
        )
        words = f"gap {start.source.hex} frozen {start.pts} {end_utc_ns}"
        name = hashlib.sha256(words.encode()).hexdigest()[:16]
        gaps.append(Gap(name, start.camera_id, UtcSpan(start.utc_ns, end_utc_ns), FROZEN))
    return tuple(gaps)
