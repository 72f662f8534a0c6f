"""Chains that broke off, joined to the ones they go on in: the second pass over a whole file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.records.columns import BoolColumn
from truceline.track.association import Side

Array = NDArray[np.float64]

FASTEST_HEIGHTS_PER_S = 2.5
"""Nobody is taken to have gone further unseen than this many of its own heights a second: for a person of
1.72 m that is 4.3 m/s, a run."""
SLACK_HEIGHTS = 0.5
"""A box's lower edge jumps by so much when a part of the body is hidden."""
SAME_HEIGHT = 1.6
"""Heights before and after may differ by this factor."""
LEAST_ALIKE = 0.5
"""Agreement (0 to 1) of the colours before and after."""
FILLING_OVERLAP = 0.5
"""A detection that nobody took, in a gap of a chain, is the chain's when it overlaps the interpolated box by
this (intersection over union)."""
END_ROWS = 3
"""A chain's end is the median of so many detections."""


@dataclass(frozen=True, slots=True)
class Links:
    """The detections of one subject: row ``rows[i]`` of frame ``frames[i]``, frames increasing."""

    frames: tuple[int, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """What chains refer to.

    Attributes:
        sides: Each frame's detections.
        seconds: (n,) each frame's time.
        still: (n,) frames that repeat an earlier one: nobody could be seen in them.
    """

    sides: Sequence[Side]
    seconds: Array
    still: BoolColumn


@dataclass(frozen=True, slots=True, eq=False)
class _End:
    """One end of a chain: its frame, time, foot and height, and its colours."""

    frame: int
    seconds: float
    foot_px: Array
    height_px: float
    appearance: Array


def joined(chains: Sequence[Links], clip: Clip, *, unseen_s: float) -> tuple[Links, ...]:
    """The chains, each joined to the one it goes on in where only one comes into question.

    A chain goes on in another that begins after it ends, within ``unseen_s`` seconds not counting frozen
    frames, as tall, coloured alike and not too far away; and if neither could go with a third one.

    Args:
        chains: In order of their first detection.
        clip: What they refer to.
        unseen_s: How long a subject may stay unseen.
    """
    alive = list(chains)
    frozen_s = np.concatenate([[0.0], np.cumsum(np.diff(clip.seconds) * clip.still[1:])])
    while True:
        ends = [_end(chain, clip, last=True) for chain in alive]
        starts = [_end(chain, clip, last=False) for chain in alive]
        fits = np.array(
            [[_goes_on(end, start, frozen_s=frozen_s, unseen_s=unseen_s) for start in starts] for end in ends]
        )
        fits = fits.reshape(len(alive), len(alive)).astype(np.bool_)
        only = fits & (fits.sum(axis=1, keepdims=True) == 1) & (fits.sum(axis=0, keepdims=True) == 1)
        pairs = np.argwhere(only)
        if len(pairs) == 0:
            return tuple(alive)
        first, second = (int(row) for row in pairs[0])
        before, after = alive[first], alive[second]
        alive[first] = Links(before.frames + after.frames, before.rows + after.rows)
        del alive[second]


def _end(chain: Links, clip: Clip, *, last: bool) -> _End:
    some = slice(-END_ROWS, None) if last else slice(END_ROWS)
    places = list(zip(chain.frames[some], chain.rows[some], strict=True))
    boxes = np.array([clip.sides[frame].boxes_px[row] for frame, row in places])
    frame, row = places[-1] if last else places[0]
    left, _, right, bottom = clip.sides[frame].boxes_px[row]
    return _End(
        frame=frame,
        seconds=float(clip.seconds[frame]),
        foot_px=np.array([(left + right) / 2, bottom]),
        height_px=float(np.median(boxes[:, 3] - boxes[:, 1])),
        appearance=clip.sides[frame].appearance[row],
    )


def _goes_on(end: _End, start: _End, *, frozen_s: Array, unseen_s: float) -> bool:
    if start.frame <= end.frame:
        return False
    passed_s = start.seconds - end.seconds
    if passed_s - float(frozen_s[start.frame] - frozen_s[end.frame]) > unseen_s:
        return False
    low, high = sorted((end.height_px, start.height_px))
    furthest = max(FASTEST_HEIGHTS_PER_S * passed_s, SLACK_HEIGHTS) * (low + high) / 2
    near = float(np.linalg.norm(start.foot_px - end.foot_px)) <= furthest
    known = bool(np.any(end.appearance > 0) and np.any(start.appearance > 0))
    alike = not known or float(end.appearance @ start.appearance) >= LEAST_ALIKE
    return near and alike and high <= SAME_HEIGHT * low


def filled(chains: Sequence[Links], clip: Clip) -> tuple[Links, ...]:
    """The chains, with those detections in their gaps that nobody took and that lie where they must be."""
    taken = {place for chain in chains for place in zip(chain.frames, chain.rows, strict=True)}
    return tuple(_filled(chain, clip, taken=taken) for chain in chains)


def _filled(chain: Links, clip: Clip, *, taken: set[tuple[int, int]]) -> Links:
    places = dict(zip(chain.frames, chain.rows, strict=True))
    known = np.array([clip.sides[frame].boxes_px[row] for frame, row in places.items()])
    for frame in range(chain.frames[0], chain.frames[-1]):
        boxes = clip.sides[frame].boxes_px
        if frame in places or len(boxes) == 0:
            continue
        at = clip.seconds[frame]
        times = clip.seconds[list(chain.frames)]
        expected = np.array([np.interp(at, times, known[:, edge]) for edge in range(4)])
        overlaps = _overlaps(boxes, expected)
        row = int(np.argmax(overlaps))
        if overlaps[row] >= FILLING_OVERLAP and (frame, row) not in taken:
            places[frame] = row
            taken.add((frame, row))
    frames = tuple(sorted(places))
    return Links(frames, tuple(places[frame] for frame in frames))


def _overlaps(boxes: Array, box: Array) -> Array:
    """Intersection over union (n,) of boxes (n, 4) with one (4,)."""
    sides = np.minimum(boxes[:, 2:], box[2:]) - np.maximum(boxes[:, :2], box[:2])
    both = np.prod(np.maximum(sides, 0.0), axis=1)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) + np.prod(box[2:] - box[:2])
    shares: Array = both / np.maximum(areas - both, 1e-9)
    return shares
