"""The pages of the survey: a site looked over, and a camera calibrated from points. For the station only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import perturbed, site_rays
from truceline.present.drawing.deciding_svg import (
    render_deciding_key,
    render_deciding_map,
    render_deciding_profile,
)
from truceline.present.drawing.plane import LINE_95
from truceline.present.drawing.residuals_svg import render_frame_residuals, render_map_residuals
from truceline.present.pages.document import render_document
from truceline.present.pages.facts import Fact
from truceline.present.quantities import line_name, number, percent, plural, plus_minus
from truceline.present.views.survey import CalibrationView, CameraSight, SurveyRemark, SurveyView
from truceline.records.site import Calibration, Camera

DECIDED_WELL_M = 1.0
"""A step across: what a site should decide along its line."""

_SMALL = 1e-6
"""Step of a numerical derivative, in the calibration's own parameters."""

_TONES = {"note": ("open", "·"), "warning": ("open", "△"), "error": ("no", "✗")}


@dataclass(frozen=True, slots=True)
class _RemarkRow:
    level: str
    subject: str
    sentence: str
    do: str
    tone: str
    mark: str


@dataclass(frozen=True, slots=True)
class _CameraRow:
    camera_id: str
    name: str
    basis: str
    seen: str
    across: str
    decided: str
    source: str


@dataclass(frozen=True, slots=True)
class _PointRow:
    name: str
    pixel: str
    place: str
    fitted_px: str
    left_out_px: str
    left_out_m: str
    left_out_sigmas: str


def render_survey_page(view: SurveyView) -> str:
    """The page of a site: where a crossing can be decided, how each camera sees the line, and the remarks."""
    site = view.site
    hiding = any(landmark.height_m is not None for landmark in site.landmarks)
    sights = {sight.camera_id: sight for sight in view.sights}
    return render_document(
        "site.html.j2",
        {
            "site": site,
            "line_called": line_name(site.line.line_id),
            "line_bound": f"± {number(LINE_95 * site.line.sigma_m, 2)} m",
            "verdict": _verdict(view),
            "along_words": along_words(view),
            "band": f"{view.band_m:g} m",
            "hides": ", or behind a landmark whose height is stated" if hiding else "",
            "map": render_deciding_map(site, view.ground),
            "key": render_deciding_key(),
            "profile": render_deciding_profile(view.along),
            "cameras": [
                _camera_row(camera, sights[camera.camera_id], length_m=_length_m(view))
                for camera in site.cameras
            ],
            "remarks": [_remark_row(remark) for remark in view.remarks],
            "software": view.software,
        },
    )


def along_words(view: SurveyView) -> str:
    """The line in one sentence: how much of it is decided well, and how much is not observed."""
    depth_m = view.along.depth_m
    length_m = _length_m(view)
    with np.errstate(invalid="ignore"):
        well = float(np.mean(depth_m <= DECIDED_WELL_M))
    unseen = float(np.mean(np.isnan(depth_m)))
    return (
        f"{DECIDED_WELL_M:g} m or less on {percent(well)} of {length_m:.0f} m of line, "
        f"not observed on {percent(unseen)}"
    )


def _length_m(view: SurveyView) -> float:
    """Length of the line: its samples lie in the middle of their steps."""
    return float(view.along.at_m[-1] + view.along.at_m[0])


