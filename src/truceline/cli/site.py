"""``truceline site``: make a site's folder and look it over."""

import dataclasses
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truceline.cli.site_calibrate import calibrate_command
from truceline.errors import InputError
from truceline.records.time import UtcNs

if TYPE_CHECKING:
    from truceline.survey.check import SiteCheck

site_app = typer.Typer(
    help="Make a site's folder, calibrate its cameras and look it over.", no_args_is_help=True
)
site_app.command("calibrate")(calibrate_command)

_MARKS = {"note": "·", "warning": "△", "error": "✗"}
_STYLES = {"note": "dim", "warning": "yellow", "error": "bold red"}


@site_app.command()
def new(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to make; must not exist, or be empty.")
    ],
    site_id: Annotated[str, typer.Option("--id", help="Short name of the site.")] = "example",
    name: Annotated[str, typer.Option(help="Name for people.")] = "Example site",
    camera: Annotated[str, typer.Option(help="Short name of its first camera.")] = "camera-1",
    tsai: Annotated[
        Path | None, typer.Option(help="Tsai calibration of that camera (XML, millimetres).")
    ] = None,
    width: Annotated[int, typer.Option(help="Width of its footage, pixels.")] = 1280,
    height: Annotated[int, typer.Option(help="Height of its footage, pixels.")] = 720,
    line: Annotated[str | None, typer.Option(help='Vertices in site metres: "e1,n1 e2,n2 ...".')] = None,
    sigma: Annotated[float, typer.Option(help="Standard deviation of the line across itself, metres.")] = 0.1,
    left: Annotated[str, typer.Option(help="Side on the left of the line as drawn.")] = "North",
    right: Annotated[str, typer.Option(help="Side on the right.")] = "South",
    valid_from: Annotated[
        str, typer.Option(help="Since when the line's survey is in force: a day or an RFC 3339 time.")
    ] = "2020-01-01",
    line_id: Annotated[
        str, typer.Option("--line-id", help="Short name of the line, as findings will state it.")
    ] = "demarcation",
    origin: Annotated[
        str,
        typer.Option(help="Site (0, 0, 0) in WGS 84: LATITUDE,LONGITUDE[,HEIGHT], degrees and metres."),
    ] = "37.9558,126.6767,50",
    utc_offset: Annotated[
        str, typer.Option("--utc-offset", help="Local time beside UTC: +09:00, -03:30.")
    ] = "+09:00",
    instrument: Annotated[
        str, typer.Option(help="The agreement: the id of a rule pack (truceline rules list).")
    ] = "korea-1953",
) -> None:
    """Write a commented folder that loads as it stands and that a surveyor edits."""
    from truceline.survey.new import NewSite, write_new_site

    write_new_site(
        folder,
        NewSite(
            site_id=site_id,
            name=name,
            camera_id=camera,
            tsai=tsai,
            size_px=(width, height),
            line_en_m=None if line is None else _vertices(line),
            sigma_m=sigma,
            sides=(left, right),
            valid_from=valid_from,
            line_id=line_id,
            origin=_origin(origin),
            local_offset=utc_offset,
            instrument=instrument,
        ),
    )
    typer.echo(f"Wrote {folder}. Edit {folder / 'site.toml'}, then: truceline site check {folder}")


