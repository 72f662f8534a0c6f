"""Notes: what could not be seen, compared or said, in sentences."""

from collections.abc import Sequence

import numpy as np

from truceline.world.clocks.proposals import Clocks
from truceline.world.sightings import CameraTracks, Trace
from truceline.world.views import Eyes


def notes_of(
    tracks: Sequence[CameraTracks], traces: Sequence[Trace], *, eyes: Eyes, clocks: Clocks
) -> tuple[str, ...]:
    """Sentences in a fixed order: cameras, tracks that have no place, clocks that keep their bound."""
    notes = []
    cameras = sorted({one.camera_id for one in tracks})
    if len(cameras) == 1:
        notes.append(f"only {cameras[0]} gave anything: nothing could be compared between cameras")
    pairs = [(first, second) for place, first in enumerate(cameras) for second in cameras[place + 1 :]]
    notes += [
        f"{first} and {second} never watched at one time"
        for first, second in pairs
        if not _share_time(eyes, (first, second))
    ]
    placed = {one.name for one in traces}
    lost = sum(1 for one in tracks for track in one.tracks if (one.run_id, track.track_id) not in placed)
    if lost:
        notes.append(f"{lost} tracks lie where their camera cannot measure and are left out")
    notes += [
        f"clock {one.clock_id}: {'; '.join(one.rests_on)}" for one in clocks.proposals if not one.applied
    ]
    return tuple(notes)


def _share_time(eyes: Eyes, pair: tuple[str, str]) -> bool:
    one, other = (next(watch for watch in eyes.watches if watch.camera_id == name) for name in pair)
    starts = np.maximum(one.starts_s[:, None], other.starts_s[None])
    ends = np.minimum(one.ends_s[:, None], other.ends_s[None])
    return bool(np.any(ends > starts))
