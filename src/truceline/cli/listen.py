"""``truceline listen``: what sounds like a discharge in recordings, how many, and from where."""

from pathlib import Path
from typing import Annotated

import typer


def listen_command(
    recordings: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Recordings with sound, of cameras or microphones."),
    ],
    site: Annotated[
        Path | None, typer.Option(help="The site's folder: local time, places of cameras.")
    ] = None,
    camera: Annotated[str | None, typer.Option(help="Which camera the recording is from.")] = None,
    start: Annotated[str | None, typer.Option(help="UTC of its first instant, RFC 3339.")] = None,
    bound: Annotated[float | None, typer.Option(help="Bound (95 %) on that start, seconds.")] = None,
    place: Annotated[
        bool, typer.Option("--place", help="Say where, from three microphones or more.")
    ] = False,
    air: Annotated[
        float | None, typer.Option(help="Temperature of the air, °C. Without it 12 ± 20 °C.")
    ] = None,
    wind: Annotated[
        str, typer.Option(help="Whither the wind blows, metres a second east and north: 3.0,-1.5")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Write all of it to this file as JSON.")] = None,
) -> None:
    """Tell sudden sounds that are consistent with a discharge, with a count and its interval; never a weapon.

    A note beside each recording (NAME.toml) says who recorded it and when; docs/guide/listen.md.
    """
    import time

    from truceline.cli.heard_tables import heard_lines, placed_lines
    from truceline.cli.progress import shown_progress
    from truceline.errors import InputError
    from truceline.export.sounds import sounds_as_json
    from truceline.pipeline.export import write_export
    from truceline.pipeline.footage import Declared
    from truceline.pipeline.hearing.listening import listen_to
    from truceline.pipeline.hearing.order import listening_of
    from truceline.pipeline.hearing.placing import placed
    from truceline.records.time import UtcNs, parse_utc

    if len(recordings) > 1 and (camera is not None or start is not None or bound is not None):
        raise InputError(
            "--camera, --start and --bound are of one recording",
            do="Write a note beside each recording instead (docs/guide/listen.md).",
        )
    declared = Declared(
        camera_id=camera,
        start_utc_ns=None if start is None else parse_utc(start),
        start_bound_s=bound,
        now_utc_ns=UtcNs(time.time_ns()),
    )
    listening = listening_of(site, declared, temperature_c=air, wind=wind)
    with shown_progress() as progress:
        heard = [listen_to(path, listening, progress=progress) for path in recordings]
    together = placed(heard, listening.air) if place else ()
    offset = None if listening.site is None else listening.site.local_offset_minutes
    for one in heard:
        typer.echo("\n".join(heard_lines(one, offset_minutes=offset)) + "\n")
    if place:
        typer.echo("\n".join(placed_lines(together, offset_minutes=offset)))
    if out is not None:
        write_export(out, sounds_as_json(heard, together))
        typer.echo(f"wrote {out}", err=True)