@site_app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The site's folder.")],
    rules: Annotated[
        str, typer.Option(help="Rule pack: a name or a file. Without it, that of the site's instrument.")
    ] = "",
    page: Annotated[
        Path | None,
        typer.Option(help="HTML file to write: where a crossing can be decided. It stays at the station."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Load a site and say what a surveyor would; exit code 2 when it must not be used."""
    from truceline.pipeline.sites.check import check_whole_site
    from truceline.pipeline.sites.page import write_site_page

    checked = check_whole_site(folder, at_utc_ns=UtcNs(time.time_ns()), rule_pack=rules)
    if page is not None:
        write_site_page(checked, page)
        typer.echo(f"wrote {page}; it stays at the station", err=True)
    if as_json:
        typer.echo(json.dumps(_as_data(checked), indent=2, ensure_ascii=False))
    else:
        _print(checked)
    if not checked.usable:
        raise typer.Exit(InputError.exit_code)


def _origin(text: str) -> tuple[float, float, float]:
    try:
        latitude, longitude, *height = (float(number) for number in text.split(","))
    except ValueError as error:
        raise InputError(
            f"{text!r} is no origin.",
            where="--origin",
            do="Write latitude, longitude, height: --origin 37.9558,126.6767,50.",
        ) from error
    if len(height) > 1 or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        swapped = abs(latitude) > 90 and abs(longitude) <= 90
        raise InputError(
            f"{text!r} is no place on earth.",
            where="--origin",
            do="Latitude comes first here: they look swapped." if swapped else "Degrees: LATITUDE,LONGITUDE.",
        )
    return latitude, longitude, height[0] if height else 0.0


def _vertices(text: str) -> tuple[tuple[float, float], ...]:
    try:
        pairs = [tuple(float(number) for number in pair.split(",")) for pair in text.split()]
        return tuple((east, north) for east, north in pairs)
    except ValueError as error:
        raise InputError(
            f"{text!r} is no list of vertices.",
            where="--line",
            do='Write east and north in metres: --line "-40,0 40,1.5".',
        ) from error


def _as_data(checked: "SiteCheck") -> dict[str, object]:
    site = checked.site
    return {
        "site": site.site_id,
        "name": site.name,
        "simulated": site.simulated,
        "instrument": site.instrument,
        "digest": site.digest.hex,
        "line": {"id": site.line.line_id, "version": site.line.version, "sigma_m": site.line.sigma_m},
        "sides": [site.line.sides.left, site.line.sides.right],
        "zones": [zone.zone_id for zone in site.zones],
        "permits": [permit.permit_id for permit in site.permits],
        "cameras": [
            {"id": camera_id, "line": None if view is None else dataclasses.asdict(view)}
            for camera_id, view in checked.views
        ],
        "remarks": [dataclasses.asdict(remark) for remark in checked.remarks],
        "usable": checked.usable,
    }


def _print(checked: "SiteCheck") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from truceline.present.quantities import line_name, plural
    from truceline.survey.cameras.views import FOOT_SIGMA_PX, FOOT_SIGMA_SHARE
    from truceline.survey.check import length_of_m

    console = Console(highlight=False)
    site, line = checked.site, checked.site.line
    simulated = "  [bold]SIMULATED[/bold]" if site.simulated else ""
    console.print(f"[bold]{escape(site.name)}[/bold] ({site.site_id}){simulated}")
    console.print(
        f"{line_name(line.line_id)}, version {line.version}, σ {line.sigma_m:g} m: "
        f"left {escape(line.sides.left)}, right {escape(line.sides.right)}"
    )
    console.print(
        f"instrument {site.instrument}; {plural(len(site.zones), 'zone')}, "
        f"{plural(len(site.permits), 'permit')}; digest {site.digest.short}"
    )
    foot = f"σ {FOOT_SIGMA_SHARE:.0%} of the body, at least {FOOT_SIGMA_PX:g} px"
    table = Table(title=f"One look at a foot on the line ({foot})")
    for heading in ("camera", "line seen", "σ across it", "σ in its worst direction", "decided at 95 %"):
        table.add_column(heading)
    for camera_id, view in checked.views:
        if view is None:
            table.add_row(camera_id, "none", *["not measured"] * 3)
            continue
        table.add_row(
            camera_id,
            f"{view.seen_m:.1f} of {length_of_m(line):.1f} m",
            f"{view.best_across_m:.3f} to {view.worst_across_m:.3f} m",
            f"{view.best_m:.3f} to {view.worst_m:.3f} m",
            f"{view.best_decided_m:.2f} to {view.worst_decided_m:.2f} m",
        )
    console.print(table)
    console.print(
        "line seen: metres of it in the picture. σ: how far off one foot on the line may be placed, from the "
        "picture and the calibration, at the best place to the worst; across the line, and in the direction "
        "in which it is worst there (mostly away from the camera). decided: how deep somebody must stand "
        "to be measured beyond the line with probability .95, with the line's own error.",
        style="dim",
    )
    for remark in checked.remarks:
        said = escape(" ".join(part for part in (remark.sentence, remark.do) if part))
        mark = f"{_MARKS[remark.level]} {remark.level}"
        console.print(f"[{_STYLES[remark.level]}]{mark}[/] {escape(remark.subject)}: {said}")
    console.print(_verdict(checked))


def _verdict(checked: "SiteCheck") -> str:
    from truceline.present.quantities import plural

    counts = [
        plural(found, level)
        for level in ("error", "warning")
        if (found := sum(remark.level == level for remark in checked.remarks))
    ]
    said = "The site can be used" if checked.usable else "The site must not be used as it is"
    return "; ".join([said, *counts]) + "."
