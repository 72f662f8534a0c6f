from pathlib import Path

import pytest

from truceline.errors import InputError
from truceline.records.digests import sha256_of
from truceline.records.time import parse_utc
from truceline.rules import ruleset
from truceline.rules.ruleset import load_rule_pack, shipped_packs

ROOT = Path(__file__).parents[3]
KOREA = (ROOT / "src/truceline/rules/packs/korea-1953.toml").read_text()


def refusal(tmp_path, text):
    path = tmp_path / "pack.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_rule_pack(path)
    return caught.value


def test_the_pack_that_comes_with_truceline():
    assert shipped_packs() == ("korea-1953",)
    pack = load_rule_pack("korea-1953")
    assert pack.digest == sha256_of(KOREA.encode())
    assert (pack.pack_id, pack.instrument_id) == ("korea-1953", "korea-1953")
    assert pack.valid.contains(parse_utc("2017-11-13T06:15:00Z"))
    assert not pack.valid.contains(parse_utc("1953-07-26T23:59:59Z"))
    assert len(pack.signatories) == 3
    rule = pack.rules[0]
    assert len(pack.rules) == 1
    assert (rule.rule_id, rule.paragraph, rule.quotation_source) == ("R-07-CROSS", "7", "UN document S/3079")
    assert (rule.thresholds.considered, rule.thresholds.undecided, rule.thresholds.met) == (0.05, 0.5, 0.95)
    assert rule.min_frames == 2


def test_the_words_of_paragraph_seven_are_exact():
    assert load_rule_pack("korea-1953").rules[0].quotation == (
        "No person, military or civilian, shall be permitted to cross the military demarcation line unless "
        "specifically authorized to do so by the Military Armistice Commission."
    )


def test_a_contested_instrument_is_shown_as_contested():
    """More than one party has its say, each dated and with its source."""
    positions = load_rule_pack("korea-1953").positions
    assert len({position.party for position in positions}) >= 2
    assert all(position.source and position.day for position in positions)


def test_a_pack_by_path_is_the_same_pack(tmp_path):
    (tmp_path / "own.toml").write_text(KOREA)
    assert load_rule_pack(tmp_path / "own.toml") == load_rule_pack("korea-1953")
    assert load_rule_pack(str(tmp_path / "own.toml")).digest == sha256_of(KOREA.encode())


def test_an_unknown_name_and_a_missing_file():
    with pytest.raises(InputError, match="no rule pack 'cyprus'") as caught:
        load_rule_pack("cyprus")
    assert "korea-1953" in caught.value.do
    with pytest.raises(InputError, match="no such file"):
        load_rule_pack("none/cyprus.toml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('paragraph = "7"', 'article = "7"', "unknown key 'article'"),
        ('kind = "crossing"', 'kind = "gunfire"', "kind is 'gunfire'"),
        ("considered = 0.05", "considered = 0.5", "the thresholds are 0.5, 0.5, 0.95"),
        ("met = 0.95", "met = 1.5", "met is 1.5"),
        ("frames = 2", "frames = 0", "frames is 0"),
        ('day = "2013-03-12"', 'day = "12 March"', "day is '12 March'"),
        ("under permit {permit}", "by {name}", "holds the field {name}"),
        ("under permit {permit}", "by {permit.holder}", "holds the field {permit.holder}"),
        ("under permit {permit}", "by {permit!r}", "holds the field {permit}"),
        ("under permit {permit}", "by {permit:>9}", "holds the field {permit}"),
        ("under permit {permit}", "by {", "permitted: "),
        ("under permit {permit}", "by {}", "holds the field {}"),
    ],
)
def test_each_fault_is_refused_with_its_line(tmp_path, old, new, words):
    assert KOREA.count(old) == 1
    text = KOREA.replace(old, new)
    error = refusal(tmp_path, text)
    assert words in error.what
    line = text[: text.index(new)].count("\n") + 1
    assert error.where == f"{tmp_path / 'pack.toml'}:{line}"


def test_thresholds_must_rise(tmp_path):
    text = KOREA.replace("met = 0.95", "met = 0.4")
    assert "the thresholds are 0.05, 0.5, 0.4" in refusal(tmp_path, text).what


def test_a_pack_needs_a_rule_and_each_rule_its_own_id(tmp_path):
    start = KOREA.index("[[rule]]")
    assert "has no [[rule]]" in refusal(tmp_path, KOREA[:start]).what
    assert "'R-07-CROSS' stands twice" in refusal(tmp_path, KOREA + KOREA[start:]).what


def test_every_key_and_field_stands_in_the_reference_page():
    page = (ROOT / "docs/reference/rule-pack.md").read_text()
    keys = {
        *ruleset.PACK_KEYS, *ruleset.INSTRUMENT_KEYS, *ruleset.POSITION_KEYS, *ruleset.RULE_KEYS,
        *ruleset.PROBABILITY_KEYS, *ruleset.EVIDENCE_KEYS, *ruleset.STATEMENT_KEYS,
    }  # fmt: skip
    assert {key for key in keys if f"`{key}`" not in page} == set()
    fields = {field for names in ruleset.STATEMENT_FIELDS.values() for field in names}
    assert {field for field in fields if f"`{{{field}}}`" not in page} == set()
