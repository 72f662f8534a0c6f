"""``truceline review``: one person's signed decision on one candidate."""

import time
from pathlib import Path
from typing import Annotated

import typer

from truceline.records.reviews import Verdict
from truceline.records.time import UtcNs


def review_command(
    candidate: Annotated[
        str, typer.Argument(metavar="CANDIDATE", help="Its id or its crossing's, or the first digits.")
    ],
    station: Annotated[Path, typer.Option(help="The station's folder.")],
    verdict: Annotated[Verdict, typer.Option(help="What you find.", case_sensitive=False)],
    reason: Annotated[str, typer.Option(help="Why, in at least ten characters.")],
    key: Annotated[Path, typer.Option(help="Your private key file.")],
    no_passphrase: Annotated[
        bool, typer.Option("--no-passphrase", help="The key file is not encrypted.")
    ] = False,
) -> None:
    """Decide on a candidate, alone and with a reason, and sign it with your own key.

    What others decided is not shown. A finding needs the same verdict from two different reviewers.
    """
    from truceline.cli.keys import asked_passphrase
    from truceline.evidence.keys import read_signing_key
    from truceline.pipeline.pages import write_station_page
    from truceline.pipeline.review import Vote, decide, finding_on, open_candidate

    opened = open_candidate(station, candidate)
    signing = read_signing_key(key, passphrase=None if no_passphrase else asked_passphrase(confirm=False))
    path = decide(opened, Vote(verdict, reason, UtcNs(time.time_ns())), key=signing)
    typer.echo(
        f"decided {verdict.value} on {opened.judgement.judgement_id}, signed by {signing.public.key_id}"
    )
    typer.echo(f"kept    {path}")
    finding = finding_on(opened)
    # The same words whether nobody else decided or somebody differs: neither tells what the other found.
    said = "none yet" if finding is None else f"{finding.verdict.value}, by two reviewers"
    typer.echo(f"finding {said}")
    write_station_page(opened.station, opened.site)
