"""The station's runs in SQLite: what ``tracks`` and ``events`` read, and what anybody can ask with SQL.

It is made from the runs' own files and names the digest of each: when it is lost, it is made again.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from truceline.errors import IntegrityError, ServiceError
from truceline.records.digests import Sha256
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.frames import Gap
from truceline.records.runs import Run
from truceline.records.tracks import Track
from truceline.store import schema
from truceline.store.codec import decode, encode, rounded

T = TypeVar("T")

FILE = "station.sqlite3"

_WAIT_S = 60.0
"""So long one process waits until another has written."""

_PARTS = (("crossing", "crossings"), ("gap", "gaps"), ("judgement", "judgements"))
"""Tables whose rows are whole records, and the run's field that holds them."""

_ROW_NAMES = ", ".join(schema.ROW_COLUMNS)
_ROW_MARKS = ", ".join("?" for _ in schema.ROW_COLUMNS)


class RunDatabase:
    """The database in a station's folder. It is made when a run is put into it.

    Args:
        station: The station's folder.
    """

    def __init__(self, station: Path) -> None:
        self.path = station / FILE

    def put(self, run: Run, *, digest: Sha256) -> None:
        """Put a run in the place of what there was under its id, whole or not at all.

        Args:
            run: The run.
            digest: Of the run's own file.

        Raises:
            InputError: A newer program made the database.
            ServiceError: The disk refuses, or another process does not let go of it.
        """
        with self._open(write=True) as connection:
            schema.migrate(connection, where=str(self.path))
            with connection:
                connection.execute("DELETE FROM run WHERE run_id = ?", (run.run_id,))
                _insert(connection, run, digest=digest)

    def keep_only(self, run_ids: Sequence[str]) -> None:
        """Forget runs that the station does not have any more."""
        gone = set(self.digests()) - set(run_ids)
        if not gone:
            return
        with self._open(write=True) as connection, connection:
            connection.executemany("DELETE FROM run WHERE run_id = ?", [(one,) for one in sorted(gone)])

    def digests(self) -> dict[str, str]:
        """The runs that it holds, and the digest of the file that each was made from."""
        if not self.path.is_file():
            return {}
        with self._open() as connection:
            if schema.version_of(connection, where=str(self.path)) < schema.VERSION:
                return {}
            return dict(connection.execute("SELECT run_id, file_sha256 FROM run").fetchall())

    def run(self, run_id: str) -> Run:
        """A run that ``digests`` names.

        Raises:
            IntegrityError: What is there is no run.
        """
        with self._open() as connection:
            head = _records(connection, Run, table="run", run_id=run_id)[0]
            return replace(
                head,
                tracks=tuple(_tracks(connection, run_id)),
                crossings=tuple(_records(connection, Crossing, table="crossing", run_id=run_id)),
                gaps=tuple(_records(connection, Gap, table="gap", run_id=run_id)),
                judgements=tuple(_records(connection, Judgement, table="judgement", run_id=run_id)),
            )

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        mode = "rwc" if write else "ro"
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        try:
            with closing(sqlite3.connect(uri, timeout=_WAIT_S, uri=True)) as connection:
                connection.execute("PRAGMA foreign_keys = ON")
                # What was erased must not be found in the file any more.
                connection.execute("PRAGMA secure_delete = ON")
                yield connection
        except sqlite3.OperationalError as error:
            raise ServiceError(
                f"the station's database refuses: {error}",
                where=str(self.path),
                do="Free some space, or wait until another scan is done, and scan again.",
            ) from error
        except sqlite3.DatabaseError as error:
            raise IntegrityError(
                f"the station's database is damaged: {error}",
                where=str(self.path),
                do="Move it away and scan again: it is made anew from the runs.",
            ) from error


