import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.survey.folders import SITE, changed, write_site
from truceline.cli.site import site_app
from truceline.errors import InputError
from truceline.rules import ruleset
from truceline.survey.load import load_site


def run(*arguments):
    return CliRunner().invoke(site_app, [str(argument) for argument in arguments])


def test_new_then_check(tmp_path):
    made = run("new", tmp_path / "s", "--id", "s-1", "--line", "-20,0 20,1", "--left", "A", "--right", "B")
    assert made.exit_code == 0, made.output
    assert load_site(tmp_path / "s").line.vertices_en_m.tolist() == [[-20, 0], [20, 1]]
    checked = run("check", tmp_path / "s")
    assert checked.exit_code == 2, checked.output
    assert "left A, right B" in checked.output
    assert "1 zone, 0 permits" in checked.output
    assert "The site must not be used as it is; 1 error; 3 warnings." in checked.output


@pytest.mark.parametrize(
    ("basis", "words"),
    [("surveyed", "The site can be used."), ("assumed", "The site can be used; 1 warning.")],
)
def test_the_last_sentence_counts_the_warnings(tmp_path, basis, words):
    checked = run("check", write_site(tmp_path, changed('"surveyed"', f'"{basis}"')))
    assert checked.exit_code == 0, checked.output
    assert checked.output.splitlines()[-1] == words


def test_an_instrument_without_a_rule_pack_is_an_error_until_one_is_named(tmp_path):
    folder = write_site(tmp_path / "site", changed('"korea-1953"', '"undof-1974"'))
    alone = run("check", folder)
    assert alone.exit_code == 2
    assert "error instrument: No rule pack 'undof-1974' comes with Truceline" in alone.output
    pack = Path(ruleset.__file__).parent / "packs" / "korea-1953.toml"
    own = tmp_path / "own.toml"
    own.write_text(pack.read_text().replace('id = "korea-1953"', 'id = "undof-1974"'))
    assert run("check", folder, "--rules", own).exit_code == 0
    other = run("check", folder, "--rules", "korea-1953")
    assert other.exit_code == 2
    assert "the rule pack is for 'korea-1953'" in " ".join(other.output.split())


def test_an_origin_is_given_latitude_first(tmp_path):
    made = run("new", tmp_path / "s", "--origin", "33.1,35.5", "--utc-offset", "+02:00", "--line-id", "blue")
    assert made.exit_code == 0, made.output
    assert load_site(tmp_path / "s").origin.longitude_deg == 35.5
    for text, words in (("126.7,37.9", "look swapped"), ("north", "Write latitude"), ("1,2,3,4", "Degrees")):
        refused = run("new", tmp_path / "t", "--origin", text)
        assert isinstance(refused.exception, InputError)
        assert words in refused.exception.do


def test_check_says_that_it_wrote_the_page(tmp_path):
    shown = run("check", write_site(tmp_path / "site"), "--page", tmp_path / "page.html")
    assert f"wrote {tmp_path / 'page.html'}" in shown.output
    assert "north" in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize("line", ["", "1", "1,2,3 4,5,6", "1,a 2,3", "1,2 nan,0"])
def test_a_line_that_is_none_is_refused(tmp_path, line):
    result = run("new", tmp_path / "s", "--line", line)
    assert isinstance(result.exception, InputError)
    assert not (tmp_path / "s").exists()


def test_check_as_json(tmp_path):
    result = run("check", write_site(tmp_path), "--json")
    data = json.loads(result.stdout)
    assert (data["site"], data["usable"], data["sides"]) == ("test", True, ["North", "South"])
    assert data["cameras"][0]["line"]["seen_m"] > 20
    assert data["digest"] == load_site(tmp_path).digest.hex


def test_an_unusable_site_exits_with_two(tmp_path):
    folder = write_site(tmp_path, changed("tilt_deg = -15.0", "tilt_deg = 30.0"))
    shown = run("check", folder)
    assert shown.exit_code == 2
    assert "above the horizon" in shown.output
    assert "must not be used" in shown.output
    as_json = run("check", folder, "--json")
    assert as_json.exit_code == 2
    assert json.loads(as_json.stdout)["usable"] is False


def test_names_with_square_brackets_are_shown_as_they_are(tmp_path):
    result = run("check", write_site(tmp_path, SITE.replace('"Test site"', '"[red]site[/red]"')))
    assert "[red]site[/red]" in result.output
    assert "SIMULATED" in result.output
