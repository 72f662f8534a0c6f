"""Times: what is written is read back, to the nanosecond, in every zone."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from truceline.present.quantities import clock, local_clock
from truceline.records.time import NS_PER_S, UtcNs, format_local, format_utc, parse_utc

TIMES = st.integers(-62135596800 * NS_PER_S, 253402300800 * NS_PER_S - 1).map(UtcNs)


@given(TIMES)
def test_what_is_written_is_read_back(at_utc_ns):
    assert parse_utc(format_utc(at_utc_ns, digits=9)) == at_utc_ns


@given(TIMES, st.integers(0, 9))
def test_fewer_digits_never_tell_a_later_time(at_utc_ns, digits):
    written = parse_utc(format_utc(at_utc_ns, digits=digits))
    assert 0 <= at_utc_ns - written < 10 ** (9 - digits)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.integers(-720, 840))  # noqa: DTZ001
def test_every_zone_is_read_like_the_standard_library_does(local, minutes):
    moment = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    assert parse_utc(moment.isoformat()) == since // timedelta(microseconds=1) * 1000


DAYS_NS = st.integers(-(10**9) * NS_PER_S, 4 * 10**9 * NS_PER_S).map(UtcNs)


def of_day_ns(text):
    """Nanoseconds since midnight of a time of day."""
    hours, minutes, seconds = text.split(" ")[0].split(":")
    whole, _, fraction = seconds.partition(".")
    return (int(hours) * 3600 + int(minutes) * 60 + int(whole)) * NS_PER_S + int(fraction.ljust(9, "0"))


@given(DAYS_NS, st.integers(0, 9), st.integers(-840, 840))
def test_local_time_differs_from_utc_by_exactly_the_offset(at_utc_ns, digits, minutes):
    offset_ns, day_ns = minutes * 60 * NS_PER_S, 86_400 * NS_PER_S
    shown = of_day_ns(local_clock(at_utc_ns, offset_minutes=minutes, digits=digits))
    assert shown == (of_day_ns(clock(at_utc_ns, digits=digits)) + offset_ns) % day_ns
    exported = of_day_ns(format_local(at_utc_ns, offset_minutes=minutes, digits=digits))
    written = format_utc(at_utc_ns, digits=digits).partition("T")[2].removesuffix("Z")
    assert exported == (of_day_ns(written) + offset_ns) % day_ns
