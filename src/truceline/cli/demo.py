"""``truceline demo``: the whole journey on the simulated model incident."""

from pathlib import Path
from typing import Annotated

import typer


def demo_command(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for everything it makes.")] = Path(
        "demo-out"
    ),
    seed: Annotated[int, typer.Option(help="Which variant of the incident is simulated.")] = 7,
) -> None:
    """Simulate the model incident, scan it, decide by script, seal a pack, verify it, refuse a changed byte.

    The simulation is kept in the folder: a second demonstration of the same seed begins with the scan.
    """
    from truceline.cli.progress import shown_progress
    from truceline.pipeline.demo.journey import demonstrate

    typer.echo("SIMULATED: everything below is made by a program; nothing of it happened.")
    with shown_progress() as progress:
        result = demonstrate(out, seed=seed, progress=progress, notice=typer.echo)
    typer.echo("")
    for line in result.lines:
        typer.echo(line)
    if not result.good:
        typer.echo("truceline: the demonstration did not end as it must", err=True)
        raise typer.Exit(1)
