"""Odd and damaged files: read with an honest account, or refused; a part reads as the whole does."""

import random
import zlib
from itertools import pairwise

import av
import av.error
import numpy as np
import pytest

from tests.unit.video.clips import number_of, picture, reader_of, seconds_of, texture, write_clip
from tests.unit.video.odd_files import DAMAGES, FRAMES, RECIPES, clip, damaged, remuxed
from truceline.errors import InputError
from truceline.records.frames import Gap
from truceline.records.time import UtcNs, UtcSpan
from truceline.video.source import FootageReader
from truceline.video.times.ledger import clipped_gaps, joined_gaps

UNDETECTABLE = ("h265", "gif")
"""Bits of these can be flipped without any decoder's knowing: nothing in the stream checks them."""


@pytest.fixture(scope="module")
def whole_clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return {kind: clip(folder, kind) for kind in RECIPES}


def told(frame):
    """What must be the same; a picture that may rest on damage depends on where decoding started."""
    pixels = zlib.crc32(np.ascontiguousarray(frame.luma).tobytes()) if frame.intact else None
    return frame.stamp, frame.intact, pixels


def packets_of(path):
    """Packets that hold something, counted without the product."""
    count = 0
    with av.open(str(path), metadata_errors="ignore") as container:
        try:
            for packet in container.demux(max(container.streams.video, key=lambda one: one.frames or 0)):
                count += packet.size > 1 and not packet.is_discard
        except av.error.FFmpegError:
            pass
    return count


def check_account(reader: FootageReader, frames):
    """Every packet is a frame, or is said to be lost; what time was lost is a gap."""
    account = reader.account
    assert account is not None
    assert account.given == len(frames) == reader.frame_count
    assert account.expected == packets_of(reader.path)
    stamps = [frame[0] for frame in frames]
    assert all(earlier.utc_ns < later.utc_ns for earlier, later in pairwise(stamps))
    assert all(earlier.index < later.index for earlier, later in pairwise(stamps))
    assert all(gap.span.seconds > 0 for gap in reader.gaps)
    step_s = reader.usual_step_s
    edges = [reader.whole_span.start_utc_ns, *(stamp.utc_ns for stamp in stamps)]
    for earlier, later in pairwise(edges):
        missing_s = (later - earlier) / 1e9 - step_s
        booked_s = sum(
            max(0, min(later, gap.span.end_utc_ns) - max(earlier, gap.span.start_utc_ns)) / 1e9
            for gap in reader.gaps
        )
        # A step of up to 2.5 is taken for jitter; what is longer is booked but for one usual step.
        assert missing_s < 1.6 * step_s or booked_s > missing_s - 0.6 * step_s
    if account.lost:
        assert any("could not be decoded" in note for note in reader.notes)


