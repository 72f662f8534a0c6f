"""Records as JSON and back, by their own type hints; a union is told apart by the name of its record."""

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping, Sequence, Set
from enum import Enum
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError, IntegrityError
from truceline.records.reviews import Json

T = TypeVar("T")

_DIGITS = 7
_COLUMN = "column"
_SCALARS = (bool, int, float, str)


def encode(value: object) -> Json:
    """A record as JSON values.

    Floats in columns are rounded to seven decimals, a tenth of a micrometre; JSON knows no NaN, so that a NaN
    in a column becomes null.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: encode(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return {"record": type(value).__name__, **fields}
    if isinstance(value, np.ndarray):
        return _encoded_column(value)
    if isinstance(value, Enum):
        return cast("Json", value.value)
    if isinstance(value, tuple | list):
        return [encode(one) for one in value]
    if value is None or isinstance(value, _SCALARS):
        return value
    raise TypeError(f"no JSON form for {type(value).__name__}")


def encode_with_columns(value: object, columns: list[NDArray[Any]]) -> Json:
    """A record as JSON values, each column of it put behind ``columns`` as it is and named by its place."""
    if isinstance(value, np.ndarray):
        columns.append(value)
        return {_COLUMN: len(columns) - 1}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            one.name: encode_with_columns(getattr(value, one.name), columns)
            for one in dataclasses.fields(value)
        }
        return {"record": type(value).__name__, **fields}
    if isinstance(value, tuple | list):
        return [encode_with_columns(one, columns) for one in value]
    return encode(value)


def with_columns(value: Json, columns: Sequence[NDArray[Any]]) -> Any:
    """What ``encode_with_columns`` gave, for ``decode``: the columns again in their places.

    Raises:
        IntegrityError: A column is missing.
    """
    if isinstance(value, list):
        return [with_columns(one, columns) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) != {_COLUMN}:
        return {name: with_columns(one, columns) for name, one in value.items()}
    place = value[_COLUMN]
    if not isinstance(place, int) or not 0 <= place < len(columns):
        raise IntegrityError(f"there is no column {place!r}")
    return columns[place]


def _encoded_column(column: NDArray[Any]) -> Json:
    if column.dtype.kind != "f":
        return cast("Json", column.tolist())
    values = rounded(column)
    known = np.isfinite(values)
    if known.all():
        return cast("Json", values.tolist())
    with_gaps = values.astype(object)
    with_gaps[~known] = None
    return cast("Json", with_gaps.tolist())


def rounded(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """A column as it is kept."""
    kept: NDArray[np.float64] = np.round(column, _DIGITS)
    return kept


def decode(kind: type[T], value: Json) -> T:
    """A record of a kind from what ``encode`` gave.

    Raises:
        IntegrityError: A field is missing, unknown, of another kind, or breaks a record's own rule.
    """
    return cast("T", _decoded(kind, value))


def _decoded(hint: Any, value: Json) -> Any:
    """A value by its type hint; hints are values here, which is why they have no type."""
    composite = _COMPOSITES.get(typing.get_origin(hint))
    if composite is not None:
        return composite(hint, value)
    if isinstance(hint, typing.NewType):
        return _decoded(hint.__supertype__, value)
    if dataclasses.is_dataclass(hint):
        return _decoded_record(cast("type", hint), value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        _require(value in [one.value for one in hint], f"a {hint.__name__}", value=value)
        return hint(value)
    return _decoded_scalar(hint, value)


def _decoded_scalar(hint: type, value: Json) -> object:
    """Text, a number or a truth; JSON writes 2.0 as 2, and a truth is no number."""
    kinds = (int, float) if hint is float else hint
    right = isinstance(value, kinds) and (hint is bool or not isinstance(value, bool))
    _require(right, hint.__name__, value=value)
    return float(cast("float", value)) if hint is float else value


def _decoded_union(hint: Any, value: Json) -> Any:
    options = typing.get_args(hint)
    if value is None:
        _require(type(None) in options, "a value", value=value)
        return None
    kinds = [one for one in options if one is not type(None)]
    if len(kinds) == 1:
        return _decoded(kinds[0], value)
    name = value.get("record") if isinstance(value, dict) else None
    for kind in kinds:
        if kind.__name__ == name:
            return _decoded(kind, value)
    raise IntegrityError(f"a record {name!r} where one of {[kind.__name__ for kind in kinds]} was expected")


def _decoded_tuple(hint: Any, value: Json) -> tuple[Any, ...]:
    hints = typing.get_args(hint)
    _require(isinstance(value, list), "a list", value=value)
    items = cast("list[Json]", value)
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(_decoded(hints[0], one) for one in items)
    _require(len(items) == len(hints), f"{len(hints)} values", value=value)
    return tuple(_decoded(hint, one) for hint, one in zip(hints, items, strict=True))


def _decoded_column(hint: Any, value: Json | NDArray[Any]) -> NDArray[Any]:
    dtype = typing.get_args(typing.get_args(hint)[1])[0]
    if isinstance(value, np.ndarray):
        if value.dtype != dtype:
            raise IntegrityError(f"a stored column holds {value.dtype}, expected {np.dtype(dtype)}")
        return value
    _require(isinstance(value, list), "a list", value=value)
    try:
        column = np.array(value, dtype=dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise IntegrityError(f"a stored column cannot be read: {error}") from error
    column.flags.writeable = False
    return column


def _decoded_literal(hint: Any, value: Json) -> Json:
    options = typing.get_args(hint)
    _require(value in options, f"one of {options}", value=value)
    return value


_COMPOSITES: dict[Any, Callable[[Any, Json], Any]] = {
    typing.Union: _decoded_union,
    types.UnionType: _decoded_union,
    tuple: _decoded_tuple,
    np.ndarray: _decoded_column,
    typing.Literal: _decoded_literal,
}
"""What reads a hint, by the hint's origin."""


def _decoded_record(kind: type, value: Json) -> Any:
    _require(
        isinstance(value, dict) and value.get("record") == kind.__name__, f"a {kind.__name__}", value=value
    )
    given = dict(cast("dict[str, Json]", value))
    given.pop("record")
    hints, needed = _fields_of(kind)
    names = list(hints)
    if not needed <= set(given) <= set(names):
        raise IntegrityError(f"a {kind.__name__} has the fields {sorted(given)}, expected {sorted(names)}")
    fields = {name: _decoded(hints[name], given[name]) for name in names if name in given}
    try:
        return kind(**fields)
    except InputError as error:
        raise IntegrityError(f"a stored {kind.__name__} is not one: {error.what}") from error


@functools.cache
def _fields_of(kind: type) -> tuple[Mapping[str, Any], Set[str]]:
    """The hints of a record's fields, in their order, and the fields that it needs."""
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    # What an older program did not know yet has a default that says so.
    return {one.name: hints[one.name] for one in fields}, {
        one.name for one in fields if not _has_default(one)
    }


def _has_default(one: dataclasses.Field[Any]) -> bool:
    return one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING


def _require(holds: bool, expected: str, *, value: Json) -> None:
    if not holds:
        raise IntegrityError(f"stored data holds {str(value)[:60]!r} where {expected} was expected")
