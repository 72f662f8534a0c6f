"""What kind of thing a track is: naive Bayes on its size, speed, shape and gait; ``unknown`` is an answer.

With a survey the metric size decides. Without one there are only shape and gait, and shape alone claims
nothing: a post in a gust is upright too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, pi, sqrt

from truceline.records.classes import KINDS, ClassPosterior, Kind, TrackFeatures

PRIOR: dict[Kind, float] = {"person": 0.25, "vehicle": 0.2, "animal": 0.2, "unknown": 0.35}
"""Before anything is measured. Near a line most subjects are people; the prior does not lean on that."""

LARGEST_LOG_ODDS = 6.0
"""However many features agree, no kind's odds against ``unknown`` move by more than this (natural logarithm):
features of one track are not independent."""

FULL_ROWS = 10
"""Medians over fewer rows than this count in proportion."""

OUTLIER_SHARE = 0.05
"""Share of tracks of a kind whose feature says nothing of it: half hidden, with a shadow, merged."""

GAIT_REPEATS = 0.3
GAIT_DEVIATIONS = 2.5
"""A gait is seen when the autocorrelation reaches 0.3, and so many standard deviations of that of noise."""
UPRIGHT = 1.7
"""Height over width of a standing or walking person, with an arm or a bag: at least this."""
LONG = 0.9
"""Height over width of what walks on four legs, or drives: at most this, seen from the side."""
RIGID_SPREAD = 0.08
"""Spread of a body's log aspect that wheels stay below."""
FEWEST_RIGID_ROWS = 20
MOST_FROM_SHAPE = 0.45
"""Without a survey, and without shape and gait agreeing, no kind is given more than this."""


@dataclass(frozen=True, slots=True)
class Bell:
    """A normal density over a feature, or over its natural logarithm."""

    middle: float
    spread: float


Table = dict[Kind, Bell]
Mixed = dict[Kind, tuple[Bell, ...]]
"""Several ways in which a kind looks, all as likely."""

_LOG_ASPECT: Table = {
    "person": Bell(log(2.6), 0.28),
    "vehicle": Bell(log(0.6), 0.35),
    "animal": Bell(log(0.65), 0.35),
    "unknown": Bell(log(1.2), 0.8),
}
"""Walking people measure 2 to 3.4; cars 0.4 from the side to 0.9 from the front, animals on four legs too."""

_ASPECT_SPREAD: Table = {
    "person": Bell(0.13, 0.06),
    "vehicle": Bell(0.04, 0.03),
    "animal": Bell(0.18, 0.08),
    "unknown": Bell(0.15, 0.15),
}

_GAIT: Table = {
    "person": Bell(0.5, 0.2),
    "vehicle": Bell(0.0, 0.2),
    "animal": Bell(0.45, 0.25),
    "unknown": Bell(0.15, 0.3),
}

_LOG_HEIGHT_M: Mixed = {
    "person": (Bell(log(1.72), 0.12), Bell(log(0.4), 0.3)),
    "vehicle": (Bell(log(1.9), 0.3),),
    "animal": (Bell(log(0.65), 0.45),),
    "unknown": (Bell(log(1.0), 1.0),),
}
"""People stand, or lie and crawl."""

_LOG_WIDTH_M: Mixed = {
    "person": (Bell(log(0.58), 0.3), Bell(log(1.5), 0.3)),
    "vehicle": (Bell(log(3.0), 0.45),),
    "animal": (Bell(log(0.8), 0.45),),
    "unknown": (Bell(log(1.0), 1.0),),
}

_LOG_METRIC_ASPECT: Mixed = {
    "person": (Bell(log(3.0), 0.35), Bell(log(0.3), 0.25)),
    "vehicle": (Bell(log(0.6), 0.35),),
    "animal": (Bell(log(0.65), 0.35),),
    "unknown": (Bell(log(1.2), 0.8),),
}
"""Height over width: a body that lies is much longer than high, a body on four legs is not."""

_LOG_SPEED: Table = {
    "person": Bell(log(1.3), 0.6),
    "vehicle": Bell(log(8.0), 0.8),
    "animal": Bell(log(1.5), 0.9),
    "unknown": Bell(log(1.5), 1.3),
}

_FORMS: dict[Kind, tuple[float, float, float]] = {
    "person": (0.9, 0.095, 0.005),
    "vehicle": (0.27, 0.03, 0.7),
    "animal": (0.3, 0.69, 0.01),
    "unknown": (0.35, 0.45, 0.2),
}
"""How often a kind is fitted as a person, found too low for one, and fitted as a vehicle: judged, not fitted
to footage. Children and people who crawl are low; a vehicle half hidden or far off passes for people."""
FORM_ROWS = 2.0
"""All rows together count as so many independent ones: what is misjudged once is misjudged for seconds."""

STANDS_MPS = 0.5
"""A slower track stands, as things of any kind do: its speed says nothing."""


