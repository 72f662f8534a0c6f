"""``truceline demo``: the whole journey on a drawn incident."""

from pathlib import Path
from typing import Annotated

import typer


def demo_command(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for everything it makes.")] = Path(
        "demo-out"
    ),
    seed: Annotated[int, typer.Option(help="Which incident is drawn.")] = 7,
) -> None:
    """Draw an incident, scan it, decide by script, seal a pack, verify it, and refuse a changed byte."""
    from truceline.cli.progress import shown_progress
    from truceline.pipeline.demo import demonstrate

    typer.echo("SIMULATED: everything below is drawn by a program; nothing of it happened.")
    with shown_progress() as progress:
        result = demonstrate(out, seed=seed, progress=progress, notice=typer.echo)
    typer.echo("")
    for line in result.lines:
        typer.echo(line)
    if not result.good:
        typer.echo("truceline: the demonstration did not end as it must", err=True)
        raise typer.Exit(1)
