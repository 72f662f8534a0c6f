from dataclasses import replace

import numpy as np
import pytest

from truceline.simulate.model.actors import Happening, HappeningKind
from truceline.simulate.sensors.sparks import (
    BURST,
    BURST_M,
    CRACKERS,
    LIFT,
    LIFT_S,
    SPARKS_A_CRACKER,
    STARS,
    sparks_of,
)
from truceline.simulate.sound.catalogue import CATALOGUE

PLACE = np.array([3.0, -8.0, 0.5])


def noise(sound: str, at_s: float = 5.0) -> Happening:
    return Happening(HappeningKind.DISCHARGE_LIKE, at_s, at_s, ("lighter",), PLACE, sound=sound)


@pytest.mark.parametrize("sound", sorted(CRACKERS))
def test_crackers_sparkle_at_their_place_while_they_bang(sound):
    count, lasts_s = CRACKERS[sound]
    sparks = sparks_of([noise(sound)], seed=1)
    assert len(sparks) == count * SPARKS_A_CRACKER
    assert all(5.0 <= one.at_s <= 5.0 + lasts_s for one in sparks)
    places = np.array([one.place_enu_m for one in sparks])
    assert np.linalg.norm(places.mean(axis=0)[:2] - PLACE[:2]) < 1.0
    assert places[:, 2].min() > PLACE[2]


def test_a_rocket_rises_from_its_place():
    sparks = sparks_of([noise("firework-lift")], seed=1)
    late = [one for one in sparks if one.at_s > 5.0 + 0.8 * LIFT_S]
    assert max(one.place_enu_m[2] for one in late) > PLACE[2] + 15
    assert max(np.hypot(*(one.place_enu_m - PLACE)[:2]) for one in sparks) < 0.5


def test_a_burst_is_a_ball_of_stars_at_the_height_that_its_bang_is_heard_from():
    assert CATALOGUE[BURST].height_m == BURST_M
    glare, *stars = sparks_of([noise(BURST)], seed=1)
    assert glare.glow > 0
    above = PLACE + np.array([0, 0, BURST_M])
    assert len(stars) == STARS
    assert all(one.place_enu_m == pytest.approx(above) for one in stars)
    ways = np.array([one.flight.velocity_mps for one in stars if one.flight is not None])
    assert len(ways) == STARS
    assert np.linalg.norm(ways.mean(axis=0)) < 4
    assert len({tuple(one.flight.colour) for one in stars if one.flight is not None}) == 1


def test_the_tail_of_a_rocket_leads_to_its_burst_and_to_no_other():
    lift, burst = noise(LIFT), noise(BURST, at_s=8.0)
    others = [noise(BURST, at_s=4.0), noise(BURST, at_s=20.0), replace(burst, actor_ids=("somebody",))]
    led = sparks_of([lift, burst], seed=1)
    rising = [one for one in led if one.flight is None and one.glow == 0]
    last = max(rising, key=lambda one: one.at_s)
    assert last.at_s == pytest.approx(8.0, abs=0.1)
    assert last.place_enu_m[2] == pytest.approx(PLACE[2] + BURST_M, abs=2)
    assert (
        max(
            one.place_enu_m[2]
            for one in sparks_of([lift, *others], seed=1)
            if one.light > 0.5 and one.glow == 0
        )
        < 40
    )


def test_what_has_no_flame_has_no_sparks():
    assert sparks_of([noise("backfire"), noise("door")], seed=1) == ()


def test_the_same_seed_gives_the_same_sparks():
    first, again, other = (sparks_of([noise("firecrackers")], seed=seed) for seed in (1, 1, 2))
    assert [one.at_s for one in first] == [one.at_s for one in again]
    assert [one.at_s for one in first] != [one.at_s for one in other]
