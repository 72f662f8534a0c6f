"""The sky: where the sun stands and how much light it and the sky give."""

import numpy as np
from numpy.typing import NDArray

from truceline.records.site import Origin
from truceline.records.time import NS_PER_S, UtcNs
from truceline.simulate.model.pictures import Sky
from truceline.simulate.model.world import Weather

Array = NDArray[np.float64]

_EPOCH_JD = 2440587.5
_S_PER_DAY = 86_400.0
_J2000_JD = 2451545.0
_DAYS_PER_CENTURY = 36525.0
_TERRESTRIAL_AHEAD_S = 69.0
"""Terrestrial time ahead of universal time in the 2020s; it moves the sun by less than 0.001 degrees."""

_OPTICAL_DEPTH = np.array([0.14, 0.19, 0.29])
"""Of a clear atmosphere at the zenith in red, green and blue (Rayleigh scattering and thin haze)."""
_WHITE_AIR_MASS = 1.5
"""The air mass at which sunlight counts as white."""
_SUN_ABOVE_AIR = 1.25
"""Sunlight above the atmosphere: sun and sky together are about 1 at 60 degrees."""
_CLEAR_SKY = 0.12
_BLUE = np.array([0.72, 0.98, 1.38])
_GREY = np.array([0.97, 1.0, 1.03])
_SUN_RADIUS_DEG = 0.27
_LOWEST_DAY_DEG = 6.0

_TWILIGHT_DEG = np.array([-18.0, -12.0, -6.0, -4.0, 0.0, _LOWEST_DAY_DEG])
_TWILIGHT = np.array([0.0003, 0.0004, 0.0015, 0.004, 0.010, _CLEAR_SKY * np.sqrt(np.sin(np.deg2rad(6.0)))])
"""Light of the sky by the sun's height; real nights are far darker and no camera would show them."""

LAMPS_LIT = 0.05
"""Lamps burn while sun and sky give less on flat ground."""
NIGHT = 0.003
"""Visible cameras look in near-infrared and show grey while sun and sky give less on flat ground."""


def sun_position_deg(origin: Origin, utc_ns: UtcNs) -> tuple[float, float]:
    """Azimuth clockwise from north and elevation of the sun, degrees, with refraction.

    Method: Meeus, Astronomical Algorithms (1998), chapters 12 (sidereal time), 13 (horizontal coordinates),
    16 (Saemundsson's refraction) and 25 (position of the sun, low accuracy: 0.01 degrees).
    """
    days = utc_ns / NS_PER_S / _S_PER_DAY + _EPOCH_JD - _J2000_JD
    declination, ascension = _sun_equatorial(days + _TERRESTRIAL_AHEAD_S / _S_PER_DAY)
    century = days / _DAYS_PER_CENTURY
    sidereal = 280.46061837 + 360.98564736629 * days + 0.000387933 * century**2
    hour = np.deg2rad(sidereal + origin.longitude_deg) - ascension
    latitude = np.deg2rad(origin.latitude_deg)
    up = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour)
    south = np.sin(latitude) * np.cos(declination) * np.cos(hour) - np.cos(latitude) * np.sin(declination)
    west = np.cos(declination) * np.sin(hour)
    azimuth = (np.rad2deg(np.arctan2(west, south)) + 180.0) % 360.0
    elevation = float(np.rad2deg(np.arcsin(np.clip(up, -1.0, 1.0))))
    return float(azimuth), elevation + _refraction_deg(elevation)


def _sun_equatorial(days: float) -> tuple[float, float]:
    """Apparent declination and right ascension of the sun, radians, so many days after J2000."""
    century = days / _DAYS_PER_CENTURY
    mean = 280.46646 + century * (36000.76983 + century * 0.0003032)
    anomaly = np.deg2rad(357.52911 + century * (35999.05029 - century * 0.0001537))
    centre = (
        (1.914602 - century * (0.004817 + century * 0.000014)) * np.sin(anomaly)
        + (0.019993 - 0.000101 * century) * np.sin(2 * anomaly)
        + 0.000289 * np.sin(3 * anomaly)
    )
    node = np.deg2rad(125.04 - 1934.136 * century)
    longitude = np.deg2rad(mean + centre - 0.00569 - 0.00478 * np.sin(node))
    obliquity = np.deg2rad(23.439291 - century * 0.0130042 + 0.00256 * np.cos(node))
    ascension = np.arctan2(np.cos(obliquity) * np.sin(longitude), np.cos(longitude))
    return float(np.arcsin(np.sin(obliquity) * np.sin(longitude))), float(ascension)


