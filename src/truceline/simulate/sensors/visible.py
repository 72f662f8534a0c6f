"""The visible sensor: linear light in, the eight-bit picture of a surveillance camera out."""

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.records.time import UtcNs
from truceline.simulate.model.devices import CameraPlan
from truceline.simulate.model.pictures import Drawn, Plate, Sky
from truceline.simulate.sensors.breath import Breath
from truceline.simulate.sensors.exposure import (
    CODES_PER_WHITE,
    FINE,
    LUMA,
    NIGHT_LIGHT,
    PEDESTAL,
    AutoExposure,
    Exposed,
    noise_terms,
    tone_curve,
)
from truceline.simulate.sensors.noise import DAY_GRAIN, NIGHT_GRAIN, NoiseField
from truceline.simulate.sensors.onscreen.stamp import Stamp
from truceline.simulate.sensors.readout import blur_taps, exposed, mixed_down, sharpened

Float32 = NDArray[np.float32]
Picture = NDArray[np.uint8]

VIGNETTE = 0.2
"""Light missing in the corners."""
FLARE = 0.008
"""Share of the picture's mean light that the lens scatters over all of it."""
GLARE_FROM = 3.0
"""Signals above this are bright enough to bloom."""
GLARE = ((0.03, 135.0), (0.012, 36.0), (0.005, 9.0))
"""Shares of such light that are scattered, and how wide: the rows of the picture by the second number."""
GLARE_STEP = 4
BALANCE = 0.8
"""How far the white balance goes from the light's colour to a neutral grey."""
INFRARED = np.array([0.3, 0.6, 0.1], dtype=np.float32)
"""Weights of red, green and blue then; leaves are bright in near-infrared."""
NIGHT_BREATH = 0.3
"""Lamps are steadier than a sky with clouds."""
NIGHT_GAIN = 4.0
"""From this gain on the noise is that of a picture after strong noise reduction: coarse."""
CORING, OVERSHOOT = 8 * FINE, 28 * FINE
"""Differences from the neighbours up to the first are not sharpened, so that noise is not; at an edge
sharpening adds at most the second."""


class VisibleSensor:
    """One visible camera. Its exposure remembers: the pictures of a stretch are taken in order.

    Two sensors made of the same plan, plate, sky and seed give the same bytes for the same frames.
    """

    def __init__(
        self, camera: CameraPlan, plate: Plate, *, sky: Sky, seed: int, local_offset_minutes: int = 0
    ) -> None:
        self._size_px = (plate.light.shape[1], plate.light.shape[0])
        self._numbers = [seed, 0x5E, *camera.camera_id.encode()]
        self._sensor = camera.sensor
        self._held: Exposed | None = None
        self._curve = tone_curve(camera.sensor.gamma)
        ambient = sky.sun * max(float(sky.to_sun[2]), 0.0) + sky.sky
        night = float(LUMA @ ambient) < NIGHT_LIGHT
        self._breath = Breath(seed=self._numbers, strength=NIGHT_BREATH if night else 1.0)
        self._step_s = float(1 / camera.rate_hz)
        self._exposure = AutoExposure(camera.sensor, step_s=self._step_s, mono=night)
        self._balance = _balance(ambient)
        self._taps = blur_taps(camera.sensor.blur_px)
        self._fields: dict[tuple[int, bool], NoiseField] = {}
        self._stamp = Stamp(camera, self._size_px, local_offset_minutes=local_offset_minutes)

    @property
    def exposed(self) -> Exposed:
        """The exposure that holds now: what motion blur and flashes of the next frame need."""
        return self._exposure.now if self._held is None else self._held

    def hold(self, exposed: Exposed) -> None:
        """Keep to an exposure from now on, as a camera does that was set by hand."""
        self._held = exposed

    def picture(self, drawn: Drawn, frame: int, shown_utc_ns: UtcNs) -> Picture:  # noqa: PLR0917 - as all sensors
        """The picture (h, w, 3) blue-green-red of a frame, with the clock that is shown in it."""
        width, height = self._size_px
        fine = self._fine(drawn.light, frame=frame)
        picture = np.empty((height, width, 3), dtype=np.uint8)
        sharpened(fine, self._sensor.sharpening, (CORING, OVERSHOOT), picture)
        self._stamp.onto(picture, shown_utc_ns)
        return picture

    def _fine(self, light: Float32, *, frame: int) -> NDArray[np.int16]:
        """Grey levels times ``FINE``, (h, w * channels), red first; one channel where there is no colour."""
        now = self._exposure.metered(light) if self._held is None else self._held
        weights = self._balance
        if now.mono:
            light, weights = mixed_down(light, INFRARED), np.ones(1)
        light = with_glare(light, scale=now.scale)
        height, width, channels = light.shape
        field = self._field(channels, coarse=now.gain > NIGHT_GAIN)
        row, column, unit = field.place(frame)
        shot, read = noise_terms(self._sensor, now)
        scattered = FLARE * now.scale * float(light[::16, ::16].mean())
        white = CODES_PER_WHITE
        return exposed(
            np.ascontiguousarray(light).reshape(height, width * channels),
            self._taps,
            self._breath.over(_lens(self._size_px, weights * now.scale * white), at_s=frame * self._step_s),
            (field.values, row, column, unit),
            (shot * white, read * white**2, PEDESTAL + scattered * white, self._curve, channels),
        )

    def _field(self, channels: int, *, coarse: bool) -> NoiseField:
        """Noise of that grain, drawn when it is first needed."""
        key = (channels, coarse)
        if key not in self._fields:
            grain = NIGHT_GRAIN if coarse else DAY_GRAIN
            numbers = [*self._numbers, channels, int(coarse)]
            self._fields[key] = NoiseField(self._size_px, channels, grain=grain, seed=numbers)
        return self._fields[key]


