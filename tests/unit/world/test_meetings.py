"""Meetings: who is grouped with whom, and what else each could be."""

import numpy as np
import pytest

from tests.unit.world.walkers import SITE, START, VEHICLE, crowd, given, seconds_of, track_of
from truceline.world.likeness import NOTHING, Differ, likeness
from truceline.world.linking.meetings import groups_of
from truceline.world.sightings import traces_of

SECONDS = seconds_of(0, 8)
DIFFER = Differ.of(SITE)
PATHS = crowd(SECONDS, people=3)


def traces(south, east):
    runs = [given("south", south, watched=[(0, 9)]), given("east", east, watched=[(0, 9)])]
    return traces_of(runs, SITE, epoch_utc_ns=START)


def grouped(south, east, *, differ=DIFFER):
    own = traces(south, east)
    return [
        sorted(own[one.trace].track.track_id for one in group.members) for group in groups_of(own, differ)
    ]


def east(number, path, *, seconds=SECONDS, **others):
    return track_of(f"e{number}", seconds, path, camera="east", **others)


def south(number, path, *, seconds=SECONDS, **others):
    return track_of(f"s{number}", seconds, path, **others)


def test_each_is_grouped_with_the_same_person():
    found = grouped(
        [south(n, path) for n, path in enumerate(PATHS)], [east(n, path) for n, path in enumerate(PATHS)]
    )
    assert sorted(found) == [["e0", "s0"], ["e1", "s1"], ["e2", "s2"]]


def test_pieces_of_one_camera_go_with_the_whole_of_the_other():
    pieces = [
        south(0, PATHS[0][:20], seconds=SECONDS[:20]),
        south(1, PATHS[0][22:], seconds=SECONDS[22:]),
    ]
    assert grouped(pieces, [east(0, PATHS[0])]) == [["e0", "s0", "s1"]]


def test_two_of_one_camera_at_one_time_are_never_one_group():
    found = grouped([south(0, PATHS[0]), south(1, PATHS[0] + 0.2)], [east(0, PATHS[0])])
    assert sorted(len(names) for names in found) == [1, 2]


def test_who_is_as_near_to_two_is_surely_neither():
    own = traces([south(0, PATHS[0] - 0.3), south(1, PATHS[0] + 0.3)], [east(0, PATHS[0])])
    (pair,) = (group for group in groups_of(own, DIFFER) if len(group.members) == 2)
    member = next(one for one in pair.members if own[one.trace].camera_id == "east")
    assert member.probability < 0.9
    assert member.probability + sum(one.probability for one in member.answers) == pytest.approx(1.0)


def test_a_vehicle_is_no_person():
    found = grouped([south(0, PATHS[0])], [east(0, PATHS[0], kinds=VEHICLE)])
    assert len(found) == 2


def test_clocks_that_nobody_knows_group_nobody():
    own = traces([south(0, PATHS[0])], [])
    other = given("east", [east(0, PATHS[0])], watched=[(0, 9)], clock="other")
    own += traces_of([other], SITE, epoch_utc_ns=START)
    vague = Differ(DIFFER.calibrations, {("one", "other"): 30.0})
    assert len(groups_of(own, vague)) == 2
    assert len(groups_of(own, DIFFER)) == 1


@pytest.mark.parametrize(
    ("by_m", "likely"),
    [pytest.param(0.0, True, id="the same"), pytest.param(3.0, False, id="three metres beside")],
)
def test_paths_are_alike_or_not(by_m, likely):
    own = traces([south(0, PATHS[0])], [east(0, PATHS[0] + by_m)])
    found = likeness(own[0], own[1], differ=DIFFER)
    assert (found.log_odds > 2) is likely
    assert found.seconds == pytest.approx(8.0)


def test_paths_that_share_no_time_say_nothing():
    own = traces([south(0, PATHS[0])], [east(0, PATHS[0], seconds=SECONDS + 20)])
    assert likeness(own[0], own[1], differ=DIFFER) is NOTHING


def test_a_bias_is_one_draw_for_the_whole_path():
    # The same distance all along may be a calibration; the same size from time to time another way may not.
    steady = traces([south(0, PATHS[0])], [east(0, PATHS[0] + np.array([0.5, 0.0]))])
    signs = np.where((SECONDS // 2) % 2 < 1, 1.0, -1.0)[:, None]
    waving = traces([south(0, PATHS[0])], [east(0, PATHS[0] + 0.5 * signs * np.array([1.0, 0.0]))])
    assert likeness(*steady, differ=DIFFER).log_odds > likeness(*waving, differ=DIFFER).log_odds + 3
