"""What was heard, as evidence of discharges: on the clock of UTC, each happening once."""

from collections.abc import Sequence
from dataclasses import replace

from truceline.events.discharges.joining import Heard
from truceline.listen.places.air import UNKNOWN, Air
from truceline.listen.places.posterior import FEWEST
from truceline.pipeline.hearing.placing import placed
from truceline.records.sounds import DischargePlaced, PlaceEllipse, SoundClock, SoundHeard
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan

FARTHEST_S = 1.8
"""Beyond some 600 m a microphone of a camera hears little: sound takes at most so long to it."""
UNPLACED = "Where it was made: fewer than three microphones with place and clock heard it."


def heard_evidence(recordings: Sequence[SoundHeard], air: Air = UNKNOWN) -> tuple[Heard, ...]:
    """Discharges that were heard, in order of time; a recording that nobody can put in time tells nothing.

    1. Three microphones or more with place and clock are matched to one another, and place what they can.
    2. Otherwise each recording stands for itself; what several hear within their bounds is one happening.

    Args:
        recordings: What was heard in each.
        air: The weather, as far as it is known.
    """
    timed = [one for one in recordings if one.clock is not None]
    able = {
        one.microphone.microphone_id
        for one in timed
        if one.microphone is not None and one.microphone.place_enu_m is not None
    }
    if len(able) >= FEWEST:
        # (1)
        found = [_of_placed(one) for one in placed(timed, air)]
    else:
        # (2)
        found = _joined([heard for one in timed for heard in _alone(one)])
    return tuple(sorted(found, key=lambda one: (one.span.start_utc_ns, one.microphone_ids)))


def untimed_words(recordings: Sequence[SoundHeard]) -> tuple[str, ...]:
    """A sentence for each recording that tells nothing because nobody says when it was made."""
    return tuple(
        f"{one.name}: nobody says when this sound was recorded, so that it tells nothing beside pictures."
        for one in recordings
        if one.clock is None
    )


def _of_placed(one: DischargePlaced) -> Heard:
    region = one.place if isinstance(one.place, PlaceEllipse) else None
    first, last = min(one.arrivals_utc_ns), max(one.arrivals_utc_ns)
    known = one.emitted_utc_ns is not None
    start = one.emitted_utc_ns if one.emitted_utc_ns is not None else _before(first)
    return Heard(
        span=UtcSpan(start, UtcNs(max(start, start if known else last))),
        bound_s=one.bound_s + (0.0 if known else FARTHEST_S / 2),
        probability=one.probability,
        low=one.count.low,
        best=one.count.best,
        high=one.count.high,
        rests_on=(f"heard by {', '.join(one.heard_by)}", *one.rests_on),
        not_possible=one.not_possible,
        microphone_ids=one.heard_by,
        place_en_m=None if region is None else (float(region.centre_en_m[0]), float(region.centre_en_m[1])),
        place_sigma_m=None if region is None else float((region.covariance_m2.trace() / 2) ** 0.5),
    )


def _alone(one: SoundHeard) -> list[Heard]:
    if one.clock is None:
        return []
    name = one.name if one.microphone is None else one.microphone.microphone_id
    return [
        Heard(
            span=_span(discharge.times_s, one.clock),
            bound_s=one.clock.bound_s + FARTHEST_S / 2,
            probability=discharge.probability,
            low=discharge.count.low,
            best=discharge.count.best,
            high=discharge.count.high,
            rests_on=(f"heard by {name}", *discharge.rests_on),
            not_possible=(UNPLACED, *discharge.not_possible),
            microphone_ids=(name,),
        )
        for discharge in one.discharges
    ]


def _span(times_s: Sequence[float], clock: SoundClock) -> UtcSpan:
    """From the first to the last, half of the longest way taken off: the other half is in the bound."""
    return UtcSpan(_before(clock.utc_ns(times_s[0])), _before(clock.utc_ns(times_s[-1])))


def _before(at_utc_ns: UtcNs) -> UtcNs:
    return UtcNs(at_utc_ns - round(FARTHEST_S / 2 * NS_PER_S))


def _joined(found: Sequence[Heard]) -> list[Heard]:
    """What different microphones heard at one time, as one happening with the surest's probability."""
    kept: list[Heard] = []
    for one in sorted(
        found, key=lambda each: (-each.probability, each.span.start_utc_ns, each.microphone_ids)
    ):
        same = next((row for row, other in enumerate(kept) if _one_happening(one, other)), None)
        if same is None:
            kept.append(one)
            continue
        other = kept[same]
        kept[same] = replace(
            other,
            low=max(one.low, other.low),
            high=max(one.high, other.high),
            rests_on=(*other.rests_on, one.rests_on[0]),
            microphone_ids=(*other.microphone_ids, *one.microphone_ids),
        )
    return kept


def _one_happening(one: Heard, other: Heard) -> bool:
    if set(one.microphone_ids) & set(other.microphone_ids):
        return False
    bound_ns = round((one.bound_s + other.bound_s) * NS_PER_S)
    return (
        one.span.start_utc_ns - bound_ns <= other.span.end_utc_ns
        and other.span.start_utc_ns - bound_ns <= one.span.end_utc_ns
    )
