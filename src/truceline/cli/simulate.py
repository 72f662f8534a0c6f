"""``truceline simulate``: a scenario as footage, with its site and its exact truth."""

from pathlib import Path
from typing import Annotated

import typer


def simulate_command(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or a TOML file.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for everything it makes.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of every random draw.")] = 1,
    variants: Annotated[
        int, typer.Option(min=0, help="Make so many short variants of it, seeds counting up.")
    ] = 0,
    cameras: Annotated[str, typer.Option(help="Film these cameras only: ids, separated by commas.")] = "",
    workers: Annotated[int, typer.Option(min=1, help="Processes that film at once.")] = 2,
    fresh: Annotated[bool, typer.Option("--fresh", help="Do it again even where it stands already.")] = False,
    names: Annotated[bool, typer.Option("--list", help="List the scenarios that are shipped.")] = False,
) -> None:
    """Make footage, site and exact truth of a scenario; the same scenario and seed give the same files.

    The folder appears whole or not at all. What the analysis may see is site/ and footage/; truth/ is for
    people and for evaluation. Everything is stamped as simulated.
    """
    from truceline.cli.progress import shown_progress
    from truceline.errors import InputError
    from truceline.pipeline.simulation.order import SimulationOrder, scenario_titles
    from truceline.pipeline.simulation.simulate import simulate
    from truceline.pipeline.simulation.variants import simulate_variants
    from truceline.present.quantities import plural

    if names:
        for name, title in scenario_titles():
            typer.echo(f"{name:<34} {title}")
        return
    if not scenario:
        raise InputError("no scenario is named.", do="Name one, or see --list.")
    if out is None:
        raise InputError(
            "--out is missing.", where="--out", do="Name the folder that is to be made: --out DIR."
        )
    chosen = tuple(part.strip() for part in cameras.split(",") if part.strip())
    order = SimulationOrder(scenario, out, seed=seed, cameras=chosen, workers=workers, fresh=fresh)
    typer.echo("SIMULATED: everything below is made by a program; nothing of it happened.")
    with shown_progress() as progress:
        if variants:
            results = simulate_variants(order, variants, progress=progress, notice=typer.echo)
        else:
            results = (simulate(order, progress=progress, notice=typer.echo),)
    for result in results:
        typer.echo(f"footage  {result.out / 'footage'}  ({plural(len(result.recordings), 'recording')})")
        typer.echo(f"site     {result.site}")
        typer.echo(f"truth    {result.out / 'truth'}")
