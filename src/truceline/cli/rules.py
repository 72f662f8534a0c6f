"""``truceline rules``: read a rule pack."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from truceline.records.rules import Rule, RulePack

rules_app = typer.Typer(help="Read a rule pack.", no_args_is_help=True)


@rules_app.command()
def show(
    pack: Annotated[str, typer.Argument(metavar="PACK", help="Name of a pack, or the path of a .toml file.")],
) -> None:
    """Print a rule pack: instrument, positions on it, and every rule with its thresholds and reasons."""
    from truceline.rules.ruleset import load_rule_pack

    for text in _pack_lines(load_rule_pack(pack)):
        typer.echo(text)


@rules_app.command()
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Path of a .toml file, or name of a pack.")],
) -> None:
    """Read a rule pack strictly; errors name file and line."""
    from truceline.rules.ruleset import load_rule_pack

    loaded = load_rule_pack(file)
    typer.echo(
        f"{loaded.pack_id} version {loaded.version}: {len(loaded.rules)} rules, "
        f"{len(loaded.positions)} positions, digest {loaded.digest.short}"
    )


def _pack_lines(pack: "RulePack") -> list[str]:
    from truceline.records.time import format_utc
    from truceline.tables.reader import OPEN_END_UTC_NS

    ends = pack.valid.end_utc_ns
    until = "no end stated" if ends == OPEN_END_UTC_NS else f"until {format_utc(ends, digits=0)}"
    lines = [
        f"{pack.instrument} ({pack.instrument_id})",
        f"  pack {pack.pack_id} version {pack.version}, SHA-256 {pack.digest.hex}",
        f"  in force from {format_utc(pack.valid.start_utc_ns, digits=0)}, {until}: {pack.valid_source}",
        f"  signed by: {'; '.join(pack.signatories)}",
        "  positions on it, as dated:" if pack.positions else "  no positions recorded",
    ]
    for position in pack.positions:
        checked = "proof-read" if position.checked else "not proof-read against the original"
        lines += [
            f"    {position.day}  {position.party}: {position.statement}",
            f"                source: {position.source} ({checked})",
        ]
    for rule in pack.rules:
        lines += ["", *_rule_lines(rule)]
    return lines


def _rule_lines(rule: "Rule") -> list[str]:
    limits = rule.thresholds
    return [
        f"{rule.rule_id}  paragraph {rule.paragraph}: {rule.title}",
        f"  “{rule.quotation}”",
        f"  {rule.quotation_source}",
        f"  judges: {rule.kind}; may be authorised by {rule.permit_authority}",
        f"  considered from probability {limits.considered:g}: {limits.considered_reason}",
        f"  undecided from {limits.undecided:g}: {limits.undecided_reason}",
        f"  met from {limits.met:g}: {limits.met_reason}",
        f"  frames that must show it: {rule.min_frames} ({rule.min_frames_reason})",
        "  always needed: the line's version in force at the time; a calibration that states its errors",
        f"  says when met:       {rule.statements.met}",
        f"       when undecided: {rule.statements.undecided}",
        f"       when not met:   {rule.statements.not_met}",
        f"       with a permit:  {rule.statements.permitted}",
    ]
