"""Listening: what comes later is heard later; louder, noisier or worse timed is never surer."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.listen.bangs import RATE_HZ, bang, laid, quiet
from truceline.listen.impulses.finding import found_in
from truceline.listen.places.air import Air
from truceline.listen.places.posterior import Arrivals
from truceline.listen.places.region import place_of
from truceline.records.sounds import PlaceEllipse

SEEDS = st.integers(0, 10_000)
LEAST_DB = -50.0


def scene(seed):
    random = np.random.default_rng(seed)
    sheet = quiet(6.0, level=1e-3, seed=seed)
    for number in range(int(random.integers(1, 4))):
        fall_s = float(np.exp(random.uniform(np.log(0.005), np.log(0.25))))
        wave = random.uniform(0.05, 0.8) * bang(seed=seed + number, fall_s=fall_s)
        sheet = laid(sheet, float(random.uniform(2.0, 4.0)), wave)
    return sheet


def loud(samples, **moved):
    return [one for one in found_in(samples, RATE_HZ, **moved).impulses if one.level_db > LEAST_DB]


@settings(max_examples=15)
@given(SEEDS, st.integers(1, 60))
def test_later_sound_is_heard_later_and_as_surely(seed, hundredths):
    samples = scene(seed)
    moved = np.concatenate(
        [samples[-hundredths * RATE_HZ // 100 :] * 0.0 + quiet(hundredths / 100, level=1e-3, seed=9), samples]
    )
    here, there = loud(samples), loud(moved)
    assert len(here) == len(there)
    for one, other in zip(here, there, strict=True):
        assert abs(other.at_s - one.at_s - hundredths / 100) < 0.002
        assert abs(other.probability - one.probability) < 0.05


@settings(max_examples=15)
@given(SEEDS, st.floats(0.1, 20.0))
def test_gain_changes_nothing_louder_is_not_surer(seed, gain):
    samples = scene(seed)
    here, there = found_in(samples, RATE_HZ).impulses, found_in(samples * gain, RATE_HZ).impulses
    kept = [one for one in here if one.level_db > LEAST_DB]
    for one in kept:
        other = min(there, key=lambda two: abs(two.at_s - one.at_s))
        assert abs(other.at_s - one.at_s) < 1e-6
        assert abs(other.probability - one.probability) < 0.01
        assert abs(other.level_db - one.level_db - 20.0 * np.log10(gain)) < 0.1


@settings(max_examples=10)
@given(SEEDS)
def test_a_bang_that_noise_buries_is_no_discharge(seed):
    buried = laid(quiet(6.0, level=0.5, seed=seed), 3.0, 0.2 * bang(seed=seed))
    assert all(one.probability < 0.5 for one in found_in(buried, RATE_HZ).impulses)


@settings(max_examples=10)
@given(st.floats(0.0, 2 * np.pi), st.floats(60.0, 160.0), st.floats(1.5, 6.0))
def test_worse_clocks_never_make_a_smaller_region(bearing, away_m, worse):
    turn = np.arange(3) * 2.0 * np.pi / 3.0
    ears = np.stack([120.0 * np.sin(turn), 120.0 * np.cos(turn), np.full(3, 1.5)], axis=1)
    source = away_m * np.array([np.sin(bearing), np.cos(bearing)])
    air = Air(15.0, 1.0, (0.0, 0.0), 0.5)
    at_s = np.linalg.norm(ears[:, :2] - source, axis=1) / air.sound_mps

    def area(sigma_s):
        place, _ = place_of(Arrivals(ears, at_s, np.full(3, sigma_s)), air)
        if not isinstance(place, PlaceEllipse):
            return np.inf
        return place.scale**2 * float(np.sqrt(np.linalg.det(place.covariance_m2)))

    assert area(0.003 * worse) >= area(0.003) * 0.98
