import av
import numpy as np
import pytest

from tests.unit.video.clips import (
    HEIGHT,
    WIDTH,
    number_of,
    picture,
    reader_of,
    seconds_of,
    texture,
    write_clip,
)
from tests.unit.video.test_probe import save_picture
from truceline.errors import InputError


def read(reader):
    frames = list(reader.frames())
    return [frame.stamp for frame in frames], [number_of(frame.bgr) for frame in frames]


def kinds(reader):
    return [gap.reason.kind for gap in reader.gaps]


def test_every_frame_comes_once_in_order_with_its_time(tmp_path):
    reader = reader_of(write_clip(tmp_path / "clip.mp4", range(12)))
    stamps, numbers = read(reader)
    assert numbers == list(range(12))
    assert seconds_of(stamps) == pytest.approx([number / 10 for number in range(12)])
    assert [stamp.index for stamp in stamps] == list(range(12))
    assert all(stamp.bound_s >= 1.0 for stamp in stamps)
    assert (reader.frame_count, reader.gaps) == (12, ())
    assert reader.span.seconds == pytest.approx(1.2)
    assert reader.usual_step_s == pytest.approx(0.1)


def test_it_can_be_read_again(tmp_path):
    reader = reader_of(write_clip(tmp_path / "clip.mp4", range(5)))
    assert read(reader) == read(reader)


def test_a_declared_rate_corrects_the_containers(tmp_path):
    reader = reader_of(write_clip(tmp_path / "clip.mp4", range(8)), true_rate_hz=7.0)
    stamps, _ = read(reader)
    assert seconds_of(stamps) == pytest.approx([number / 7 for number in range(8)], abs=1e-9)
    assert reader.usual_step_s == pytest.approx(1 / 7)
    assert reader.span.seconds == pytest.approx(8 / 7)
    assert reader.gaps == ()


def test_a_jump_in_time_is_a_gap_of_its_length(tmp_path):
    numbers = [*range(8), *range(20, 26)]
    reader = reader_of(write_clip(tmp_path / "clip.mkv", numbers))
    stamps, got = read(reader)
    assert got == numbers
    assert seconds_of(stamps)[8] == pytest.approx(2.0, abs=1e-3)
    assert kinds(reader) == ["missing"]
    assert reader.gaps[0].span.seconds == pytest.approx(1.2, abs=0.01)


def test_frames_that_are_reordered_in_the_file_are_shown_in_time(tmp_path):
    path = write_clip(tmp_path / "clip.mp4", range(20), options={"bf": "3", "b_strategy": "0"})
    with av.open(str(path)) as container:
        stamps = [packet.pts for packet in container.demux(video=0) if packet.pts is not None]
    assert stamps != sorted(stamps)  # the file really is out of order
    assert read(reader_of(path))[1] == list(range(20))


def test_avi_is_read_in_decoding_order(tmp_path):
    reader = reader_of(write_clip(tmp_path / "clip.avi", range(9), codec="mpeg4", options={"bf": "0"}))
    stamps, numbers = read(reader)
    assert numbers == list(range(9))
    assert seconds_of(stamps) == pytest.approx([number / 10 for number in range(9)])


def test_an_avi_with_reordered_frames_loses_none_of_them(tmp_path):
    """Neither FFmpeg's guesses of presentation times, which run backwards, nor the frames held at the end."""
    options = {"bf": "2", "b_strategy": "0"}
    reader = reader_of(write_clip(tmp_path / "clip.avi", range(20), options=options))
    stamps, numbers = read(reader)
    assert numbers == list(range(20))
    steps = np.diff(seconds_of(stamps))
    assert steps == pytest.approx([0.1] * 19)
    assert reader.gaps == ()


def test_damage_that_the_decoder_would_paint_over_is_a_gap(tmp_path):
    options = {"tune": "zerolatency", "crf": "18"}
    path = write_clip(tmp_path / "clip.mp4", range(20), options=options, draw=texture)
    content = bytearray(path.read_bytes())
    position, size = place_of_packet(path, 10)
    assert size > 300
    for place in range(position + 200, position + 206):
        content[place] ^= 0x55
    path.write_bytes(content)
    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 20  # unasked, FFmpeg says nothing
    reader = reader_of(path)
    assert len(list(reader.frames())) == 19
    assert kinds(reader) == ["damaged"]


def test_an_avi_without_frames_in_the_middle_shows_the_gap(tmp_path):
    reader = reader_of(write_clip(tmp_path / "clip.avi", [*range(6), *range(12, 18)], codec="mjpeg"))
    stamps, numbers = read(reader)
    assert numbers == [*range(6), *range(12, 18)]
    assert seconds_of(stamps)[6] == pytest.approx(1.2)
    assert kinds(reader) == ["missing"]


def place_of_packet(path, number):
    """Where the packet of one picture lies in the file, and its size."""
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            if packet.pts is not None and round(packet.pts * (packet.time_base or 0) * 10) == number:
                return packet.pos, packet.size
    raise LookupError(number)


