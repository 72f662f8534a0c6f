"""The background of footage that is still coming: learnt only from frames already seen.

Samples are kept more and more sparsely until they span some minutes, then the oldest makes room. Where a
person was known to stand in a sample, that part of it does not count, so that people do not fade into the
scene, not even those who stand at their post for an hour. What never moved is no person to it (a ghost, a
parked cart): it is learnt like the scene, in about four minutes at the most.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from truceline.detect.still.background import (
    Background,
    filled_in,
    hardly_free,
    kept_where_hidden,
)
from truceline.detect.still.steady import Shift, moved_back, where_shown
from truceline.records.time import NS_PER_S, UtcNs

Image = NDArray[np.uint8]

MOST_SAMPLES = 60
FIRST_STEP_S = 0.28
FIRST_SAMPLES = 14
"""At first a scene is sampled densely, so that those who stood in it when it began soon leave it."""
USUAL_STEP_S = 1.0
LONGEST_STEP_S = 4.0
RENEWED_AFTER_SHARE = 1 / 8
"""A median is computed anew when so large a share of its samples is new."""

PERSON_WIDER_SHARE = 0.25
PERSON_TALLER_SHARE = 0.08
"""A person's part of a sample: the box grown by these shares of its width and height, where it differs."""


class Learn(Protocol):
    """How a background is made of samples; see ``median_background``."""

    def __call__(
        self, samples: Sequence[Image], *, centre_utc_ns: UtcNs, free: Sequence[Image] | None
    ) -> Background:
        """The background of samples (height, width, 3), ``free`` where each shows the scene."""


class RunningBackground:
    """Learns the scene from one frame after the other.

    Args:
        learn: How a scene is made of samples.
    """

    def __init__(self, *, learn: Learn) -> None:
        self.background: Background | None = None
        self._learn = learn
        self._samples: list[Image] = []
        self._free: list[Image] = []
        self._shown: list[Image] = []
        self._times: list[int] = []
        self._step_s = FIRST_STEP_S
        self._new = 0

    def is_due(self, utc_ns: UtcNs) -> bool:
        """Whether a frame at this time would be a sample."""
        return not self._times or utc_ns - self._times[-1] >= (self._step_s - 1e-6) * NS_PER_S

    def learn(self, utc_ns: UtcNs, bgr: Image, *, free: Image, shown: Image | None = None) -> None:
        """Take a frame (height, width, 3) as a sample.

        Args:
            utc_ns: Its time.
            bgr: The frame, in the scene's place.
            free: (height, width) 0 where it is known to show a person.
            shown: (height, width) 0 where it does not show the scene; None: it shows all of it.
        """
        self._samples.append(bgr)
        self._free.append(free)
        self._shown.append(np.ones_like(free) if shown is None else shown)
        self._times.append(utc_ns)
        self._new += 1
        if len(self._samples) > MOST_SAMPLES:
            self._make_room()
        elif self._step_s < USUAL_STEP_S and len(self._samples) >= FIRST_SAMPLES:
            self._step_s = USUAL_STEP_S
        if self._new >= max(1.0, RENEWED_AFTER_SHARE * len(self._samples)):
            self.background = self._renewed()
            self._new = 0

    def move(self, shift_px: Shift) -> None:
        """Move what was learnt so far to the right and down, to where the camera is found to rest."""
        back = (-shift_px[0], -shift_px[1])
        self._samples = [moved_back(one, back) for one in self._samples]
        self._free = [moved_back(one, back) for one in self._free]
        self._shown = [where_shown(moved_back(one, back), back) for one in self._shown]
        self.background = self._fresh()

    def _fresh(self) -> Background:
        """What the samples show; what a swayed one does not show is no content of its own."""
        samples, free = self._samples, self._free
        if not all(bool(one.all()) for one in self._shown):
            samples = filled_in(samples, self._shown)
            free = [one & shown for one, shown in zip(free, self._shown, strict=True)]
        return self._learn(samples, centre_utc_ns=UtcNs(sum(self._times) // len(self._times)), free=free)

    def _renewed(self) -> Background:
        fresh = self._fresh()
        if self.background is None:
            return fresh
        return kept_where_hidden(fresh, self.background, hidden=hardly_free(self._free))

    def _make_room(self) -> None:
        stride = 2 if self._step_s < LONGEST_STEP_S else 1
        first = 0 if stride == 2 else 1
        self._samples = self._samples[first::stride]
        self._free = self._free[first::stride]
        self._shown = self._shown[first::stride]
        self._times = self._times[first::stride]
        self._step_s = min(stride * self._step_s, LONGEST_STEP_S)


def without_people(mask: Image, boxes_px: Sequence[NDArray[np.float64]]) -> Image:
    """(height, width) 0 where the mask differs inside one of the people's boxes, grown a little; else 1."""
    free = np.ones_like(mask)
    height, width = mask.shape
    for left, top, right, bottom in boxes_px:
        wider, taller = PERSON_WIDER_SHARE * (right - left), PERSON_TALLER_SHARE * (bottom - top)
        rows = slice(int(max(top - taller, 0)), int(min(max(bottom + taller, 0), height)))
        columns = slice(int(max(left - wider, 0)), int(min(max(right + wider, 0), width)))
        free[rows, columns] &= 1 - mask[rows, columns]
    return free
