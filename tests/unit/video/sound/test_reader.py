"""Sound tracks: samples with their times, codings, holes, restarts, pictures of another length, refusals."""

import contextlib
from fractions import Fraction

import av
import numpy as np
import pytest

from truceline.errors import InputError
from truceline.video.recording import CctvEncoding, Sound, recording, write_sound
from truceline.video.sound.reader import SoundReader, read_sound
from truceline.video.sound.track import probe_sound

RATE_HZ = 16_000


def tone(length_s: float, *, rate_hz: int = RATE_HZ, seed: int = 1) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0.0, 4_000.0, round(length_s * rate_hz))
    return np.clip(noise, -32_000, 32_000).astype(np.int16)


def stamped(path, pieces, *, rate_hz=RATE_HZ, codec="pcm_s16le", layout="mono"):
    """A Matroska file whose packets carry the stamps (seconds) that they are given."""
    with av.open(str(path), "w", format="matroska") as out:
        stream = out.add_stream(codec, rate=rate_hz, layout=layout)
        for at_s, samples in pieces:
            frame = av.AudioFrame.from_ndarray(np.atleast_2d(samples), format="s16", layout=layout)
            frame.sample_rate = rate_hz
            frame.pts, frame.time_base = round(at_s * rate_hz), Fraction(1, rate_hz)
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return path


def filmed(path, *, pictures_s, sound_s, codec="pcm"):
    """A film of grey pictures with sound of a length of its own."""
    rate_hz = 8_000 if codec == "g711" else 48_000
    sound = Sound(tone(sound_s, rate_hz=rate_hz), rate_hz, codec)
    with recording(path, CctvEncoding((32, 32), Fraction(10), kbit_s=50), sound=sound) as film:
        for number in range(round(pictures_s * 10)):
            film.add(np.full((32, 32, 3), 90, dtype=np.uint8), number * 9_000)
    return path


def joined(blocks):
    return np.concatenate([block.samples for block in blocks])


def test_uncompressed_samples_come_back_as_they_were(tmp_path):
    samples = tone(45.0)
    write_sound(tmp_path / "a.wav", Sound(samples, RATE_HZ, "pcm"))
    reader, blocks = read_sound(tmp_path / "a.wav")
    assert np.array_equal(joined(blocks), samples / 32_768.0)
    assert [block.joined for block in blocks] == [False, True, True]
    assert blocks[1].start_s == pytest.approx(len(blocks[0].samples) / RATE_HZ)
    assert reader.length_s == pytest.approx(45.0)
    assert (reader.gaps, reader.notes) == ((), ())


@pytest.mark.parametrize(
    ("codec", "suffix", "rate_hz", "name", "lossless", "cracks"),
    [
        ("pcm", ".wav", 48_000, "pcm_s16le", True, True),
        ("pcm", ".wav", 22_050, "pcm_s16le", True, False),
        ("aac", ".m4a", 48_000, "aac", False, False),
        ("g711", ".wav", 8_000, "pcm_mulaw", False, False),
    ],
)
def test_what_a_coding_keeps(tmp_path, codec, suffix, rate_hz, name, lossless, cracks):
    write_sound(tmp_path / f"a{suffix}", Sound(tone(1.0, rate_hz=rate_hz), rate_hz, codec))
    coding = probe_sound(tmp_path / f"a{suffix}").coding
    assert (coding.codec, coding.rate_hz, coding.lossless) == (name, rate_hz, lossless)
    assert coding.keeps_cracks is cracks


def test_compressed_sound_keeps_its_time(tmp_path):
    samples = np.zeros(96_000, dtype=np.int16)
    samples[48_000:48_048] = 20_000
    write_sound(tmp_path / "a.m4a", Sound(samples, 48_000, "aac"))
    _, blocks = read_sound(tmp_path / "a.m4a")
    peak = int(np.argmax(np.abs(joined(blocks))))
    assert blocks[0].start_s + peak / 48_000 == pytest.approx(1.0, abs=0.003)


