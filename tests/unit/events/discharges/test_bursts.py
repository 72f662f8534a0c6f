"""Bursts: more flashes make firing likelier, movement makes each weigh less, two cameras see one once."""

import pytest

from truceline.events.discharges.bursts import LONGEST_PAUSE_S, bursts_of, fired
from truceline.events.discharges.near import NearFlash
from truceline.records.flashes import Flash
from truceline.records.time import NS_PER_S, UtcNs


def near(at_s: float, *, subject: str = "a", camera: str = "one", speed_mps: float = 0.0) -> NearFlash:
    at = UtcNs(round(at_s * NS_PER_S))
    flash = Flash(camera, round(at_s * 100), at, (10.0, 20.0), 9, 80.0, 1.0)
    return NearFlash(flash, subject, 0.3, 1.3, speed_mps, (1.0, 2.0), 0.2)


@pytest.mark.parametrize(
    ("count", "standing", "low", "high"),
    [
        pytest.param(1, True, 0.1, 0.5, id="one flash beside who stands is worth stating and no more"),
        pytest.param(3, True, 0.95, 1.0, id="three are as good as certain"),
        pytest.param(1, False, 0.0, 0.1, id="one beside who walks is a glint"),
        pytest.param(3, False, 0.1, 0.8, id="three beside who walks may be a sleeve"),
    ],
)
def test_what_flashes_are_worth(count: int, standing: bool, low: float, high: float):
    assert low <= fired(count, 2.0 + 1.5 * (count - 1), standing=standing) <= high


def test_more_flashes_in_the_same_time_are_never_worth_less():
    chances = [fired(count, 6.0, standing=True) for count in range(1, 12)]
    assert chances == sorted(chances)


def test_the_same_flashes_in_a_longer_time_are_worth_less():
    chances = [fired(2, watched_s, standing=True) for watched_s in (2.0, 10.0, 60.0, 600.0)]
    assert chances == sorted(chances, reverse=True)


def test_flashes_of_one_subject_belong_together_until_a_long_pause():
    bursts = bursts_of(
        [near(1.0), near(1.0 + LONGEST_PAUSE_S), near(1.1 + 2 * LONGEST_PAUSE_S), near(1.5, subject="b")]
    )
    assert [(burst.subject_id, burst.seen) for burst in bursts] == [("a", 2), ("b", 1), ("a", 1)]


def test_two_cameras_that_see_one_flash_count_it_once():
    (burst,) = bursts_of([near(1.0, camera="one"), near(1.0, camera="two")])
    assert burst.seen == 1
    assert burst.camera_ids == ("one", "two")


def test_who_moves_at_most_of_the_flashes_does_not_stand():
    moving, standing = bursts_of(
        [
            near(1.0, speed_mps=3.0),
            near(1.5, speed_mps=2.0),
            near(2.0, speed_mps=0.1),
            near(1.0, subject="b", speed_mps=0.2),
        ]
    )
    assert not moving.standing
    assert standing.standing
