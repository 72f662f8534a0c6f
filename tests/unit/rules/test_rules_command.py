from typer.testing import CliRunner

from truceline.cli.rules import rules_app
from truceline.errors import InputError
from truceline.rules.ruleset import load_rule_pack


def run(*arguments):
    return CliRunner().invoke(rules_app, [str(argument) for argument in arguments])


def test_show_prints_words_thresholds_and_positions():
    shown = run("show", "korea-1953")
    assert shown.exit_code == 0, shown.output
    pack = load_rule_pack("korea-1953")
    said = [
        pack.digest.hex,
        pack.rules[0].quotation,
        "UN document S/3079",
        "undecided from 0.5",
        "no end stated",
    ]
    said += [position.statement for position in pack.positions]
    assert [words for words in said if words not in shown.output] == []
    assert shown.output.count("not proof-read") == sum(not position.checked for position in pack.positions)


def test_check_says_what_was_read(tmp_path):
    assert run("check", "korea-1953").output.startswith("korea-1953 version 1: 1 rules, 3 positions")
    (tmp_path / "bad.toml").write_text("[pack]\nidd = 1\n")
    failed = run("check", tmp_path / "bad.toml")
    assert isinstance(failed.exception, InputError)
    assert failed.exception.where == f"{tmp_path / 'bad.toml'}:2"
