"""Solid things: boxes with painted faces, and trees, as the doubled picture shows them."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.records.site import Calibration
from truceline.simulate.patch import Patch

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

OVERSAMPLING = 2
_SHIFT_BITS = 4
_CLUSTERS = 1100


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """A box that stands along the axes of the site.

    Attributes:
        west_m: Its western side, site metres; the other five likewise.
        faces: Pictures of the south face, the west face and the top, blue-green-red 0 to 1, as seen.
    """

    west_m: float
    east_m: float
    south_m: float
    north_m: float
    low_m: float
    high_m: float
    faces: tuple[Float32, Float32, Float32]

    def corners(self) -> tuple[Array, Array, Array]:
        """The corners (4, 3) of each face: top left, top right, bottom right, bottom left as seen."""
        west, east, south, north = self.west_m, self.east_m, self.south_m, self.north_m
        low, high = self.low_m, self.high_m
        south_face = [[west, south, high], [east, south, high], [east, south, low], [west, south, low]]
        west_face = [[west, north, high], [west, south, high], [west, south, low], [west, north, low]]
        top = [[west, north, high], [east, north, high], [east, south, high], [west, south, high]]
        return np.array(south_face), np.array(west_face), np.array(top)


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A tree or, with a low crown and no trunk, a bush."""

    place_en_m: Array
    height_m: float
    crown_m: float
    trunk_share: float
    tone: Array


def stand_box(box: Box, calibration: Calibration) -> Patch:
    """A box as a camera in its south-west and above it sees it."""
    outlines = [_doubled(calibration, corners) for corners in box.corners()]
    window = _Window.around(np.concatenate(outlines), margin_px=2)
    paint = np.zeros((window.height, window.width, 4), dtype=np.float32)
    for face, outline in zip(box.faces, outlines, strict=True):
        height, width = face.shape[:2]
        texels = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32) - np.float32(
            0.5
        )
        points = (outline - window.corner).astype(np.float32)
        warp = cv2.getPerspectiveTransform(texels, points)
        seen = cv2.warpPerspective(face, warp, (window.width, window.height), borderMode=cv2.BORDER_REPLICATE)
        mask = np.zeros(paint.shape[:2], dtype=np.uint8)
        cv2.fillConvexPoly(mask, _fixed(points), 255, lineType=cv2.LINE_AA, shift=_SHIFT_BITS)
        share = (mask.astype(np.float32) / np.float32(255.0))[..., None]
        paint = paint * (1 - share) + np.concatenate([seen, np.ones_like(share)], axis=2) * share
    nearest = (np.concatenate(box.corners()) - calibration.position_enu_m) @ calibration.rotation[2]
    return Patch(window.left, window.top, paint, float(nearest.min()))


def stand_tree(tree: Tree, calibration: Calibration, *, random: np.random.Generator) -> Patch:
    """A tree: a trunk and some hundred clusters of leaves, lit from above."""
    foot = np.array([[*tree.place_en_m, 0.0], [*tree.place_en_m, tree.height_m]])
    base, crest = _doubled(calibration, foot)
    scale = float(base[1] - crest[1]) / tree.height_m
    spread = np.array([tree.crown_m * scale * 1.2, 0.0])
    window = _Window.around(
        np.stack([base - spread, base + spread, crest - spread, crest + spread]), margin_px=4
    )
    canvas = np.zeros((window.height, window.width, 4), dtype=np.uint8)
    base, crest = base - window.corner, crest - window.corner
    bark = (tree.tone * np.array([0.75, 0.62, 0.78]) * 200).tolist()
    if tree.trunk_share > 0:
        knee = base + (crest - base) * (tree.trunk_share + 0.25)
        width = max(1, round(0.035 * tree.height_m * scale))
        cv2.line(canvas, _point(base), _point(knee), (*bark, 255), width, cv2.LINE_8, _SHIFT_BITS)
    middle = base + (crest - base) * (1 + tree.trunk_share) / 2
    half = np.array([tree.crown_m * scale, (crest - base)[1] * (1 - tree.trunk_share) / 2])
    clusters = random.normal(size=(_CLUSTERS, 2)) * 0.45
    clusters = clusters[np.linalg.norm(clusters, axis=1) < 1]
    sizes = np.sort(random.uniform(0.02, 0.17, len(clusters)) ** 1.5)[::-1] * 1.9 * tree.crown_m * scale
    for (across, up), size in zip(clusters, sizes, strict=True):
        light = 0.74 + 0.34 * up - 0.14 * across + float(random.uniform(-0.16, 0.16))
        radius = max(0.9, float(size))
        tone = (tree.tone * 255 * max(light, 0.28)).tolist()
        centre = middle + half * [across, up]
        cv2.circle(canvas, _point(centre), int(radius * 16), (*tone, 255), -1, cv2.LINE_8, _SHIFT_BITS)
    soft = cv2.GaussianBlur(canvas.astype(np.float32) / np.float32(255.0), (3, 3), 0.8)
    paint = np.asarray(soft, dtype=np.float32)
    depth = float((foot[0] - calibration.position_enu_m) @ calibration.rotation[2])
    return Patch(window.left, window.top, paint, depth - tree.crown_m / 2)


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of the doubled picture in whole pixels."""

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def around(cls, points_px: Array, *, margin_px: int) -> "_Window":
        """The smallest window that holds points (n, 2) with a margin."""
        left, top = (int(value) for value in np.floor(points_px.min(axis=0)) - margin_px)
        right, bottom = (int(value) for value in np.ceil(points_px.max(axis=0)) + margin_px + 1)
        return cls(left, top, right - left, bottom - top)

    @property
    def corner(self) -> Array:
        """Its top left pixel (2,)."""
        return np.array([self.left, self.top], dtype=np.float64)


def _doubled(calibration: Calibration, points_enu_m: Array) -> Array:
    """Pixels (n, 2) of site points in the doubled picture."""
    return (pixel_from_site(calibration, points_enu_m) + 0.5) * OVERSAMPLING - 0.5


def _fixed(points_px: NDArray[np.floating]) -> NDArray[np.int32]:
    """Fixed-point coordinates for OpenCV's drawing."""
    return np.round(points_px * (1 << _SHIFT_BITS)).astype(np.int32)


def _point(point_px: Array) -> tuple[int, int]:
    across, down = _fixed(point_px)
    return int(across), int(down)
