"""``truceline events``: crossings and gaps, as a table or in forms that other programs read."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class EventForm(StrEnum):
    """What can be asked for."""

    TABLE = "table"
    JSON = "json"
    GEOJSON = "geojson"
    CSV = "csv"


def events_command(
    station: Annotated[Path, typer.Option(help="The station's folder.")],
    form: Annotated[EventForm, typer.Option("--format", help="In which form.")] = EventForm.TABLE,
    run: Annotated[str, typer.Option(help="Only this run; without it, all of the station's.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write to this file, whole or not at all.")] = None,
) -> None:
    """Print crossings with their uncertainty and how they were judged, and what was not observed."""
    from truceline.cli.progress import shown_progress
    from truceline.cli.tables import event_lines, other_run_lines, put
    from truceline.pipeline.export import Form, events_in_form, export_runs

    with shown_progress() as progress:
        runs = export_runs(station, run_id=run, progress=progress)
    pieces: Iterable[str]
    if form is EventForm.TABLE:
        labels = {track.track.track_id: track.label for one in runs for track in one.tracks}
        tables = (
            other_run_lines(one)
            if one.superseded_by and not run
            else event_lines(one.run, site=one.site, labels=labels)
            for one in runs
        )
        pieces = ("\n".join(lines) + "\n\n" for lines in tables)
    else:
        pieces = events_in_form(runs, Form(form.value))
    put(pieces, out)
    if not runs:
        typer.echo("the station holds no run: nothing was scanned", err=True)
