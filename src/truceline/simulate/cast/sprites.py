"""Sprites: figures as small pictures with soft edges, and their shadows, at their place in the frame."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.records.site import Calibration
from truceline.simulate.cast.figure import AT, LIMBS, Poses
from truceline.simulate.patch import Patch
from truceline.simulate.scene import HEIGHT_PX, WIDTH_PX

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

_OVERSAMPLING = 4
_SHIFT_BITS = 4
_FIELD = 0.72
"""Half width (tangent) of the cone in which the lens polynomial is trusted; the corner lies at 0.58."""
_MARGIN_PX = 3
_POINT_PX = 1e-6
"""A limb shorter than this is a ball."""
_ROUND = np.stack(
    [np.cos(np.linspace(-np.pi / 2, np.pi / 2, 8)), np.sin(np.linspace(-np.pi / 2, np.pi / 2, 8))]
)


_FROM = np.array([AT[limb[0]] for limb in LIMBS])
_TO = np.array([AT[limb[1]] for limb in LIMBS])
_RADII = np.array([limb[2:4] for limb in LIMBS])
_TONES = np.array([limb[4] for limb in LIMBS])
_IN_FRONT_M = np.array(
    [0.10 if "hem" in limb[1] else 0.06 if _TO[i] == _FROM[i] else 0.04 for i, limb in enumerate(LIMBS)]
)
"""How much nearer than its middle a limb counts when limbs are ordered: coats lie over trousers."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A figure in the picture over time, n frames.

    Attributes:
        joints_px: (n, joints, 2).
        joint_depth_m: (n, joints) along the optical axis.
        scale_px_per_m: (n,) pixels a metre at the figure.
        depth_m: (n,) of the ground point along the optical axis.
        foot_px: (n, 2) the ground point's pixel.
        boxes_px: (n, 4) left, top, right, bottom of the whole figure, not cut at the border.
        seen: (n,) whether the box touches the picture.
    """

    joints_px: Array
    joint_depth_m: Array
    scale_px_per_m: Array
    depth_m: Array
    foot_px: Array
    boxes_px: Array
    seen: NDArray[np.bool_]


def project(calibration: Calibration, figure: Poses) -> Projection:
    """The figure's joints, box and scale in the picture of a camera."""
    count = len(figure.ground_en_m)
    ground = np.concatenate([figure.ground_en_m, np.zeros((count, 1))], axis=1)
    joints_px = pixel_from_site(calibration, figure.joints_enu_m.reshape(-1, 3)).reshape(count, -1, 2)
    joint_depth = (figure.joints_enu_m - calibration.position_enu_m) @ calibration.rotation[2]
    in_camera = (ground - calibration.position_enu_m) @ calibration.rotation.T
    depth = in_camera[:, 2]
    scale = float(calibration.focal_px[0]) / np.maximum(depth, 1.0)
    radius = _RADII * figure.height_m
    ends = np.concatenate([joints_px[:, _FROM], joints_px[:, _TO]], axis=1)
    reach = np.concatenate([radius[:, 0], radius[:, 1]])[None, :, None] * scale[:, None, None]
    boxes = np.concatenate([(ends - reach).min(axis=1), (ends + reach).max(axis=1)], axis=1)
    ahead = (depth > 1.0) & (np.abs(in_camera[:, 0]) < _FIELD * depth)
    touches = (boxes[:, 2] > 0) & (boxes[:, 0] < WIDTH_PX) & (boxes[:, 3] > 0) & (boxes[:, 1] < HEIGHT_PX)
    return Projection(
        joints_px=joints_px,
        joint_depth_m=joint_depth,
        scale_px_per_m=scale,
        depth_m=depth,
        foot_px=pixel_from_site(calibration, ground),
        boxes_px=boxes,
        seen=ahead & touches,
    )


