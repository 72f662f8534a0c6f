"""``truceline verify``: check a pack without network, on the base install alone."""

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from truceline.records.releases import CheckOutcome, Tone, Verification

_MARKS = {CheckOutcome.PASSED: "passed", CheckOutcome.FAILED: "FAILED", CheckOutcome.UNCHECKED: "not checked"}
_COLOURS = {Tone.GREEN: "green", Tone.NEUTRAL: "blue", Tone.RED: "red"}


def verify_command(
    pack: Annotated[
        Path, typer.Argument(help="The pack: the folder that holds bagit.txt and signature.json.")
    ],
    key: Annotated[
        list[str] | None,
        typer.Option(
            help="Whom you trust: a key file, a key id or a public key. May be given more than once."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check a pack: what was signed, by whom, by which two reviewers, and that no byte differs.

    Ends with 0 when nothing differs, 2 when it is no pack, 3 when something differs or another key signed it,
    4 when it could not be checked. Only a pack signed by a key that you name is shown in green.
    """
    from truceline.evidence.keys import trusted_keys
    from truceline.evidence.verify import verify_pack

    verification = verify_pack(pack, trusted_keys(key or []))
    if as_json:
        typer.echo(json.dumps(as_object(verification), indent=2, ensure_ascii=False))
    else:
        for line in text_lines(verification):
            typer.echo(line)
        typer.secho(verification.sentence, fg=_COLOURS[verification.tone], bold=True)
    raise typer.Exit(verification.exit_code)


def text_lines(verification: Verification) -> list[str]:
    """The checks in order, each with what was compared, failures with file, offset and both values."""
    lines = [f"Pack {verification.pack_id or verification.path}"]
    if verification.disclosures:
        lines.append(f"It says of itself: {', '.join(verification.disclosures)}.")
    for check in verification.checks:
        lines.append(f"{check.number:>3}  {_MARKS[check.outcome]:<11}  {check.name}: {check.compared}")
        lines.extend(f"     {damage.sentence}" for damage in check.damages)
    outcomes = [check.outcome for check in verification.checks]
    counts = [f"{outcomes.count(outcome)} {mark.lower()}" for outcome, mark in _MARKS.items()]
    lines.append(f"{len(outcomes)} checks: {', '.join(counts)}.")
    return lines


def as_object(verification: Verification) -> dict[str, object]:
    """The verification as a JSON object; ``exit_code`` is that of the command."""
    return {**dataclasses.asdict(verification), "exit_code": verification.exit_code}
