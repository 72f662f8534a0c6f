"""Finds what shone in one picture alone.

A muzzle flash lasts 1 to 5 ms: one picture catches it, or none does, in (exposure + flash) x rate of cases.
What else brightens a pixel for one picture is a bright thing that moves past it. That thing stands next to
the pixel in the picture before and in the one after, at most a stride away, and its leaving darkens those
places. So a flash is a group of pixels that rise for one picture while nothing next to them falls. Lightning
and a jump of the exposure brighten everything at once and are left out.

Durations: Klingenberg, "Gun muzzle blast and flash", Progress in Astronautics and Aeronautics 139 (1992).
"""

from collections import deque
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.records.flashes import Flash
from truceline.records.frames import FrameStamp

Image = NDArray[np.uint8]
Reach = NDArray[np.int64]

LEAST_LEVELS = {"visible": 30.0, "thermal": 14.0}
"""A flash that rises less cannot be told from sensor noise after coding, whatever the noise seems to be."""
LEAST_SIGMAS = 7.0
"""Of the picture's noise: among 10^5 pixels and 10^5 pictures an hour, chance gives less than one."""
WIDEST_SHARE = 0.004
"""Of the picture: more pixels than this is the light of the scene, not a flash in it."""
LEAST_AREA_PX = 4
"""Optics and coding spread a flash; single pixels are digits of a clock, noise and edges of who moves."""
MOST_AT_ONCE = 6
"""More separate places at one time are rain, snow, insects or damage."""
REACH_M, PERSON_M = 0.7, 1.75
"""An arm's length, and what somebody walks between two pictures at two a second or runs at eight."""
REACH_SHARE, LEAST_REACH_PX = 1 / 30, 3
"""Of the picture's height, where no scale is known."""
MOVED_SHARE = 0.5
"""Of the rise: what moves past leaves a loss of its size where it was before, and where it will be next."""
NOISE_EVERY = 25
_NOISE_STRIDE = 7
_STEADY_TO_SIGMA = 1.0 / (0.657 * np.sqrt(2.0))
"""Where x is normal, the lower nine tenths of |x| have a mean of 0.657 sigma; a difference has two noises."""


@dataclass(frozen=True, slots=True)
class _Seen:
    stamp: FrameStamp
    luma: Image


class FlashFinder:
    """Looks at one camera's pictures in order; tells of each picture when the next one is there.

    Args:
        band: ``visible`` or ``thermal``.
        person_px: (height,) how tall a person is in the picture whose middle is at each row; None where that
            is not known, and then a share of the picture's height is taken for the reach of a movement.
    """

    def __init__(
        self, band: Literal["visible", "thermal"], *, person_px: NDArray[np.float64] | None = None
    ) -> None:
        self._band = band
        self._person_px = person_px
        self._seen: deque[_Seen] = deque(maxlen=2)
        self._noise_levels = 0.0
        self._pictures = 0

    def restart(self) -> None:
        """Forget what was seen: what comes next does not follow on it."""
        self._seen.clear()

    def look(self, stamp: FrameStamp, luma: Image) -> tuple[Flash, ...]:
        """Take the next picture; give the flashes of the one before it.

        Args:
            stamp: The picture's identity; pictures must come in order of time.
            luma: (height, width), grey levels.
        """
        picture = _Seen(stamp, np.array(luma, order="C"))
        if self._seen and self._seen[-1].luma.shape != luma.shape:
            self.restart()
        if self._seen and self._pictures % NOISE_EVERY == 1:
            self._noise_levels = _noise_levels(self._seen[-1].luma, picture.luma)
        self._pictures += 1
        found: tuple[Flash, ...] = ()
        if len(self._seen) == 2:
            found = self._between(self._seen[0], self._seen[1], after=picture)
        self._seen.append(picture)
        return found

    def _between(self, before: _Seen, now: _Seen, *, after: _Seen) -> tuple[Flash, ...]:
        least = round(max(LEAST_LEVELS[self._band], LEAST_SIGMAS * self._noise_levels))
        height, width = now.luma.shape
        rose = np.asarray(cv2.subtract(now.luma, cv2.max(before.luma, after.luma)), dtype=np.uint8)
        lit = rose >= least
        if not LEAST_AREA_PX <= np.count_nonzero(lit) <= WIDEST_SHARE * height * width:
            return ()
        # Row by row; of a flat array NumPy finds them in a tenth of the time.
        at = np.stack(np.divmod(np.flatnonzero(lit), width), axis=1)
        at = at[_shone((before.luma, now.luma, after.luma), rose, at, self._reach(height), least)]
        if len(at) < LEAST_AREA_PX:
            return ()
        rise = np.zeros((height, width), dtype=np.uint8)
        rise[at[:, 0], at[:, 1]] = rose[at[:, 0], at[:, 1]]
        groups = [group for group in _groups(rise, at) if len(group) >= LEAST_AREA_PX]
        if len(groups) > MOST_AT_ONCE:
            return ()
        return tuple(
            _flash(now.stamp, rise, group=group, noise_levels=self._noise_levels) for group in groups
        )

    def _reach(self, height: int) -> Reach:
        """(height,) how far from each row a movement may reach, pixels."""
        if self._person_px is None:
            return np.full(height, max(LEAST_REACH_PX, round(REACH_SHARE * height)), dtype=np.int64)
        reach = np.round(REACH_M / PERSON_M * self._person_px)
        return np.clip(reach, LEAST_REACH_PX, height).astype(np.int64)


