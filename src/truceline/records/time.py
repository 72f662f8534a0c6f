"""Time: integer nanoseconds UTC inside, RFC 3339 with ``Z`` at the edges. Needs no NumPy."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NewType

from truceline.errors import InputError

UtcNs = NewType("UtcNs", int)
"""Nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time)."""

NS_PER_S = 1_000_000_000

_RFC3339 = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[Tt ](?P<clock>\d{2}:\d{2}:\d{2})(?:\.(?P<fraction>\d{1,9}))?"
    r"(?P<zone>[Zz]|[+-]\d{2}:\d{2})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class UtcSpan:
    """A half-open span of time, ``start_utc_ns <= t < end_utc_ns``."""

    start_utc_ns: UtcNs
    end_utc_ns: UtcNs

    def __post_init__(self) -> None:
        """Refuse a span that ends before it starts."""
        if self.end_utc_ns < self.start_utc_ns:
            raise InputError(
                f"a span cannot end ({format_utc(self.end_utc_ns)}) before it starts "
                f"({format_utc(self.start_utc_ns)})"
            )

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return (self.end_utc_ns - self.start_utc_ns) / NS_PER_S

    def contains(self, at_utc_ns: UtcNs) -> bool:
        """Whether an instant lies in the span."""
        return self.start_utc_ns <= at_utc_ns < self.end_utc_ns


def utc_ns_from_seconds(seconds: float) -> UtcNs:
    """Nanoseconds from (fractional) POSIX seconds, rounded."""
    return UtcNs(round(seconds * NS_PER_S))


def parse_utc(text: str) -> UtcNs:
    """Read an RFC 3339 time with an offset or ``Z``.

    Raises:
        InputError: The text is no RFC 3339 time, or has no offset.

    >>> parse_utc("1970-01-01T00:00:01.5Z")
    1500000000
    """
    match = _RFC3339.fullmatch(text.strip())
    if match is None:
        raise InputError(
            f"{text!r} is not an RFC 3339 time with an offset",
            do="Write it like 2017-11-13T06:15:23.6Z.",
        )
    zone = "+00:00" if match["zone"] in "Zz" else match["zone"]
    try:
        whole = datetime.fromisoformat(f"{match['day']}T{match['clock']}{zone}")
    except ValueError as error:
        raise InputError(f"{text!r} is not a time that exists: {error}") from error
    since_epoch = whole - datetime(1970, 1, 1, tzinfo=UTC)
    fraction_ns = int((match["fraction"] or "0").ljust(9, "0"))
    return UtcNs((since_epoch.days * 86_400 + since_epoch.seconds) * NS_PER_S + fraction_ns)


def format_utc(at_utc_ns: UtcNs, *, digits: int = 3) -> str:
    """Write a time as RFC 3339 with ``Z``, truncated to ``digits`` decimals of a second (0 to 9).

    >>> format_utc(UtcNs(1500000000))
    '1970-01-01T00:00:01.500Z'
    """
    seconds, fraction_ns = divmod(int(at_utc_ns), NS_PER_S)
    whole = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    fraction = f".{fraction_ns:09d}"[: digits + 1] if digits else ""
    return whole.replace(tzinfo=None).isoformat(timespec="seconds") + fraction + "Z"


def format_local(at_utc_ns: UtcNs, *, offset_minutes: int, digits: int = 0) -> str:
    """Write the site's local time beside UTC: ``15:15:24 UTC+09:00``; truncated as ``format_utc`` is."""
    local = format_utc(UtcNs(int(at_utc_ns) + offset_minutes * 60 * NS_PER_S), digits=digits)
    sign = "-" if offset_minutes < 0 else "+"
    hours, minutes = divmod(abs(offset_minutes), 60)
    return f"{local.partition('T')[2].removesuffix('Z')} UTC{sign}{hours:02d}:{minutes:02d}"
