"""Calibrating a camera of a site from surveyed points: read, fit, write, and draw what came out."""

import base64
from dataclasses import dataclass, replace
from pathlib import Path

from truceline import __version__
from truceline.errors import InputError, ServiceError
from truceline.present.pages.survey_pages import render_calibration_page
from truceline.present.views.survey import CalibrationView, ResidualsView
from truceline.records.site import Camera, Site
from truceline.records.surveyed_points import SurveyedPoints
from truceline.survey.calibration_file import calibration_text, write_calibration
from truceline.survey.cameras.from_points.calibration import Known, PointCalibration, calibrate_from_points
from truceline.survey.cameras.from_points.points import read_points
from truceline.survey.load import load_site
from truceline.tables.reader import read_bytes

_PICTURES = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


@dataclass(frozen=True, slots=True)
class CalibrationRequest:
    """What a surveyor hands in.

    Attributes:
        camera_id: Camera of the site.
        points: CSV file of point pairs.
        known: What is known of the camera beside them.
        leave_out: Names of points that are not to be used.
        still: A picture of the camera, drawn under the residuals; PNG or JPEG.
    """

    camera_id: str
    points: Path
    known: Known
    leave_out: tuple[str, ...] = ()
    still: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CameraCalibration:
    """What came out: the calibration, and its view for pages and tables."""

    site: Site
    found: PointCalibration
    view: CalibrationView


def calibrate_camera(folder: Path, request: CalibrationRequest) -> CameraCalibration:
    """Calibrate a camera from point pairs; nothing is written.

    Raises:
        InputError: The site does not load or has no such camera, or the points cannot be used.
    """
    site = load_site(folder)
    camera = site.camera(request.camera_id)
    points = _without(read_points(request.points), request.leave_out)
    found = calibrate_from_points(points, camera, origin=site.origin, known=request.known)
    drawn = ResidualsView(
        camera=replace(camera, calibration=found.calibration),
        points=found.points,
        residuals=found.residuals,
        line=site.line,
        still_uri="" if request.still is None else _data_uri(request.still),
    )
    view = CalibrationView(
        drawn, found.scale, found.remarks, request.leave_out, software=f"truceline {__version__}"
    )
    return CameraCalibration(site, found, view)


def keep_calibration(folder: Path, calibrated: CameraCalibration) -> tuple[Path, Path]:
    """Write the calibration and its page into the site's folder, and make the site name it; gives both paths.

    Raises:
        InputError: The site file cannot be changed without guessing.
        ServiceError: The disk or the folder's owner refuses.
    """
    camera: Camera = calibrated.view.drawn.camera
    left_out = calibrated.view.left_out
    remarks = calibrated.found.remarks
    if left_out:
        remarks = (*remarks, f"Points left out on purpose: {', '.join(left_out)}.")
    text = calibration_text(calibrated.found.calibration, remarks=remarks)
    page = render_calibration_page(calibrated.view)
    written = write_calibration(folder, camera.camera_id, text=text)
    page_path = written.path.with_suffix(".html")
    try:
        page_path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ServiceError(f"cannot be written: {error.strerror}.", where=str(page_path)) from error
    return written.path, page_path


def _without(points: SurveyedPoints, names: tuple[str, ...]) -> SurveyedPoints:
    for name in names:
        if name not in points.names:
            raise InputError(
                f"there is no point {name!r} to leave out",
                where=points.source,
                do=f"Points: {', '.join(points.names)}.",
            )
    return points.without(*(points.names.index(name) for name in names)) if names else points


def _data_uri(still: Path) -> str:
    data = read_bytes(still)
    for beginning, media_type in _PICTURES:
        if data.startswith(beginning):
            return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
    raise InputError("no PNG or JPEG picture.", where=str(still))
