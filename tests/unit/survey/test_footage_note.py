from pathlib import Path

import pytest

from truceline.errors import InputError
from truceline.records.digests import sha256_of
from truceline.records.time import parse_utc
from truceline.survey.footage_note import NOTE_KEYS, note_path, read_footage_note

NOTE = """\
camera = "west"
start = "2009-06-01T12:00:00.25Z"
start_bound_s = 2.0
start_source = "a wristwatch"
true_rate_hz = 7.0
note = "the container says 10"
simulated = false
"""


def read(tmp_path, text):
    footage = tmp_path / "clip.mp4"
    note_path(footage).write_text(text)
    return read_footage_note(footage)


def test_no_note_is_no_error(tmp_path):
    assert read_footage_note(tmp_path / "clip.mp4") is None


def test_the_note_stands_beside_with_its_whole_name(tmp_path):
    assert note_path(tmp_path / "a.clip.mp4") == tmp_path / "a.clip.mp4.toml"


def test_a_whole_note(tmp_path):
    note = read(tmp_path, NOTE)
    assert note.camera_id == "west"
    assert note.start_utc_ns == parse_utc("2009-06-01T12:00:00.25Z")
    assert (note.start_bound_s, note.start_source, note.true_rate_hz) == (2.0, "a wristwatch", 7.0)
    assert (note.note, note.simulated) == ("the container says 10", False)
    assert note.digest == sha256_of(NOTE.encode())


def test_what_may_be_left_out(tmp_path):
    note = read(tmp_path, "".join(NOTE.splitlines(keepends=True)[:4]))
    assert (note.true_rate_hz, note.note, note.simulated) == (None, "", False)
    assert read(tmp_path, NOTE.replace("the container says 10", "")).note == ""


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("start_bound_s", "start_bound", 3, "unknown key 'start_bound'"),
        ("2.0", "0", 3, "no clock is exact"),
        ("2.0", "0.0", 3, "no clock is exact"),
        ("2.0", "-1", 3, "start_bound_s is -1"),
        (".25Z", "", 2, "not an RFC 3339 time"),
        ("7.0", "0", 5, "true_rate_hz is 0"),
        ('"west"', '"the west"', 1, "camera is 'the west'"),
    ],
)
def test_each_fault_is_refused_with_its_line(tmp_path, old, new, line, words):
    with pytest.raises(InputError) as caught:
        read(tmp_path, NOTE.replace(old, new))
    assert words in caught.value.what
    assert caught.value.where == f"{tmp_path / 'clip.mp4.toml'}:{line}"


def test_every_key_stands_in_the_reference_page():
    page = (Path(__file__).parents[3] / "docs" / "reference" / "footage-note.md").read_text()
    assert [key for key in NOTE_KEYS if f"| `{key}` |" not in page] == []
