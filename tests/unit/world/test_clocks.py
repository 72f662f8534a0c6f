"""Clocks: what is proposed, what keeps its bound, and what contradicts itself."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.world.walkers import (
    SITE,
    START,
    at,
    crowd,
    given,
    seconds_of,
    track_of,
    two_views,
    walk,
)
from truceline.errors import InputError
from truceline.records.subjects import ClockProposal
from truceline.records.tracks import Track
from truceline.world.clocks.instants import Instant, Weights
from truceline.world.clocks.proposals import Declared, Evidence, compare_clocks, confirmed_clocks
from truceline.world.likeness import Differ
from truceline.world.sightings import traces_of
from truceline.world.together import put_together
from truceline.world.views import Eyes, merged_watch, views_of

SECONDS = seconds_of(0, 20)


def proposal_of(runs, **others):
    (found,) = put_together(runs, SITE, **others).clocks
    return found


@pytest.mark.parametrize("ahead_s", [pytest.param(-12.4, id="behind"), pytest.param(3.7, id="ahead")])
def test_an_offset_is_found_within_its_bound(ahead_s):
    found = proposal_of(two_views(SECONDS, crowd(SECONDS, seed=5), ahead_s=ahead_s, bound_s=30.0))
    assert found.applied
    assert abs(found.offset_s - ahead_s) <= found.bound_s < 1.0
    assert "4 moving subjects" in found.rests_on[0]


def stands(runs, *, why, declared_s=20.05):
    """Nothing is applied, the declared bound stands, and it is said why."""
    found = proposal_of(runs)
    assert (found.applied, found.offset_s, found.bound_s) == (False, 0.0, pytest.approx(declared_s))
    assert why in found.rests_on[0]
    assert found.rests_on[1] == f"the declared bound of ±{declared_s:g} s stands"


def test_one_person_alone_says_too_little():
    stands(two_views(SECONDS, crowd(SECONDS, people=1), ahead_s=2.0, bound_s=20.0), why="too few")


def test_who_stands_still_says_nothing():
    paths = np.tile(np.array([[[1.0, 2.0]], [[-3.0, 0.0]], [[2.0, -2.0]]]), (1, len(SECONDS), 1))
    stands(two_views(SECONDS, paths, bound_s=20.0), why="nobody who moved")


def test_people_who_follow_one_another_in_step_are_ambiguous():
    # Six in a row, 4 s apart, all the same way: another offset by 4 s fits all but the first and the last.
    long = seconds_of(0, 60)
    tracks: dict[str, list[Track]] = {"south": [], "east": []}
    for camera, ahead_s in (("south", 0.0), ("east", 5.0)):
        for number in range(6):
            own = long[(long >= 4 * number) & (long <= 4 * number + 8)]
            path = walk((4 * number, -5, 0), (4 * number + 8, 5, 0), seconds=own)
            tracks[camera].append(track_of(f"{camera}-{number}", own, path, camera=camera, ahead_s=ahead_s))
    runs = [
        given("south", tracks["south"][1:], watched=[(0, 60)], clock="a"),
        given("east", tracks["east"][:5], watched=[(5, 65)], clock="b", bound_s=20.0),
    ]
    stands(runs, why="ambiguous")


def test_clocks_that_contradict_their_bound_are_not_believed():
    stands(
        two_views(SECONDS, crowd(SECONDS, seed=5), ahead_s=2.0, bound_s=0.3),
        why="contradiction",
        declared_s=0.35,
    )


def test_views_that_never_met_keep_their_bound():
    early, late = crowd(SECONDS), crowd(SECONDS, seed=9)
    runs = [
        two_views(SECONDS, early, bound_s=5.0)[0],
        two_views(SECONDS, late, ahead_s=500.0, bound_s=5.0)[1],
    ]
    stands(runs, why="nobody who moved", declared_s=5.05)


def test_a_bound_that_is_no_better_changes_nothing():
    found = proposal_of(two_views(SECONDS, crowd(SECONDS)))
    assert (found.applied, found.offset_s) == (False, 0.0)


def test_sharp_instants_alone_give_an_offset():
    shots = np.cumsum(np.random.default_rng(2).uniform(0.35, 0.85, 20))
    instants = [Instant("a", at(one), 0.02) for one in shots]
    instants += [Instant("b", at(one + 4.2), 0.02) for one in shots[3:]]
    runs = two_views(SECONDS, crowd(SECONDS, people=1), ahead_s=4.2, bound_s=20.0)
    found = proposal_of(runs, instants=instants)
    assert found.applied
    assert abs(found.offset_s - 4.2) <= max(found.bound_s, 0.1)


def test_instants_that_have_nothing_in_common_say_little():
    draw = np.random.default_rng(4)
    weights = Weights(draw.uniform(0, 100, 8), draw.uniform(0, 100, 8), 0.05, 20.0)(np.arange(-20, 20, 0.1))
    same = Weights(np.arange(8.0) ** 2, np.arange(8.0) ** 2 + 3.0, 0.05, 20.0)
    assert same(np.array([3.0]))[0] > weights.max() + 5


def ring(*, last_s):
    """Three clocks: b is 3 s ahead of a, c 2 s ahead of b, and c ``last_s`` ahead of a by other people."""
    crowds = [crowd(SECONDS, seed=seed) for seed in (5, 6, 7)]
    by_clock = {
        "a": [(0, 0.0, 0.0), (2, 200.0, 0.0)],
        "b": [(0, 0.0, 3.0), (1, 100.0, 0.0)],
        "c": [(1, 100.0, 2.0), (2, 200.0, last_s)],
    }
    runs = []
    for clock, held in by_clock.items():
        camera = "east" if clock == "b" else "south"
        tracks = [
            track_of(f"{clock}-{number}-{n}", SECONDS + at_s, path, camera=camera, ahead_s=ahead_s)
            for number, at_s, ahead_s in held
            for n, path in enumerate(crowds[number])
        ]
        runs.append(given(camera, tracks, watched=[(-1, 250)], clock=clock, run_id=clock))
    # Nobody is asked who should have been seen.
    eyes = Eyes(views_of(SITE), tuple(merged_watch(name, [(-9, -8)]) for name in ("south", "east")))
    evidence = Evidence(traces_of(runs, SITE, epoch_utc_ns=START), eyes, Differ.of(SITE))
    return compare_clocks(evidence, Declared({"a": 0.05, "b": 8.0, "c": 8.0}))


def test_a_ring_of_clocks_that_adds_up_is_believed():
    clocks = ring(last_s=5.0)
    ahead = {one.clock_id: one.offset_s for one in clocks.proposals if one.applied}
    assert ahead == {"b": pytest.approx(3.0, abs=0.3), "c": pytest.approx(5.0, abs=0.3)}
    assert clocks.sigmas_s["a", "b"] < 0.5


def test_a_ring_of_clocks_that_does_not_add_up_is_not_believed():
    clocks = ring(last_s=7.5)
    assert [one.applied for one in clocks.proposals] == [False, False]
    assert all("three clocks do not add up" in one.rests_on[0] for one in clocks.proposals)
    assert set(clocks.ahead_s.values()) == {0.0}


def test_what_a_person_confirmed_is_taken_and_nothing_else_is_moved():
    paths = crowd(SECONDS, seed=5)
    runs = two_views(SECONDS, paths, ahead_s=4.0, bound_s=20.0)
    offset = ClockProposal("b", "a", 4.0, 0.3, 20.05, True, ("confirmed by a person",))
    declared = Declared({"a": 0.05, "b": 20.0})
    clocks = confirmed_clocks([offset], declared)
    assert dict(clocks.ahead_s) == {"a": 0.0, "b": 4.0}
    assert clocks.sigmas_s["a", "b"] == pytest.approx(0.3 / 1.96)
    world = put_together(runs, SITE, clocks=clocks)
    assert world.clocks == (offset,)
    assert len(world.subjects) == len(paths)
    nothing = put_together(runs, SITE, clocks=confirmed_clocks([], declared))
    assert len(nothing.subjects) == 2 * len(paths)
    with pytest.raises(InputError, match="no clock 'c'"):
        confirmed_clocks([replace(offset, clock_id="c")], declared)
