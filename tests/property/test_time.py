"""Times: what is written is read back, to the nanosecond, in every zone."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from truceline.records.time import NS_PER_S, UtcNs, format_utc, parse_utc

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
