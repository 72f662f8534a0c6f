"""Passages: side changes of known paths, what crossings claim, and matching within a tolerance."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.events.walks import crossings_of, out_and_back, seconds_of, straight
from tests.unit.video.clips import START
from truceline.evaluate.passages import Passage, Score, claims, reported_passages, score, true_passages
from truceline.records.time import NS_PER_S, UtcNs

LINE = np.array([[-5.0, 0.0], [5.0, 0.0]])  # runs east: north is left, +1
BAND_M = 0.5


def passages(north_m: list[float], *, east_m: float = 0.0) -> list[tuple[float, int]]:
    path = np.array([[east_m, north] for north in north_m]).reshape(-1, 2)
    seconds = np.arange(len(north_m), dtype=float)
    found = true_passages(seconds, path, line_en_m=LINE, band_m=BAND_M)
    return [(one.at_s, one.towards) for one in found]


@pytest.mark.parametrize(
    ("north_m", "expected"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([2.0, 1.0, 2.0], [], id="stays"),
        pytest.param([1.0, -1.0], [(1, -1)], id="crosses to the right"),
        pytest.param([-1.0, 1.0], [(1, 1)], id="crosses to the left"),
        pytest.param([1.0, -1.0, 1.0], [(1, -1), (2, 1)], id="and back: two passages"),
        pytest.param([1.0, -0.49, 1.0], [], id="less than the band beyond"),
        pytest.param([1.0, -0.5, 1.0], [(1, -1), (2, 1)], id="the band exactly"),
        pytest.param([1.0, 0.1, -0.1, -0.4, -0.6], [(2, -1)], id="the instant is the change of sign"),
        pytest.param(
            [1.0, -0.1, 0.1, -0.1, -0.7], [(3, -1)], id="the last change of sign before the band is left"
        ),
        pytest.param([0.2, -0.2, -1.0], [], id="began on the line: no side was left"),
        pytest.param([0.2, 1.0, -1.0], [(2, -1)], id="began on the line, then took a side"),
    ],
)
def test_sides_change_with_hysteresis(north_m: list[float], expected: list[tuple[float, int]]):
    assert passages(north_m) == expected


@pytest.mark.parametrize(
    ("east_m", "expected"),
    [
        pytest.param(4.9, 1, id="beside the line"),
        pytest.param(5.0, 1, id="at its end"),
        pytest.param(5.1, 0, id="round its end"),
        pytest.param(-5.1, 0, id="round its beginning"),
    ],
)
def test_who_goes_round_an_end_passes_no_line(east_m: float, expected: int):
    assert len(passages([1.0, -1.0], east_m=east_m)) == expected


def test_who_went_round_the_end_and_returns_over_the_line_passes_once():
    path = np.array([[4.0, 1.0], [6.0, 1.0], [6.0, -1.0], [4.0, -1.0], [4.0, 1.0]])
    found = true_passages(np.arange(5.0), path, line_en_m=LINE, band_m=BAND_M)
    assert [(one.at_s, one.towards) for one in found] == [(4, 1)]


def reported(crossings, *, left: str = "North") -> list[Passage]:
    return reported_passages(crossings, left=left, line_en_m=LINE, start_utc_ns=START)


def test_a_crossing_with_its_return_is_two_passages():
    seconds = seconds_of(8)
    (crossing,) = crossings_of(seconds, out_and_back(seconds))
    out, back = reported([crossing])
    assert (out.towards, back.towards) == (1, -1)
    assert out.at_s == pytest.approx(2.0, abs=0.2)
    assert back.at_s == pytest.approx(4.4, abs=0.2)
    swapped = reported([crossing], left="South")
    assert [one.towards for one in swapped] == [-1, 1]


def test_a_crossing_without_a_return_is_one_passage():
    seconds = seconds_of(5)
    (crossing,) = crossings_of(seconds, straight(seconds))
    assert [one.towards for one in reported([crossing])] == [1]


def test_a_return_round_the_end_is_no_passage():
    seconds = seconds_of(8)
    (crossing,) = crossings_of(seconds, out_and_back(seconds))
    assert len(reported([replace(crossing, returned_place_en_m=(5.1, 0.0))])) == 1
    assert len(reported([replace(crossing, returned_place_en_m=(5.0, 0.0))])) == 2
    assert len(reported([replace(crossing, returned_place_en_m=None)])) == 1
    assert len(reported([replace(crossing, returned_utc_ns=None)])) == 1


def test_only_what_is_more_probable_than_not_is_reported():
    seconds = seconds_of(5)
    (crossing,) = crossings_of(seconds, straight(seconds))
    later = UtcNs(START + 3 * NS_PER_S)
    likely = replace(crossing, probability=0.5, crossed_utc_ns=later, returned_utc_ns=None)
    assert reported([likely]) == [Passage(3.0, 1)]
    assert reported([replace(likely, probability=0.4999)]) == []


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param([], (0, 1, 0), id="missed"),
        pytest.param([(10.0, 1)], (1, 0, 0), id="the same instant"),
        pytest.param([(11.0, 1)], (1, 0, 0), id="at the tolerance"),
        pytest.param([(11.001, 1)], (0, 1, 1), id="beyond the tolerance"),
        pytest.param([(9.0, 1)], (1, 0, 0), id="earlier, at the tolerance"),
        pytest.param([(10.0, -1)], (0, 1, 1), id="the other way"),
        pytest.param([(10.0, 1), (10.1, 1)], (1, 0, 1), id="two claims of one passage"),
    ],
)
def test_one_true_passage(claims: list[tuple[float, int]], expected: tuple[int, int, int]):
    assert counts(match([(10.0, 1)], claims)) == expected


def match(truth: list[tuple[float, int]], claims: list[tuple[float, int]]) -> Score:
    return score([Passage(*one) for one in truth], [Passage(*one) for one in claims], tolerance_s=1.0)


def counts(found: Score) -> tuple[int, int, int]:
    return found.matched, len(found.missed), len(found.unfounded)


def test_as_many_as_possible_are_matched():
    # The nearest pair first would leave the other two alone.
    assert counts(match([(10.0, 1), (10.9, 1)], [(10.8, 1), (11.8, 1)])) == (2, 0, 0)


def test_what_is_left_over_is_named():
    found = match([(1.0, 1), (5.0, -1)], [(1.2, 1), (9.0, 1)])
    assert found.missed == (Passage(5.0, -1),)
    assert found.unfounded == (Passage(9.0, 1),)
    assert found.f1 == pytest.approx(2 / 4)


@pytest.mark.parametrize(
    ("matched", "missed", "unfounded", "f1"),
    [(0, 0, 0, 1.0), (3, 0, 0, 1.0), (0, 1, 0, 0.0), (0, 0, 1, 0.0), (2, 1, 1, 2 / 3)],
)
def test_f1(matched: int, missed: int, unfounded: int, f1: float):
    one = Passage(0.0, 1)
    assert Score(matched, (one,) * missed, (one,) * unfounded).f1 == pytest.approx(f1)


@pytest.mark.parametrize(
    ("matched", "missed", "unfounded", "precision", "recall"),
    [
        pytest.param(3, 1, 0, 1.0, 0.75, id="one missed"),
        pytest.param(3, 0, 1, 0.75, 1.0, id="one unfounded"),
        pytest.param(0, 0, 0, np.nan, np.nan, id="nothing to say"),
    ],
)
def test_precision_and_recall(matched: int, missed: int, unfounded: int, precision: float, recall: float):
    one = Passage(0.0, 1)
    found = Score(matched, (one,) * missed, (one,) * unfounded)
    assert (found.precision, found.recall) == pytest.approx((precision, recall), nan_ok=True)


def claimed(*crossings, truth: list[tuple[float, int]]) -> list[tuple[float, bool]]:
    stated, true = claims(
        crossings,
        [Passage(*one) for one in truth],
        left="North",
        start_utc_ns=START,
        tolerance_s=1.0,
    )
    return list(zip(stated.tolist(), true.tolist(), strict=True))


def test_the_surest_claim_takes_the_truth():
    seconds = seconds_of(5)
    (crossing,) = crossings_of(seconds, straight(seconds))
    at_s = (crossing.crossed_utc_ns - START) / NS_PER_S
    towards = 1 if crossing.to_side == "North" else -1
    sure, unsure = replace(crossing, probability=0.9), replace(crossing, probability=0.3, event_id="b")
    assert claimed(unsure, sure, truth=[(at_s + 0.9, towards)]) == [(0.9, True), (0.3, False)]
    assert claimed(unsure, sure, truth=[(at_s, towards), (at_s, towards)]) == [(0.9, True), (0.3, True)]


@pytest.mark.parametrize(("later_s", "turned", "true"), [(1.0, 1, True), (1.01, 1, False), (0.0, -1, False)])
def test_a_claim_is_true_in_its_direction_and_in_time(later_s: float, turned: int, true: bool):
    seconds = seconds_of(5)
    (crossing,) = crossings_of(seconds, straight(seconds))
    at_s = round((crossing.crossed_utc_ns - START) / NS_PER_S, 9)
    moved = replace(crossing, crossed_utc_ns=UtcNs(START + round(at_s) * NS_PER_S))
    towards = 1 if crossing.to_side == "North" else -1
    assert claimed(moved, truth=[(round(at_s) + later_s, turned * towards)]) == [(crossing.probability, true)]


def test_nothing_claimed_is_no_claim():
    assert claimed(truth=[(1.0, 1)]) == []
