"""The view that nuisances disturb, and how they come and go."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.devices import Band, CameraPlan, Nuisance
from truceline.simulate.model.pictures import Plate, Sky
from truceline.simulate.model.world import Weather
from truceline.simulate.sensors.exposure import LUMA, NIGHT_LIGHT

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One camera's view: what all nuisances may need to know."""

    camera: CameraPlan
    plate: Plate
    sky: Sky
    weather: Weather
    seed: int

    @property
    def thermal(self) -> bool:
        """Whether light means temperature, degrees Celsius."""
        return self.camera.band is Band.THERMAL

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.plate.light.shape[1], self.plate.light.shape[0]

    @property
    def ambient(self) -> NDArray[np.float64]:
        """(3,) light of sun and sky on flat ground."""
        light: NDArray[np.float64] = self.sky.sun * max(float(self.sky.to_sun[2]), 0.0) + self.sky.sky
        return light

    @property
    def ambient_luma(self) -> float:
        """The same as one number."""
        return float(LUMA @ self.ambient)

    @property
    def night(self) -> bool:
        """Whether it is dark enough that the camera lights the scene."""
        return self.ambient_luma < NIGHT_LIGHT

    @property
    def unit_px(self) -> float:
        """A length of the picture: 1 at 540 rows."""
        return self.size_px[1] / 540

    def random(self, *numbers: int) -> np.random.Generator:
        """Chance of its own for this camera, seed and the numbers."""
        return np.random.default_rng([self.seed, 0xB0, *self.camera.camera_id.encode(), *numbers])


@dataclass(frozen=True, slots=True)
class Instant:
    """A frame's time from the scenario's start, its exposure, and the number that makes chance repeatable."""

    at_s: float
    exposure_s: float
    frame: int


class Disturbance(Protocol):
    """One nuisance in one view."""

    def over(self, light: Float32, instant: Instant) -> Float32:
        """The light (h, w, channels) as it is disturbed; the one handed in is not changed."""
        ...


def presence(nuisance: Nuisance, at_s: float, *, ramp_s: float) -> float:
    """How far a nuisance has come at a time, 0 to 1: smooth over ``ramp_s`` at both ends, 0 outside."""
    if not nuisance.start_s <= at_s < nuisance.end_s:
        return 0.0
    if ramp_s <= 0:
        return 1.0
    share = min((at_s - nuisance.start_s) / ramp_s, (nuisance.end_s - at_s) / ramp_s, 1.0)
    return float(share * share * (3 - 2 * share))


def soft_noise(random: np.random.Generator, size: int, *, octaves: int) -> Float32:
    """A texture (size, size) that can be laid beside itself: mean 0, standard deviation 1, few details.

    Its spectrum falls with the square of the frequency, up to 2 ** ``octaves`` waves a side.
    """
    waves = np.fft.fftfreq(size) * size
    frequency = np.hypot(waves[:, None], waves[None])
    keep = (frequency > 0) & (frequency <= 2**octaves)
    spectrum = np.fft.fft2(random.standard_normal((size, size)))
    spectrum = np.where(keep, spectrum / np.maximum(frequency, 1) ** 1.8, 0)
    texture = np.fft.ifft2(spectrum).real
    return np.asarray(texture / texture.std(), dtype=np.float32)
