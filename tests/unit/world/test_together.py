"""Put together: subjects from all cameras, clocks applied, everything said that is not known."""

import numpy as np
import pytest

from tests.unit.world.walkers import (
    PERSON,
    SITE,
    START,
    crowd,
    given,
    names_of,
    seconds_of,
    track_of,
    two_views,
    walk,
)
from truceline.errors import InputError
from truceline.world.together import put_together

SECONDS = seconds_of(0, 20)


def test_nothing_gives_an_empty_world_that_says_so():
    world = put_together([], SITE)
    assert (world.subjects, world.links, world.clocks) == ((), (), ())
    assert world.notes == ("no camera gave anything",)


def test_a_run_is_not_taken_twice():
    one = given("south", [], watched=[(0, 1)])
    with pytest.raises(InputError, match="given twice"):
        put_together([one, one], SITE)


def test_a_camera_that_the_site_does_not_know_is_refused():
    with pytest.raises(InputError, match="no camera"):
        put_together([given("west", [], watched=[(0, 1)])], SITE)


def test_a_single_camera_gives_its_own_tracks_back():
    paths = crowd(SECONDS, people=2)
    tracks = [track_of(str(number), SECONDS, path) for number, path in enumerate(paths)]
    world = put_together([given("south", tracks, watched=[(-1, 21)])], SITE)
    assert sorted(names_of(world)) == [("0",), ("1",)]
    for track in tracks:
        (subject,) = (one for one in world.subjects if one.sightings[0].track_id == track.track_id)
        np.testing.assert_array_equal(subject.utc_ns, track.utc_ns)
        np.testing.assert_array_equal(subject.state, track.state)
        np.testing.assert_array_equal(subject.covariance, track.covariance)
        assert subject.kinds == PERSON
        assert subject.sightings[0].probability == 1.0
    assert world.notes == ("only south gave anything: nothing could be compared between cameras",)


def test_two_cameras_that_see_the_same_people_give_each_once():
    paths = crowd(SECONDS)
    world = put_together(two_views(SECONDS, paths), SITE)
    assert sorted(sorted(names) for names in names_of(world)) == [
        [f"east-{number}", f"south-{number}"] for number in range(4)
    ]
    for subject in world.subjects:
        number = int(subject.sightings[0].track_id[-1])
        seconds = (subject.utc_ns - START) / 1e9
        true = np.stack([np.interp(seconds, SECONDS, paths[number][:, axis]) for axis in (0, 1)], axis=1)
        apart = np.linalg.norm(subject.en_m - true, axis=1)
        assert np.median(apart) < 0.2
        assert subject.sightings[1].probability > 0.95
        assert "seen by two cameras" in subject.sightings[1].leans_on[0]


def test_a_clock_that_is_ahead_is_found_proposed_and_applied():
    paths = crowd(SECONDS)
    world = put_together(two_views(SECONDS, paths, ahead_s=7.3, bound_s=20.0), SITE)
    (proposal,) = world.clocks
    assert (proposal.clock_id, proposal.reference_id, proposal.applied) == ("b", "a", True)
    assert abs(proposal.offset_s - 7.3) < proposal.bound_s < 1.0
    assert len(world.subjects) == 4
    assert all(len(subject.sightings) == 2 for subject in world.subjects)


def test_everybody_is_named_the_same_whatever_the_order_of_runs():
    both = two_views(SECONDS, crowd(SECONDS))
    first, second = put_together(both, SITE), put_together(both[::-1], SITE)
    assert first.links == second.links
    for one, other in zip(first.subjects, second.subjects, strict=True):
        assert one.sightings == other.sightings
        assert one.subject_id == other.subject_id
        np.testing.assert_array_equal(one.state, other.state)


def test_a_chain_over_a_gap_is_one_subject_with_what_it_leans_on():
    early, late = seconds_of(0, 5), seconds_of(6, 11)
    path = walk((0, -4, 0), (11, 4, 0), seconds=np.concatenate([early, late]))
    tracks = [
        track_of("before", early, path[: len(early)]),
        track_of("after", late, path[len(early) :]),
    ]
    world = put_together([given("south", tracks, watched=[(-1, 12)])], SITE)
    assert names_of(world) == [("before", "after")]
    (link,) = world.links
    assert link.gap_s == pytest.approx(1.0, abs=0.01)
    assert link.hypotheses[0].subject_id == world.subjects[0].subject_id
    assert sum(one.probability for one in link.hypotheses) == pytest.approx(1.0, abs=1e-9)
    assert world.subject(link.subject_id).sightings[1].probability == link.hypotheses[0].probability
    with pytest.raises(InputError, match="no subject"):
        world.subject("nobody")


def test_two_who_are_seen_at_one_time_by_one_camera_are_never_one():
    path = walk((0, -4, 0), (20, 4, 0), seconds=SECONDS)
    tracks = [track_of("one", SECONDS, path), track_of("other", SECONDS, path + 0.3)]
    world = put_together([given("south", tracks, watched=[(-1, 21)])], SITE)
    assert len(world.subjects) == 2


def test_cameras_that_never_watch_at_one_time_are_told():
    one = given("south", [], watched=[(0, 5)])
    other = given("east", [], watched=[(6, 9)])
    world = put_together([one, other], SITE)
    assert "east and south never watched at one time" in world.notes
