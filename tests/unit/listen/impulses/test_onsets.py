"""Onsets: sudden sounds are found where they begin; noise that is merely loud is none."""

import numpy as np
import pytest

from tests.unit.listen.bangs import RATE_HZ, bang, laid, quiet
from truceline.listen.impulses.bands import RATE_HZ as JUDGED_HZ
from truceline.listen.impulses.bands import at_rate, banded, running_mean
from truceline.listen.impulses.features import NAMES, SHAPE, described
from truceline.listen.impulses.onsets import onsets_of


def found(samples, rate_hz=RATE_HZ):
    sound = banded(samples, rate_hz)
    return described(sound, onsets_of(sound))


def loudest_s(samples, rate_hz=RATE_HZ):
    onsets = found(samples, rate_hz)
    return float(onsets.start_s[np.argmax(onsets.level_db)])


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 44_100, 48_000])
def test_a_bang_is_found_where_it_begins_at_every_rate(rate_hz):
    samples = laid(quiet(3.0, rate_hz=rate_hz), 1.5, bang(rate_hz=rate_hz), rate_hz=rate_hz)
    assert loudest_s(samples, rate_hz) == pytest.approx(1.5, abs=0.004)


def test_bangs_a_tenth_of_a_second_apart_are_told_apart():
    samples = quiet(4.0)
    for at_s in (1.5, 1.6, 1.7):
        samples = laid(samples, at_s, bang(fall_s=0.02))
    starts = found(samples).start_s
    for at_s in (1.5, 1.6, 1.7):
        assert np.abs(starts - at_s).min() < 0.005


def test_two_bangs_nearer_than_the_least_distance_are_one():
    samples = laid(laid(quiet(3.0), 1.5, bang()), 1.515, bang(seed=3))
    assert np.count_nonzero(np.abs(found(samples).start_s - 1.5) < 0.04) == 1


def test_noise_that_swells_slowly_is_no_onset_above_20_db():
    times = np.arange(4 * RATE_HZ) / RATE_HZ
    swell = quiet(4.0, level=1.0) * 0.001 * (1.0 + 100.0 * np.exp(-(((times - 2.0) / 0.6) ** 2)))
    rises = onsets_of(banded(swell, RATE_HZ)).rise_db.mean(axis=1)
    assert rises.max(initial=0.0) < 15.0


def test_a_recording_that_begins_with_a_bang_has_it():
    samples = laid(quiet(2.0), 0.0, bang())
    assert loudest_s(samples) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("length_s", [0.0, 0.001, 0.02])
def test_next_to_nothing_holds_no_onset(length_s):
    assert len(onsets_of(banded(quiet(length_s), RATE_HZ))) == 0


def test_digital_silence_holds_no_onset_and_harms_nothing():
    assert len(found(np.zeros(RATE_HZ)).start_s) == 0


def test_features_are_finite_and_have_their_names():
    onsets = found(laid(np.zeros(RATE_HZ), 0.5, bang()))
    assert onsets.features.shape == (len(onsets.start_s), len(NAMES))
    assert onsets.shapes.shape == (len(onsets.start_s), SHAPE)
    assert np.isfinite(onsets.features).all()


def feature(samples, name):
    onsets = found(samples)
    return float(onsets.features[np.argmax(onsets.level_db), NAMES.index(name)])


def test_features_say_what_their_names_say():
    short = laid(quiet(3.0), 1.5, bang(fall_s=0.01))
    long = laid(quiet(3.0), 1.5, bang(fall_s=0.2))
    assert feature(long, "duration_log2_ms") > feature(short, "duration_log2_ms") + 1.0
    assert feature(long, "late_db") > feature(short, "late_db") + 6.0
    noisy = laid(quiet(3.0, level=0.01), 1.5, bang())
    assert feature(noisy, "above_db") < feature(long, "above_db") - 15.0
    times = np.arange(RATE_HZ // 2) / RATE_HZ
    ring = 0.3 * np.sin(2 * np.pi * 440.0 * times) * np.exp(-times / 0.1)
    assert feature(laid(quiet(3.0), 1.5, ring), "harmonicity") > 0.9
    assert feature(short, "harmonicity") < 0.6
    high = 0.3 * np.sin(2 * np.pi * 3_000.0 * times) * np.exp(-times / 0.1)
    assert feature(laid(quiet(3.0), 1.5, high), "centroid_log2_hz") > np.log2(2_000)
    assert feature(laid(quiet(3.0), 1.5, high), "peakedness_db") > 10.0


def test_samples_are_brought_to_the_judged_rate():
    assert len(at_rate(np.zeros(22_050), 22_050, to_hz=JUDGED_HZ)) == JUDGED_HZ
    assert at_rate(np.ones(10), JUDGED_HZ, to_hz=JUDGED_HZ).tolist() == [1.0] * 10


def test_running_means_end_with_what_is_left():
    assert running_mean(np.array([1.0, 2.0, 3.0, 5.0]), 2).tolist() == [1.5, 2.5, 4.0, 5.0]
