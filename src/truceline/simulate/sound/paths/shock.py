"""The shock wave of a fast missile: where it is heard, when, and how strong."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from truceline.simulate.sound.paths.air import Air, slowness_s_m, travel_s

Array = NDArray[np.float64]
Spectrum = NDArray[np.complex128]

NEAREST_M = 0.3
"""Whitham's far field does not hold closer to the path."""
SLOWEST_MACH = 1.02
"""Below, the wave front is too weak and too flat to be told from nothing."""
AMBIENT_PA = 101_325.0


@dataclass(frozen=True, slots=True)
class Missile:
    """What flies, told by its physics alone.

    Attributes:
        start_mps: Speed at the start.
        slowing_m: Way in which drag takes the speed to 1/e of it.
        thickness_m: Its largest diameter.
        length_m: Its length.
    """

    start_mps: float = 760.0
    slowing_m: float = 800.0
    thickness_m: float = 0.0075
    length_m: float = 0.026

    def speed_mps(self, way_m: float) -> float:
        """Speed after a way."""
        return float(self.start_mps * np.exp(-way_m / self.slowing_m))

    def flight_s(self, way_m: float) -> float:
        """Time of flight over a way: drag grows with the square of the speed."""
        return float(self.slowing_m / self.start_mps * np.expm1(way_m / self.slowing_m))

    def supersonic_m(self, sound_mps: float) -> float:
        """Way on which it is faster than sound, with a little to spare."""
        return float(max(self.slowing_m * np.log(self.start_mps / (SLOWEST_MACH * sound_mps)), 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Flight:
    """A missile's straight way: from where (3,), unit direction (3,), and how far it goes."""

    missile: Missile
    start_enu_m: Array
    direction: Array
    reach_m: float


@dataclass(frozen=True, slots=True)
class Shock:
    """A shock wave at a microphone.

    Attributes:
        after_s: Arrival after the start of the flight.
        way_m: How far the missile was when what is heard left it.
        air_m: Way of the sound from there.
        peak_pa: Height of the N-wave; ``length_s`` from its first to its second jump.
    """

    after_s: float
    way_m: float
    air_m: float
    peak_pa: float
    length_s: float


def shock_at(flight: Flight, ear_enu_m: Array, *, air: Air) -> Shock | None:
    """The shock wave that reaches a place (3,), or None outside the region that its cone sweeps.

    Method: arrival is stationary along the path: 1/v = slowness of the sound along the direction of flight
        (in still air cos θ = c/v, the Mach cone). Height and length: Whitham (Comm. Pure Appl. Math. 5:301,
        1952) for a slender body as used by Stoughton (JASA 102:781, 1997):
        Δp = 0.53 p0 (M² − 1)^⅛ d / (b^¾ l^¼), T = 1.82 M b^¼ d / (c (M² − 1)^⅜ l^¼).
    """
    missile = flight.missile
    last_m = min(flight.reach_m, missile.supersonic_m(air.sound_mps))
    if last_m <= 0.0:
        return None

    def lag(way_m: float) -> float:
        toward = ear_enu_m - flight.start_enu_m - way_m * flight.direction
        return 1.0 / missile.speed_mps(way_m) - float(slowness_s_m(toward, air) @ flight.direction)

    if lag(0.0) >= 0.0 or lag(last_m) <= 0.0:
        return None
    way_m = float(brentq(lag, 0.0, last_m, xtol=1e-6))
    toward = ear_enu_m - flight.start_enu_m - way_m * flight.direction
    passing = toward - float(toward @ flight.direction) * flight.direction
    miss_m = max(float(np.linalg.norm(passing)), NEAREST_M)
    mach = missile.speed_mps(way_m) / air.sound_mps
    over = mach**2 - 1.0
    body = missile.thickness_m / missile.length_m**0.25
    return Shock(
        after_s=missile.flight_s(way_m) + float(travel_s(toward, air)),
        way_m=way_m,
        air_m=float(np.linalg.norm(toward)),
        peak_pa=0.53 * AMBIENT_PA * over**0.125 * body / miss_m**0.75,
        length_s=1.82 * mach * miss_m**0.25 * body / (air.sound_mps * over**0.375),
    )


def n_wave(frequency_hz: Array, *, peak_pa: float, length_s: float) -> Spectrum:
    """Fourier transform (n,) of an N-wave that begins at time 0: up at once, straight down, up again."""
    half_s = length_s / 2.0
    turning = 2.0 * np.pi * np.maximum(frequency_hz, 1e-3)
    inner = half_s * np.cos(turning * half_s) / turning - np.sin(turning * half_s) / turning**2
    spectrum: Spectrum = -2.0j * (peak_pa / half_s) * inner * np.exp(-1.0j * turning * half_s)
    return spectrum
