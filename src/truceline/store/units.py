"""Units of a scan that is not finished: each appears whole or not at all, and all go when the run is kept.

A unit is a record whose columns are arrays: its skeleton is JSON as in ``codec``, its columns lie beside it,
byte for byte, in one NumPy archive. Nothing in it is executed when it is read.
"""

import io
import json
import os
import shutil
import zipfile
import zlib
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from truceline.errors import IntegrityError
from truceline.records.reviews import Json
from truceline.store.codec import decode, encode_with_columns, with_columns
from truceline.store.station import disk_errors

T = TypeVar("T")

_SKELETON = "record"


class UnitShelf:
    """Where the finished units of one run lie until it is written.

    Args:
        station: The station's folder.
        run_id: Whose units they are: its inputs name it, so that they fit no other run.
    """

    def __init__(self, station: Path, run_id: str) -> None:
        self._all = station / "units"
        self._folder = self._all / run_id

    def keep(self, number: int, record: object) -> None:
        """Keep one unit, on the disk when this returns.

        Raises:
            ServiceError: The disk refuses.
        """
        content = packed(record)
        path = self._path(number)
        partial = path.with_name(f".{path.name}.partial")
        with disk_errors(path):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                with partial.open("wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)

    def kept(self, number: int, kind: type[T]) -> T | None:
        """A unit that was kept, or None.

        Raises:
            IntegrityError: It is there and cannot be read.
        """
        path = self._path(number)
        if not path.is_file():
            return None
        try:
            return unpacked(kind, path.read_bytes())
        except OSError as error:
            raise IntegrityError(f"a unit cannot be read: {error}", where=str(path)) from error

    def has(self, number: int) -> bool:
        """Whether a unit is kept, readable or not."""
        return self._path(number).is_file()

    def clear(self) -> None:
        """Remove all units of the run."""
        with disk_errors(self._folder):
            shutil.rmtree(self._folder, ignore_errors=True)
            if self._all.is_dir() and not any(self._all.iterdir()):
                self._all.rmdir()

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.npz"


def packed(record: object) -> bytes:
    """A record with its columns, exactly."""
    columns: list[NDArray[Any]] = []
    skeleton = json.dumps(encode_with_columns(record, columns)).encode()
    members = {str(place): column for place, column in enumerate(columns)}
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **{_SKELETON: np.frombuffer(skeleton, np.uint8)}, **members)
    return stream.getvalue()


def unpacked(kind: type[T], content: bytes) -> T:
    """The record again.

    Raises:
        IntegrityError: The content is cut, changed, or of another kind.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as members:
            skeleton: Json = json.loads(members[_SKELETON].tobytes())
            columns = [members[str(place)] for place in range(len(members.files) - 1)]
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise IntegrityError(f"a unit cannot be read: {error}") from error
    return decode(kind, with_columns(skeleton, columns))
