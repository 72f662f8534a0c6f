"""The detector for a calibrated camera: background, vehicles, people, low things; where they stand."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.detect.appearance import LENGTH, stripe_colours
from truceline.detect.bands import Band, ThermalBand, VisibleBand
from truceline.detect.detector import Observation
from truceline.detect.finds import NOTHING_FOUND, Finds, joined_finds
from truceline.detect.fit import PERSON_HEIGHT_M, PersonCells, fit_people, person_cells
from truceline.detect.lettering import lettering
from truceline.detect.low import LowThings, find_low, share_ground
from truceline.detect.refine import refined_boxes
from truceline.detect.sizes import measured_sizes
from truceline.detect.still.background import Background
from truceline.detect.still.steady import LEFT_OVER_PX, Sway, moved_back
from truceline.detect.vehicles.find import VehicleFinder, neutralised
from truceline.detect.vehicles.search import Standing
from truceline.geometry.camera import ground_from_pixel, pixel_from_site, pixel_place_jacobian, scaled
from truceline.records.detections import Detections
from truceline.records.frames import FrameStamp
from truceline.records.outlines import LOW, VEHICLE, Outlines
from truceline.records.site import Calibration, Camera
from truceline.records.time import UtcNs

Array = NDArray[np.float64]

WORKING_WIDTH_PX = 960
"""Wider pictures are reduced to this: the fit needs a person of 20 pixels, not of 200."""

FOOT_SIGMA_SHARE = 0.05
"""Standard deviation of a fitted foot as a share of the person's height in pixels, and its floor."""
FOOT_SIGMA_FLOOR_PX = 1.2
SOLE_SHARE = 0.025
"""Somebody stands so far above the lower end of the evidence, as a share of the height: that is the nearer
shoe, its contact shadow, and what the lens and the encoder blur. The median is 0.019 to 0.028 in simulated
footage, where the ground point is exact, and 0.027 on PETS 2009 S2.L1, frames 1 to 300."""
HIDDEN_FOOT_SHARE = 0.06
"""Standard deviation of feet that were put below the head, as a share of the height: people's heights spread
by 4 % (NCD-RisC, 2016), hats and hair by as much again."""
TALLEST = 1.2
"""Nobody's silhouette is taller than this share of a rectangle of 1.72 m (2.06 m): it is two people's, one
behind the other, and the feet of the one who was fitted are anywhere along it."""
CUT_FACTOR = 2.5
"""How much worse the foot is known when the border cuts the rectangle."""
SILHOUETTE = 128
"""Evidence of half strength is silhouette when somebody is measured: dark legs on dark ground count."""
LOW_CONFIDENCE = 0.5
"""Of what is too low for a person: no fit says how well it is explained."""


