"""Surveys made by hand: points that a known camera sees, with errors drawn from a seed."""

from dataclasses import replace

import numpy as np

from truceline.geometry.camera import ground_from_pixel, pixel_from_site
from truceline.records.digests import sha256_of
from truceline.records.site import Calibration, Camera, Distortion, Origin
from truceline.records.surveyed_points import SurveyedPoints
from truceline.survey.cameras.pose import rotation_from_pan_tilt_roll

SIZE = (1280, 720)
ORIGIN = Origin(38.0, 127.0, 100.0)
PIXELS = [
    (120, 640), (640, 655), (1150, 600), (240, 470), (700, 430), (1080, 450), (420, 330), (860, 300),
    (160, 350), (1120, 330), (560, 560), (940, 520),
]  # fmt: skip
HEIGHTS = [0, 0, 0, 1.5, 0, 0, 2.2, 0, 0, 0, 0, 1.0]


def true_camera(*, pan_deg=30.0, tilt_deg=-17.0, focal_px=1150.0, k1=-0.06):
    return Calibration(
        focal_px=np.array([focal_px, focal_px]),
        centre_px=np.array([648.0, 352.0]),
        k1=k1,
        distortion=Distortion.BROWN,
        rotation=rotation_from_pan_tilt_roll(pan_deg=pan_deg, tilt_deg=tilt_deg, roll_deg=1.2),
        position_enu_m=np.array([-14.0, -31.0, 7.6]),
        covariance=np.zeros((10, 10)),
        source="the truth",
    )


def survey(truth=None, *, count=12, seed=4, sigma_px=1.0, sigma_m=0.02, heights=True):
    """Points over the picture; what the file states of their errors is true."""
    truth = true_camera() if truth is None else truth
    rng = np.random.default_rng(seed)
    places = [
        [*ground_from_pixel(truth, np.array([pixel], float), height_m=up)[0], up]
        for pixel, up in zip(PIXELS[:count], HEIGHTS if heights else [0.0] * len(HEIGHTS), strict=False)
    ]
    true_m = np.array(places)
    pixels = pixel_from_site(truth, true_m) + rng.normal(0, sigma_px, (count, 2))
    return SurveyedPoints(
        names=tuple(str(row + 1) for row in range(count)),
        pixels=pixels,
        places_enu_m=true_m + rng.normal(0, sigma_m, (count, 3)),
        sigma_px=np.full(count, sigma_px),
        sigma_m=np.full(count, sigma_m),
        source="points.csv",
        digest=sha256_of(b"points"),
        lines=tuple(range(2, count + 2)),
    )


def camera(calibration=None):
    return Camera("west", "West mast", "visible", *SIZE, calibration or true_camera())


def moved(points, row, *, by_px=(0.0, 0.0), by_m=(0.0, 0.0, 0.0)):
    pixels, places = points.pixels.copy(), points.places_enu_m.copy()
    pixels[row] += by_px
    places[row] += by_m
    return replace(points, pixels=pixels, places_enu_m=places)


def csv_text(points, *, columns=("u", "v", "east", "north", "up", "sigma_m", "sigma_px", "name")):
    lines = [",".join(columns)]
    for row in range(len(points)):
        values = dict(
            zip(
                ("u", "v", "east", "north", "up", "sigma_m", "sigma_px", "name"),
                [
                    *points.pixels[row],
                    *points.places_enu_m[row],
                    points.sigma_m[row],
                    points.sigma_px[row],
                    points.names[row],
                ],
                strict=True,
            )
        )
        lines.append(",".join(str(values[column]) for column in columns))
    return "\n".join(lines) + "\n"
