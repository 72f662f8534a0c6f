"""Which units a footage has."""

from dataclasses import dataclass

from truceline.records.runs import UnitSettings
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan

_EVER_UTC_NS = UtcNs(2**63 - 1)
"""The last unit has no end: what a container claims beyond its last picture belongs to it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a footage.

    Attributes:
        number: From 0 in order of time.
        span: What is watched, the overlap with the unit before included; None: the whole footage.
        own: The part of it whose rows come from this unit, and from no other.
    """

    number: int
    span: UtcSpan | None
    own: UtcSpan


def units_of(whole: UtcSpan, settings: UnitSettings) -> tuple[Unit, ...]:
    """The units of a footage, in order of time.

    Args:
        whole: From the first picture to the end of the last, as the packets say before any is decoded.
        settings: How long units are, and how much of the one before each watches again.
    """
    length_ns = round(settings.length_s * NS_PER_S)
    overlap_ns = round(settings.overlap_s * NS_PER_S)
    count = max(1, -((whole.start_utc_ns - whole.end_utc_ns) // length_ns))
    if count == 1:
        return (Unit(0, None, UtcSpan(whole.start_utc_ns, _EVER_UTC_NS)),)
    bounds = [UtcNs(whole.start_utc_ns + number * length_ns) for number in range(count)] + [_EVER_UTC_NS]
    return tuple(
        Unit(
            number,
            UtcSpan(UtcNs(max(whole.start_utc_ns, bounds[number] - overlap_ns)), bounds[number + 1]),
            UtcSpan(bounds[number], bounds[number + 1]),
        )
        for number in range(count)
    )
