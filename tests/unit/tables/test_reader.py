import pytest

from truceline.errors import InputError
from truceline.records.time import parse_utc
from truceline.tables.reader import MAX_BYTES, OPEN_END_UTC_NS, read_json, read_toml


def toml(tmp_path, text):
    path = tmp_path / "file.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_toml(path)


def refusal(call, *arguments, **options):
    with pytest.raises(InputError) as caught:
        call(*arguments, **options)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = 1\nb = \n", 2, "not valid TOML"),
        ("a = 1\n[x\n", 2, "not valid TOML"),
        ("a = 1\na = 2\n", 2, "not valid TOML"),
        (b"a = 1\nb = '\xff'\n", 2, "not UTF-8"),
        ("a = " + "[" * 5000 + "]" * 5000, 1, "too deep"),
        ("a = " + "9" * 5000, 1, "not valid TOML"),
    ],
    ids=["no-value", "no-bracket", "twice", "latin-1", "deep", "long-number"],
)
def test_a_broken_toml_file_is_refused_with_its_line(tmp_path, text, line, words):
    error = refusal(toml, tmp_path, text)
    assert error.where == f"{tmp_path / 'file.toml'}:{line}"
    assert words in error.what


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"a": 1,\n}', 2, "not valid JSON"),
        ("[1]", 1, "no JSON object"),
        ('{"a": NaN}', 1, "NaN"),
        ('{"a": 1, "a": 2}', 1, "stands twice"),
        ('{"a": ' + "[" * 200_000 + "]" * 200_000 + "}", 1, "too deep"),
    ],
    ids=["syntax", "array", "nan", "twice", "deep"],
)
def test_a_broken_json_file_is_refused_with_its_line(tmp_path, text, line, words):
    path = tmp_path / "file.json"
    path.write_text(text)
    error = refusal(read_json, path)
    assert error.where == f"{path}:{line}"
    assert words in error.what


