"""Vehicles, people and animals as plain shapes in the silhouette of a drawn camera."""

import cv2
import numpy as np

from truceline.geometry.camera import look_at_rotation, pixel_from_site
from truceline.records.site import Calibration, Distortion

WIDTH_PX, HEIGHT_PX = 640, 480


def mast(*, height_m=6.0, focal_px=600.0):
    """A camera on a mast south of the origin that looks north and down."""
    place = np.array([0.0, -25.0, height_m])
    covariance = np.diag([0.01, 1, 1, 1e-8, 0.003, 0.003, 0.003, 0.05, 0.05, 0.1]) ** 2
    return Calibration(
        np.array([focal_px, focal_px]),
        np.array([(WIDTH_PX - 1) / 2, (HEIGHT_PX - 1) / 2]),
        0.0,
        Distortion.BROWN,
        look_at_rotation(place, np.array([0.0, 3.0, 0.5])),
        place,
        covariance,
        "drawn",
    )


def block(centre, heading_deg, size):
    """Corners (8, 3) of a block (length, width, height) that stands on the ground."""
    along = np.deg2rad(heading_deg)
    turn = np.array([[np.cos(along), -np.sin(along)], [np.sin(along), np.cos(along)]])
    foot = np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]]) / 2 * size[:2] @ turn.T + centre
    return np.concatenate([np.c_[foot, np.zeros(4)], np.c_[foot, np.full(4, size[2])]])


def car(centre, heading_deg, *, size=(4.4, 1.8, 1.45)):
    """Two blocks: a body and a narrower cabin."""
    length, width, height = size
    body = block(centre, heading_deg, (length, width, 0.6 * height))
    cabin = block(centre, heading_deg, (0.5 * length, 0.8 * width, height))
    return [body, cabin]


def drawn(calibration, blocks, *, noise=0.0, seed=0):
    """Evidence (height, width) of blocks, each its projected hull; ``noise`` of the pixels are wrong."""
    strength = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
    for one in blocks:
        hull = cv2.convexHull(np.round(pixel_from_site(calibration, one)).astype(np.int32))
        cv2.fillConvexPoly(strength, hull, 255)
    wrong = np.random.default_rng([seed, 77]).random(strength.shape) < noise
    strength[wrong] = 255 - strength[wrong]
    return strength


def person(place, *, height_m=1.75):
    """A body with two legs apart and a head: blocks."""
    east, north = place
    legs = [block((east + side, north), 0, (0.16, 0.2, 0.85)) for side in (-0.14, 0.14)]
    trunk = block(place, 0, (0.5, 0.28, height_m - 0.3))
    trunk[:4, 2] = 0.8
    head = block(place, 0, (0.2, 0.22, height_m))
    head[:4, 2] = height_m - 0.28
    return [*legs, trunk, head]
