"""Backdrop: the sky with its clouds, the hills and the line of trees behind the ground."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.pictures import Sky
from truceline.simulate.model.world import Weather
from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.noise import Table, flat_noise
from truceline.simulate.plates.scene.relief import Vector

Array = NDArray[np.float64]

_KOSCHMIEDER = 3.912
_STEEPEST = 0.2
_RANGES = np.array(
    [
        # distance m, crest as a slope, roughness, lumps in a radian, red, green, blue
        [7000.0, 0.042, 0.022, 5.0, 0.085, 0.095, 0.055],
        [2600.0, 0.022, 0.013, 11.0, 0.105, 0.102, 0.052],
        [900.0, 0.005, 0.003, 24.0, 0.090, 0.090, 0.042],
    ]
)


class Heaven(NamedTuple):
    """The sky as seen.

    Attributes:
        horizon: Radiance at the horizon, which is also that of the haze; ``zenith`` above.
        glow: Added around the sun.
        to_sun: Unit vector to the sun.
        cloud: Cover; ``loss_m`` the share of contrast that haze takes in a metre.
        ranges: (k, 7) hills: distance, crest, roughness, lumps, radiance (3) without haze.
        air_c: Air temperature, for thermal cameras; ``clear`` how cold the sky is, 0 overcast to 1.
    """

    horizon: Vector
    zenith: Vector
    glow: Vector
    to_sun: Vector
    cloud: float
    loss_m: float
    ranges: Array
    air_c: float
    clear: float


def heaven_of(sky: Sky, weather: Weather) -> Heaven:
    """The sky's look.

    Method: gradation of the CIE's overcast sky (1 to 3 from horizon to zenith, softened by haze) mixed with
    a clear one that brightens toward the horizon and the sun.
    """
    cloud = weather.cloud
    height = max(float(sky.to_sun[2]), 0.0)
    lit = float(np.mean(sky.sun)) * height
    grey = np.full(3, float(np.mean(sky.sky)))
    horizon_clear = sky.sky * np.array([1.0, 1.0, 1.02]) * 1.5 + 0.19 * sky.sun * np.sqrt(height)
    horizon_cloudy = 0.85 * grey + 0.30 * lit
    zenith_clear = sky.sky * np.array([0.62, 1.0, 1.5]) + 0.05 * sky.sun * np.sqrt(height)
    zenith_cloudy = 1.15 * grey + 0.2 * lit
    horizon = horizon_clear * (1 - cloud) + horizon_cloudy * cloud
    zenith = zenith_clear * (1 - cloud) + zenith_cloudy * cloud
    ranges = _RANGES.copy()
    ranges[:, 4:7] *= sky.sky + 0.6 * sky.sun * np.sqrt(height)
    return Heaven(
        vector(horizon),
        vector(zenith),
        vector(0.35 * sky.sun),
        vector(sky.to_sun),
        float(cloud),
        _KOSCHMIEDER / max(weather.visibility_m, 1.0),
        ranges,
        float(weather.air_c),
        max(1.0 - 0.85 * cloud - 0.3 * max(weather.humidity - 0.6, 0.0), 0.05),
    )


def vector(values: Array) -> Vector:
    """Three numbers (3,) as compiled loops take them."""
    return float(values[0]), float(values[1]), float(values[2])


@lean_jit
def sky_light(heaven: Heaven, table: Table, ray: Vector) -> Vector:  # noqa: PLR0917 - compiled
    """Radiance (3) of the open sky along a unit ray."""
    height = max(ray[2], 0.0)
    rise = 1.0 - np.exp(-3.2 * height)
    near = ray[0] * heaven.to_sun[0] + ray[1] * heaven.to_sun[1] + ray[2] * heaven.to_sun[2]
    glow = 0.35 * np.exp(-9.0 * (1.0 - near)) + 0.9 * np.exp(-90.0 * (1.0 - near))
    plane = 1.0 / (height + 0.14)
    east, north = ray[0] * plane, ray[1] * plane
    field = 0.55 * flat_noise(table, east * 1.3 + 7.0, north * 1.3)
    field += 0.28 * flat_noise(table, east * 2.9, north * 2.9 + 3.0)
    field += 0.14 * flat_noise(table, east * 6.5 + 1.0, north * 6.5)
    # A field of clouds opens with less cover; an overcast sky only has darker and brighter parts.
    thick = min(max((field + 1.5 * heaven.cloud - 0.62) * 2.4, 0.0), 1.0) * min(height / 0.08, 1.0)
    return (
        _sky_channel(heaven, 0, (rise, glow, thick, field)),
        _sky_channel(heaven, 1, (rise, glow, thick, field)),
        _sky_channel(heaven, 2, (rise, glow, thick, field)),
    )


@lean_jit
def _sky_channel(  # noqa: PLR0917 - compiled
    heaven: Heaven, channel: int, state: tuple[float, float, float, float]
) -> float:
    rise, glow, thick, field = state
    horizon = heaven.horizon[channel]
    clear = horizon + (heaven.zenith[channel] - horizon) * rise + heaven.glow[channel] * glow
    mean = (heaven.horizon[0] + heaven.horizon[1] + heaven.horizon[2]) / 3.0
    cloudy = mean * (1.22 - 0.22 * field) + 0.4 * heaven.glow[channel] * glow
    return clear + (cloudy - clear) * thick * (0.75 - 0.35 * heaven.cloud)


@lean_jit
def backdrop_light(heaven: Heaven, table: Table, ray: Vector) -> Vector:  # noqa: PLR0917 - compiled
    """Radiance (3) along a unit ray that meets nothing: hills, the line of trees, or the sky."""
    flat = max(np.sqrt(ray[0] * ray[0] + ray[1] * ray[1]), 1e-9)
    slope = ray[2] / flat
    found = range_at(heaven, table, ray)
    if found < 0:
        return sky_light(heaven, table, ray)
    row = heaven.ranges[found]
    bearing = np.arctan2(ray[0], ray[1])
    leaf = 0.8 * flat_noise(table, bearing * row[0] / 40.0, slope * row[0] / 9.0 + 31.0 * found)
    leaf += flat_noise(table, bearing * row[0] / 6.0, slope * row[0] / 3.5 + 31.0 * found)
    leaf += 0.8 * flat_noise(table, bearing * row[0] / 2.3, slope * row[0] / 1.8)
    left = np.exp(-heaven.loss_m * row[0])
    shade = left * (1.0 + 0.30 * leaf)
    return (
        heaven.horizon[0] * (1.0 - left) + row[4] * shade,
        heaven.horizon[1] * (1.0 - left) + row[5] * shade,
        heaven.horizon[2] * (1.0 - left) + row[6] * shade,
    )


@lean_jit
def range_at(heaven: Heaven, table: Table, ray: Vector) -> int:  # noqa: PLR0917 - compiled
    """Row of the nearest range of hills along a ray, -1 for the sky."""
    flat = max(np.sqrt(ray[0] * ray[0] + ray[1] * ray[1]), 1e-9)
    slope = ray[2] / flat
    if slope > _STEEPEST:
        return -1
    bearing = np.arctan2(ray[0], ray[1])
    for found in range(heaven.ranges.shape[0] - 1, -1, -1):
        row = heaven.ranges[found]
        # Round the compass without a seam: noise on a circle as wide as it has lumps.
        east, north = ray[0] / flat * row[3], ray[1] / flat * row[3] + 71.0 * found
        crest = row[1] + row[2] * flat_noise(table, east, north)
        crest += 0.45 * row[2] * flat_noise(table, east * 2.3, north * 2.3)
        crest += 0.22 * row[2] * flat_noise(table, east * 6.1, north * 6.1)
        # Crowns of some metres stand along every crest.
        crest += 3.4 / row[0] * flat_noise(table, bearing * row[0] / 6.5, 11.0)
        crest += 1.7 / row[0] * flat_noise(table, bearing * row[0] / 2.3, 17.0)
        if slope < crest:
            return found
    return -1


@lean_jit
def backdrop_warmth(heaven: Heaven, table: Table, ray: Vector) -> float:  # noqa: PLR0917 - compiled
    """Temperature that a thermal camera reads along a ray that meets nothing, degrees Celsius."""
    found = range_at(heaven, table, ray)
    if found >= 0:
        return heaven.air_c - 0.6 - 0.5 * found * heaven.clear
    return sky_warmth(heaven, table, ray)


@lean_jit
def sky_warmth(heaven: Heaven, table: Table, ray: Vector) -> float:  # noqa: PLR0917 - compiled
    """Temperature that the sky has for a thermal camera: far below the air's, less so near the horizon."""
    height = max(ray[2], 0.0)
    plane = 1.0 / (height + 0.14)
    field = flat_noise(table, ray[0] * plane * 1.3, ray[1] * plane * 1.3)
    cold = 4.0 + 44.0 * np.sqrt(height)
    value: float = heaven.air_c - cold * heaven.clear + 2.0 * field * heaven.cloud - 1.0
    return value
