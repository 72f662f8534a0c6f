"""The strict reader: typed values out of TOML and JSON, unknown keys refused, errors with FILE:LINE."""

import difflib
import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

from truceline.errors import InputError
from truceline.records.digests import Sha256, sha256_of
from truceline.records.time import UtcNs, UtcSpan, parse_utc
from truceline.tables.positions import KeyPath, json_lines, line_of, toml_lines

MAX_BYTES = 4 * 1024 * 1024
"""A file that a person writes is smaller than this; a larger one is a mistake (footage, an archive)."""

OPEN_END_UTC_NS = parse_utc("2262-04-11T00:00:00Z")
"""The end of a span that has none: the last whole day that 64 bits of nanoseconds can hold."""

FIRST_UTC_NS = parse_utc("1678-01-01T00:00:00Z")
_LARGEST = 1e300
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TOML_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its path as the user gave it, its digest, and the line of every key."""

    path: Path
    digest: Sha256
    lines: Mapping[KeyPath, int]

    def where(self, path: KeyPath) -> str:
        """``FILE:LINE`` of a key."""
        return f"{self.path}:{line_of(self.lines, path)}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a document. Reading refuses a missing key and a value of the wrong kind."""

    values: Mapping[str, object]
    path: KeyPath
    document: Document

    def only(self, keys: Iterable[str]) -> "Table":
        """The same table, after refusing every key that is not in ``keys``.

        Raises:
            InputError: A key is not known; the nearest known key is suggested.
        """
        known = tuple(keys)
        for key in self.values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
                hint = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(known)}."
                self.refuse(key, f"unknown key {key!r}{self._within()}", do=hint)
        return self

    def refuse(self, key: str, what: str, *, do: str = "") -> NoReturn:
        """Raise an ``InputError`` at the line of ``key`` (or of the table, when the key is not there)."""
        raise self.fault(key, what, do=do)

    def fault(self, key: str, what: str, *, do: str = "") -> InputError:
        """An ``InputError`` at the line of ``key``, to raise."""
        return InputError(_sentence(what), where=self.document.where((*self.path, key)), do=do)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self.values

    def text(self, key: str, *, choices: tuple[str, ...] = (), default: str | None = None) -> str:
        """A text that is not empty; with ``choices``, one of them."""
        value = self._value(key, default)
        if not isinstance(value, str) or not value.strip():
            self._wrong_kind(key, value, expected="a text that is not empty")
        if choices and value not in choices:
            self.refuse(key, f"{key} is {value!r}", do=f"Write one of: {', '.join(choices)}.")
        return value

    def identifier(self, key: str) -> str:
        """A short name for machines: letters, digits, dot, dash, underscore; at most 64."""
        value = self.text(key)
        if _IDENTIFIER.fullmatch(value) is None:
            self.refuse(
                key,
                f"{key} is {value!r}",
                do="Use 1 to 64 letters, digits, dots, dashes, underscores; begin with a letter or digit.",
            )
        return value

    def number(
        self, key: str, *, low: float = -math.inf, high: float = math.inf, default: float | None = None
    ) -> float:
        """A finite number, ``low`` <= value <= ``high``."""
        return self._as_number(key, self._value(key, default), low=low, high=high)

    def integer(self, key: str, *, low: int, high: int, default: int | None = None) -> int:
        """A whole number, ``low`` <= value <= ``high``."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong_kind(key, value, expected="a whole number")
        self._as_number(key, value, low=low, high=high)
        return value

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """``true`` or ``false``."""
        value = self._value(key, default)
        if not isinstance(value, bool):
            self._wrong_kind(key, value, expected="true or false")
        return value

    def texts(self, key: str, *, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts, none of them empty."""
        value = self._list(key, default)
        for item in value:
            if not isinstance(item, str) or not item.strip():
                self._wrong_kind(key, item, expected="a list of texts")
        return tuple(str(item) for item in value)

    def numbers(
        self, key: str, count: int, *, low: float = -math.inf, high: float = math.inf
    ) -> tuple[float, ...]:
        """A list of exactly ``count`` finite numbers."""
        value = self._list(key, None)
        if len(value) != count:
            self.refuse(key, f"{key} has {len(value)} numbers", do=f"Write {count}.")
        return tuple(self._as_number(key, item, low=low, high=high) for item in value)

    def matrix(self, key: str, *, rows: int, columns: int) -> tuple[tuple[float, ...], ...]:
        """A list of ``rows`` lists of ``columns`` finite numbers."""
        value = self._list(key, None)
        shaped = len(value) == rows and all(isinstance(row, list) and len(row) == columns for row in value)
        if not shaped:
            self.refuse(key, f"{key} is not {rows} lists of {columns} numbers")
        return tuple(
            tuple(self._as_number(key, item) for item in row) for row in value if isinstance(row, list)
        )

    def list_of(self, key: str) -> list[object]:
        """A list of anything; the caller checks what is in it."""
        return self._list(key, None)

    def lists(self, key: str) -> tuple[list[object], ...]:
        """A list of lists."""
        found = []
        for item in self._list(key, None):
            if not isinstance(item, list):
                self._wrong_kind(key, item, expected="a list of lists")
            found.append(item)
        return tuple(found)

    def position(self, key: str, value: object) -> tuple[float, float]:
        """The first two numbers of one GeoJSON position, which has two or three."""
        if not isinstance(value, list) or len(value) not in (2, 3):
            self._wrong_kind(key, value, expected="a position of two numbers")
        first, second = (self._as_number(key, item) for item in value[:2])
        return first, second

    def instant(self, key: str) -> UtcNs:
        """An RFC 3339 time with an offset, as text or TOML date-time; a plain day means 00:00 UTC."""
        value = self._value(key, None)
        if isinstance(value, datetime):
            if value.tzinfo is None:
                self.refuse(key, f"{key} has no offset from UTC", do="Write it like 2017-11-13T06:15:23.6Z.")
            value = value.isoformat()
        elif isinstance(value, date):
            value = value.isoformat()
        if not isinstance(value, str):
            self._wrong_kind(key, value, expected="a time such as 2017-11-13T06:15:23.6Z")
        text = f"{value}T00:00:00Z" if _DAY.fullmatch(value) else value
        try:
            at_utc_ns = parse_utc(text)
        except InputError as error:
            do = f"{error.do} A plain day, like 2026-03-04, means 00:00 UTC.".lstrip()
            raise self.fault(key, f"{key}: {error.what}", do=do) from error
        if not FIRST_UTC_NS <= at_utc_ns <= OPEN_END_UTC_NS:
            self.refuse(key, f"{key} is {value}", do="Times from 1678 to 2262 can be held.")
        return at_utc_ns

    def span(self, start: str, end: str, *, open_ended: bool) -> UtcSpan:
        """The span between two keys; with ``open_ended`` the second may be missing (``OPEN_END_UTC_NS``)."""
        begins = self.instant(start)
        ends = OPEN_END_UTC_NS if open_ended and not self.has(end) else self.instant(end)
        if ends <= begins:
            self.refuse(end, f"{end} is not after {start}", do="Nothing would ever be valid.")
        return UtcSpan(begins, ends)

    def table(self, key: str, keys: Iterable[str]) -> "Table":
        """The table under ``key``, which may hold ``keys`` only."""
        value = self._value(key, None, what="table")
        if not isinstance(value, dict):
            self._wrong_kind(key, value, expected=f"a table [{key}]")
        return Table(value, (*self.path, key), self.document).only(keys)

    def tables(self, key: str, keys: Iterable[str]) -> tuple["Table", ...]:
        """The tables of the array under ``key`` (none when missing), each with ``keys`` only."""
        known = tuple(keys)
        return tuple(table.only(known) for table in self.open_tables(key))

    def open_tables(self, key: str) -> tuple["Table", ...]:
        """The tables of the array under ``key`` (none when it is missing), with any keys."""
        value = self._list(key, ())
        found = []
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                self._wrong_kind(key, item, expected=f"a list of tables [[{key}]]")
            found.append(Table(item, (*self.path, key, index), self.document))
        return tuple(found)

    def open_table(self, key: str) -> "Table":
        """The table under ``key``, with any keys."""
        value = self._value(key, None)
        if not isinstance(value, dict):
            self._wrong_kind(key, value, expected="a table")
        return Table(value, (*self.path, key), self.document)

    def _value(self, key: str, default: object, *, what: str = "key") -> object:
        if key in self.values:
            return self.values[key]
        if default is None:
            shown = f"[{'.'.join(self._names(key))}]" if what == "table" else repr(key)
            self.refuse(key, f"{what} {shown} is missing{'' if what == 'table' else self._within()}")
        return default

    def _list(self, key: str, default: tuple[object, ...] | None) -> list[object]:
        value = self._value(key, default)
        if isinstance(value, tuple):
            return list(value)
        if not isinstance(value, list):
            self._wrong_kind(key, value, expected="a list")
        return value

    def _as_number(self, key: str, value: object, *, low: float = -math.inf, high: float = math.inf) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
            self._wrong_kind(key, value, expected="a finite number")
        if not low <= value <= high:
            self.refuse(key, f"{key} is {value:g}", do=_bounds(low, high))
        return float(value)

    def _wrong_kind(self, key: str, value: object, *, expected: str) -> NoReturn:
        shown = repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}..."
        self.refuse(key, f"{key} is {shown}, expected {expected}")

    def _names(self, *more: str) -> list[str]:
        return [part for part in (*self.path, *more) if isinstance(part, str)]

    def _within(self) -> str:
        return f" in [{'.'.join(self._names())}]" if self.path else ""


