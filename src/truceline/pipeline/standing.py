"""Which runs of a station stand: each footage counts once, and the run that was scanned last counts.

A footage may have several runs: in files mode and in causal mode, under two starts, under two surveys. They
tell of the same people. Recordings that differ and show the same time of one camera do so too, and those are
refused.
"""

from collections.abc import Sequence

from truceline.pipeline.footage import Covered, OpenedFootage, covered_by, overlap_words
from truceline.present.modes import mode_words
from truceline.records.runs import Run
from truceline.records.time import format_utc
from truceline.store.station import Station


def superseded_runs(station: Station, runs: Sequence[Run]) -> dict[str, str]:
    """By the id of each run that does not count, the id of the run of the same footage that does."""
    standing: dict[str, tuple[int, str]] = {}
    for run in runs:
        footage, place = run.footage.digest.hex, (station.scan_number(run.run_id), run.run_id)
        standing[footage] = max(standing.get(footage, place), place)
    counts = {run.run_id: standing[run.footage.digest.hex][1] for run in runs}
    return {run_id: counted for run_id, counted in counts.items() if counted != run_id}


def standing_runs(station: Station) -> tuple[Run, ...]:
    """The runs that count, in order of the time that their footage covers."""
    runs = station.runs()
    superseded = superseded_runs(station, runs)
    return tuple(run for run in runs if run.run_id not in superseded)


def check_overlaps_with_held(
    opened: Sequence[OpenedFootage], held: Sequence[Run], *, where: str
) -> tuple[str, ...]:
    """Refuse footage that shows a time which another recording of the same camera shows in the station.

    Runs of the same recording are left out: the new one will stand in their place.

    Returns:
        A sentence for each seam at which a recording overlaps one that is held.

    Raises:
        InputError: An overlap of more than a seam.
    """
    given = {one.reader.footage.digest.hex for one in opened}
    others = [run for run in held if run.footage.digest.hex not in given]
    words = []
    for one in opened:
        for run in others:
            if run.footage.camera_id != one.camera.camera_id:
                continue
            known = Covered(f"{run.footage.name} (run {run.run_id})", run.footage.camera_id, run.span)
            do = (
                f"If {run.footage.name} has the wrong start, scan it again with the right one: that takes "
                f"its place. If {one.reader.path.name} has, correct its note or --start. If both show the "
                f"same, keep one: scan into another station, or remove {where}/runs/{run.run_id}."
            )
            words += overlap_words(known, covered_by(one.reader), where=str(one.reader.path), do=do)
    return tuple(words)


def replaced_words(run: Run, *, name: str) -> str:
    """What is said of a run that the run of ``name`` takes the place of."""
    return (
        f"{name}: run {run.run_id} of the same footage ({mode_words(run.mode)}, start "
        f"{format_utc(run.footage.start_utc_ns)}) is kept and no longer counted; each footage counts once"
    )
