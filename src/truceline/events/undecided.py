"""Where no crossing can be decided: a track so near to the horizon that its place has no bounded error."""

import hashlib

import numpy as np

from truceline.geometry.camera import is_measurable
from truceline.records.frames import Gap, GapReason
from truceline.records.site import Camera
from truceline.records.time import UtcNs, UtcSpan
from truceline.records.tracks import Track

HORIZON = "horizon"
"""The gap's closed word."""


def undecided_stretches(track: Track, camera: Camera) -> tuple[Gap, ...]:
    """Stretches of a track in which no crossing could be decided, in order of time; usually none.

    Rays too flat below the horizon are not put on the ground (``geometry.camera.least_depression_rad``):
    there a small turn of the camera moves a place without bound, and nothing can be said of any line, near or
    far. Rows in which that is so take part in no crossing; instead of silence they give a gap of the camera.
    A passing between a decided row before such a stretch and one after it is found all the same.
    """
    unknown = ~is_measurable(camera.calibration, track.en_m)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], unknown, [False]]).astype(np.int8)))
    gaps = []
    for first, after in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        start = UtcNs(int(track.utc_ns[first]))
        # Up to the next decided row; a stretch at the track's end holds at least that row's own instant.
        end = UtcNs(int(track.utc_ns[after]) if after < len(track.utc_ns) else int(track.utc_ns[-1]) + 1)
        gaps.append(_gap(track, UtcSpan(start, end)))
    return tuple(gaps)


def _gap(track: Track, span: UtcSpan) -> Gap:
    content = f"gap {HORIZON} {track.track_id} {span.start_utc_ns} {span.end_utc_ns}"
    sentence = (
        f"Track {track.track_id} is too near to the horizon: "
        "where it is has no bounded error, and whether it crossed the line cannot be decided."
    )
    return Gap(
        hashlib.sha256(content.encode()).hexdigest()[:16],
        track.camera_id,
        span,
        GapReason(HORIZON, sentence),
    )
