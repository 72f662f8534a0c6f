"""Discharges: bursts of flashes and what was heard, joined into activities."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from truceline.events.activities.stating import REPORTED_FROM
from truceline.events.discharges.bursts import Burst
from truceline.records.activities import Activity, ActivityKind, Measure, Part, Role
from truceline.records.events import Interval
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan

SILENT = "The footage is silent: nothing could be heard, so that the flashes alone tell of it."
UNHEARD = "Nothing that was heard belongs to these flashes."
UNSEEN = "No flash was caught. By day one round in ten to twenty shows one: that none was seen says nothing."
COUNTED = "Flashes tell of at least so many rounds; most rounds show none."
HEARD_PRIOR = 0.05
"""What the probability of a heard discharge holds of before anything was heard (docs/design/sound.md)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Discharges heard together, on the clock that the subjects are on.

    Attributes:
        span: From the first to the last, the sound's way taken off where the place is known.
        bound_s: 95 % bound on those times: clocks, and the way where the place is not known.
        probability: That any of them is a discharge.
        low: At least so many; ``best`` and ``high`` likewise.
        place_en_m: Where, or None; ``place_sigma_m`` its error.
        microphone_ids: Who heard it.
    """

    span: UtcSpan
    bound_s: float
    probability: float
    low: int
    best: int
    high: int
    rests_on: tuple[str, ...]
    not_possible: tuple[str, ...]
    microphone_ids: tuple[str, ...]
    place_en_m: tuple[float, float] | None = None
    place_sigma_m: float | None = None


def discharges(
    bursts: Sequence[Burst], heard: Sequence[Heard], *, bounds_s: Mapping[str, float], listened: bool
) -> tuple[Activity, ...]:
    """What was fired, in order of time; what is less probable than one in ten is not stated.

    1. A burst that is worth stating by itself takes the weightiest sound whose time agrees with its own,
       within both bounds. Several may take one sound: several fire at once. A lone glint takes none: a sound
       would make a shooter of whoever walks by.
    2. Their evidence is independent given that somebody fired: likelihood ratios multiply.
    3. A sound that belongs to no burst stands for itself, without an actor.

    Args:
        bursts: Flashes beside subjects.
        heard: What microphones heard.
        bounds_s: By camera, the 95 % bound of its times; a burst has that of the best camera that saw it.
        listened: Whether there was any sound to listen to.
    """
    stated, used = [], set()
    for burst in bursts:
        # (1)
        if burst.probability < REPORTED_FROM:
            continue
        bound_s = min(bounds_s.get(camera, 0.0) for camera in burst.camera_ids)
        fitting = [number for number, one in enumerate(heard) if _together(burst, one, bound_s=bound_s)]
        best = max(fitting, key=lambda number: (heard[number].probability, -number), default=None)
        if best is not None:
            used.add(best)
        # (2)
        sound = None if best is None else heard[best]
        stated.append(_of_burst(burst, sound, bound_s=bound_s, listened=listened))
    # (3)
    stated += [_of_sound(one) for number, one in enumerate(heard) if number not in used]
    kept = [one for one in stated if one.probability >= REPORTED_FROM]
    return tuple(sorted(kept, key=lambda one: (one.at_utc_ns, one.event_id)))


def joined_probability(seen: float, heard: float) -> float:
    """P(fired) from both: what was heard, without the prior in it, is a likelihood ratio on what was seen.

    >>> round(joined_probability(0.2, 0.9), 2)
    0.98
    """
    odds = _odds(seen) * _odds(heard) / _odds(HEARD_PRIOR)
    return odds / (1.0 + odds)


def _odds(probability: float) -> float:
    return probability / max(1.0 - probability, 1e-9)


def _together(burst: Burst, heard: Heard, *, bound_s: float) -> bool:
    bound_ns = round((heard.bound_s + bound_s) * NS_PER_S)
    return (
        heard.span.start_utc_ns - bound_ns <= burst.last_utc_ns
        and burst.first_utc_ns <= heard.span.end_utc_ns + bound_ns
    )


def _of_burst(burst: Burst, heard: Heard | None, *, bound_s: float, listened: bool) -> Activity:
    first = burst.flashes[0]
    how = "stood or lay" if burst.standing else "moved, which makes glints likelier"
    plural = "" if burst.seen == 1 else "es"
    cameras = ", ".join(burst.camera_ids)
    cues = [f"{burst.seen} flash{plural} of one picture beside the subject, on {cameras}; the subject {how}."]
    probability, low, high = burst.probability, burst.seen, float("inf")
    if heard is not None:
        probability = joined_probability(burst.probability, heard.probability)
        cues += heard.rests_on
        low = max(low, heard.low)
    missing = [COUNTED]
    if heard is None:
        missing.insert(0, UNHEARD if listened else SILENT)
    else:
        missing += heard.not_possible
    return Activity(
        event_id=_event_id(burst.subject_id, burst.first_utc_ns),
        kind=ActivityKind.DISCHARGE,
        span=UtcSpan(burst.first_utc_ns, burst.last_utc_ns),
        at_utc_ns=burst.first_utc_ns,
        time_bound_s=bound_s,
        place_en_m=first.place_en_m,
        place_sigma_m=first.place_sigma_m,
        parts=(Part(Role.ACTOR, burst.subject_id),),
        probability=probability,
        measures=(Measure("rounds", "rounds", Interval(float(low), float(low), high, 0.0)),),
        cues=tuple(cues),
        not_observed=tuple(missing),
        camera_ids=burst.camera_ids,
    )


def _of_sound(heard: Heard) -> Activity:
    start = heard.span.start_utc_ns
    return Activity(
        event_id=_event_id(" ".join(heard.microphone_ids), start),
        kind=ActivityKind.DISCHARGE,
        span=heard.span,
        at_utc_ns=start,
        time_bound_s=heard.bound_s,
        place_en_m=heard.place_en_m,
        place_sigma_m=heard.place_sigma_m,
        parts=(),
        probability=heard.probability,
        measures=(
            Measure(
                "rounds", "rounds", Interval(float(heard.best), float(heard.low), float(heard.high), 0.0)
            ),
        ),
        cues=heard.rests_on,
        not_observed=(UNSEEN, *heard.not_possible),
    )


def _event_id(who: str, at_utc_ns: UtcNs) -> str:
    return hashlib.sha256(f"{ActivityKind.DISCHARGE} {who} {at_utc_ns}".encode()).hexdigest()[:16]
