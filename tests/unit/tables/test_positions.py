import json
import tomllib

import pytest

from truceline.tables.positions import json_lines, line_of, toml_lines

TOML = '''\
# a comment with "quotes" and [brackets]
title = "x"  # = not a key
[site]
long = """first = 1
[second]
"""
literal = \'\'\'it's "fine"\'\'\'\'
"quoted.key" = [ # why
  1,
  { deep = 3, dotted.key = "]" },
]
at = 1979-05-27 07:32:00Z
[[camera]]
id = "a"
[camera.sigma]
k1 = 1
[[camera]]
id = "b"
  [camera.sigma]
  k1 = 2
[other . "table"]
last = 1'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("site",), 3),
        (("site", "long"), 4),
        (("site", "literal"), 7),
        (("site", "quoted.key"), 8),
        (("site", "quoted.key", 0), 9),
        (("site", "quoted.key", 1), 10),
        (("site", "quoted.key", 1, "deep"), 10),
        (("site", "quoted.key", 1, "dotted", "key"), 10),
        (("site", "at"), 12),
        (("camera",), 13),
        (("camera", 0, "id"), 14),
        (("camera", 0, "sigma", "k1"), 16),
        (("camera", 1), 17),
        (("camera", 1, "sigma"), 19),
        (("camera", 1, "sigma", "k1"), 20),
        (("other", "table", "last"), 22),
    ],
)
def test_every_key_of_a_toml_text_has_its_line(path, line):
    tomllib.loads(TOML)  # the text is TOML at all
    assert toml_lines(TOML)[path] == line


def test_nothing_but_keys_is_taken_for_a_key():
    names = {path[-1] for path in toml_lines(TOML) if isinstance(path[-1], str)}
    assert names == {
        "title", "site", "long", "literal", "quoted.key", "deep", "dotted", "key", "at",
        "camera", "id", "sigma", "k1", "other", "table", "last",
    }  # fmt: skip


def test_members_and_elements_of_json_have_their_lines():
    text = '{"a": [1,\n [2,\n3]], "b\\"c": {\n"d": "x]}\\\\"},\n"e": null}'
    json.loads(text)
    lines = json_lines(text)
    assert lines[("a",)] == 1
    assert lines[("a", 1)] == 2
    assert lines[("a", 1, 1)] == 3
    assert lines[('b"c', "d")] == 4
    assert lines[("e",)] == 5


def test_a_missing_key_is_placed_at_the_table_around_it():
    lines = toml_lines("[a]\nb = 1\n[c]\n")
    assert line_of(lines, ("c", "missing")) == 3
    assert line_of(lines, ("a", "b")) == 2
    assert line_of(lines, ("nowhere",)) == 1
    assert line_of({}, ()) == 1
