"""Vehicles in one frame's evidence: which silhouettes are too solid for people, and where they stand.

A group of people has gaps between heads and legs and is nowhere thick; the body of a vehicle is filled from
side to side. A silhouette is tried as a vehicle only where a disc of ``LEAST_THICKNESS_M`` fits in, and is
one only where a cuboid of a vehicle's size on the ground is filled by it and little of it goes on around. On
PETS 2009 S2.L1, frames 1 to 300, groups of people fill at most 0.61 of the best such cuboid; cars on two
motorways 0.78 and more in nine of ten frames. What fails is left to the fit of people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.detect.pieces import pieces_of
from truceline.detect.vehicles.outline import Silhouette
from truceline.detect.vehicles.scales import UprightScales
from truceline.detect.vehicles.search import Standing, best_standing
from truceline.records.site import Calibration

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

SURE = 128
"""Half strength: windows and grey paint differ less from the road than a body does."""
LEAST_THICKNESS_M = 0.5
"""Radius of a disc that fits into the silhouette of a vehicle: a bonnet is 0.9 m high. A person's body is
0.3 m deep; two abreast with their arms between them reach 0.45."""
OPENING_M = 0.3
"""Radius of a disc that fits into no single person."""
LEAST_AREA_M2 = 1.2
LEAST_WIDTH_M = 1.5
"""The narrowest vehicle with more than two wheels, seen from the front; two people whom the picture's border
cuts are narrower."""
LEAST_AREA_PX = 60
LEAST_FILL = 0.76
MOST_RIM = 0.35
LEAST_VISIBLE = 0.7
LEAST_VISIBLE_THICK = 0.25
SURELY_THICK_M = 0.75
"""Share of the outline inside the picture: two people whom its border cuts fill half a car. What is thicker
than any group of people (0.67 m on the whole of PETS 2009 S2.L1) may be cut to a quarter."""
MOST_IN_ONE = 4
"""Vehicles that one silhouette may be cut into."""

NEUTRAL = 66
"""Evidence that speaks neither for nor against a person: see ``fit.BACKGROUND_WEIGHT``. Where a vehicle was
found nothing more is known, and somebody may stand in front of it."""
WIDER = 1.1
"""Mirrors, the shadow beneath and the edge's blur belong to a vehicle as well."""


class VehicleFinder:
    """Finds vehicles in the evidence of one camera.

    Args:
        calibration: For pictures of ``size_px`` (width, height).
    """

    def __init__(self, calibration: Calibration, size_px: tuple[int, int]) -> None:
        self._calibration = calibration
        self._scales = UprightScales(calibration, size_px)

    def find(self, strength: Image) -> tuple[Standing, ...]:
        """Vehicles that evidence (height, width), 0 to 255, shows, the largest silhouettes first."""
        found: list[Standing] = []
        for blob in _solid_blobs(strength, self._scales):
            found += _vehicles_in(blob, self._calibration)
        return tuple(found)


def neutralised(strength: Image, vehicles: Sequence[Standing]) -> Image:
    """The evidence with what vehicles explain taken out; itself where there are none."""
    if not vehicles:
        return strength
    left = strength.copy()
    for one in vehicles:
        middle = one.corners_px.mean(axis=0)
        _fill(left, middle + WIDER * (one.corners_px - middle), value=NEUTRAL)
    return left


@dataclass(frozen=True, slots=True, eq=False)
class _Blob:
    """A silhouette without its holes in a window of the picture (``outline.Silhouette.place``).

    Attributes:
        thickness_m: Radius of the largest disc in it, as long as an upright metre where it stands.
        opening_px: Radius of a disc that fits into no person there.
    """

    pixels: Image
    place: NDArray[np.int64]
    thickness_m: float
    opening_px: float


def _vehicles_in(blob: _Blob, calibration: Calibration) -> list[Standing]:
    """Vehicles in one silhouette, the best explained one first; each is taken out before the next."""
    found: list[Standing] = []
    rest = blob.pixels
    visible = LEAST_VISIBLE_THICK if blob.thickness_m >= SURELY_THICK_M else LEAST_VISIBLE
    while len(found) < MOST_IN_ONE and np.count_nonzero(rest) >= LEAST_AREA_PX:
        body = _body(rest, blob.opening_px)
        if body is None:
            break
        one = best_standing(Silhouette.of(rest, blob.place, body=body), calibration=calibration)
        if one is None or one.visible < visible or one.fill < LEAST_FILL or one.rim > MOST_RIM:
            break
        found.append(one)
        visible = LEAST_VISIBLE
        rest = rest.copy()
        _fill(rest, one.corners_px - blob.place[:2], value=0)
    return found


def _body(pixels: Image, opening_px: float) -> Image | None:
    """The largest piece of a silhouette that is left without what is as thin as people; None: nothing is.

    Somebody in front of a vehicle hangs together with it in the picture, and stands nearer.
    """
    side = 2 * max(1, round(opening_px)) + 1
    disc = np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)
    opened = np.asarray(cv2.morphologyEx(pixels, cv2.MORPH_OPEN, disc), dtype=np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(np.asarray(stats)[1:, cv2.CC_STAT_AREA]))
    return np.asarray(np.asarray(labels) == largest, dtype=np.uint8)


def _solid_blobs(strength: Image, scales: UprightScales) -> Iterator[_Blob]:
    """Silhouettes thick enough for a vehicle, the largest first."""
    height, width = strength.shape
    pieces = pieces_of(strength, least=SURE)
    left, top, wide, tall, area = pieces.table.T
    scale = scales.at(left + wide / 2, top + tall)
    # Its scale is NaN where a silhouette stands on no ground, or too far away.
    large = (area >= LEAST_AREA_PX) & (area >= LEAST_AREA_M2 * scale**2) & (wide >= LEAST_WIDTH_M * scale)
    order = np.flatnonzero(large)
    for index in order[np.argsort(-area[order], kind="stable")].tolist():
        alone = _without_holes(pieces.alone(index))
        thickness_m = float(cv2.distanceTransform(alone, cv2.DIST_L2, 3).max() / scale[index])
        if thickness_m >= LEAST_THICKNESS_M:
            place = np.array([left[index] - 1, top[index] - 1, width, height])
            yield _Blob(alone, place, thickness_m, OPENING_M * float(scale[index]))


def _without_holes(alone: Image) -> Image:
    """A silhouette with a free pixel on every side, its holes filled: windows, and paint like the road."""
    outlines, _ = cv2.findContours(alone, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros((alone.shape[0] + 2, alone.shape[1] + 2), np.uint8)
    cv2.drawContours(filled, outlines, -1, 1, -1, offset=(1, 1))
    return filled


def _fill(picture: Image, corners_px: Array, *, value: int) -> None:
    """Paint the hull of corners (c, 2) into a picture."""
    hull = cv2.convexHull(np.round(corners_px).astype(np.int32))
    cv2.fillConvexPoly(picture, hull, value)
