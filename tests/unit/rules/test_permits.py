"""How many at a time, and how sure a disc is."""

import numpy as np
import pytest

from tests.unit.rules.cases import at, crossing, permit, site, span
from truceline.errors import InputError
from truceline.rules.permits import PLACE_RADIUS_SIGMAS, assess_permits, wholly_within
from truceline.rules.ruleset import load_rule_pack

THRESHOLDS = load_rule_pack("korea-1953").rules[0].thresholds


def cover(one, others, allowed=1):
    where = site(permits=(permit(persons=allowed),))
    return assess_permits(one, others=others, site=where, thresholds=THRESHOLDS)[0]


def other(number, start_s=0.0, end_s=2.4, **changes):
    plain = {"track_id": f"track-{number}", "event_id": f"event-{number}", "span": span(start_s, end_s)}
    return crossing(**{**plain, "crossed_utc_ns": at(start_s), **changes})


@pytest.mark.parametrize(("allowed", "covers"), [(1, False), (2, False), (3, True), (4, True)])
def test_as_many_as_the_permit_says_and_no_more(allowed, covers):
    group = [crossing(), other(2), other(3)]
    for one in group:  # who of too many was meant cannot be told: all or none
        assert cover(one, group, allowed).covers is covers


def test_one_after_the_other_is_one_at_a_time():
    group = [crossing(), other(2, 5, 7), other(3, 10, 12)]
    assert [cover(one, group).covers for one in group] == [True, True, True]


@pytest.mark.parametrize(("start_s", "covers"), [(2.4, True), (2.399999999, False)])
def test_who_comes_as_the_other_leaves_is_one_at_a_time(start_s, covers):
    group = [crossing(), other(2, start_s, 5)]
    assert [cover(one, group).covers for one in group] == [covers, covers]


def test_a_crossing_of_no_length_counts_at_its_instant():
    group = [crossing(), other(2, 1, 1), other(3, 0, 0)]
    assert [cover(one, group).covers for one in group] == [False, False, False]


def test_three_in_a_chain_are_two_at_a_time():
    group = [crossing(span=span(0, 10)), other(2, 1, 3), other(3, 4, 6)]
    assert cover(group[0], group, 2).covers is True
    assert cover(group[0], group, 1).covers is False


def test_those_who_are_there_already_count():
    late = other(2, 2, 5)
    assert cover(late, [crossing(span=span(0, 3)), late]).covers is False


def test_the_same_track_counts_once():
    group = [crossing(), crossing(event_id="event-2", span=span(1, 3))]
    assert cover(group[0], group).covers is True


@pytest.mark.parametrize(
    ("changes", "covers"),
    [
        ({"probability": 0.95}, False),
        ({"probability": 0.94}, None),
        ({"probability": 0.05}, None),
        ({"probability": 0.0499}, True),
        ({"probability": float("nan")}, True),
        ({"to_side": "North"}, True),
        ({"place_en_m": (9.0, 0.0)}, True),
        ({"place_en_m": (2.0, 0.0)}, None),
        ({"place_sigma_m": 5.0}, None),
    ],
    ids=[
        "sure",
        "not sure",
        "hardly",
        "not considered",
        "nan",
        "other way",
        "elsewhere",
        "on the edge",
        "vague",
    ],
)
def test_an_uncertain_companion_leaves_it_undecided(changes, covers):
    group = [crossing(), other(2, **changes)]
    assert cover(group[0], group).covers is covers


def test_the_count_is_said():
    group = [crossing(), other(2), other(3, probability=0.6)]
    assert "2 to 3 at a time, allowed 1" in cover(group[0], group).sentence


@pytest.mark.parametrize("ratio", [0.0, 0.3, 0.7, 1.0])
def test_the_disc_holds_at_least_95_of_100_places_whatever_their_shape(ratio):
    rng = np.random.default_rng(3)
    sigma_m = 0.5
    long = sigma_m * np.sqrt(2 / (1 + ratio**2))
    places = rng.normal(size=(200_000, 2)) * (long, ratio * long)
    inside = np.linalg.norm(places, axis=1) <= PLACE_RADIUS_SIGMAS * sigma_m
    assert np.mean(inside) >= 0.95 - 0.0015


@pytest.mark.parametrize(
    ("start", "end", "within"),
    [
        (-1, 1, True),
        (-0.1, 0.2, True),
        (-0.099, 1, None),
        (-1, 0.1, None),
        (-1, 0.100000001, True),
        (-1, -0.1, False),
        (-1, -0.099, None),
        (0.1, 1, None),
        (0.100000001, 1, False),
    ],
)
def test_the_time_with_its_bound_at_equality(start, end, within):
    assert wholly_within(span(start, end), crossing()) is within


def test_a_permit_of_another_zone_needs_that_zone():
    where = site(permits=(permit(zone_id="none"),))
    with pytest.raises(InputError, match="no zone 'none'"):
        assess_permits(crossing(), others=[], site=where, thresholds=THRESHOLDS)
