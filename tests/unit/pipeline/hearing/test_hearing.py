"""Hearing: windows change nothing, notes and options say who and when, several microphones make a place."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.listen.bangs import RATE_HZ, bang, heard, laid, quiet
from truceline.errors import InputError
from truceline.listen.impulses.finding import MARGIN_S, found_in
from truceline.listen.places.air import Air
from truceline.pipeline.footage import Declared
from truceline.pipeline.hearing.listening import Listening, listen_to
from truceline.pipeline.hearing.order import listening_of
from truceline.pipeline.hearing.placing import placed
from truceline.pipeline.hearing.windows import windows
from truceline.pipeline.progress import silent
from truceline.records.sounds import PlaceEllipse, SoundClock
from truceline.records.time import UtcNs, parse_utc
from truceline.survey.load import load_site
from truceline.video.recording import Sound, write_sound
from truceline.video.sound.reader import SoundBlock

NOTE = """microphone = "m1"
place_enu_m = [1.0, -2.0, 3.0]
start = "2017-11-13T06:15:20Z"
start_bound_s = 0.05
start_source = "a radio clock"
"""


def long_sound():
    samples = quiet(64.0)
    for number, at_s in enumerate((3.0, 19.9, 20.05, 22.5, 40.0, 41.5, 63.8)):
        samples = laid(samples, at_s, bang(seed=number))
    return samples


def blocks(samples, length_s, *, hole_s=None):
    step = round(length_s * RATE_HZ)
    at_s = 0.0
    for begin in range(0, len(samples), step):
        part = samples[begin : begin + step]
        yield SoundBlock(at_s, part, begin > 0 and hole_s is None, 0.0)
        at_s += len(part) / RATE_HZ + (hole_s or 0.0)


def told(pieces):
    return [
        one
        for window in windows(pieces, rate_hz=RATE_HZ, margin_s=MARGIN_S)
        for one in found_in(window.samples, RATE_HZ, start_s=window.start_s).impulses
        if window.from_s <= one.at_s < window.until_s
    ]


def test_windows_tell_what_the_whole_tells():
    samples = long_sound()
    whole = [one for one in found_in(samples, RATE_HZ).impulses if one.level_db > -40.0]
    parts = [one for one in told(blocks(samples, 20.0)) if one.level_db > -40.0]
    assert [one.at_s for one in parts] == pytest.approx([one.at_s for one in whole])
    assert [one.probability for one in parts] == pytest.approx([one.probability for one in whole], abs=1e-6)


def test_blocks_that_do_not_run_on_are_windows_of_their_own():
    found = list(windows(blocks(quiet(9.0), 3.0, hole_s=2.0), rate_hz=RATE_HZ, margin_s=MARGIN_S))
    assert [(one.start_s, len(one.samples)) for one in found] == [
        (0.0, 48_000),
        (5.0, 48_000),
        (10.0, 48_000),
    ]
    assert list(windows([], rate_hz=RATE_HZ, margin_s=MARGIN_S)) == []


@pytest.fixture
def wav(tmp_path):
    samples = laid(quiet(6.0), 3.0, bang())
    kept = np.clip(samples * 32_768.0, -32_768, 32_767).astype(np.int16)
    write_sound(tmp_path / "a.wav", Sound(kept, RATE_HZ, "pcm"))
    return tmp_path / "a.wav"


def test_without_a_note_times_are_those_of_the_file(wav):
    found = listen_to(wav, Listening(), progress=silent)
    assert (found.microphone, found.clock) == (None, None)
    assert found.length_s == pytest.approx(6.0)
    assert min(abs(one.at_s - 3.0) for one in found.impulses) < 0.005
    assert found == listen_to(wav, Listening(), progress=silent)


def test_a_sound_note_says_who_and_when_and_drift_widens_the_bound(wav):
    wav.with_name("a.wav.toml").write_text(NOTE, encoding="utf-8")
    found = listen_to(wav, Listening(), progress=silent)
    assert found.microphone is not None
    assert found.microphone.place_enu_m == (1.0, -2.0, 3.0)
    assert found.clock is not None
    assert found.clock.start_utc_ns == parse_utc("2017-11-13T06:15:20Z")
    assert found.clock.bound_s == pytest.approx(0.05 + 6.0e-4)


def test_a_footage_note_names_a_camera_whose_place_only_a_site_tells(wav):
    note = NOTE.replace('microphone = "m1"\nplace_enu_m = [1.0, -2.0, 3.0]', 'camera = "west"')
    wav.with_name("a.wav.toml").write_text(note, encoding="utf-8")
    found = listen_to(wav, Listening(), progress=silent)
    assert found.microphone is not None
    assert (found.microphone.microphone_id, found.microphone.place_enu_m) == ("west", None)


def test_the_command_line_says_when_and_how_well_that_is_known(wav):
    start = parse_utc("2020-01-01T00:00:00Z")
    known = Listening(declared=Declared(camera_id="c1", start_utc_ns=start, start_bound_s=2.0))
    found = listen_to(wav, known, progress=silent)
    assert found.clock is not None
    assert found.clock.start_utc_ns == start
    with pytest.raises(InputError, match="how well"):
        listen_to(wav, Listening(declared=Declared(start_utc_ns=start)), progress=silent)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        listen_to(tmp_path / "b.wav", Listening(), progress=silent)


@pytest.mark.parametrize("wind", ["north", "1", "1,2,3", "1;2"])
def test_a_wind_that_is_none_is_refused(wind):
    with pytest.raises(InputError, match="is no wind"):
        listening_of(None, Declared(), temperature_c=None, wind=wind)


def test_weather_that_somebody_read_is_known_better():
    read = listening_of(None, Declared(), temperature_c=20.0, wind="2.0,-1").air
    assert (read.temperature_c, read.wind_en_mps) == (20.0, (2.0, -1.0))
    unread = listening_of(None, Declared(), temperature_c=None, wind="").air
    assert read.temperature_sigma_c < unread.temperature_sigma_c
    assert read.wind_sigma_mps < unread.wind_sigma_mps


EARS = {"a": (0.0, 115.0, 1.5), "b": (100.0, -58.0, 1.5), "c": (-100.0, -58.0, 1.5)}
SOURCE = np.array([130.0, 75.0])
KNOWN = Air(15.0, 1.0, (0.0, 0.0), 0.5)


def recordings(**changes):
    found = []
    for name, place in EARS.items():
        late_s = float(np.linalg.norm(SOURCE - place[:2])) / KNOWN.sound_mps
        found.append(heard(name, place, 5.0 + late_s, 6.3 + late_s, **changes))
    return found


def test_three_microphones_place_a_series_and_take_the_way_off():
    (one,) = placed(recordings(), KNOWN)
    assert isinstance(one.place, PlaceEllipse)
    assert one.place.contains(SOURCE)
    assert one.heard_by == ("a", "b", "c")
    assert one.emitted_utc_ns is not None
    assert abs(one.emitted_utc_ns / 1e9 - 10**9 - 5.0) < one.bound_s
    assert one.count.best == 2
    assert any("three arrivals" in said for said in one.not_possible)


def test_two_that_heard_it_make_no_place():
    ears = recordings()
    (one,) = placed([*ears[:2], heard("c", EARS["c"])], KNOWN)
    assert one.place is None
    assert any("needs three" in said for said in one.not_possible)


@pytest.mark.parametrize(
    "some",
    [
        recordings()[:2],
        [*recordings()[:2], replace(recordings()[2], clock=None)],
        [*recordings()[:2], heard("c", None, 5.0)],
        [],
    ],
)
def test_fewer_than_three_places_and_clocks_are_refused(some):
    with pytest.raises(InputError, match="too few to place"):
        placed(some, KNOWN)


def test_a_microphone_that_moved_is_refused():
    moved = heard("a", (9.0, 9.0, 2.0), 30.0)
    with pytest.raises(InputError, match="2 places"):
        placed([*recordings(), moved], KNOWN)


def test_clocks_that_contradict_the_sound_give_no_place():
    ears = recordings()
    late = replace(ears[0], clock=SoundClock(UtcNs(10**18 + 200_000_000), 0.001))
    found = placed([late, *(replace(one, clock=SoundClock(UtcNs(10**18), 0.001)) for one in ears[1:])], KNOWN)
    assert all(not isinstance(one.place, PlaceEllipse) or not one.place.contains(SOURCE) for one in found)


def test_with_a_site_a_cameras_microphone_stands_where_the_camera_does(wav, tmp_path):
    from tests.e2e.small_site import write_site

    site = load_site(write_site(tmp_path / "site"))
    camera = site.cameras[0]
    note = NOTE.replace('"m1"\nplace_enu_m = [1.0, -2.0, 3.0]', f'"{camera.camera_id}"')
    wav.with_name("a.wav.toml").write_text(note.replace("microphone", "camera"), encoding="utf-8")
    found = listen_to(wav, Listening(site=site), progress=silent)
    assert found.microphone is not None
    assert found.microphone.place_enu_m == pytest.approx(tuple(camera.calibration.position_enu_m))
    with pytest.raises(InputError, match="no camera"):
        listen_to(wav, Listening(site=site, declared=Declared(camera_id="nowhere")), progress=silent)
