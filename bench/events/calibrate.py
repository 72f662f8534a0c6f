"""The calibration's coefficients, from what was stated and what was right."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.events.measure import Tallies
from truceline.records.activities import ActivityKind

Array = NDArray[np.float64]

LEAST = 8
"""Of fewer statements of a kind nothing is fitted."""
PULL = 4.0
"""Weight, in statements, with which slope and shift are drawn to 1 and 0: a few statements should not change
much, and subjects that were made from plays flatter."""
_SMALLEST = 1e-6
_LEAST_SLOPE = 0.2


def fitted(tallies: Tallies) -> str:
    """The table ``LINES`` as Python, one row a kind."""
    rows = []
    for kind in ActivityKind:
        # Danger is put together from what is calibrated already.
        tally = None if kind is ActivityKind.IN_DANGER else tallies.get(kind)
        if tally is not None and len(tally.stated) >= LEAST:
            slope, shift = line_of(tally.stated)
            rows.append(f"    ActivityKind.{kind.name}: LogOddsLine({slope:.2f}, {shift:.2f}),")
    return "\n".join(["LINES: dict[ActivityKind, LogOddsLine] = {", *rows, "}"])


def line_of(stated: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Slope and shift of the line in the log odds that is likeliest, drawn a little to (1, 0).

    Method: Platt (1999) with a penalty on the distance from doing nothing.
    """
    raw = np.clip(np.array([one[0] for one in stated]), _SMALLEST, 1 - _SMALLEST)
    right = np.array([one[1] for one in stated], dtype=np.float64)
    odds: Array = np.log(raw / (1 - raw))

    def cost(line: Array) -> float:
        turned = line[0] * odds + line[1]
        surprise = np.logaddexp(0.0, turned) - right * turned
        return float(surprise.sum() + PULL * ((line[0] - 1) ** 2 + line[1] ** 2))

    best = minimize(cost, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(_LEAST_SLOPE, 3.0), (-5.0, 5.0)])
    slope, shift = best.x.tolist()
    return slope, shift
