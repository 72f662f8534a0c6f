"""Discharges: sound and flashes that agree in time make each other surer; nothing else does."""

import pytest

from truceline.events.discharges.bursts import Burst
from truceline.events.discharges.joining import (
    HEARD_PRIOR,
    SILENT,
    UNHEARD,
    UNSEEN,
    Heard,
    discharges,
    joined_probability,
)
from truceline.events.discharges.near import NearFlash
from truceline.records.activities import ActivityKind, Role
from truceline.records.flashes import Flash
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan

BOUNDS = {"one": 0.5}


def utc_ns(at_s: float) -> UtcNs:
    return UtcNs(round(at_s * NS_PER_S))


def burst(at_s: float = 10.0, *, subject: str = "a", probability: float = 0.3, seen: int = 1) -> Burst:
    flashes = tuple(
        NearFlash(
            Flash("one", number, utc_ns(at_s + number), (1.0, 1.0), 9, 80.0, 1.0),
            subject,
            0.1,
            1.2,
            0.0,
            (3.0, 4.0),
            0.3,
        )
        for number in range(seen)
    )
    return Burst(subject, flashes, seen, probability, standing=True)


def heard(at_s: float = 10.2, *, probability: float = 0.9, bound_s: float = 0.5, low: int = 3) -> Heard:
    span = UtcSpan(utc_ns(at_s), utc_ns(at_s + 2.0))
    return Heard(
        span, bound_s, probability, low, low + 1, low + 4, ("Four impulses.",), ("No crack.",), ("m1",)
    )


def test_silent_footage_says_that_it_is_silent():
    (one,) = discharges([burst()], [], bounds_s=BOUNDS, listened=False)
    assert one.kind is ActivityKind.DISCHARGE
    assert one.probability == 0.3
    assert SILENT in one.not_observed
    assert one.subject_of(Role.ACTOR) == "a"
    assert one.place_en_m == (3.0, 4.0)


def test_a_sound_at_the_same_time_makes_it_surer_and_counts_the_rounds():
    (one,) = discharges([burst()], [heard()], bounds_s=BOUNDS, listened=True)
    assert one.probability > 0.97
    rounds = one.measure("rounds")
    assert rounds is not None
    assert rounds.low == 3
    assert "Four impulses." in one.cues
    assert "No crack." in one.not_observed


@pytest.mark.parametrize(("off_s", "joined"), [(0.9, True), (1.1, False)])
def test_times_must_agree_within_both_bounds(off_s: float, joined: bool):
    found = discharges([burst(10.0)], [heard(10.0 + off_s)], bounds_s=BOUNDS, listened=True)
    assert (len(found) == 1) is joined
    if not joined:
        assert UNHEARD in found[0].not_observed


def test_a_sound_without_a_flash_has_no_actor():
    (one,) = discharges([], [heard()], bounds_s=BOUNDS, listened=True)
    assert one.parts == ()
    assert one.place_en_m is None
    assert UNSEEN in one.not_observed


def test_two_who_fire_at_once_share_a_sound():
    found = discharges([burst(), burst(10.5, subject="b")], [heard()], bounds_s=BOUNDS, listened=True)
    assert sorted(str(one.subject_of(Role.ACTOR)) for one in found) == ["a", "b"]


def test_a_sound_makes_no_shooter_of_who_walks_by_with_a_glint():
    found = discharges([burst(probability=0.05)], [heard()], bounds_s=BOUNDS, listened=True)
    assert [one.parts for one in found] == [()]


@pytest.mark.parametrize("seen", [0.1, 0.5, 0.95])
def test_a_sound_that_says_nothing_changes_nothing(seen: float):
    assert joined_probability(seen, HEARD_PRIOR) == pytest.approx(seen)


def test_what_is_improbable_is_not_stated():
    assert discharges([], [heard(probability=0.05)], bounds_s=BOUNDS, listened=True) == ()


def test_everything_is_shifted_with_time():
    here = discharges([burst()], [heard()], bounds_s=BOUNDS, listened=True)
    later = discharges([burst(3610.0)], [heard(3610.2)], bounds_s=BOUNDS, listened=True)
    assert [one.probability for one in here] == [one.probability for one in later]
    assert [one.at_utc_ns - utc_ns(10) for one in here] == [one.at_utc_ns - utc_ns(3610) for one in later]


def test_the_best_clock_that_saw_it_bounds_its_time():
    both = Burst("a", (*burst().flashes, *burst(10.1).flashes), 2, 0.5, standing=True)
    (one,) = discharges([both], [], bounds_s={"one": 0.5, "two": 180.0}, listened=False)
    assert one.time_bound_s == 0.5