def with_glare(light: Float32, *, scale: float) -> Float32:
    """Light (h, w, channels) with a bloom about what is far brighter than white at that exposure.

    A lens and a sensor scatter some light, ever less of it ever farther: three Gaussians, at a quarter of
    the size.
    """
    if float(light.max()) * scale < GLARE_FROM:
        return light
    size_px = (light.shape[1], light.shape[0])
    step = 1 / GLARE_STEP
    reduced = cv2.resize(light, (0, 0), fx=step, fy=step, interpolation=cv2.INTER_AREA)
    over = np.maximum(np.asarray(reduced, dtype=np.float32) - np.float32(1 / scale), 0)
    halo = np.zeros_like(over)
    for share, rows in GLARE:
        soft = cv2.GaussianBlur(over, (0, 0), size_px[1] / rows * step)
        halo += np.float32(share) * np.asarray(soft, dtype=np.float32).reshape(over.shape)
    bloom = cv2.resize(halo, size_px, interpolation=cv2.INTER_LINEAR)
    shone: Float32 = light + np.asarray(bloom, dtype=np.float32).reshape(light.shape)
    return shone


def _balance(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gains (3,) of red, green and blue towards a neutral grey under that light, of unchanged brightness."""
    if float(colour.min()) <= 0:
        return np.ones(3)
    gains = (colour.mean() / colour) ** BALANCE
    balanced: NDArray[np.float64] = gains * float(LUMA @ colour) / float(LUMA @ (colour * gains))
    return balanced


def _lens(size_px: tuple[int, int], weights: NDArray[np.float64]) -> tuple[Float32, Float32, Float32]:
    """Factors of ``exposed``: 1 - vignette r² splits into a part of the column and a part of the row."""
    width, height = size_px
    corner2 = (width / 2) ** 2 + (height / 2) ** 2
    columns = VIGNETTE * (np.arange(width) - (width - 1) / 2) ** 2 / corner2
    down = 1 - VIGNETTE * (np.arange(height) - (height - 1) / 2) ** 2 / corner2
    across = (-columns[:, None] * weights).reshape(-1)
    colour = np.tile(weights, width)
    return across.astype(np.float32), colour.astype(np.float32), down.astype(np.float32)
