"""Parts of a file, and what happens when seeks, indices and containers do not keep their word."""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import cast

import av.container
import av.error
import numpy as np
import pytest

from tests.unit.video.clips import START, number_of, picture, reader_of, texture, write_clip
from tests.unit.video.odd_files import damaged
from tests.unit.video.test_probe import save_picture
from tests.unit.video.times.test_ledger import index_of
from truceline.errors import InputError
from truceline.records.time import UtcNs, UtcSpan
from truceline.video.decoding import decoded
from truceline.video.probe import _check_length
from truceline.video.source import FootageReader
from truceline.video.times.index import index_packets, restamped
from truceline.video.times.timeline import Stamping, lay_out


def span(first_s, last_s):
    return UtcSpan(UtcNs(START + round(first_s * 1e9)), UtcNs(START + round(last_s * 1e9)))


@pytest.fixture
def clip(tmp_path):
    return write_clip(tmp_path / "clip.mp4", range(40), options={"g": "8"})


@pytest.mark.parametrize(
    ("first_s", "last_s", "numbers"),
    [
        pytest.param(0.0, 4.0, range(40), id="all of it"),
        pytest.param(1.0, 1.1, [10], id="one frame, half-open"),
        pytest.param(1.0 + 1e-9, 1.1 + 1e-9, [11], id="a nanosecond later"),
        pytest.param(2.05, 2.45, range(21, 25), id="between frames"),
        pytest.param(2.41, 2.49, [], id="no frame in it"),
        pytest.param(3.9, 100.0, [39], id="past the end"),
        pytest.param(-5.0, 0.05, [0], id="before the start"),
        pytest.param(-5.0, -1.0, [], id="all before"),
        pytest.param(50.0, 60.0, [], id="all after"),
        pytest.param(2.0, 2.0, [], id="nothing"),
    ],
)
def test_a_part_holds_the_frames_of_its_span(clip, first_s, last_s, numbers):
    reader = reader_of(clip)
    frames = list(reader.frames(span(first_s, last_s)))
    assert [number_of(frame.bgr) for frame in frames] == [number % 30 for number in numbers]
    assert [frame.stamp.index for frame in frames] == list(numbers)
    assert reader.gaps == ()
    assert reader.frame_count == len(frames)


@pytest.mark.parametrize("codec", ["libx264", "mpeg4", "mpeg2video"])
@pytest.mark.parametrize("numbers", [range(0, 40, 7), [12, 13, 14], [39], []], ids=str)
def test_chosen_frames_are_those_of_the_whole_and_what_nothing_rests_on_is_not_decoded(
    tmp_path, monkeypatch, codec, numbers
):
    path = write_clip(
        tmp_path / "b.mp4", range(40), codec=codec, options={"g": "16", "bf": "3"}, draw=texture
    )
    reader = reader_of(path)
    whole = {frame.stamp.index: frame for frame in reader.frames()}
    account, given = reader.account, []

    def counted(*arguments, **named):
        for item in decoded(*arguments, **named):
            given.append(item.ordinal)
            yield item

    monkeypatch.setattr("truceline.video.source.decoded", counted)
    chosen = list(reader.frames_at([whole[number].stamp.pts for number in numbers], span=span(0.0, 4.0)))
    assert [frame.stamp for frame in chosen] == [whole[number].stamp for number in numbers]
    for frame in chosen:
        np.testing.assert_array_equal(frame.bgr, whole[frame.stamp.index].bgr)
    assert len(given) < 36
    assert reader.account is account


def test_chosen_frames_of_a_file_that_does_not_say_which_is_which_and_of_a_folder(tmp_path):
    stream = write_clip(tmp_path / "raw.h264", range(20), options={"g": "8", "bf": "2"})
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(20):
        save_picture(folder / f"{number:03}.png", picture(number))
    for path in (stream, folder):
        reader = reader_of(path, true_rate_hz=10.0)
        whole = list(reader.frames())
        wanted = [whole[number].stamp.pts for number in (3, 11)]
        chosen = list(reader.frames_at(wanted, span=reader.whole_span))
        assert [frame.stamp for frame in chosen] == [whole[3].stamp, whole[11].stamp]
        assert [number_of(frame.bgr) for frame in chosen] == [3, 11]


def test_what_was_read_is_the_common_part(clip):
    reader = reader_of(clip)
    list(reader.frames(span(3.0, 100.0)))
    assert reader.span == span(3.0, 4.0)
    list(reader.frames(span(50.0, 60.0)))
    assert reader.span is None


def test_a_part_within_missing_frames_is_all_gap(tmp_path):
    reader = reader_of(write_clip(tmp_path / "clip.mkv", [*range(8), *range(60, 68)]))
    assert list(reader.frames(span(2.0, 3.0))) == []
    assert [(gap.reason.kind, gap.span) for gap in reader.gaps] == [("missing", span(2.0, 3.0))]


