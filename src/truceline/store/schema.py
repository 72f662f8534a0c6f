"""The station's database: its tables, and how an older one becomes a newer one.

Each record is kept once, as the JSON of ``codec``; what people ask for are columns that SQLite works out from
it, so that no value stands in two places that could differ. Rows of tracks are columns of their own. Units
are in the names; ``utc_ns`` are nanoseconds UTC since 1970. A value that nobody knows is NULL.
"""

import sqlite3

from truceline.errors import InputError

APPLICATION_ID = 0x54524C4E
"""Tells the file from any other SQLite database."""


def _made(column: tuple[str, str, str]) -> str:
    name, kind, path = column
    return f"{name} {kind} GENERATED ALWAYS AS (json_extract(record, '$.{path}')) VIRTUAL"


def _table(name: str, columns: tuple[tuple[str, str, str], ...], *, more: str = "") -> str:
    made = ",\n  ".join(_made(column) for column in columns)
    return (
        f"CREATE TABLE {name} (\n  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,\n"
        f"  place INTEGER NOT NULL,\n  record TEXT NOT NULL,\n  {more}{made},\n"
        "  PRIMARY KEY (run_id, place)\n) WITHOUT ROWID;\n"
    )


RUN = (
    ("camera_id", "TEXT", "footage.camera_id"),
    ("footage_name", "TEXT", "footage.name"),
    ("footage_sha256", "TEXT", "inputs.footage.hex"),
    ("site_sha256", "TEXT", "inputs.site.hex"),
    ("rule_pack_sha256", "TEXT", "inputs.rule_pack.hex"),
    ("config_sha256", "TEXT", "inputs.config.hex"),
    ("software", "TEXT", "inputs.software"),
    ("frames", "INTEGER", "frames"),
    ("start_utc_ns", "INTEGER", "span.start_utc_ns"),
    ("end_utc_ns", "INTEGER", "span.end_utc_ns"),
    ("clock_bound_s", "REAL", "clock_bound_s"),
)
TRACK = (
    ("track_id", "TEXT", "track_id"),
    ("camera_id", "TEXT", "camera_id"),
    ("kind", "TEXT", "kind"),
)
CROSSING = (
    ("event_id", "TEXT", "event_id"),
    ("track_id", "TEXT", "track_id"),
    ("camera_id", "TEXT", "camera_id"),
    ("line_id", "TEXT", "line_id"),
    ("line_version", "TEXT", "line_version"),
    ("from_side", "TEXT", "from_side"),
    ("to_side", "TEXT", "to_side"),
    ("probability", "REAL", "probability"),
    ("crossed_utc_ns", "INTEGER", "crossed_utc_ns"),
    ("time_bound_s", "REAL", "time_bound_s"),
    ("returned_probability", "REAL", "returned"),
    ("returned_utc_ns", "INTEGER", "returned_utc_ns"),
    ("east_m", "REAL", "place_en_m[0]"),
    ("north_m", "REAL", "place_en_m[1]"),
    ("place_sigma_m", "REAL", "place_sigma_m"),
    ("depth_m", "REAL", "depth_m.value"),
    ("depth_low_m", "REAL", "depth_m.low"),
    ("depth_high_m", "REAL", "depth_m.high"),
    ("dwell_s", "REAL", "dwell_s.value"),
    ("dwell_low_s", "REAL", "dwell_s.low"),
    ("dwell_high_s", "REAL", "dwell_s.high"),
    ("observed_fraction", "REAL", "observed_fraction"),
)
GAP = (
    ("event_id", "TEXT", "event_id"),
    ("camera_id", "TEXT", "camera_id"),
    ("start_utc_ns", "INTEGER", "span.start_utc_ns"),
    ("end_utc_ns", "INTEGER", "span.end_utc_ns"),
    ("kind", "TEXT", "reason.kind"),
    ("sentence", "TEXT", "reason.sentence"),
)
JUDGEMENT = (
    ("judgement_id", "TEXT", "judgement_id"),
    ("event_id", "TEXT", "event_id"),
    ("rule_id", "TEXT", "rule_id"),
    ("instrument", "TEXT", "instrument"),
    ("paragraph", "TEXT", "paragraph"),
    ("outcome", "TEXT", "outcome"),
    ("probability", "REAL", "probability"),
    ("is_candidate", "INTEGER", "is_candidate"),
    ("permit_id", "TEXT", "permit_id"),
    ("statement", "TEXT", "statement"),
)

AXES = ("east_m", "north_m", "east_mps", "north_mps")
"""Columns of the state."""
COVARIANCE = tuple(
    (row, column, f"covariance_{one}_{other}")
    for row, one in enumerate(("east", "north", "east_speed", "north_speed"))
    for column, other in enumerate(("east", "north", "east_speed", "north_speed"))
    if column >= row
)
"""Place in the matrix and column of each of its ten different values; m², m²/s and m²/s²."""
BOX = ("left_px", "top_px", "right_px", "bottom_px")

ROW_COLUMNS = ("utc_ns", "pts", "observed", *AXES, *(name for _, _, name in COVARIANCE), *BOX)
"""Of a row of a track, in order."""

_TRACK_ROW = (
    "CREATE TABLE track_row (\n  run_id TEXT NOT NULL,\n  place INTEGER NOT NULL,\n"
    "  utc_ns INTEGER NOT NULL,\n  pts INTEGER NOT NULL,\n  observed INTEGER NOT NULL,\n  "
    + ",\n  ".join(f"{name} REAL" for name in ROW_COLUMNS[3:])
    + ",\n  PRIMARY KEY (run_id, place, utc_ns),\n"
    "  FOREIGN KEY (run_id, place) REFERENCES track ON DELETE CASCADE\n) WITHOUT ROWID;\n"
)

_RUN_TABLE = (
    "CREATE TABLE run (\n  run_id TEXT PRIMARY KEY,\n  file_sha256 TEXT NOT NULL,\n"
    "  record TEXT NOT NULL,\n  " + ",\n  ".join(_made(column) for column in RUN) + "\n) WITHOUT ROWID;\n"
)

MIGRATIONS = (
    _RUN_TABLE
    + _table("track", TRACK)
    + _TRACK_ROW
    + _table("crossing", CROSSING)
    + _table("gap", GAP)
    + _table("judgement", JUDGEMENT)
    + "CREATE INDEX crossing_by_time ON crossing (crossed_utc_ns);\n"
    "CREATE INDEX gap_by_time ON gap (start_utc_ns);\n",
)
"""Each brings a database from the version that is its place to the next; none is ever changed, only added."""

VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, *, where: str) -> None:
    """Bring a database to this version, whole or not at all; a new one gets its tables.

    Raises:
        InputError: A newer program made it, or it is no station's database.
    """
    found = version_of(connection, where=where)
    for number in range(found, VERSION):
        connection.executescript(
            f"BEGIN;\n{MIGRATIONS[number]}PRAGMA application_id = {APPLICATION_ID};\n"
            f"PRAGMA user_version = {number + 1};\nCOMMIT;\n"
        )


def version_of(connection: sqlite3.Connection, *, where: str) -> int:
    """The version of a database; 0 for an empty one.

    Raises:
        InputError: A newer program made it, or it is no station's database.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and tables:
        raise InputError("this is another program's database", where=where, do="Move it away and scan again.")
    if version > VERSION:
        raise InputError(
            f"the station's database is of version {version}, this program reads up to {VERSION}",
            where=where,
            do="Use the program that made it, or move it away and scan again: it is made anew from the runs.",
        )
    return int(version)
