"""The page of a site: what was found, and where a crossing can be decided."""

from pathlib import Path

from truceline import __version__
from truceline.errors import ServiceError
from truceline.present.drawing.deciding_svg import deciding_window, grid_of
from truceline.present.pages.survey_pages import render_survey_page
from truceline.present.views.survey import CameraSight, SurveyRemark, SurveyView
from truceline.survey.cameras.deciding import decidable_ground, decidable_line
from truceline.survey.cameras.views import DECIDED_BAND_M, LineView
from truceline.survey.check import SiteCheck


def write_site_page(checked: SiteCheck, out: Path) -> None:
    """Write the page of a site that was looked over. It stays at the station.

    Raises:
        ServiceError: The disk or the folder's owner refuses.
    """
    site = checked.site
    window = deciding_window(site)
    cell_m, shape = grid_of(window)
    page = render_survey_page(
        SurveyView(
            site=site,
            remarks=tuple(
                SurveyRemark(remark.level.value, remark.subject, remark.sentence, remark.do)
                for remark in checked.remarks
            ),
            sights=tuple(_sight(camera_id, view) for camera_id, view in checked.views),
            ground=decidable_ground(
                site, west_m=window.west_m, north_m=window.north_m, cell_m=cell_m, shape=shape
            ),
            along=decidable_line(site),
            band_m=DECIDED_BAND_M,
            usable=checked.usable,
            software=f"truceline {__version__}",
        )
    )
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ServiceError(f"cannot be written: {error.strerror}.", where=str(out)) from error


def _sight(camera_id: str, view: LineView | None) -> CameraSight:
    if view is None:
        return CameraSight(camera_id, None, None, None)
    return CameraSight(
        camera_id,
        view.seen_m,
        (view.best_across_m, view.worst_across_m),
        (view.best_decided_m, view.worst_decided_m),
    )
