"""Brier score, expected calibration error, reliability: by hand and against plain definitions."""

import math

import numpy as np
import pytest

from truceline.errors import InputError
from truceline.evaluate.probability import ReliabilityBin, score_probabilities


def test_by_hand():
    found = score_probabilities(np.array([0.9, 0.9, 0.2, 0.0]), np.array([True, False, False, False]))
    assert found.claims == 4
    assert found.brier == pytest.approx((0.01 + 0.81 + 0.04 + 0) / 4)
    # Tenths: [0, .1): stated 0, true 0; [.2, .3): .2, 0; [.9, 1]: .9, .5.
    assert found.error == pytest.approx((1 * 0 + 1 * 0.2 + 2 * 0.4) / 4)
    assert found.bins[-1] == ReliabilityBin(claims=2, stated=0.9, true=0.5)
    assert len(found.bins) == 3


@pytest.mark.parametrize(
    ("stated", "true", "wrong"),
    [
        pytest.param(0.95, False, 0.0, id="at the threshold is not confident"),
        pytest.param(0.951, False, 1.0, id="confident and wrong"),
        pytest.param(0.951, True, 0.0, id="confident and right"),
        pytest.param(0.05, True, 0.0, id="at the lower threshold"),
        pytest.param(0.049, True, 1.0, id="confidently denied and true"),
        pytest.param(1.0, True, 0.0, id="certain belongs to the last bin"),
    ],
)
def test_confidently_wrong(stated: float, true: bool, wrong: float):
    assert score_probabilities(np.array([stated]), np.array([true])).wrong == wrong


def test_honest_probabilities_have_little_error():
    draw = np.random.default_rng(1)
    stated = draw.random(20_000)
    found = score_probabilities(stated, draw.random(20_000) < stated)
    assert found.error < 0.02
    assert found.brier == pytest.approx(1 / 6, abs=0.01)  # the mean of p (1 - p)
    assert score_probabilities(np.sqrt(stated), draw.random(20_000) < stated).error > 0.1


def test_without_claims_nothing_is_claimed():
    found = score_probabilities(np.zeros(0), np.zeros(0, dtype=np.bool_))
    assert found.claims == 0
    assert math.isnan(found.brier)
    assert math.isnan(found.error)
    assert math.isnan(found.wrong)


@pytest.mark.parametrize(
    ("stated", "rows", "says"),
    [
        ([0.5, 0.5], 1, "cannot be compared"),
        ([1.5], 1, "between 0 and 1"),
        ([math.nan], 1, "between 0 and 1"),
    ],
)
def test_refused(stated: list[float], rows: int, says: str):
    with pytest.raises(InputError, match=says):
        score_probabilities(np.array(stated), np.zeros(rows, dtype=np.bool_))
