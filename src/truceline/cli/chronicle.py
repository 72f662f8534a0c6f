"""``truceline chronicle``: what all cameras of a station show together."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ChronicleForm(StrEnum):
    """What can be asked for."""

    TABLE = "table"
    JSON = "json"
    GEOJSON = "geojson"
    CSV = "csv"


def chronicle_command(
    station: Annotated[Path, typer.Option(help="The station's folder.")],
    form: Annotated[ChronicleForm, typer.Option("--format", help="In which form.")] = ChronicleForm.TABLE,
    out: Annotated[Path | None, typer.Option(help="Write to this file, whole or not at all.")] = None,
) -> None:
    """Print what all cameras show together: who did what, when, where, how surely, and who may be who."""
    from truceline.cli.progress import shown_progress
    from truceline.cli.tables import chronicle_lines, put
    from truceline.pipeline.chronicle import chronicle_in_form, chronicle_of_station

    with shown_progress() as progress:
        chronicle, site = chronicle_of_station(station, progress=progress)
    pieces: Iterable[str]
    if form is ChronicleForm.TABLE:
        lines = chronicle_lines(chronicle, site=site) or ["nobody was followed by any camera"]
        pieces = ["\n".join(lines).lstrip("\n") + "\n"]
    else:
        pieces = chronicle_in_form(chronicle, site, form=form.value)
    put(pieces, out)
