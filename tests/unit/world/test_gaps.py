"""Gaps: reach, staying, company, the border out of sight, and how sure anybody may be."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.geometry.cameras import mast
from tests.unit.world.walkers import (
    SITE,
    START,
    VEHICLE,
    east_mast,
    given,
    names_of,
    seconds_of,
    site_of,
    track_of,
    walk,
)
from truceline.records.site import Landmark, LandmarkKind, LandmarkShape
from truceline.world.likeness import Differ
from truceline.world.linking.border import OutOfSight, out_of_sight
from truceline.world.linking.ends import Passage, ends_of, passage, stays_after
from truceline.world.linking.gaps import MOST, MOST_OPEN, MOST_OPEN_IN_PLACE, most_sure
from truceline.world.linking.meetings import Group, Member
from truceline.world.sightings import traces_of
from truceline.world.together import put_together
from truceline.world.views import Eyes, merged_watch, views_of

DIFFER = Differ.of(SITE)


def ends(seconds, places, *, kinds=None):
    """The beginning and the end of one track."""
    track = track_of("a", seconds, places) if kinds is None else track_of("a", seconds, places, kinds=kinds)
    traces = traces_of([given("south", [track], watched=[(0, 99)])], SITE, epoch_utc_ns=START)
    return ends_of(Group((Member(0, 1.0, (), None),)), traces)


EARLY = seconds_of(0, 4)
WALKS = walk((0, -4, 0), (4, 2, 0), seconds=EARLY)
STANDS = np.tile([1.0, 1.0], (len(EARLY), 1))


def begins(at_s, place):
    seconds = seconds_of(at_s, at_s + 3)
    return ends(seconds, np.tile(place, (len(seconds), 1)))[0]


@pytest.mark.parametrize(
    ("place", "reached"),
    [
        pytest.param((3.5, 0.0), True, id="where he was going"),
        pytest.param((2.0, 6.0), True, id="aside"),
        pytest.param((2.0, 12.0), False, id="faster than anybody runs"),
    ],
)
def test_nobody_is_faster_than_a_sprint(place, reached):
    found = passage(ends(EARLY, WALKS)[1], begins(5, place), differ=DIFFER)
    assert (found.density > 0) is reached
    assert found.gap_s == pytest.approx(1.0)


def test_vehicles_reach_farther():
    far = begins(7, (2.0, 38.0))
    assert passage(ends(EARLY, WALKS)[1], far, differ=DIFFER).density == 0
    assert passage(ends(EARLY, WALKS, kinds=VEHICLE)[1], far, differ=DIFFER).density > 0


def test_ahead_is_likelier_than_behind():
    end = ends(EARLY, WALKS)[1]
    ahead, behind = (passage(end, begins(5, place), differ=DIFFER) for place in ((3.5, 0.0), (0.5, 0.0)))
    assert ahead.density > 5 * behind.density


def test_who_stood_still_stays_and_the_longer_the_gap_the_less():
    end = ends(EARLY, STANDS)[1]
    assert end.still_s == pytest.approx(4.0)
    assert [stays_after(end, gap) for gap in (4.0, 36.0)] == [pytest.approx(0.5), pytest.approx(0.1)]
    assert stays_after(ends(EARLY, WALKS)[1], 1.0) == 0.0
    low = replace(end, height_m=0.4)
    assert stays_after(low, 36.0) == pytest.approx(40 / 76)
    assert stays_after(replace(low, has_company=True), 36.0) == stays_after(end, 36.0)


def test_who_has_company_may_have_changed_places_with_it():
    end, start = ends(EARLY, STANDS)[1], begins(10, (2.6, 1.0))
    alone = passage(end, start, differ=DIFFER)
    beside = passage(replace(end, has_company=True), start, differ=DIFFER)
    assert beside.density > 2 * alone.density
    assert not beside.in_place


@pytest.mark.parametrize(
    ("gap_s", "in_place", "coverage", "most"),
    [
        pytest.param(1000.0, False, 0.79, MOST_OPEN, id="open, elsewhere"),
        pytest.param(1000.0, True, 0.79, MOST_OPEN_IN_PLACE, id="open, where he lay"),
        pytest.param(1000.0, False, 0.80, MOST, id="covered"),
        pytest.param(10.0, False, 0.0, MOST, id="too short for a second person"),
        pytest.param(10.1, False, 0.0, MOST_OPEN, id="long enough for one"),
        pytest.param(1000.0, False, None, MOST, id="nothing was out of sight"),
    ],
)
def test_where_a_second_person_could_have_come_nobody_is_sure(gap_s, in_place, coverage, most):
    out = None if coverage is None else OutOfSight(coverage, 50.0, True)
    assert most_sure(Passage(gap_s, 5.0, 1.0, in_place, 0.5), out) == most


RING = np.array([[-3.0, -1.0], [3.0, -1.0], [3.0, 1.0], [-3.0, 1.0]])
HOUSE = Landmark("house", "house", LandmarkKind.BUILDING, LandmarkShape.AREA, RING, 5.0)
YARD = site_of({"south": mast(), "east": east_mast()}, landmarks=(HOUSE,))


def eyes_of(*names, until_s=100):
    return Eyes(views_of(YARD), tuple(merged_watch(name, [(0, until_s)]) for name in names))


def test_ground_behind_a_house_is_out_of_sight_of_one_camera_and_its_border_is_in_sight_of_two():
    places = (np.array([0.0, 2.0]), np.array([1.5, 2.5]))
    alone = out_of_sight(*places, during_s=(0, 60), eyes=eyes_of("south"))
    both = out_of_sight(*places, during_s=(0, 60), eyes=eyes_of("south", "east"))
    assert alone.coverage < both.coverage
    assert alone.area_m2 > both.area_m2


def test_without_anybody_watching_no_border_is_covered():
    out = out_of_sight(np.zeros(2), np.array([3.0, 0.0]), during_s=(200, 300), eyes=eyes_of("south"))
    assert (out.coverage, out.is_one) == (0.0, True)


def test_places_in_sight_are_two_pieces_whose_border_is_watched():
    site_eyes = Eyes(views_of(SITE), (merged_watch("south", [(0, 100)]),))
    out = out_of_sight(np.array([-3.0, 0.0]), np.array([3.0, 0.0]), during_s=(0, 60), eyes=site_eyes)
    assert out.coverage > 0.9
    assert not out.is_one


def world_of(watched, *, second=None, late=(60, 70), place=(1.0, 1.0)):
    """Somebody stands still, is lost, and somebody is seen at a place later."""
    early, later = seconds_of(0, 10), seconds_of(*late)
    tracks = [
        track_of("before", early, np.tile([1.0, 1.0], (len(early), 1))),
        track_of("after", later, np.tile(place, (len(later), 1))),
    ]
    if second is not None:
        tracks.append(track_of("second", early, np.tile(second, (len(early), 1))))
    return put_together([given("south", tracks, watched=watched)], SITE)


def test_who_lay_still_in_sight_all_the_time_is_the_same():
    world = world_of([(-20, 80)])
    assert names_of(world) == [("before", "after")]
    assert world.subjects[0].sightings[1].probability > 0.95
    assert world.links[0].border_coverage > 0.9


def test_the_same_while_nobody_watched_is_less_sure_and_says_why():
    world = world_of([(-20, 11), (59, 80)])
    assert names_of(world) == [("before", "after")]
    sighting = world.subjects[0].sightings[1]
    assert sighting.probability <= MOST_OPEN_IN_PLACE
    assert "somebody else could have come in unseen" in sighting.leans_on[1]


@pytest.mark.parametrize("place", [pytest.param((6.0, 5.0), id="near"), pytest.param((2.0, 1.9), id="next")])
def test_who_is_elsewhere_after_nobody_watched_is_surely_nobody(place):
    world = world_of([(-20, 11), (399, 420)], late=(400, 410), place=place)
    chances = {one.subject_id: one.probability for one in world.links[0].hypotheses}
    assert world.links[0].border_coverage in (None, 0.0)
    assert all(chance <= MOST_OPEN for subject_id, chance in chances.items() if subject_id)
    assert chances[None] >= 1 - MOST_OPEN - 1e-9


def test_a_second_candidate_makes_the_first_one_less_sure():
    alone = world_of([(-20, 11), (59, 80)])
    rivalled = world_of([(-20, 11), (59, 80)], second=(1.5, 1.4))

    def chance(world):
        (link,) = (one for one in world.links if one.track_id == "after")
        return max(one.probability for one in link.hypotheses if one.subject_id)

    assert chance(rivalled) < chance(alone)


def test_who_lies_is_rather_the_one_who_lay_than_the_one_who_stood():
    early, later = seconds_of(0, 10), seconds_of(24, 34)

    def lying(name, seconds, place):
        track = track_of(name, seconds, np.tile(place, (len(seconds), 1)))
        boxes = track.boxes_px.copy()
        boxes[:, 1] += 0.75 * (boxes[:, 3] - boxes[:, 1])
        return replace(track, boxes_px=boxes)

    tracks = [
        lying("lay", early, [1.0, 1.0]),
        track_of("stood", early, np.tile([2.6, 1.0], (len(early), 1))),
        lying("lies", later, [1.8, 1.0]),
    ]
    world = put_together([given("south", tracks, watched=[(-20, 11), (23, 40)])], SITE)
    (link,) = (one for one in world.links if one.track_id == "lies")
    names = {one.subject_id: one.sightings[0].track_id for one in world.subjects}
    chances = {names[one.subject_id]: one.probability for one in link.hypotheses if one.subject_id}
    assert chances["lay"] > 2 * chances["stood"]


def test_who_would_have_been_seen_on_the_way_is_less_surely_the_same():
    def chance(watched):
        early, later = seconds_of(0, 4), seconds_of(14, 18)
        tracks = [
            track_of("before", early, walk((0, -6, 0), (4, -4, 0), seconds=early)),
            track_of("after", later, walk((14, 4, 0), (18, 6, 0), seconds=later)),
        ]
        world = put_together([given("south", tracks, watched=watched)], SITE)
        return sum(one.probability for link in world.links for one in link.hypotheses if one.subject_id)

    assert chance([(-20, 30)]) < 0.95 * chance([(-20, 4.5), (13.5, 30)])
