"""The thermal sensor: temperatures in, the picture of an uncooled thermal camera out."""

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.records.time import UtcNs
from truceline.simulate.model.devices import CameraPlan
from truceline.simulate.model.pictures import Drawn, Plate
from truceline.simulate.sensors.exposure import FINE
from truceline.simulate.sensors.flash import BOLOMETER_S
from truceline.simulate.sensors.levels import PlateauGain
from truceline.simulate.sensors.noise import THERMAL_GRAIN, NoiseField
from truceline.simulate.sensors.onscreen.stamp import Stamp
from truceline.simulate.sensors.readout import sharpened

Float32 = NDArray[np.float32]
Picture = NDArray[np.uint8]

ROW_NOISE = 0.3
"""Noise that a row has together, in noise-equivalent temperature differences."""
RESIDUAL = 0.35
"""Fixed pattern that is left after the device's calibration, of pixels and of columns, in the same unit."""
DRIFT = 0.6
"""How much the pattern grows in a minute; it grows with the root of the time (a random walk)."""
SHADING_K = 0.07
"""The housing warms: a smooth pattern of so many kelvin after a minute."""
FREEZE_S = (0.4, 2.0)
"""How long the picture stands while the shutter is before the detector."""
CORING, OVERSHOOT = 6 * FINE, 20 * FINE


class ThermalSensor:
    """One thermal camera. Its detector and its gain remember: the pictures of a stretch are taken in order.

    The same plan, plate and seed give the same bytes for the same frames.
    """

    def __init__(self, camera: CameraPlan, plate: Plate, *, seed: int, local_offset_minutes: int = 0) -> None:
        height, width = plate.light.shape[:2]
        size_px = (width, height)
        self._sensor, self._seed = camera.sensor, [seed, 0x7E, *camera.camera_id.encode()]
        self._rate_hz = float(camera.rate_hz)
        self._gain = PlateauGain(step_s=1 / self._rate_hz, white_hot=camera.sensor.white_hot)
        self._noise = NoiseField(size_px, 1, grain=THERMAL_GRAIN, seed=[*self._seed, 1])
        self._pattern = _Pattern(size_px, camera.sensor.noise_k, seed=self._seed)
        self._lagged: Float32 | None = None
        self._last_frame = 0
        self._standing: NDArray[np.int16] | None = None
        self._stamp = Stamp(camera, size_px, local_offset_minutes=local_offset_minutes)

    def picture(self, drawn: Drawn, frame: int, shown_utc_ns: UtcNs) -> Picture:  # noqa: PLR0917 - as all sensors
        """The picture (h, w, 3), grey, of a frame, with the clock that is shown in it.

        While the device calibrates itself the picture stands and the clock goes on.
        """
        warm = self._followed(drawn.light[..., 0], frame=frame)
        at_s = frame / self._rate_hz
        number, since_s, calibrating = self._calibration(at_s)
        if not calibrating or self._standing is None:
            measured = warm + self._disturbed(frame, number=number, since_s=since_s)
            self._standing = self._gain.fine(self._gain.codes(measured))
        picture = np.empty((*warm.shape, 3), dtype=np.uint8)
        sharpened(self._standing, self._sensor.sharpening, (CORING, OVERSHOOT), picture)
        self._stamp.onto(picture, shown_utc_ns)
        return picture

    def _followed(self, temperature_c: Float32, *, frame: int) -> Float32:
        """Temperatures (h, w) blurred by the lens and followed by the detector with its time constant."""
        soft = temperature_c
        if self._sensor.blur_px > 0:
            soft = np.asarray(cv2.GaussianBlur(temperature_c, (0, 0), self._sensor.blur_px), dtype=np.float32)
        if self._lagged is None:
            self._lagged = soft.copy()
        else:
            step_s = max(frame - self._last_frame, 1) / self._rate_hz
            share = np.float32(1 - np.exp(-step_s / BOLOMETER_S))
            self._lagged = self._lagged + share * (soft - self._lagged)
        self._last_frame = frame
        return self._lagged

    def _disturbed(self, frame: int, *, number: int, since_s: float) -> Float32:
        """Noise and pattern (h, w), kelvin."""
        height, width = self._pattern.shape
        row, column, unit = self._noise.place(frame)
        noise = self._noise.values[row : row + height, column : column + width] * np.float32(
            unit * self._sensor.noise_k
        )
        rows = np.random.default_rng([*self._seed, 2, frame]).standard_normal((height, 1), dtype=np.float32)
        together = rows * np.float32(ROW_NOISE * self._sensor.noise_k)
        return np.asarray(noise + together + self._pattern.at(number, since_s=since_s), dtype=np.float32)

    def _calibration(self, at_s: float) -> tuple[int, float, bool]:
        """Number of the last calibration, seconds since it ended, and whether the shutter is closed now."""
        every_s = self._sensor.calibration_s
        if every_s <= 0:
            return 0, at_s + 20.0, False
        # Somewhere in a period at the start; each calibration then comes a little early or late.
        phase_s = float(np.random.default_rng([*self._seed, 3]).uniform(0.15, 0.85)) * every_s
        number = int((at_s + phase_s) // every_s)
        for one in (number + 1, number):
            starts_s, ends_s = self._shutter(one, phase_s=phase_s)
            if at_s >= starts_s:
                return one, max(at_s - ends_s, 0.0), at_s < ends_s
        return number - 1, at_s - self._shutter(number - 1, phase_s=phase_s)[1], False

    def _shutter(self, number: int, *, phase_s: float) -> tuple[float, float]:
        """When a calibration begins and ends."""
        random = np.random.default_rng([*self._seed, 4, number + 10])
        every_s = self._sensor.calibration_s
        starts_s = number * every_s - phase_s + 0.05 * every_s * float(random.uniform())
        return starts_s, starts_s + float(random.uniform(*FREEZE_S))


class _Pattern:
    """The fixed pattern: what calibration leaves, and what grows after it."""

    def __init__(self, size_px: tuple[int, int], noise_k: float, *, seed: list[int]) -> None:
        width, height = size_px
        random = np.random.default_rng([*seed, 5])
        self.shape = (height, width)
        self._seed, self._noise_k = seed, noise_k
        self._pixels = random.standard_normal((2, height, width), dtype=np.float32)
        self._columns = random.standard_normal((2, 1, width), dtype=np.float32)
        small = random.standard_normal((5, 6)).astype(np.float32)
        smooth = np.asarray(cv2.resize(small, size_px, interpolation=cv2.INTER_CUBIC), dtype=np.float32)
        self._shading = smooth / np.float32(max(float(smooth.std()), 1e-6))
        self._left: tuple[int, Float32] | None = None

    def at(self, number: int, *, since_s: float) -> Float32:
        """The pattern (h, w), kelvin, so long after the calibration of a number."""
        if self._left is None or self._left[0] != number:
            roll = np.random.default_rng([*self._seed, 6, number + 10]).integers(0, self.shape)
            pixels = np.roll(self._pixels[0], tuple(int(one) for one in roll), axis=(0, 1))
            columns = np.roll(self._columns[0], int(roll[1]), axis=1)
            self._left = number, np.float32(RESIDUAL * self._noise_k) * (pixels + columns)
        grown = np.sqrt(since_s / 60)
        walk = np.float32(DRIFT * self._noise_k * grown) * (self._pixels[1] + self._columns[1])
        return np.asarray(
            self._left[1] + walk + np.float32(SHADING_K * grown) * self._shading, dtype=np.float32
        )
