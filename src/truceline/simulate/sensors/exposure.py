"""Exposure: how long a camera exposes, how much it amplifies, which grey level an amount of light becomes.

Signals are shares of the level at which the picture is white. Light is in units of a white surface in full
daylight; a gain of 1 uses the whole well of ``Sensor.electrons``, a gain of 10 a tenth of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.devices import Sensor

Float32 = NDArray[np.float32]

DAYLIGHT_S = 1 / 2000
"""Exposure at which a white surface in full daylight fills the well at a gain of 1: f/2.8, 100 ISO."""
SHORTEST_S = 1 / 10_000
MOST_GAIN = 180.0
"""45 dB, the most that cameras of this kind offer."""
AIM = 0.17
"""Mean signal that the automatic exposure aims at; grey level 110 of 255 after the gamma."""
CLIPPED_AT = 1.2
"""Brighter than this, as a share of white, counts no more in the mean: a bright sky does not darken all."""
LAG_S = 0.9
"""Time constant with which exposure follows the light."""
DEAD_BAND = 0.06
"""Below this relative change of the light exposure is left alone, so that it does not hunt."""
METER_STEP = 12
"""Every so many rows and columns the meter reads one pixel."""
NIGHT_LIGHT = 0.003
"""With less light of sun and sky on the ground a camera moves its infrared filter away and sees no colour."""
LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
"""Weights of red, green and blue (BT.709)."""

TOE = 0.018
"""Below this signal the curve is straight (BT.709): a power law's slope at black would be infinite."""
KNEE = 0.82
"""Above this signal highlights are compressed."""
CODES_PER_WHITE = 4096
PEDESTAL = 256
"""Codes below zero signal, so that noise at black is cut at the picture's black and not before."""
CODES = 3 * CODES_PER_WHITE
FINE = 16
"""Steps of the curve's output in one grey level: what is sharpened has not been rounded yet."""
BLACK_LEVEL = 5.0
"""Grey level of no light."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """One exposure: its length, its amplification, and whether in near-infrared, without colour."""

    time_s: float
    gain: float
    mono: bool = False

    @property
    def scale(self) -> float:
        """Signal of a unit of light."""
        return self.time_s / DAYLIGHT_S * self.gain


class AutoExposure:
    """The automatic exposure of one camera: it follows the light with a lag, and has limits.

    It starts settled on the first picture it meters; a jump of the light then shows for a second or two.
    """

    def __init__(self, sensor: Sensor, *, step_s: float, mono: bool = False) -> None:
        """Begin.

        Args:
            sensor: Its longest exposure.
            step_s: Time from picture to picture.
            mono: Whether the camera has moved its infrared filter away.
        """
        self._mono = mono
        self._longest_s = sensor.exposure_s
        self._share = float(1 - np.exp(-step_s / LAG_S))
        self._scale: float | None = None

    @property
    def now(self) -> Exposed:
        """The exposure that the next picture is taken with: of full daylight before the first one."""
        scale = 1.0 if self._scale is None else self._scale
        time_s = float(np.clip(scale * DAYLIGHT_S, SHORTEST_S, self._longest_s))
        gain = float(np.clip(scale * DAYLIGHT_S / time_s, 0.02, MOST_GAIN))
        return Exposed(time_s, gain, self._mono)

    def metered(self, light: Float32) -> Exposed:
        """The exposure of a picture (h, w, 3), after the meter has read it.

        A camera really meters the picture before; at these rates that is within the lag.
        """
        read = light[METER_STEP // 2 :: METER_STEP, METER_STEP // 2 :: METER_STEP] @ LUMA
        limit = np.inf if self._scale is None else CLIPPED_AT / self._scale
        wanted = self._wanted(read, limit)
        if self._scale is None:
            for _ in range(8):
                wanted = self._wanted(read, CLIPPED_AT / wanted)
            self._scale = wanted
        elif abs(np.log(wanted / self._scale)) > DEAD_BAND:
            self._scale *= float((wanted / self._scale) ** self._share)
        return self.now

    def _wanted(self, read: Float32, limit: float) -> float:
        mean = max(float(np.minimum(read, np.float32(limit)).mean()), 1e-9)
        least = SHORTEST_S / DAYLIGHT_S * 0.02
        return float(np.clip(AIM / mean, least, self._longest_s / DAYLIGHT_S * MOST_GAIN))


def noise_terms(sensor: Sensor, exposed: Exposed) -> tuple[float, float]:
    """Variance of the signal (white is 1) as ``shot`` times the signal plus ``read``.

    Method:
        Photons arrive as a Poisson process: the variance of n electrons is n. White is ``electrons / gain``
        of them, so the signal's variance is signal * gain / electrons, plus the squared read noise (EMVA 1288
        release 4, section 2.4). At high gain sensors convert in smaller wells and read with less noise (dual
        conversion gain), by the root of the gain down to a quarter; the camera's own noise reduction takes
        the rest down with every doubling of the gain (``_reduction``), which is our own simplification.
    """
    reduction = _reduction(exposed.gain) ** 2
    read_noise = sensor.read_noise * max(exposed.gain**-0.5, 0.25) if exposed.gain > 1 else sensor.read_noise
    shot = exposed.gain / sensor.electrons * reduction
    read = (read_noise * exposed.gain / sensor.electrons) ** 2 * reduction
    return shot, read


def _reduction(gain: float) -> float:
    """Share of the noise that the camera's noise reduction leaves; by day it is off."""
    return 1 / (1 + 0.3 * max(np.log2(gain), 0.0)) if gain > 1 else 1.0


def tone_curve(gamma: float) -> NDArray[np.int16]:
    """Grey levels times ``FINE`` by code: (``PEDESTAL`` + ``CODES``,).

    Code ``PEDESTAL`` is no light, ``CODES_PER_WHITE`` more is white: a power law with a straight toe (ITU-R
    BT.709 for a gamma of 0.45) and a shoulder above the knee.
    """
    signal = (np.arange(PEDESTAL + CODES) - PEDESTAL) / CODES_PER_WHITE
    room = 1.12 - KNEE
    over = np.maximum(signal - KNEE, 0)
    bent = np.where(signal > KNEE, KNEE + room * (1 - np.exp(-over / room)), np.maximum(signal, 0))
    factor = 1 / (1 - TOE**gamma * (1 - gamma))
    slope = factor * gamma * TOE ** (gamma - 1)
    level = np.where(bent < TOE, slope * signal, factor * np.maximum(bent, TOE) ** gamma - (factor - 1))
    grey = BLACK_LEVEL + (255 - BLACK_LEVEL) * level
    return np.asarray(np.round(np.clip(grey, 0, 255) * FINE), dtype=np.int16)
