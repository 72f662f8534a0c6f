import contextlib
import resource
from fractions import Fraction

import numpy as np
import pytest

from tests.unit.video.clips import number_of, picture, reader_of, seconds_of
from truceline.errors import InputError, ServiceError
from truceline.video.writing import Encoding, write_video

TEN_HZ = Encoding(Fraction(10))


def noise(count, *, width=160, height=120):
    generator = np.random.default_rng(1)
    for _ in range(count):
        yield generator.integers(0, 255, (height, width, 3), dtype=np.uint8)


@contextlib.contextmanager
def room_for(size_bytes):
    """The kernel refuses to let any file grow beyond that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "out.mp4"
    assert write_video(path, (picture(number) for number in range(9)), encoding=TEN_HZ) == 9
    frames = list(reader_of(path).frames())
    assert [number_of(frame.bgr) for frame in frames] == list(range(9))
    assert seconds_of([frame.stamp for frame in frames]) == pytest.approx([n / 10 for n in range(9)])


def test_the_same_frames_give_the_same_bytes(tmp_path):
    for name in ("a.mp4", "b.mp4"):
        write_video(tmp_path / name, noise(12), encoding=TEN_HZ)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_smaller_crf_gives_a_truer_picture(tmp_path):
    errors = []
    for crf in (18, 40):
        path = tmp_path / f"{crf}.mp4"
        write_video(path, noise(2), encoding=Encoding(Fraction(10), crf=crf))
        frames = zip(reader_of(path).frames(), noise(2), strict=True)
        errors.append(np.mean([np.abs(got.bgr.astype(int) - was).mean() for got, was in frames]))
    assert errors[0] < errors[1]


def test_an_odd_size_loses_its_last_row_and_column(tmp_path):
    path = tmp_path / "odd.mp4"
    write_video(path, [picture(3, width=65, height=49)], encoding=TEN_HZ)
    facts = reader_of(path).facts
    assert (facts.width_px, facts.height_px) == (64, 48)


def test_fractional_rates_are_kept(tmp_path):
    path = tmp_path / "ntsc.mp4"
    write_video(path, [picture(n) for n in range(6)], encoding=Encoding(Fraction(30000, 1001)))
    stamps = [frame.stamp for frame in reader_of(path).frames()]
    assert seconds_of(stamps)[5] == pytest.approx(5 * 1001 / 30000, abs=1e-6)


def test_no_frames_are_no_video(tmp_path):
    with pytest.raises(InputError, match="no frames"):
        write_video(tmp_path / "none.mp4", [], encoding=TEN_HZ)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_and_keeps_what_was_there(tmp_path):
    path = tmp_path / "out.mp4"
    path.write_bytes(b"the old one")
    with room_for(20_000), pytest.raises(ServiceError) as caught:
        write_video(path, noise(30), encoding=Encoding(Fraction(10), crf=1))
    assert caught.value.exit_code == 4
    assert caught.value.where == str(path)
    assert [one.name for one in tmp_path.iterdir()] == ["out.mp4"]
    assert path.read_bytes() == b"the old one"


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(ServiceError, match="cannot be written"):
        write_video(tmp_path / "absent" / "out.mp4", [picture(1)], encoding=TEN_HZ)


def test_an_interruption_leaves_nothing(tmp_path):
    def interrupted():
        yield picture(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_video(tmp_path / "out.mp4", interrupted(), encoding=TEN_HZ)
    assert list(tmp_path.iterdir()) == []
