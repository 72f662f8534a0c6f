"""Devices: the cameras and microphones of a scenario, as they truly are and as the site declares them."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from truceline.records.site import Calibration

Array = NDArray[np.float64]


class Band(StrEnum):
    """What a camera is sensitive to."""

    VISIBLE = "visible"
    THERMAL = "thermal"


class NuisanceKind(StrEnum):
    """What makes footage harder to read."""

    WIND = "wind"  # foliage sways
    CLOUD_SHADOWS = "cloud-shadows"
    RAIN = "rain"
    FOG = "fog"
    INSECTS = "insects"  # at the lens
    HEADLIGHTS = "headlights"
    SHAKE = "shake"
    DROPPED_FRAMES = "dropped-frames"
    DOUBLED_FRAMES = "doubled-frames"
    COVERED = "covered"
    TURNED = "turned"
    FROZEN = "frozen"
    DEFOCUSED = "defocused"


OWN_CLOCK = "site"
"""The network of devices whose scenario names none: each keeps its own time."""


@dataclass(frozen=True, slots=True)
class Nuisance:
    """One nuisance, from when to when (seconds from the scenario's start) and how strong, 0 to 1."""

    kind: NuisanceKind
    start_s: float
    end_s: float
    strength: float = 0.5


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """A clock: what it shows is true time + ``offset_s`` + ``drift_ppm`` of the time since the start.

    ``bound_s`` is what the footage's note declares; ``network`` names devices that share a clock.
    """

    offset_s: float = 0.0
    drift_ppm: float = 0.0
    bound_s: float = 0.05
    network: str = OWN_CLOCK


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the scenario that a device supplies, seconds from its start, half-open."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Sensor:
    """How a camera turns light into grey levels.

    Attributes:
        exposure_s: Longest exposure; by day it shortens itself.
        readout_s: From the first to the last row (rolling shutter).
        electrons: Electrons at full white (photon noise); ``read_noise`` in electrons.
        blur_px: Standard deviation of the lens's blur.
        sharpening: Unsharp masking by the camera's own processor, 0 none.
        noise_k: Thermal: noise-equivalent temperature difference, kelvin.
        white_hot: Thermal: warm is bright.
        calibration_s: Thermal: seconds between the freezes of its own calibration; 0 none.
    """

    exposure_s: float = 0.02
    readout_s: float = 0.016
    electrons: float = 6000.0
    read_noise: float = 12.0
    blur_px: float = 0.6
    sharpening: float = 0.3
    gamma: float = 0.45
    noise_k: float = 0.05
    white_hot: bool = True
    calibration_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Recording:
    """How a device's pictures are kept: codec ``h264`` or ``h265``, kilobits a second, seconds a file."""

    codec: str = "h264"
    kbit_s: int = 1500
    segment_s: float = 600.0
    group: int = 50
    """Frames from one key frame to the next."""


@dataclass(frozen=True, slots=True, eq=False)
class CameraPlan:
    """A camera: ``declared`` goes into the site's files, ``true`` into the pictures.

    They differ by one draw from the declared covariance. ``supplies`` are the stretches that it gives; the
    rest is a stated gap. ``shows_clock``: whether its clock is drawn into the picture.
    """

    camera_id: str
    name: str
    band: Band
    width_px: int
    height_px: int
    rate_hz: Fraction
    declared: Calibration
    true: Calibration
    supplies: tuple[Stretch, ...]
    clock: DeviceClock = field(default_factory=DeviceClock)
    sensor: Sensor = field(default_factory=Sensor)
    recording: Recording = field(default_factory=Recording)
    nuisances: tuple[Nuisance, ...] = ()
    shows_clock: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class MicrophonePlan:
    """A microphone: place (3,), what its recorder does to the sound, and its clock.

    ``codec`` is ``pcm``, ``aac`` or ``g711``; ``recorded_with`` a camera's id whose file carries the sound.
    """

    microphone_id: str
    place_enu_m: Array
    codec: str = "pcm"
    rate_hz: int = 48_000
    automatic_gain: bool = False
    clock: DeviceClock = field(default_factory=DeviceClock)
    recorded_with: str | None = None
