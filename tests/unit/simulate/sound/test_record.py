"""Recordings: as many impulses as shots, the same bytes twice, nothing that was not played."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.sound.stage import (
    EAR,
    STILL,
    microphone,
    noise,
    performance,
    play,
    shot,
    wall,
    world,
)
from truceline.errors import InputError
from truceline.records.time import UtcNs
from truceline.simulate.model.actors import STEP_S, Action, ActorKind, Happening, HappeningKind
from truceline.simulate.model.devices import Stretch
from truceline.simulate.model.scenario import Play
from truceline.simulate.model.world import Weather
from truceline.simulate.sound.heard import listening
from truceline.simulate.sound.making import PRONE_M, makings
from truceline.simulate.sound.record import arrivals, recorded

RATE_HZ = 48_000
WEST = np.array([-1.0, 0.0, 0.0])


def onsets(samples: np.ndarray, *, threshold: int, apart_s: float = 0.03) -> np.ndarray:
    """Times of the samples that rise above a threshold after some quiet."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int64)) > threshold)
    kept = loud[np.diff(loud, prepend=-RATE_HZ) > apart_s * RATE_HZ]
    times: np.ndarray = kept / RATE_HZ
    return times


def with_actors(scene: Play, *actors: object) -> Play:
    return replace(scene, performances=actors)  # type: ignore[arg-type]


def test_close_by_there_are_as_many_impulses_as_shots_and_each_in_its_place():
    times = 0.5 + np.cumsum(np.random.default_rng(1).uniform(0.28, 0.6, 12))
    scene = play(*[shot(float(at), (25.0, 6.0, 1.5), direction=WEST) for at in times])
    samples = recorded(scene, microphone(), stretch=Stretch(0.0, 8.0))
    expected = [one.blast_s for one in arrivals(scene, microphone())]
    assert onsets(samples, threshold=9_000) == pytest.approx(expected, abs=2.0 / RATE_HZ)


def test_of_a_fast_missile_crack_and_blast_are_heard_apart():
    far = shot(1.0, (250.0, 8.0, 1.5), direction=WEST, supersonic=True)
    scene = play(far)
    (arrival,) = arrivals(scene, microphone())
    assert arrival.shock_s is not None
    assert arrival.shock_s < arrival.blast_s - 0.2
    samples = recorded(scene, microphone(), stretch=Stretch(0.0, 3.0))
    heard = onsets(samples, threshold=9_000, apart_s=0.1)
    assert heard[0] == pytest.approx(arrival.shock_s, abs=2.0 / RATE_HZ)
    around = samples[int((arrival.blast_s - 0.002) * RATE_HZ) : int((arrival.blast_s + 0.01) * RATE_HZ)]
    before = samples[int((arrival.blast_s - 0.05) * RATE_HZ) : int((arrival.blast_s - 0.002) * RATE_HZ)]
    assert np.abs(around.astype(int)).max() > 2 * np.abs(before.astype(int)).max()


def test_a_wall_that_stops_the_missile_stops_its_crack():
    far = shot(1.0, (250.0, 8.0, 1.5), direction=WEST, supersonic=True)
    stopped = play(far, place=world(solids=(wall((240.0, 8.0), (1.0, 3.0, 3.0)),)))
    (arrival,) = arrivals(stopped, microphone())
    assert arrival.shock_s is None


def test_same_seed_same_bytes_other_seed_others():
    def bytes_of(seed: int) -> bytes:
        scene = play(shot(0.4, (30.0, 9.0, 1.5)), weather=Weather(rain_mm_h=2.0), seed=seed)
        return recorded(scene, microphone(), stretch=Stretch(0.0, 1.0)).tobytes()

    assert bytes_of(7) == bytes_of(7)
    assert bytes_of(7) != bytes_of(8)


def test_a_stretch_sounds_the_same_whatever_comes_before_it():
    scene = play(shot(1.2, (30.0, 9.0, 1.5)), weather=Weather(wind_mps=(3.0, 0.0), rain_mm_h=1.0))
    whole = recorded(scene, microphone(), stretch=Stretch(0.0, 3.0)).astype(int)
    part = recorded(scene, microphone(), stretch=Stretch(1.0, 2.5)).astype(int)
    assert np.abs(whole[RATE_HZ : RATE_HZ + len(part)] - part).max() <= 1


def test_length_is_that_of_the_stretch_and_an_empty_one_is_empty():
    scene = play()
    assert len(recorded(scene, microphone(), stretch=Stretch(0.25, 0.75))) == 24_000
    assert not len(recorded(scene, microphone(), stretch=Stretch(2.0, 2.0)))


def test_pieces_of_a_long_recording_join(monkeypatch):
    scene = play(shot(1.1, (30.0, 9.0, 1.5)))
    whole = recorded(scene, microphone(), stretch=Stretch(0.0, 2.0)).astype(int)
    monkeypatch.setattr("truceline.simulate.sound.record.PIECE_S", 0.7)
    assert np.abs(recorded(scene, microphone(), stretch=Stretch(0.0, 2.0)).astype(int) - whole).max() <= 1


def test_what_names_no_sound_is_silent_and_shots_need_none():
    fell = Happening(HappeningKind.FELL, 0.5, 0.5, ("p1",), np.array([9.0, 0.0, 0.0]))
    scene = play(fell)
    assert arrivals(scene, microphone()) == []
    empty = recorded(play(), microphone(), stretch=Stretch(0.0, 1.0))
    assert (recorded(scene, microphone(), stretch=Stretch(0.0, 1.0)) == empty).all()
    assert [one.sound.peak_db for one in listening(play(shot(0.5, (9.0, 0, 0))), microphone()).sounding] == [
        164.0
    ]


