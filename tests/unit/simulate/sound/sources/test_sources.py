"""Sources: every sound of the catalogue is finite, of height about 1, and the same by the same seed."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import fft

from tests.unit.simulate.sound.stage import performance
from truceline.errors import InputError
from truceline.simulate.model.actors import STEP_S, Action, ActorKind
from truceline.simulate.model.world import Weather
from truceline.simulate.sound.catalogue import CATALOGUE, pascals, sound_named
from truceline.simulate.sound.sources import engines, waves, weather

RATE_HZ = waves.RATE_HZ


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_sound_is_of_height_one_and_drawn_from_its_stream(name):
    make = CATALOGUE[name].make
    wave = make(np.random.default_rng(4), 1.0)
    assert np.isfinite(wave).all()
    assert 0.6 < np.abs(wave).max() < 1.6
    assert len(wave) < 9 * RATE_HZ
    assert (wave == make(np.random.default_rng(4), 1.0)).all()
    other = make(np.random.default_rng(5), 1.0)
    assert len(other) != len(wave) or not np.allclose(other, wave)


@pytest.mark.parametrize("name", [name for name, sound in CATALOGUE.items() if sound.impulses])
def test_what_is_said_to_begin_with_a_bang_does(name):
    wave = np.abs(CATALOGUE[name].make(np.random.default_rng(1), 0.5))
    start = int(np.argmax(wave > 0.1 * wave.max()))
    top = start + int(np.argmax(wave[start:] > 0.5 * wave.max()))
    assert top - start < 0.025 * RATE_HZ


@pytest.mark.parametrize("name", ["voice", "shout", "voices", "dog", "horn", "firecrackers", "hammer"])
def test_what_has_a_length_fills_it(name):
    wave = CATALOGUE[name].make(np.random.default_rng(2), 4.0)
    assert len(wave) >= 3.4 * RATE_HZ
    last_second = wave[int(2.6 * RATE_HZ) : int(4.0 * RATE_HZ)]
    assert np.abs(last_second).max() > 0.1


def test_an_unknown_sound_is_refused_with_the_names_that_there_are():
    with pytest.raises(InputError, match="no sound is called “cannon”") as refusal:
        sound_named("cannon", where="line 7")
    assert refusal.value.where == "line 7"
    assert "backfire" in refusal.value.do


def test_pascals():
    assert pascals(94.0) == pytest.approx(1.0, rel=0.01)


def test_a_free_blast_sums_to_nothing_and_turns_after_its_positive_time():
    wave = waves.friedlander(1e-3)
    assert abs(np.sum(wave)) < 0.02 * np.sum(np.abs(wave))
    assert wave[47] > 0.0 > wave[49]


def test_modes_ring_at_their_frequency():
    wave = waves.modes(
        np.array([440.0]), qualities=np.array([200.0]), strengths=np.array([1.0]), length_s=1.0
    )
    assert int(np.argmax(np.abs(fft.rfft(wave)))) == pytest.approx(440, abs=1)


def test_waves_are_laid_where_they_belong_and_cut_at_both_ends():
    sheet = waves.laid([(8, np.ones(4)), (11, np.full(5, 2.0)), (40, np.ones(3))], 10, count=4)
    assert sheet.tolist() == [1.0, 3.0, 2.0, 2.0]


def test_noise_is_the_same_whoever_asks_for_it_and_of_its_level():
    shape = weather.levelled(np.ones(weather.HOP + 1), 60.0)
    whole = weather.blocks(shape, (1, 2), first=-5_000, count=200_000, drops_hz=0.0)
    part = weather.blocks(shape, (1, 2), first=70_000, count=30_000, drops_hz=0.0)
    assert whole[75_000:105_000] == pytest.approx(part, abs=1e-9)
    assert 20.0 * np.log10(np.std(whole) / 20e-6) == pytest.approx(60.0, abs=0.2)


def level_db(air: Weather) -> float:
    outdoors = weather.Outdoors(air, 0.5, (3,))
    pressure = weather.noise(outdoors, 0, count=150_000)
    return float(20.0 * np.log10(np.std(pressure) / 20e-6))


def test_wind_and_rain_are_louder_than_calm():
    calm = level_db(Weather(wind_mps=(0.0, 0.0)))
    breeze, gale = level_db(Weather(wind_mps=(2.0, 0.0))), level_db(Weather(wind_mps=(6.0, 8.0)))
    assert calm == pytest.approx(weather.QUIET_DB, abs=1.0)
    assert calm + 20.0 < breeze < gale - 20.0
    assert level_db(Weather(wind_mps=(0.0, 0.0), rain_mm_h=5.0)) > calm + 12.0


def test_gusts_are_about_the_mean_and_never_backwards():
    outdoors = weather.Outdoors(Weather(wind_mps=(3.0, 4.0)), 0.0, (3,))
    speeds = weather.gusts(outdoors, np.arange(0.0, 600.0, 0.1))
    assert speeds.mean() == pytest.approx(5.0, rel=0.1)
    assert 0.2 < speeds.std() / speeds.mean() < 0.45
    assert speeds.min() > 0.0


def test_an_engine_turns_faster_and_louder_with_speed_and_not_at_all_when_parked():
    still = np.zeros((200, 3))
    idle = engines.running(performance(still, 0.0, Action.DRIVE))
    slow, fast = (engines.running(performance(still, speed, Action.DRIVE)) for speed in (5.0, 13.0))
    stuck = engines.running(performance(still, 0.3, Action.STUCK))
    parked = engines.running(performance(still, 0.0, Action.PARKED))
    assert idle.turns[-1] - idle.turns[0] == pytest.approx(199 * STEP_S * engines.IDLE_RPM / 60.0, rel=0.01)
    assert fast.turns[-1] > slow.turns[-1] > idle.turns[-1]
    assert stuck.turns[-1] > 2.0 * idle.turns[-1]
    assert fast.rush_pa[100] > 4.0 * slow.rush_pa[100]
    assert parked.engine_pa.max() == parked.rush_pa.max() == 0.0


def test_a_stuck_engine_idles_between_the_rocking_and_is_off_when_its_driver_has_got_out():
    rocks = performance(np.zeros((600, 3)), 0.3, Action.STUCK)
    rows = np.arange(600)
    stays = replace(rocks, speed_mps=np.where(rows < 200, 0.3, 0.0), door=np.where(rows >= 400, 1.0, 0.0))
    heard = engines.running(stays)
    turning = np.diff(heard.turns) / STEP_S * 60.0
    assert turning[100] > 1_000.0
    assert turning[350] == pytest.approx(engines.IDLE_RPM)
    assert heard.engine_pa[350] > 0.0
    assert heard.engine_pa[500] == 0.0


def test_firing_order_of_four_cylinders_is_the_second():
    table = engines.firing_table(ActorKind.CAR, 3)
    orders = np.abs(fft.rfft(table))
    assert np.sqrt(np.mean(table**2)) == pytest.approx(1.0)
    assert orders[2] > 3.0 * max(orders[1], orders[3])
