"""The rule set: reads a rule pack, a TOML file, strictly."""

import string
from datetime import date
from importlib import resources
from pathlib import Path

from truceline.errors import InputError
from truceline.records.rules import Position, Rule, RuleKind, RulePack, Statements, Thresholds
from truceline.tables.reader import Table, read_toml

TOP_KEYS = ("pack", "instrument", "position", "rule")
PACK_KEYS = ("id", "version")
INSTRUMENT_KEYS = ("id", "name", "signatories", "valid_from", "valid_until", "valid_source")
POSITION_KEYS = ("party", "day", "statement", "source", "checked")
RULE_KEYS = (
    "id",
    "paragraph",
    "title",
    "kind",
    "quotation",
    "quotation_source",
    "permit_authority",
    "probability",
    "evidence",
    "statement",
)
PROBABILITY_KEYS = (
    "considered",
    "considered_reason",
    "undecided",
    "undecided_reason",
    "met",
    "met_reason",
)
EVIDENCE_KEYS = ("frames", "frames_reason")
STATEMENT_KEYS = ("met", "undecided", "not_met", "permitted")

STATEMENT_FIELDS = {
    RuleKind.CROSSING: ("from_side", "to_side", "depth", "stay", "returned", "permit"),
}
"""What may stand in curly brackets in a statement, by the kind of rule."""


def load_rule_pack(name_or_path: str | Path) -> RulePack:
    """A pack that comes with Truceline, by name (``korea-1953``), or any other by the path of its file.

    Raises:
        InputError: There is no such pack, or something in it is missing, unknown or cannot be.
    """
    top = read_toml(_pack_path(name_or_path)).only(TOP_KEYS)
    pack = top.table("pack", PACK_KEYS)
    instrument = top.table("instrument", INSTRUMENT_KEYS)
    rules = tuple(_rule(table) for table in top.tables("rule", RULE_KEYS))
    if not rules:
        top.refuse("rule", "the pack has no [[rule]]")
    for index, rule in enumerate(rules):
        if any(rule.rule_id == other.rule_id for other in rules[:index]):
            top.open_tables("rule")[index].refuse("id", f"the rule {rule.rule_id!r} stands twice")
    return RulePack(
        pack_id=pack.identifier("id"),
        version=pack.text("version"),
        instrument_id=instrument.identifier("id"),
        instrument=instrument.text("name"),
        signatories=instrument.texts("signatories"),
        valid=instrument.span("valid_from", "valid_until", open_ended=True),
        valid_source=instrument.text("valid_source"),
        positions=tuple(_position(table) for table in top.tables("position", POSITION_KEYS)),
        rules=rules,
        digest=top.document.digest,
    )


def shipped_packs() -> tuple[str, ...]:
    """The names of the packs that come with Truceline, sorted."""
    names = (entry.name for entry in resources.files("truceline.rules").joinpath("packs").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _pack_path(name_or_path: str | Path) -> Path:
    text = str(name_or_path)
    if text in shipped_packs():
        return Path(__file__).parent / "packs" / f"{text}.toml"
    path = Path(name_or_path)
    if path.suffix != ".toml":
        raise InputError(
            f"there is no rule pack {text!r}.",
            do=f"Packs that come with Truceline: {', '.join(shipped_packs())}; or name a .toml file.",
        )
    return path


def _position(table: Table) -> Position:
    day = table.text("day")
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise table.fault("day", f"day is {day!r}", do="Write a day like 2013-03-11.") from error
    return Position(
        party=table.text("party"),
        day=day,
        statement=table.text("statement"),
        source=table.text("source"),
        checked=table.flag("checked"),
    )


def _rule(table: Table) -> Rule:
    kind = RuleKind(table.text("kind", choices=tuple(RuleKind)))
    evidence = table.table("evidence", EVIDENCE_KEYS)
    return Rule(
        rule_id=table.identifier("id"),
        paragraph=table.text("paragraph"),
        title=table.text("title"),
        kind=kind,
        quotation=table.text("quotation"),
        quotation_source=table.text("quotation_source"),
        permit_authority=table.text("permit_authority"),
        thresholds=_thresholds(table.table("probability", PROBABILITY_KEYS)),
        min_frames=evidence.integer("frames", low=1, high=1000),
        min_frames_reason=evidence.text("frames_reason"),
        statements=_statements(table.table("statement", STATEMENT_KEYS), STATEMENT_FIELDS[kind]),
    )


def _thresholds(table: Table) -> Thresholds:
    considered, undecided, met = (table.number(key, low=0.0, high=1.0) for key in PROBABILITY_KEYS[::2])
    if not 0 < considered < undecided < met < 1:
        table.refuse(
            "considered",
            f"the thresholds are {considered:g}, {undecided:g}, {met:g}",
            do="They must rise: 0 < considered < undecided < met < 1.",
        )
    return Thresholds(
        considered=considered,
        considered_reason=table.text("considered_reason"),
        undecided=undecided,
        undecided_reason=table.text("undecided_reason"),
        met=met,
        met_reason=table.text("met_reason"),
    )


def _statements(table: Table, fields: tuple[str, ...]) -> Statements:
    for key in STATEMENT_KEYS:
        _check_template(table, key, fields=fields)
    return Statements(*(table.text(key) for key in STATEMENT_KEYS))


def _check_template(table: Table, key: str, *, fields: tuple[str, ...]) -> None:
    try:
        parts = list(string.Formatter().parse(table.text(key)))
    except ValueError as error:
        raise table.fault(key, f"{key}: {error}", do="Write fields like {from_side}.") from error
    for _, name, layout, conversion in parts:
        if name is not None and (name not in fields or layout or conversion):
            known = ", ".join(f"{{{field}}}" for field in fields)
            table.refuse(key, f"{key} holds the field {{{name}}}", do=f"Known fields: {known}.")
