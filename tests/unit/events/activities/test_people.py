from dataclasses import replace

import numpy as np
import pytest

from tests.unit.events.activities.made import (
    ANIMAL,
    DRAGGING_M,
    KNEELING_M,
    LYING_M,
    START,
    UPRIGHT_M,
    ground,
    heights,
    only,
    path,
    subject,
    tell,
)
from truceline.events.activities.party import party_of
from truceline.events.activities.person.gathering import gathering
from truceline.events.activities.person.lying import lying
from truceline.events.activities.person.running import running
from truceline.records.activities import ActivityKind
from truceline.records.subjects import Sighting
from truceline.records.time import NS_PER_S


def mover(speed_mps, seconds=6.0, **more):
    at_s, places = path((0, 0, 10), (seconds, speed_mps * seconds, 10))
    return subject("p", at_s, places, **more)


def dash(seconds, speed_mps=4.0):
    at_s, places = path(
        (0, 0, 10), (5, 0, 10), (5 + seconds, speed_mps * seconds, 10), (15, speed_mps * seconds, 10)
    )
    return subject("p", at_s, places)


@pytest.mark.parametrize(
    ("who", "found"),
    [
        pytest.param(mover(0.0), 0, id="stands"),
        pytest.param(mover(1.4), 0, id="walks"),
        pytest.param(mover(1.95), 0, id="walks fast"),
        pytest.param(mover(2.6), 1, id="jogs"),
        pytest.param(mover(5.5), 1, id="runs"),
        pytest.param(dash(0.3), 0, id="a step aside"),
        pytest.param(dash(2.0), 1, id="a dash"),
        pytest.param(mover(5.5, kinds=ANIMAL), 0, id="a deer runs"),
        pytest.param(mover(2.6, velocity_sigma_mps=3.0, sigma_m=4.0), 0, id="too noisy to say"),
        pytest.param(mover(4.0, observed=False), 0, id="nobody saw it"),
    ],
)
def test_running(who, found):
    told = only(tell(running, [who], ground()), ActivityKind.RUNNING)
    assert len(told) == found


def test_running_there_and_back_is_one_run():
    at_s, places = path((0, 0, 10), (5, 20, 10), (10, 0, 10))
    (one,) = only(tell(running, [subject("p", at_s, places)], ground()), ActivityKind.RUNNING)
    assert one.measure("speed").low < 4.0 < one.measure("speed").high + 0.5
    assert one.measure("duration").value == pytest.approx(10.0, abs=1.0)


def test_who_ran_when_first_seen_is_said_to_have():
    (one,) = tell(running, [mover(4.0)], ground())
    assert "how the run began" in one.not_observed[0]


def lies(*changes, legs=((0, 0, 10), (40, 0, 10)), **more):
    at_s, places = path(*legs)
    return subject("p", at_s, places, height_m=heights(at_s, *changes), **more)


FALLS = lies(
    (0, UPRIGHT_M),
    (8.0, UPRIGHT_M),
    (8.8, LYING_M),
    (40, LYING_M),
    legs=((0, 0, 10), (8.4, 33, 10), (40, 33, 10)),
)
LIES_DOWN = lies(
    (0, UPRIGHT_M), (8, UPRIGHT_M), (10.5, LYING_M), (22, LYING_M), (24, UPRIGHT_M), (40, UPRIGHT_M)
)
CRAWLS = lies((0, LYING_M), (40, LYING_M), legs=((0, 0, 10), (10, 0, 10), (30, 9, 10), (40, 9, 10)))


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        pytest.param(lies((0, UPRIGHT_M)), set(), id="stands"),
        pytest.param(lies((0, KNEELING_M)), set(), id="kneels"),
        pytest.param(FALLS, {"fell", "down"}, id="falls out of a run and stays"),
        pytest.param(LIES_DOWN, {"prone"}, id="lies down and gets up"),
        pytest.param(CRAWLS, {"crawling", "prone"}, id="crawls"),
        pytest.param(lies((0, LYING_M)), {"down"}, id="found lying"),
        pytest.param(lies((0, LYING_M), kinds=ANIMAL), set(), id="a low animal"),
        pytest.param(lies((0, np.nan)), set(), id="no height measured"),
    ],
)
def test_on_the_ground(who, kinds):
    found = tell(lying, [who], ground())
    assert {one.kind.value for one in found if one.probability >= 0.5} == kinds


