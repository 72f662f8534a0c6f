"""The suite ``events``: the sequence of an incident, told from all cameras, by sight and by sound.

Rows that are not measured yet stand here all the same: the suite ends with 1 until each is. Protocols: the
tops of ``bench/world/rows.py``, ``bench/reach/sound.py`` and ``bench/events/measure.py``.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.reach import core_pets, sound
from bench.reach.footage import REPOSITORY
from bench.reach.row import Measurement, Row, unmeasured
from bench.world.rows import clock_rows, link_rows, runner_rows
from truceline.records.activities import ActivityKind
from truceline.store.station import Station

NEVER_ON_FOOT = (
    ActivityKind.SPEEDING,
    ActivityKind.CHECKPOINT_RUN,
    ActivityKind.CHECKPOINT_STOP,
    ActivityKind.STOPPED,
    ActivityKind.STUCK,
    ActivityKind.ABANDONED,
    ActivityKind.GOT_OUT,
    ActivityKind.GOT_IN,
    ActivityKind.RUNNING,
    ActivityKind.FELL,
    ActivityKind.DRAGGED,
    ActivityKind.DISCHARGE,
)
"""In PETS 2009 S2.L1 people walk and stand, and some trot for a step or two; nothing drives in view."""
TOLD_FROM = 0.5
RENDERED = "no command yet that simulates, scans and scores it over the reporting seeds"


def pets_events() -> Sequence[Row]:
    """The whole command on real footage of people who walk: events that cannot have been."""
    figure = "PETS S2.L1: vehicle, run, fall, drag and discharge events with p ≥ .5"
    folder = core_pets.home()
    if folder is None:
        return (unmeasured(figure, must="0", why=core_pets.NO_FOOTAGE),)
    with tempfile.TemporaryDirectory() as scratch:
        station = Path(scratch) / "station"
        command = [str(REPOSITORY / ".venv" / "bin" / "truceline"), "scan"]
        command += [*core_pets.scan_words(folder, Path(scratch)), "--station", str(station)]
        subprocess.run(command, check=True, capture_output=True)
        chronicle = Station.open(station).chronicle()
    if chronicle is None:
        return (unmeasured(figure, must="0", why="the scan kept no chronicle"),)
    wrong = [
        one for one in chronicle.activities if one.kind in NEVER_ON_FOOT and one.probability >= TOLD_FROM
    ]
    kinds = [one.kind.value for one in wrong]
    words = ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds)))
    return (Row(figure, f"{len(wrong)}{f' ({words})' if words else ''}", "0", "", not wrong),)


def not_yet() -> Sequence[Row]:
    """What the suite owes."""
    owed = (
        ("panmunjom-2017: rows 1 to 13 found, in order, within 2 s", "12"),
        ("panmunjom-2017: invented events with p ≥ .5", "≤ 1"),
        ("60 variants: recall / precision, median over kinds; worst kind", ".90 / .90; .75"),
        ("brief incursion found as crossing and return", "≥ .95"),
        ("speed on the bridge: error median / truth inside the stated 95 %", "≤ 3 km/h / ≥ 90 %"),
        ("4 camera-hours of quiet scenarios: false events with p ≥ .5", "≤ 2"),
        ("ECE over all event probabilities", "≤ .08"),
        ("traffic clips: vehicles among tracks over 2 s / persons", "≥ 80 % / 0"),
    )
    return tuple(unmeasured(figure, must=must, why=RENDERED) for figure, must in owed)


MEASUREMENTS: tuple[Measurement, ...] = (
    clock_rows,
    runner_rows,
    link_rows,
    pets_events,
    *sound.MEASUREMENTS,
    not_yet,
)
