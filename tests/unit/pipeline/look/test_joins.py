"""Chains that broke off and go on in another one; detections that nobody took."""

import numpy as np
import pytest

from truceline.pipeline.look.joins import Clip, Links, filled, joined
from truceline.track.association import Side


def side(*boxes, appearance=None):
    table = np.array(boxes, float).reshape(-1, 4)
    rows = len(table)
    foot = np.column_stack([(table[:, 0] + table[:, 2]) / 2, table[:, 3]])
    colours = np.zeros((rows, 2)) if appearance is None else np.tile(appearance, (rows, 1))
    return Side(foot, np.tile(np.eye(2), (rows, 1, 1)), table, colours)


def body(left, *, height=40.0):
    return (left, 100.0 - height, left + 16.0, 100.0)


def chain(*frames, row=0):
    return Links(frames, (row,) * len(frames))


def clip(sides, *, step_s=1.0, still=()):
    flags = np.zeros(len(sides), bool)
    flags[list(still)] = True
    return Clip(sides, np.arange(len(sides)) * step_s, flags)


FIRST, SECOND = (0, 1, 2), (3, 4, 5)


@pytest.mark.parametrize(
    ("name", "after", "tracks"),
    [
        ("a step further", body(8.0), 1),
        ("a run further: 2.5 heights a second", body(104.0), 1),
        ("further than a run", body(105.0), 2),
        ("half as tall", body(8.0, height=20.0), 2),
    ],
)
def test_where_a_chain_goes_on(name, after, tracks):
    sides = [side(body(4.0))] * 3 + [side(after)] * 3
    found = joined([chain(*FIRST), chain(*SECOND)], clip(sides), unseen_s=2.5)
    assert len(found) == tracks, name
    assert sum(len(one.frames) for one in found) == 6
    if tracks == 1:
        assert found[0].frames == (0, 1, 2, 3, 4, 5)


def test_two_that_could_go_on_are_not_guessed():
    sides = [side(body(4.0))] * 3 + [side(body(8.0), body(40.0))] * 3
    chains = [chain(*FIRST), chain(*SECOND), chain(*SECOND, row=1)]
    assert len(joined(chains, clip(sides), unseen_s=2.5)) == 3


def test_other_colours_are_somebody_else():
    red, blue = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    sides = [side(body(4.0), appearance=red)] * 3 + [side(body(8.0), appearance=blue)] * 3
    assert len(joined([chain(*FIRST), chain(*SECOND)], clip(sides), unseen_s=2.5)) == 2


@pytest.mark.parametrize(("still", "tracks"), [((), 2), (range(3, 8), 1)])
def test_frozen_time_is_not_counted(still, tracks):
    sides = [side(body(4.0))] * 3 + [side()] * 5 + [side(body(8.0))] * 3
    found = joined([chain(*FIRST), chain(8, 9, 10)], clip(sides, still=still), unseen_s=2.5)
    assert len(found) == tracks


def test_no_chains():
    assert joined([], clip([side()]), unseen_s=1.0) == ()
    assert filled([], clip([side()])) == ()


@pytest.mark.parametrize(
    ("name", "between", "frames"),
    [
        ("where it must be", body(10.0), [0, 1, 2, 3]),
        ("elsewhere", body(60.0), [0, 1, 3]),
        ("nothing", None, [0, 1, 3]),
    ],
)
def test_gaps_are_filled_with_what_nobody_took(name, between, frames):
    sides = [side(body(4.0)), side(body(6.0)), side(between) if between else side(), side(body(12.0))]
    (found,) = filled([chain(0, 1, 3)], clip(sides))
    assert list(found.frames) == frames, name


def test_what_another_chain_holds_is_left_to_it():
    sides = [side(body(4.0)), side(body(6.0)), side(body(10.0)), side(body(12.0))]
    first, second = filled([chain(0, 1, 3), chain(2)], clip(sides))
    assert first.frames == (0, 1, 3)
    assert second.frames == (2,)
