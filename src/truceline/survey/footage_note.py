"""The footage note: reads the sidecar ``clip.mp4.toml`` that stands beside ``clip.mp4``."""

from pathlib import Path

from truceline.records.footage_note import FootageNote
from truceline.tables.reader import read_toml

NOTE_KEYS = (
    "camera",
    "start",
    "start_bound_s",
    "start_source",
    "true_rate_hz",
    "note",
    "simulated",
)

MIN_BOUND_S = 1e-6
MAX_BOUND_S = 366 * 86_400.0
MIN_RATE_HZ, MAX_RATE_HZ = 0.01, 10_000.0


def note_path(footage: Path) -> Path:
    """Where the note of a footage file stands: its own name with ``.toml`` added."""
    return footage.with_name(footage.name + ".toml")


def read_footage_note(footage: Path) -> FootageNote | None:
    """The note beside ``footage``, or None when there is none.

    Raises:
        InputError: The note has an unknown key, lacks one, or holds a value that cannot be (with FILE:LINE).
    """
    path = note_path(footage)
    if not path.exists():
        return None
    table = read_toml(path).only(NOTE_KEYS)
    if table.has("start_bound_s") and table.values["start_bound_s"] == 0:
        table.refuse(
            "start_bound_s", "start_bound_s is 0; no clock is exact", do="State a 95 % bound in seconds."
        )
    return FootageNote(
        camera_id=table.identifier("camera"),
        start_utc_ns=table.instant("start"),
        start_bound_s=table.number("start_bound_s", low=MIN_BOUND_S, high=MAX_BOUND_S),
        start_source=table.text("start_source"),
        true_rate_hz=table.number("true_rate_hz", low=MIN_RATE_HZ, high=MAX_RATE_HZ)
        if table.has("true_rate_hz")
        else None,
        note=table.text("note") if table.has("note") and table.values["note"] != "" else "",
        simulated=table.flag("simulated", default=False),
        digest=table.document.digest,
    )
