"""``truceline release``: a finding, sealed."""

import time
from pathlib import Path
from typing import Annotated

import typer

from truceline.records.time import UtcNs


def release_command(
    candidate: Annotated[
        str, typer.Argument(metavar="CANDIDATE", help="Its id or its crossing's, or the first digits.")
    ],
    station: Annotated[Path, typer.Option(help="The station's folder.")],
    key: Annotated[Path, typer.Option(help="The releasing body's private key file.")],
    out: Annotated[Path, typer.Option(metavar="PACK", help="The pack to write; must not exist.")],
    no_passphrase: Annotated[
        bool, typer.Option("--no-passphrase", help="The key file is not encrypted.")
    ] = False,
) -> None:
    """Write the pack of a finding that two reviewers made: page, data, masked frames, manifest, signature."""
    from truceline.cli.keys import asked_passphrase
    from truceline.evidence.keys import read_signing_key
    from truceline.pipeline.release import ReleaseOrder, release
    from truceline.pipeline.review import open_candidate

    opened = open_candidate(station, candidate)
    signing = read_signing_key(key, passphrase=None if no_passphrase else asked_passphrase(confirm=False))
    order = ReleaseOrder(out, out.name, UtcNs(time.time_ns()))
    path = release(opened, order, key=signing)
    typer.echo(f"pack    {path}")
    typer.echo(f"verify  truceline verify {path} --key {signing.public.key_id}")
