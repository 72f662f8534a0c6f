import pytest

from truceline.errors import InputError
from truceline.records.time import (
    NS_PER_S,
    UtcNs,
    UtcSpan,
    format_local,
    format_utc,
    parse_utc,
    utc_ns_from_seconds,
)


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        pytest.param("1970-01-01T00:00:00Z", 0, id="epoch"),
        pytest.param("1970-01-01t00:00:00z", 0, id="lower case"),
        pytest.param("1970-01-01 00:00:00Z", 0, id="a blank between"),
        pytest.param(" 1970-01-01T00:00:00Z\n", 0, id="blanks around"),
        pytest.param("1969-12-31T23:59:59.999999999Z", -1, id="before the epoch"),
        pytest.param("1970-01-01T09:00:00+09:00", 0, id="Korea"),
        pytest.param("1969-12-31T18:30:00-05:30", 0, id="west"),
        pytest.param("2017-11-13T06:15:23.6Z", 1510553723600000000, id="a tenth"),
        pytest.param("2017-11-13T06:15:23.000000001Z", 1510553723000000001, id="a nanosecond"),
        pytest.param("2016-02-29T00:00:00Z", 1456704000000000000, id="a leap day"),
    ],
)
def test_times_that_are_read(text, ns):
    assert parse_utc(text) == ns


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("2017-11-13T06:15:23", id="no offset"),
        pytest.param("2017-11-13", id="a day"),
        pytest.param("2017-11-13T06:15Z", id="no seconds"),
        pytest.param("2017-02-29T00:00:00Z", id="a day that is not"),
        pytest.param("2017-11-13T24:00:01Z", id="an hour that is not"),
        pytest.param("2016-12-31T23:59:60Z", id="a leap second"),
        pytest.param("2017-11-13T06:15:23+25:00", id="an offset that is not"),
        pytest.param("2017-11-13T06:15:23.1234567890Z", id="ten decimals"),
        pytest.param("2017-11-13T06:15:23.Z", id="a point and nothing"),
        pytest.param("2017-11-13T06:15:23,5Z", id="a comma"),
        pytest.param("\u0662\u0660\u0661\u0667-11-13T06:15:23Z", id="other digits"),
        pytest.param("2017-11-13T06:15:23.\u0665Z", id="other digits in the fraction"),
        pytest.param("now", id="a word"),
    ],
)
def test_times_that_are_refused(text):
    with pytest.raises(InputError):
        parse_utc(text)


@pytest.mark.parametrize(
    ("ns", "digits", "text"),
    [
        (0, 3, "1970-01-01T00:00:00.000Z"),
        (0, 0, "1970-01-01T00:00:00Z"),
        (1_999_999_999, 3, "1970-01-01T00:00:01.999Z"),
        (1_999_999_999, 9, "1970-01-01T00:00:01.999999999Z"),
        (-1, 9, "1969-12-31T23:59:59.999999999Z"),
        (-62135596800 * NS_PER_S, 0, "0001-01-01T00:00:00Z"),
    ],
)
def test_times_that_are_written(ns, digits, text):
    assert format_utc(UtcNs(ns), digits=digits) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(540, "15:15:24 UTC+09:00"), (0, "06:15:24 UTC+00:00"), (-210, "02:45:24 UTC-03:30")],
)
def test_local_time_stands_beside_utc(minutes, text):
    assert format_local(parse_utc("2017-11-13T06:15:24.9Z"), offset_minutes=minutes) == text


@pytest.mark.parametrize(("seconds", "ns"), [(0.0, 0), (1.5, 1_500_000_000), (-0.25, -250_000_000)])
def test_seconds_become_nanoseconds(seconds, ns):
    assert utc_ns_from_seconds(seconds) == ns


def test_a_span_holds_its_start_and_not_its_end():
    span = UtcSpan(UtcNs(10), UtcNs(20))
    assert [span.contains(UtcNs(at)) for at in (9, 10, 19, 20)] == [False, True, True, False]
    assert span.seconds == pytest.approx(1e-8)


def test_an_empty_span_holds_nothing():
    assert not UtcSpan(UtcNs(10), UtcNs(10)).contains(UtcNs(10))


def test_a_span_does_not_run_backwards():
    with pytest.raises(InputError, match="cannot end"):
        UtcSpan(UtcNs(20), UtcNs(19))
