"""WGS 84 to the site's own metres: east-north-up at the origin."""

import numpy as np
from numpy.typing import NDArray

from truceline.records.site import Origin

Array = NDArray[np.float64]

SEMI_MAJOR_AXIS_M = 6_378_137.0
FLATTENING = 1 / 298.257_223_563

_INVERSE_STEPS = 10


def en_from_lonlat(lonlat_deg: Array, *, origin: Origin) -> Array:
    """Site east-north (n, 2) metres of points (n, 2) given as longitude, latitude in degrees.

    Assumes: the points lie at the origin's ellipsoid height. Method: geodetic to earth-centred to local
    east-north-up, exact on the ellipsoid (NIMA TR8350.2). The height above the origin's
    plane is left out (8 cm at 1 km).
    """
    heights_m = np.full(len(lonlat_deg), origin.height_m)
    points = ecef_from_geodetic(lonlat_deg, heights_m)
    here = np.array([[origin.longitude_deg, origin.latitude_deg]])
    offset = points - ecef_from_geodetic(here, np.array([origin.height_m]))
    longitude, latitude = np.deg2rad(here[0])
    east = np.array([-np.sin(longitude), np.cos(longitude), 0.0])
    north = np.array(
        [-np.sin(latitude) * np.cos(longitude), -np.sin(latitude) * np.sin(longitude), np.cos(latitude)]
    )
    return np.stack([offset @ east, offset @ north], axis=1)


def lonlat_from_en(en_m: Array, *, origin: Origin) -> Array:
    """Longitude, latitude (n, 2) in degrees of site points (n, 2): the inverse of ``en_from_lonlat``.

    Method: fixed point on the forward transform, scaled by the ellipsoid's radii at the origin; within
    50 km, up to 80 degrees of latitude, ten steps leave less than a micrometre.
    """
    latitude = np.deg2rad(origin.latitude_deg)
    bend = 1 - FLATTENING * (2 - FLATTENING) * np.sin(latitude) ** 2
    across_m = SEMI_MAJOR_AXIS_M / np.sqrt(bend) + origin.height_m
    along_m = SEMI_MAJOR_AXIS_M * (1 - FLATTENING) ** 2 / bend**1.5 + origin.height_m
    radii_m = np.array([max(across_m * np.cos(latitude), 1.0), along_m])
    lonlat_deg: Array = np.tile([origin.longitude_deg, origin.latitude_deg], (len(en_m), 1))
    for _ in range(_INVERSE_STEPS):
        short_m = en_m - en_from_lonlat(lonlat_deg, origin=origin)
        lonlat_deg = lonlat_deg + np.rad2deg(short_m / radii_m)
    lonlat_deg[:, 0] = (lonlat_deg[:, 0] + 180.0) % 360.0 - 180.0
    return lonlat_deg


def ecef_from_geodetic(lonlat_deg: Array, heights_m: Array) -> Array:
    """Earth-centred, earth-fixed (n, 3) metres from longitude, latitude (n, 2) degrees and heights (n,)."""
    longitude, latitude = np.deg2rad(lonlat_deg).T
    eccentricity2 = FLATTENING * (2 - FLATTENING)
    normal_m = SEMI_MAJOR_AXIS_M / np.sqrt(1 - eccentricity2 * np.sin(latitude) ** 2)
    return np.stack(
        [
            (normal_m + heights_m) * np.cos(latitude) * np.cos(longitude),
            (normal_m + heights_m) * np.cos(latitude) * np.sin(longitude),
            (normal_m * (1 - eccentricity2) + heights_m) * np.sin(latitude),
        ],
        axis=1,
    )