class PeopleDetector:
    """Finds vehicles, upright people and what is lower in the frames of one calibrated camera."""

    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self.scale = min(1.0, WORKING_WIDTH_PX / camera.width_px)
        self._band: Band = ThermalBand() if camera.band == "thermal" else VisibleBand()
        self._size = (round(camera.width_px * self.scale), round(camera.height_px * self.scale))
        self._calibration = scaled(camera.calibration, self.scale)
        self.cells: PersonCells = person_cells(
            self._calibration, width_px=self._size[0], height_px=self._size[1]
        )
        self._vehicles = VehicleFinder(self._calibration, self._size)
        self._scale_at = upright_scales(self._calibration, self._size)
        # Of the last scene: what its lettering leaves free, or None where there is no lettering.
        self._scene: tuple[Background, NDArray[np.uint8] | None] | None = None

    def reduced(self, bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture at working size."""
        return reduced_to(bgr, self._size)

    def learn(
        self,
        samples: Sequence[NDArray[np.uint8]],
        *,
        centre_utc_ns: UtcNs,
        free: Sequence[NDArray[np.uint8]] | None = None,
    ) -> Background:
        """The scene from pictures at working size, in order of time; ``free`` as in ``median_background``."""
        return self._band.learn(samples, centre_utc_ns=centre_utc_ns, free=free)

    def sway(self, bgr: NDArray[np.uint8], background: Background) -> Sway:
        """How a picture at working size lies on a scene."""
        return self._band.sway(bgr, background)

    def nothing(self, stamp: FrameStamp) -> Observation:
        """What a frame gives before there is a background: nobody."""
        none = Detections(stamp, np.zeros((0, 4)), np.zeros(0), np.zeros((0, 2)), np.zeros((0, 2, 2)))
        mask = np.zeros((self._size[1], self._size[0]), np.uint8)
        return Observation(none, np.zeros((0, LENGTH)), mask, changed=False)

    def detect(self, stamp: FrameStamp, bgr: NDArray[np.uint8], *, background: Background) -> Observation:
        """Detections in one frame at working size, in pixels of the full picture.

        1. Under burnt-in lettering nothing is seen: a digit that changes is nobody.
        2. Vehicles are found, and what they explain is taken out of the evidence.
        3. People are fitted to the rest and measured.
        4. What is too low for people, and what was fitted to it, becomes one detection each.
        """
        seen = self._band.compare(bgr, background)
        if seen.changed or seen.moved:
            nothing = self.nothing(stamp)
            return replace(nothing, mask=seen.mask, changed=seen.changed, moved=seen.moved)
        # (1)
        free = self._free_of_lettering(background)
        if free is not None:
            seen = replace(seen, strength=seen.strength * free, mask=seen.mask * free)
        # (2)
        vehicles = self._vehicles.find(seen.strength)
        strength = neutralised(seen.strength, vehicles)
        # (3)
        people = self._people(strength)
        # (4)
        low = find_low(strength, scale_at=self._scale_at)
        people, low = shared_out(people, low)
        found = joined_finds([people, self._low(low), self._driving(vehicles)])
        appearance = stripe_colours(moved_back(bgr, seen.shift_px), seen.mask, boxes_px=found.boxes_px)
        shift = np.array(seen.shift_px) / self.scale
        left_over = LEFT_OVER_PX / self.scale if np.any(shift) else 0.0
        detections = Detections(
            stamp=stamp,
            boxes_px=found.boxes_px / self.scale + np.tile(shift, 2),
            confidence=found.confidence,
            foot_px=found.foot_px / self.scale,
            foot_covariance_px=found.foot_covariance_px / self.scale**2 + left_over**2 * np.eye(2),
            outlines=found.outlines,
        )
        return Observation(
            detections, appearance, seen.mask, changed=False, shift_px=(float(shift[0]), float(shift[1]))
        )

    def _free_of_lettering(self, background: Background) -> NDArray[np.uint8] | None:
        if self._scene is None or self._scene[0] is not background:
            covered = lettering(background.bgr)
            self._scene = (background, 1 - covered if covered.any() else None)
        return self._scene[1]

    def _people(self, strength: NDArray[np.uint8]) -> Finds:
        chosen, gains = fit_people(strength, self.cells)
        fitted = self.cells.boxes_px[chosen]
        boxes, hidden = refined_boxes(strength, fitted)
        scale = (fitted[:, 3] - fitted[:, 1]) / PERSON_HEIGHT_M
        tall = boxes[:, 3] - boxes[:, 1]
        sizes = measured_sizes((strength >= SILHOUETTE).astype(np.uint8), boxes)
        outlines = replace(
            Outlines.unmeasured(len(boxes)),
            height_m=sizes.height_px / scale,
            width_m=sizes.width_px / scale,
            lower_m=sizes.lower_px / scale,
        )
        found = self._standing(boxes, gains.astype(np.float64), outlines=outlines, tall_px=tall)
        covariance = found.foot_covariance_px.copy()
        # Feet that somebody hides were put below the head: they are as sure as a stranger's height.
        covariance[hidden, 1, 1] += (HIDDEN_FOOT_SHARE * tall[hidden]) ** 2
        # In a silhouette too tall for one the rectangle may lie anywhere.
        merged = sizes.height_px > TALLEST * tall
        covariance[merged, 1, 1] += ((sizes.height_px - tall)[merged] / 2) ** 2
        foot = found.foot_px.copy()
        foot[~hidden, 1] -= SOLE_SHARE * tall[~hidden]
        return replace(found, foot_px=foot, foot_covariance_px=covariance)

    def _low(self, low: LowThings) -> Finds:
        rows = len(low.boxes_px)
        outlines = replace(Outlines.unmeasured(rows, LOW), height_m=low.height_m, width_m=low.width_m)
        tall = (low.boxes_px[:, 3] - low.boxes_px[:, 1]) / low.height_m * PERSON_HEIGHT_M
        return self._standing(low.boxes_px, np.full(rows, LOW_CONFIDENCE), outlines=outlines, tall_px=tall)

    def _standing(self, boxes: Array, confidence: Array, *, outlines: Outlines, tall_px: Array) -> Finds:
        """What stands on the lower edge of its box; ``tall_px`` (n,) is how tall a person is there."""
        sigma = np.maximum(FOOT_SIGMA_FLOOR_PX, FOOT_SIGMA_SHARE * tall_px)
        width, height = self._size
        cut = (boxes[:, 3] > height) | (boxes[:, 0] < 0) | (boxes[:, 2] > width)
        variances = np.where(cut, CUT_FACTOR * sigma, sigma) ** 2
        foot = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
        return Finds(boxes, confidence, foot, variances[:, None, None] * np.eye(2), outlines)

    def _driving(self, vehicles: Sequence[Standing]) -> Finds:
        """Vehicles by the middle of the ground that they cover, which is in no picture."""
        if not vehicles:
            return NOTHING_FOUND
        centres = np.array([[*one.centre_en_m, 0.0] for one in vehicles])
        foot = pixel_from_site(self._calibration, centres)
        by_place = pixel_place_jacobian(self._calibration, centres)[:, :, :2]
        spread = by_place @ np.array([one.covariance_m2 for one in vehicles]) @ np.swapaxes(by_place, 1, 2)
        corners = np.array([one.corners_px for one in vehicles])
        boxes = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
        limits = np.array([self._size[0], self._size[1]] * 2, np.float64)
        size = np.array([one.size_m for one in vehicles])
        boxes = np.clip(boxes, 0.0, limits)
        across = (boxes[:, 2] - boxes[:, 0]) / np.array([one.pixels_per_m for one in vehicles])
        outlines = replace(
            Outlines.unmeasured(len(vehicles), VEHICLE),
            height_m=size[:, 2],
            width_m=across,
            length_m=size[:, 0],
            heading_rad=np.array([one.heading_rad for one in vehicles]),
        )
        return Finds(boxes, np.array([one.fill for one in vehicles]), foot, spread, outlines)


def reduced_to(bgr: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture at ``size_px`` (width, height), averaged over area; itself when it has that size."""
    if (bgr.shape[1], bgr.shape[0]) == size_px:
        return bgr
    return np.asarray(cv2.resize(bgr, size_px, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def shared_out(people: Finds, low: LowThings) -> tuple[Finds, LowThings]:
    """Who is a person and what is low, where both were found: what is longer than tall is no person."""
    inside = share_ground(low.boxes_px, people.boxes_px)
    long = low.is_long
    kept = people.take(np.flatnonzero(~inside[long].any(axis=0)))
    return kept, low.take(np.flatnonzero(long | ~inside.any(axis=1)))


def upright_scales(calibration: Calibration, size_px: tuple[int, int]) -> Array:
    """Pixels (height,) that an upright metre has at each row in the picture's middle; NaN without ground."""
    width, height = size_px
    foot = np.stack([np.full(height, width / 2), np.arange(height, dtype=np.float64)], axis=1)
    ground = ground_from_pixel(calibration, foot)
    upper = pixel_from_site(calibration, np.concatenate([ground, np.ones((height, 1))], axis=1))
    scales: Array = foot[:, 1] - upper[:, 1]
    return scales
