"""The sound note: what a person knows of a sound recording, beside it as ``NAME.toml``."""

from dataclasses import dataclass
from pathlib import Path

from truceline.records.sounds import Microphone, SoundClock
from truceline.survey.footage_note import MAX_BOUND_S, MIN_BOUND_S, note_path
from truceline.tables.reader import Table, read_toml

SOUND_NOTE_KEYS = (
    "microphone",
    "place_enu_m",
    "place_sigma_m",
    "start",
    "start_bound_s",
    "start_source",
    "note",
    "simulated",
)
PLACE_SIGMA_M = 0.5
"""A microphone's place that nobody gave an error: paced out on a plan."""
FARTHEST_M = 100_000.0
LEAST_SIGMA_M, MOST_SIGMA_M = 0.001, 1_000.0


@dataclass(frozen=True, slots=True)
class SoundNote:
    """A microphone, when its recording begins, where both come from, and whether it is of no real place."""

    microphone: Microphone
    clock: SoundClock
    start_source: str
    simulated: bool


def is_sound_note(recording: Path) -> bool:
    """Whether the note beside a recording is one of a microphone, not of a camera.

    Raises:
        InputError: The note cannot be read.
    """
    path = note_path(recording)
    return path.exists() and read_toml(path).has("microphone")


def read_sound_note(recording: Path) -> SoundNote:
    """The note beside a sound recording.

    Raises:
        InputError: It has an unknown key, lacks one, or holds a value that cannot be (with FILE:LINE).
    """
    table = read_toml(note_path(recording)).only(SOUND_NOTE_KEYS)
    if table.has("start_bound_s") and table.values["start_bound_s"] == 0:
        table.refuse(
            "start_bound_s", "start_bound_s is 0; no clock is exact", do="State a 95 % bound in seconds."
        )
    clock = SoundClock(
        table.instant("start"), table.number("start_bound_s", low=MIN_BOUND_S, high=MAX_BOUND_S)
    )
    return SoundNote(
        Microphone(table.identifier("microphone"), _place(table), _sigma_m(table)),
        clock,
        table.text("start_source"),
        simulated=table.flag("simulated", default=False),
    )


def _place(table: Table) -> tuple[float, float, float] | None:
    if not table.has("place_enu_m"):
        return None
    east, north, up = table.numbers("place_enu_m", 3, low=-FARTHEST_M, high=FARTHEST_M)
    return east, north, up


def _sigma_m(table: Table) -> float:
    return table.number("place_sigma_m", low=LEAST_SIGMA_M, high=MOST_SIGMA_M, default=PLACE_SIGMA_M)
