"""The detector for a calibrated camera: background, fit, foot points with their covariance."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.detect.appearance import LENGTH, stripe_colours
from truceline.detect.bands import Band, ThermalBand, VisibleBand
from truceline.detect.detector import Observation
from truceline.detect.fit import PersonCells, fit_people, person_cells
from truceline.detect.refine import refined_boxes
from truceline.detect.still.background import Background
from truceline.detect.still.steady import LEFT_OVER_PX, Sway, moved_back
from truceline.geometry.camera import scaled
from truceline.records.detections import Detections
from truceline.records.frames import FrameStamp
from truceline.records.site import Camera
from truceline.records.time import UtcNs

WORKING_WIDTH_PX = 960
"""Wider pictures are reduced to this: the fit needs a person of 20 pixels, not of 200."""

FOOT_SIGMA_SHARE = 0.05
"""Standard deviation of a fitted foot as a share of the person's height in pixels, and its floor."""
FOOT_SIGMA_FLOOR_PX = 1.2
CUT_FACTOR = 2.5
"""How much worse the foot is known when the border cuts the rectangle."""


class PeopleDetector:
    """Finds upright people in the frames of one calibrated camera."""

    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self.scale = min(1.0, WORKING_WIDTH_PX / camera.width_px)
        self._band: Band = ThermalBand() if camera.band == "thermal" else VisibleBand()
        self._size = (round(camera.width_px * self.scale), round(camera.height_px * self.scale))
        self.cells: PersonCells = person_cells(
            scaled(camera.calibration, self.scale), width_px=self._size[0], height_px=self._size[1]
        )

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
        """Detections in one frame at working size, in pixels of the full picture."""
        seen = self._band.compare(bgr, background)
        chosen, gains = (np.zeros(0, np.int64), np.zeros(0, np.float32))
        if not (seen.changed or seen.moved):
            chosen, gains = fit_people(seen.strength, self.cells)
        boxes = refined_boxes(seen.strength, self.cells.boxes_px[chosen])
        appearance = stripe_colours(moved_back(bgr, seen.shift_px), seen.mask, boxes_px=boxes)
        shift = np.array(seen.shift_px) / self.scale
        detections = Detections(
            stamp=stamp,
            boxes_px=boxes / self.scale + np.tile(shift, 2),
            confidence=gains.astype(np.float64),
            foot_px=np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1) / self.scale,
            foot_covariance_px=self._foot_variances(boxes, swaying=bool(np.any(shift)))[:, None, None]
            * np.eye(2),
        )
        return Observation(
            detections,
            appearance,
            seen.mask,
            seen.changed,
            moved=seen.moved,
            shift_px=(float(shift[0]), float(shift[1])),
        )

    def _foot_variances(self, boxes: NDArray[np.float64], *, swaying: bool) -> NDArray[np.float64]:
        """Variance (n,) of the feet of boxes at working size, squared pixels of the full picture."""
        sigma = np.maximum(FOOT_SIGMA_FLOOR_PX, FOOT_SIGMA_SHARE * (boxes[:, 3] - boxes[:, 1]))
        width, height = self._size
        cut = (boxes[:, 3] > height) | (boxes[:, 0] < 0) | (boxes[:, 2] > width)
        sigma = np.where(cut, CUT_FACTOR * sigma, sigma) / self.scale
        left_over = LEFT_OVER_PX / self.scale if swaying else 0.0
        variances: NDArray[np.float64] = sigma**2 + left_over**2
        return variances


def reduced_to(bgr: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture at ``size_px`` (width, height), averaged over area; itself when it has that size."""
    if (bgr.shape[1], bgr.shape[0]) == size_px:
        return bgr
    return np.asarray(cv2.resize(bgr, size_px, interpolation=cv2.INTER_AREA), dtype=np.uint8)
