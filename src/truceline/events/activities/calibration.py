"""Calibration: raw probabilities made to mean what they say, by a straight line in the log odds of each kind.

Fitted on tuning seeds only (1 to 999); ``python -m bench.events fit`` prints this table, ``python -m
bench.events measure`` checks it on others. A kind without a line is stated as it was computed.
"""

import math
from dataclasses import dataclass

from truceline.records.activities import ActivityKind


@dataclass(frozen=True, slots=True)
class LogOddsLine:
    """Calibrated log odds = slope x raw log odds + shift; the slope is positive, so that order is kept."""

    slope: float
    shift: float


LINES: dict[ActivityKind, LogOddsLine] = {
    ActivityKind.SPEEDING: LogOddsLine(1.27, 0.10),
    ActivityKind.CHECKPOINT_RUN: LogOddsLine(1.30, 0.11),
    ActivityKind.CHECKPOINT_STOP: LogOddsLine(1.14, 0.05),
    ActivityKind.STOPPED: LogOddsLine(1.17, 0.07),
    ActivityKind.STUCK: LogOddsLine(1.20, 0.11),
    ActivityKind.ABANDONED: LogOddsLine(1.25, 0.19),
    ActivityKind.GOT_OUT: LogOddsLine(1.25, 0.15),
    ActivityKind.RUNNING: LogOddsLine(1.70, 0.24),
    ActivityKind.PURSUIT: LogOddsLine(1.62, -0.15),
    ActivityKind.GATHERING: LogOddsLine(1.14, 0.09),
    ActivityKind.PRONE: LogOddsLine(2.02, 0.14),
    ActivityKind.CRAWLING: LogOddsLine(1.42, 0.30),
    ActivityKind.FELL: LogOddsLine(1.44, -0.08),
    ActivityKind.DOWN: LogOddsLine(1.43, 0.09),
    ActivityKind.DRAGGED: LogOddsLine(1.22, 0.02),
}

_SMALLEST = 1e-6


def calibrated(kind: ActivityKind, raw: float) -> float:
    """The probability that is stated for a raw one."""
    line = LINES.get(kind)
    if line is None:
        return min(max(raw, 0.0), 1.0)
    bounded = min(max(raw, _SMALLEST), 1.0 - _SMALLEST)
    log_odds = line.slope * math.log(bounded / (1.0 - bounded)) + line.shift
    return 1.0 / (1.0 + math.exp(-log_odds))
