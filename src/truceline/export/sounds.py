"""What was heard as JSON: every number that the table shows, and those that it leaves out."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from truceline.records.sounds import (
    Count,
    DischargeHeard,
    DischargePlaced,
    Place,
    PlaceEllipse,
    SoundClock,
    SoundHeard,
)
from truceline.records.time import format_utc

SOUNDS_FORMAT = "truceline-sounds/1"
TIME_DIGITS = 6


def sounds_as_json(heard: Sequence[SoundHeard], placed: Sequence[DischargePlaced]) -> Iterator[str]:
    """All recordings with their impulses and discharges, then discharges with places."""
    whole = {
        "format": SOUNDS_FORMAT,
        "recordings": [_recording(one) for one in heard],
        "placed": [_placed(one) for one in placed],
    }
    yield json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _recording(one: SoundHeard) -> dict[str, object]:
    microphone = None if one.microphone is None else asdict(one.microphone)
    start = None if one.clock is None else format_utc(one.clock.start_utc_ns, digits=9)
    return {
        "name": one.name,
        "sha256": one.digest.hex,
        "size_bytes": one.size_bytes,
        "simulated": one.simulated,
        "microphone": microphone,
        "start_utc": start,
        "time_bound_s": None if one.clock is None else one.clock.bound_s,
        "coding": {**asdict(one.coding), "keeps_cracks": one.coding.keeps_cracks},
        "length_s": round(one.length_s, TIME_DIGITS),
        "gaps": [asdict(gap) for gap in one.gaps],
        "notes": list(one.notes),
        "discharges": [_discharge(row, one.clock) for row in one.discharges],
        "impulses": [
            {
                "at_s": round(row.at_s, TIME_DIGITS),
                "utc": _utc(row.at_s, one.clock),
                "probability": round(row.probability, 4),
                "level_db": round(row.level_db, 2),
                "above_db": round(row.above_db, 2),
            }
            for row in one.impulses
        ],
    }


def _utc(at_s: float, clock: SoundClock | None) -> str | None:
    return None if clock is None else format_utc(clock.utc_ns(at_s), digits=TIME_DIGITS)


def _discharge(one: DischargeHeard, clock: SoundClock | None) -> dict[str, object]:
    return {
        "times_s": [round(at_s, TIME_DIGITS) for at_s in one.times_s],
        "utc": [_utc(at_s, clock) for at_s in one.times_s],
        "doubtful_s": [round(at_s, TIME_DIGITS) for at_s in one.doubtful_s],
        "probability": round(one.probability, 4),
        "count": _count(one.count),
        "rhythm": one.rhythm.value,
        "interval_s": None if one.interval_s is None else round(one.interval_s, TIME_DIGITS),
        "crack_blast": None if one.crack is None else asdict(one.crack),
        "rests_on": list(one.rests_on),
        "not_possible": list(one.not_possible),
    }


def _count(count: Count) -> dict[str, int]:
    return asdict(count)


def _placed(one: DischargePlaced) -> dict[str, object]:
    emitted = one.emitted_utc_ns
    return {
        "heard_by": list(one.heard_by),
        "arrivals_utc": [format_utc(at, digits=TIME_DIGITS) for at in one.arrivals_utc_ns],
        "emitted_utc": None if emitted is None else format_utc(emitted, digits=TIME_DIGITS),
        "time_bound_s": round(one.bound_s, TIME_DIGITS),
        "probability": round(one.probability, 4),
        "count": _count(one.count),
        "place": None if one.place is None else _place(one.place),
        "misfit": round(one.misfit, 3),
        "rests_on": list(one.rests_on),
        "not_possible": list(one.not_possible),
    }


def _place(place: Place) -> dict[str, object]:
    if isinstance(place, PlaceEllipse):
        return {
            "kind": "ellipse",
            "centre_en_m": place.centre_en_m.tolist(),
            "covariance_m2": place.covariance_m2.tolist(),
            "confidence": place.confidence,
            "scale": place.scale,
        }
    return {
        "kind": "sector",
        "apex_en_m": place.apex_en_m.tolist(),
        "bearing_rad": place.bearing_rad,
        "half_width_rad": place.half_width_rad,
        "nearest_m": place.nearest_m,
        "farthest_m": place.farthest_m,
    }
