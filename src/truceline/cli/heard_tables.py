"""Tables of what was heard, at most 100 columns: no time without its bound, no place without its error."""

import textwrap
from collections.abc import Sequence
from math import degrees, sqrt

import numpy as np

from truceline.cli.tables import WIDTH, aligned
from truceline.present.quantities import (
    clip_time,
    clock,
    day,
    decimals_for,
    duration,
    local_clock,
    number,
    offset_name,
    plural,
    probability,
)
from truceline.records.sounds import (
    DischargeHeard,
    DischargePlaced,
    PlaceEllipse,
    PlaceSector,
    SoundCoding,
    SoundHeard,
)
from truceline.records.time import UtcNs

LIKELY = 0.5
_INDENT = "    "
MOST_GAPS = 5
ORDER = "P was fitted on simulated sounds: on recordings it is an order, not a share (docs/design/sound.md)"


def heard_lines(heard: SoundHeard, *, offset_minutes: int | None) -> list[str]:
    """One recording: what it is, what was heard, what was not possible, where there was no sound."""
    likely = [one for one in heard.discharges if one.probability >= LIKELY]
    lines = [*_about(heard), *_table(heard, likely, offset_minutes=offset_minutes)]
    if not likely:
        lines.append("no impulse that is rather a discharge than not")
    fewer = len(heard.discharges) - len(likely)
    if fewer:
        lines.append(f"{plural(fewer, 'happening')} less probable than not: in the JSON (--out), not above")
    if heard.discharges:
        lines.append(ORDER)
    for sentence in dict.fromkeys(text for one in likely for text in one.not_possible):
        lines += _wrapped(f"not possible: {sentence}")
    lines += [
        f"no sound from {_span(one.start_s, one.end_s)}: {one.sentence}" for one in heard.gaps[:MOST_GAPS]
    ]
    if len(heard.gaps) > MOST_GAPS:
        lines.append(f"{len(heard.gaps)} stretches without sound in all")
    return lines


def _about(heard: SoundHeard) -> list[str]:
    """What the recording is."""
    who = "nobody says which microphone" if heard.microphone is None else heard.microphone.microphone_id
    simulated = "  SIMULATED" if heard.simulated else ""
    sudden = plural(len(heard.impulses), "sudden sound")
    lines = [
        f"{heard.name}  {who}  {duration(heard.length_s)}, {sudden}{simulated}",
        coding_words(heard.coding),
    ]
    if heard.clock is None:
        lines.append("nobody says when it begins: times are those of the file (--start, --bound, or a note)")
    else:
        start, bound_s = heard.clock.start_utc_ns, heard.clock.bound_s
        lines.append(
            f"{day(start)} {clock(start)} UTC ± {number(bound_s, decimals_for(bound_s))} s, 95 %, to its end"
        )
    return [*lines, *(text for note in heard.notes for text in _wrapped(note, indent=""))]


def coding_words(coding: SoundCoding) -> str:
    """How a recording keeps sound, and what is left of it.

    >>> coding_words(SoundCoding("pcm_mulaw", 8000, 1, lossless=False))
    'pcm_mulaw, 8 kHz, lossy: nothing above 4 kHz; crack and blast cannot be told apart'
    """
    kept = "lossless" if coding.lossless else "lossy"
    cracks = "can" if coding.keeps_cracks else "cannot"
    return (
        f"{coding.codec}, {coding.rate_hz / 1e3:g} kHz, {kept}: nothing above {coding.rate_hz / 2e3:g} kHz; "
        f"crack and blast {cracks} be told apart"
    )


def _table(heard: SoundHeard, likely: Sequence[DischargeHeard], *, offset_minutes: int | None) -> list[str]:
    if not likely:
        return []
    times = ["time in file"]
    if heard.clock is not None:
        times.append("UTC")
        if offset_minutes is not None:
            times.append(f"local {offset_name(offset_minutes)}")
    rows = [(*_times(heard, one, offset_minutes=offset_minutes), *_cells(one)) for one in likely]
    table = aligned([(*times, "count", "low to high", "rhythm", "P"), *rows])
    lines = ["", table[0]]
    for one, text in zip(likely, table[1:], strict=True):
        lines.append(text)
        for sentence in one.rests_on:
            lines += _wrapped(sentence)
        if one.crack is not None:
            lines += _wrapped(
                f"by crack and blast {number(one.crack.nearest_m, 0)} m away at least, and "
                f"{number(one.crack.farthest_m, 0)} m if a slow missile passed close by"
            )
    return [*lines, ""]


