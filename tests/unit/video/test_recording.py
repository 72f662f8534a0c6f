"""A recorder's files: stamps, groups, rate, sound, copied groups; and nothing left where it fails."""

import errno
from fractions import Fraction

import av
import numpy as np
import pytest

from truceline.errors import InputError, ServiceError
from truceline.video.recording import (
    SUFFIXES,
    TICKS_PER_S,
    CctvEncoding,
    GroupCoder,
    Sound,
    recording,
    write_sound,
)

SIZE = (96, 64)
RATE = Fraction(25, 2)
STEP = 7200
ENCODING = CctvEncoding(SIZE, RATE, kbit_s=150, group=10)


def pictures(count, *, seed=1):
    random = np.random.default_rng(seed)
    base = np.repeat(np.repeat(random.integers(40, 200, (8, 12, 3)), 8, axis=0), 8, axis=1)
    noise = random.normal(0, 2, (count, SIZE[1], SIZE[0], 1))
    return np.clip(base + noise, 0, 255).astype(np.uint8)


def write(path, count=25, *, encoding=ENCODING, sound=None, holes=()):
    with recording(path, encoding, sound=sound) as recorder:
        for number, picture in enumerate(pictures(count)):
            if number not in holes:
                recorder.add(picture, number * STEP)
    return path


def packets_of(path):
    with av.open(str(path)) as container:
        assert container.streams.video[0].time_base == Fraction(1, TICKS_PER_S)
        return [(one.pts, one.dts, one.is_keyframe) for one in container.demux(video=0) if one.size]


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_the_same_pictures_give_the_same_bytes(tmp_path, codec):
    encoding = CctvEncoding(SIZE, RATE, codec=codec, kbit_s=150, group=10)
    first = write(tmp_path / "a.mp4", encoding=encoding)
    second = write(tmp_path / "b.mp4", encoding=encoding)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_stamps_are_the_callers_and_lost_frames_leave_holes(tmp_path, codec):
    encoding = CctvEncoding(SIZE, RATE, codec=codec, kbit_s=150, group=10)
    found = packets_of(write(tmp_path / "a.mp4", 20, encoding=encoding, holes=(4, 5, 13)))
    expected = [number * STEP for number in range(20) if number not in (4, 5, 13)]
    assert [pts for pts, _, _ in found] == expected
    assert [dts for _, dts, _ in found] == expected
    assert [place for place, one in enumerate(found) if one[2]] == [0, 10]


def test_a_drifting_clock_keeps_its_stamps(tmp_path):
    ticks = [round(number * STEP * 1.0004) for number in range(30)]
    with recording(tmp_path / "a.mp4", ENCODING) as recorder:
        for at, picture in zip(ticks, pictures(30), strict=True):
            recorder.add(picture, at)
    assert [pts for pts, _, _ in packets_of(tmp_path / "a.mp4")] == ticks


