"""Discharges: what belongs together, echoes, counts as intervals, rhythm, crack and blast."""

import numpy as np
import pytest

from tests.unit.listen.bangs import G711, PCM, bang, impulse, laid, quiet
from truceline.errors import InputError
from truceline.listen.discharges.counting import discharge_of, groups_of, rhythm_of
from truceline.listen.discharges.cracks import crack_before
from truceline.listen.discharges.echoes import likeness, with_echoes
from truceline.listen.impulses.features import SHAPE, SHAPE_LEAD
from truceline.records.sounds import Count, CrackBlast, Rhythm


def shape(seed: int, *, late: int = 0) -> np.ndarray:
    wave = np.random.default_rng(seed).normal(0.0, 1.0, SHAPE)
    return np.roll(wave, late)


def test_what_comes_again_weaker_and_alike_is_an_echo():
    impulses = [impulse(1.0), impulse(1.2, level_db=-30.0)]
    marked = with_echoes(impulses, np.array([shape(1), 0.3 * shape(1, late=SHAPE_LEAD // 2)]))
    assert [one.echo_of_s for one in marked] == [None, 1.0]


@pytest.mark.parametrize(
    ("later", "seed"),
    [
        (impulse(1.2, level_db=-30.0), 2),  # another shape
        (impulse(1.2, level_db=-21.0), 1),  # as loud
        (impulse(3.0, level_db=-30.0), 1),  # too late
    ],
)
def test_what_differs_in_shape_level_or_time_is_none(later, seed):
    marked = with_echoes([impulse(1.0), later], np.array([shape(1), shape(seed)]))
    assert marked[1].echo_of_s is None


def test_what_always_comes_as_much_later_is_an_echo_whatever_its_shape():
    impulses = [
        one for at_s in (1.0, 2.3, 3.9) for one in (impulse(at_s), impulse(at_s + 0.3, level_db=-30.0))
    ]
    marked = with_echoes(impulses, np.array([shape(seed) for seed in range(6)]))
    assert [one.echo_of_s for one in marked] == [None, 1.0, None, 2.3, None, 3.9]


def test_a_wave_is_like_itself_turned_over_and_silence_like_nothing():
    assert likeness(shape(1), -shape(1)) == pytest.approx(1.0)
    assert likeness(np.zeros(SHAPE), np.zeros(SHAPE)) == 0.0


def test_pauses_part_groups_and_the_improbable_belongs_to_none():
    group = list(groups_of([impulse(0.0), impulse(0.5, 0.1), impulse(1.0), impulse(4.0)]))
    assert [[one.at_s for one in part] for part in group] == [[0.0, 1.0], [4.0]]


def test_a_count_is_an_interval_in_which_echoes_and_doubt_only_raise_the_high_end():
    marked = with_echoes(
        [impulse(0.0), impulse(0.3, level_db=-40.0), impulse(1.0), impulse(1.5, 0.3)],
        np.array([shape(1), shape(1), shape(2), shape(3)]),
    )
    heard = discharge_of(marked, coding=PCM, cracks=())
    assert (heard.count.low, heard.count.best, heard.count.high) == (2, 2, 4)
    assert heard.times_s == (0.0, 1.0)
    assert heard.doubtful_s == (0.3, 1.5)
    assert any("echo" in said for said in heard.rests_on)


def test_sound_that_keeps_no_cracks_may_hold_each_discharge_twice():
    heard = discharge_of([impulse(0.0), impulse(0.2), impulse(1.0)], coding=G711, cracks=())
    assert (heard.count.low, heard.count.best) == (2, 3)
    assert any("8000 Hz" in said for said in heard.not_possible)


def test_a_shock_wave_is_not_counted():
    pair = CrackBlast(0.0, 0.2, 50.0, 100.0)
    heard = discharge_of([impulse(0.001), impulse(0.2)], coding=PCM, cracks=(pair,))
    assert heard.count == Count(1, 1, 1)
    assert heard.crack == pair


def test_a_happening_of_doubtful_impulses_only_counts_its_best():
    heard = discharge_of([impulse(0.0, 0.2), impulse(0.4, 0.3)], coding=PCM, cracks=())
    assert heard.times_s == (0.4,)
    assert heard.count == Count(0, 1, 2)
    assert heard.probability == 0.3


@pytest.mark.parametrize(
    ("times_s", "rhythm", "interval_s"),
    [
        ([1.0], Rhythm.SINGLE, None),
        ([1.0, 1.5], Rhythm.SERIES, 0.5),
        ([0.0, 0.1, 0.2, 0.3], Rhythm.EVEN_SERIES, 0.1),
        ([0.0, 0.1, 0.2], Rhythm.SERIES, 0.1),
        ([0.0, 0.1, 0.35, 0.4, 0.9], Rhythm.SERIES, 0.175),
    ],
)
def test_rhythm(times_s, rhythm, interval_s):
    told, between_s = rhythm_of(times_s)
    assert told is rhythm
    assert between_s == (None if interval_s is None else pytest.approx(interval_s))


@pytest.mark.parametrize("counts", [(2, 1, 3), (-1, 0, 0), (0, 2, 1)])
def test_an_interval_that_is_none_is_refused(counts):
    with pytest.raises(InputError):
        Count(*counts)


FULL_HZ = 48_000


N_WAVE = 0.2 * np.linspace(1.0, -1.0, round(0.0002 * FULL_HZ))
THUMP = 0.2 * np.sin(np.linspace(0.0, np.pi, round(0.008 * FULL_HZ))) ** 2
HISS = 0.05 * np.random.default_rng(6).normal(size=round(0.02 * FULL_HZ))


def cracked(gap_s: float, wave: np.ndarray = N_WAVE) -> np.ndarray:
    """A blast at 1 s and something before it."""
    samples = laid(quiet(2.0, rate_hz=FULL_HZ), 1.0, bang(rate_hz=FULL_HZ), rate_hz=FULL_HZ)
    return laid(samples, 1.0 - gap_s, wave, rate_hz=FULL_HZ)


def test_a_shock_wave_ahead_of_a_blast_gives_distances_that_hold_the_true_one():
    away_m, mean_mps, sound_mps = 100.0, 720.0, 340.0
    gap_s = away_m / sound_mps - away_m / mean_mps
    pair = crack_before(cracked(gap_s), FULL_HZ, blast_s=1.0, sound_mps=sound_mps)
    assert pair is not None
    assert pair.crack_s == pytest.approx(1.0 - gap_s, abs=0.001)
    assert pair.nearest_m < away_m < pair.farthest_m


@pytest.mark.parametrize(
    "samples", [cracked(0.15, np.zeros(9)), cracked(0.15, THUMP), cracked(0.15, HISS), cracked(0.002)]
)
def test_no_shock_wave_no_pair(samples):
    assert crack_before(samples, FULL_HZ, blast_s=1.0, sound_mps=340.0) is None


def test_a_blast_at_the_very_beginning_has_nothing_before_it():
    assert crack_before(cracked(0.15), FULL_HZ, blast_s=0.01, sound_mps=340.0) is None