def _verdict(view: SurveyView) -> str:
    errors = sum(remark.level == "error" for remark in view.remarks)
    warnings = sum(remark.level == "warning" for remark in view.remarks)
    said = "The site can be used" if view.usable else "The site must not be used as it is"
    counts = [plural(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count]
    return "; ".join([said, *counts]) + "."


def _remark_row(remark: SurveyRemark) -> _RemarkRow:
    tone, mark = _TONES[remark.level]
    return _RemarkRow(remark.level, remark.subject, remark.sentence, remark.do, tone, mark)


def _camera_row(camera: Camera, sight: CameraSight, *, length_m: float) -> _CameraRow:
    calibration = camera.calibration
    if sight.seen_m is None or sight.across_m is None or sight.decided_m is None:
        seen = across = decided = "none"
    else:
        seen = f"{sight.seen_m:.0f} of {length_m:.0f} m"
        across = f"{sight.across_m[0]:.2f} to {sight.across_m[1]:.2f} m"
        decided = f"{sight.decided_m[0]:.1f} to {sight.decided_m[1]:.1f} m"
    return _CameraRow(
        camera.camera_id, camera.name, calibration.basis.value, seen, across, decided, calibration.source
    )


def render_calibration_page(view: CalibrationView) -> str:
    """The page of a calibration: its figures, the residuals in the picture and on the map, every point."""
    drawn = view.drawn
    return render_document(
        "calibration.html.j2",
        {
            "camera": drawn.camera,
            "figures": calibration_figures(view),
            "remarks": view.remarks,
            "frame": render_frame_residuals(drawn),
            "map": render_map_residuals(drawn),
            "rows": [_point_row(view, row) for row in range(len(drawn.points))],
            "left_out": ", ".join(view.left_out),
            "software": view.software,
        },
    )


def calibration_figures(view: CalibrationView) -> tuple[Fact, ...]:
    """The figures by which a calibration is judged, each with its error."""
    drawn = view.drawn
    calibration = drawn.camera.calibration
    sigma = np.sqrt(np.diag(calibration.covariance))
    fitted_px = float(np.sqrt(np.mean(np.sum(drawn.residuals.fitted_px**2, axis=1))))
    left_out_px = np.linalg.norm(drawn.residuals.left_out_px, axis=1)
    focal_px = float(calibration.focal_px[1])
    east, north, up = (
        plus_minus(float(value), float(spread), unit="m")
        for value, spread in zip(calibration.position_enu_m, sigma[7:10], strict=True)
    )
    heading, tilt = view_direction(drawn.camera)
    return (
        Fact("Points", str(len(drawn.points)), f"{fitted_px:.2f} px root mean square after the fit"),
        Fact(
            "Each point predicted by the others",
            f"half within {_within(left_out_px, drawn.residuals.left_out_m, share=0.5)}",
            f"95 % within {_within(left_out_px, drawn.residuals.left_out_m, share=0.95)}",
        ),
        Fact("Camera's place", f"{east} east, {north} north", "1 σ; site metres"),
        Fact("Height", up, "1 σ"),
        Fact("Heading", heading, "1 σ; of the picture's middle, clockwise from north"),
        Fact("Tilt", tilt, "1 σ; of the picture's middle, below the horizon is negative"),
        Fact("Focal length", plus_minus(focal_px, focal_px * float(sigma[0]), unit="px"), "1 σ"),
        Fact("Lens", f"k1 {calibration.k1:.3f} ± {float(sigma[3]):.3f}", "1 σ"),
        Fact("Stated errors", f"× {view.scale:.2f}", "by which the points' own were too small"),
    )


def view_direction(camera: Camera) -> tuple[str, str]:
    """Heading and tilt of the ray through the picture's middle, in degrees with 1 σ, from the covariance."""
    middle = (np.array([[camera.width_px, camera.height_px]]) - 1) / 2
    calibration = camera.calibration

    def angles(of: Calibration) -> NDArray[np.float64]:
        east, north, up = site_rays(of, middle)[0]
        return np.rad2deg([np.arctan2(east, north), np.arctan2(up, np.hypot(east, north))])

    here = angles(calibration)
    size = len(calibration.covariance)
    slopes = np.stack([angles(perturbed(calibration, row)) - here for row in np.eye(size) * _SMALL], axis=1)
    slopes = ((slopes + 180.0) % 360.0 - 180.0) / _SMALL
    sigma = np.sqrt(np.maximum(np.diag(slopes @ calibration.covariance @ slopes.T), 0.0))
    return (
        plus_minus(float(here[0]) % 360.0, float(sigma[0]), unit="°"),
        plus_minus(float(here[1]), float(sigma[1]), unit="°"),
    )


def _within(away_px: NDArray[np.float64], away_m: NDArray[np.float64], *, share: float) -> str:
    """A quantile of the same points in pixels and on the map; what is at the horizon is farther than all."""
    far_m = float(np.quantile(np.where(np.isfinite(away_m), away_m, np.inf), share, method="higher"))
    on_the_map = f"{far_m:.3f} m on the map" if np.isfinite(far_m) else "at the horizon on the map"
    return f"{float(np.quantile(away_px, share, method='higher')):.2f} px, {on_the_map}"


def _point_row(view: CalibrationView, row: int) -> _PointRow:
    points, residuals = view.drawn.points, view.drawn.residuals
    u, v = points.pixels[row].tolist()
    east, north, up = points.places_enu_m[row].tolist()
    away_m = float(residuals.left_out_m[row])
    return _PointRow(
        name=points.names[row],
        pixel=f"{u:.1f}, {v:.1f}",
        place=f"{east:.2f}, {north:.2f}, {up:.2f}",
        fitted_px=f"{float(np.linalg.norm(residuals.fitted_px[row])):.2f}",
        left_out_px=f"{float(np.linalg.norm(residuals.left_out_px[row])):.2f}",
        left_out_m=f"{away_m:.3f}" if np.isfinite(away_m) else "at the horizon",
        left_out_sigmas=f"{float(residuals.left_out_sigmas[row]):.1f}",
    )