def test_a_part_after_the_end_shows_that_it_was_cut_short(tmp_path):
    whole = write_clip(tmp_path / "clip.avi", range(30), codec="mjpeg")
    reader = reader_of(damaged(whole, "cut at 30 %"))
    assert list(reader.frames(span(2.0, 2.5))) == []
    assert [(gap.reason.kind, gap.span) for gap in reader.gaps] == [("cut short", span(2.0, 2.5))]


def test_parts_of_a_folder_of_pictures(tmp_path):
    for number in range(6):
        save_picture(tmp_path / f"{number}.png", picture(number))
    (tmp_path / "3.png").write_bytes(b"broken")
    reader = reader_of(tmp_path, true_rate_hz=2.0)
    frames = list(reader.frames(span(1.0, 2.5)))
    assert [number_of(frame.bgr) for frame in frames] == [2, 4]
    assert [(gap.reason.kind, gap.span) for gap in reader.gaps] == [("damaged", span(1.5, 2.0))]


def with_index(reader, **changes):
    assert reader.facts.index is not None
    facts = replace(reader.facts, index=replace(reader.facts.index, **changes))
    return FootageReader(reader.path, facts=facts, footage=reader.footage)


def test_where_a_seek_leads_elsewhere_the_file_is_run_through(tmp_path):
    reader = reader_of(write_clip(tmp_path / "clip.mp4", range(40), options={"g": "8"}, draw=texture))
    index = reader.facts.index
    assert index is not None
    wanted = [(frame.stamp, frame.luma.tolist()) for frame in reader.frames(span(3.0, 3.5))]
    assert len(wanted) == 5
    later = np.concatenate([index.dts[8:], index.dts[-8:]])
    for changes in (
        {"position": index.position + 1},
        {"dts": later, "pts": later},
        {"dts": np.full(len(index), -(2**63)), "pts": np.full(len(index), -(2**63))},
    ):
        lying = with_index(reader, **changes)
        assert [(frame.stamp, frame.luma.tolist()) for frame in lying.frames(span(3.0, 3.5))] == wanted


def test_the_bound_of_a_stamp_is_that_of_its_frame(tmp_path):
    reader = reader_of(write_clip(tmp_path / "clip.h264", range(9)))
    for frame in reader.frames():
        assert reader.bound_at(frame.stamp.pts) == frame.stamp.bound_s


def test_a_container_that_breaks_off_gives_what_came_before(clip):
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]

        def broken(_):
            for number, packet in enumerate(container.demux(stream)):
                if number == 5:
                    raise av.error.InvalidDataError(1, "broken")
                yield packet

        fake = SimpleNamespace(format=container.format, demux=broken)
        index = index_packets(cast("av.container.InputContainer", fake), stream)
    assert len(index) == 5
    assert index.ended_early


@pytest.mark.parametrize(
    ("size", "refused"), [((8, 8), False), ((6, 64), True), ((64, 6), True), ((2, 2), True)]
)
def test_a_picture_too_small_to_show_anything_is_refused(tmp_path, size, refused):
    path = write_clip(tmp_path / "clip.avi", range(3), codec="ffv1", size=size)
    still = tmp_path / "stills"
    still.mkdir()
    save_picture(still / "1.png", picture(1, width=size[0], height=size[1]))
    for footage in (path, still):
        if refused:
            with pytest.raises(InputError, match="shows nothing that can be told"):
                reader_of(footage, true_rate_hz=2.0)
        else:
            assert len(list(reader_of(footage, true_rate_hz=2.0).frames())) in (1, 3)


def test_a_file_of_more_than_a_year_is_refused(tmp_path):
    stamps = [0, *(number * 86_400 * 1000 for number in range(1, 401))]
    timeline = lay_out(index_of(stamps), Stamping(0.001, 0.0))
    with pytest.raises(InputError, match="401 days long"):
        _check_length(timeline, Fraction(1, 1000), path=tmp_path)


def test_stamps_of_showing_alone_are_enough():
    stamps = [0, 30, 10, 20, 60, 40, 50]
    timeline = lay_out(index_of(stamps, dts=[None] * 7), Stamping(0.01, 10.0))
    assert timeline.ticks.tolist() == list(range(0, 70, 10))
    assert timeline.slot_of is not None
    assert timeline.slot_of.tolist() == [0, 3, 1, 2, 6, 4, 5]
    assert timeline.wrong_stamps == 0


def test_an_avis_index_is_used_only_where_it_knows_every_packet():
    position, stamps = np.array([8, 108, 208]), np.array([0, 1, 2])
    listed = {8: 0, 108: 4, 208: 5}
    assert restamped(position, stamps, listed=listed).tolist() == [0, 4, 5]
    assert restamped(position, stamps, listed={8: 0, 208: 5}).tolist() == [0, 1, 2]
    assert restamped(position, stamps, listed={8: 0, 108: 9, 208: 5}).tolist() == [0, 1, 2]