def test_channels_are_listened_to_as_one(tmp_path):
    left, right = tone(1.0), tone(1.0, seed=2)
    both = np.stack([left, right], axis=1).reshape(1, -1)
    reader, blocks = read_sound(stamped(tmp_path / "a.mka", [(0.0, both)], layout="stereo"))
    assert reader.track.coding.channels == 2
    assert np.allclose(joined(blocks), (left / 32_768.0 + right / 32_768.0) / 2.0)


def test_a_jump_of_the_stamps_is_a_hole_and_parts_blocks(tmp_path):
    reader, blocks = read_sound(stamped(tmp_path / "a.mka", [(0.0, tone(1.0)), (3.0, tone(1.0))]))
    assert [(block.start_s, block.joined) for block in blocks] == [(0.0, False), (3.0, False)]
    (gap,) = reader.gaps
    assert gap.kind == "missing"
    assert [gap.start_s, gap.end_s] == pytest.approx([1.0, 3.0])
    assert reader.length_s == pytest.approx(4.0)


def test_jitter_of_the_stamps_is_no_hole(tmp_path):
    pieces = [(0.0, tone(1.0)), (1.02, tone(1.0)), (1.99, tone(1.0))]
    reader, blocks = read_sound(stamped(tmp_path / "a.mka", pieces))
    assert reader.gaps == ()
    assert reader.length_s == pytest.approx(3.0)
    assert len(blocks) == 1


def test_stamps_that_start_anew_run_on_with_a_wider_bound(tmp_path, monkeypatch):
    path = tmp_path / "a.mka"
    reader = SoundReader(stamped(path, [(5.0, tone(1.0)), (6.0, tone(1.0))]))
    stamps = iter([0.0, 0.2])
    monkeypatch.setattr(reader, "_stamp_s", lambda _: next(stamps, None))
    blocks = list(reader.blocks())
    assert [gap.kind for gap in reader.gaps] == ["restart"]
    assert [block.doubt_s for block in blocks] == [0.0, 60.0]
    assert blocks[1].start_s == pytest.approx(1.0)


def test_sound_of_another_length_than_the_pictures_is_said(tmp_path):
    reader = SoundReader(filmed(tmp_path / "a.mov", pictures_s=6.0, sound_s=3.0))
    with contextlib.closing(reader.blocks()) as blocks:
        assert sum(len(block.samples) for block in blocks) == 3 * 48_000
    assert [gap.kind for gap in reader.gaps] == ["ends early"]
    assert any("6.0 s" in note and "3.0 s" in note for note in reader.notes)


def test_sound_beside_pictures_is_timed_from_the_first_picture(tmp_path):
    _, blocks = read_sound(filmed(tmp_path / "a.mov", pictures_s=2.0, sound_s=2.0, codec="g711"))
    assert blocks[0].start_s == pytest.approx(0.0, abs=0.001)


def test_damaged_packets_are_counted(tmp_path):
    path = tmp_path / "a.m4a"
    write_sound(path, Sound(tone(3.0, rate_hz=48_000), 48_000, "aac"))
    data = bytearray(path.read_bytes())
    middle = data.index(b"mdat") + 4_000
    data[middle : middle + 3_000] = bytes(np.random.default_rng(1).integers(0, 256, 3_000, dtype=np.uint8))
    path.write_bytes(data)
    reader, _ = read_sound(path)
    assert any("could not be decoded" in note for note in reader.notes)


def test_pictures_without_sound_are_refused(tmp_path):
    with recording(tmp_path / "a.mp4", CctvEncoding((32, 32), Fraction(10))) as film:
        film.add(np.zeros((32, 32, 3), dtype=np.uint8), 0)
    with pytest.raises(InputError, match="no sound"):
        probe_sound(tmp_path / "a.mp4")


def test_a_rate_that_keeps_nothing_is_refused(tmp_path):
    with pytest.raises(InputError, match="2000 samples a second"):
        probe_sound(stamped(tmp_path / "a.mka", [(0.0, tone(1.0, rate_hz=2_000))], rate_hz=2_000))


def test_what_is_no_recording_is_refused(tmp_path):
    (tmp_path / "a.wav").write_text("nothing", encoding="utf-8")
    with pytest.raises(InputError):
        probe_sound(tmp_path / "a.wav")