def test_a_fall_is_dated_and_measured():
    (fall,) = only(tell(lying, [FALLS], ground()), ActivityKind.FELL)
    assert (fall.at_utc_ns - START) / NS_PER_S == pytest.approx(8.1, abs=0.5)
    assert fall.measure("speed").value > 2.0
    (down,) = only(tell(lying, [FALLS], ground()), ActivityKind.DOWN)
    assert down.measure("height").value == pytest.approx(LYING_M, abs=0.1)
    assert down.measure("duration").value == pytest.approx(31.0, abs=1.5)


def test_who_lies_in_the_same_place_before_and_after_a_gap_lay_all_the_time():
    at_s, places = path((0, 0, 10), (60, 0, 10))
    keep = (at_s < 15) | (at_s > 45)
    who = subject("p", at_s[keep], places[keep], height_m=LYING_M)
    (down,) = only(tell(lying, [who], ground()), ActivityKind.DOWN)
    assert down.span.seconds == pytest.approx(60, abs=1)
    assert any("between stretches" in text for text in down.not_observed)


def crowd(count, *, apart_m=2.0, lasts_s=10.0):
    at_s, places = path((0, 0, 0), (lasts_s, 0, 0))
    return [
        subject(f"p{one}", at_s, places + np.array([apart_m * (one % 3), 12 + apart_m * (one // 3)]))
        for one in range(count)
    ]


@pytest.mark.parametrize(
    ("people", "found"),
    [
        pytest.param(crowd(8), 1, id="eight stand together"),
        pytest.param(crowd(5), 0, id="five"),
        pytest.param(crowd(8, apart_m=30.0), 0, id="eight far apart"),
        pytest.param(crowd(8, lasts_s=2.0), 0, id="for two seconds"),
        pytest.param([], 0, id="nobody"),
    ],
)
def test_gathering(people, found):
    told = only(tell(gathering, people, ground()), ActivityKind.GATHERING)
    assert len(told) == found
    for one in told:
        assert one.measure("people").low == len(people)
        assert f"at least {len(people)} of them came from the side of North" in one.cues


@pytest.mark.parametrize(
    ("legs", "side", "least"),
    [
        pytest.param(((0, 0, 20), (10, 5, 20)), "North", 0.85, id="from the north"),
        pytest.param(((0, 0, -20), (10, 5, -20)), "South", 0.85, id="from the south"),
        pytest.param(((0, 0, 20), (10, 0, -10)), "North", 0.85, id="from the north to the south"),
        pytest.param(((0, 0, 0.05), (10, 5, 0.05)), None, 0.5, id="on the line"),
    ],
)
def test_a_party_is_told_by_where_a_path_began(legs, side, least):
    opinion = party_of(subject("p", *path(*legs)), ground())
    assert opinion.side == side
    assert opinion.probability >= least


def test_who_went_over_and_returned_belongs_where_it_returned_to():
    stayed = party_of(subject("p", *path((0, 0, 3), (10, 5, 3))), ground())
    returned = party_of(subject("p", *path((0, 0, 3), (5, 0, -3), (10, 0, 3))), ground())
    assert returned.side == "North"
    assert returned.probability > stayed.probability


def test_who_got_out_of_a_vehicle_came_from_where_the_vehicle_came():
    person = subject("p", *path((10, 0, -1), (20, 0, -9)))
    vehicle = subject("v", *path((0, 0, 90), (10, 0, -1)))
    assert party_of(person, ground()).side == "South"
    assert party_of(person, ground(), came_out_of=vehicle).side == "North"


def test_bent_who_pulls_is_not_lying():
    found = tell(lying, [lies((0, DRAGGING_M))], ground())
    assert [one for one in found if one.probability >= 0.5] == []


@pytest.mark.parametrize(
    ("bias_m", "crawls"),
    [
        pytest.param(0.02, True, id="calibrations that cannot explain it"),
        pytest.param(0.8, False, id="calibrations that can"),
    ],
)
def test_a_jump_from_one_camera_to_another_is_no_crawl(bias_m, crawls):
    at_s, places = path((0, 0, 10), (19, 0, 10), (22, 1.3, 10), (40, 1.3, 10))
    one = subject("p", at_s, places, height_m=LYING_M)
    both = replace(
        one,
        sightings=(*one.sightings, Sighting("run", "later", "east", 1.0)),
        sighting=(at_s > 20.5).astype(np.int64),
        bias_covariance=np.tile(bias_m**2 * np.eye(2), (len(at_s), 1, 1)),
    )
    found = only(tell(lying, [both], ground()), ActivityKind.CRAWLING)
    assert bool(found) is crawls
