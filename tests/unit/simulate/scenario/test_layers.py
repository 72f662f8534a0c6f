"""Layers: what overlays change, take away and add, and that places say which file."""

import pytest

from truceline.errors import InputError
from truceline.simulate.scenario.reading.layers import read_layers

BASE = """\
size = 1
list = [1, 2, 3]
[[actor]]
id = "a"
at = [1, 2]
[[actor.step]]
name = "goes"
do = "walk"
speed = 1
[[actor]]
id = "b"
at = [3, 4]
"""


def lay(text: str, *, layer: str | None = None):
    return read_layers(text, where="over.toml", shipped={"below": BASE}, layer=layer)


def test_keys_are_replaced_and_lists_too():
    table = lay('base = "below"\nsize = 2\nlist = [9]\n')
    assert table.values["size"] == 2
    assert table.values["list"] == [9]
    assert [actor["id"] for actor in table.values["actor"]] == ["a", "b"]


def test_tables_of_a_list_are_matched_by_their_names():
    table = lay(
        'base = "below"\n[[actor]]\nid = "b"\nat = [5, 6]\n[[actor]]\nid = "a"\n'
        '[[actor.step]]\nname = "goes"\nspeed = 2\n[[actor]]\nid = "c"\n'
    )
    first, second, third = table.values["actor"]
    assert first["step"] == [{"name": "goes", "do": "walk", "speed": 2}]
    assert first["at"] == [1, 2]
    assert second["at"] == [5, 6]
    assert third == {"id": "c"}


def test_a_step_that_says_do_is_told_anew():
    table = lay('base = "below"\n[[actor]]\nid = "a"\n[[actor.step]]\nname = "goes"\ndo = "run"\n')
    assert table.values["actor"][0]["step"] == [{"name": "goes", "do": "run"}]


def test_what_is_taken_away_is_gone():
    table = lay('base = "below"\n[[actor]]\nid = "a"\nremove = true\n')
    assert [actor["id"] for actor in table.values["actor"]] == ["b"]


def test_taking_away_what_is_not_there_is_refused():
    with pytest.raises(InputError, match="no 'z' to remove") as caught:
        lay('base = "below"\n[[actor]]\nid = "z"\nremove = true\n')
    assert caught.value.where == "over.toml:2"


def test_places_name_the_file_where_a_value_was_written():
    table = lay('base = "below"\nsize = 2\n[[actor]]\nid = "b"\nat = [5, 6]\n')
    where = table.document.where
    assert where(("size",)) == "over.toml:2"
    assert where(("list",)) == "below.toml:2"
    assert where(("actor", 1, "at")) == "over.toml:5"
    assert where(("actor", 0, "at")) == "below.toml:5"


def test_an_unknown_base_is_refused():
    with pytest.raises(InputError, match="no scenario 'nothing'"):
        lay('base = "nothing"\n')


def test_a_circle_of_bases_is_refused():
    with pytest.raises(InputError, match="to stand on"):
        read_layers('base = "x"\n', where="x.toml", shipped={"x": 'base = "x"\n'})


def test_the_variant_changes_and_never_adds():
    text = 'base = "below"\n[[actor]]\nid = "b"\nremove = true\n'
    text += '[variant]\nsize = 7\n[[variant.actor]]\nid = "b"\nat = [0, 0]\n'
    table = lay(text, layer="variant")
    assert table.values["size"] == 7
    assert [actor["id"] for actor in table.values["actor"]] == ["a"]
    assert "variant" not in table.values
    assert "variant" in lay(text).values
