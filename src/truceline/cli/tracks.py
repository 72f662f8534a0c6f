"""``truceline tracks``: what moved, as a table or in forms that other programs read."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class TrackForm(StrEnum):
    """What can be asked for."""

    TABLE = "table"
    JSON = "json"
    GEOJSON = "geojson"
    CSV = "csv"
    MOT = "mot"


def tracks_command(
    station: Annotated[Path, typer.Option(help="The station's folder.")],
    form: Annotated[TrackForm, typer.Option("--format", help="In which form.")] = TrackForm.TABLE,
    run: Annotated[str, typer.Option(help="Only this run; without it, all of the station's.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write to this file, whole or not at all.")] = None,
    every_row: Annotated[
        bool, typer.Option("--all", help="MOTChallenge: rows that were not seen too, with confidence 0.")
    ] = False,
) -> None:
    """Print the tracks of a station, every position with its error; what was not seen says so."""
    from truceline.cli.progress import shown_progress
    from truceline.cli.tables import other_run_lines, put, track_lines
    from truceline.pipeline.export import Form, export_runs, tracks_in_form

    with shown_progress() as progress:
        runs = export_runs(station, run_id=run, progress=progress)
    pieces: Iterable[str]
    if form is TrackForm.TABLE:
        tables = (other_run_lines(one) if one.superseded_by and not run else track_lines(one) for one in runs)
        pieces = ("\n".join(lines) + "\n\n" for lines in tables)
    else:
        pieces = tracks_in_form(runs, Form(form.value), with_unobserved=every_row)
    put(pieces, out)
    if not runs:
        typer.echo("the station holds no run: nothing was scanned", err=True)