def _times(heard: SoundHeard, one: DischargeHeard, *, offset_minutes: int | None) -> tuple[str, ...]:
    at_s = one.times_s[0]
    cells = [clip_time(at_s)]
    if heard.clock is not None:
        at, digits = heard.clock.utc_ns(at_s), decimals_for(heard.clock.bound_s)
        cells.append(clock(at, digits=digits))
        if offset_minutes is not None:
            cells.append(local_clock(at, offset_minutes=offset_minutes, digits=digits).partition(" ")[0])
    return tuple(cells)


def _cells(one: DischargeHeard) -> tuple[str, ...]:
    rhythm = one.rhythm.value
    if one.interval_s is not None:
        rhythm += f", {number(one.interval_s, 2)} s apart"
    span = f"{one.count.low} to {one.count.high}"
    return str(one.count.best), span, rhythm, probability(one.probability)


def placed_lines(placed: Sequence[DischargePlaced], *, offset_minutes: int | None) -> list[str]:
    """Discharges over all microphones, each with where it may have been."""
    if not placed:
        return ["no discharge that is rather one than not was heard by these microphones"]
    lines = ["all microphones together:"]
    for one in placed:
        lines += _one_placed(one, offset_minutes=offset_minutes)
    return lines


def _one_placed(one: DischargePlaced, *, offset_minutes: int | None) -> list[str]:
    when = one.emitted_utc_ns or one.arrivals_utc_ns[0]
    what = "made" if one.emitted_utc_ns is not None else f"heard by {one.heard_by[0]}"
    count = f"{one.count.best} ({one.count.low} to {one.count.high})"
    lines = [
        f"{_instant(when, one.bound_s, offset_minutes)} {what}, {count}, P {probability(one.probability)}"
    ]
    if isinstance(one.place, PlaceEllipse):
        lines += _wrapped(ellipse_words(one.place))
    elif isinstance(one.place, PlaceSector):
        lines += _wrapped(sector_words(one.place))
    for sentence in one.rests_on:
        lines += _wrapped(sentence)
    for sentence in one.not_possible:
        lines += _wrapped(f"not possible: {sentence}")
    return lines


def _instant(at: UtcNs, bound_s: float, offset_minutes: int | None) -> str:
    digits = decimals_for(bound_s)
    local = ""
    if offset_minutes is not None:
        local = f" ({local_clock(at, offset_minutes=offset_minutes, digits=digits)})"
    return f"{clock(at, digits=digits)} UTC ± {number(bound_s, digits)} s{local}"


def ellipse_words(place: PlaceEllipse) -> str:
    """A place with its error: site metres east and north, and the two half-axes of the 95 % ellipse."""
    short, long = (place.scale * sqrt(value) for value in np.linalg.eigvalsh(place.covariance_m2).tolist())
    east, north = place.centre_en_m.tolist()
    return (
        f"at {number(east, 0)} m east, {number(north, 0)} m north of the site's origin; 95 % ellipse of "
        f"± {number(long, 0)} by ± {number(short, 0)} m"
    )


def sector_words(place: PlaceSector) -> str:
    """A direction with what is known of the distance."""
    east, north = place.apex_en_m.tolist()
    far = "no limit told" if place.farthest_m is None else f"at most {number(place.farthest_m, 0)} m"
    return (
        f"a sector, no point: bearing {number(degrees(place.bearing_rad), 0)}° ± "
        f"{number(degrees(place.half_width_rad), 0)}° from {number(east, 0)} m east, {number(north, 0)} m "
        f"north; at least {number(place.nearest_m, 0)} m away, {far} (95 %)"
    )


def _span(start_s: float, end_s: float) -> str:
    return f"{clip_time(start_s)} to {clip_time(end_s)}"


def _wrapped(text: str, *, indent: str = _INDENT) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)
