"""``truceline scan``: from a site's footage to candidates."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def scan_command(
    site: Annotated[Path, typer.Argument(metavar="SITE", help="The site's folder.")],
    footage: Annotated[list[Path], typer.Argument(metavar="FOOTAGE...", help="Recordings of its cameras.")],
    station: Annotated[Path, typer.Option(help="The station's folder; made when it is missing.")],
    camera: Annotated[str | None, typer.Option(help="Which camera the footage is from.")] = None,
    start: Annotated[str | None, typer.Option(help="UTC of its first instant, RFC 3339.")] = None,
    bound: Annotated[float | None, typer.Option(help="Bound (95 %) on that start, seconds.")] = None,
    rate: Annotated[
        float | None, typer.Option(help="True frame rate, where the container lies about it.")
    ] = None,
    rules: Annotated[
        str, typer.Option(help="Rule pack: a name or a file. Without it, that of the site's instrument.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Seed of every random draw.")] = 1953,
    causal: Annotated[
        bool,
        typer.Option("--causal", help="Tell each frame before the next one is looked at, as live does."),
    ] = False,
    sound: Annotated[
        list[Path] | None,
        typer.Option(
            help="A recording with sound to listen to (a microphone's, or footage); may be repeated."
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes that watch units of ten minutes at once.")
    ] = 1,
) -> None:
    """Track people on the site's map, measure crossings of its line and judge them under its rules.

    A note beside the footage (FOOTAGE.toml) says camera, start and rate; the options beat it. With --causal
    what is told of a frame rests on no later one, and what is told of a crossing on the seconds after it.
    An interrupted scan goes on where it was, and the number of workers changes nothing but the time it takes.
    """
    import time

    from truceline.cli.progress import shown_progress
    from truceline.cli.tables import chronicle_lines, event_lines
    from truceline.config import AnalysisConfig
    from truceline.pipeline.footage import Declared
    from truceline.pipeline.scan import ScanOrder, scan
    from truceline.pipeline.scan_words import scanned
    from truceline.records.time import UtcNs, parse_utc

    declared = Declared(
        camera_id=camera,
        start_utc_ns=None if start is None else parse_utc(start),
        start_bound_s=bound,
        true_rate_hz=rate,
        now_utc_ns=UtcNs(time.time_ns()),
    )
    order = ScanOrder(
        site_folder=site,
        footage=tuple(footage),
        station_folder=station,
        declared=declared,
        rule_pack=rules,
        config=AnalysisConfig(seed=seed, causal=causal),
        workers=workers,
        sound=tuple(sound or ()),
    )
    with shown_progress() as progress:
        result = scan(order, progress=progress, notice=typer.echo, found=_found)
    typer.echo(scanned(result.runs))
    for run in result.runs:
        for text in event_lines(run, site=result.site):
            typer.echo(text)
    for text in chronicle_lines(result.chronicle, site=result.site):
        typer.echo(text)
    typer.echo(f"page  {result.page}")


def _found(words: str) -> None:
    """To somebody who waits; the table at the end says it again, for whoever keeps what is printed."""
    if sys.stderr.isatty():
        typer.echo(words, err=True)
