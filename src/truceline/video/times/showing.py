"""The order of showing where a container stores none: frames that a decoder held back get their own slots."""

from truceline.video.times.timeline import REORDER_DEPTH


class ShowingOrder:
    """Slots of frames of a stream whose packets have decoding times only (AVI, raw streams).

    A decoder gives frames in order of presentation, late by what it holds back. A keyframe is shown after
    every packet before it and after those that were decoded after it and shown before; from there frames are
    counted, those that failed included. So the slots are right from the second keyframe on, wherever decoding
    started. Next to damage they can be off by what the decoder holds back.

    Args:
        first: Ordinal of the packet at which decoding starts.
    """

    def __init__(self, first: int) -> None:
        self._anchor = first
        self._anchor_slot = first - 1
        self._since = 0
        self._latest = first - 1
        self._recent: list[int] = []
        self._failed: set[int] = set()

    def failed(self, ordinal: int) -> None:
        """A packet that gave an error."""
        self._failed.add(ordinal)

    def slot_of(self, ordinal: int, *, keyframe: bool) -> int:
        """The slot of the next frame, which came from this packet."""
        self._failed.discard(ordinal)  # it gave a frame in spite of its error: it is counted as one
        if keyframe and ordinal >= self._anchor and ordinal not in self._recent:
            leading = sum(1 for one in self._recent if one > ordinal)
            self._anchor, self._anchor_slot, self._since = ordinal, ordinal + leading, 0
            self._failed = {one for one in self._failed if one > ordinal}
            slot = self._anchor_slot
        else:
            self._since += 1
            lost = sum(1 for one in self._failed if self._anchor < one < max(self._latest, ordinal))
            slot = self._anchor_slot + self._since + lost
        self._latest = max(self._latest, ordinal)
        self._recent = [*self._recent[-2 * REORDER_DEPTH :], ordinal]
        return slot
