import hashlib
import wave
from fractions import Fraction

import av
import numpy as np
import pytest

from tests.unit.video.clips import HEIGHT, WIDTH, picture, write_clip
from truceline.errors import InputError
from truceline.records.time import format_utc
from truceline.video.probe import digest_of_footage, pictures_of, probe_footage, read_picture


def save_picture(path, bgr):
    """A still, losslessly, by the same library that reads it."""
    codec = av.CodecContext.create("png", "w")
    codec.width, codec.height, codec.pix_fmt = bgr.shape[1], bgr.shape[0], "rgb24"
    codec.time_base = Fraction(1)
    frame = av.VideoFrame.from_ndarray(bgr, format="bgr24").reformat(format="rgb24")
    path.write_bytes(b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)]))
    return path


def test_what_a_file_says_of_itself(tmp_path):
    path = write_clip(tmp_path / "clip.mp4", range(7))
    facts = probe_footage(path)
    assert facts.name == "clip.mp4"
    assert facts.digest.hex == hashlib.sha256(path.read_bytes()).hexdigest()
    assert facts.size_bytes == path.stat().st_size
    assert (facts.width_px, facts.height_px, facts.codec) == (WIDTH, HEIGHT, "h264")
    assert facts.rate_hz == pytest.approx(10.0)
    assert facts.duration_s == pytest.approx(0.7)
    assert facts.created_utc_ns is None
    assert facts.orientation.upright


@pytest.mark.parametrize(
    ("text", "utc"),
    [("2017-11-13T06:11:00Z", "2017-11-13T06:11:00.000Z"), ("yesterday", None)],
    ids=["a time", "words"],
)
def test_the_creation_time_is_taken_when_it_is_one(tmp_path, text, utc):
    path = tmp_path / "clip.mkv"
    with av.open(str(path), mode="w") as out:
        out.metadata["creation_time"] = text
        stream = out.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(3):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture(number), format="bgr24")))
        out.mux(stream.encode(None))
    created = probe_footage(path).created_utc_ns
    assert (None if created is None else format_utc(created)) == utc


def write_sound(path):
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return path


def _written(path, content):
    path.write_bytes(content)
    return path


def _halved(folder):
    whole = write_clip(folder / "a.mp4", range(9)).read_bytes()
    return _written(folder / "a.mp4", whole[: len(whole) // 2])


def _broken_picture(folder):
    _written(folder / "1.png", b"\x89PNG\r\n\x1a\n" + bytes(40))
    return folder


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(lambda folder: folder / "absent.mp4", "cannot be read: No such file", id="absent"),
        pytest.param(lambda folder: folder, "holds no pictures", id="empty folder"),
        pytest.param(lambda folder: _written(folder / "a.mp4", b""), "the file is empty", id="empty file"),
        pytest.param(lambda folder: _written(folder / "a.mp4", b"x" * 5000), "no video that can", id="noise"),
        pytest.param(lambda folder: write_sound(folder / "a.wav"), "only audio", id="sound only"),
        pytest.param(_halved, "no video that can be opened", id="cut before its index"),
        pytest.param(_broken_picture, "picture cannot be decoded", id="broken picture"),
    ],
)
def test_what_is_no_footage_is_refused_with_advice(tmp_path, make, words):
    path = make(tmp_path)
    with pytest.raises(InputError) as caught:
        probe_footage(path)
    assert words in caught.value.what
    assert caught.value.where


def test_pictures_come_in_order_of_their_names_and_nothing_else_does(tmp_path):
    for name in ("b.PNG", "a.jpg", "notes.txt", "c.png"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in pictures_of(tmp_path)] == ["a.jpg", "b.PNG", "c.png"]


def test_a_folder_of_pictures(tmp_path):
    for number in range(3):
        save_picture(tmp_path / f"{number}.png", picture(number))
    facts = probe_footage(tmp_path)
    assert (facts.codec, facts.rate_hz, facts.duration_s) == ("pictures", 0.0, None)
    assert (facts.width_px, facts.height_px) == (WIDTH, HEIGHT)
    assert facts.size_bytes == sum(path.stat().st_size for path in tmp_path.iterdir())


def test_a_folders_digest_covers_names_and_content(tmp_path):
    save_picture(tmp_path / "1.png", picture(1))
    before, _ = digest_of_footage(tmp_path)
    (tmp_path / "notes.txt").write_text("not footage")
    assert digest_of_footage(tmp_path)[0] == before
    (tmp_path / "1.png").rename(tmp_path / "2.png")
    renamed, _ = digest_of_footage(tmp_path)
    save_picture(tmp_path / "2.png", picture(2))
    assert len({before, renamed, digest_of_footage(tmp_path)[0]}) == 3


def test_a_picture_is_read_blue_green_red(tmp_path):
    bgr = np.zeros((10, 12, 3), np.uint8)
    bgr[:, :4, 0], bgr[:, 4:8, 1], bgr[:, 8:, 2] = 255, 255, 255
    np.testing.assert_array_equal(read_picture(save_picture(tmp_path / "a.png", bgr)), bgr)
