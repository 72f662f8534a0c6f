"""A frame against its scene, in colour and in thermal grey: what differs in kind between the bands."""

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.detect.evidence import Evidence, evidence, strength_of
from truceline.detect.still.background import FLOOR_THERMAL, FLOOR_VISIBLE, Background, median_background
from truceline.detect.still.steady import (
    LEFT_OVER_PX,
    STILL,
    Anchors,
    Sway,
    anchors_of,
    moved_back,
    steepness,
    sway_of,
    where_shown,
)
from truceline.detect.thermal.scene import Contrast, contrast, grey_of, thermal_scene
from truceline.detect.thermal.silhouette import silhouettes
from truceline.errors import InputError
from truceline.records.time import UtcNs

Image = NDArray[np.uint8]


class Band(Protocol):
    """How a scene is learnt and a frame is compared with it."""

    def learn(
        self, samples: Sequence[Image], *, centre_utc_ns: UtcNs, free: Sequence[Image] | None = None
    ) -> Background:
        """See ``Detector.learn``."""

    def sway(self, bgr: Image, background: Background) -> Sway:
        """See ``Detector.sway``."""

    def compare(self, bgr: Image, background: Background) -> Evidence:
        """What a frame (height, width, 3) shows, in the scene's place."""


class VisibleBand:
    """Colour: each pixel against its own threshold, a swaying camera held still."""

    def __init__(self) -> None:
        # What is worked out of the last background; the answers do not depend on it.
        self._scene: tuple[Background, Anchors, Background] | None = None

    def learn(
        self, samples: Sequence[Image], *, centre_utc_ns: UtcNs, free: Sequence[Image] | None = None
    ) -> Background:
        """The median of the samples; see ``median_background``."""
        return median_background(samples, centre_utc_ns=centre_utc_ns, floor=FLOOR_VISIBLE, free=free)

    def sway(self, bgr: Image, background: Background) -> Sway:
        """How a picture lies on a scene."""
        return sway_of(bgr, self._prepared(background)[1])

    def compare(self, bgr: Image, background: Background) -> Evidence:
        """What a frame shows, moved onto its scene where it lies beside it."""
        sway = self.sway(bgr, background)
        if sway.lost:
            return _nothing(background, moved=True)
        if sway.shift_px == (0.0, 0.0):
            return evidence(bgr, background)
        found = evidence(moved_back(bgr, sway.shift_px), self._prepared(background)[2])
        strength, mask = (where_shown(one, sway.shift_px) for one in (found.strength, found.mask))
        return Evidence(strength, mask, found.changed, shift_px=sway.shift_px)

    def _prepared(self, background: Background) -> tuple[Background, Anchors, Background]:
        if self._scene is None or self._scene[0] is not background:
            self._scene = background, anchors_of(background.bgr), _patient(background)
        return self._scene


class ThermalBand:
    """Thermal grey: no polarity, no fixed gain; see docs/design/thermal.md."""

    def learn(
        self, samples: Sequence[Image], *, centre_utc_ns: UtcNs, free: Sequence[Image] | None = None
    ) -> Background:
        """The most frequent grey of each pixel, every sample brought to one level; see ``thermal_scene``."""
        scene = thermal_scene([grey_of(one) for one in samples], centre_utc_ns=centre_utc_ns, free=free)
        grey = np.clip(np.round(scene.grey), 0, 255).astype(np.uint8)
        threshold = np.clip(scene.least_difference, FLOOR_THERMAL, 255).astype(np.uint8)
        return Background(np.repeat(grey[..., None], 3, axis=2), threshold, centre_utc_ns, scene)

    def sway(self, bgr: Image, background: Background) -> Sway:  # noqa: ARG002 - see below
        """Still: samples of a thermal scene are put in their place when the scene is learnt."""
        return STILL

    def compare(self, bgr: Image, background: Background) -> Evidence:
        """What stands out from the scene, warm or cold.

        Raises:
            InputError: The background is not of this band.
        """
        if background.thermal is None:
            raise InputError("the background of a thermal camera was learnt in colour")
        found = contrast(grey_of(bgr), background.thermal)
        if found.changed:
            return _nothing(background, changed=True)
        solid = silhouettes(found)
        strength = np.maximum(strength_of(_share_of_threshold(found)), np.uint8(255) * solid)
        return Evidence(strength, solid, changed=False, shift_px=found.shift_px)


def _share_of_threshold(found: Contrast) -> NDArray[np.float32]:
    """(height, width) difference over threshold, where it is more than the blur and the shadow of another."""
    return np.asarray(np.abs(found.difference) / found.threshold, dtype=np.float32)


def _patient(background: Background) -> Background:
    """The background with thresholds for frames that were moved back: its own edges may be a little off."""
    steep = LEFT_OVER_PX * np.asarray(cv2.dilate(steepness(background.bgr), np.ones((3, 3), np.uint8)))
    threshold = np.clip(background.threshold + steep, 0, 255).astype(np.uint8)
    return Background(background.bgr, threshold, background.centre_utc_ns)


def _nothing(background: Background, *, changed: bool = False, moved: bool = False) -> Evidence:
    none = np.zeros(background.threshold.shape, np.uint8)
    return Evidence(none, none.copy(), changed, moved=moved)
