"""NEES against its definition and its distribution."""

import math

import numpy as np
import pytest
from scipy.stats import kstest

from truceline.errors import InputError
from truceline.evaluate.consistency import nees, score_consistency


def drawn(rows: int, *, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Errors with stated covariances; ``scale`` makes the errors larger than stated."""
    draw = np.random.default_rng(3)
    roots = draw.normal(0, 1, (rows, 2, 2)) + 2 * np.eye(2)
    errors = scale * (roots @ draw.normal(0, 1, (rows, 2, 1)))[..., 0]
    return errors, roots @ roots.transpose(0, 2, 1)


def test_one_by_hand():
    assert nees(np.array([[2.0, 3.0]]), np.diag([4.0, 9.0])[None]) == pytest.approx([2.0])


@pytest.mark.counterpart("scipy")
def test_errors_as_stated_follow_chi_square():
    assert kstest(nees(*drawn(2000)), "chi2", args=(2,)).pvalue > 0.01


def test_errors_as_stated_lie_within_the_bounds():
    found = score_consistency(*drawn(4000))
    assert found.low < found.anees < found.high
    assert found.held == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize(("scale", "held_less"), [(1.5, True), (0.5, False)])
def test_errors_not_as_stated_are_told(scale: float, held_less: bool):
    found = score_consistency(*drawn(4000, scale=scale))
    assert found.anees == pytest.approx(2 * scale**2, rel=0.1)
    assert not found.low < found.anees < found.high
    assert (found.held < 0.9) is held_less


def test_fewer_independent_errors_widen_the_bounds():
    errors, covariances = drawn(400)
    wide, narrow = (
        score_consistency(errors, covariances, independent=10),
        score_consistency(errors, covariances),
    )
    assert wide.anees == narrow.anees
    assert wide.low < narrow.low < 2 < narrow.high < wide.high
    assert wide.independent == 10


def test_without_errors_nothing_is_claimed():
    found = score_consistency(np.zeros((0, 2)), np.zeros((0, 2, 2)))
    assert math.isnan(found.anees)
    assert math.isnan(found.held)


@pytest.mark.parametrize(
    ("covariances", "says"),
    [(np.eye(2), "do not fit"), (np.zeros((1, 2, 2)), "cannot be inverted")],
)
def test_refused(covariances: np.ndarray, says: str):
    with pytest.raises(InputError, match=says):
        score_consistency(np.zeros((1, 2)), covariances)