def classify(features: TrackFeatures) -> ClassPosterior:
    """A probability for each kind, from a track's features.

    Method: naive Bayes over those features that were measured, each kind's density mixed with 5 % of that of
    ``unknown``, the log odds against ``unknown`` capped. Means and spreads: anthropometric, of common
    vehicles and of mammals from hare to deer; none was fitted to footage.
    """
    evidence = _evidence(features)
    capped = {kind: max(-LARGEST_LOG_ODDS, min(LARGEST_LOG_ODDS, evidence[kind])) for kind in KINDS}
    odds = {kind: PRIOR[kind] * exp(capped[kind]) for kind in KINDS}
    total = sum(odds.values())
    shares = {kind: odds[kind] / total for kind in KINDS}
    if features.height_m is None and features.forms is None:
        shares = _limited(shares, features)
    person, vehicle, animal = shares["person"], shares["vehicle"], shares["animal"]
    return ClassPosterior(person, vehicle, animal, max(0.0, 1.0 - person - vehicle - animal))


def seen_gait(features: TrackFeatures) -> bool:
    """Whether the width of its lower third repeats as a pace does."""
    if features.gait is None or features.gait_rows == 0:
        return False
    return features.gait >= max(GAIT_REPEATS, GAIT_DEVIATIONS / sqrt(features.gait_rows))


def _evidence(features: TrackFeatures) -> dict[Kind, float]:
    """Log odds of each kind against ``unknown``."""
    rows = min(1.0, features.rows / FULL_ROWS)
    measured: list[tuple[float, Mixed, float]] = []
    for value, table in ((features.height_m, _LOG_HEIGHT_M), (features.width_m, _LOG_WIDTH_M)):
        if value is not None and value > 0:
            measured.append((log(value), table, rows))
    if features.height_m and features.width_m:
        measured.append((log(features.height_m / features.width_m), _LOG_METRIC_ASPECT, rows))
    elif features.aspect is not None and features.aspect > 0:
        measured.append((log(features.aspect), _mixed(_LOG_ASPECT), rows))
    if features.speed_mps is not None and features.speed_mps >= STANDS_MPS:
        measured.append((log(features.speed_mps), _mixed(_LOG_SPEED), rows))
    if features.aspect_spread is not None:
        measured.append((features.aspect_spread, _mixed(_ASPECT_SPREAD), rows))
    if features.gait is not None:
        measured.append((features.gait, _mixed(_GAIT), min(1.0, features.gait_rows / (2 * FULL_ROWS))))
    told = {
        kind: sum(weight * _log_ratio(value, table, kind=kind) for value, table, weight in measured)
        for kind in KINDS
    }
    return {kind: told[kind] + _log_ratio_of_forms(features, kind=kind) for kind in KINDS}


def _mixed(table: Table) -> Mixed:
    return {kind: (bell,) for kind, bell in table.items()}


def _log_ratio_of_forms(features: TrackFeatures, *, kind: Kind) -> float:
    if features.forms is None:
        return 0.0
    pairs = zip(features.forms, _FORMS[kind], _FORMS["unknown"], strict=True)
    return FORM_ROWS * sum(share * log(ours / other) for share, ours, other in pairs)


def _log_ratio(value: float, table: Mixed, *, kind: Kind) -> float:
    other = _mean_density(value, table["unknown"])
    ours = (1 - OUTLIER_SHARE) * _mean_density(value, table[kind]) + OUTLIER_SHARE * other
    return log(max(ours, _TINY)) - log(max(other, _TINY))


def _mean_density(value: float, bells: Sequence[Bell]) -> float:
    return sum(_density(value, bell) for bell in bells) / len(bells)


def _density(value: float, bell: Bell) -> float:
    return exp(-0.5 * ((value - bell.middle) / bell.spread) ** 2) / (bell.spread * sqrt(2 * pi))


_TINY = 1e-12


def _limited(shares: dict[Kind, float], features: TrackFeatures) -> dict[Kind, float]:
    """Without a survey: no kind beyond ``MOST_FROM_SHAPE`` unless shape and gait agree on it."""
    agreed = _agreed(features)
    return {
        kind: share if kind in agreed or kind == "unknown" else min(share, MOST_FROM_SHAPE)
        for kind, share in shares.items()
    }


def _agreed(features: TrackFeatures) -> Sequence[Kind]:
    """The kinds that shape and gait, or shape and rigidity, both speak for."""
    if features.aspect is None:
        return ()
    agreed: list[Kind] = []
    paces = seen_gait(features)
    if paces and features.aspect >= UPRIGHT:
        agreed.append("person")
    if paces and features.aspect <= LONG:
        agreed.append("animal")
    rigid = features.aspect_spread is not None and features.aspect_spread <= RIGID_SPREAD
    if rigid and not paces and features.aspect <= LONG and features.gait_rows >= FEWEST_RIGID_ROWS:
        agreed.append("vehicle")
    return agreed
