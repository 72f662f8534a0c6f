"""At the lens: insects, drops of rain, a cover, and focus lost."""

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.devices import Nuisance
from truceline.simulate.sensors.nuisance.view import Float32, Instant, View, presence

INSECTS = 5
"""Insects about at full strength."""
VISIT_S = (0.4, 2.6)
PAUSE_S = 4.0
INSECT_RADIUS_PX = (5.0, 26.0)
"""At 540 rows; out of focus, so large and soft."""
SMEAR_S = 0.012
SMEARS = 4
NIGHT_INSECT = 7.0
"""At night an insect before the lamps is so much brighter than the mean of the scene."""

DROPS = 14
DROP_RADIUS_PX = (6.0, 24.0)
DROP_VIEW = 4.0
"""A drop on the glass shows so many times its own width, upside down."""
DROPS_FROM = 0.35
"""Strength of the rain from which drops reach the glass."""

COVER_SOFT_PX = 26.0
COVER_LIGHT = 0.05
"""Light of a cloth at the lens, against the mean of the scene; some more shines through it."""
COVER_THROUGH = 0.06
COVER_WARM_K = 4.0
COVER_WEAVE = 0.12
COVER_STEP = 4
"""The cloth is drawn at a quarter of the size."""

MOST_BLUR_PX = 9.0


class Insects:
    """Insects that fly close before the lens: soft blobs on erratic paths, bright by night, dark by day."""

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._view, self._nuisance = view, nuisance
        random = view.random(0x15, int(nuisance.start_s * 1000))
        self._visits = [
            visit
            for _ in range(max(round(INSECTS * nuisance.strength), 1))
            for visit in _visits(random, nuisance, view=view)
        ]
        mean = view.plate.light.mean(axis=(0, 1))
        if view.thermal:
            self._tone = np.full(1, view.weather.air_c + 5.0, dtype=np.float32)
        else:
            self._tone = np.asarray(mean * (NIGHT_INSECT if view.night else 0.12), dtype=np.float32)

    def over(self, light: Float32, instant: Instant) -> Float32:
        """Light with the insects before it."""
        present = [one for one in self._visits if one.start_s <= instant.at_s < one.end_s]
        if not present:
            return light
        seen = light.copy()
        smear_s = max(instant.exposure_s, SMEAR_S)
        for visit in present:
            for step in range(SMEARS):
                at_s = instant.at_s + smear_s * (step / (SMEARS - 1) - 0.5)
                _blob(
                    seen,
                    visit.place_px(at_s),
                    radius_px=visit.radius_px,
                    tone=self._tone,
                    opacity=visit.opacity,
                )
        return seen


class _Visit:
    """One insect's visit: an erratic path about a line through the picture."""

    def __init__(self, random: np.random.Generator, start_s: float, *, view: View) -> None:
        self.start_s = start_s
        self.end_s = start_s + float(random.uniform(*VISIT_S))
        self.radius_px = float(random.uniform(*INSECT_RADIUS_PX)) * view.unit_px
        # Spread over the instants of one exposure, together as dense as the insect.
        self.opacity = 1 - (1 - float(random.uniform(0.55, 0.9))) ** (1 / SMEARS)
        width, height = view.size_px
        self._ends = random.uniform((-0.05 * width, -0.05 * height), (1.05 * width, 1.05 * height), (2, 2))
        self._waves = random.uniform(0.7, 5.5, (3, 1)), random.uniform(0, 2 * np.pi, (3, 2))
        self._swing_px = random.uniform(0.02, 0.11, (3, 2)) * height

    def place_px(self, at_s: float) -> NDArray[np.float64]:
        """Column and row at a time."""
        share = (at_s - self.start_s) / (self.end_s - self.start_s)
        hertz, phases = self._waves
        wander = (self._swing_px * np.sin(2 * np.pi * hertz * at_s + phases)).sum(axis=0)
        place: NDArray[np.float64] = self._ends[0] + share * (self._ends[1] - self._ends[0]) + wander
        return place


