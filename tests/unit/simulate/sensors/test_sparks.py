import numpy as np
import pytest

from truceline.simulate.model.actors import Happening, HappeningKind
from truceline.simulate.sensors.sparks import CRACKERS, LIFT_S, SPARKS_A_CRACKER, sparks_of

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


def test_what_has_no_flame_has_no_sparks():
    assert sparks_of([noise("backfire"), noise("door"), noise("firework")], seed=1) == ()


def test_the_same_seed_gives_the_same_sparks():
    first, again, other = (sparks_of([noise("firecrackers")], seed=seed) for seed in (1, 1, 2))
    assert [one.at_s for one in first] == [one.at_s for one in again]
    assert [one.at_s for one in first] != [one.at_s for one in other]
