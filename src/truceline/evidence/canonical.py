"""Canonical JSON (RFC 8785): one record, one sequence of bytes, so that a digest means the record."""

import dataclasses
import json
import numbers
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import cast

import rfc8785

from truceline.errors import InputError
from truceline.records.digests import Sha256
from truceline.records.reviews import Json, JsonObject
from truceline.records.time import UtcNs, format_utc

_NS_SUFFIX = "utc_ns"
_DEEPEST = 64
_LARGEST_SAFE = 2**53 - 1


@dataclass(frozen=True, slots=True)
class CanonicalFault:
    """Where bytes stop being canonical JSON: the byte offset, and why in words."""

    offset: int
    sentence: str


def canonical_json(value: Json) -> bytes:
    """The RFC 8785 form of a JSON value, in UTF-8.

    Raises:
        InputError: The value has no canonical form: NaN or infinity, an integer beyond ±(2^53 - 1), a key
            that is no string, a lone surrogate.

    >>> canonical_json({"b": 2.50, "a": [True, None]})
    b'{"a":[true,null],"b":2.5}'
    """
    try:
        return rfc8785.dumps(cast("dict[str, object]", value))  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise InputError(
            f"a record has no canonical form: {error}",
            do="Write times and large numbers as strings; NaN and infinity are refused.",
        ) from error


def json_ready(value: object) -> Json:
    """Turn a record into a JSON value.

    A field named ``…_utc_ns`` becomes ``…_utc`` (``utc_ns`` alone ``at_utc``) with an RFC 3339 string of nine
    decimals, because JSON numbers cannot hold nanoseconds. Enumerations give their value, digests their
    hexadecimal digits, tuples lists, numbers of numerical libraries plain numbers.

    Raises:
        InputError: A value of a kind that has no place in a record.
    """
    if value is None or isinstance(value, bool | str | numbers.Real | Enum | Sha256):
        return _plain(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _object({field.name: getattr(value, field.name) for field in dataclasses.fields(value)})
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list | tuple):
        return [json_ready(item) for item in value]
    raise InputError(f"a {type(value).__name__} has no place in a JSON record")


def read_canonical(data: bytes) -> JsonObject | CanonicalFault:
    """Read one JSON object and insist that the bytes are its canonical form.

    Gives the object, or the place where the bytes stop being canonical. Duplicate keys, white space, other
    spellings of a number, bytes that are no UTF-8: all are faults.
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_int=_number)
        again = rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, ValueError, RecursionError) as error:
        return _fault_of(error)
    if again != data:
        offset = first_difference(data, again)
        return CanonicalFault(offset, f"not canonical (RFC 8785) from byte {offset} on")
    if not isinstance(value, dict) or _too_deep(value):
        return CanonicalFault(0, f"no JSON object of at most {_DEEPEST} levels")
    return value


def first_difference(left: bytes, right: bytes) -> int:
    """The first offset at which two byte strings differ, or the length of the one that begins the other.

    >>> first_difference(b"line", b"lime")
    2
    """
    for offset, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return offset
    return min(len(left), len(right))


def _number(digits: str) -> int | float:
    """A whole number as RFC 8785 means it: a double, of which the large ones have no exact neighbours."""
    # Longer than any safe integer: 16 digits and a sign.
    value = int(digits) if len(digits) <= 17 else None
    return value if value is not None and abs(value) <= _LARGEST_SAFE else float(digits)


def _fault_of(error: Exception) -> CanonicalFault:
    if isinstance(error, UnicodeDecodeError):
        return CanonicalFault(error.start, f"byte {error.start} is no UTF-8")
    if isinstance(error, json.JSONDecodeError):
        offset = len(error.doc[: error.pos].encode("utf-8"))
        return CanonicalFault(offset, f"no JSON from byte {offset} on: {error.msg}")
    return CanonicalFault(0, f"no canonical JSON: {type(error).__name__}")


def _too_deep(value: Json) -> bool:
    level: list[Json] = [value]
    for _ in range(_DEEPEST):
        level = [item for parent in level for item in _inside(parent)]
        if not level:
            return False
    return True


def _inside(parent: Json) -> list[Json]:
    if isinstance(parent, dict):
        return list(parent.values())
    return parent if isinstance(parent, list) else []


def _plain(value: bool | str | numbers.Real | Enum | Sha256 | None) -> Json:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Sha256):
        return value.hex
    if value is None or isinstance(value, bool | str):
        return value
    return int(value) if isinstance(value, numbers.Integral) else float(value)


def _object(items: Mapping[str, object]) -> JsonObject:
    ready: dict[str, Json] = {}
    for name, item in items.items():
        if name.endswith(_NS_SUFFIX) and isinstance(item, numbers.Integral):
            said = "at_utc" if name == _NS_SUFFIX else name.removesuffix("_ns")
            ready[said] = format_utc(UtcNs(int(item)), digits=9)
        else:
            ready[name] = json_ready(item)
    return ready
