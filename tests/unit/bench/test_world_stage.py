"""Plays seen by cameras without pictures: tracks lie where their actors were, the same for the same seed."""

from dataclasses import replace

import numpy as np
import pytest

from bench.world.rows import link_rows
from bench.world.stage import played, staged, with_supplies
from bench.world.stories import told
from truceline.records.time import NS_PER_S
from truceline.simulate.model.actors import STEP_S
from truceline.simulate.model.devices import Stretch

NAME, SEED = "deer-at-night", 3


@pytest.fixture(scope="module")
def play():
    """The first camera and the second, half a minute of each."""
    whole = played(NAME, seed=SEED)
    starts = {one.camera_id: one.supplies[0].start_s for one in whole.setting.cameras[:2]}
    return with_supplies(whole, {name: (Stretch(at_s, at_s + 30.0),) for name, at_s in starts.items()})


def test_tracks_lie_where_their_actors_truly_were(play):
    of = staged(play, seed=SEED)
    performances = {one.actor.actor_id: one for one in play.performances}
    apart = []
    for run in of.cameras:
        for track in run.tracks:
            actor = performances[of.owners[run.run_id, track.track_id]]
            at_s = (track.utc_ns - play.setting.start_utc_ns) / NS_PER_S - of.ahead_s[run.camera_id]
            rows = np.round(at_s / STEP_S).astype(int)
            apart += np.linalg.norm(actor.enu_m[rows, :2] - track.en_m, axis=1)[track.observed].tolist()
    assert len(apart) > 100
    assert np.median(apart) < 1.0


def test_the_same_seed_gives_the_same_tracks_and_another_one_others(play):
    first, second, other = staged(play, seed=SEED), staged(play, seed=SEED), staged(play, seed=SEED + 1)
    one, same, changed = (of.cameras[0].tracks for of in (first, second, other))
    assert [track.track_id for track in one] == [track.track_id for track in same]
    np.testing.assert_array_equal(one[0].state, same[0].state)
    assert not np.array_equal(one[0].state, changed[0].state)


def test_cameras_give_what_they_supply_and_who_lies_still_is_forgotten(play):
    name = play.setting.cameras[0].camera_id
    start_s = play.setting.cameras[0].supplies[0].start_s
    cut = with_supplies(play, {name: (Stretch(start_s, start_s + 3.0),)})
    of = staged(cut, seed=SEED)
    assert [run.camera_id for run in of.cameras] == [name]
    assert sum(span.seconds for span in of.cameras[0].watched) == pytest.approx(3.0, abs=0.01)
    seen, kept = (
        sum(
            int(track.observed.sum())
            for run in staged(play, seed=SEED, forgets_s=one).cameras
            for track in run.tracks
        )
        for one in (np.inf, 2.0)
    )
    assert kept < seen


def test_a_story_is_compared_with_its_truth(play):
    found = told(staged(play, seed=SEED))
    assert found.runner is None
    assert found.links
    assert all(0.5 <= one.probability <= 1 for one in found.links)


def test_a_row_falls_short_when_links_are_not_what_they_say(monkeypatch, play):
    honest = told(staged(play, seed=SEED))
    lying = replace(honest, links=tuple(replace(one, is_true=False) for one in honest.links))
    for module_story in ("short", "watched"):
        monkeypatch.setattr(f"bench.world.rows.{module_story}", lambda _: lying)
    (row,) = link_rows([1])
    assert row.good is False