def check_parts(reader: FootageReader, frames, gaps, *, seed):
    """Reading in parts gives the same frames, stamps and gaps as reading the whole."""
    draw = random.Random(seed)
    start, end = reader.whole_span.start_utc_ns, reader.whole_span.end_utc_ns
    end = max([end, *(gap.span.end_utc_ns for gap in gaps)])
    cuts = sorted(draw.randint(start, end) for _ in range(3))
    if frames:
        cuts = sorted([*cuts, frames[len(frames) // 2][0].utc_ns])
    parts: list[Gap] = []
    for first, last in pairwise([start - 10**9, *cuts, end + 10**9]):
        span = UtcSpan(UtcNs(first), UtcNs(last))
        got = [told(frame) for frame in reader.frames(span)]
        assert got == [frame for frame in frames if span.contains(frame[0].utc_ns)]
        assert reader.gaps == clipped_gaps(gaps, span, footage=reader.footage)
        parts += reader.gaps
    assert joined_gaps(parts, footage=reader.footage) == joined_gaps(gaps, footage=reader.footage)


def attempt(path):
    """A reader with what it read, or why it was refused."""
    try:
        reader = reader_of(path)
        return reader, [told(frame) for frame in reader.frames()], None
    except InputError as refusal:
        return None, [], refusal


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", RECIPES)
def test_a_damaged_file_is_read_with_an_honest_account_or_refused(tmp_path, whole_clips, kind, damage):
    source = whole_clips[kind]
    copy = tmp_path / source.name
    copy.write_bytes(source.read_bytes())
    path = damaged(copy, damage, seed=zlib.crc32(f"{kind} {damage}".encode()))
    reader, frames, refusal = attempt(path)
    if reader is None:
        assert damage != "whole"
        assert refusal is not None
        assert refusal.where
        assert refusal.do
        return
    gaps = reader.gaps
    check_account(reader, frames)
    if damage == "whole":
        assert len(frames) == FRAMES
        assert gaps == ()
        assert seconds_of([frame[0] for frame in frames]) == pytest.approx(
            [number / reader.facts.rate_hz for number in range(FRAMES)], abs=2e-3
        )
    if kind not in UNDETECTABLE:
        check_parts(reader, frames, gaps, seed=len(frames))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("empty.mp4", b"", id="empty"),
        pytest.param("text.mkv", b"no video, only words\n" * 200, id="text"),
        pytest.param("random.avi", random.Random(1).randbytes(50_000), id="random"),
        pytest.param("list.m3u8", b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\nclip.ts\n", id="a playlist"),
        pytest.param("list.ffconcat", b"ffconcat version 1.0\nfile clip.ts\n", id="a list of files"),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path, name, content):
    write_clip(tmp_path / "clip.ts", range(3))
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        reader_of(path)
    assert caught.value.where == str(path)
    assert caught.value.do


def test_an_extension_means_nothing(tmp_path, whole_clips):
    path = tmp_path / "clip.ts"
    path.write_bytes(whole_clips["mp4"].read_bytes())
    assert len(list(reader_of(path).frames())) == FRAMES


def test_a_name_that_looks_like_a_protocol_is_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_clip(tmp_path / "a.mp4", range(3)).rename(tmp_path / "concat:a.mp4")
    (picked,) = tmp_path.iterdir()
    assert len(list(reader_of(picked.relative_to(tmp_path)).frames())) == 3


def test_frames_missing_in_an_avi_with_reordered_frames_are_missed_where_they_are(tmp_path):
    """Packets of an AVI are stamped as they are decoded: earlier by what the decoder holds back."""
    numbers = [*range(9), *range(15, 27)]
    options = {"bf": "2", "b_strategy": "0", "g": "6"}
    reader = reader_of(write_clip(tmp_path / "clip.avi", numbers, options=options))
    frames = list(reader.frames())
    assert [number_of(frame.bgr) for frame in frames] == numbers
    assert seconds_of([frame.stamp for frame in frames]) == pytest.approx([one / 10 for one in numbers])


def test_a_hole_in_an_avi_is_found_by_its_own_index(tmp_path):
    path = write_clip(tmp_path / "clip.avi", range(20), codec="mjpeg")
    with av.open(str(path)) as container:
        places = [packet.pos or 0 for packet in container.demux(video=0) if packet.size]
    content = bytearray(path.read_bytes())
    content[places[5] - 8 : places[9] - 8] = bytes(places[9] - places[5])
    path.write_bytes(content)
    reader = reader_of(path)
    frames = list(reader.frames())
    assert [number_of(frame.bgr) for frame in frames] == [*range(5), *range(9, 20)]
    assert seconds_of([frame.stamp for frame in frames])[5:] == pytest.approx(
        [number / 10 for number in range(9, 20)]
    )
    assert [gap.reason.kind for gap in reader.gaps] == ["missing"]
    assert any("4 frames that the file's own index lists" in note for note in reader.notes)


def test_stamps_that_start_anew_run_on_with_a_wide_bound_and_a_gap(tmp_path):
    first = write_clip(tmp_path / "a.ts", range(20), options={"g": "5"})
    second = write_clip(tmp_path / "b.ts", range(15), options={"g": "5"})
    path = tmp_path / "both.ts"
    path.write_bytes(first.read_bytes() + second.read_bytes())
    reader = reader_of(path)
    stamps = [frame.stamp for frame in reader.frames()]
    assert seconds_of(stamps)[-15:] == pytest.approx([2.1 + number / 10 for number in range(15)])
    assert [stamp.bound_s for stamp in stamps[-15:]] == pytest.approx([61.0] * 15, abs=1e-3)
    assert all(stamp.bound_s < 1.1 for stamp in stamps[:-15])
    assert "restart" in [gap.reason.kind for gap in reader.gaps]
    assert any("start anew" in note for note in reader.notes)


def test_a_stream_without_stamps_is_counted_with_a_wide_bound(tmp_path):
    path = write_clip(tmp_path / "clip.h264", range(20), options={"bf": "2", "b_strategy": "0"})
    frames = list(reader_of(path).frames())
    assert [number_of(frame.bgr) for frame in frames] == list(range(20))
    bounds = [frame.stamp.bound_s for frame in frames]
    assert bounds[-1] == pytest.approx(1.0 + 0.04 + 0.5 * 19 / 25, abs=1e-3)
    declared = reader_of(path, true_rate_hz=10.0)
    stamps = [frame.stamp for frame in declared.frames()]
    assert seconds_of(stamps)[-1] == pytest.approx(1.9)
    assert stamps[-1].bound_s == pytest.approx(1.1, abs=1e-3)
    assert any("no usable time stamps" in note for note in declared.notes)


@pytest.mark.parametrize(
    ("shift_s", "suffix", "words"),
    [
        pytest.param(-0.3, ".mkv", "3 time stamps were missing or wrong", id="before zero"),
        pytest.param(5.0, ".mp4", "start at 5.000 s", id="after zero"),
        pytest.param(95_000.0, ".ts", "start at 95000.000 s", id="a camera that has run for a day"),
    ],
)
def test_time_counts_from_the_first_picture(tmp_path, shift_s, suffix, words):
    path = write_clip(tmp_path / "clip.mp4", range(20), options={"g": "5"})
    again = remuxed(path, shift_s=shift_s, suffix=suffix, options={"avoid_negative_ts": "disabled"})
    reader = reader_of(again)
    frames = list(reader.frames())
    assert [number_of(frame.bgr) for frame in frames] == list(range(20))
    assert seconds_of([frame.stamp for frame in frames]) == pytest.approx(
        [number / 10 for number in range(20)], abs=1e-3
    )
    assert any(words in note for note in reader.notes)
    assert reader.gaps == ()


def test_what_an_edit_list_hides_is_said(tmp_path):
    path = write_clip(tmp_path / "clip.mp4", range(20), options={"g": "5"})
    reader = reader_of(remuxed(path, shift_s=-0.3, options={"avoid_negative_ts": "disabled"}))
    assert [number_of(frame.bgr) for frame in reader.frames()] == list(range(3, 20))
    assert reader.account is not None
    assert (reader.account.expected, reader.account.lost) == (17, 0)
    assert any("3 frames are not to be shown" in note for note in reader.notes)


@pytest.mark.parametrize("kind", ["mp4 index first", "fragments"])
def test_a_file_cut_short_says_what_is_missing_at_the_end(tmp_path, kind):
    path = damaged(clip(tmp_path, kind), "cut at 90 %")
    reader = reader_of(path)
    frames = list(reader.frames())
    assert 8 < len(frames) < FRAMES
    assert reader.gaps[-1].span.end_utc_ns > frames[-1].stamp.utc_ns + 100_000_000
    assert {gap.reason.kind for gap in reader.gaps} <= {"damaged", "cut short"}


def test_gaps_do_not_lower_the_rate(tmp_path):
    numbers = [*range(12), *range(60, 72), *range(200, 212)]
    facts = reader_of(write_clip(tmp_path / "clip.mkv", numbers)).facts
    assert facts.rate_hz == pytest.approx(10.0)


def test_a_variable_rate_is_told_by_its_stamps(tmp_path):
    numbers = [0, 1, 2, 3, 5, 6, 8, 9, 10, 12, 13, 14]
    reader = reader_of(write_clip(tmp_path / "clip.mkv", numbers))
    frames = list(reader.frames())
    assert seconds_of([frame.stamp for frame in frames]) == pytest.approx([one / 10 for one in numbers])
    assert reader.gaps == ()


@pytest.mark.parametrize(
    ("codec", "options"),
    [("libx264", {"x264-params": "interlaced=1"}), ("mpeg2video", {"flags": "+ildct+ilme"})],
)
def test_of_interlaced_frames_one_field_is_used_and_it_is_said(tmp_path, codec, options):
    def combed(number, *, width, height):
        bgr = picture(2, width=width, height=height)
        bgr[1::2] = 230  # the other field shows something else
        return bgr

    path = write_clip(
        tmp_path / "clip.ts", range(6), codec=codec, options={**options, "b": "4M"}, draw=combed
    )
    reader = reader_of(path)
    frames = list(reader.frames())
    assert frames[0].bgr.shape == (48, 64, 3)
    for view in (frames[3].bgr[20:40, 30:60].astype(int), frames[3].luma[20:40, 30:60].astype(int)):
        assert np.abs(view[1::2] - view[0::2]).max() < 30
    assert any("interlaced" in note for note in reader.notes)
    assert frames[3].stamp.bound_s == pytest.approx(1.05, abs=1e-3)


TURNS = {
    (0, False): (0, 0),
    (90, False): (1, 0),
    (180, False): (1, 1),
    (-90, False): (0, 1),
    (0, True): (0, 1),
    (90, True): (1, 1),
    (180, True): (1, 0),
    (-90, True): (0, 0),
}
"""Where (down, right) the bright top left corner is shown: turned to the left, then mirrored."""


@pytest.mark.parametrize(("turn", "corner"), TURNS.items())
def test_a_picture_is_put_upright_as_its_recording_asks(tmp_path, turn, corner):
    degrees, mirrored = turn
    path = tmp_path / "clip.mp4"
    with av.open(str(path), mode="w") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.set_display_rotation(degrees, hflip=mirrored)
        for number in range(2):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture(number), format="bgr24")))
        out.mux(stream.encode(None))
    reader = reader_of(path)
    frame = next(iter(reader.frames()))
    assert frame.bgr.shape[:2] == frame.luma.shape == (reader.facts.height_px, reader.facts.width_px)
    assert (reader.facts.width_px > reader.facts.height_px) == (degrees in (0, 180))
    for view in (frame.bgr[..., 1], frame.luma):
        halves = np.array(
            [[part.mean() for part in np.array_split(row, 2, axis=1)] for row in np.array_split(view, 2)]
        )
        assert np.unravel_index(halves.argmax(), halves.shape) == corner
    assert any("as the recording asks" in note for note in reader.notes) == (turn != (0, False))