def _groups(rise: Image, lit: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Which of the lit pixels (n, 2) (row, column) are of each group; two pixels apart belong together."""
    number, labels = cv2.connectedComponents(cv2.dilate(rise, np.ones((3, 3), np.uint8)), connectivity=8)
    of = labels[lit[:, 0], lit[:, 1]]
    return [lit[of == label] for label in range(1, number)]


def _flash(stamp: FrameStamp, rise: Image, *, group: NDArray[np.int64], noise_levels: float) -> Flash:
    levels = rise[group[:, 0], group[:, 1]]
    row, column = group[int(np.argmax(levels))]
    return Flash(
        camera_id=stamp.camera_id,
        pts=stamp.pts,
        utc_ns=stamp.utc_ns,
        at_px=(float(column), float(row)),
        area_px=len(group),
        rise_levels=float(levels.max()),
        noise_levels=noise_levels,
    )


def _noise_levels(before: Image, now: Image) -> float:
    """Standard deviation of one picture's noise, from the nine tenths of pixels that differ least."""
    apart = now[::_NOISE_STRIDE, ::_NOISE_STRIDE].astype(np.int16)
    apart -= before[::_NOISE_STRIDE, ::_NOISE_STRIDE]
    steady = np.sort(np.abs(apart), axis=None)[: int(0.9 * apart.size)]
    return float(_STEADY_TO_SIGMA * steady.mean())


@jit
def _shone(  # noqa: PLR0917 - compiled functions take positional arguments only
    pictures: tuple[Image, Image, Image], rose: Image, places: NDArray[np.int64], reach: Reach, least: int
) -> NDArray[np.bool_]:
    """Of each place (row, column) that rose: whether it outshines all round it, or nothing moved there."""
    before, now, after = pictures
    height, width = now.shape
    shone = np.ones(len(places), dtype=np.bool_)
    for number in range(len(places)):
        row, column = places[number]
        most = MOVED_SHARE * rose[row, column]
        outdone, moved = np.int64(now[row, column]) - least, False
        outshone = True
        for near in range(max(0, row - reach[row]), min(height, row + reach[row] + 1)):
            for beside in range(max(0, column - reach[row]), min(width, column + reach[row] + 1)):
                # Signed: compiled code subtracts unsigned bytes as unsigned numbers.
                one, other = np.int64(before[near, beside]), np.int64(after[near, beside])
                outshone = outshone and bool(max(one, other) <= outdone)
                moved = moved or bool(abs(one - other) >= most)
            if moved and not outshone:
                shone[number] = False
                break
    return shone
