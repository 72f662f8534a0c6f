"""Choices: the probability of each pairing of ends with beginnings, when each has one at most."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_ROUNDS = 200
SETTLED = 1e-9


def pairing_probabilities(weights: Array) -> Array:
    """Marginal probabilities (n, m) that end i goes on as beginning j.

    Args:
        weights: (n, m) how many times likelier the pair is than that i ends and j is new, >= 0.

    Method: loopy belief propagation for data association, whose fixed point is unique and is reached from
    anywhere (Williams and Lau, IEEE Trans. Aerospace and Electronic Systems 2014); exact where no cycle of
    alternatives exists.
    """
    if weights.size == 0:
        return np.zeros(weights.shape)
    back = np.ones(weights.shape)
    for _ in range(MOST_ROUNDS):
        sums = 1.0 + np.sum(weights * back, axis=1, keepdims=True)
        ahead = weights / np.maximum(sums - weights * back, 1e-300)
        fresh = 1.0 / np.maximum(1.0 + np.sum(ahead, axis=0, keepdims=True) - ahead, 1e-300)
        settled = np.max(np.abs(fresh - back)) < SETTLED
        back = fresh
        if settled:
            break
    shares = weights * back
    marginals: Array = shares / (1.0 + np.sum(shares, axis=1, keepdims=True))
    return marginals
