import pytest

from tests.unit.survey.folders import write_site
from tests.unit.video.clips import START, write_clip
from truceline.errors import InputError
from truceline.pipeline.footage import Declared, open_footage
from truceline.records.time import UtcNs, parse_utc
from truceline.survey.load import load_site

NOTE = """\
camera = "west"
start = "2026-03-04T05:00:00Z"
start_bound_s = 0.5
start_source = "a hand clap at noon"
true_rate_hz = 7.0
"""


@pytest.fixture
def site(tmp_path):
    return load_site(write_site(tmp_path / "site"))


@pytest.fixture
def clip(tmp_path):
    return write_clip(tmp_path / "clip.mp4", range(5), size=(960, 540))


def note_beside(clip):
    clip.with_name(clip.name + ".toml").write_text(NOTE)


@pytest.mark.parametrize(
    "bound_s",
    [0.0, -1.0, 9e-7, 4e7, float("nan"), float("inf"), float("-inf")],
    ids=lambda value: f"{value:g}",
)
def test_a_bound_that_cannot_be_is_refused(bound_s):
    with pytest.raises(InputError, match=r"a bound of .* cannot be") as caught:
        Declared(start_utc_ns=START, start_bound_s=bound_s)
    assert caught.value.where == "--bound"


@pytest.mark.parametrize("rate_hz", [0.0, -7.0, 0.009, 10_001.0, float("nan"), float("inf")])
def test_a_rate_that_cannot_be_is_refused(rate_hz):
    with pytest.raises(InputError, match=r"a rate of .* cannot be"):
        Declared(true_rate_hz=rate_hz)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "1677-12-31T23:59:59Z", "9999-12-31T00:00:00Z"])
def test_a_start_that_nanoseconds_cannot_count_is_refused(text):
    with pytest.raises(InputError, match="cannot be counted in nanoseconds"):
        Declared(start_utc_ns=parse_utc(text), start_bound_s=1.0)


@pytest.mark.parametrize("bound_s", [1e-6, 1.0, 366 * 86_400.0])
def test_limits_belong_to_what_can_be(bound_s):
    declared = Declared(start_utc_ns=UtcNs(0), start_bound_s=bound_s, true_rate_hz=0.01)
    assert declared.start_bound_s == bound_s


def test_the_note_is_believed_where_the_command_line_says_nothing(site, clip):
    note_beside(clip)
    footage = open_footage(clip, site, declared=Declared()).reader.footage
    assert footage.start_utc_ns == parse_utc("2026-03-04T05:00:00Z")
    assert (footage.start_bound_s, footage.true_rate_hz) == (0.5, 7.0)
    assert footage.start_source == "a hand clap at noon"


def test_each_value_of_the_command_line_beats_the_note(site, clip):
    note_beside(clip)
    declared = Declared(start_bound_s=3.0, true_rate_hz=8.0)
    footage = open_footage(clip, site, declared=declared).reader.footage
    assert footage.start_utc_ns == parse_utc("2026-03-04T05:00:00Z")
    assert (footage.start_bound_s, footage.true_rate_hz) == (3.0, 8.0)
    assert footage.start_source == "a hand clap at noon; bound declared on the command line"
    declared = Declared(start_utc_ns=START, start_bound_s=2.0)
    footage = open_footage(clip, site, declared=declared).reader.footage
    assert (footage.start_utc_ns, footage.start_bound_s) == (START, 2.0)
    assert footage.start_source == "declared on the command line"


def test_the_only_camera_need_not_be_named(site, clip):
    declared = Declared(start_utc_ns=START, start_bound_s=2.0)
    assert open_footage(clip, site, declared=declared).camera.camera_id == "west"


def test_the_size_must_be_the_surveyed_one(site, tmp_path):
    small = write_clip(tmp_path / "small.mp4", range(3), size=(480, 270))
    with pytest.raises(InputError, match="480×270, camera west is surveyed for 960×540"):
        open_footage(small, site, declared=Declared(start_utc_ns=START, start_bound_s=2.0))
