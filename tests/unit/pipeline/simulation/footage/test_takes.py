"""Takes: which files a camera's stretches go into, and who is handed on with them."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.truth.settings import camera, setting, walker
from truceline.pipeline.simulation.footage.takes import MARGIN_S, cast_of, planned_takes, seed_of
from truceline.simulate.model.actors import STEP_S, Action, Happening, HappeningKind
from truceline.simulate.model.devices import MicrophonePlan, Nuisance, NuisanceKind, Stretch
from truceline.simulate.model.scenario import Play


def test_files_are_cut_at_the_recorders_segments_and_numbered_through_the_stretches():
    given = setting()
    takes = planned_takes(given, given.cameras[:1])
    names = [part.name for take in takes for part in take.parts]
    assert names == ["north-gate_001.mp4", "north-gate_002.mp4", "north-gate_003.mp4"]
    assert [(part.first, part.end) for part in takes[0].parts] == [(0, 25), (25, 50)]
    assert [len(take.frames) for take in takes] == [50, 25]


def test_each_stretch_has_a_seed_of_its_own():
    given = setting()
    seeds = [take.seed for take in planned_takes(given, given.cameras)]
    assert len(set(seeds)) == len(seeds) == 4
    assert seed_of(1, "a", number=0) == seed_of(1, "a", number=0) != seed_of(2, "a", number=0)


def test_a_camera_with_a_microphone_of_g711_writes_a_container_that_can_hold_it():
    given = setting()
    microphone = MicrophonePlan("m", np.zeros(3), codec="g711", recorded_with="heat")
    takes = planned_takes(replace(given, microphones=(microphone,)), given.cameras)
    assert {take.parts[0].name[-4:] for take in takes if take.camera.camera_id == "heat"} == {".mov"}
    assert {take.sound_codec for take in takes} == {None, "g711"}


def test_lost_frames_are_in_no_file():
    lost = Nuisance(NuisanceKind.DROPPED_FRAMES, 0.0, 10.0, 1.0)
    given = setting(cameras=(camera(nuisances=(lost,)),))
    (take, _) = planned_takes(given, given.cameras)
    assert 5 < sum(not frame.kept for frame in take.frames) < 45
    for part in take.parts:
        assert take.frames[part.first].kept
        assert take.frames[part.end - 1].kept


def test_a_stretch_of_which_nothing_is_kept_gives_no_file():
    given = setting(cameras=(camera(supplies=(Stretch(1.0, 1.0),)),))
    (take,) = planned_takes(given, given.cameras)
    assert take.parts == ()


def shot(at_s: float) -> Happening:
    return Happening(HappeningKind.SHOT, at_s, at_s, ("walker",), np.zeros(3))


def test_only_who_and_what_belongs_to_a_stretch_is_handed_on():
    gone = walker("gone")
    gone.action[:] = Action.AWAY
    play = Play(setting(), (gone, walker()), (shot(0.5), shot(4.0), shot(9.0)))
    cast = cast_of(play, Stretch(3.0, 5.0))
    assert cast.identities == (2,)
    assert cast.start_s == pytest.approx(3.0 - MARGIN_S)
    (one,) = cast.performances
    first = round(cast.start_s / STEP_S)
    assert np.array_equal(one.enu_m, play.performances[1].enu_m[first : first + len(one.enu_m)])
    assert one.at_s[-1] + cast.start_s >= 5.0 + MARGIN_S
    assert [flash.at_s for flash in cast.flashes] == [4.0]


def test_a_flash_is_the_same_for_every_stretch():
    play = Play(setting(), (walker(),), tuple(shot(float(at_s)) for at_s in range(9)))
    early, late = cast_of(play, Stretch(0.0, 5.0)), cast_of(play, Stretch(3.0, 8.0))
    lights = {flash.at_s: flash.light for flash in early.flashes}
    shared = [flash for flash in late.flashes if flash.at_s in lights]
    assert len(shared) >= 4
    assert all(lights[flash.at_s] == flash.light for flash in shared)
