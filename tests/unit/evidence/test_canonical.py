"""Canonical JSON: the RFC's own example, what is refused, and where bytes stop being canonical."""

import json
from dataclasses import dataclass

import pytest

from truceline.errors import InputError
from truceline.evidence.canonical import CanonicalFault, canonical_json, json_ready, read_canonical
from truceline.records.digests import sha256_of
from truceline.records.reviews import Json, Verdict
from truceline.records.time import UtcNs, UtcSpan

RFC_8785_SOURCE = r"""{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"""
RFC_8785_RESULT = (
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
    '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
)


def test_example_of_rfc_8785():
    assert canonical_json(json.loads(RFC_8785_SOURCE)).decode() == RFC_8785_RESULT


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("nan"), id="NaN"),
        pytest.param(float("inf"), id="infinity"),
        pytest.param(2**53, id="integer too large"),
        pytest.param("\ud800", id="lone surrogate"),
        pytest.param({1: 2}, id="key no string"),
    ],
)
def test_values_without_canonical_form_are_refused(value):
    with pytest.raises(InputError):
        canonical_json({"field": value})


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        pytest.param(b'{"a":1, "b":2}', 7, id="white space"),
        pytest.param(b'{"b":1,"a":2}', 2, id="order"),
        pytest.param(b'{"a":1,"a":1}', 6, id="duplicate key"),
        pytest.param(b'{"a":1.0}', 6, id="spelling of a number"),
        pytest.param(b'{"a":1}\n', 7, id="trailing line end"),
        pytest.param(b'{"a":"\xff"}', 6, id="no UTF-8"),
        pytest.param(b'{"\xe2\x82\xac":?}', 7, id="offset in bytes, not characters"),
        pytest.param(b"[1]", 0, id="no object"),
        pytest.param(b'{"a":NaN}', 0, id="NaN"),
        pytest.param(b"", 0, id="empty"),
        pytest.param(b'{"a":' * 50_000, 0, id="nested beyond the parser"),
        pytest.param(b'{"a":' * 100 + b"1" + b"}" * 100, 0, id="nested too deep"),
        pytest.param(b'{"a":9007199254740993}', 20, id="no double has this value"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}", 0, id="number beyond the parser"),
    ],
)
def test_names_where_bytes_stop_being_canonical(data, offset):
    fault = read_canonical(data)
    assert isinstance(fault, CanonicalFault)
    assert fault.offset == offset


def test_reads_what_it_writes():
    value: Json = {"a": [1, 2.5, None], "ü": {"b": True}}
    assert read_canonical(canonical_json(value)) == value


@dataclass(frozen=True)
class _Record:
    seen_utc_ns: UtcNs
    utc_ns: UtcNs
    span: UtcSpan
    verdict: Verdict
    values: tuple[float, ...]


def test_records_become_json_with_times_as_strings():
    record = _Record(UtcNs(1), UtcNs(2_000_000_000), UtcSpan(UtcNs(0), UtcNs(3)), Verdict.BREACH, (1.5,))
    assert json_ready({"record": record, "digest": sha256_of(b"")}) == {
        "record": {
            "seen_utc": "1970-01-01T00:00:00.000000001Z",
            "at_utc": "1970-01-01T00:00:02.000000000Z",
            "span": {
                "start_utc": "1970-01-01T00:00:00.000000000Z",
                "end_utc": "1970-01-01T00:00:00.000000003Z",
            },
            "verdict": "BREACH",
            "values": [1.5],
        },
        "digest": sha256_of(b"").hex,
    }


def test_unknown_kinds_are_refused():
    with pytest.raises(InputError, match="set"):
        json_ready({"field": {1, 2}})
