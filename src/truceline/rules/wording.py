"""Wording: the sentence of a judgement, from the rule's own template. No number without its interval."""

import math

from truceline.records.events import Crossing, Interval
from truceline.records.findings import Outcome
from truceline.records.rules import Statements

_TAIL = 0.001
"""Nearer to 0 or 1 than this, a probability is not known better and is written so."""

_SURELY = 0.95
_HARDLY = 0.05


def statement_of(
    crossing: Crossing, statements: Statements, *, outcome: Outcome, permit_id: str | None
) -> str:
    """The sentence for an outcome, in the words of the pack, with the measured values filled in."""
    if permit_id is not None:
        template = statements.permitted
    else:
        template = {
            Outcome.MET: statements.met,
            Outcome.UNDECIDED: statements.undecided,
            Outcome.NOT_MET: statements.not_met,
        }[outcome]
    return template.format(
        from_side=crossing.from_side,
        to_side=crossing.to_side,
        depth=_measured(crossing.depth_m, "m"),
        stay=_stay(crossing),
        returned=_returned(crossing),
        permit=permit_id or "none",
    )


def probability_words(value: float) -> str:
    """A probability with three decimals.

    >>> probability_words(0.97), probability_words(1.0), probability_words(0.0002)
    ('0.970', '> 0.999', '< 0.001')
    """
    if value > 1 - _TAIL:
        return f"> {1 - _TAIL:.3f}"
    return f"< {_TAIL:.3f}" if value < _TAIL else f"{value:.3f}"


def _measured(interval: Interval, unit: str) -> str:
    if not math.isfinite(interval.value):
        return "not measured"
    return f"{interval.value:.1f} {unit} (95 %: {interval.low:.1f} to {interval.high:.1f} {unit})"


def _stay(crossing: Crossing) -> str:
    if crossing.dwell_s is None:
        return "still beyond the line when last seen"
    return f"beyond the line for {_measured(crossing.dwell_s, 's')}"


def _returned(crossing: Crossing) -> str:
    if crossing.returned >= _SURELY:
        return "returned"
    if crossing.returned <= _HARDLY:
        return "no return seen"
    return f"return uncertain (probability {crossing.returned:.2f})"
