"""Numbers and times in words: no number without its uncertainty, UTC first and local beside it."""

import math
from datetime import UTC, datetime, timedelta

from truceline.records.events import Interval
from truceline.records.time import NS_PER_S, UtcNs

SURELY, HARDLY = 0.999, 0.001
"""Above the first a probability is written "> 0.999", below the second "< 0.001"."""

_MAX_DECIMALS = 3
_LEADING_TWO = 2.0
_MINUTE_NS = 60 * NS_PER_S
_DAY_NS = 24 * 60 * _MINUTE_NS
_PLAIN_LOW, _PLAIN_HIGH = 0.05, 0.95


def decimals_for(sigma: float) -> int:
    """Decimals that a standard deviation deserves: one significant digit, two when the first is 1 (0 to 3).

    >>> decimals_for(0.41), decimals_for(0.12), decimals_for(3.0)
    (1, 2, 0)
    """
    if not (math.isfinite(sigma) and sigma > 0):
        return _MAX_DECIMALS
    exponent = math.floor(math.log10(sigma))
    extra = 1 if sigma / 10.0**exponent < _LEADING_TWO else 0
    return min(max(extra - exponent, 0), _MAX_DECIMALS)


def number(value: float, decimals: int) -> str:
    """A number with a true minus sign; "not known" when it is not finite."""
    if not math.isfinite(value):
        return "not known"
    text = f"{value:.{decimals}f}"
    return "−" + text[1:] if text.startswith("-") and float(text) != 0 else text.lstrip("-")


def plus_minus(value: float, sigma: float, *, unit: str) -> str:
    """A value with one standard deviation: ``3.4 ± 0.4 m``.

    >>> plus_minus(3.42, 0.41, unit="m")
    '3.4 ± 0.4 m'
    >>> plus_minus(3.42, float("nan"), unit="m")
    '3.420 ± not known m'
    """
    decimals = decimals_for(sigma)
    floor = 10.0**-_MAX_DECIMALS
    spread = f"{floor:g}" if 0 <= sigma < floor / 2 else number(sigma, decimals)
    return f"{number(value, decimals)} ± {spread} {unit}"


def interval_95(measured: Interval, *, unit: str) -> str:
    """A 95 % interval in words: ``2.6 to 4.2 m``, one decimal finer than its value deserves at most."""
    decimals = decimals_for(measured.sigma)
    return f"{number(measured.low, decimals)} to {number(measured.high, decimals)} {unit}"


def probability(value: float) -> str:
    """A probability; beyond 0.999 its tail is not known better and is written so.

    >>> probability(0.97), probability(0.9999), probability(0.0001)
    ('0.970', '> 0.999', '< 0.001')
    """
    if value > SURELY:
        return f"> {SURELY}"
    if value < HARDLY:
        return f"< {HARDLY}"
    return f"{value:.2f}" if _PLAIN_LOW < value < _PLAIN_HIGH else f"{value:.3f}"


def percent(share: float) -> str:
    """A share as a percentage that never rounds up to 100 or down to 0.

    >>> percent(0.9996), percent(1.0), percent(0.238)
    ('99.9 %', '100 %', '23.8 %')
    """
    tenths = round(share * 1000)
    if tenths >= 1000 and share < 1:
        tenths = 999
    if tenths <= 0 < share:
        tenths = 1
    return f"{tenths / 10:.1f}".removesuffix(".0") + " %"


