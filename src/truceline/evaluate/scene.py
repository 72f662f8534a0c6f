"""Truth and tracks side by side: who is where in each frame, and how alike each true and tracked one are.

Similarity is 1 for the same place and 0 for places that have nothing to do with one another. In the image it
is the overlap of boxes (intersection over union). On the ground it is ``max(0, 1 - distance / reach)`` with a
reach of 2 m: the convention of TrackEval for points, under which a similarity of 0.5 is a distance of 1 m.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError

Array = NDArray[np.float64]
Index = NDArray[np.int64]

REACH_M = 2.0
"""On the ground nothing is alike from this distance on."""

MATCH = 0.5
"""A true and a tracked one may be the same from this similarity on: half an overlap, or half the reach."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame on the ground: identities and positions (n, 2) of one side, truth or tracks."""

    ids: tuple[str, ...]
    positions_m: Array


@dataclass(frozen=True, slots=True, eq=False)
class BoxFrame:
    """One frame in the image: identities and boxes (n, 4) left, top, right, bottom of one side."""

    ids: tuple[str, ...]
    boxes_px: Array


@dataclass(frozen=True, slots=True, eq=False)
class FramePair:
    """One frame of both sides.

    Attributes:
        truth: (n,) numbers of the true identities, counted over the whole scene from 0.
        found: (m,) numbers of the tracked identities, likewise.
        similarity: (n, m), 0 to 1.
    """

    truth: Index
    found: Index
    similarity: Array


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All frames of both sides.

    Attributes:
        frames: In order of time.
        true_identities: How many there are over all frames; ``found_identities`` likewise.
    """

    frames: tuple[FramePair, ...]
    true_identities: int
    found_identities: int

    @property
    def truth(self) -> int:
        """True places over all frames."""
        return sum(len(pair.truth) for pair in self.frames)

    @property
    def found(self) -> int:
        """Tracked places over all frames."""
        return sum(len(pair.found) for pair in self.frames)


class _Named(Protocol):
    @property
    def ids(self) -> tuple[str, ...]: ...


Side = TypeVar("Side", bound=_Named)


def ground_scene(truth: Sequence[Frame], found: Sequence[Frame], *, reach_m: float = REACH_M) -> Scene:
    """Both sides on the ground; each holds one entry a frame, in the same order.

    Args:
        truth: True identities and positions, identities unique within a frame.
        found: What was tracked, likewise.
        reach_m: From this distance on the similarity is 0.

    Raises:
        InputError: One side has more frames than the other, or an identity stands twice in one frame.
    """

    def similarity(true: Frame, one: Frame) -> Array:
        apart = np.linalg.norm(true.positions_m[:, None] - one.positions_m[None], axis=2)
        alike: Array = np.clip(1 - apart / reach_m, 0, None)
        return alike

    return _scene(truth, found, similarity=similarity)


def image_scene(truth: Sequence[BoxFrame], found: Sequence[BoxFrame]) -> Scene:
    """Both sides in the image; each holds one entry a frame, in the same order.

    Raises:
        InputError: One side has more frames than the other, or an identity stands twice in one frame.
    """
    return _scene(truth, found, similarity=lambda true, one: overlaps(true.boxes_px, one.boxes_px))


def overlaps(first: Array, second: Array) -> Array:
    """Intersection over union (n, m) of boxes (n, 4) and (m, 4); 0 where a box is empty."""
    upper = np.maximum(first[:, None, :2], second[None, :, :2])
    lower = np.minimum(first[:, None, 2:], second[None, :, 2:])
    common = np.prod(np.clip(lower - upper, 0, None), axis=2)
    areas = [np.prod(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None), axis=1) for boxes in (first, second)]
    union = areas[0][:, None] + areas[1][None] - common
    share: Array = np.divide(common, union, out=np.zeros_like(common), where=union > 0)
    return share


def _scene(
    truth: Sequence[Side], found: Sequence[Side], *, similarity: Callable[[Side, Side], Array]
) -> Scene:
    if len(truth) != len(found):
        raise InputError(f"{len(truth)} frames of truth cannot be compared with {len(found)} of tracks")
    true_numbers, found_numbers = _numbers(truth, "truth"), _numbers(found, "tracks")
    pairs = [
        FramePair(
            np.array([true_numbers[name] for name in true.ids], dtype=np.int64),
            np.array([found_numbers[name] for name in one.ids], dtype=np.int64),
            similarity(true, one),
        )
        for true, one in zip(truth, found, strict=True)
    ]
    return Scene(tuple(pairs), len(true_numbers), len(found_numbers))


def _numbers(side: Sequence[_Named], name: str) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for row, frame in enumerate(side):
        if len(set(frame.ids)) != len(frame.ids):
            twice = next(one for one in frame.ids if frame.ids.count(one) > 1)
            raise InputError(f"{name}: identity {twice} stands twice in the frame at index {row}")
        for one in frame.ids:
            numbers.setdefault(one, len(numbers))
    return numbers