def test_a_missing_a_huge_and_a_wrong_file(tmp_path):
    assert "no such file" in refusal(read_toml, tmp_path / "none.toml").what
    assert "cannot be read" in refusal(read_toml, tmp_path).what
    (tmp_path / "huge.toml").write_bytes(b"#" * (MAX_BYTES + 1))
    assert "larger than" in refusal(read_toml, tmp_path / "huge.toml").what
    (tmp_path / "full.toml").write_bytes(b"#" * MAX_BYTES)
    assert read_toml(tmp_path / "full.toml").values == {}


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path):
    table = toml(tmp_path, b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")
    assert table.values == {"a": 1, "b": 2}
    assert table.document.where(("b",)).endswith(":2")


def test_an_unknown_key_names_the_near_one_and_its_line(tmp_path):
    table = toml(tmp_path, "[line]\nsigma = 1\n")
    error = refusal(table.table, "line", ("sigma_m", "file"))
    assert error.where.endswith(":2")
    assert "unknown key 'sigma' in [line]" in error.what
    assert error.do == "Did you mean 'sigma_m'?"
    far = refusal(toml(tmp_path, "xyz = 1\n").only, ("file",))
    assert far.do == "Known keys: file."


@pytest.mark.parametrize(
    ("text", "method", "options", "words"),
    [
        ("", "text", {}, "'k' is missing"),
        ("k = 1", "text", {}, "k is 1, expected a text"),
        ("k = '  '", "text", {}, "expected a text that is not empty"),
        ("k = 'c'", "text", {"choices": ("a", "b")}, "k is 'c'"),
        ("k = 'a b'", "identifier", {}, "k is 'a b'"),
        ("k = '../x'", "identifier", {}, "k is '../x'"),
        ("k = 'x'", "number", {}, "expected a finite number"),
        ("k = nan", "number", {}, "expected a finite number"),
        ("k = -inf", "number", {}, "expected a finite number"),
        ("k = true", "number", {}, "expected a finite number"),
        ("k = 1" + "0" * 400, "number", {}, "expected a finite number"),
        ("k = 1.5", "number", {"low": 2.0}, "k is 1.5"),
        ("k = 1.5", "number", {"low": 0.0, "high": 1.0}, "k is 1.5"),
        ("k = 1.5", "number", {"high": 1.0}, "k is 1.5"),
        ("k = 1.0", "integer", {"low": 0, "high": 9}, "expected a whole number"),
        ("k = true", "integer", {"low": 0, "high": 9}, "expected a whole number"),
        ("k = 10", "integer", {"low": 0, "high": 9}, "k is 10"),
        ("k = 1", "flag", {}, "expected true or false"),
        ("k = 'a'", "texts", {}, "expected a list"),
        ("k = ['a', 1]", "texts", {}, "expected a list of texts"),
        ("k = [1]", "lists", {}, "expected a list of lists"),
        ("k = [1]", "open_tables", {}, "expected a list of tables"),
        ("k = [1]", "open_table", {}, "expected a table"),
        ("k = 3", "instant", {}, "expected a time"),
        ("k = '12:00'", "instant", {}, "not an RFC 3339 time"),
        ("k = '2020-02-30'", "instant", {}, "not a time that exists"),
        ("k = 2020-01-01T00:00:00", "instant", {}, "no offset from UTC"),
        ("k = '9999-01-01T00:00:00Z'", "instant", {}, "k is 9999"),
        ("k = 0001-01-01T00:00:00+05:00", "instant", {}, "k is 0001"),
    ],
)
def test_a_wrong_value_is_refused_at_its_line(tmp_path, text, method, options, words):
    table = toml(tmp_path, f"# first line\n{text}\n")
    error = refusal(getattr(table, method), "k", **options)
    assert words in error.what
    assert error.where.endswith(":2" if text else ":1")


def test_a_wrong_time_says_that_a_plain_day_will_do(tmp_path):
    error = refusal(toml(tmp_path, "k = 'March 2026'\n").instant, "k")
    assert error.do.endswith("A plain day, like 2026-03-04, means 00:00 UTC.")


def test_text_without_quotes_is_told_to_have_them(tmp_path):
    with pytest.raises(InputError) as caught:
        toml(tmp_path, "# first line\nleft = North\n")
    assert caught.value.where.endswith(":2")
    assert 'left = "North"' in caught.value.do


def test_lists_and_matrices_need_their_size(tmp_path):
    table = toml(tmp_path, "two = [1, 2.5]\nm = [[1, 2], [3]]\nsquare = [[1, 2], [3, 4]]\n")
    assert table.numbers("two", 2) == (1.0, 2.5)
    assert "has 2 numbers" in refusal(table.numbers, "two", 3).what
    assert "not 2 lists of 2 numbers" in refusal(table.matrix, "m", rows=2, columns=2).what
    assert table.matrix("square", rows=2, columns=2) == ((1.0, 2.0), (3.0, 4.0))


@pytest.mark.parametrize(
    "text",
    [
        "'2017-11-13T06:15:23.6Z'",
        "'2017-11-13T15:15:23.600+09:00'",
        "2017-11-13T06:15:23.6Z",
        "2017-11-13 15:15:23.6+09:00",
    ],
)
def test_one_instant_in_many_ways(tmp_path, text):
    assert toml(tmp_path, f"k = {text}").instant("k") == parse_utc("2017-11-13T06:15:23.600Z")


@pytest.mark.parametrize("text", ["'2017-11-13'", "2017-11-13"])
def test_a_day_means_midnight_utc(tmp_path, text):
    assert toml(tmp_path, f"k = {text}").instant("k") == parse_utc("2017-11-13T00:00:00Z")


def test_spans_may_be_open_but_never_empty(tmp_path):
    table = toml(tmp_path, "a = 2020-01-01\nb = 2020-01-02\n")
    assert table.span("a", "c", open_ended=True).end_utc_ns == OPEN_END_UTC_NS
    assert table.span("a", "b", open_ended=False).seconds == 86_400
    assert "'c' is missing" in refusal(table.span, "a", "c", open_ended=False).what
    assert "a is not after b" in refusal(table.span, "b", "a", open_ended=False).what
    assert "a is not after a" in refusal(table.span, "a", "a", open_ended=False).what


def test_defaults_stand_in_for_missing_keys_only(tmp_path):
    table = toml(tmp_path, "n = 0\nf = false\n")
    assert table.number("n", default=3.0) == 0.0
    assert table.number("m", default=3.0) == 3.0
    assert table.flag("f", default=True) is False
    assert table.flag("g", default=True) is True
    assert table.text("t", default="x") == "x"
    assert table.texts("ts", default=("y",)) == ("y",)
    assert table.open_tables("none") == ()