def draw_sprite(figure: Projection, frame: int, *, height_m: float, tones: Array) -> Patch:
    """The figure of one frame, drawn limb by limb from far to near at four times the resolution."""
    left, top = (int(value) for value in np.floor(figure.boxes_px[frame, :2]) - _MARGIN_PX)
    right, bottom = (int(value) for value in np.ceil(figure.boxes_px[frame, 2:]) + _MARGIN_PX)
    corner = np.array([left, top]) - 0.5
    canvas = np.zeros(((bottom - top) * _OVERSAMPLING, (right - left) * _OVERSAMPLING, 4), dtype=np.uint8)
    joints = (figure.joints_px[frame] - corner) * _OVERSAMPLING - 0.5
    radii = _RADII * height_m * figure.scale_px_per_m[frame] * _OVERSAMPLING
    outlines = _capsules(joints, radii)
    lights = _capsules(joints - np.array([0.25, 0.3]) * radii.mean(), radii * 0.55)
    limb_depth = (figure.joint_depth_m[frame, _FROM] + figure.joint_depth_m[frame, _TO]) / 2 - _IN_FRONT_M
    for limb in np.argsort(-limb_depth, kind="stable"):
        tone = tones[_TONES[limb]]
        for outline, gain in ((outlines[limb], 0.86), (lights[limb], 1.1)):
            cv2.fillConvexPoly(canvas, outline, (*(tone * gain).tolist(), 255.0), shift=_SHIFT_BITS)
    size = (right - left, bottom - top)
    paint = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255.0)
    paint = np.asarray(cv2.GaussianBlur(paint, (3, 3), 0.55), dtype=np.float32)
    paint[..., :3] *= np.linspace(1.08, 0.86, size[1], dtype=np.float32)[:, None, None]
    return Patch(left, top, paint, float(figure.depth_m[frame]))


def _capsules(joints: Array, radii: Array) -> NDArray[np.int32]:
    """Outlines (limbs, 16, 2) of all limbs in fixed-point canvas pixels: two half circles and their hull."""
    start, end = joints[_FROM], joints[_TO]
    along = end - start
    length = np.linalg.norm(along, axis=1, keepdims=True)
    unit = np.where(length > _POINT_PX, along / np.maximum(length, _POINT_PX), np.array([1.0, 0.0]))
    across = np.stack([-unit[:, 1], unit[:, 0]], axis=1)
    cap = unit[:, None] * _ROUND[0][None, :, None] + across[:, None] * _ROUND[1][None, :, None]
    far = end[:, None] + cap * radii[:, 1, None, None]
    near = start[:, None] - cap * radii[:, 0, None, None]
    return np.round(np.concatenate([far, near], axis=1) * (1 << _SHIFT_BITS)).astype(np.int32)


def draw_shadow(calibration: Calibration, ground_en_m: Array, *, fall_en_m: Array, depth_m: float) -> Patch:
    """The soft shadow on the ground of one figure: dark at the feet, faint away from the veiled sun.

    Args:
        calibration: The camera's.
        ground_en_m: (2,) the ground point.
        fall_en_m: (2,) from there to the shadow's end.
        depth_m: The figure's depth; what hides the figure hides its shadow.
    """
    length = float(np.linalg.norm(fall_en_m))
    unit = fall_en_m / length
    aside = np.array([-unit[1], unit[0]])
    turn = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    along, across = np.cos(turn)[:, None], np.sin(turn)[:, None]
    contact = ground_en_m + 0.30 * (along * unit + across * aside)
    cast = ground_en_m + fall_en_m / 2 + along * unit * (length / 2 + 0.2) + across * aside * 0.27
    corners = np.concatenate([np.concatenate([contact, cast]), np.zeros((40, 1))], axis=1)
    outlines = pixel_from_site(calibration, corners)
    left, top = (int(value) for value in np.floor(outlines.min(axis=0)) - 6)
    right, bottom = (int(value) for value in np.ceil(outlines.max(axis=0)) + 6)
    paint = np.zeros((bottom - top, right - left, 4), dtype=np.float32)
    for outline, dark, blur_px in ((outlines[:20], 0.36, 1.3), (outlines[20:], 0.17, 1.9)):
        mask = np.zeros(paint.shape[:2], dtype=np.float32)
        points = np.round((outline - [left, top]) * (1 << _SHIFT_BITS)).astype(np.int32)
        cv2.fillConvexPoly(mask, points, dark, shift=_SHIFT_BITS)
        paint[..., 3] = 1 - (1 - paint[..., 3]) * (1 - cv2.GaussianBlur(mask, (0, 0), blur_px))
    return Patch(left, top, paint, depth_m)
