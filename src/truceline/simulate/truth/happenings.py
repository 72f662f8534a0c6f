"""Truth of what happened: events with time, place and depth, every shot with its way to each microphone."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from truceline.records.time import NS_PER_S, UtcNs, format_utc
from truceline.simulate.model.actors import Happening, HappeningKind
from truceline.simulate.model.scenario import Setting

_DIGITS_M, _DIGITS_S, _DIGITS = 4, 6, 6


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """When the sounds of one happening reach one microphone, true seconds from the scenario's start.

    ``shock_s`` is None where no shock wave reaches it.
    """

    microphone_id: str
    happening: Happening
    blast_s: float
    shock_s: float | None


def true_utc(setting: Setting, at_s: float) -> UtcNs:
    """True UTC of an instant of the scenario."""
    return UtcNs(setting.start_utc_ns + round(at_s * NS_PER_S))


def event_lines(setting: Setting, happenings: Iterable[Happening]) -> Iterator[str]:
    """One line of JSON an event, in order of time."""
    for number, one in enumerate(in_order(happenings), start=1):
        facts: dict[str, object] = {
            "event": number,
            "kind": one.kind.value,
            "start_s": round(one.start_s, _DIGITS_S),
            "end_s": round(one.end_s, _DIGITS_S),
            "start_utc": format_utc(true_utc(setting, one.start_s), digits=9),
            "end_utc": format_utc(true_utc(setting, one.end_s), digits=9),
            "actors": list(one.actor_ids),
            "place_enu_m": _rounded(one.place_enu_m.tolist()),
            "towards": one.towards,
            "depth_m": None if one.depth_m is None else round(one.depth_m, _DIGITS_M),
            "speed_mps": None if one.speed_mps is None else round(one.speed_mps, _DIGITS_M),
            "direction": None if one.direction is None else _rounded(one.direction.tolist()),
            "supersonic": one.supersonic,
            "sound": one.sound,
        }
        yield json.dumps(facts, ensure_ascii=False) + "\n"


def shot_lines(
    setting: Setting, happenings: Iterable[Happening], *, arrivals: Sequence[Arrival]
) -> Iterator[str]:
    """One line of JSON for every shot and what sounds like one, with its true arrivals at microphones."""
    for number, one in enumerate(in_order(happenings), start=1):
        if one.kind not in (HappeningKind.SHOT, HappeningKind.DISCHARGE_LIKE):
            continue
        facts: dict[str, object] = {
            "event": number,
            "kind": one.kind.value,
            "at_s": round(one.start_s, _DIGITS_S),
            "at_utc": format_utc(true_utc(setting, one.start_s), digits=9),
            "actors": list(one.actor_ids),
            "place_enu_m": _rounded(one.place_enu_m.tolist()),
            "direction": None if one.direction is None else _rounded(one.direction.tolist()),
            "supersonic": one.supersonic,
            "arrivals": [
                {
                    "microphone": arrival.microphone_id,
                    "blast_s": round(arrival.blast_s, _DIGITS),
                    "blast_utc": format_utc(true_utc(setting, arrival.blast_s), digits=9),
                    "shock_s": None if arrival.shock_s is None else round(arrival.shock_s, _DIGITS),
                }
                for arrival in arrivals
                if arrival.happening is one
            ],
        }
        yield json.dumps(facts, ensure_ascii=False) + "\n"


def in_order(happenings: Iterable[Happening]) -> list[Happening]:
    """By start, then as they were given: the order in which events are numbered everywhere."""
    return sorted(happenings, key=lambda one: one.start_s)


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(float(value), _DIGITS_M) for value in values]