def read_toml(path: Path) -> Table:
    """Read a TOML file (TOML 1.0) as an open table; narrow it with ``Table.only``.

    Raises:
        InputError: The file is missing, too large, not UTF-8 or not TOML (with the line).
    """
    data = read_bytes(path)
    return parse_toml(_decoded(path, data), path=path, digest=sha256_of(data))


def parse_toml(text: str, *, path: Path, digest: Sha256) -> Table:
    """An open table of a TOML text; ``path`` is what errors call it.

    Raises:
        InputError: It is not TOML (with the line).
    """
    try:
        values = tomllib.loads(text)
        lines = toml_lines(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        what = f"not valid TOML: {_TOML_PLACE.sub('', str(error))}"
        do = 'Text stands in double quotes: left = "North".' if "Invalid value" in what else ""
        raise InputError(_sentence(what), where=f"{path}:{line}", do=do) from error
    except ValueError as error:  # a number with more digits than Python reads
        raise InputError(_sentence(f"not valid TOML: {error}"), where=f"{path}:1") from error
    except RecursionError as error:
        raise InputError("nested too deep to be read.", where=f"{path}:1") from error
    return Table(values, (), Document(path, digest, lines))


def read_json(path: Path) -> Table:
    """Read a JSON file (RFC 8259) whose top is an object, as an open table.

    Raises:
        InputError: The file is missing, too large, not UTF-8, not JSON (with the line), or repeats a member.
    """
    data = read_bytes(path)
    text = _decoded(path, data)
    try:
        values = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
        lines = json_lines(text)
    except json.JSONDecodeError as error:
        raise InputError(_sentence(f"not valid JSON: {error.msg}"), where=f"{path}:{error.lineno}") from error
    except ValueError as error:
        raise InputError(_sentence(f"not valid JSON: {error}"), where=f"{path}:1") from error
    except RecursionError as error:
        raise InputError("nested too deep to be read.", where=f"{path}:1") from error
    if not isinstance(values, dict):
        raise InputError("the file holds no JSON object.", where=f"{path}:1")
    return Table(values, (), Document(path, sha256_of(data), lines))


def read_bytes(path: Path) -> bytes:
    """The bytes of a small file that a person wrote.

    Raises:
        InputError: There is no such file, it cannot be read, or it is larger than ``MAX_BYTES``.
    """
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError("no such file.", where=str(path)) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}.", where=str(path)) from error
    if len(data) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES // 1024 // 1024} MiB.", where=str(path))
    return data


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8 text.", where=f"{path}:{line}", do="Save it as UTF-8.") from error


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        message = f"the member {repeated!r} stands twice in one object"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is not a JSON number"
    raise ValueError(message)


def _bounds(low: float, high: float) -> str:
    if math.isinf(high):
        return f"It must be at least {low:g}."
    if math.isinf(low):
        return f"It must be at most {high:g}."
    return f"It must be between {low:g} and {high:g}."


def _sentence(what: str) -> str:
    return what if what.endswith((".", "?", "!")) else f"{what}."