def test_the_rate_is_kept(tmp_path):
    random = np.random.default_rng(2)
    seconds = 16
    path = tmp_path / "a.mp4"
    with recording(path, ENCODING) as recorder:
        for number in range(round(RATE * seconds)):
            picture = random.integers(0, 255, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
            recorder.add(picture, number * STEP)
    kbit_s = path.stat().st_size * 8 / 1000 / seconds
    assert 0.7 * ENCODING.kbit_s < kbit_s < 1.5 * ENCODING.kbit_s


@pytest.mark.parametrize(
    ("codec", "name", "rate_hz"),
    [("pcm", "pcm_s16le", 48_000), ("aac", "aac", 48_000), ("g711", "pcm_mulaw", 8_000)],
)
def test_sound_lies_beside_the_pictures(tmp_path, codec, name, rate_hz):
    samples = (8000 * np.sin(np.arange(2 * rate_hz) / rate_hz * 2 * np.pi * 440)).astype(np.int16)
    path = write(tmp_path / f"a{SUFFIXES[codec]}", 25, sound=Sound(samples, rate_hz, codec))
    with av.open(str(path)) as container:
        assert container.streams.audio[0].codec_context.name == name
        heard = np.concatenate([one.to_ndarray().reshape(-1) for one in container.decode(audio=0)])
    assert len(heard) == pytest.approx(len(samples), abs=3000)
    scale = 32768 if heard.dtype.kind == "f" else 1
    middle = heard[rate_hz // 2 : rate_hz].astype(np.float64) * scale
    assert np.std(middle) == pytest.approx(8000 / np.sqrt(2), rel=0.05)
    assert packets_of(path)[0][0] == 0


def test_sound_that_is_longer_than_the_pictures_is_cut(tmp_path):
    samples = np.zeros(48_000 * 9, dtype=np.int16)
    path = write(tmp_path / "a.mov", 25, sound=Sound(samples, 48_000, "pcm"))
    with av.open(str(path)) as container:
        assert container.streams.audio[0].duration == 96_000


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_a_group_that_is_coded_once_can_be_copied_again_and_again(tmp_path, codec):
    encoding = CctvEncoding(SIZE, RATE, codec=codec, kbit_s=150, group=10)
    coder = GroupCoder(encoding)
    shown = pictures(10), pictures(10, seed=2)
    groups = [coder.coded((number * STEP, one) for number, one in enumerate(part)) for part in shown]
    order = (0, 0, 1, 0, 1)
    with recording(tmp_path / "a.mp4", encoding) as recorder:
        for place, which in enumerate(order):
            recorder.copy(groups[which], place * 10 * STEP)
    with av.open(str(tmp_path / "a.mp4")) as container:
        frames = list(container.decode(video=0))
    assert [one.pts for one in frames] == [number * STEP for number in range(50)]
    for number, frame in enumerate(frames):
        true = shown[order[number // 10]][number % 10].astype(np.float64)
        other = shown[1 - order[number // 10]][number % 10]
        found = frame.to_ndarray(format="bgr24")
        assert np.abs(found - true).mean() < np.abs(found - other.astype(np.float64)).mean() / 3


def recorded(path, *deeds):
    with recording(path, ENCODING) as recorder:
        for deed in deeds:
            deed(recorder)


def test_what_cannot_follow_is_refused(tmp_path):
    coded = GroupCoder(ENCODING).coded((number * STEP, one) for number, one in enumerate(pictures(3)))
    one = pictures(1)[0]
    refusals = {
        "cannot follow": (lambda to: to.add(one, 100), lambda to: to.add(one, 100)),
        "do not mix": (lambda to: to.copy(coded, 0), lambda to: to.add(one, 10 * STEP)),
        "no pictures": (),
    }
    for words, deeds in refusals.items():
        with pytest.raises(InputError, match=words):
            recorded(tmp_path / "a.mp4", *deeds)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"codec": "mjpeg"}, id="codec"),
        pytest.param({"size_px": (97, 64)}, id="odd width"),
        pytest.param({"size_px": (96, 8)}, id="too small"),
    ],
)
def test_what_no_recorder_writes_is_refused(wrong):
    with pytest.raises(InputError):
        CctvEncoding(**{"size_px": SIZE, "rate_hz": RATE, **wrong})
    with pytest.raises(InputError):
        Sound(np.zeros(1, dtype=np.int16), 8000, "mp3")


def test_a_disk_that_refuses_leaves_nothing(tmp_path):
    nowhere = tmp_path / "missing" / "a.mp4"
    with pytest.raises(ServiceError, match="cannot be written"):
        write(nowhere)
    with pytest.raises(ServiceError, match="cannot be written"):
        write_sound(nowhere.with_suffix(".wav"), Sound(np.zeros(9, dtype=np.int16), 8000, "g711"))
    assert list(tmp_path.iterdir()) == []


def test_an_error_on_the_way_leaves_nothing(tmp_path):
    def fail(_recorder):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="space"):
        recorded(tmp_path / "a.mp4", lambda to: to.add(pictures(1)[0], 0), fail)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("codec", "suffix"), [("pcm", ".wav"), ("g711", ".wav"), ("aac", ".m4a")])
def test_sound_alone(tmp_path, codec, suffix):
    rate_hz = 8_000 if codec == "g711" else 48_000
    samples = (8000 * np.sin(np.arange(rate_hz) / 20)).astype(np.int16)
    path = tmp_path / f"mic{suffix}"
    write_sound(path, Sound(samples, rate_hz, codec))
    again = tmp_path / f"again{suffix}"
    write_sound(again, Sound(samples, rate_hz, codec))
    assert path.read_bytes() == again.read_bytes()
    with av.open(str(path)) as container:
        assert sum(one.samples for one in container.decode(audio=0)) == pytest.approx(rate_hz, abs=3000)