def _visits(random: np.random.Generator, nuisance: Nuisance, *, view: View) -> list[_Visit]:
    visits = []
    start_s = nuisance.start_s + float(random.exponential(PAUSE_S / 2))
    while start_s < nuisance.end_s:
        visits.append(_Visit(random, start_s, view=view))
        start_s = visits[-1].end_s + float(random.exponential(PAUSE_S))
    return visits


def _blob(
    light: Float32, place_px: NDArray[np.float64], *, radius_px: float, tone: Float32, opacity: float
) -> None:
    """Lay a soft disc over a picture that is the caller's own."""
    height, width = light.shape[:2]
    reach = 1.6 * radius_px
    left, top = (max(int(one - reach), 0) for one in place_px)
    right, bottom = min(int(place_px[0] + reach) + 1, width), min(int(place_px[1] + reach) + 1, height)
    if right <= left or bottom <= top:
        return
    away = np.hypot(np.arange(left, right) - place_px[0], (np.arange(top, bottom) - place_px[1])[:, None])
    cover = (opacity * np.clip((reach - away) / (0.9 * radius_px), 0, 1)).astype(np.float32)[..., None]
    light[top:bottom, left:right] += cover * (tone - light[top:bottom, left:right])


class LensDrops:
    """Drops of rain on the glass: each a small, soft picture of the scene upside down."""

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._nuisance = nuisance
        random = view.random(0xD0, int(nuisance.start_s * 1000))
        width, height = view.size_px
        count = round(DROPS * max(nuisance.strength - DROPS_FROM, 0) / (1 - DROPS_FROM))
        radius_px = random.uniform(*DROP_RADIUS_PX, count) * view.unit_px
        place_px = random.uniform((0, 0), (width, height), (count, 2))
        length_s = max(nuisance.end_s - nuisance.start_s, 1e-9)
        since_s = nuisance.start_s + random.uniform(0, 0.7, count) * min(length_s, 60.0)
        self._drops = np.column_stack([place_px, radius_px, since_s])

    def over(self, light: Float32, instant: Instant) -> Float32:
        """Light through the wet glass; a drop stays where it fell until the rain ends."""
        if presence(self._nuisance, instant.at_s, ramp_s=0.0) == 0 or len(self._drops) == 0:
            return light
        seen = light.copy()
        for x, y, radius_px, since_s in self._drops:
            if instant.at_s >= since_s:
                _drop_over(light, seen, place_px=(x, y), radius_px=radius_px)
        return seen


def _drop_over(light: Float32, into: Float32, *, place_px: tuple[float, float], radius_px: float) -> None:
    height, width, channels = light.shape
    x, y, reach = round(place_px[0]), round(place_px[1]), int(np.ceil(radius_px))
    left, top, right, bottom = (
        max(x - reach, 0),
        max(y - reach, 0),
        min(x + reach + 1, width),
        min(y + reach + 1, height),
    )
    if right <= left or bottom <= top:
        return
    wide = int(DROP_VIEW * radius_px)
    around = light[max(y - wide, 0) : y + wide, max(x - wide, 0) : x + wide][::-1, ::-1]
    size_px = (right - left, bottom - top)
    small = cv2.resize(np.ascontiguousarray(around), size_px, interpolation=cv2.INTER_AREA)
    image = np.asarray(cv2.GaussianBlur(small, (0, 0), max(radius_px / 5, 0.6)), dtype=np.float32)
    image = image.reshape(size_px[1], size_px[0], channels)
    away = np.hypot(np.arange(left, right) - x, (np.arange(top, bottom) - y)[:, None]) / radius_px
    cover = np.clip((1 - away) * 3, 0, 0.85).astype(np.float32)[..., None]
    # Thicker towards its rim, where it bends away the light.
    rim = (1 - 0.35 * np.clip(away, 0, 1) ** 3).astype(np.float32)[..., None]
    place = into[top:bottom, left:right]
    place += cover * (image * rim - place)