def test_an_odd_angle_is_left_and_said(tmp_path):
    path = tmp_path / "clip.mp4"
    with av.open(str(path), mode="w") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.set_display_rotation(30)
        out.mux(stream.encode(av.VideoFrame.from_ndarray(picture(0), format="bgr24")))
        out.mux(stream.encode(None))
    reader = reader_of(path)
    assert (reader.facts.width_px, reader.facts.height_px) == (64, 48)
    assert any("odd angle" in note for note in reader.notes)


def test_luma_is_a_view_of_the_decoders_memory(tmp_path):
    frame = next(iter(reader_of(write_clip(tmp_path / "clip.mp4", range(3), draw=texture)).frames()))
    assert frame.luma.base is not None
    assert not frame.luma.flags.owndata
    assert not frame.luma.flags.writeable
    assert frame.luma is frame.luma
    assert not frame.full_range
    blue, green, red = (frame.bgr[..., channel].astype(float) for channel in range(3))
    expected = 16 + (0.114 * blue + 0.587 * green + 0.299 * red) * 219 / 255
    assert np.abs(frame.luma - expected).mean() < 6  # colours were clipped on the way to and fro


@pytest.mark.parametrize(
    ("codec", "pixels", "full_range"),
    [
        ("ffv1", "gray", True),
        ("ffv1", "gray16le", True),
        ("ffv1", "yuv420p10le", False),
        ("ffv1", "bgr0", True),
        ("mjpeg", "yuvj420p", True),
        ("png", "rgb24", True),
    ],
)
def test_luma_of_other_pixel_formats(tmp_path, codec, pixels, full_range):
    grey = np.linspace(0, 255, 64).astype(np.uint8)
    bgr = np.repeat(np.tile(grey, (48, 1))[..., None], 3, axis=2)
    path = tmp_path / ("clip.mov" if codec == "png" else "clip.mkv")
    with av.open(str(path), mode="w") as out:
        stream = out.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        out.mux(stream.encode(av.VideoFrame.from_ndarray(bgr, format="bgr24").reformat(format=pixels)))
        out.mux(stream.encode(None))
    frame = next(iter(reader_of(path).frames()))
    assert frame.full_range == full_range
    level = frame.luma.astype(float) if full_range else (frame.luma.astype(float) - 16) * 255 / 219
    assert np.abs(level - bgr[..., 0]).max() < 6