def test_damaged_packets_are_a_gap_and_not_silence(tmp_path):
    path = write_clip(tmp_path / "clip.mp4", range(20), options={"tune": "zerolatency"})
    content = bytearray(path.read_bytes())
    position, size = place_of_packet(path, 10)
    content[position + 4 : position + size] = bytes(size - 4)
    path.write_bytes(content)
    reader = reader_of(path)
    stamps, numbers = read(reader)
    assert numbers[:10] == list(range(10))
    assert 1.0 not in [round(second, 3) for second in seconds_of(stamps)]
    assert seconds_of(stamps)[-1] == pytest.approx(1.9)
    assert set(kinds(reader)) == {"damaged"}
    assert reader.gaps[0].span.start_utc_ns == stamps[9].utc_ns + 100_000_000


@pytest.mark.parametrize("suffix", ["mkv", "avi"])
def test_a_file_cut_in_the_middle_says_what_it_lacks(tmp_path, suffix):
    path = write_clip(tmp_path / f"clip.{suffix}", range(30), codec="mjpeg")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    reader = reader_of(path)
    _, numbers = read(reader)
    assert numbers == list(range(len(numbers)))
    assert 5 < len(numbers) < 25
    assert kinds(reader)[-1] in {"damaged", "cut short"}
    assert reader.gaps[-1].span.seconds > 0


def test_a_recording_that_was_turned_is_put_upright(tmp_path):
    upright = reader_of(write_clip(tmp_path / "clip.mp4", range(3)))
    path = tmp_path / "turned.mp4"
    with av.open(str(upright.path)) as source, av.open(str(path), mode="w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    content = path.read_bytes()
    # The display matrix of the track header: unity becomes a quarter turn clockwise.
    unity = np.array([1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30], ">i4").tobytes()
    quarter = np.array([0, 1 << 16, 0, -(1 << 16), 0, 0, HEIGHT << 16, 0, 1 << 30], ">i4").tobytes()
    place = content.index(unity, content.index(b"tkhd"))
    path.write_bytes(content[:place] + quarter + content[place + len(unity) :])
    reader = reader_of(path)
    assert (reader.facts.width_px, reader.facts.height_px) == (HEIGHT, WIDTH)
    first = next(iter(reader.frames())).bgr
    assert first.shape == (WIDTH, HEIGHT, 3)
    # The bright corner was top left; turned clockwise it is top right.
    assert first[:8, -8:].mean() > 200
    assert first[:8, :8].mean() < 60


def test_a_size_that_changes_on_the_way_is_refused(tmp_path):
    save_picture(tmp_path / "1.png", picture(1))
    save_picture(tmp_path / "2.png", picture(2, width=WIDTH + 2))
    with pytest.raises(InputError, match="changes its size from 64×48 to 66×48"):
        read(reader_of(tmp_path, true_rate_hz=2.0))


def test_pictures_come_at_the_declared_rate_and_a_broken_one_is_a_gap(tmp_path):
    for number in range(6):
        save_picture(tmp_path / f"{number}.png", picture(number))
    (tmp_path / "3.png").write_bytes(b"broken")
    reader = reader_of(tmp_path, true_rate_hz=2.5)
    stamps, numbers = read(reader)
    assert numbers == [0, 1, 2, 4, 5]
    assert seconds_of(stamps) == pytest.approx([0, 0.4, 0.8, 1.6, 2.0])
    assert kinds(reader) == ["damaged"]
    assert reader.gaps[0].span.seconds == pytest.approx(0.4)


def test_reading_may_stop_early(tmp_path):
    reader = reader_of(write_clip(tmp_path / "clip.mp4", range(10)))
    frames = reader.frames()
    assert next(frames).stamp.index == 0
    frames.close()
    assert len(read(reader)[0]) == 10


@pytest.mark.footage
def test_odd_and_broken_files_open_or_are_refused(footage):
    files = sorted(path for path in (footage / "fuzz").rglob("*") if path.is_file())
    assert len(files) > 90
    readers, refusals = [], []
    for path in files:
        try:
            reader = reader_of(path)
            assert sum(1 for _ in reader.frames()) == reader.frame_count
            readers.append(reader)
        except InputError as error:
            refusals.append(error)
    assert all(gap.span.seconds > 0 for reader in readers for gap in reader.gaps)
    assert all(refusal.where for refusal in refusals)
    assert len(readers) > 30
    assert len(refusals) > 20


@pytest.mark.footage
def test_pets_says_ten_hertz_and_is_read_at_seven(footage):
    reader = reader_of(footage / "pets2009_s2l1" / "vtest_480x360.mp4", true_rate_hz=7.0)
    assert reader.facts.rate_hz == pytest.approx(10.0)
    stamps = [frame.stamp for frame in reader.frames()]
    assert len(stamps) == 795
    assert (stamps[-1].utc_ns - stamps[0].utc_ns) / 1e9 == pytest.approx(794 / 7, abs=1e-3)
    assert reader.gaps == ()
