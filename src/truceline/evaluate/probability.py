"""Do probabilities mean what they say? Brier score, expected calibration error, reliability."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError

Array = NDArray[np.float64]

BINS = 10
SURE, DENIED = 0.95, 0.05
"""Whoever says more than the one, or less than the other, is confident."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The claims of one tenth: how many, their mean probability, and the share of them that was true."""

    claims: int
    stated: float
    true: float


@dataclass(frozen=True, slots=True)
class ProbabilityScores:
    """How well stated probabilities held.

    Attributes:
        claims: How many there are; all scores are NaN without any.
        brier: Mean squared error of the probabilities (Brier 1950); 0 is perfect, 0.25 is a coin's.
        error: Expected calibration error: the mean distance of stated and true shares over the bins, weighted
            by their claims (Naeini et al. 2015).
        wrong: Share of all claims that were confident (more than 0.95, or less than 0.05) and wrong.
        bins: Ten bins of equal width that are not empty, from low to high.
    """

    claims: int
    brier: float
    error: float
    wrong: float
    bins: tuple[ReliabilityBin, ...]


def score_probabilities(stated: Array, true: NDArray[np.bool_]) -> ProbabilityScores:
    """Compare stated probabilities (n,) with what was true (n,).

    Raises:
        InputError: The lengths differ, or a probability is not between 0 and 1.
    """
    if stated.shape != true.shape or stated.ndim != 1:
        raise InputError(f"{len(stated)} probabilities cannot be compared with {len(true)} outcomes")
    if not bool(np.all((stated >= 0) & (stated <= 1))):
        raise InputError("a probability is not between 0 and 1")
    if len(stated) == 0:
        nothing = float("nan")
        return ProbabilityScores(0, nothing, nothing, nothing, ())
    number = np.minimum((stated * BINS).astype(np.int64), BINS - 1)
    bins = [
        ReliabilityBin(int(part.sum()), float(stated[part].mean()), float(true[part].mean()))
        for part in (number == one for one in range(BINS))
        if part.any()
    ]
    confident = ((stated > SURE) & ~true) | ((stated < DENIED) & true)
    return ProbabilityScores(
        claims=len(stated),
        brier=float(np.mean((stated - true) ** 2)),
        error=sum(one.claims * abs(one.stated - one.true) for one in bins) / len(stated),
        wrong=float(np.mean(confident)),
        bins=tuple(bins),
    )
