"""Exposure: the cels over the plate, and what a camera adds: drift, noise, its clock and the stamp."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.records.time import NS_PER_S, UtcNs, format_local
from truceline.simulate.cast.cels import Cels
from truceline.simulate.patch import laid
from truceline.simulate.scene import HEIGHT_PX, LOCAL_OFFSET_MINUTES, WIDTH_PX
from truceline.simulate.scenery.plate import Plate

Float32 = NDArray[np.float32]
Picture = NDArray[np.uint8]

STAMP = "SIMULATED - DRAWN BY TRUCELINE"

_SPARE_PX = 128
"""The noise field is larger than the picture by this; each frame takes another part of it."""
_READ_NOISE = 0.9
_PHOTON_NOISE = 2.1
"""Grey levels of 255: standard deviation of the read noise, and of the photon noise at full white."""
_DRIFT = 0.012
_DRIFT_PERIOD_S = 47.0
_STRIP_PX = 20


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """A camera's pictures of a performance: the same seed gives the same bytes."""

    seed: int
    plate: Plate
    cels: Cels
    declared_utc_ns: tuple[UtcNs, ...]

    def frames(self) -> Iterator[Picture]:
        """One picture (540, 960, 3) blue-green-red a frame."""
        random = np.random.default_rng([self.seed, 0xF1])
        grey = random.normal(size=(HEIGHT_PX + _SPARE_PX, WIDTH_PX + _SPARE_PX, 1))
        colour = random.normal(size=(HEIGHT_PX + _SPARE_PX, WIDTH_PX + _SPARE_PX, 3))
        field = (0.85 * grey + 0.5 * colour).astype(np.float32)
        white = np.float32(255.0)
        level = self.plate.picture.mean(axis=2, keepdims=True)
        sigma = np.sqrt(_READ_NOISE**2 + _PHOTON_NOISE**2 * level).repeat(3, axis=2).astype(np.float32)
        phase = float(random.uniform(0, 2 * np.pi))
        for layers, shown_utc_ns in zip(self.cels.layers, self.declared_utc_ns, strict=True):
            seconds = (shown_utc_ns - self.declared_utc_ns[0]) / NS_PER_S
            gain = white * np.float32(1 + _DRIFT * np.sin(2 * np.pi * seconds / _DRIFT_PERIOD_S + phase))
            row, column = (int(value) for value in random.integers(_SPARE_PX, size=2))
            noise = cv2.multiply(field[row : row + HEIGHT_PX, column : column + WIDTH_PX], sigma)
            picture = self.plate.picture.copy()
            for patch in layers:
                height, width = patch.paint.shape[:2]
                rows, columns = (
                    slice(patch.top_px, patch.top_px + height),
                    slice(patch.left_px, patch.left_px + width),
                )
                picture[rows, columns] = laid(picture, patch)
            exposed = cv2.convertScaleAbs(cv2.scaleAdd(picture, float(gain), noise))
            yield _stamped(np.asarray(exposed, dtype=np.uint8), shown_utc_ns)


def _stamped(frame: Picture, shown_utc_ns: UtcNs) -> Picture:
    """The frame with a dark strip at its top: the camera's clock, and that it is drawn."""
    strip = frame[:_STRIP_PX] // 4
    tenths = shown_utc_ns // 100_000_000 % 10
    clock, zone = format_local(shown_utc_ns, offset_minutes=LOCAL_OFFSET_MINUTES).split(" ", 1)
    font, bright = cv2.FONT_HERSHEY_SIMPLEX, (225, 225, 225)
    cv2.putText(
        strip, f"2026-03-04  {clock}.{tenths}  {zone}  MAST", (8, 14), font, 0.42, bright, 1, cv2.LINE_AA
    )
    cv2.putText(strip, STAMP, (WIDTH_PX - 262, 14), font, 0.42, bright, 1, cv2.LINE_AA)
    return np.concatenate([strip, frame[_STRIP_PX:]])
