"""Where the camera looks: shaken by the wind at its mast, or turned away. The truth has to move along."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site, site_rays
from truceline.records.site import Calibration
from truceline.simulate.model.devices import Nuisance
from truceline.simulate.model.pictures import Seen
from truceline.simulate.model.turning import TURN_RAD, turned, turned_views
from truceline.simulate.sensors.nuisance.view import Float32, Instant, View, presence

SHAKE_HZ = (2.0, 8.0)
SHAKE_WAVES = 14
SHAKE_PX = 0.85
"""Root mean square of the shake at full strength, pixels of 540 rows; single swings reach twice that."""
SHAKE_MOST_PX = 2.0

TURN_S = 1.6
"""A swing takes so long."""
MOST_BESIDE = 3.0
"""Pixels so many widths beside a view are as good as any farther out."""

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

    What of the old view is still in the picture is shown with everyone in it. The rest is the plate of the
    turned views (``Plate.beyond``): the same scene, but nobody walks there. A plate without them, made by
    other hands than ``draw_plate``, is mirrored at its edge.
    """

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._view, self._nuisance = view, nuisance
        plate, camera = view.plate, view.camera
        beyond = () if plate.beyond is None else tuple(plate.beyond)
        self._empty = (plate.light, *beyond)
        self._known = (camera.true, *turned_views(camera, seed=view.seed)[: len(beyond)])
        self._composed: tuple[float, _Composed] | None = None

    def aside_rad(self, at_s: float) -> float:
        """How far it is turned at a time, radians."""
        return presence(self._nuisance, at_s, ramp_s=TURN_S) * self._nuisance.strength * TURN_RAD

    def place_px(self, pixels: NDArray[np.float64], at_s: float) -> NDArray[np.float64]:
        """Where in the picture pixels (n, 2) of the old view are now; NaN for what lies behind the camera."""
        rays = site_rays(self._view.camera.true, pixels)
        return _pixels(self._calibration(self.aside_rad(at_s)), rays)

    def over(self, light: Float32, instant: Instant) -> Float32:
        """What of the old view is still in the picture, the rest of the empty views beside it."""
        aside = self.aside_rad(instant.at_s)
        if aside == 0:
            return light
        if self._composed is None or self._composed[0] != aside:
            self._composed = aside, self._compose(aside)
        composed = self._composed[1]
        if not composed.old.any():
            return composed.empty
        moved = cv2.remap(
            light, composed.columns, composed.rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        old = composed.old[..., None]
        return np.where(old, np.asarray(moved, dtype=np.float32).reshape(light.shape), composed.empty)

    def _calibration(self, aside_rad: float) -> Calibration:
        return turned(self._view.camera, aside_rad, seed=self._view.seed)

    def _compose(self, aside_rad: float) -> "_Composed":
        """The empty part of the view at that turn, and where in the old view the other part lies."""
        width, height = self._view.size_px
        grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).reshape(-1, 2)
        rays = site_rays(self._calibration(aside_rad), grid.astype(np.float64))
        empty = np.zeros_like(self._view.plate.light)
        open_to = np.ones((height, width), dtype=np.bool_)
        parts: list[_Composed] = []
        for number, (calibration, source) in enumerate(zip(self._known, self._empty, strict=True)):
            places = _beside(_pixels(calibration, rays), self._view.size_px).reshape(height, width, 2)
            columns, rows = places[..., 0], places[..., 1]
            inside = (columns >= 0) & (columns <= width - 1) & (rows >= 0) & (rows <= height - 1)
            # The last view also shows what none of them holds: the mirrored rim.
            here = open_to & inside if number < len(self._known) - 1 else open_to
            shown = cv2.remap(source, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
            empty[here] = np.asarray(shown, dtype=np.float32).reshape(empty.shape)[here]
            parts.append(_Composed(empty, inside, columns, rows))
            open_to &= ~inside
        return parts[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Composed:
    """A turned view: its empty picture, where (h, w) the old view shows, and from which of its pixels."""

    empty: Float32
    old: NDArray[np.bool_]
    columns: Float32
    rows: Float32


def _pixels(calibration: Calibration, rays: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pixels (n, 2) of directions (n, 3); NaN behind the camera and beyond what the lens describes."""
    return pixel_from_site(calibration, calibration.position_enu_m + rays)


def _beside(pixels: NDArray[np.float64], size_px: tuple[int, int]) -> Float32:
    """The same with everything far outside, or nowhere, put at a finite place outside."""
    most = MOST_BESIDE * np.array(size_px)
    return np.clip(np.nan_to_num(pixels, nan=-1e9), -most, most).astype(np.float32)


def swung(seen: Sequence[Seen], turn: Turned, *, at_s: float, within_px: Box) -> tuple[Seen, ...]:
    """What is in a frame of a camera that has turned: boxes and feet where they are now.

    Who is behind the camera then, or beyond what its lens describes, is not in the frame at all.
    """
    found = []
    for one in seen:
        corners = [*_corners(one.whole_px), *_corners(one.visible_px or one.whole_px), one.foot_px]
        now = turn.place_px(np.array(corners), at_s)
        if np.isfinite(now).all():
            visible = None if one.visible_px is None else _around(now[4:8])
            foot = (float(now[8, 0]), float(now[8, 1]))
            moved = replace(one, whole_px=_around(now[:4]), visible_px=visible, foot_px=foot)
            found.append(_displaced(moved, (0.0, 0.0), within_px=within_px))
    return tuple(found)


def _corners(box: Box) -> list[tuple[float, float]]:
    left, top, right, bottom = box
    return [(left, top), (right, top), (left, bottom), (right, bottom)]


def _around(points: NDArray[np.float64]) -> Box:
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return left, top, right, bottom


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
