"""Air: how fast sound travels through it with the wind, and what the way takes away (ISO 9613-1)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.world import Weather

Array = NDArray[np.float64]

ABSOLUTE_ZERO_C = -273.15
REFERENCE_K = 293.15
"""20 °C, the reference temperature of ISO 9613-1."""
TRIPLE_POINT_K = 273.16
REFERENCE_KPA = 101.325
DRY_MPS = 331.3
"""Speed of sound in dry air at 0 °C."""
VAPOUR_GAIN = 0.16
"""Share by which a mole of water vapour in a mole of air raises the speed (Cramer 1993, 0 to 30 °C)."""
NEPERS = -np.log(10.0) / 20.0
FLOOR_DB = 240.0
"""More than this is not taken away: below it nothing is heard anyway."""


@dataclass(frozen=True, slots=True)
class Air:
    """The air between a source and a microphone.

    Attributes:
        celsius: Temperature.
        humidity: Relative, 0 to 1.
        wind_mps: Towards east, north and up.
        pressure_kpa: Static pressure.
    """

    celsius: float = 20.0
    humidity: float = 0.5
    wind_mps: tuple[float, float, float] = (0.0, 0.0, 0.0)
    pressure_kpa: float = REFERENCE_KPA

    @property
    def vapour(self) -> float:
        """Molar share of water vapour, 0 to 1 (ISO 9613-1, annex B)."""
        kelvin = self.celsius - ABSOLUTE_ZERO_C
        exponent = -6.8346 * (TRIPLE_POINT_K / kelvin) ** 1.261 + 4.6151
        return float(self.humidity * 10.0**exponent * REFERENCE_KPA / self.pressure_kpa)

    @property
    def sound_mps(self) -> float:
        """Speed of sound in still air.

        Method: 331.3 √(1 + T/273.15), raised for moist air by 0.16 of the molar share of vapour, within
        0.1 m/s of Cramer (JASA 93:2510, 1993) from 0 to 30 °C.
        """
        dry = DRY_MPS * float(np.sqrt(1.0 - self.celsius / ABSOLUTE_ZERO_C))
        return float(dry * (1.0 + VAPOUR_GAIN * self.vapour))


def air_of(weather: Weather) -> Air:
    """The air of a scenario's weather."""
    east, north = weather.wind_mps
    return Air(weather.air_c, weather.humidity, (east, north, 0.0))


def absorption_db_m(frequency_hz: Array, air: Air) -> Array:
    """Atmospheric absorption, decibels a metre, at frequencies of any shape.

    Method: ISO 9613-1:1993, equations 3 to 5: classical losses and the relaxation of oxygen and nitrogen.
    """
    kelvin = air.celsius - ABSOLUTE_ZERO_C
    warmth = kelvin / REFERENCE_K
    pressure = air.pressure_kpa / REFERENCE_KPA
    percent = 100.0 * air.vapour
    oxygen_hz = pressure * (24.0 + 4.04e4 * percent * (0.02 + percent) / (0.391 + percent))
    slowing = np.exp(-4.170 * (warmth ** (-1.0 / 3.0) - 1.0))
    nitrogen_hz = pressure * warmth**-0.5 * (9.0 + 280.0 * percent * slowing)
    square = np.square(frequency_hz)
    classical = 1.84e-11 / pressure * np.sqrt(warmth)
    oxygen = 0.01275 * np.exp(-2239.1 / kelvin) / (oxygen_hz + square / oxygen_hz)
    nitrogen = 0.1068 * np.exp(-3352.0 / kelvin) / (nitrogen_hz + square / nitrogen_hz)
    loss: Array = 8.686 * square * (classical + warmth**-2.5 * (oxygen + nitrogen))
    return loss


def absorption_gain(loss_db_m: Array, distance_m: float) -> Array:
    """Share of the pressure left after a way, for losses as ``absorption_db_m`` gives them.

    Its phase is zero: the classical losses smear a step evenly about its arrival, and the dispersion that
    belongs to the relaxations is below 0.1 m/s.
    """
    gain: Array = np.exp(np.minimum(loss_db_m * distance_m, FLOOR_DB) * NEPERS)
    return gain


def absorption_taps(air: Air, distance_m: float, *, rate_hz: int, count: int = 513) -> Array:
    """The absorption of a way as a symmetric filter of an odd number of taps; its delay is half of them."""
    frequency_hz: Array = np.fft.rfftfreq(8 * (count - 1), 1.0 / rate_hz).astype(np.float64)
    whole = np.fft.irfft(absorption_gain(absorption_db_m(frequency_hz, air), distance_m))
    taps: Array = np.roll(whole, count // 2)[:count]
    return taps


def travel_s(way_m: Array, air: Air) -> Array:
    """Times (...) that sound takes along straight ways (..., 3), source to microphone, through even wind.

    Method: the wave is a sphere that drifts with the wind: |way − wind t| = c t, solved for t.
    """
    wind = np.asarray(air.wind_mps)
    along = way_m @ wind
    lift = air.sound_mps**2 - float(wind @ wind)
    times: Array = (np.sqrt(along**2 + lift * np.sum(way_m**2, axis=-1)) - along) / lift
    return times


def slowness_s_m(way_m: Array, air: Air) -> Array:
    """(..., 3) change of the travel time with the end of the way: 1/c along it in still air."""
    wind = np.asarray(air.wind_mps)
    times = travel_s(way_m, air)
    drifted = way_m - wind * times[..., None]
    slowness: Array = drifted / (air.sound_mps**2 * times + drifted @ wind)[..., None]
    return slowness
