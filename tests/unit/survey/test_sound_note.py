"""The sound note: microphone, place, start; what is wrong in it is refused with its line."""

import pytest

from truceline.errors import InputError
from truceline.records.time import parse_utc
from truceline.survey.sound_note import PLACE_SIGMA_M, is_sound_note, read_sound_note

WHOLE = """microphone = "m1"
place_enu_m = [1.0, -2.0, 3.0]
start = "2017-11-13T06:15:20Z"
start_bound_s = 0.05
start_source = "a radio clock"
"""


def noted(folder, text):
    (folder / "a.wav.toml").write_text(text, encoding="utf-8")
    return folder / "a.wav"


def test_a_whole_note_is_read(tmp_path):
    note = read_sound_note(noted(tmp_path, WHOLE + "simulated = true\nplace_sigma_m = 0.1\n"))
    assert note.microphone.microphone_id == "m1"
    assert note.microphone.place_enu_m == (1.0, -2.0, 3.0)
    assert note.microphone.place_sigma_m == 0.1
    assert note.clock.start_utc_ns == parse_utc("2017-11-13T06:15:20Z")
    assert note.clock.bound_s == 0.05
    assert note.simulated


def test_a_place_may_be_unknown_and_an_error_unstated(tmp_path):
    text = "\n".join(line for line in WHOLE.splitlines() if not line.startswith("place"))
    note = read_sound_note(noted(tmp_path, text))
    assert note.microphone.place_enu_m is None
    assert note.microphone.place_sigma_m == PLACE_SIGMA_M
    assert not note.simulated


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[1.0, -2.0, 3.0]", "[1.0, -2.0]", "2 numbers"),
        ("0.05", "0", "no clock is exact"),
        ("start =", "starts =", "unknown key"),
        ('"m1"', '"m 1"', "microphone is"),
        ("Z", "", "offset"),
    ],
)
def test_a_wrong_note_is_refused(tmp_path, old, new, said):
    with pytest.raises(InputError, match=said):
        read_sound_note(noted(tmp_path, WHOLE.replace(old, new)))


def test_whose_note_it_is(tmp_path):
    assert is_sound_note(noted(tmp_path, WHOLE))
    assert not is_sound_note(noted(tmp_path, 'camera = "west"\n'))
    assert not is_sound_note(tmp_path / "b.wav")
