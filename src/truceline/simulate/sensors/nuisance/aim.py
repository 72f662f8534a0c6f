"""Where the camera looks: shaken by the wind at its mast, or turned away. The truth has to move along."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.devices import Nuisance
from truceline.simulate.model.pictures import Seen
from truceline.simulate.sensors.nuisance.view import Float32, Instant, View, presence

SHAKE_HZ = (2.0, 8.0)
SHAKE_WAVES = 14
SHAKE_PX = 0.85
"""Root mean square of the shake at full strength, pixels of 540 rows; single swings reach twice that."""
SHAKE_MOST_PX = 2.0

TURN_RAD = 0.9
"""Turned so far aside at full strength, and down by a part of it."""
TURN_DOWN = 0.18
TURN_S = 1.6
STRETCH = 2.3

Offset = tuple[float, float]
Box = tuple[float, float, float, float]


class Shake:
    """A mast that trembles: a sum of sinusoids between 2 and 8 hertz, stronger and weaker with the gusts."""

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._view, self._nuisance = view, nuisance
        random = view.random(0x5A)
        self._hertz = random.uniform(*SHAKE_HZ, (SHAKE_WAVES, 2))
        self._phases = random.uniform(0, 2 * np.pi, (SHAKE_WAVES, 2))
        self._gust = random.uniform(0, 2 * np.pi)

    def offset_px(self, at_s: float) -> Offset:
        """How far the picture's content lies to the right and below of where it was drawn."""
        here = presence(self._nuisance, at_s, ramp_s=1.0) * self._nuisance.strength
        waves = np.sin(2 * np.pi * self._hertz * at_s + self._phases).sum(axis=0) * np.sqrt(2 / SHAKE_WAVES)
        gust = 0.75 + 0.25 * np.sin(2 * np.pi * 0.11 * at_s + self._gust)
        moved = np.clip(here * gust * SHAKE_PX * waves * (1.0, 0.7), -SHAKE_MOST_PX, SHAKE_MOST_PX)
        return float(moved[0] * self._view.unit_px), float(moved[1] * self._view.unit_px)

    def over(self, light: Float32, instant: Instant) -> Float32:
        """Light shifted by a part of a pixel, bilinear."""
        across, down = self.offset_px(instant.at_s)
        if across == 0 and down == 0:
            return light
        matrix = np.array([[1, 0, across], [0, 1, down]], dtype=np.float64)
        moved = cv2.warpAffine(
            light, matrix, self._view.size_px, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(moved, dtype=np.float32).reshape(light.shape)


class Turned:
    """The camera swings aside and a little down, stays, and swings back when the nuisance ends.

    What it then sees was never drawn. A swing is taken as a shift of the picture, and what comes in from
    beyond the old view is the empty scene, mirrored at its edge and stretched: another place with the same
    ground and light, where nobody is.
    """

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._view, self._nuisance = view, nuisance
        focal_px = float(view.camera.true.focal_px[0])
        side = 1 if view.random(0x70).random() < 0.5 else -1  # noqa: PLR2004 - one side or the other
        self._most_px = side * focal_px * TURN_RAD * nuisance.strength
        self._made_up: tuple[Offset, Float32] | None = None

    def offset_px(self, at_s: float) -> Offset:
        """How far the picture's content lies to the right and below of where it was drawn, whole pixels."""
        share = presence(self._nuisance, at_s, ramp_s=TURN_S)
        return float(round(share * self._most_px)), float(-round(share * abs(self._most_px) * TURN_DOWN))

    def over(self, light: Float32, instant: Instant) -> Float32:
        """What of the old view is still in the picture, the rest made up of the empty scene."""
        across, down = (int(one) for one in self.offset_px(instant.at_s))
        if across == 0 and down == 0:
            return light
        height, width = light.shape[:2]
        if self._made_up is None or self._made_up[0] != (across, down):
            columns, rows = _beyond(width, moved=across), _beyond(height, moved=down)
            empty = self._view.plate.light.take(rows, axis=0).take(columns, axis=1)
            self._made_up = (across, down), empty
        view = self._made_up[1].copy()
        top, left = max(down, 0), max(across, 0)
        bottom, right = min(height + down, height), min(width + across, width)
        if bottom > top and right > left:
            view[top:bottom, left:right] = light[top - down : bottom - down, left - across : right - across]
        return view


def _beyond(size: int, *, moved: int) -> NDArray[np.int64]:
    """Places (size,) of the old view that a view moved by so many pixels shows, beyond its edges made up.

    Beyond an edge it goes back into the picture, ``STRETCH`` times as slowly, so that nobody sees a mirror.
    """
    places = np.arange(size) - moved
    back = np.where(places < 0, -1 - places, np.where(places >= size, places - size, 0)) / STRETCH
    inside = np.clip(places, 0, size - 1)
    made_up = np.where(places < 0, back, np.where(places >= size, size - 1 - back, inside))
    return np.clip(made_up, 0, size - 1).astype(np.int64)


def displaced(seen: Sequence[Seen], offset_px: Offset, *, within_px: Box) -> tuple[Seen, ...]:
    """What is in a frame whose content has moved: boxes shifted, visible ones cut at ``within_px``.

    The visible share of a body falls with the area of its box that is left.
    """
    return tuple(_displaced(one, offset_px, within_px=within_px) for one in seen)


def _displaced(one: Seen, offset_px: Offset, *, within_px: Box) -> Seen:
    across, down = offset_px
    whole = _moved(one.whole_px, offset_px)
    foot = (one.foot_px[0] + across, one.foot_px[1] + down)
    if one.visible_px is None:
        return replace(one, whole_px=whole, foot_px=foot)
    left, top, right, bottom = _moved(one.visible_px, offset_px)
    first_x, first_y, last_x, last_y = within_px
    cut = (max(left, first_x), max(top, first_y), min(right, last_x), min(bottom, last_y))
    kept = max(cut[2] - cut[0], 0) * max(cut[3] - cut[1], 0) / max((right - left) * (bottom - top), 1e-9)
    if kept <= 0:
        return replace(one, whole_px=whole, foot_px=foot, visible_px=None, fraction=0.0)
    return replace(one, whole_px=whole, foot_px=foot, visible_px=cut, fraction=one.fraction * min(kept, 1.0))


def _moved(box: Box, offset_px: Offset) -> Box:
    across, down = offset_px
    return box[0] + across, box[1] + down, box[2] + across, box[3] + down