class Covered:
    """A cloth pulled over the lens from above; at full strength over all of it."""

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._view, self._nuisance = view, nuisance
        width, height = view.size_px
        random = view.random(0xC0)
        shape = (max(height // COVER_STEP, 1), max(width // COVER_STEP, 1))
        weave = cv2.GaussianBlur(random.standard_normal(shape), (0, 0), 9 * view.unit_px / COVER_STEP)
        unit = np.asarray(weave) / np.std(weave)
        self._weave = (1 + COVER_WEAVE * unit).astype(np.float32)[..., None]
        self._slant = (np.arange(width) * float(random.uniform(-0.12, 0.12))).astype(np.float32)

    def share(self, at_s: float) -> float:
        """Share of the picture's height that is covered."""
        return presence(self._nuisance, at_s, ramp_s=1.2) * self._nuisance.strength

    def over(self, light: Float32, instant: Instant) -> Float32:
        """Light with the cloth before it: almost none, and what shines through has no edges."""
        share = self.share(instant.at_s)
        if share == 0:
            return light
        height = light.shape[0]
        cloth = self._cloth(light)
        reach = COVER_SOFT_PX * self._view.unit_px
        edge = share * (height + 2 * reach) - reach + self._slant * min(4 * (1 - share), 1)
        if float(edge.min()) >= height + reach:
            return cloth
        last = min(int(edge.max() + reach) + 1, height)
        rows = np.arange(last, dtype=np.float32)[:, None]
        cover = np.clip((edge - rows) / reach * 0.5 + 0.5, 0, 1).astype(np.float32)[..., None]
        hidden = light.copy()
        hidden[:last] += cover * (cloth[:last] - light[:last])
        return hidden

    def _cloth(self, light: Float32) -> Float32:
        """The cloth (h, w, channels), lit by the scene or as warm as it is; drawn small, it has no detail."""
        if self._view.thermal:
            small = np.float32(self._view.weather.air_c + COVER_WARM_K) + 2 * (self._weave - 1)
        else:
            few = np.asarray(
                cv2.resize(light[::2, ::2], (12, 7), interpolation=cv2.INTER_AREA), dtype=np.float32
            )
            size_px = (self._weave.shape[1], self._weave.shape[0])
            through = np.asarray(cv2.resize(few, size_px, interpolation=cv2.INTER_CUBIC), dtype=np.float32)
            lit = np.float32(COVER_LIGHT) * few.mean(axis=(0, 1))
            small = self._weave * lit + np.float32(COVER_THROUGH) * through
        wide = cv2.resize(small, self._view.size_px, interpolation=cv2.INTER_LINEAR)
        return np.asarray(wide, dtype=np.float32).reshape(light.shape)


class Defocused:
    """Focus lost, and found again at the end."""

    def __init__(self, view: View, nuisance: Nuisance) -> None:
        self._view, self._nuisance = view, nuisance

    def over(self, light: Float32, instant: Instant) -> Float32:
        """Light blurred; a wide blur is made at half or a quarter of the size."""
        here = presence(self._nuisance, instant.at_s, ramp_s=2.0) * self._nuisance.strength
        sigma_px = MOST_BLUR_PX * self._view.unit_px * here
        if sigma_px <= 0.1:  # noqa: PLR2004 - no longer visible
            return light
        step = 1 if sigma_px < 2 else 2 if sigma_px < 5 else 4  # a blur of a pixel or more there
        small = (
            light
            if step == 1
            else cv2.resize(light, (0, 0), fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
        )
        soft = cv2.GaussianBlur(np.asarray(small), (0, 0), sigma_px / step)
        wide = soft if step == 1 else cv2.resize(soft, self._view.size_px, interpolation=cv2.INTER_LINEAR)
        return np.asarray(wide, dtype=np.float32).reshape(light.shape)
