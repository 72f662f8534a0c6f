"""Where to start decoding so that a part of a file is read exactly as the whole is."""

from dataclasses import dataclass

import numpy as np

from truceline.video.times.index import PacketIndex
from truceline.video.times.timeline import REORDER_DEPTH, Timeline


class WarmUpDamagedError(Exception):
    """The pictures that decoding started with are damaged: what follows may rest on what came before them."""


def start_before(index: PacketIndex, *, start: int) -> int:
    """The keyframe before the one at which decoding started, or the start of the file."""
    earlier = np.flatnonzero(index.keyframe[:start] & ~index.hidden[:start])
    return int(earlier[-1]) if len(earlier) else 0


def end_of_first_pictures(index: PacketIndex, *, start: int) -> int:
    """The ordinal of the next keyframe after the one at which decoding starts."""
    later = np.flatnonzero(index.keyframe[start + 1 :] & ~index.hidden[start + 1 :])
    return start + 1 + int(later[0]) if len(later) else len(index)


@dataclass(frozen=True, slots=True)
class Start:
    """Decode from this packet; believe frames from this slot on."""

    ordinal: int
    slot: int


def start_for(index: PacketIndex, timeline: Timeline, *, slot: int) -> Start:
    """The start for reading from a slot on.

    Frames are believed from the last keyframe that is shown no later than the slot; decoding starts one
    keyframe earlier, because pictures shown before a keyframe may rest on the keyframe before it, and because
    the order of showing is known only from the second keyframe on.
    """
    keys = np.flatnonzero(index.keyframe & ~index.hidden)
    if timeline.slot_of is None:
        # Ordinals are the slots, late by what the decoder holds back; hidden packets have none.
        shown = np.cumsum(~index.hidden) - 1
        slots = shown[keys] + REORDER_DEPTH
    else:
        slots = timeline.slot_of[keys]
    before = np.flatnonzero(slots <= slot)
    if len(before) < 2:
        return Start(0, 0)
    return Start(int(keys[before[-2]]), int(slots[before[-1]]))