def _insert(connection: sqlite3.Connection, run: Run, *, digest: Sha256) -> None:
    head = replace(run, tracks=(), crossings=(), gaps=(), judgements=())
    connection.execute(
        "INSERT INTO run (run_id, file_sha256, record) VALUES (?, ?, ?)",
        (run.run_id, digest.hex, _text(encode(head))),
    )
    for table, field in _PARTS:
        connection.executemany(
            f"INSERT INTO {table} (run_id, place, record) VALUES (?, ?, ?)",  # noqa: S608 - our own names
            [(run.run_id, place, _text(encode(one))) for place, one in enumerate(getattr(run, field))],
        )
    for place, track in enumerate(run.tracks):
        _insert_track(connection, track, key=(run.run_id, place))


def _insert_track(connection: sqlite3.Connection, track: Track, *, key: tuple[str, int]) -> None:
    connection.execute(
        "INSERT INTO track (run_id, place, record) VALUES (?, ?, ?)", (*key, _text(_without_rows(track)))
    )
    real = [rounded(track.state), *_covariances(rounded(track.covariance)), rounded(track.boxes_px)]
    values = np.concatenate([part.reshape(len(track.utc_ns), -1) for part in real], axis=1)
    whole = zip(track.utc_ns.tolist(), track.pts.tolist(), track.observed.tolist(), strict=True)
    connection.executemany(
        f"INSERT INTO track_row (run_id, place, {_ROW_NAMES}) VALUES (?, ?, {_ROW_MARKS})",  # noqa: S608
        [
            (*key, utc_ns, pts, int(observed), *row)
            for (utc_ns, pts, observed), row in zip(whole, values.tolist(), strict=True)
        ],
    )


_COLUMNS = ("utc_ns", "pts", "state", "covariance", "boxes_px", "observed")
"""The fields of a track that are rows of their own."""


def _without_rows(track: Track) -> dict[str, Any]:
    others = [one.name for one in fields(track) if one.name not in _COLUMNS]
    return {"record": "Track", **{name: encode(getattr(track, name)) for name in others}}


def _covariances(covariance: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    return [covariance[:, row, column] for row, column, _ in schema.COVARIANCE]


def _tracks(connection: sqlite3.Connection, run_id: str) -> Iterator[Track]:
    found = connection.execute(
        "SELECT place, record FROM track WHERE run_id = ? ORDER BY place", (run_id,)
    ).fetchall()
    for place, text in found:
        rows = connection.execute(
            f"SELECT {_ROW_NAMES} FROM track_row WHERE run_id = ? AND place = ? ORDER BY utc_ns",  # noqa: S608
            (run_id, place),
        ).fetchall()
        yield decode(Track, _value(text) | _row_columns(rows))


def _row_columns(rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    whole = np.array([row[:3] for row in rows], np.int64).reshape(-1, 3)
    real = np.array([row[3:] for row in rows], np.float64)  # NULL becomes NaN
    real = real.reshape(len(rows), len(schema.ROW_COLUMNS) - 3)
    matrix = np.empty((len(rows), 4, 4))
    for place, (row, column, _) in enumerate(schema.COVARIANCE):
        matrix[:, row, column] = matrix[:, column, row] = real[:, 4 + place]
    columns = {
        "utc_ns": whole[:, 0].copy(),
        "pts": whole[:, 1].copy(),
        "observed": whole[:, 2] == 1,
        "state": real[:, :4].copy(),
        "covariance": matrix,
        "boxes_px": real[:, -4:].copy(),
    }
    for column in columns.values():
        column.flags.writeable = False
    return columns


def _records(connection: sqlite3.Connection, kind: type[T], *, table: str, run_id: str) -> list[T]:
    order = "" if table == "run" else " ORDER BY place"
    found = connection.execute(
        f"SELECT record FROM {table} WHERE run_id = ?{order}",  # noqa: S608 - our own names
        (run_id,),
    )
    return [decode(kind, _value(text)) for (text,) in found]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise IntegrityError(f"a record in the station's database cannot be read: {error}") from error


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
