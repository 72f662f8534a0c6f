"""Hidden chains of states, forward and backward, compiled."""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Array = NDArray[np.float64]


@jit
def posteriors(likelihood: Array, steps_s: Array, rates: Array, usual: Array) -> Array:  # noqa: PLR0917
    """P(state at each row | all rows) (n, k) of a chain that forgets.

    Args:
        likelihood: (n, k) of what was measured at each row, for each state; any scale in each row.
        steps_s: (n,) time since the row before; of the first it does not matter.
        rates: (k, k) changes a second from state to state; the diagonal is not read.
        usual: (k,) probabilities of the states when nothing is known, also after a long time.

    Method: forward-backward (Rabiner 1989); over a step of t seconds a state is left with 1 - exp(-rate t),
    and where it goes after long is ``usual``.
    """
    rows, states = likelihood.shape
    moves = _moves(steps_s, rates, usual)
    forward = np.zeros((rows, states))
    forward[0] = usual * likelihood[0]
    forward[0] /= forward[0].sum()
    for row in range(1, rows):
        forward[row] = (forward[row - 1] @ moves[row]) * likelihood[row]
        forward[row] /= forward[row].sum()
    backward = np.ones(states)
    for row in range(rows - 2, -1, -1):
        backward = moves[row + 1] @ (likelihood[row + 1] * backward)
        backward /= backward.sum()
        forward[row] *= backward
        forward[row] /= forward[row].sum()
    return forward


@jit
def _moves(steps_s: Array, rates: Array, usual: Array) -> Array:  # noqa: PLR0917
    """Probabilities (n, k, k) of going from one state to another in the step before each row."""
    rows, states = len(steps_s), len(usual)
    leaving = np.zeros(states)
    for state in range(states):
        for other in range(states):
            if other != state:
                leaving[state] += rates[state, other]
    moves = np.zeros((rows, states, states))
    for row in range(1, rows):
        forgets = 1.0 - np.exp(-steps_s[row] / 60.0)
        for state in range(states):
            gone = 1.0 - np.exp(-leaving[state] * min(steps_s[row], 1.0))
            for other in range(states):
                stays = 1.0 - gone if other == state else gone * rates[state, other] / leaving[state]
                moves[row, state, other] = (1.0 - forgets) * stays + forgets * usual[other]
    return moves
