import av
import pytest

from tests.unit.survey.folders import write_site
from tests.unit.video.clips import START, write_clip
from truceline.errors import InputError
from truceline.pipeline.footage import Declared, check_overlaps, open_footage
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


def with_creation_time(clip, path):
    """The clip again; its container states when it was made."""
    with av.open(str(clip)) as source, av.open(str(path), mode="w") as out:
        out.metadata["creation_time"] = "2026-03-04T05:06:07.000000Z"
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    return path


@pytest.mark.parametrize("bound_s", [None, 30.0])
def test_a_creation_time_in_the_container_is_named_and_never_taken_for_the_start(
    site, clip, tmp_path, bound_s
):
    made = with_creation_time(clip, tmp_path / "made.mp4")
    with pytest.raises(InputError, match="states 2026-03-04T05:06:07Z") as caught:
        open_footage(made, site, declared=Declared(start_bound_s=bound_s))
    for said in ("--start 2026-03-04T05:06:07Z", "--bound", "made.mp4.toml"):
        assert said in caught.value.do
    note_beside(made)
    assert open_footage(made, site, declared=Declared()).reader.footage.start_source == "a hand clap at noon"


def test_the_only_camera_need_not_be_named(site, clip):
    declared = Declared(start_utc_ns=START, start_bound_s=2.0)
    assert open_footage(clip, site, declared=declared).camera.camera_id == "west"


def test_the_size_must_be_the_surveyed_one(site, tmp_path):
    small = write_clip(tmp_path / "small.mp4", range(3), size=(480, 270))
    with pytest.raises(InputError, match="480×270, camera west is surveyed for 960×540"):
        open_footage(small, site, declared=Declared(start_utc_ns=START, start_bound_s=2.0))


NOW = parse_utc("2026-03-04T06:00:00Z")
FUTURE = [
    pytest.param("2026-03-04T05:59:00Z", 1.0, None, id="a minute ago"),
    pytest.param("2026-03-04T06:00:04.5Z", 5.0, None, id="at the bound"),
    pytest.param("2026-03-04T06:00:05.1Z", 5.0, "starts at", id="past the bound"),
    pytest.param("2027-01-01T00:00:00Z", 60.0, "starts at 2027-01-01", id="next year"),
    pytest.param("2026-03-04T05:59:59.8Z", 0.1, "ends at", id="it would end in the future"),
]


@pytest.mark.parametrize(("start", "bound_s", "words"), FUTURE)
def test_footage_from_the_future_is_refused(site, clip, start, bound_s, words):
    declared = Declared(start_utc_ns=parse_utc(start), start_bound_s=bound_s, now_utc_ns=NOW)
    if words is None:
        assert open_footage(clip, site, declared=declared).reader.footage.start_bound_s == bound_s
        return
    with pytest.raises(InputError, match=words) as caught:
        open_footage(clip, site, declared=declared)
    assert "2026-03-04T06:00:00Z" in caught.value.what
    assert "clock" in caught.value.do


def opened_at(site, folder, starts):
    """Clips of five seconds at 1 Hz, all different, that start at these seconds."""
    opened = []
    for number, start in enumerate(starts):
        clip = write_clip(folder / f"{number}.mp4", range(number, 5 + number), rate=1, size=(960, 540))
        declared = Declared(start_utc_ns=UtcNs(START + round(start * 1e9)), start_bound_s=1.0)
        opened.append(open_footage(clip, site, declared=declared))
    return opened


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        pytest.param([0], 0, id="one"),
        pytest.param([0, 5], 0, id="they touch"),
        pytest.param([60, 0], 0, id="apart, in any order"),
        pytest.param([0, 3], 1, id="two seconds at the seam"),
        pytest.param([0, 3.5, 8], 2, id="two seams"),
    ],
)
def test_an_overlap_at_a_seam_is_said(site, tmp_path, starts, said):
    words = check_overlaps(opened_at(site, tmp_path, starts))
    assert len(words) == said
    assert all("counted twice" in one for one in words)


@pytest.mark.parametrize("starts", [[0, 2.9], [2.9, 0], [0, 0], [0, 20, 22]])
def test_two_recordings_of_one_time_are_refused(site, tmp_path, starts):
    with pytest.raises(InputError, match="both of camera west, overlap by") as caught:
        check_overlaps(opened_at(site, tmp_path, starts))
    assert "--start" in caught.value.do


def test_the_same_recording_twice_is_refused(site, clip, tmp_path):
    twin = tmp_path / "twin.mp4"
    twin.write_bytes(clip.read_bytes())
    opened = [
        open_footage(path, site, declared=Declared(start_utc_ns=UtcNs(at), start_bound_s=1.0))
        for path, at in ((clip, START), (twin, START + 10**12))
    ]
    with pytest.raises(InputError, match="are the same recording"):
        check_overlaps(opened)


def test_a_clip_of_one_frame_opens(site, tmp_path):
    one = write_clip(tmp_path / "one.mp4", [0], size=(960, 540))
    reader = open_footage(one, site, declared=Declared(start_utc_ns=START, start_bound_s=2.0)).reader
    assert len(list(reader.frames())) == 1
    assert reader.gaps == ()
    assert reader.whole_span.seconds == pytest.approx(0.1)
