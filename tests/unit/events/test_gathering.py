"""Which stays of different samples are one crossing."""

import pytest

from truceline.events.gathering import APART_S, gathered
from truceline.events.passages import Excursion

END_S = 60.0


def stay(sample, entered_s, left_s=None, *, towards=1, depth_m=1.0):
    back = None if left_s is None else (0.0, 0.0)
    return Excursion(sample, towards, entered_s, (0.0, 0.0), left_s, back, depth_m, 0)


def told_apart(*stays, draws=10, least=0.05):
    groups = gathered(list(stays), draws=draws, least=least, end_s=END_S)
    return sorted([sorted((one.sample, one.entered_s) for one in group) for group in groups])


def test_nothing():
    assert told_apart() == []


def test_two_crossings_of_each_sample_are_two_however_near_in_time():
    """Gaps between samples would chain them: one's second entry lies beside another's first."""
    stays = []
    for sample in range(10):
        late = 0.2 * sample
        stays += [stay(sample, 5 + late, 6 + late), stay(sample, 7 + late, 9 + late)]
    groups = told_apart(*stays)
    assert [len(group) for group in groups] == [10, 10]
    assert all(entered < 7 for _, entered in groups[0])
    assert all(entered >= 7 for _, entered in groups[1])


def test_lingering_at_the_line_is_one_crossing_at_a_vague_time():
    stays = [stay(sample, 5.0 if sample < 4 else 20.0) for sample in range(10)]
    assert [len(group) for group in told_apart(*stays)] == [10]


def test_a_step_back_of_one_sample_does_not_break_the_crossing_of_the_others():
    stays = [stay(sample, 5 + 0.1 * sample, 30.0) for sample in range(9)]
    stays += [stay(9, 5.0, 6.0), stay(9, 8.5, 30.0)]
    groups = told_apart(*stays)
    assert sorted(len(group) for group in groups) == [1, 10]


def test_a_double_that_too_few_samples_show_is_not_told_apart():
    stays = [stay(sample, 5.0, 30.0) for sample in range(99)]
    stays += [stay(99, 5.0, 6.0, depth_m=0.3), stay(99, 8.5, 30.0, depth_m=2.0)]
    (group,) = told_apart(*stays, draws=100)
    assert len(group) == 100
    assert (99, 8.5) in group


@pytest.mark.parametrize(("between_s", "groups"), [(APART_S, 1), (APART_S + 0.01, 2)])
def test_stays_that_nothing_joins_are_two_when_they_lie_apart(between_s, groups):
    stays = [stay(sample, 5.0, 8.0) for sample in range(5)]
    stays += [stay(sample, 8.0 + between_s, 12.0) for sample in range(5, 10)]
    assert len(told_apart(*stays)) == groups


def test_ways_are_never_mixed():
    stays = [stay(sample, 5.0, towards=1 if sample % 2 else -1) for sample in range(10)]
    groups = gathered(stays, draws=10, least=0.05, end_s=END_S)
    assert [{one.towards for one in group} for group in groups] == [{1}, {-1}]


def test_no_group_holds_a_sample_twice():
    stays = [stay(sample, 5.0 + 3 * number, 6.0 + 3 * number) for sample in range(10) for number in range(4)]
    for group in gathered(stays, draws=10, least=0.05, end_s=END_S):
        assert len({one.sample for one in group}) == len(group) == 10
