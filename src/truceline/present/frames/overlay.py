"""From the ground to the picture: the line, its band and a foot's ellipse as a camera sees them."""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.present.drawing.plane import LINE_95, ellipse_m, line_offset_m
from truceline.present.quantities import line_name
from truceline.present.views.frames import LineMark
from truceline.records.columns import FloatColumn
from truceline.records.site import Camera, Line

Array = NDArray[np.float64]

STEP_M = 0.5
"""Spacing of the points along the line: short enough that the lens's bend shows."""

_OUTSIDE_SHARE = 0.5
_POINTS_MOST = 400


def line_mark(line: Line, *, camera: Camera, label: str | None = None) -> LineMark:
    """The line on the ground plane (up = 0) as the camera sees it, with its 95 % band.

    Points behind the camera or more than half a picture outside of it become NaN: the radial model is not
    trusted there.

    Args:
        line: The line in site metres.
        camera: Gives the calibration and the picture's size.
        label: Words at the line's left end; by default its name, version and 95 % bound.
    """
    half_m = LINE_95 * line.sigma_m
    words = (
        f"{line_name(line.line_id)}, version {line.version}, ± {half_m:.2f} m (95 %)"
        if label is None
        else label
    )
    edges = tuple(
        _seen_px(line_offset_m(line.vertices_en_m, by_m), camera=camera) for by_m in (half_m, -half_m)
    )
    return LineMark(
        path_px=_seen_px(line.vertices_en_m, camera=camera), band_px=(edges[0], edges[1]), label=words
    )


def foot_ellipse_px(en_m: Array, covariance_m2: Array, *, camera: Camera) -> FloatColumn | None:
    """Outline (m, 2) in pixels of the 95 % ellipse of a foot on the ground; None when it is not all in sight.

    Args:
        en_m: (2,) position, site metres.
        covariance_m2: (2, 2) of the position, square metres.
        camera: The camera that looks.
    """
    outline = ellipse_m(en_m, covariance_m2, points=24)
    pixels = pixel_from_site(camera.calibration, np.column_stack([outline, np.zeros(len(outline))]))
    return pixels if bool(np.isfinite(pixels).all()) else None


def _seen_px(vertices_en_m: Array, *, camera: Camera) -> FloatColumn:
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(vertices_en_m, axis=0), axis=1))])
    many = int(np.clip(along[-1] / STEP_M, 8, _POINTS_MOST))
    steps = np.union1d(np.linspace(0, along[-1], many), along)
    ground = np.column_stack(
        [np.interp(steps, along, vertices_en_m[:, axis]) for axis in range(2)] + [np.zeros(len(steps))]
    )
    pixels = pixel_from_site(camera.calibration, ground)
    size = np.array([camera.width_px, camera.height_px], dtype=np.float64)
    with np.errstate(invalid="ignore"):
        outside = (pixels < -_OUTSIDE_SHARE * size) | (pixels > (1 + _OUTSIDE_SHARE) * size)
    seen = pixels.copy()
    seen[np.any(outside | ~np.isfinite(pixels), axis=1)] = np.nan
    return seen