def test_an_unknown_sound_is_refused():
    with pytest.raises(InputError, match="cannon"):
        arrivals(play(noise("cannon", 2.0, (9.0, 0.0, 1.0))), microphone())


def test_a_place_on_the_ground_is_where_the_actor_stands_not_the_muzzle():
    standing = performance(np.zeros((100, 3)), 0.0, Action.AIM, kind=ActorKind.PERSON)
    prone = performance(np.zeros((100, 3)), 0.0, Action.AIM_PRONE, kind=ActorKind.PERSON)
    fired = shot(0.5, (9.0, 0.0, 0.0), actor_ids=("a1",))
    for who, height_m in ((standing, 1.45), (prone, PRONE_M)):
        scene = with_actors(play(fired), who)
        (making,) = makings(scene, listening(scene, microphone()).place)
        assert making.source_enu_m.tolist() == [9.0, 0.0, height_m]


def test_each_sound_has_its_own_height_above_a_place_on_the_ground_and_none_above_one_in_the_air():
    scene = play(
        noise("firework", 1.0, (9.0, 0.0, 0.0)),
        noise("backfire", 1.0, (9.0, 0.0, 0.0)),
        noise("firework", 1.0, (9.0, 0.0, 31.0)),
    )
    heights = [float(one.source_enu_m[2]) for one in makings(scene, listening(scene, microphone()).place)]
    assert heights == [70.0, 0.4, 31.0]


def test_a_backfire_is_no_shot_and_is_weaker():
    def loudness(happening: Happening) -> float:
        samples = recorded(play(happening), microphone(), stretch=Stretch(0.9, 1.6))
        return float(np.abs(samples.astype(int)).max())

    assert 20 * loudness(noise("backfire", 1.0, (60.0, 0, 1.0))) < loudness(
        shot(1.0, (60.0, 0, 1.0), direction=WEST)
    )


def drive_past(speed_mps: float) -> Play:
    east = -60.0 + speed_mps * np.arange(0.0, 8.0, STEP_S)
    way = np.stack([east, np.full_like(east, 8.0), np.zeros_like(east)], axis=1)
    return with_actors(play(), performance(way, speed_mps, Action.DRIVE))


def test_a_vehicle_is_loudest_as_it_passes_and_its_pitch_falls():
    samples = recorded(drive_past(15.0), microphone(), stretch=Stretch(0.0, 8.0)).astype(float)
    level = np.sqrt(np.mean(samples.reshape(-1, 4_800) ** 2, axis=1))
    assert int(np.argmax(level)) / 10 == pytest.approx(60.0 / 15.0, abs=0.4)
    assert level.max() > 5.0 * level[5]

    def pitch_hz(begin_s: float) -> float:
        piece = samples[int(begin_s * RATE_HZ) : int((begin_s + 1.0) * RATE_HZ)] * np.hanning(RATE_HZ)
        power = np.abs(np.fft.rfft(piece, 4 * RATE_HZ))
        return float(np.argmax(power[4 * 40 : 4 * 200]) / 4 + 40)

    toward, away = pitch_hz(1.0), pitch_hz(6.0)
    assert toward / away == pytest.approx((340.0 + 15.0) / (340.0 - 15.0), rel=0.02)


def test_who_is_away_or_parked_is_not_heard():
    empty = recorded(play(), microphone(), stretch=Stretch(0.0, 1.0))
    way = np.tile(EAR * 0.5, (100, 1))
    for action in (Action.AWAY, Action.PARKED):
        scene = with_actors(play(), performance(way, 0.0, action))
        assert (recorded(scene, microphone(), stretch=Stretch(0.0, 1.0)) == empty).all()


def test_steps_of_a_walker_near_by_are_heard_and_of_one_far_off_are_not():
    def loudness(north_m: float) -> float:
        way = np.tile(np.array([0.0, north_m, 0.0]), (150, 1))
        scene = with_actors(play(), performance(way, 1.4, Action.WALK, kind=ActorKind.PERSON))
        samples = recorded(scene, microphone(), stretch=Stretch(0.5, 2.5)).astype(float)
        return float(np.std(samples))

    assert loudness(3.0) > 1.5 * loudness(500.0)


def test_birds_call_by_day_and_not_by_night():
    def sounds(hour: float) -> np.ndarray:
        scene = play()
        setting = replace(scene.setting, start_utc_ns=UtcNs(int(hour * 3_600) * 10**9))
        ears = recorded(replace(scene, setting=setting), microphone(), stretch=Stretch(0.0, 45.0))
        return ears.astype(float)

    assert np.abs(sounds(9.0)).max() > 3.0 * np.abs(sounds(1.0)).max()


def test_wind_from_the_source_brings_sound_sooner():
    fired = shot(1.0, (300.0, 0.0, 2.0))
    with_wind = play(fired, weather=replace(STILL, wind_mps=(-6.0, 0.0)))
    (sooner,), (later,) = arrivals(with_wind, microphone()), arrivals(play(fired), microphone())
    speed_mps = 300.0 / (later.blast_s - 1.0)
    assert sooner.blast_s - 1.0 == pytest.approx(300.0 / (speed_mps + 6.0))