def _refraction_deg(elevation_deg: float) -> float:
    lowest = -1.0
    if elevation_deg < lowest:
        return 0.0
    return float(1.02 / np.tan(np.deg2rad(elevation_deg + 10.3 / (elevation_deg + 5.11))) / 60.0)


def sky_at(origin: Origin, utc_ns: UtcNs, *, weather: Weather) -> Sky:
    """The light at a place and time: direction and irradiance of the sun, irradiance of the sky.

    ``sun`` is on a surface that faces it, ``sky`` on flat ground; sun times the sine of its elevation plus
    sky is about 1 in full daylight.

    Method: Beer's law with the air mass of Kasten and Young (1989); clouds after Kasten and Czeplak (1980):
    global light 1 - 0.75 N^3.4, its diffuse share rising with N^2 to 1. Below 6 degrees the light of the sky
    follows a table of twilight, compressed at its dark end to what night cameras can show.
    """
    azimuth, elevation = sun_position_deg(origin, utc_ns)
    direction = np.deg2rad(azimuth)
    upward = np.deg2rad(elevation)
    to_sun = np.array(
        [np.sin(direction) * np.cos(upward), np.cos(direction) * np.cos(upward), np.sin(upward)]
    )
    clouded = 1.0 - 0.75 * weather.cloud**3.4
    sun = _clear_sun(elevation)
    beam = sun * clouded * (1.0 - weather.cloud**2)
    lost = np.mean(sun) * clouded * weather.cloud**2 * max(float(np.sin(upward)), 0.0)
    blue = np.exp(np.log(_BLUE) * (1.0 - weather.cloud)) * np.where(weather.cloud > 0, _GREY, 1.0)
    sky = _clear_sky(elevation) * clouded * blue / np.mean(blue) + lost * _GREY
    return Sky(to_sun, beam, sky)


def _clear_sun(elevation_deg: float) -> Array:
    """Irradiance (3,) of the sun on a surface that faces it, without clouds; zero once it has set."""
    shown = float(np.clip((elevation_deg / _SUN_RADIUS_DEG + 1.0) / 2.0, 0.0, 1.0))
    if shown == 0.0:
        return np.zeros(3)
    height = max(elevation_deg, 0.0)
    air_mass = 1.0 / (np.sin(np.deg2rad(height)) + 0.50572 * (height + 6.07995) ** -1.6364)
    green = _SUN_ABOVE_AIR * np.exp(-_OPTICAL_DEPTH[1] * air_mass)
    # Cameras balance their white: half of the reddening is left.
    tint = np.exp(-0.5 * (air_mass - _WHITE_AIR_MASS) * (_OPTICAL_DEPTH - _OPTICAL_DEPTH[1]))
    irradiance: Array = shown * green * tint
    return irradiance


def _clear_sky(elevation_deg: float) -> float:
    """Mean irradiance of a clear sky on flat ground."""
    if elevation_deg >= _LOWEST_DAY_DEG:
        return float(_CLEAR_SKY * np.sqrt(np.sin(np.deg2rad(elevation_deg))))
    return float(np.exp(np.interp(elevation_deg, _TWILIGHT_DEG, np.log(_TWILIGHT))))


def daylight(sky: Sky) -> float:
    """Light of sun and sky on flat ground, mean of the three colours, 1 in full daylight."""
    return float(np.mean(sky.sun) * max(float(sky.to_sun[2]), 0.0) + np.mean(sky.sky))


def is_night(sky: Sky) -> bool:
    """Whether visible cameras have gone over to near-infrared: their pictures are grey."""
    return daylight(sky) < NIGHT
