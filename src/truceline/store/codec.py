"""Records as JSON and back, by their own type hints; a union is told apart by the name of its record."""

import dataclasses
import types
import typing
from enum import Enum
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from truceline.errors import IntegrityError
from truceline.records.reviews import Json

T = TypeVar("T")

_DIGITS = 7
_SCALARS = (bool, int, float, str)


def encode(value: object) -> Json:
    """A record as JSON values. Floats in columns are rounded to seven decimals, a tenth of a micrometre."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: encode(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return {"record": type(value).__name__, **fields}
    if isinstance(value, np.ndarray):
        rounded = np.round(value, _DIGITS) if value.dtype.kind == "f" else value
        return cast("Json", rounded.tolist())
    if isinstance(value, Enum):
        return cast("Json", value.value)
    if isinstance(value, tuple | list):
        return [encode(one) for one in value]
    if value is None or isinstance(value, _SCALARS):
        return value
    raise TypeError(f"no JSON form for {type(value).__name__}")


def decode(kind: type[T], value: Json) -> T:
    """A record of a kind from what ``encode`` gave.

    Raises:
        IntegrityError: A field is missing, unknown, or of another kind.
    """
    return cast("T", _decoded(kind, value))


def _decoded(hint: Any, value: Json) -> Any:  # noqa: ANN401 - hints are values here
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _decoded_union(typing.get_args(hint), value)
    if origin is tuple:
        return _decoded_tuple(typing.get_args(hint), value)
    if origin is np.ndarray:
        return _decoded_column(hint, value)
    if isinstance(hint, typing.NewType):
        return _decoded(hint.__supertype__, value)
    if origin is typing.Literal:
        _require(value in typing.get_args(hint), f"one of {typing.get_args(hint)}", value)
        return value
    if dataclasses.is_dataclass(hint):
        return _decoded_record(cast("type", hint), value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if hint is float:
        _require(isinstance(value, int | float) and not isinstance(value, bool), "a number", value)
        return float(cast("float", value))
    _require(isinstance(value, hint), getattr(hint, "__name__", str(hint)), value)
    return value


def _decoded_union(options: tuple[Any, ...], value: Json) -> Any:  # noqa: ANN401
    if value is None:
        _require(type(None) in options, "a value", value)
        return None
    kinds = [one for one in options if one is not type(None)]
    if len(kinds) == 1:
        return _decoded(kinds[0], value)
    name = value.get("record") if isinstance(value, dict) else None
    for kind in kinds:
        if kind.__name__ == name:
            return _decoded(kind, value)
    raise IntegrityError(f"a record {name!r} where one of {[kind.__name__ for kind in kinds]} was expected")


def _decoded_tuple(hints: tuple[Any, ...], value: Json) -> tuple[Any, ...]:
    _require(isinstance(value, list), "a list", value)
    items = cast("list[Json]", value)
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(_decoded(hints[0], one) for one in items)
    _require(len(items) == len(hints), f"{len(hints)} values", value)
    return tuple(_decoded(hint, one) for hint, one in zip(hints, items, strict=True))


def _decoded_column(hint: Any, value: Json) -> NDArray[Any]:  # noqa: ANN401
    _require(isinstance(value, list), "a list", value)
    dtype = typing.get_args(typing.get_args(hint)[1])[0]
    column = np.array(value, dtype=dtype)
    column.flags.writeable = False
    return column


def _decoded_record(kind: type, value: Json) -> Any:  # noqa: ANN401
    _require(isinstance(value, dict) and value.get("record") == kind.__name__, f"a {kind.__name__}", value)
    given = dict(cast("dict[str, Json]", value))
    given.pop("record")
    hints = typing.get_type_hints(kind)
    names = {one.name for one in dataclasses.fields(kind)}
    if set(given) != names:
        raise IntegrityError(f"a {kind.__name__} has the fields {sorted(given)}, expected {sorted(names)}")
    return kind(**{name: _decoded(hints[name], given[name]) for name in names})


def _require(holds: bool, expected: str, value: Json) -> None:
    if not holds:
        raise IntegrityError(f"stored data holds {str(value)[:60]!r} where {expected} was expected")
