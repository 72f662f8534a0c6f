"""Choices: marginals of pairings against all of them, counted."""

from itertools import product

import numpy as np
import pytest

from truceline.world.linking.choices import pairing_probabilities


def counted(weights):
    """The same marginals by trying every pairing."""
    ends, starts = weights.shape
    total, shares = 0.0, np.zeros(weights.shape)
    for choice in product(range(-1, starts), repeat=ends):
        taken = [one for one in choice if one >= 0]
        if len(set(taken)) < len(taken):
            continue
        weight = float(np.prod([weights[row, one] for row, one in enumerate(choice) if one >= 0]))
        total += weight
        for row, one in enumerate(choice):
            if one >= 0:
                shares[row, one] += weight
    return shares / total


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param(np.array([[3.0]]), id="one and one"),
        pytest.param(np.array([[3.0, 1.0, 0.2]]), id="one end, three beginnings"),
        pytest.param(np.array([[5.0, 0.0], [1.0, 4.0]]), id="a chain of alternatives"),
    ],
)
def test_marginals_are_exact_without_a_ring_of_alternatives(weights):
    np.testing.assert_allclose(pairing_probabilities(weights), counted(weights), atol=1e-6)


def test_marginals_are_near_where_all_compete():
    weights = np.random.default_rng(3).uniform(0.1, 6.0, (4, 4))
    np.testing.assert_allclose(pairing_probabilities(weights), counted(weights), atol=0.06)


def test_each_end_goes_on_once_and_each_beginning_has_one_before():
    found = pairing_probabilities(np.random.default_rng(1).uniform(0, 100, (5, 7)))
    assert np.all(found.sum(axis=0) <= 1 + 1e-6)
    assert np.all(found.sum(axis=1) <= 1 + 1e-6)


def test_nobody_is_nobody():
    assert pairing_probabilities(np.zeros((0, 3))).shape == (0, 3)
    np.testing.assert_array_equal(pairing_probabilities(np.zeros((2, 2))), np.zeros((2, 2)))