def duration(seconds: float) -> str:
    """A length of time in words.

    >>> duration(0.48), duration(26.0), duration(170), duration(3900)
    ('0.48 s', '26.0 s', '2 min 50 s', '1 h 05 min')
    """
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def clip_time(seconds: float) -> str:
    """Presentation time within a clip, minutes and seconds: ``00:12.40``."""
    hundredths = round(max(seconds, 0.0) * 100)
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes:02d}:{rest // 100:02d}.{rest % 100:02d}"


def day(at_utc_ns: UtcNs) -> str:
    """The UTC date with the month in letters: ``13 Nov 2017``."""
    return f"{_utc(at_utc_ns):%-d %b %Y}"


def clock(at_utc_ns: UtcNs, *, digits: int = 1) -> str:
    """The UTC time of day, rounded to ``digits`` decimals (0 to 9): ``06:15:24.6``.

    It is never rounded into the next day: the date beside it would be wrong.

    >>> clock(UtcNs(59_960_000_000)), clock(UtcNs(59_940_000_000)), clock(UtcNs(86_399_960_000_000))
    ('00:01:00.0', '00:00:59.9', '23:59:59.9')
    """
    return _clock(_rounded_ns(at_utc_ns, digits=digits), digits=digits)


def local_clock(at_utc_ns: UtcNs, *, offset_minutes: int, digits: int = 1) -> str:
    """The site's local time of day with its offset: ``15:15:24.6 UTC+9`` or ``14:45:24 UTC+8:30``.

    It is ``clock`` of the same ``digits``, moved by the offset after rounding: they differ by just that.

    >>> clock(UtcNs(9_960_000_000)), local_clock(UtcNs(9_960_000_000), offset_minutes=540)
    ('00:00:10.0', '09:00:10.0 UTC+9')
    """
    rounded = _rounded_ns(at_utc_ns, digits=digits)
    moved = UtcNs(int(rounded) + offset_minutes * _MINUTE_NS)
    return f"{_clock(moved, digits=digits)} {offset_name(offset_minutes)}"


def offset_name(offset_minutes: int) -> str:
    """A local offset as people write it.

    >>> offset_name(540), offset_name(510), offset_name(-210)
    ('UTC+9', 'UTC+8:30', 'UTC−3:30')
    """
    hours, minutes = divmod(abs(offset_minutes), 60)
    sign = "−" if offset_minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")


def instant(at_utc_ns: UtcNs, *, bound_s: float) -> str:
    """A UTC time of day with its 95 % bound: ``06:15:24.60 UTC ± 0.12 s``."""
    digits = decimals_for(bound_s)
    return f"{clock(at_utc_ns, digits=digits)} UTC ± {number(bound_s, digits)} s"


def size(size_bytes: int) -> str:
    """A file's size in decimal units: ``4.8 MB``."""
    value, unit = float(size_bytes), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{size_bytes} bytes" if unit == "bytes" else f"{value:.1f} {unit}"


def line_name(line_id: str) -> str:
    """The line as it is named in a sentence; the word is not said twice.

    >>> line_name("demarcation"), line_name("line"), line_name("line-2")
    ('line demarcation', 'the line', 'line-2')
    """
    if line_id == "line":
        return "the line"
    return line_id if line_id.lower().startswith("line") else f"line {line_id}"


def plural(count: int, one: str, *, many: str = "") -> str:
    """A count with its noun: ``1 gap``, ``2 gaps``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """The words with a capital first letter and a full stop, for a page that prints them by themselves.

    >>> sentence("crossing North to South; returned"), sentence("Nobody was seen!")
    ('Crossing North to South; returned.', 'Nobody was seen!')
    """
    words = text.strip()
    return words[:1].upper() + words[1:] + ("" if not words or words[-1] in ".!?…" else ".")


def _clock(at_ns: UtcNs, *, digits: int) -> str:
    fraction = f".{int(at_ns) % NS_PER_S:09d}"[: digits + 1] if digits else ""
    return f"{_utc(at_ns):%H:%M:%S}{fraction}"


def _rounded_ns(at_utc_ns: UtcNs, *, digits: int) -> UtcNs:
    step_ns = 10 ** (9 - digits)
    rounded = (int(at_utc_ns) + step_ns // 2) // step_ns * step_ns
    next_day = (int(at_utc_ns) // _DAY_NS + 1) * _DAY_NS
    return UtcNs(min(rounded, next_day - step_ns))


def _utc(at_utc_ns: UtcNs) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(at_utc_ns) // 1000)
