"""Microphones: sensitivity, rails, high pass, and an automatic gain that comes too late for a bang."""

import numpy as np
import pytest

from tests.unit.simulate.sound.stage import microphone
from truceline.simulate.sound import microphone as mics

RATE_HZ = mics.RATE_HZ
PLAIN = mics.Capsule(full_scale_db=114.0, noise_db=20.0, low_hz=10.0, high_hz=20_000.0)


def tone(level_db: float, length_s: float, *, at_hz: float = 1_000.0) -> np.ndarray:
    amplitude = 20e-6 * 10.0 ** (level_db / 20.0) * np.sqrt(2.0)
    wave: np.ndarray = amplitude * np.sin(2.0 * np.pi * at_hz * np.arange(int(length_s * RATE_HZ)) / RATE_HZ)
    return wave


def shares(pressure: np.ndarray, capsule: mics.Capsule = PLAIN, **gain: mics.AutomaticGain) -> np.ndarray:
    taken, _ = mics.taken(pressure, capsule, state=mics.started(capsule), gain=gain.get("gain"))
    return taken


def test_a_sine_of_the_full_scale_level_just_reaches_the_rails():
    assert np.abs(shares(tone(114.0, 0.2))[2_000:]).max() == pytest.approx(1.0, abs=0.01)
    # 1 Pa is 94 dB: the rail of 114 dB is ten times that, at the top of the sine.
    assert PLAIN.full_scale_pa == pytest.approx(10.0 * np.sqrt(2.0), rel=0.01)
    assert PLAIN.sensitivity * PLAIN.full_scale_pa == pytest.approx(32_768.0)


def test_what_is_louder_stays_at_the_rails():
    samples = mics.quantised(shares(tone(130.0, 0.1)))
    assert samples.dtype == np.int16
    assert (samples.min(), samples.max()) == (-32_768, 32_767)


def test_lows_are_cut_at_the_corner():
    capsule = mics.Capsule(114.0, 20.0, 90.0, 20_000.0)
    at_corner = np.abs(shares(tone(94.0, 0.5, at_hz=90.0), capsule)[12_000:]).max()
    above = np.abs(shares(tone(94.0, 0.5, at_hz=900.0), capsule)[12_000:]).max()
    assert 20.0 * np.log10(above / at_corner) == pytest.approx(3.0, abs=0.2)


def test_pieces_are_taken_as_one():
    sound = tone(90.0, 0.1)
    whole, end = mics.taken(sound, PLAIN, state=mics.started(PLAIN), gain=None)
    first, between = mics.taken(sound[:2_000], PLAIN, state=mics.started(PLAIN), gain=None)
    second, last = mics.taken(sound[2_000:], PLAIN, state=between, gain=None)
    assert np.concatenate([first, second]) == pytest.approx(whole, abs=1e-12)
    assert last.memory == pytest.approx(end.memory)


def test_automatic_gain_lifts_the_quiet_and_lets_a_bang_through_before_it_ducks():
    gain = mics.AutomaticGain()
    quiet, bang = tone(60.0, 8.0), tone(112.0, 0.1)
    plain = shares(np.concatenate([quiet, bang, quiet]))
    steered = shares(np.concatenate([quiet, bang, quiet]), gain=gain)
    lifted = np.abs(steered[300_000:380_000]).max() / np.abs(plain[300_000:380_000]).max()
    assert 20.0 * np.log10(lifted) == pytest.approx(gain.most_db, abs=1.0)
    begin = len(quiet)
    assert np.abs(steered[begin : begin + 200]).max() > 2.0  # cut at the rails
    assert np.abs(steered[begin + 4_000 : begin + 4_700]).max() < 0.5
    after = begin + len(bang) + 2_000
    assert np.abs(steered[after : after + 500]).max() < 0.1 * np.abs(steered[300_000:380_000]).max()


def test_a_cameras_microphone_overloads_sooner_than_one_that_stands_alone():
    alone, inside = (mics.capsule_of(microphone(recorded_with=camera)) for camera in (None, "cam"))
    assert inside.full_scale_db < alone.full_scale_db
    assert inside.noise_db > alone.noise_db
