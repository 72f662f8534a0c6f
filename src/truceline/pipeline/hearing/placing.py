"""Placing: what several microphones heard, told as discharges with a place each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.listen.discharges.counting import COUNTED
from truceline.listen.places.air import Air
from truceline.listen.places.matching import Ear, HeardAt, Matched, matched
from truceline.listen.places.posterior import FEWEST, Arrivals, emitted_s
from truceline.listen.places.region import place_of
from truceline.records.sounds import (
    Count,
    DischargeHeard,
    DischargePlaced,
    Microphone,
    Place,
    PlaceEllipse,
    SoundClock,
    SoundCoding,
    SoundHeard,
)
from truceline.records.time import NS_PER_S, UtcNs

Array = NDArray[np.float64]

BOUND_SIGMAS = 1.96
PICK_S = 0.0015
"""Onsets are picked so well."""
CODED_S = 0.006
"""Frames of a lossy coding smear what is sudden, and their delay is taken off to a share of a frame."""


def placed(recordings: Sequence[SoundHeard], air: Air) -> tuple[DischargePlaced, ...]:
    """The discharges that were heard, over all microphones, in order of time.

    Raises:
        InputError: Fewer than three microphones with a place and a clock.
    """
    ears = _ears(recordings)
    if len(ears) < FEWEST:
        without = sorted({one.name for one in recordings if _reason(one)})
        missing = f"; without place or start: {', '.join(without)}" if without else ""
        raise InputError(
            f"{len(ears)} microphones with place and clock are too few to place a sound{missing}",
            do="Give recordings of three microphones at least, each with its place and its start in a note.",
        )
    return tuple(_placed(one, air) for one in matched(ears, least=COUNTED))


def _reason(one: SoundHeard) -> bool:
    return one.microphone is None or one.microphone.place_enu_m is None or one.clock is None


def _ears(recordings: Sequence[SoundHeard]) -> list[Ear]:
    """One ear a microphone, with all of its recordings."""
    by_id: dict[str, list[tuple[SoundHeard, Microphone, SoundClock]]] = {}
    for one in recordings:
        if one.microphone is not None and one.microphone.place_enu_m is not None and one.clock is not None:
            by_id.setdefault(one.microphone.microphone_id, []).append((one, one.microphone, one.clock))
    start_ns = min((clock.start_utc_ns for rows in by_id.values() for _, _, clock in rows), default=UtcNs(0))
    return [_ear(name, rows=rows, start_ns=start_ns) for name, rows in sorted(by_id.items())]


def _ear(name: str, *, rows: Sequence[tuple[SoundHeard, Microphone, SoundClock]], start_ns: UtcNs) -> Ear:
    places = {microphone.place_enu_m for _, microphone, _ in rows}
    if len(places) > 1:
        raise InputError(
            f"microphone {name} stands in {len(places)} places",
            where=", ".join(sorted(one.name for one, _, _ in rows)),
            do="Give a microphone that was moved another id for each place.",
        )
    heard = tuple(
        _heard_at(discharge, one, after_s=(clock.start_utc_ns - start_ns) / NS_PER_S, origin_ns=start_ns)
        for one, _, clock in rows
        for discharge in one.discharges
    )
    sigma_s = max(_sigma_s(one.coding, microphone, clock=clock) for one, microphone, clock in rows)
    return Ear(name, np.array(rows[0][1].place_enu_m), sigma_s, heard)


def _heard_at(
    discharge: DischargeHeard, recording: SoundHeard, *, after_s: float, origin_ns: UtcNs
) -> HeardAt:
    """A discharge on the scale that all microphones share."""
    chances = {one.at_s: one.probability for one in recording.impulses}
    times = sorted((*discharge.times_s, *discharge.doubtful_s))
    return HeardAt(
        discharge,
        after_s + np.array(times),
        np.array([chances[at_s] for at_s in times]),
        origin_ns,
    )


def _sigma_s(coding: SoundCoding, microphone: Microphone, *, clock: SoundClock) -> float:
    """Standard deviation of an arrival: clock, pick, coding, and the microphone's own place."""
    parts = (
        clock.bound_s / BOUND_SIGMAS,
        PICK_S,
        0.0 if coding.lossless else CODED_S,
        microphone.place_sigma_m / 340.0,
    )
    return float(np.sqrt(np.sum(np.square(parts))))


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a happening was, when it was made, and what could not be told of either."""

    place: Place | None
    misfit: float
    emitted_utc_ns: UtcNs | None
    bound_s: float
    lacking: tuple[str, ...]


def _placed(one: Matched, air: Air) -> DischargePlaced:
    """A matched happening with its place."""
    origin_ns = one.heard[0].origin_utc_ns
    discharges = [row.discharge for row in one.heard]
    where = _where(one, air)
    return DischargePlaced(
        heard_by=tuple(ear.microphone_id for ear in one.ears),
        arrivals_utc_ns=tuple(_utc_ns(origin_ns, float(at_s)) for at_s in one.at_s),
        emitted_utc_ns=where.emitted_utc_ns,
        bound_s=where.bound_s,
        place=where.place,
        probability=max(row.probability for row in discharges),
        count=_count(discharges),
        misfit=where.misfit,
        rests_on=(f"arrivals at {', '.join(ear.microphone_id for ear in one.ears)}", _air_words(air)),
        not_possible=where.lacking,
    )


def _utc_ns(origin_ns: UtcNs, at_s: float) -> UtcNs:
    return UtcNs(origin_ns + round(at_s * NS_PER_S))


def _count(discharges: Sequence[DischargeHeard]) -> Count:
    """What the microphones count together: none of them hears more than there was, save echoes."""
    low = max(row.count.low for row in discharges)
    best = int(np.median([row.count.best for row in discharges]))
    return Count(low, max(best, low), max(row.count.high for row in discharges))


def _where(one: Matched, air: Air) -> _Where:
    """A place where the geometry, the clocks and the match allow one."""
    heard_s = max(BOUND_SIGMAS * ear.sigma_s for ear in one.ears)
    if len(one.ears) < FEWEST:
        few = f"where it was: {len(one.ears)} of the microphones heard it, and a place needs three"
        return _Where(None, 0.0, None, heard_s, (few,))
    if one.ambiguous:
        many = "where it was: what each microphone heard can be put together in more than one way"
        return _Where(None, 0.0, None, heard_s, (many,))
    ears = np.array([ear.place_enu_m for ear in one.ears])
    arrivals = Arrivals(ears, one.at_s, np.array([ear.sigma_s for ear in one.ears]))
    place, misfit = place_of(arrivals, air)
    if place is None:
        against = "where it was: the times of arrival contradict one another, clocks and places included"
        return _Where(None, misfit, None, heard_s, (against,))
    unchecked = "a check of the place: three arrivals leave nothing over to check it by"
    lacking = (unchecked,) if len(one.ears) == FEWEST else ()
    if not isinstance(place, PlaceEllipse):
        near = "its distance as a number: the microphones stand too near to one another for that"
        return _Where(place, misfit, None, heard_s, (near, *lacking))
    at_s, sigma_s = emitted_s(arrivals, air, place_en_m=place.centre_en_m)
    made = _utc_ns(one.heard[0].origin_utc_ns, at_s)
    return _Where(place, misfit, made, BOUND_SIGMAS * sigma_s, lacking)


def _air_words(air: Air) -> str:
    return (
        f"sound at {air.sound_mps:.0f} ± {BOUND_SIGMAS * air.sound_sigma_mps:.0f} m/s (air of "
        f"{air.temperature_c:.0f} ± {BOUND_SIGMAS * air.temperature_sigma_c:.0f} °C), wind known to "
        f"± {BOUND_SIGMAS * air.wind_sigma_mps:.0f} m/s"
    )
