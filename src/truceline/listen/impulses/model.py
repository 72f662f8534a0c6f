"""Model: how consistent an impulse is with a discharge, as a probability.

A logistic regression on the features, their squares and their products: of most of them discharges have
neither much nor little, and how much depends on the others. Its coefficients lie beside this module in
``coefficients.json``, with the command that made them; they were fitted on simulated sounds alone.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.errors import IntegrityError
from truceline.listen.impulses.features import NAMES

Array = NDArray[np.float64]

FILE: Final = "coefficients.json"
CLIP: Final = 2.5
"""A feature counts no further than so many standard deviations: beyond them nothing was learnt."""
SURE_DB, UNSURE_DB = 22.0, 6.0
"""Standing so far above its surroundings an impulse counts in full; as little as the second, not at all."""
HIGHEST: Final = 0.99
"""One microphone is never surer than this."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The model.

    Attributes:
        centre: (k,) of the features; ``spread`` (k,) their standard deviations.
        linear: (k,) coefficients of the standardised features.
        second: (k, k) of their squares less one on the diagonal, of their products above it, nothing below.
        intercept: Of the evidence.
        rarity: Added to the evidence: discharges are rarer where the model is used than where it was fitted.
    """

    centre: Array
    spread: Array
    linear: Array
    second: Array
    intercept: float
    rarity: float

    def evidence(self, features: Array) -> Array:
        """Log-odds (n,) of features (n, k) as they were fitted, before any rarity."""
        scaled = np.clip((features - self.centre) / self.spread, -CLIP, CLIP)
        odds: Array = terms_of(scaled) @ self.coefficients
        return odds

    @property
    def coefficients(self) -> Array:
        """All of them in the order of ``terms_of``."""
        rows, columns = np.triu_indices(len(self.linear), 1)
        return np.concatenate(
            [[self.intercept], self.linear, np.diag(self.second), self.second[rows, columns]]
        )

    def probability(self, features: Array) -> Array:
        """Probabilities (n,).

        The less an impulse stands out of its surroundings, the less its evidence counts: what speaks for a
        discharge is taken in part, what speaks against one in full.
        """
        above_db = features[:, NAMES.index("above_db")]
        share = np.clip((above_db - UNSURE_DB) / (SURE_DB - UNSURE_DB), 0.0, 1.0)
        odds = self.evidence(features)
        weighed = np.where(odds > 0.0, share * odds, odds) + self.rarity
        return np.minimum(1.0 / (1.0 + np.exp(-weighed)), HIGHEST)


def terms_of(scaled: Array) -> Array:
    """One, the features (n, k), their squares less one, and their products, row by row of the triangle."""
    rows, columns = np.triu_indices(scaled.shape[1], 1)
    ones = np.ones((len(scaled), 1))
    return np.hstack([ones, scaled, scaled**2 - 1.0, scaled[:, rows] * scaled[:, columns]])


@cache
def fitted() -> Model:
    """The model as it was fitted.

    Raises:
        IntegrityError: The file of coefficients is not that of these features.
    """
    text = files("truceline.listen.impulses").joinpath(FILE).read_text(encoding="utf-8")
    return model_of(text)


def model_of(text: str) -> Model:
    """A model from the text of a file of coefficients.

    Raises:
        IntegrityError: It is none, or of other features.
    """
    try:
        told = json.loads(text)
        rows = told["features"]
        if tuple(row["name"] for row in rows) != NAMES:
            raise IntegrityError("these coefficients are of other features", where=FILE)
        centre, spread, linear, square = (
            np.array([float(row[key]) for row in rows]) for key in ("centre", "spread", "linear", "square")
        )
        second = np.diag(square)
        for first, other, value in told["products"]:
            second[NAMES.index(first), NAMES.index(other)] = float(value)
        return Model(centre, spread, linear, second, float(told["intercept"]), float(told["rarity"]))
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(
            "the file of coefficients cannot be read", where=FILE, do="Install Truceline again."
        ) from error
