"""``truceline site calibrate``: a camera's calibration from surveyed points."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from truceline.present.views.survey import CalibrationView


def calibrate_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The site's folder.")],
    camera: Annotated[str, typer.Option(help="Camera of the site.")],
    points: Annotated[
        Path,
        typer.Option(help="Surveyed points: CSV with u, v, east, north, up; sigma_m, sigma_px, name."),
    ],
    focal: Annotated[
        float | None, typer.Option(help="Focal length in pixels, when the lens is known (± 3 %).")
    ] = None,
    height: Annotated[
        float | None, typer.Option(help="Height of the camera above the ground, metres (± 5 cm).")
    ] = None,
    aspect: Annotated[
        float,
        typer.Option(
            min=0.5, max=2.0, help="Focal length along u over that along v; 1 for every digital camera."
        ),
    ] = 1.0,
    leave_out: Annotated[
        list[str] | None, typer.Option(help="Name of a point that is not to be used; may be repeated.")
    ] = None,
    still: Annotated[
        Path | None, typer.Option(help="A picture of the camera (PNG or JPEG) to draw the points on.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print only; write nothing.")] = False,
) -> None:
    """Calibrate a camera from surveyed points, with the errors of all its parameters.

    Writes the calibration and a page with the residuals into the site's folder, and makes the site name it;
    earlier calibrations stay beside it.
    """
    from truceline.pipeline.sites.calibrate import CalibrationRequest, calibrate_camera, keep_calibration
    from truceline.survey.cameras.from_points.calibration import Known

    request = CalibrationRequest(
        camera_id=camera,
        points=points,
        known=Known(focal_px=focal, height_m=height, aspect=aspect),
        leave_out=tuple(leave_out or ()),
        still=still,
    )
    calibrated = calibrate_camera(folder, request)
    _print(calibrated.view)
    if dry_run:
        typer.echo("Nothing was written.")
        return
    calibration, page = keep_calibration(folder, calibrated)
    typer.echo(f"calibration  {calibration}")
    typer.echo(f"page         {page}")
    typer.echo(f"The site names it now. Then: truceline site check {folder}")


def _print(view: "CalibrationView") -> None:
    import numpy as np
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from truceline.present.pages.survey_pages import calibration_figures

    console = Console(highlight=False)
    drawn = view.drawn
    table = Table(title=f"Points of camera {drawn.camera.camera_id}; left out: predicted by the others")
    for heading in ("point", "fitted px", "left out px", "left out m", "left out σ"):
        table.add_column(heading, justify="left" if heading == "point" else "right")
    residuals = drawn.residuals
    for row, name in enumerate(drawn.points.names):
        away_m = float(residuals.left_out_m[row])
        table.add_row(
            escape(name),
            f"{float(np.linalg.norm(residuals.fitted_px[row])):.2f}",
            f"{float(np.linalg.norm(residuals.left_out_px[row])):.2f}",
            f"{away_m:.3f}" if np.isfinite(away_m) else "at the horizon",
            f"{float(residuals.left_out_sigmas[row]):.1f}",
        )
    console.print(table)
    for fact in calibration_figures(view):
        console.print(f"{fact.term}: {fact.value} ({fact.note})")
    for remark in view.remarks:
        console.print(f"[yellow]△ warning[/] {escape(remark)}")
